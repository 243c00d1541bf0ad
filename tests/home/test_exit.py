"""Quick exit: where it is, where it leads, what it leaves."""

import re

import pytest
from django.test import Client, override_settings

from tests.factories.courses import make_course

pytestmark = pytest.mark.django_db
AWAY = "https://weather.example"


@pytest.fixture
def user(django_user_model):
    return django_user_model.objects.create_user(email="learner@agency.example", password="a long enough password")


@override_settings(QUICK_EXIT_URL=AWAY)
@pytest.mark.parametrize("query", ["", "?next=https://evil.example", "?url=//evil.example", "?to=/en/"])
def test_exit_leads_to_the_address_of_the_settings_and_nowhere_else(client, query):
    answer = client.get(f"/exit/{query}")
    assert (answer.status_code, answer["Location"]) == (302, AWAY)


def test_exit_drops_kept_pages_and_is_itself_not_kept(client):
    answer = client.get("/exit/")
    assert answer["Clear-Site-Data"] == '"cache"'
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "no-referrer"
    assert not answer.cookies


def test_exit_signs_out(client, user):
    client.force_login(user)
    client.get("/exit/", headers={"Sec-Fetch-Site": "same-origin"})
    assert "_auth_user_id" not in client.session


def test_exit_signs_out_where_the_browser_does_not_say_who_asks(client, user):
    client.force_login(user)
    client.get("/exit/")
    assert "_auth_user_id" not in client.session


def test_another_site_cannot_sign_people_out_by_sending_them_to_exit(client, user):
    client.force_login(user)
    answer = client.get("/exit/", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 302
    assert "_auth_user_id" in client.session


def test_exit_answers_to_nothing_but_reading(client):
    assert client.post("/exit/").status_code == 405


@pytest.mark.parametrize("address", ["/en/", "/es/courses/", "/en/search/", "/en/glossary/", "/en/no-such-page/"])
def test_exit_comes_first_on_every_page_as_a_link_that_needs_no_script(client, address):
    make_course()
    page = client.get(address).content.decode()
    links = re.findall(r"<a\b[^>]*>", page.split("<body", 1)[1])
    assert 'href="/exit/"' in links[0]  # for assistive technology, at the very top
    assert 'href="#main"' in links[1]
    assert 'href="/exit/"' in links[2] and 'rel="nofollow noreferrer"' in links[2]
    assert 'class="exit-this-page"' in links[2]


def test_a_visit_to_exit_needs_no_session(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        Client().get("/exit/")
