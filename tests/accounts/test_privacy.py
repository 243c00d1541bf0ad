import json
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from accounts import invitations, privacy
from accounts.models import ErasureRequest, Invitation, User
from kernel.models import AuditEvent, first_broken_event
from tests.factories.accounts import PASSWORD, member, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def pat(roles, agency, administrator):
    user = member(agency, email="pat@agency.example", name="Pat Person", agency_id="A-7")
    Authenticator.objects.create(user=user, type="totp", data={"secret": "SECRETSECRET"})
    return user


@pytest.fixture
def browser(client, pat):
    client.force_login(pat)
    return client


def test_the_page_shows_all_that_is_kept(browser, agency):
    page = browser.get(reverse("accounts:my_data")).content.decode()
    for words in ("pat@agency.example", "Pat Person", "A-7", agency.name, "Learner"):
        assert words in page


def test_the_file_holds_the_same_and_no_secret(browser):
    answer = browser.get(reverse("accounts:my_data_file"))
    assert answer["Content-Disposition"].startswith('attachment; filename="my-data-')
    kept = json.loads(answer.content)
    assert kept["parts"]["account"]["account"][0]["email"] == "pat@agency.example"
    assert kept["parts"]["account"]["memberships"][0]["role"] == "Learner"
    assert "SECRETSECRET" not in answer.content.decode()
    assert "password" not in answer.content.decode().replace("password_changed", "")


def test_rooms_add_their_parts(browser, monkeypatch):
    monkeypatch.setattr(privacy, "_parts", dict(privacy._parts))
    erased = []
    privacy.register(
        "room",
        "A room",
        export=lambda user: [privacy.Table("things", "Things", {"made": "Made"}, [{"made": timezone.now()}])],
        erase=erased.append,
        stays="Some things stay.",
    )
    page = browser.get(reverse("accounts:my_data")).content.decode()
    assert "Things" in page
    assert "Some things stay." in page
    user = User.objects.get(email="pat@agency.example")
    privacy.erase(user, by=None)
    assert erased == [user]


def test_a_visitor_is_led_to_sign_in(client):
    for name in ("my_data", "my_data_file", "profile"):
        assert client.get(reverse(f"accounts:{name}"))["Location"].startswith("/en/account/login/?next=")
    assert client.post(reverse("accounts:keep_my_data")).status_code == 302


def test_asking_for_erasure_takes_a_tick_and_can_be_withdrawn(browser, pat):
    browser.post(reverse("accounts:my_data"))
    assert not ErasureRequest.objects.exists()
    browser.post(reverse("accounts:my_data"), {"sure": "on"})
    browser.post(reverse("accounts:my_data"), {"sure": "on"})
    assert ErasureRequest.objects.get().user == pat
    assert User.objects.get(pk=pat.pk).name == "Pat Person", "asking erases nothing yet"
    browser.post(reverse("accounts:keep_my_data"))
    assert not ErasureRequest.objects.exists()


def test_an_administrator_finds_who_asked_and_erases_after_a_confirmation(browser, pat, administrator):
    from django.test import Client

    browser.post(reverse("accounts:my_data"), {"sure": "on"})
    office = Client()
    office.force_login(administrator)
    assert "Pat Person" in office.get(reverse("people:list"), {"state": "erasure"}).content.decode()
    assert "What stays" in office.get(reverse("people:erase", args=[pat.pk])).content.decode()
    assert User.objects.get(pk=pat.pk).name == "Pat Person"
    office.post(reverse("people:erase", args=[pat.pk]))
    assert User.objects.get(pk=pat.pk).name == ""
    assert ErasureRequest.objects.get().done_at


def test_erasing_leaves_a_number_and_nothing_that_names_the_person(pat, administrator, agency):
    invitations.invite("pat@agency.example", unit=agency, role="translator", by=administrator)
    privacy.erase(pat, by=administrator)
    gone = User.objects.get(pk=pat.pk)
    assert (gone.name, gone.agency_id, gone.is_active) == ("", "", False)
    assert gone.email == f"erased-{pat.pk}@erased.invalid"
    assert not gone.has_usable_password()
    assert not gone.memberships.exists()
    assert not gone.groups.exists()
    assert not gone.emailaddress_set.exists()
    assert not Authenticator.objects.filter(user=gone).exists()
    assert not Invitation.objects.filter(email="pat@agency.example").exists()
    everything = str(list(AuditEvent.objects.values())) + str(list(User.objects.filter(pk=pat.pk).values()))
    assert "pat@agency" not in everything.lower()
    assert first_broken_event() is None


def test_an_erased_person_is_signed_out_and_cannot_come_back(browser, pat):
    from django.test import Client

    privacy.erase(pat, by=None)
    assert browser.get(reverse("accounts:profile")).status_code == 302
    client = Client()
    for email in ("pat@agency.example", f"erased-{pat.pk}@erased.invalid"):
        client.post(reverse("account_login"), {"login": email, "password": PASSWORD})
        assert "_auth_user_id" not in client.session


def test_only_an_administrator_erases(client, manager, port):
    learner = member(port)
    client.force_login(manager)
    assert client.post(reverse("people:erase", args=[learner.pk])).status_code == 404
    assert User.objects.get(pk=learner.pk).name


def test_the_command_erases_after_a_yes(pat, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda _question: "n")
    call_command("erase_person", "Pat@agency.example", stdout=StringIO())
    assert User.objects.get(pk=pat.pk).name
    monkeypatch.setattr("builtins.input", lambda _question: "y")
    words = StringIO()
    call_command("erase_person", "pat@agency.example", stdout=words)
    assert not User.objects.get(pk=pat.pk).name
    assert f"person {pat.pk}" in words.getvalue()


def test_the_commands_say_when_nobody_is_meant(db):
    for command in ("erase_person", "export_person"):
        with pytest.raises(CommandError, match="Nobody signs in with x@x.example"):
            call_command(command, "x@x.example")


def test_the_command_refuses_the_last_administrator(administrator):
    with pytest.raises(CommandError, match="last administrator"):
        call_command("erase_person", administrator.email, "--yes", stdout=StringIO())


def test_the_command_prints_what_the_page_shows(pat):
    words = StringIO()
    call_command("export_person", "pat@agency.example", stdout=words)
    assert json.loads(words.getvalue())["parts"]["account"]["account"][0]["name"] == "Pat Person"


# --- Profile ---


def save(client, **fields):
    return client.post(
        reverse("accounts:profile"), {"name": "Pat Person", "language": "en", "agency_id": "A-7", **fields}
    )


def test_a_person_changes_name_language_and_id_and_nothing_else(browser, pat):
    answer = save(
        browser, name=" Pat  Q. Person ", language="es", agency_id="B-8", email="x@x.example", is_superuser="on"
    )
    assert answer["Location"] == "/es/account/"
    pat.refresh_from_db()
    assert (pat.name, pat.language, pat.agency_id) == ("Pat Q. Person", "es", "B-8")
    assert pat.email == "pat@agency.example"
    assert not pat.is_superuser


@pytest.mark.parametrize(
    ("agency_id", "taken"), [("123-45-6789", False), ("123456789", False), ("12345678", True), ("A123456789", True)]
)
def test_what_looks_like_a_social_security_number_is_refused(browser, pat, agency_id, taken):
    page = save(browser, agency_id=agency_id)
    pat.refresh_from_db()
    assert (pat.agency_id == agency_id) is taken
    if not taken:
        assert "social security number" in page.content.decode()


@pytest.mark.parametrize("wrong", [{"name": ""}, {"name": "x" * 151}, {"language": "xx"}, {"agency_id": "x" * 41}])
def test_a_refused_profile_keeps_what_was_typed_and_changes_nothing(browser, pat, wrong):
    page = save(browser, **wrong).content.decode()
    assert "data-error-summary" in page
    pat.refresh_from_db()
    assert (pat.name, pat.language, pat.agency_id) == ("Pat Person", "en", "A-7")


def test_the_notice_stands_at_the_form(browser, client):
    assert "What we keep and why" in browser.get(reverse("accounts:profile")).content.decode()


def test_markup_in_a_name_is_shown_as_words(browser, pat):
    save(browser, name="<script>alert(1)</script>")
    assert "<script>alert(1)" not in browser.get(reverse("accounts:profile")).content.decode()


def test_people_are_kept_apart_by_address_whatever_its_case(db):
    from django.db import IntegrityError

    person("pat@agency.example")
    with pytest.raises(IntegrityError):
        User.objects.create(email="PAT@agency.example", name="Other")
