"""Changes to published numbers: one person proposes, another one decides.

Everything that changes a field of `NUMBER_FIELDS` on a published hotline goes through `propose` and `approve`. The one
exception is the first load into an empty registry.
"""

from django.db import transaction
from django.utils import timezone

from hotlines.models import NUMBER_FIELDS, Hotline, Proposal
from hotlines.signals import number_changed
from kernel.models import record_event


class NotDecidable(Exception):
    """A proposal cannot be decided in this way; subclasses say why."""


class SamePerson(NotDecidable):
    """The one who proposed cannot approve."""


class AlreadyDecided(NotDecidable):
    """It is no longer open."""


class Outdated(NotDecidable):
    """The hotline has changed since; the proposal answers a number that is no longer there."""


def as_text(hotline: Hotline, field: str) -> str:
    """A field's value as the database's serialiser writes it; empty for none."""
    model_field = Hotline._meta.get_field(field)
    value = model_field.value_from_object(hotline)
    return "" if value is None else str(model_field.value_to_string(hotline))


def difference(before: Hotline, after: Hotline, fields=NUMBER_FIELDS) -> dict[str, dict[str, str]]:
    """{field: {"old": text, "new": text}} for the fields in which two states of a hotline differ."""
    changes = {}
    for field in fields:
        old, new = as_text(before, field), as_text(after, field)
        if old != new:
            changes[field] = {"old": old, "new": new}
    return changes


def propose(hotline: Hotline, changes: dict, *, by, reason: str = "") -> Proposal:
    """Store a change that waits. The same change waiting already is returned, not doubled."""
    for proposal in hotline.proposals.open():
        if proposal.changes == changes and not proposal.publishes:
            return proposal
    proposal = Proposal.objects.create(hotline=hotline, changes=changes, proposed_by=by, reason=reason)
    record_event("hotline.change proposed", actor=by, subject=hotline.code, detail={"fields": sorted(changes)})
    return proposal


def propose_publication(hotline: Hotline, *, by, reason: str = "") -> Proposal:
    """Offer a new hotline for publication. What was offered before in another shape is withdrawn."""
    shape = {field: {"old": as_text(hotline, field), "new": as_text(hotline, field)} for field in NUMBER_FIELDS}
    hotline.proposals.open().filter(publishes=True).update(state=Proposal.State.REJECTED, decided_at=timezone.now())
    proposal = Proposal.objects.create(hotline=hotline, changes=shape, publishes=True, proposed_by=by, reason=reason)
    record_event("hotline.publication proposed", actor=by, subject=hotline.code)
    return proposal


def check(proposal: Proposal, *, by) -> None:
    """Raise the reason why this person cannot approve this proposal now."""
    if proposal.state != Proposal.State.OPEN:
        raise AlreadyDecided
    if by is None or not by.pk or by.pk == proposal.proposed_by_id:
        raise SamePerson
    if any(as_text(proposal.hotline, field) != change["old"] for field, change in proposal.changes.items()):
        raise Outdated


@transaction.atomic
def approve(proposal: Proposal, *, by, now=None) -> Hotline:
    """Put a proposed change in force and return the hotline.

    Raises SamePerson, AlreadyDecided or Outdated; ValidationError when the result would break a rule of the registry.
    """
    now = now or timezone.now()
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    hotline = Hotline.objects.select_for_update().get(pk=proposal.hotline_id)
    proposal.hotline = hotline
    check(proposal, by=by)
    put(hotline, proposal)
    hotline.full_clean()
    hotline.changed_at = now
    hotline.save(update_fields=[*proposal.changes, "is_published", "changed_at"])
    _decide(proposal, Proposal.State.APPROVED, by, now)
    detail = {"fields": sorted(proposal.changes), "proposal": proposal.pk}
    record_event("hotline.change approved", actor=by, subject=hotline.code, detail=detail)
    number_changed.send(Hotline, hotline=hotline, changes=proposal.changes, proposal=proposal)
    return hotline


def put(hotline: Hotline, proposal: Proposal) -> None:
    """Write the proposed values into a hotline, without saving it."""
    for field, change in proposal.changes.items():
        model_field = Hotline._meta.get_field(field)
        setattr(
            hotline, model_field.attname, model_field.to_python(change["new"]) if change["new"] else empty(model_field)
        )
    hotline.is_published = True


@transaction.atomic
def reject(proposal: Proposal, *, by, now=None) -> None:
    """Close a proposal without effect. The one who proposed may do it too, to take it back."""
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if proposal.state != Proposal.State.OPEN:
        raise AlreadyDecided
    _decide(proposal, Proposal.State.REJECTED, by, now or timezone.now())
    record_event("hotline.change rejected", actor=by, subject=proposal.hotline.code, detail={"proposal": proposal.pk})


def _decide(proposal: Proposal, state: str, by, now) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at = state, by, now
    proposal.save(update_fields=["state", "decided_by", "decided_at"])


def empty(model_field):
    return None if model_field.null else ""
