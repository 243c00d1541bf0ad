"""A published number changes only when two people agree."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from hotlines import proposals
from hotlines.models import Hotline, Proposal
from hotlines.signals import number_changed
from kernel.models import AuditEvent
from tests.factories.hotlines import make_hotline, make_keeper

pytestmark = pytest.mark.django_db
NEW = {
    "phone_display": {"old": "1-202-555-0100", "new": "1-202-555-0199"},
    "phone_e164": {"old": "+12025550100", "new": "+12025550199"},
}


@pytest.fixture
def hotline():
    return make_hotline()


@pytest.fixture
def heard():
    calls = []

    def listen(sender, hotline, changes, **_rest):
        calls.append((hotline.code, changes))

    number_changed.connect(listen)
    yield calls
    number_changed.disconnect(listen)


def test_a_proposal_changes_nothing(hotline, ana, heard):
    proposals.propose(hotline, NEW, by=ana)
    hotline.refresh_from_db()
    assert hotline.phone_e164 == "+12025550100" and not heard


def test_a_second_person_puts_it_in_force_and_others_hear_of_it(hotline, ana, ben, heard):
    proposal = proposals.propose(hotline, NEW, by=ana)
    now = datetime(2026, 5, 1, tzinfo=UTC)
    proposals.approve(proposal, by=ben, now=now)
    hotline.refresh_from_db()
    proposal.refresh_from_db()
    assert (hotline.phone_e164, hotline.phone_display, hotline.changed_at) == ("+12025550199", "1-202-555-0199", now)
    assert (proposal.state, proposal.decided_by) == (Proposal.State.APPROVED, ben)
    assert heard == [(hotline.code, NEW)]
    assert AuditEvent.objects.filter(action="hotline.change approved", actor=ben, subject=hotline.code).exists()


def test_the_one_who_proposed_cannot_approve(hotline, ana):
    proposal = proposals.propose(hotline, NEW, by=ana)
    with pytest.raises(proposals.SamePerson):
        proposals.approve(proposal, by=ana)
    hotline.refresh_from_db()
    assert hotline.phone_e164 == "+12025550100"


def test_a_superuser_cannot_approve_their_own_change_either(hotline):
    chief = make_keeper("Cleo")
    chief.is_superuser = True
    chief.save()
    with pytest.raises(proposals.SamePerson):
        proposals.approve(proposals.propose(hotline, NEW, by=chief), by=chief)


def test_nobody_at_all_cannot_approve(hotline, ana):
    with pytest.raises(proposals.SamePerson):
        proposals.approve(proposals.propose(hotline, NEW, by=ana), by=None)


def test_the_database_itself_refuses_one_person_in_both_roles(hotline, ana):
    proposal = proposals.propose(hotline, NEW, by=ana)
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(state=Proposal.State.APPROVED, decided_by=ana)


def test_a_proposal_is_decided_once(hotline, ana, ben):
    proposal = proposals.propose(hotline, NEW, by=ana)
    proposals.approve(proposal, by=ben)
    with pytest.raises(proposals.AlreadyDecided):
        proposals.approve(proposal, by=ben)
    with pytest.raises(proposals.AlreadyDecided):
        proposals.reject(proposal, by=ben)


def test_a_rejected_change_leaves_the_number(hotline, ana, ben, heard):
    proposal = proposals.propose(hotline, NEW, by=ana)
    proposals.reject(proposal, by=ben)
    with pytest.raises(proposals.AlreadyDecided):
        proposals.approve(proposal, by=ben)
    hotline.refresh_from_db()
    assert hotline.phone_e164 == "+12025550100" and not heard


def test_the_one_who_proposed_may_take_it_back(hotline, ana):
    proposal = proposals.propose(hotline, NEW, by=ana)
    proposals.reject(proposal, by=ana)
    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.REJECTED


def test_a_proposal_against_a_number_that_has_changed_since_is_refused(hotline, ana, ben):
    first = proposals.propose(hotline, NEW, by=ana)
    other = {
        "phone_e164": NEW["phone_e164"] | {"new": "+12025550155"},
        "phone_display": NEW["phone_display"] | {"new": "1-202-555-0155"},
    }
    second = proposals.propose(hotline, other, by=ana)
    proposals.approve(first, by=ben)
    with pytest.raises(proposals.Outdated):
        proposals.approve(second, by=ben)


def test_a_change_that_would_break_a_rule_is_refused_and_stays_open(hotline, ana, ben):
    half = {"phone_e164": NEW["phone_e164"]}
    proposal = proposals.propose(hotline, half, by=ana)
    with pytest.raises(ValidationError):
        proposals.approve(proposal, by=ben)
    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.OPEN


def test_a_new_line_is_published_by_a_second_person(ana, ben):
    hotline = make_hotline(is_published=False)
    proposal = proposals.propose_publication(hotline, by=ana)
    with pytest.raises(proposals.SamePerson):
        proposals.approve(proposal, by=ana)
    proposals.approve(proposal, by=ben)
    hotline.refresh_from_db()
    assert hotline.is_published


def test_what_the_second_person_saw_is_what_gets_published(ana, ben):
    hotline = make_hotline(is_published=False)
    proposal = proposals.propose_publication(hotline, by=ana)
    hotline.phone_display, hotline.phone_e164 = "1-202-555-0188", "+12025550188"
    hotline.save()
    with pytest.raises(proposals.Outdated):
        proposals.approve(proposal, by=ben)
    assert proposals.propose_publication(hotline, by=ana).pk != proposal.pk
    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.REJECTED


def test_a_switch_over_takes_place_at_its_moment_by_itself(ana, ben):
    old, new = make_hotline(code="old"), make_hotline(code="new")
    moment = timezone.now() + timedelta(days=7)
    changes = proposals.difference(old, Hotline(**{**_fields(old), "valid_to": moment, "replaced_by_id": new.pk}))
    assert set(changes) == {"valid_to", "replaced_by"}
    proposals.approve(proposals.propose(old, changes, by=ana), by=ben)
    old.refresh_from_db()
    assert old.in_force(moment - timedelta(seconds=1)) == old
    assert old.in_force(moment) == new


def _fields(hotline):
    return {field.attname: getattr(hotline, field.attname) for field in Hotline._meta.concrete_fields}


def test_a_circle_of_replacements_ends(ana):
    past = timezone.now() - timedelta(days=1)
    one = make_hotline(valid_to=past)
    other = make_hotline(valid_to=past, replaced_by=one)
    one.replaced_by = other
    assert one.in_force(timezone.now()) in (one, other)


def test_a_published_hotline_is_never_deleted(hotline):
    with pytest.raises(models.ProtectedError):
        hotline.delete()
    assert Hotline.objects.filter(pk=hotline.pk).exists()


def test_a_hotline_that_was_never_published_can_go(db):
    hotline = make_hotline(is_published=False)
    hotline.delete()
    assert not Hotline.objects.exists()
