"""Protected contacts of published entries: one person proposes, another one decides (SAFEGUARDS S23).

Numbers, e-mail and web addresses of an entry that is or was published change through `approve` only. `guarded` lets a form
save as it likes, then takes back what it did to protected contacts and proposes it instead.
"""

from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from directory.models import Contact, ContactChange, Location, Organisation, Phone, Service, ServiceAtLocation
from directory.models.entries import State
from kernel.models import record_event

Action = ContactChange.Action
PROTECTED = {
    "organisation": (Organisation, ("email", "website")),
    "service": (Service, ("email", "url")),
    "phone": (Phone, ("number", "e164", "extension", "type", "description")),
}
OWNERS = {
    "organisation": Organisation,
    "service": Service,
    "location": Location,
    "service_at_location": ServiceAtLocation,
    "contact": Contact,
}


class NotDecidable(Exception):
    """A change cannot be decided in this way; subclasses say why."""


class SamePerson(NotDecidable):
    """The one who proposed cannot approve."""


class AlreadyDecided(NotDecidable):
    """It is no longer open."""


class Outdated(NotDecidable):
    """The contact has changed since, or its owner is gone."""


def is_protected(organisation: Organisation) -> bool:
    """Whether the public sees the entry, or saw it once: withdrawing it for a moment opens no way round."""
    return organisation.state != State.DRAFT


def phones_of(organisation: Organisation):
    """Every phone below an entry."""
    paths = ["", "service__", "location__", "service_at_location__service__", "contact__", "contact__service__"]
    condition = models.Q()
    for path in paths:
        condition |= models.Q(**{f"{path}organisation": organisation})
    return Phone.objects.filter(condition)


def standing(organisation: Organisation) -> dict[tuple, dict[str, str]]:
    """{(model, id): {field: text}} of all protected contacts as the database has them."""
    rows = [Organisation.objects.get(pk=organisation.pk), *Service.objects.filter(organisation=organisation)]
    return {(row._meta.model_name, row.pk): values_of(row) for row in [*rows, *phones_of(organisation)]}


def values_of(row) -> dict[str, str]:
    return {name: getattr(row, name) or "" for name in PROTECTED[row._meta.model_name][1]}


@contextmanager
def guarded(organisation: Organisation, *, by, reason: str = ""):
    """Run a block that may change an entry; what it does to protected contacts is taken back and proposed.

    Yields a list that holds the proposals afterwards. Entries that were never published are left alone.
    """
    held: list[ContactChange] = []
    with transaction.atomic():
        stored = Organisation.objects.select_for_update().filter(pk=organisation.pk).first()
        if stored is None or not is_protected(stored):
            yield held
            return
        before = standing(stored)
        owners = {phone.pk: owner_of(phone) for phone in phones_of(stored)}
        phones = {phone.pk: phone for phone in phones_of(stored)}
        yield held
        after = standing(stored)
        for key, old in before.items():
            if key not in after and key[0] == "phone":
                if restore(phones[key[1]], owners[key[1]]):
                    changes = {name: {"old": value, "new": ""} for name, value in old.items() if value}
                    held.append(propose(stored, key, Action.REMOVE, changes, by=by, reason=reason))
            elif key in after and after[key] != old:
                changes = {name: {"old": old[name], "new": new} for name, new in after[key].items() if new != old[name]}
                write(key, old)
                held.append(propose(stored, key, Action.CHANGE, changes, by=by, reason=reason))
        for key in after.keys() - before.keys():
            if key[0] == "phone":
                phone = Phone.objects.get(pk=key[1])
                name, owner = owner_of(phone)
                phone.delete()
                changes = {field: {"old": "", "new": value} for field, value in after[key].items() if value}
                held.append(
                    propose(stored, key, Action.ADD, changes, by=by, reason=reason, owner_model=name, owner_id=owner)
                )


def owner_of(phone: Phone) -> tuple[str, object]:
    """(name of the link, id of the owner)."""
    return next((name, getattr(phone, f"{name}_id")) for name in Phone.OWNERS if getattr(phone, f"{name}_id"))


def restore(phone: Phone, owner: tuple) -> bool:
    """Write a deleted phone again; False when what it belonged to was deleted too."""
    name, key = owner
    if not OWNERS[name].objects.filter(pk=key).exists():
        return False
    phone.save(force_insert=True)
    return True


def write(key: tuple, values: dict[str, str]) -> None:
    model, pk = key
    row = PROTECTED[model][0].objects.get(pk=pk)
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))


def propose(organisation, key: tuple, action: str, changes: dict, *, by, reason: str, **owner) -> ContactChange:
    """Store a change that waits. The same change waiting already is returned, not doubled."""
    for waiting in organisation.contact_changes.open().filter(object_id=key[1], action=action):
        if waiting.changes == changes:
            return waiting
    change = ContactChange.objects.create(
        organisation=organisation,
        model=key[0],
        object_id=key[1],
        action=action,
        changes=changes,
        reason=reason[:400],
        proposed_by=by if getattr(by, "pk", None) else None,
        **owner,
    )
    detail = {"fields": sorted(changes), "change": change.pk}
    record_event("directory.contact proposed", actor=by, subject=str(organisation.pk), detail=detail)
    return change


# --- Deciding ------------------------------------------------------------------------------------------------------


def row_of(change: ContactChange):
    return PROTECTED[change.model][0].objects.filter(pk=change.object_id).first()


def check(change: ContactChange, *, by) -> None:
    """Raise the reason why this person cannot approve this change now."""
    if change.state != ContactChange.State.OPEN:
        raise AlreadyDecided
    if by is None or not by.pk or by.pk == change.proposed_by_id:
        raise SamePerson
    row = row_of(change)
    if change.action == Action.ADD:
        if row is not None or not OWNERS[change.owner_model].objects.filter(pk=change.owner_id).exists():
            raise Outdated
    elif row is None or any((getattr(row, name) or "") != values["old"] for name, values in change.changes.items()):
        raise Outdated


@transaction.atomic
def approve(change: ContactChange, *, by, now=None) -> None:
    """Put a change in force. Raises SamePerson, AlreadyDecided or Outdated; ValidationError for what the model refuses."""
    change = ContactChange.objects.select_for_update().get(pk=change.pk)
    check(change, by=by)
    if change.action == Action.REMOVE:
        row_of(change).delete()
    else:
        row = row_of(change) or Phone(id=change.object_id, **{f"{change.owner_model}_id": change.owner_id})
        for name, values in change.changes.items():
            if name not in PROTECTED[change.model][1]:
                raise ValidationError(f"{name} is no protected contact")
            setattr(row, name, values["new"])
        row.full_clean()
        row.save()
    _decide(change, ContactChange.State.APPROVED, by, now or timezone.now())
    detail = {"fields": sorted(change.changes), "change": change.pk}
    record_event("directory.contact approved", actor=by, subject=str(change.organisation_id), detail=detail)


@transaction.atomic
def reject(change: ContactChange, *, by, now=None) -> None:
    """Close a change without effect. The one who proposed may do it too, to take it back."""
    change = ContactChange.objects.select_for_update().get(pk=change.pk)
    if change.state != ContactChange.State.OPEN:
        raise AlreadyDecided
    _decide(change, ContactChange.State.REJECTED, by, now or timezone.now())
    record_event(
        "directory.contact rejected", actor=by, subject=str(change.organisation_id), detail={"change": change.pk}
    )


def _decide(change: ContactChange, state: str, by, now) -> None:
    change.state, change.decided_by, change.decided_at = state, by, now
    change.save(update_fields=["state", "decided_by", "decided_at"])
