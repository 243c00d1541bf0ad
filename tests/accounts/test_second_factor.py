import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import MFA_ROLES, Role
from tests.factories.accounts import PASSWORD, member, person

pytestmark = pytest.mark.django_db


def code_of(secret: str, step: int = 0) -> str:
    return auth.format_hotp_value(auth.hotp_value(secret, int(auth.time.time()) // 30 + step))


def password_step(user) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return client


def activate(client) -> str:
    """Set up an app the way a person does it; returns its secret."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r'id="totp_secret" readonly value="(\w+)"', page).group(1)
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret, -1)})
    assert answer.status_code == 302
    return secret


@pytest.fixture
def pat():
    return person("pat@agency.example")


@pytest.fixture
def with_app(pat):
    return pat, activate(password_step(pat))


def is_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_setting_up_an_app_asks_for_the_password_once_more(pat):
    client = password_step(pat)
    assert client.get(reverse("mfa_activate_totp"))["Location"].startswith("/en/account/reauthenticate/")


def test_the_picture_to_scan_holds_the_key_and_comes_from_our_own_address(pat):
    client = password_step(pat)
    assert client.get(reverse("accounts:totp_picture")).status_code == 404
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    assert 'src="/en/account/second-factor/totp/picture/"' in page.content.decode()
    assert "data:image" not in page.content.decode()
    picture = client.get(reverse("accounts:totp_picture"))
    assert picture["Content-Type"] == "image/svg+xml"
    assert b"<svg" in picture.content


def test_with_an_app_the_password_alone_opens_nothing(with_app):
    client = password_step(with_app[0])
    assert not is_in(client)
    assert client.get(reverse("accounts:profile")).status_code == 302


def test_the_code_of_the_app_signs_in_with_or_without_a_space(with_app):
    user, secret = with_app
    client = password_step(user)
    code = code_of(secret)
    client.post(reverse("mfa_authenticate"), {"code": f"{code[:3]} {code[3:]}"})
    assert is_in(client)


def test_a_code_is_good_once(with_app):
    user, secret = with_app
    code = code_of(secret)
    first, second = password_step(user), password_step(user)
    first.post(reverse("mfa_authenticate"), {"code": code})
    second.post(reverse("mfa_authenticate"), {"code": code})
    assert is_in(first)
    assert not is_in(second)


@pytest.mark.parametrize(("step", "good"), [(-3, False), (0, True), (3, False)])
def test_a_code_of_another_time_is_refused(with_app, step, good):
    user, secret = with_app
    client = password_step(user)
    answer = client.post(reverse("mfa_authenticate"), {"code": code_of(secret, step)})
    assert is_in(client) is good
    if not good:
        assert "not right" in answer.content.decode()


def test_five_wrong_codes_make_a_wait_from_wherever_they_come(with_app):
    user, secret = with_app
    for number in range(5):
        client = password_step(user)
        client.post(reverse("mfa_authenticate"), {"code": "000000"}, REMOTE_ADDR=f"192.0.2.{number}")
    client = password_step(user)
    answer = client.post(reverse("mfa_authenticate"), {"code": code_of(secret)}, REMOTE_ADDR="192.0.2.99")
    assert "Too many tries" in answer.content.decode()
    assert not is_in(client)


def test_a_recovery_code_is_good_once(with_app):
    user, _secret = with_app
    codes = Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()
    assert len(codes) == 10
    first, second = password_step(user), password_step(user)
    first.post(reverse("mfa_authenticate"), {"code": codes[0]})
    second.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert (is_in(first), is_in(second)) == (True, False)


def test_codes_work_when_the_cache_is_gone(with_app, monkeypatch):
    from django.core.cache import caches

    def gone(*_args, **_kwargs):
        raise ConnectionError

    for name in ("get", "set", "add", "delete"):
        monkeypatch.setattr(caches["default"], name, gone)
    user, secret = with_app
    client = password_step(user)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert is_in(client)


# --- The admin asks for it ---


@pytest.fixture
def strict(settings):
    settings.REQUIRE_MFA = True


@pytest.mark.parametrize("role", sorted(MFA_ROLES))
@pytest.mark.usefixtures("roles", "strict")
def test_roles_of_the_admin_must_set_up_a_second_factor_first(agency, role):
    client = password_step(member(agency, role))
    for address in ("/admin/", "/admin/people/", "/admin/pages/"):
        assert client.get(address)["Location"] == reverse("mfa_index")
    assert client.post("/admin/invitations/send/")["Location"] == reverse("mfa_index")


@pytest.mark.usefixtures("roles", "strict")
def test_having_one_is_not_enough_it_must_be_shown_in_this_session(agency):
    editor = member(agency, Role.EDITOR)
    client = password_step(editor)
    secret = activate(client)
    answer = client.get("/admin/")
    assert answer["Location"] == "/en/account/second-factor/reauthenticate/?next=%2Fadmin%2F"
    client.post(reverse("mfa_reauthenticate"), {"code": code_of(secret), "next": "/admin/"})
    assert client.get("/admin/").status_code == 200


@pytest.mark.usefixtures("roles", "strict")
def test_signing_in_with_the_code_opens_the_admin(agency):
    editor = member(agency, Role.EDITOR)
    secret = activate(password_step(editor))
    client = password_step(editor)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert client.get("/admin/").status_code == 200


@pytest.mark.usefixtures("roles", "strict")
def test_who_needs_it_cannot_take_the_last_one_away(agency):
    editor = member(agency, Role.EDITOR)
    client = password_step(editor)
    activate(client)
    page = client.post(reverse("mfa_deactivate_totp")).content.decode()
    assert "Add another one before you remove this one" in page
    assert Authenticator.objects.filter(user=editor, type="totp").exists()


@pytest.mark.usefixtures("roles", "strict")
def test_a_superuser_needs_it_too():
    from accounts.models import User

    root = User.objects.create_superuser("root@agency.example", PASSWORD, name="Root")
    assert password_step(root).get("/admin/")["Location"] == reverse("mfa_index")


@pytest.mark.usefixtures("roles", "strict")
def test_learners_are_not_asked(agency):
    client = password_step(member(agency, Role.LEARNER))
    assert client.get(reverse("accounts:profile")).status_code == 200


def test_production_asks_for_it_unless_told_otherwise_and_the_demo_does_not():
    import os
    import subprocess
    import sys

    def required(module, **more):
        environment = {
            **os.environ,
            "PYTHONPATH": "site:.",
            "SECRET_KEY": "k" * 60,
            "SITE_URL": "https://training.example.gov",
            "CONTACT_EMAIL": "help@example.gov",
            **more,
        }
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        code = f"from config.settings import {module} as s; print(s.REQUIRE_MFA)"
        return subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True
        ).stdout.strip()

    assert required("production") == "True"
    assert required("production", REQUIRE_MFA="false") == "False"
    assert required("dev") == "False"
    assert required("dev", LODESTAR_DEMO="false") == "True"


def test_old_codes_are_forgotten_in_time(with_app):
    from accounts import limits

    assert limits.sweep(timezone.now() + timedelta(hours=25)) > 0


@pytest.mark.parametrize(
    "name", ["mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_list_webauthn", "mfa_generate_recovery_codes"]
)
def test_the_pages_of_the_second_factor_hold_no_inline_script(pat, name):
    client = password_step(pat)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    for script in re.findall(r"<script([^>]*)>", answer.content.decode()):
        assert "src=" in script or 'type="application/json"' in script
    assert "style=" not in answer.content.decode().split("<main", 1)[1]
