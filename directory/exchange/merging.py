"""Make one entry of two, as a person chose field by field, and take it back.

One entry stays (`kept`) and takes over the chosen values and parts; the other (`gone`) is withdrawn and remembers what it was.
From an entry that nobody has published no telephone number or address slips into a published one: it is proposed there.
"""

from datetime import datetime

from django.db import models, transaction

from directory.exchange import contacts, snapshots
from directory.exchange.batches import Outdated, WrongState, refresh
from directory.exchange.models import Merge, Pairing
from directory.models import (
    ContactChange,
    HotlineLink,
    Location,
    Organisation,
    OrganisationWords,
    Phone,
    Service,
    ServiceAtLocation,
)
from directory.models.entries import State
from kernel.models import record_event

# What may be chosen, in the order of the screen.
FIELDS = (
    "name",
    "alternate_name",
    "language",
    "description",
    "kind",
    "country",
    "region",
    "email",
    "website",
    "coalitions",
    "legal_status",
    "source_urls",
    "licence",
    "note",
)
PARTS: dict[str, type[models.Model]] = {"service": Service, "location": Location, "phone": Phone}


def choosable(one: Organisation, other: Organisation) -> list[dict]:
    """Rows of {name, label, one, other, differs} for the fields in which at least one of the two has something."""
    rows = []
    for name in FIELDS:
        values = [shown_value(entry, name) for entry in (one, other)]
        if any(values):
            label = Organisation._meta.get_field(name).verbose_name
            rows.append(
                {"name": name, "label": label, "one": values[0], "other": values[1], "differs": values[0] != values[1]}
            )
    return rows


def shown_value(entry: Organisation, name: str) -> str:
    display = getattr(entry, f"get_{name}_display", None)
    return str(display() if display else getattr(entry, name) or "")


def parts_of(entry: Organisation) -> list[tuple[str, models.Model]]:
    """(kind, row) of what hangs at an entry and may go with it."""
    return [
        *(("service", row) for row in entry.services.all()),
        *(("location", row) for row in entry.locations.all()),
        *(("phone", row) for row in entry.phones.all()),
    ]


@transaction.atomic
def merge(
    kept: Organisation, gone: Organisation, *, values: set[str], parts: set[str], by=None, now: datetime
) -> tuple[Merge, int]:
    """Put the named values and parts (keys of rows) of `gone` into `kept`, and withdraw `gone`.

    Returns the merge and how many contacts wait for a second person. Raises WrongState for an entry that is withdrawn already.
    """
    kept, gone = (Organisation.objects.select_for_update().get(pk=entry.pk) for entry in (kept, gone))
    if kept.pk == gone.pk or State.WITHDRAWN in {kept.state, gone.state}:
        raise WrongState
    before = {"kept": snapshots.taken(kept.pk), "gone": snapshots.taken(gone.pk)}
    guarded = kept.is_published and not gone.is_published
    had = {str(row.pk) for row in snapshots.parts_of(kept.pk)}
    old = {("organization", str(kept.pk)): {name: getattr(kept, name) for name in contacts.PROTECTED[Organisation]}}
    for name in values & set(FIELDS):
        setattr(kept, name, getattr(gone, name))
    reason = str(gone)
    waiting = len(contacts.hold_back(kept, [kept], old, by=by, reason=reason)) if guarded else 0
    kept.full_clean(exclude=["parent_organisation"])
    kept.save()
    _move(gone, kept, parts)
    if guarded:
        waiting += _hold_numbers(kept, had, by, reason)
    Organisation.objects.filter(parent_organisation=gone).update(parent_organisation=kept)
    gone.state = State.WITHDRAWN
    gone.save(update_fields=["state", "changed_at"])
    done = Merge.objects.create(
        kept=kept, gone=gone, before=before, after_digest=snapshots.digest(kept.pk), made_by=by, made_at=now
    )
    pairing_of(kept, gone).update(state=Pairing.State.MERGED, decided_by=by, decided_at=now)
    refresh([kept.pk, gone.pk])
    record_event("directory.merge", actor=by, subject=str(kept.pk), detail={"gone": str(gone.pk)})
    return done, waiting


def _move(gone: Organisation, kept: Organisation, parts: set[str]) -> None:
    services = [service for service in gone.services.all() if str(service.pk) in parts]
    Service.objects.filter(pk__in=[service.pk for service in services]).update(organisation=kept)
    # A service takes its places along, and no service stays tied to a place of another entry.
    places = set(ServiceAtLocation.objects.filter(service__in=services).values_list("location_id", flat=True))
    places |= {place.pk for place in gone.locations.all() if str(place.pk) in parts}
    Location.objects.filter(pk__in=places).update(organisation=kept)
    ServiceAtLocation.objects.filter(location__organisation=kept, service__organisation=gone).delete()
    ServiceAtLocation.objects.filter(location__organisation=gone, service__organisation=kept).delete()
    Phone.objects.filter(organisation=gone, pk__in=[key for key in parts if key in _ids(gone.phones)]).update(
        organisation=kept
    )
    for link in gone.hotline_links.exclude(hotline__in=kept.hotline_links.values("hotline")):
        HotlineLink.objects.get_or_create(organisation=kept, hotline=link.hotline)
    for words in gone.words.exclude(language__in=kept.words.values("language")):
        OrganisationWords.objects.filter(pk=words.pk).update(organisation=kept)


def _ids(rows) -> set[str]:
    return {str(key) for key in rows.values_list("pk", flat=True)}


def _hold_numbers(kept: Organisation, had: set[str], by, reason: str) -> int:
    """Take numbers that came along from an unpublished entry off again, and propose them."""
    numbers = [row for row in snapshots.parts_of(kept.pk) if isinstance(row, Phone) and str(row.pk) not in had]
    for phone in numbers:
        contacts.hold_back(kept, [phone], {}, by=by, reason=reason)
        phone.delete()
    return len(numbers)


def pairing_of(one: Organisation, other: Organisation) -> models.QuerySet:
    first, second = sorted((one.pk, other.pk), key=lambda key: key.hex)
    return Pairing.objects.filter(one=first, other=second)


@transaction.atomic
def undo(merge: Merge, *, by=None, now: datetime) -> None:
    """Make two entries of one again. Raises Outdated when the kept entry was changed since, WrongState when undone before."""
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    if merge.undone_at:
        raise WrongState
    if snapshots.digest(merge.kept_id) != merge.after_digest:
        raise Outdated([merge.kept.name])
    ContactChange.objects.open().filter(
        organisation=merge.kept, reason=str(merge.gone), proposed_at__gte=merge.made_at
    ).update(state=ContactChange.State.REJECTED, decided_by=by, decided_at=now)
    snapshots.put_back(merge.kept_id, merge.before["kept"])
    snapshots.put_back(merge.gone_id, merge.before["gone"])
    merge.undone_by, merge.undone_at = by, now
    merge.save(update_fields=["undone_by", "undone_at"])
    pairing_of(merge.kept, merge.gone).update(state=Pairing.State.OPEN, decided_by=None, decided_at=None)
    refresh([merge.kept_id, merge.gone_id])
    record_event("directory.merge undone", actor=by, subject=str(merge.kept_id), detail={"gone": str(merge.gone_id)})


def decide_different(pairing: Pairing, *, by=None, now: datetime) -> None:
    """Remember that two entries are two organisations."""
    changed = Pairing.objects.filter(pk=pairing.pk, state=Pairing.State.OPEN).update(
        state=Pairing.State.DIFFERENT, decided_by=by, decided_at=now
    )
    if not changed:
        raise WrongState
    record_event("directory.pair is different", actor=by, subject=f"{pairing.one_id} {pairing.other_id}")


def ask_again(pairing: Pairing, *, by=None) -> None:
    """Take back that two entries are different."""
    if not Pairing.objects.filter(pk=pairing.pk, state=Pairing.State.DIFFERENT).update(
        state=Pairing.State.OPEN, decided_by=None, decided_at=None
    ):
        raise WrongState
    record_event("directory.pair asked again", actor=by, subject=f"{pairing.one_id} {pairing.other_id}")
