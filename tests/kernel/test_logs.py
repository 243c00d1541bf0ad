import json
import logging

import pytest
from django.test import RequestFactory
from django.urls import reverse

from kernel.address import client_address, network
from kernel.logs import JsonFormatter
from tests.factories.accounts import PASSWORD, member, person


def line(message="hello", **extra) -> str:
    record = logging.LogRecord("lodestar.test", logging.INFO, __file__, 1, message, (), extra.pop("exc_info", None))
    record.__dict__.update(extra)
    return JsonFormatter().format(record)


@pytest.fixture
def lines(monkeypatch):
    """What the site writes, as dictionaries."""
    written = []

    class Keep(logging.Handler):
        def emit(self, record):
            written.append(json.loads(JsonFormatter().format(record)))

    handler = Keep()
    loggers = [logging.getLogger(name) for name in ("lodestar", "django", "django.request")]
    for logger in loggers:
        logger.addHandler(handler)
    yield written
    for logger in loggers:
        logger.removeHandler(handler)


def test_a_line_is_json_in_utc():
    kept = json.loads(line(who=7, what="x", from_where="192.0.2.1", result=200))
    assert kept["at"].endswith("+00:00")
    assert (kept["who"], kept["what"], kept["from_where"], kept["result"]) == (7, "x", "192.0.2.1", 200)


@pytest.mark.parametrize("text", ["a\nb", "a\r\nb", 'a"b', "a\u2028b", "a\x00b", "a\x1b[31mb", "\ud800"])
def test_nobody_forges_a_second_line(text):
    written = line(text, subject=text)
    assert len(written.splitlines()) == 1
    assert json.loads(written)["message"] == text


def test_a_failure_leaves_its_trace_on_the_same_line():
    try:
        raise ValueError("broken\nhere")
    except ValueError:
        import sys

        written = line(exc_info=sys.exc_info())
    assert len(written.splitlines()) == 1
    assert "ValueError" in json.loads(written)["trace"]


@pytest.mark.django_db
def test_a_sign_in_tells_who_from_where_and_how_it_went_but_no_password(client, lines):
    pat = person("pat@agency.example")
    client.post(
        reverse("account_login"), {"login": pat.email, "password": "a wrong guess here"}, REMOTE_ADDR="192.0.2.5"
    )
    client.post(reverse("account_login"), {"login": pat.email, "password": PASSWORD}, REMOTE_ADDR="192.0.2.5")
    text = json.dumps(lines)
    refused = next(kept for kept in lines if kept["message"] == "sign-in failed")
    assert (refused["who"], refused["from_where"], refused["result"]) == (pat.pk, "192.0.2.5", "refused")
    assert any(kept["message"] == "account.signed_in" and kept["who"] == pat.pk for kept in lines)
    for secret in ("a wrong guess here", PASSWORD, "pat@agency.example", "csrf", "sessionid"):
        assert secret not in text


@pytest.mark.django_db
def test_links_with_tokens_and_queries_are_logged_by_their_route(client, lines):
    client.get("/en/account/invitation/very-secret-token/?next=/also-secret/")
    client.get("/en/account/password/reset/key/1-secret-reset-key/")
    text = json.dumps(lines)
    assert "secret" not in text
    assert "account/invitation/<str:token>/" in text


@pytest.mark.django_db
def test_the_admin_is_logged_with_who_and_from_where(client, roles_of_admin, lines):
    client.force_login(roles_of_admin)
    client.get("/admin/people/?q=somebody", REMOTE_ADDR="192.0.2.6")
    kept = [kept for kept in lines if kept.get("what", "").startswith("admin/people/")]
    assert (kept[-1]["who"], kept[-1]["from_where"], kept[-1]["result"]) == (roles_of_admin.pk, "192.0.2.6", 200)
    assert "somebody" not in json.dumps(lines)


@pytest.fixture
def roles_of_admin(db):
    from accounts.models import Organisation
    from accounts.roles import Role, sync_groups

    sync_groups()
    return member(Organisation.add_root(name="Agency", code="agency"), Role.ADMINISTRATOR)


@pytest.mark.django_db
def test_help_pages_and_searches_leave_no_line_when_all_is_well_and_never_an_address(client, lines):
    client.get("/en/search/?q=please+help+me", REMOTE_ADDR="192.0.2.7")
    client.get(reverse("hotlines:help") + "?place=12345", REMOTE_ADDR="192.0.2.7")
    client.post(reverse("hotlines:help"), {"place": "12345"}, REMOTE_ADDR="192.0.2.7")
    client.get("/en/no/such/page/at/all/?q=please", REMOTE_ADDR="192.0.2.7")
    text = json.dumps(lines)
    for private in ("192.0.2.7", "please", "12345", "no/such"):
        assert private not in text


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "1.1.1.1, 203.0.113.9", "203.0.113.9"),
        (2, "1.1.1.1, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, "not an address", "192.0.2.1"),
        (1, "203.0.113.9:4711", "203.0.113.9"),
        (1, "[2001:db8::1]:443", "2001:db8::1"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
        (1, "203.0.113.9\nforged", "192.0.2.1"),
    ],
)
def test_only_what_our_own_proxies_wrote_counts_as_address(settings, proxies, forwarded, seen):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == seen


def test_limits_see_an_ipv6_client_as_its_network():
    addresses = ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1")
    seen = [network(RequestFactory().get("/", REMOTE_ADDR=address)) for address in addresses]
    assert seen[0] == seen[1] != seen[2]
