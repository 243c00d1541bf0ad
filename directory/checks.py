"""Checks that an entry is still right."""

from datetime import date

from django.db import transaction

from directory.models import Organisation, Verification
from directory.models.entries import State
from kernel.models import record_event


@transaction.atomic
def record_check(organisation: Organisation, *, by, how: str, result: str, on: date, note: str = "") -> Verification:
    """Add a check to the log. One that confirms makes the entry fresh; one that says it is closed withdraws it."""
    check = Verification.objects.create(organisation=organisation, by=by, how=how, result=result, on=on, note=note)
    changed = []
    if result == Verification.Result.CONFIRMED and (organisation.verified_on is None or on > organisation.verified_on):
        organisation.verified_on, organisation.verified_how = on, how
        organisation.verified_by = str(by)[:120] if by else ""
        changed = ["verified_on", "verified_how", "verified_by"]
    if result == Verification.Result.CLOSED:
        organisation.state = State.WITHDRAWN
        changed = ["state"]
    if changed:
        organisation.save(update_fields=[*changed, "changed_at"])
    record_event("directory.checked", actor=by, subject=str(organisation.pk), detail={"how": how, "result": result})
    return check
