"""Protected contacts of published entries: an import and an update by the organisation itself may only propose them.

A wrong number of a help line can cost a life (SAFEGUARDS S23), so a second person looks at each.
"""

from datetime import datetime

from django.db import models

from directory.exchange import trees
from directory.exchange.mapping import TABLES, as_value
from directory.models import ContactChange, Organisation, Phone, Service
from directory.models.entries import organisation_of

PROTECTED: dict[type[models.Model], tuple[str, ...]] = {
    Organisation: ("email", "website"),
    Service: ("email", "url"),
    Phone: ("number", "e164", "extension", "type"),
}
NEW_PHONE = (*PROTECTED[Phone], "description")


def organisation_id_of(row):
    organisation = organisation_of(row)
    return organisation.pk if organisation else None


def hold_back(
    organisation: Organisation, rows: list, old: dict[tuple[str, str], dict], *, by, reason: str
) -> list[tuple[models.Model, list[str] | None, int]]:
    """Turn changed protected contacts among `rows` into proposals and give the rows their old values back.

    `old` maps (table, id) to the values that stand. Returns (row, fields, pk of the proposal); fields None: a new phone, which
    is not to be written.
    """
    waiting = []
    for row in rows:
        fields = PROTECTED.get(type(row))
        if fields is None:
            continue
        before = old.get((TABLES[type(row)], str(row.pk)))
        if before is None:
            if isinstance(row, Phone):
                waiting.append((row, None, _propose_new(organisation, row, by, reason).pk))
            continue
        changed = [name for name in fields if (getattr(row, name) or "") != (before[name] or "")]
        if not changed:
            continue
        changes = {name: {"old": str(before[name] or ""), "new": str(getattr(row, name) or "")} for name in changed}
        proposal = _propose(organisation, row, ContactChange.Action.CHANGE, changes, by=by, reason=reason)
        for name in changed:
            setattr(row, name, before[name])
        waiting.append((row, changed, proposal.pk))
    return waiting


def _propose_new(organisation: Organisation, phone: Phone, by, reason: str) -> ContactChange:
    owner_name = next(name for name in Phone.OWNERS if getattr(phone, f"{name}_id") is not None)
    changes = {name: {"old": "", "new": str(getattr(phone, name))} for name in NEW_PHONE if getattr(phone, name)}
    return _propose(
        organisation,
        phone,
        ContactChange.Action.ADD,
        changes,
        by=by,
        reason=reason,
        owner_model=owner_name,
        owner_id=getattr(phone, f"{owner_name}_id"),
    )


def _propose(organisation, row, action: str, changes: dict, *, by, reason: str, **owner) -> ContactChange:
    """A proposal; the same one waiting already is returned, not doubled."""
    for waiting in ContactChange.objects.open().filter(object_id=row.pk, action=action):
        if waiting.changes == changes:
            return waiting
    return ContactChange.objects.create(
        organisation=organisation,
        model=row._meta.model_name,
        object_id=row.pk,
        action=action,
        changes=changes,
        reason=reason[:400],
        proposed_by=by,
        **owner,
    )


def without_waiting(tree: dict, waiting: list, old: dict) -> dict:
    """A tree in which what waits stands as it stood, or not at all."""
    new = {(TABLES[type(row)], str(row.pk)) for row, fields, _proposal in waiting if fields is None}
    kept = {
        (TABLES[type(row)], str(row.pk)): {name: old[(TABLES[type(row)], str(row.pk))][name] for name in fields}
        for row, fields, _proposal in waiting
        if fields is not None
    }
    tree = trees.without(tree, lambda table, row: (table, row["id"]) in new)
    for table, row in trees.rows_of(tree):
        for name, value in kept.get((table, row["id"]), {}).items():
            if name == "e164":
                continue
            if as_value(value) is None:
                row.pop(name, None)
            else:
                row[name] = int(value) if name == "extension" and str(value).isdigit() else as_value(value)
    return tree


def withdraw(proposals: list[int], *, by, now: datetime) -> None:
    """Close proposals that nobody has decided: what they came with has been taken back."""
    ContactChange.objects.open().filter(pk__in=proposals).update(
        state=ContactChange.State.REJECTED, decided_by=by, decided_at=now
    )
