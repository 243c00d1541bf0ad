"""Organisations correct themselves by a link; a person looks at each answer; nothing tells which links exist."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from accounts.roles import Role
from directory.models import Location, Organisation, Phone, Service, Verification
from directory.models.entries import Freshness, State
from directory.upkeep import links, values, views
from directory.upkeep.models import UpdateLink
from kernel.models import AuditEvent
from tests.factories.accounts import member, person, unit

WORKLIST = "/admin/directory/checks/"


@pytest.fixture
def entry(db):
    organisation = Organisation.objects.create(
        name="Harbour House",
        email="desk@harbour.example",
        website="https://harbour.example",
        country="US",
        state=State.PUBLISHED,
        verified_on=timezone.localdate() - timedelta(days=300),
    )
    Phone.objects.create(organisation=organisation, number="+1 202 555 0111")
    Service.objects.create(organisation=organisation, name="Shelter")
    Location.objects.create(organisation=organisation, city="Boston", country="US", address_1="4 Pier Road")
    return organisation


@pytest.fixture
def link(entry):
    return links.make(entry, by=person(), now=timezone.now())


@pytest.fixture
def where(db):
    return unit()


def path_of(link):
    return "/" + links.address_of(link).split("/", 3)[3]


def data_of(entry, **changes):
    data = {value.name: value.now for value in values.values_of(entry)}
    service = entry.services.get()
    data[f"service__{service.pk}__status"] = service.status
    return data | changes


def send(client, link, **changes):
    return client.post(path_of(link), data_of(link.organisation, **changes))


# --- The organisation's side ---------------------------------------------------------------------------------------


def test_the_page_shows_the_entry_without_account_cookie_or_trace(client, link):
    client.cookies.clear()
    answer = client.get(path_of(link))
    text = answer.content.decode()
    assert answer.status_code == 200 and "Harbour House" in text and "+1 202 555 0111" in text
    assert "4 Pier Road" not in text
    assert not answer.cookies and "no-store" in answer["Cache-Control"] and answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer["X-Robots-Tag"]


def test_an_answer_changes_nothing_until_a_person_approves(client, link, entry):
    answer = send(client, link, organisation__website="https://new.example", remark="We moved.")
    assert answer.status_code == 200 and "Thank you" in answer.content.decode()
    entry.refresh_from_db()
    link.refresh_from_db()
    assert entry.website == "https://harbour.example"
    assert link.changes == {"organisation:website": {"old": "https://harbour.example", "new": "https://new.example"}}
    assert link.answer == "open" and link.remark == "We moved."


def test_an_answer_can_be_changed_until_it_is_decided(client, link):
    send(client, link, organisation__website="https://new.example")
    assert "https://new.example" in client.get(path_of(link)).content.decode()
    send(client, link, organisation__website="https://newer.example")
    link.refresh_from_db()
    assert link.changes["organisation:website"]["new"] == "https://newer.example"


def test_everything_is_right_is_an_answer_too(client, link, entry, where):
    send(client, link)
    link.refresh_from_db()
    assert link.changes == {} and link.answer == "open"
    links.approve(link, by=person(), on=timezone.localdate(), now=timezone.now())
    entry.refresh_from_db()
    assert entry.verified_on == timezone.localdate() and entry.verified_how == "self"
    assert Verification.objects.get().result == Verification.Result.CONFIRMED


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("organisation__website", "javascript:alert(1)"),
        ("organisation__email", "nobody"),
        ("organisation__name", ""),
        ("organisation__description", "=HYPERLINK(1)"),
        ("organisation__description", "x" * 4001),
        ("organisation__description", "\u202eturned"),
        ("organisation__name", "a\x00b"),
        ("phone__new__number", "x" * 61),
        ("remark", "x" * 1501),
    ],
)
def test_what_cannot_be_taken_is_told_and_what_was_typed_stays(client, link, field, value):
    answer = send(client, link, **{field: value, "organisation__alternate_name": "Typed before"})
    assert answer.status_code == 422 and "Typed before" in answer.content.decode()
    link.refresh_from_db()
    assert link.answer == "none"


def test_languages_are_codes_that_exist(client, link, entry):
    key = f"service__{entry.services.get().pk}__languages"
    assert send(client, link, **{key: "en xx99"}).status_code == 422
    assert send(client, link, **{key: "ES, en"}).status_code == 200
    link.refresh_from_db()
    assert [change["new"] for change in link.changes.values()] == ["en es"]


def test_a_field_that_is_no_value_of_the_entry_is_ignored(client, link, entry):
    send(client, link, state="withdrawn", organisation__state="withdrawn", verified_on="2030-01-01")
    link.refresh_from_db()
    assert link.changes == {}


def test_all_links_that_do_not_work_look_the_same(client, entry, link):
    now = timezone.now()
    ended = links.make(entry, now=now - timedelta(days=31))
    used = links.make(entry, now=now)
    used.closed_at = now
    used.save()
    unknown = UpdateLink(organisation=entry)
    forged = path_of(link)[:-3] + "xx/"
    answers = [
        client.get(path)
        for path in (path_of(ended), path_of(used), path_of(unknown), forged, "/en/directory/update/x/")
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({re.sub(r'(href|value|action)="[^"]*"', "", answer.content.decode()) for answer in answers}) == 1
    assert client.post(path_of(ended), {}).status_code == 404


def test_a_new_link_ends_those_that_were_not_answered(entry, link):
    links.make(entry, now=timezone.now())
    assert links.find(links.token_of(link), now=timezone.now()) is None


def test_a_link_works_to_its_last_moment_and_not_beyond(link):
    token = links.token_of(link)
    assert links.find(token, now=link.expires_at - timedelta(seconds=1)) == link
    assert links.find(token, now=link.expires_at) is None


def test_guessing_is_slowed_down(client, db, monkeypatch):
    monkeypatch.setattr(views, "TRIES", 2)
    assert [client.get("/en/directory/update/x/").status_code for _number in range(3)] == [404, 404, 429]


def test_no_log_line_names_the_link_or_an_address(client, link, caplog, entry):
    caplog.set_level("DEBUG")
    send(client, link, organisation__email="other@harbour.example")
    client.get(path_of(link)[:-3] + "xx/")
    links.mail(link, now=timezone.now())
    token = links.token_of(link)
    events = " ".join(f"{event.subject} {event.detail}" for event in AuditEvent.objects.all())
    for text in (caplog.text, events):
        assert token not in text and token[:30] not in text and "harbour.example" not in text


# --- The editor's side ---------------------------------------------------------------------------------------------


def approve(link, by=None):
    link.refresh_from_db()
    links.approve(link, by=by or person(), on=timezone.localdate(), now=timezone.now())


def test_approval_writes_notes_a_check_and_uses_the_link_up(client, link, entry):
    phone, service, place = entry.phones.get(), entry.services.get(), entry.locations.get()
    send(
        client,
        link,
        organisation__website="https://new.example",
        phone__new__number="+1 202 555 0122",
        **{
            f"phone__{phone.pk}__number": "",
            f"service__{service.pk}__name": "Night shelter",
            f"service__{service.pk}__languages": "es",
            f"location__{place.pk}__confidential": "yes",
        },
    )
    approve(link)
    entry.refresh_from_db()
    assert entry.website == "https://new.example" and entry.freshness(on=timezone.localdate()) == Freshness.CONFIRMED
    assert [one.number for one in entry.phones.all()] == ["+1 202 555 0122"]
    assert entry.phones.get().e164 == "+12025550122"
    assert entry.services.get().name == "Night shelter"
    assert [one.code for one in entry.services.get().languages.all()] == ["es"]
    place.refresh_from_db()
    assert place.is_confidential and not place.address_1
    assert client.get(path_of(link)).status_code == 404


def test_who_made_the_link_cannot_approve_contacts_that_came_by_it(client, link):
    send(client, link, organisation__email="evil@other.example")
    with pytest.raises(links.SamePerson):
        approve(link, by=link.made_by)
    send(client, link, organisation__description="New words.")
    approve(link, by=link.made_by)


def test_an_answer_to_what_has_changed_since_is_not_put_in_force(client, link, entry):
    send(client, link, organisation__website="https://new.example")
    Organisation.objects.update(website="https://third.example")
    with pytest.raises(values.Changed):
        approve(link)
    entry.refresh_from_db()
    assert entry.website == "https://third.example" and not Verification.objects.exists()


def test_an_answer_is_decided_once(client, link):
    send(client, link)
    approve(link)
    with pytest.raises(links.AlreadyDecided):
        approve(link)
    with pytest.raises(links.AlreadyDecided):
        links.refuse(link, by=None, now=timezone.now())


def test_editors_see_the_difference_give_back_and_approve_on_their_screens(client, link, where):
    send(client, link, organisation__website="https://new.example")
    client.force_login(member(where, Role.EDITOR))
    screen = f"/admin/directory/answers/{link.pk}/"
    text = client.get(screen).content.decode()
    assert "https://harbour.example" in text and "https://new.example" in text
    assert client.post(screen, {"return": "1", "question": " "}).status_code == 422
    client.post(screen, {"return": "1", "question": "Is the old page gone?"})
    client.logout()
    assert "Is the old page gone?" in client.get(path_of(link)).content.decode()
    send(client, link, organisation__website="https://new.example", remark="Yes.")
    client.force_login(member(where, Role.EDITOR))
    client.post(screen, {"approve": "1"})
    assert Organisation.objects.get().website == "https://new.example"
    assert "decided before" in client.post(screen, {"approve": "1"}).content.decode()


def test_the_worklist_shows_what_is_due_hidden_and_answered(client, entry, where, django_assert_max_num_queries):
    today = timezone.localdate()
    for number in range(30):
        Organisation.objects.create(
            name=f"Due {number}", state=State.PUBLISHED, verified_on=today - timedelta(days=280)
        )
    Organisation.objects.create(name="Long ago", state=State.PUBLISHED, verified_on=today - timedelta(days=400))
    Organisation.objects.create(name="Fresh", state=State.PUBLISHED, verified_on=today)
    client.force_login(member(where, Role.EDITOR))
    with django_assert_max_num_queries(40):
        text = client.get(WORKLIST).content.decode()
    assert "Due 7" in text and "Fresh" not in text and "Long ago" not in text
    assert "Long ago" in client.get(WORKLIST, {"list": "lapsed"}).content.decode()
    assert "Nothing waits" in client.get(WORKLIST, {"list": "sent"}).content.decode()
    assert "Harbour House" in client.get(WORKLIST, {"country": "US"}).content.decode()
    assert "Due 7" not in client.get(WORKLIST, {"country": "US"}).content.decode()
    assert "31 entries are due" in client.get("/admin/").content.decode()


def test_a_link_to_copy_is_shown_once_and_a_check_can_be_noted(client, entry, where):
    client.force_login(member(where, Role.COORDINATOR))
    screen = f"{WORKLIST}{entry.pk}/"
    client.post(f"{screen}link/", {"copy": "1"})
    assert "/directory/update/" in client.get(screen).content.decode()
    assert "/directory/update/" not in client.get(screen).content.decode()
    later = {"check": "1", "how": "page", "result": "confirmed", "on": timezone.localdate() + timedelta(days=1)}
    assert client.post(screen, later).status_code == 422
    assert "self" not in client.get(screen).content.decode().split('name="how"')[1].split("</select>")[0]
    client.post(screen, later | {"on": timezone.localdate()})
    entry.refresh_from_db()
    assert entry.verified_on == timezone.localdate()


@pytest.mark.parametrize("role", [Role.LEARNER, Role.TRANSLATOR, Role.TRAINING_MANAGER])
def test_other_roles_reach_no_screen(client, entry, link, where, role):
    client.force_login(member(where, role))
    for path in (WORKLIST, f"{WORKLIST}{entry.pk}/", f"/admin/directory/answers/{link.pk}/"):
        assert client.get(path).status_code in {302, 403, 404}
    client.post(f"{WORKLIST}{entry.pk}/link/", {"copy": "1"})
    assert UpdateLink.objects.count() == 1


# --- Letters -------------------------------------------------------------------------------------------------------


def test_the_letter_goes_to_the_address_of_the_entry_with_the_link(entry, link):
    assert links.mail(link, now=timezone.now())
    (letter,) = mail.outbox
    assert letter.to == ["desk@harbour.example"] and links.address_of(link) in letter.body
    entry.email = ""
    assert not links.mail(UpdateLink(organisation=entry), now=timezone.now())


def test_due_organisations_are_asked_once_in_two_months(entry):
    now, today = timezone.now(), timezone.localdate()
    Organisation.objects.create(name="Fresh", email="a@b.example", state=State.PUBLISHED, verified_on=today)
    Organisation.objects.create(name="Draft", email="a@b.example", state=State.DRAFT)
    Organisation.objects.create(name="Fiction", email="a@b.example", state=State.PUBLISHED, is_fictional=True)
    assert links.ask_due(on=today, now=now) == 1
    assert links.ask_due(on=today, now=now + timedelta(days=59)) == 0
    assert links.ask_due(on=today, now=now + timedelta(days=61)) == 1


def test_the_command_reminds_keepers_and_asks_organisations(entry, where, capsys):
    member(where, Role.EDITOR)
    call_command("remind_directory", "--mail", "--ask")
    out = capsys.readouterr().out
    assert "1 entries are due" in out and "1 organisations were asked" in out and "1 mails sent" in out
    assert len(mail.outbox) == 2
