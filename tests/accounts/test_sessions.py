from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import people
from accounts.idle import KEPT_FORM, SEEN
from tests.factories.accounts import PASSWORD, person

pytestmark = pytest.mark.django_db
NEW = "copper lantern drifting 58"


@pytest.fixture
def pat():
    return person("pat@agency.example")


@pytest.fixture
def browser(pat):
    return signed_in_client(pat)


def signed_in_client(user) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return client


def is_in(client) -> bool:
    return client.get(reverse("accounts:profile")).status_code == 200


def rest(client, seconds: int) -> None:
    """Let so many seconds pass without a sign of life."""
    session = client.session
    session[SEEN] = int(timezone.now().timestamp()) - seconds
    session.save()


def change_password(client, old=PASSWORD, new=NEW):
    return client.post(reverse("account_change_password"), {"oldpassword": old, "password1": new})


def test_changing_the_password_ends_all_other_sessions_and_keeps_this_one(pat, browser, mailoutbox):
    elsewhere = signed_in_client(pat)
    assert change_password(browser).status_code == 302
    assert is_in(browser)
    assert not is_in(elsewhere)
    assert mailoutbox[-1].subject == "Your password was changed"


def test_the_current_password_must_be_right_and_is_not_guessed_at_will(browser, pat):
    for _number in range(5):
        assert change_password(browser, old="not the right one").status_code == 200
    assert "Too many tries" in change_password(browser).content.decode()
    pat.refresh_from_db()
    assert pat.check_password(PASSWORD)


def test_a_weak_new_password_is_refused_with_its_reason(browser):
    assert "too short" in change_password(browser, new="short").content.decode()


def test_disabling_ends_every_session_at_once_and_enabling_brings_none_back(pat, browser):
    people.disable(pat, by=None)
    assert not is_in(browser)
    people.enable(pat, by=None)
    assert not is_in(browser)
    assert is_in(signed_in_client(pat))


def test_sessions_survive_a_rotated_key_and_end_with_its_removal(browser, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the key that comes after it"
    assert is_in(browser)
    settings.SECRET_KEY_FALLBACKS = []
    settings.SECRET_KEY = "a third key that nothing was signed with"
    assert not is_in(browser)


@pytest.mark.parametrize(("seconds", "stays"), [(15 * 60 - 2, True), (15 * 60, False)])
def test_a_session_ends_after_fifteen_minutes_without_a_sign_of_life(browser, seconds, stays):
    rest(browser, seconds)
    assert is_in(browser) is stays


def test_the_ended_session_is_gone_from_the_database(browser):
    key = browser.session.session_key
    rest(browser, 15 * 60)
    is_in(browser)
    assert not Session.objects.filter(session_key=key).exists()


def test_every_request_begins_the_time_anew(browser):
    rest(browser, 14 * 60)
    assert is_in(browser)
    assert int(timezone.now().timestamp()) - browser.session[SEEN] < 5


def test_asking_how_long_it_lasts_is_no_sign_of_life(browser):
    rest(browser, 14 * 60)
    answer = browser.get(reverse("accounts:session")).json()
    assert 58 <= answer["seconds_left"] <= 60
    rest(browser, 15 * 60)
    assert browser.get(reverse("accounts:session")).json()["seconds_left"] == 0
    assert not is_in(browser)


def test_the_editor_s_own_calls_are_no_sign_of_life(roles, administrator):
    client = signed_in_client(administrator)
    rest(client, 14 * 60)
    before = client.session[SEEN]
    client.post(reverse("wagtailadmin_editing_sessions:ping", args=["home", "homepage", "1", "1"]))
    assert client.session[SEEN] == before


def test_staying_takes_one_post_with_a_token(pat):
    client = Client(enforce_csrf_checks=True)
    client.force_login(pat)
    rest(client, 14 * 60)
    assert client.post(reverse("accounts:session")).status_code == 403
    token = client.get(reverse("accounts:session")).json()["token"]
    answer = client.post(reverse("accounts:session"), headers={"X-CSRFToken": token})
    assert answer.json()["seconds_left"] > 14 * 60


def test_a_clock_that_jumps_back_signs_nobody_out(browser):
    rest(browser, -3600)
    assert is_in(browser)


def test_a_page_asked_for_too_late_leads_to_sign_in_and_back(browser, pat):
    rest(browser, 15 * 60)
    answer = browser.get(reverse("accounts:my_data") + "?part=2")
    assert answer["Location"] == "/en/account/login/?next=%2Fen%2Faccount%2Fmy-data%2F%3Fpart%3D2"
    back = browser.post(
        answer["Location"], {"login": pat.email, "password": PASSWORD, "next": "/en/account/my-data/?part=2"}
    )
    assert back["Location"] == "/en/account/my-data/?part=2"


def test_public_pages_stay_open_to_somebody_whose_session_ended(browser):
    rest(browser, 15 * 60)
    assert browser.get(reverse("account_reset_password")).status_code == 200


def test_a_script_that_comes_too_late_gets_401_and_the_way_to_sign_in(browser):
    rest(browser, 15 * 60)
    answer = browser.post(reverse("accounts:profile"), "{}", content_type="application/json")
    assert answer.status_code == 401
    assert answer.json() == {"signed_out": True, "sign_in": "/en/account/login/"}


def send_late(client):
    rest(client, 15 * 60)
    return client.post(reverse("accounts:profile"), {"name": "Pat <b>Late</b>", "language": "en", "agency_id": ""})


def test_a_form_sent_too_late_is_kept_and_offered_again(browser, pat):
    answer = send_late(browser)
    assert answer["Location"] == "/en/account/login/?next=%2Fen%2Faccount%2Funsent%2F"
    browser.post(reverse("account_login"), {"login": pat.email, "password": PASSWORD})
    page = browser.get("/en/account/unsent/").content.decode()
    assert 'action="/en/account/"' in page
    assert 'name="name" value="Pat &lt;b&gt;Late&lt;/b&gt;"' in page
    assert page.count("csrfmiddlewaretoken") >= 1
    assert browser.get("/en/account/unsent/").status_code == 404


def test_a_kept_form_is_for_the_same_person_alone(browser):
    send_late(browser)
    kim = person("kim@agency.example")
    browser.post(reverse("account_login"), {"login": kim.email, "password": PASSWORD})
    assert browser.get("/en/account/unsent/").status_code == 404


def test_a_kept_form_lasts_an_hour(browser, pat):
    send_late(browser)
    session = browser.session
    session[KEPT_FORM]["at"] -= 3601
    session.save()
    browser.post(reverse("account_login"), {"login": pat.email, "password": PASSWORD})
    assert browser.get("/en/account/unsent/").status_code == 404


def test_a_giant_form_is_not_kept(browser):
    rest(browser, 15 * 60)
    answer = browser.post(
        reverse("accounts:profile"), "x=" + "y" * 50_000, content_type="application/x-www-form-urlencoded"
    )
    assert answer["Location"] == "/en/account/login/?next=%2Fen%2Faccount%2Flogin%2F"


def test_the_session_row_is_not_written_at_every_page(browser, django_assert_num_queries):
    is_in(browser)
    before = browser.session[SEEN]
    is_in(browser)
    assert browser.session[SEEN] == before


def test_a_session_ends_twelve_hours_after_it_began_even_with_signs_of_life(browser, settings):
    expiry = Session.objects.get(session_key=browser.session.session_key).expire_date
    assert expiry - timezone.now() <= timedelta(hours=12)
