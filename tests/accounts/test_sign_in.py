from datetime import timedelta
from io import StringIO

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from accounts import limits
from accounts.models import Tally
from tests.factories.accounts import PASSWORD, person

pytestmark = pytest.mark.django_db
OFFICE = "192.0.2.1"


@pytest.fixture
def pat():
    return person("pat@agency.example")


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until it is moved."""

    class Clock:
        now = timezone.now()

        def forward(self, **by):
            self.now += timedelta(**by)

    clock = Clock()
    monkeypatch.setattr(timezone, "now", lambda: clock.now)
    return clock


def sign_in(client, email="pat@agency.example", password=PASSWORD, address=OFFICE, **more):
    return client.post(reverse("account_login"), {"login": email, "password": password}, REMOTE_ADDR=address, **more)


def fail(client, times=1, **more):
    for _number in range(times):
        answer = sign_in(client, password="not the right words", **more)
    return answer


def signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_staff_are_led_to_the_admin(client, administrator):
    assert sign_in(client, email=administrator.email)["Location"] == "/admin/"


def test_the_right_password_signs_in_and_leads_to_one_s_learning(client, pat):
    answer = sign_in(client)
    assert answer.status_code == 302
    assert answer["Location"] == reverse("records:my_learning")
    assert signed_in(client)


def test_letter_case_and_spaces_around_the_address_do_not_matter(client, pat):
    sign_in(client, email=" Pat@Agency.EXAMPLE ")
    assert signed_in(client)


def test_a_wrong_password_keeps_the_address_in_the_form_and_says_what_to_do(client, pat):
    answer = fail(client)
    assert answer.status_code == 200
    assert 'value="pat@agency.example"' in answer.content.decode()
    assert "do not fit" in answer.content.decode()
    assert "data-error-summary" in answer.content.decode()


def test_an_unknown_address_is_answered_like_a_wrong_password(client, pat):
    known = fail(client).content.decode()
    unknown = sign_in(client, email="nob@agency.example", password="not the right words").content.decode()
    strip = lambda page: __import__("re").sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)  # noqa: E731
    assert strip(known) == strip(unknown).replace("nob@", "pat@")


def test_an_unknown_address_costs_one_hashing_like_a_known_one(client, pat, monkeypatch):
    from django.contrib.auth.hashers import MD5PasswordHasher

    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *a, **k: hashed.append(1) or encode(*a, **k))
    fail(client)
    for_known = len(hashed)
    hashed.clear()
    fail(client, email="nobody@agency.example")
    assert len(hashed) == for_known == 1


def test_the_fifth_failure_within_a_minute_makes_a_wait_even_for_the_right_password(client, pat, clock):
    fail(client, 4)
    assert sign_in(client).status_code == 302
    client.logout()
    fail(client, 5)
    answer = sign_in(client)
    assert answer.status_code == 429
    assert answer["Retry-After"] == "30"
    assert "Wait 30 seconds" in answer.content.decode()
    assert not signed_in(client)


@pytest.mark.parametrize(("seconds", "let_in"), [(29, False), (30, True)])
def test_the_first_wait_is_thirty_seconds(client, pat, clock, seconds, let_in):
    fail(client, 5)
    clock.forward(seconds=seconds)
    sign_in(client)
    assert signed_in(client) is let_in


@pytest.mark.parametrize(("pause", "stopped"), [(59, True), (60, False)])
def test_a_quiet_minute_starts_the_count_again(client, pat, clock, pause, stopped):
    fail(client, 4)
    clock.forward(seconds=pause)
    fail(client)
    sign_in(client)
    assert signed_in(client) is not stopped


def test_waits_double_from_half_a_minute_to_an_hour_and_never_end_for_good(client, pat, clock):
    fail(client, 4)
    waits = []
    for _number in range(10):
        fail(client)
        waits.append(int(sign_in(client)["Retry-After"]))
        clock.forward(seconds=waits[-1])
    assert waits == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
    sign_in(client)
    assert signed_in(client)


def test_tries_during_a_wait_do_not_lengthen_it(client, pat, clock):
    fail(client, 5)
    fail(client, 20)
    clock.forward(seconds=30)
    sign_in(client)
    assert signed_in(client)


def test_signing_in_forgets_earlier_failures(client, pat, clock):
    fail(client, 4)
    sign_in(client)
    client.logout()
    fail(client, 4)
    assert sign_in(client).status_code == 302


def test_others_from_the_same_office_keep_working(client, pat, clock):
    person("kim@agency.example")
    fail(client, 6)
    sign_in(client, email="kim@agency.example")
    assert signed_in(client)


def test_the_owner_gets_in_from_elsewhere_while_somebody_guesses(client, pat, clock):
    fail(client, 6, address="198.51.100.7")
    sign_in(client)
    assert signed_in(client)


def test_after_a_hundred_failures_in_a_row_an_account_takes_one_try_an_hour_from_anywhere(client, pat, clock):
    for number in range(99):
        fail(client, address=f"198.51.100.{number}")
    assert sign_in(client, address="203.0.113.1").status_code == 302
    client.logout()
    for number in range(100):
        fail(client, address=f"198.51.100.{number}")
    answer = sign_in(client, address="203.0.113.1")
    assert (answer.status_code, answer["Retry-After"]) == (429, "3600")
    clock.forward(hours=1)
    sign_in(client, address="203.0.113.1")
    assert signed_in(client)


def test_one_address_that_goes_through_a_list_of_people_is_stopped(client, pat, clock):
    for number in range(limits.FAILURES_PER_ADDRESS):
        limits.begin_guess(f"p{number}@agency.example", OFFICE, now=clock.now)
    assert sign_in(client).status_code == 429
    assert sign_in(client, address="192.0.2.2").status_code == 302


def test_unknown_addresses_are_stopped_like_known_ones(client, pat, clock):
    fail(client, 5, email="nobody@agency.example")
    assert sign_in(client, email="nobody@agency.example").status_code == 429


def test_a_made_up_forwarded_address_opens_no_way_around(client, pat, clock):
    for number in range(5):
        fail(client, HTTP_X_FORWARDED_FOR=f"203.0.113.{number}")
    assert sign_in(client, HTTP_X_FORWARDED_FOR="203.0.113.99").status_code == 429


def test_behind_a_proxy_the_address_it_wrote_counts_and_not_the_one_a_client_wrote(client, pat, clock, settings):
    settings.TRUSTED_PROXIES = 1
    for number in range(5):
        fail(client, HTTP_X_FORWARDED_FOR=f"203.0.113.{number}, 198.51.100.9")
    assert sign_in(client, HTTP_X_FORWARDED_FOR="1.2.3.4, 198.51.100.9").status_code == 429
    assert sign_in(client, HTTP_X_FORWARDED_FOR="1.2.3.4, 198.51.100.10").status_code == 302


def test_limits_hold_when_the_cache_is_gone(client, pat, clock, monkeypatch):
    def gone(*_args, **_kwargs):
        raise ConnectionError

    for name in ("get", "set", "add", "delete", "get_many", "incr", "touch"):
        monkeypatch.setattr(caches["default"], name, gone)
    fail(client, 5)
    assert sign_in(client).status_code == 429
    clock.forward(seconds=30)
    assert sign_in(client).status_code == 302


def test_nobody_gets_in_when_failures_cannot_be_counted(client, pat, monkeypatch):
    def gone(*_args, **_kwargs):
        raise ConnectionError

    monkeypatch.setattr(limits, "begin_guess", gone)
    client.raise_request_exception = False
    assert sign_in(client).status_code == 500
    assert not signed_in(client)


def test_guesses_that_come_at_the_same_moment_are_counted_before_any_is_checked(clock, db):
    let_through = 0
    for _number in range(20):
        try:
            limits.begin_guess("pat@agency.example", OFFICE, now=clock.now)
        except limits.TooMany:
            continue
        let_through += 1
    assert let_through == limits.FAILURES


def test_what_is_counted_names_neither_people_nor_addresses(client, pat):
    fail(client)
    kept = str(list(Tally.objects.values_list()))
    assert "pat" not in kept
    assert OFFICE not in kept


def test_old_counts_are_swept(client, pat, clock):
    fail(client)
    clock.forward(hours=24)
    assert limits.sweep(clock.now) == 0
    clock.forward(seconds=1)
    words = StringIO()
    call_command("sweep_accounts", stdout=words)
    assert "4 old counts" in words.getvalue()
    assert not Tally.objects.exists()


def test_a_disabled_person_is_not_let_in(client, pat):
    pat.is_active = False
    pat.save()
    sign_in(client)
    assert not signed_in(client)


def test_signing_in_changes_the_session_id(client, pat):
    client.get(reverse("account_login"))
    session = client.session
    session["anything"] = 1
    session.save()
    client.cookies["sessionid"] = session.session_key
    before = session.session_key
    sign_in(client)
    assert client.session.session_key != before


def test_a_copied_session_is_dead_after_sign_out(client, pat):
    sign_in(client)
    copied = client.cookies["sessionid"].value
    client.post(reverse("account_logout"))
    client.cookies["sessionid"] = copied
    assert client.get(reverse("accounts:profile")).status_code == 302


def test_signing_out_takes_a_post(client, pat):
    sign_in(client)
    assert client.get(reverse("account_logout")).status_code == 200
    assert signed_in(client)


@pytest.mark.parametrize(
    ("target", "leads_to"),
    [
        ("/en/account/my-data/", "/en/account/my-data/"),
        ("https://evil.example/", "/en/my-learning/"),
        ("//evil.example/", "/en/my-learning/"),
        ("/\\evil.example/", "/en/my-learning/"),
        ("https://testserver/en/account/my-data/", "/en/my-learning/"),
        ("javascript:alert(1)", "/en/my-learning/"),
        ("", "/en/my-learning/"),
    ],
)
def test_sign_in_leads_only_to_paths_of_this_site(client, pat, target, leads_to):
    answer = client.post(f"{reverse('account_login')}", {"login": pat.email, "password": PASSWORD, "next": target})
    assert answer["Location"] == leads_to


def test_posting_without_a_token_is_refused(pat):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    assert strict.post(reverse("account_login"), {"login": pat.email, "password": PASSWORD}).status_code == 403


def test_the_admin_s_own_sign_in_leads_to_ours(client):
    assert client.get("/admin/login/?next=/admin/pages/")["Location"] == "/en/account/login/?next=%2Fadmin%2Fpages%2F"
    assert client.get("/admin/login/?next=//evil.example")["Location"] == "/en/account/login/?next=%2Fadmin%2F"
    assert client.get("/admin/")["Location"].startswith("/en/account/login/")


def test_the_admin_s_own_password_reset_is_off(client):
    assert client.get("/admin/password_reset/", follow=True).status_code == 404


def test_sign_in_sets_no_cookie_that_outlives_the_browser(client, pat):
    sign_in(client)
    assert client.cookies["sessionid"]["max-age"] == ""
    assert client.cookies["sessionid"]["httponly"]
    assert client.cookies["sessionid"]["samesite"] == "Lax"
