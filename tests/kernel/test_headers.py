"""Headers that every answer carries, as a browser understands them."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.courses import make_course

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return make_course(("en",))


def test_a_page_without_a_form_tells_nobody_where_a_visitor_comes_from(client, course):
    assert client.get(course.lesson.get_url())["Referrer-Policy"] == "no-referrer"


def test_a_page_with_a_form_tells_its_own_origin_so_that_the_form_is_believed(client, course):
    address = reverse("records:start", args=[course.key])
    assert client.get(address)["Referrer-Policy"] == "same-origin"
    text = client.get(address).content.decode()
    assert 'name="referrer"' not in text  # a meta element would overrule the header


@pytest.mark.parametrize(
    ("origin", "status"), [("http://testserver", 302), ("null", 403), ("http://evil.example", 403)]
)
def test_a_form_is_believed_from_our_own_origin_alone(course, origin, status):
    client = Client(enforce_csrf_checks=True)
    address = reverse("records:start", args=[course.key])
    client.get(address)
    token = client.cookies["csrftoken"].value
    answer = client.post(address, {"csrfmiddlewaretoken": token}, headers={"Origin": origin})
    assert answer.status_code == status
