"""Change the tree of organisations and units."""

from django.db import transaction
from django.db.models import ProtectedError

from accounts.models import Organisation, User
from kernel.models import record_event


class NotEmpty(Exception):
    """People, units or records still belong to this organisation."""


class InsideItself(Exception):
    """A unit cannot be moved below itself."""


def _fresh(organisation: Organisation) -> Organisation:
    """Tree moves change rows behind the object's back."""
    return Organisation.objects.get(pk=organisation.pk)


@transaction.atomic
def add(*, below: Organisation | None, by: User | None, **fields) -> Organisation:
    made = _fresh(below).add_child(**fields) if below else Organisation.add_root(**fields)
    record_event("organisation.made", actor=by, subject=f"organisation:{made.pk}")
    return _fresh(made)


@transaction.atomic
def change(organisation: Organisation, changed: list[str], *, below: Organisation | None, by: User) -> Organisation:
    """Save changed fields and move the unit below another one (or to the top). Raises InsideItself."""
    if changed:
        organisation.save(update_fields=changed)
    organisation = _fresh(organisation)
    parent = organisation.get_parent()
    if (below.pk if below else None) != (parent.pk if parent else None):
        if below and (below.pk == organisation.pk or _fresh(below).is_descendant_of(organisation)):
            raise InsideItself
        if below:
            organisation.move(_fresh(below), "sorted-child")
        else:
            organisation.move(Organisation.get_last_root_node(), "sorted-sibling")
        changed = [*changed, "above"]
    if changed:
        record_event(
            "organisation.changed",
            actor=by,
            subject=f"organisation:{organisation.pk}",
            detail={"fields": sorted(changed)},
        )
    return _fresh(organisation)


@transaction.atomic
def remove(organisation: Organisation, *, by: User) -> None:
    """Remove an empty unit. Raises NotEmpty when anything still belongs to it."""
    organisation = _fresh(organisation)
    if organisation.numchild or organisation.memberships.exists():
        raise NotEmpty
    pk = organisation.pk
    try:
        with transaction.atomic():
            organisation.delete()
    except ProtectedError:
        raise NotEmpty from None
    record_event("organisation.removed", actor=by, subject=f"organisation:{pk}")
