import re

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.urls import reverse

from accounts.models import EmailDomain, User
from accounts.roles import Role
from tests.factories.accounts import PASSWORD, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def domain(roles, agency):
    return EmailDomain.objects.create(domain="agency.example", organisation=agency)


def sign_up(client, email="new@agency.example", name="New Person", password=PASSWORD, **more):
    return client.post(reverse("account_signup"), {"email": email, "name": name, "password1": password}, **more)


def link_in(message) -> str:
    return re.search(r"https://lodestar\.example(/\S+)", message.body).group(1)


def test_an_address_of_an_allowed_domain_signs_up_and_confirms_by_mail(client, domain, mailoutbox):
    answer = sign_up(client)
    assert answer["Location"] == reverse("account_email_verification_sent")
    user = User.objects.get(email="new@agency.example")
    assert user.name == "New Person"
    assert not user.memberships.exists()
    page = client.get(link_in(mailoutbox[0]))
    assert not user.memberships.exists(), "a link that is merely fetched confirms nothing"
    assert page.status_code == 200
    client.post(link_in(mailoutbox[0]))
    assert user.memberships.get().organisation == domain.organisation
    assert user.memberships.get().role == Role.LEARNER
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert "_auth_user_id" in client.session


def test_nobody_signs_in_before_the_address_is_confirmed(client, domain):
    sign_up(client)
    client.logout()
    client.post(reverse("account_login"), {"login": "new@agency.example", "password": PASSWORD})
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("email", ["new@elsewhere.example", "new@sub.agency.example", "new@notagency.example"])
def test_other_domains_are_told_to_ask_for_an_invitation(client, domain, email):
    answer = sign_up(client, email=email)
    assert "need an invitation" in answer.content.decode()
    assert not User.objects.filter(email=email).exists()
    assert not mail.outbox


def test_what_was_typed_stays_after_a_refusal_but_never_the_password(client, domain):
    page = sign_up(client, password="short").content.decode()
    assert 'value="new@agency.example"' in page
    assert 'value="New Person"' in page
    assert 'value="short"' not in page
    assert "too short" in page


def test_an_address_that_has_an_account_is_answered_like_a_new_one(client, domain, mailoutbox, monkeypatch):
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *a, **k: hashed.append(1) or encode(*a, **k))
    fresh = sign_up(client)
    for_fresh = len(hashed)
    client.cookies.clear()
    hashed.clear()
    person("known@agency.example")
    hashed.clear()
    known = sign_up(client, email="known@agency.example", name="Somebody Else")
    assert (known.status_code, known["Location"]) == (fresh.status_code, fresh["Location"])
    assert len(hashed) == for_fresh == 1
    assert len(mailoutbox) == 2, "one mail each, so that the time is the same"
    assert "account already" in mailoutbox[1].subject
    assert User.objects.get(email="known@agency.example").name == "Pat Person"


def test_links_in_mails_come_from_the_setting_and_never_from_the_request(client, domain, mailoutbox, settings):
    settings.ALLOWED_HOSTS = ["*"]
    sign_up(client, headers={"Host": "evil.example"})
    client.post(reverse("account_reset_password"), {"email": "new@agency.example"}, headers={"Host": "evil.example"})
    assert len(mailoutbox) == 2
    for message in mailoutbox:
        assert "evil.example" not in message.body + message.subject
        assert "https://lodestar.example/en/account/" in message.body


# --- Reset ---


def ask_reset(client, email="pat@agency.example", address="192.0.2.1"):
    return client.post(reverse("account_reset_password"), {"email": email}, REMOTE_ADDR=address)


def test_a_reset_link_sets_a_password_once_and_ends_all_sessions(client, mailoutbox):
    from django.test import Client

    pat = person("pat@agency.example")
    elsewhere = Client()
    elsewhere.force_login(pat)
    ask_reset(client)
    link = link_in(mailoutbox[0])
    form = client.get(link, follow=True)
    action = re.search(r'action="([^"]+)"', form.content.decode().split("<main", 1)[1]).group(1)
    client.post(action, {"password1": "copper lantern drifting 58"})
    pat.refresh_from_db()
    assert pat.check_password("copper lantern drifting 58")
    assert elsewhere.get(reverse("accounts:profile")).status_code == 302
    assert "already or is too old" in client.get(link, follow=True).content.decode()


def test_the_token_of_a_reset_link_leaves_the_address_bar(client, mailoutbox):
    person("pat@agency.example")
    ask_reset(client)
    assert client.get(link_in(mailoutbox[0]))["Location"].endswith("-set-password/")


def test_a_reset_for_nobody_is_answered_the_same_and_mailed_too(client, mailoutbox):
    person("pat@agency.example")
    known, unknown = ask_reset(client), ask_reset(client, "nobody@agency.example")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert client.get(known["Location"]).content == client.get(unknown["Location"]).content
    assert [message.to for message in mailoutbox] == [["pat@agency.example"], ["nobody@agency.example"]]
    assert "/key/" not in mailoutbox[1].body


def test_a_disabled_person_gets_no_link_and_the_same_answer(client, mailoutbox):
    person("pat@agency.example", is_active=False)
    assert ask_reset(client).status_code == 302
    assert "/key/" not in mailoutbox[0].body


def test_four_reset_mails_an_hour_go_to_one_account_and_the_fifth_looks_the_same(client, mailoutbox):
    person("pat@agency.example")
    answers = [ask_reset(client, address=f"192.0.2.{number}") for number in range(5)]
    assert len({(answer.status_code, answer["Location"]) for answer in answers}) == 1
    assert len(mailoutbox) == 4


def test_twenty_reset_mails_an_hour_come_from_one_address(client, mailoutbox):
    for number in range(21):
        assert ask_reset(client, f"p{number}@agency.example").status_code == 302
    assert len(mailoutbox) == 20
    ask_reset(client, "q@agency.example", address="192.0.2.2")
    assert len(mailoutbox) == 21


def test_a_mail_server_that_is_away_breaks_no_page_and_tells_nothing(client, monkeypatch):
    def gone(*_args, **_kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", gone)
    person("pat@agency.example")
    assert ask_reset(client).status_code == ask_reset(client, "nobody@agency.example").status_code == 302


def test_mails_come_in_the_reader_s_language(client, mailoutbox):
    from django.utils import translation

    person("pat@agency.example", language="es")
    ask_reset(client)
    assert "/es/account/" in mailoutbox[0].body
    assert translation.get_language() != "es"


# --- What a page of these shows and sends ---


@pytest.mark.parametrize("name", ["account_login", "account_signup", "account_reset_password"])
def test_the_doors_are_never_kept_and_hold_no_inline_script(client, name):
    answer = client.get(reverse(name))
    page = answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert 'autocomplete="off"' not in page
    assert "onpaste" not in page


def test_a_password_field_can_be_shown_pasted_into_and_filled_by_a_manager(client):
    page = client.get(reverse("account_signup")).content.decode()
    field = re.search(r'<input type="password"[^>]*>', page).group(0)
    assert 'autocomplete="new-password"' in field
    assert "data-password" in field
    assert "maxlength" not in field
    assert "accounts/forms.js" in page


def test_an_error_is_tied_to_its_field_and_listed_at_the_top(client, domain):
    page = sign_up(client, email="not an address").content.decode()
    assert 'href="#id_email"' in page
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_email_error1"' in page
    assert 'id="id_email_error1"' in page


def test_three_hundred_posts_in_five_minutes_are_the_most_for_one_address(client, monkeypatch):
    from accounts import views

    monkeypatch.setattr(views, "DOORS_PER_ADDRESS", 2)
    for _number in range(2):
        assert ask_reset(client).status_code == 302
    answer = ask_reset(client)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) <= 300
    assert "Too many tries" in answer.content.decode()
    assert ask_reset(client, address="192.0.2.2").status_code == 302


def test_help_pages_show_no_time_out_dialog(client):
    pat = person("pat@agency.example")
    client.post(reverse("account_login"), {"login": pat.email, "password": PASSWORD})
    assert "accounts/idle.js" in client.get(reverse("accounts:profile")).content.decode()
    assert "accounts/idle.js" not in client.get(reverse("hotlines:help")).content.decode()
    client.logout()
    assert "accounts/idle.js" not in client.get(reverse("account_login")).content.decode()
