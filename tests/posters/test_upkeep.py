"""The wall stays right: a number changes by two people, and sheets, kits and their makers hear of it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role, sync_groups
from hotlines import carriers, proposals
from hotlines.models import Hotline
from posters import due, jobs, sheets, upkeep, workshop
from posters.choice import Choice
from posters.models import Kit, KitPurpose, KitState, Lookout, Poster, Sheet
from tests.factories.accounts import member, person, unit
from tests.factories.hotlines import make_hotline
from tests.factories.kits import LETTER, order, states, url

pytestmark = pytest.mark.django_db
NEW = {
    "phone_display": {"old": "1-202-555-0100", "new": "1-202-555-0199"},
    "phone_e164": {"old": "+12025550100", "new": "+12025550199"},
}


@pytest.fixture
def line(words):
    return make_hotline(code="us-help", name_en="Help line", hours="24/7", toll_free=True, confidential=True)


@pytest.fixture
def ana(db):
    sync_groups()
    return member(unit(), Role.COORDINATOR, name="Ana", email="ana@agency.example")


@pytest.fixture
def ben(ana):
    return member(unit(), Role.COORDINATOR, name="Ben", email="ben@agency.example")


@pytest.fixture
def change(ana, ben, django_capture_on_commit_callbacks):
    """Change a number: one proposes, another approves."""

    def put(hotline, changes=None, now=None):
        proposal = proposals.propose(hotline, changes or NEW, by=ana)
        with django_capture_on_commit_callbacks(execute=True):
            proposals.approve(proposal, by=ben, now=now)
        return proposal

    return put


def swap(changes: dict) -> dict:
    return {field: {"old": value["new"], "new": value["old"]} for field, value in changes.items()}


def test_from_the_change_to_the_reissue_kit(client, line, ana, ben, change, fake_press):
    kit = order(ana, "en", "es")
    other = order(person(email="pia@agency.example"), "fr", country="CA", hotline="us-help")
    workshop.run()
    old = list(kit.sheets.order_by("languages"))

    change(line)
    assert Sheet.objects.outdated().count() == 3 and not Sheet.objects.current().exists()
    renewal = Kit.objects.get(purpose=KitPurpose.RENEWAL)
    assert (renewal.made_by, renewal.hotline, renewal.places.count()) == (ben, line, 3)

    workshop.run()
    renewal.refresh_from_db()
    assert renewal.state == KitState.DONE and states(renewal) == ["made"] * 3
    for sheet in old:
        sheet.refresh_from_db()
        assert sheet.state == "outdated" and sheet.replaced_by.numbers["voice"] == "1-202-555-0199"
        assert sheet.replaced_by.languages == sheet.languages

    assert sorted(message.to[0] for message in mail.outbox) == ["ana@agency.example", "pia@agency.example"]
    letter = next(message for message in mail.outbox if message.to == ["ana@agency.example"])
    assert "2 sheets of your kits" in letter.body and kit.name in letter.body
    assert "/posters/kits/?state=outdated" in letter.body

    check = client.get(reverse("check_sheet", args=[old[0].code])).content.decode()
    assert 'data-standing="numbers"' in check and f'data-replacement="{old[0].replaced_by.code}"' in check
    assert client.get(reverse("check_sheet_file", args=[old[0].replaced_by.code])).status_code == 200
    assert client.get(reverse("check_sheet_file", args=[old[0].code])).status_code == 404

    client.force_login(ana)
    assert "prints numbers" in mail.outbox[0].body or "print numbers" in letter.body
    page = client.get(url("kits")).content.decode()
    assert "A number has changed on sheets of 1 of your kits" in page
    assert "2 sheets of this kit print a number" in client.get(url("kit", kit.pk)).content.decode()
    answer = client.post(url("kit_reissue", kit.pk), follow=True)
    again = Kit.objects.get(purpose=KitPurpose.REISSUE)
    assert answer.redirect_chain[-1][0] == url("kit", again.pk)
    before = len(fake_press.made)
    workshop.run()
    assert set(again.sheets.all()) == {sheet.replaced_by for sheet in old}
    assert len(fake_press.made) == before + 2  # asked for; the store had them
    assert "A number has changed" not in client.get(url("kits")).content.decode()
    assert other.sheets.outdated().count() == 1


def test_replacements_count_even_when_the_layout_has_changed_since(line, ana, change, fake_press, monkeypatch):
    kit = order(ana, "en", "es")
    workshop.run()
    change(line)
    workshop.run()
    assert list(Kit.objects.for_reissue()) == [kit]
    monkeypatch.setattr("posters.spec.LAYOUT_VERSION", 999)
    again = order(ana, "en", "es")
    assert list(Kit.objects.for_reissue()) == [kit]  # ordered is not yet made
    workshop.run()
    assert set(again.sheets.all()).isdisjoint(Sheet.objects.filter(replaces__isnull=False))
    assert not Kit.objects.for_reissue().exists()


def test_a_change_of_words_or_of_another_line_touches_nothing(line, ana, change, fake_press):
    far = make_hotline(code="mx-help", country="MX", time_zone="America/Mexico_City")
    order(ana, "en")
    workshop.run()
    change(far)
    change(line, {"url": {"old": "", "new": "https://example.org/"}})
    assert not Sheet.objects.outdated().exists() and not Kit.objects.filter(purpose=KitPurpose.RENEWAL).exists()


def test_a_number_changed_back_makes_the_old_sheets_current_again(line, ana, change, fake_press):
    kit = order(ana, "en")
    workshop.run()
    first = kit.sheets.get()
    change(line)
    workshop.run()
    first.refresh_from_db()
    second = first.replaced_by
    line.refresh_from_db()
    change(line, swap(NEW))
    first.refresh_from_db()
    assert first.state == "current" and first.replaced_by is None
    workshop.run()
    second.refresh_from_db()
    assert second.state == "outdated" and second.replaced_by == first
    assert sheets.replacement(second) == first and sheets.replacement(first) is None


def test_a_better_line_of_the_place_makes_its_sheets_outdated(line, ana, change, fake_press):
    kit = order(ana, "es")
    workshop.run()
    make_hotline(code="us-spanish", name_en="Spanish line", hours="24/7", languages="es", phone_display="1-202-555-0142",
                 phone_e164="+12025550142", is_published=False)  # fmt: skip
    proposal = proposals.propose_publication(Hotline.objects.get(code="us-spanish"), by=ana)
    moment, found = carriers.after(proposal, timezone.now())
    assert next(one for one in found if one.label == "Printed sheets").outdated == 1
    assert not Hotline.objects.get(code="us-spanish").is_published  # looking changed nothing
    proposals.approve(proposal, by=person())
    upkeep.after_change(Hotline.objects.get(code="us-spanish").pk, None)
    assert kit.sheets.get().state == "outdated"


def test_a_line_that_ends_leaves_its_sheets_outdated_and_says_why(line, ana, change, fake_press):
    kit = order(ana, "en", hotline="us-help")
    workshop.run()
    now = timezone.now()
    change(line, {"valid_to": {"old": "", "new": now.isoformat()}}, now=now)
    workshop.run()
    assert kit.sheets.get().state == "outdated" and kit.sheets.get().replaced_by is None
    renewal = Kit.objects.get(purpose=KitPurpose.RENEWAL)
    assert renewal.state == KitState.FAILED and "not in force" in renewal.places.get().problem


def test_a_scheduled_change_takes_effect_at_its_moment(line, ana, change, fake_press):
    kit = order(ana, "en")
    workshop.run()
    assert Lookout.objects.exists()
    now = timezone.now()
    moment = now + timedelta(days=3)
    new = make_hotline(code="us-new", name_en="New line", hours="24/7", phone_display="1-202-555-0177",
                       phone_e164="+12025550177", valid_from=moment)  # fmt: skip
    changes = {
        "valid_to": {"old": "", "new": moment.isoformat()},
        "replaced_by": {"old": "", "new": str(new.pk)},
    }
    proposal = proposals.propose(line, changes, by=ana)
    takes_effect, found = carriers.after(proposal, now)
    assert takes_effect == moment
    assert next(one for one in found if one.label == "Printed sheets").outdated == 1
    proposals.reject(proposal, by=ana)
    change(line, changes)
    sheet = kit.sheets.get()
    assert sheet.state == "current"
    workshop.run(clock=lambda: moment - timedelta(minutes=1))
    sheet.refresh_from_db()
    assert sheet.state == "current"
    assert not due.due(moment - timedelta(minutes=1)).exists() and due.due(moment).exists()
    workshop.run(clock=lambda: moment)
    sheet.refresh_from_db()
    assert sheet.state == "outdated" and sheet.replaced_by.numbers["voice"] == "1-202-555-0177"


def test_what_a_crash_left_undone_after_an_approval_is_done_with_the_next_run(line, ana, ben, fake_press):
    kit = order(ana, "en")
    workshop.run()
    proposals.approve(proposals.propose(line, NEW, by=ana), by=ben)  # nothing after the commit ran
    assert kit.sheets.get().state == "current"
    workshop.run()
    assert kit.sheets.get().state == "outdated" and kit.sheets.get().replaced_by


def test_letters_go_once_per_person_and_day_and_later_changes_the_next_day(line, ana, change, fake_press):
    kit = order(ana, "en", "es")
    workshop.run()
    morning = timezone.make_aware(datetime(2026, 6, 1, 9))
    Sheet.objects.filter(pk=kit.sheets.first().pk).update(outdated_at=morning)
    assert upkeep.notify(morning + timedelta(minutes=1)) == 1
    Sheet.objects.filter(pk=kit.sheets.last().pk).update(outdated_at=morning + timedelta(hours=1))
    assert upkeep.notify(morning + timedelta(hours=2)) == 0
    assert upkeep.notify(morning + timedelta(days=1)) == 1
    assert upkeep.notify(morning + timedelta(days=2)) == 0
    assert len(mail.outbox) == 2


def test_a_letter_that_was_not_taken_is_sent_with_the_next_run(line, ana, fake_press, monkeypatch):
    kit = order(ana, "en")
    workshop.run()
    kit.sheets.update(outdated_at=timezone.now())
    monkeypatch.setattr(upkeep, "send", lambda message: False)
    assert upkeep.notify(timezone.now()) == 0
    monkeypatch.undo()
    assert upkeep.notify(timezone.now()) == 1


def test_people_who_left_get_no_letter(line, ana, fake_press):
    kit = order(ana, "en")
    workshop.run()
    kit.sheets.update(outdated_at=timezone.now())
    ana.is_active = False
    ana.save()
    assert upkeep.notify(timezone.now()) == 0


def test_the_poster_of_the_gallery_gets_the_new_sheet(line, ana, change, fake_press):
    kit = order(ana, "en")
    workshop.run()
    sheet = kit.sheets.get()
    poster = Poster.objects.create(name="Hall", campaign=sheet.campaign, choice=sheet.choice, sheet=sheet)
    change(line)
    workshop.run()
    poster.refresh_from_db()
    assert poster.sheet != sheet and poster.sheet.numbers["voice"] == "1-202-555-0199"


def test_the_screens_say_what_carries_a_number_before_it_is_approved(client, line, ana, ben, fake_press):
    kit = order(ana, "en", "es")
    workshop.run()
    proposal = proposals.propose(line, NEW, by=ana)
    client.force_login(ben)
    page = client.get(reverse("hotline_desk:change", args=[proposal.pk])).content.decode()
    assert "Would be outdated" in page and "Printed sheets" in page and kit.name in page
    assert str(kit.sheets.first()) in page
    line.refresh_from_db()
    assert line.phone_display == "1-202-555-0100"
    page = client.get(reverse("hotline_desk:carriers", args=[line.pk])).content.decode()
    assert "Printed sheets" in page and "Lessons and pages" in page
    client.force_login(person())
    assert client.get(reverse("hotline_desk:carriers", args=[line.pk])).status_code in {302, 403}


def test_all_outdated_sheets_are_ordered_with_one_click(client, line, ana, ben, change, fake_press):
    order(ana, "en")
    order(ben, "es")
    workshop.run()
    change(line)
    workshop.run()
    client.force_login(ana)
    client.post(url("kits_reissue"))
    mine = Kit.objects.get(purpose=KitPurpose.REISSUE)
    assert [choice.languages for choice in jobs.choices_of(mine)] == [("en",)]
    client.post(url("kits_reissue"), {"all": "1"})
    every = Kit.objects.filter(purpose=KitPurpose.REISSUE).exclude(pk=mine.pk).get()
    assert every.places.count() == 2
    client.force_login(person())
    assert client.post(url("kits_reissue"), {"all": "1"}).status_code == 404
    assert client.post(url("kits_reissue")).status_code == 404


def test_marking_many_sheets_asks_the_registry_once_for_each_place(
    line,
    ana,
    fake_press,
    django_assert_max_num_queries,
):
    jobs.order_kit(ana, [replace(LETTER, issued_by=f"Office {n}") for n in range(30)], "Offices", timezone.now())
    workshop.run()
    Hotline.objects.filter(pk=line.pk).update(phone_display="1-202-555-0199", phone_e164="+12025550199")
    with django_assert_max_num_queries(30):
        upkeep.renew(line, now=timezone.now())
    assert Sheet.objects.outdated().count() == 30


def test_a_sheet_with_a_choice_nobody_can_read_breaks_nothing(line, ana, fake_press):
    kit = order(ana, "en")
    workshop.run()
    kit.sheets.update(choice={"languages": 7})
    upkeep.renew(line, now=timezone.now())
    assert Choice.read({"campaign": "x"}).campaign == "x"
    assert kit.sheets.get().state == "outdated"


def test_the_server_and_the_lists_call_for_what_came_due_and_for_nothing_else(line, ana, fake_press, monkeypatch):
    calls = []
    monkeypatch.setattr("posters.doorbell.wake", lambda: calls.append(True))
    now = timezone.now()
    due.take_up(now)
    assert not calls  # no kit, no sheet: nothing to look after
    order(ana, "en")
    due.take_up(now)
    assert len(calls) == 1
    workshop.run()
    due.take_up(timezone.now())
    due.wake_if_due(timezone.now())
    assert len(calls) == 1
    Hotline.objects.filter(pk=line.pk).update(valid_to=now + timedelta(days=1))
    due.wake_if_due(now + timedelta(hours=23))
    assert len(calls) == 1
    due.wake_if_due(now + timedelta(days=1))
    due.take_up(now + timedelta(days=1))
    assert len(calls) == 3
