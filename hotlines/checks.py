"""Checks that a number is still right, and a person's word that a weak one may be printed."""

from datetime import date

from django.db import transaction

from hotlines.models import Hotline, PrintApproval, Verification
from kernel.models import record_event


@transaction.atomic
def record_check(hotline: Hotline, *, by, how: str, result: str, on: date, note: str = "") -> Verification:
    """Add a check to the log. Only one that confirms the number makes it fresh again."""
    check = Verification.objects.create(hotline=hotline, by=by, how=how, result=result, on=on, note=note)
    if result == Verification.Result.CONFIRMED and (hotline.verified_on is None or on > hotline.verified_on):
        hotline.verified_on = on
        hotline.save(update_fields=["verified_on"])
    record_event("hotline.checked", actor=by, subject=hotline.code, detail={"how": how, "result": result})
    return check


@transaction.atomic
def approve_print(hotline: Hotline, *, by, reason: str) -> PrintApproval:
    """Record that a person takes responsibility for printing the present number in spite of its weak source."""
    approval = PrintApproval.objects.create(hotline=hotline, number=hotline.dial or hotline.url, by=by, reason=reason)
    record_event("hotline.print approved", actor=by, subject=hotline.code, detail={"number": approval.number})
    return approval
