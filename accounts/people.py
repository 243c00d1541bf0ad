"""Change a person: correct what is kept, disable, enable, change the address."""

from django.db import transaction

from accounts.memberships import LastAdministrator, other_administrators
from accounts.models import User
from kernel.models import record_event


@transaction.atomic
def disable(user: User, *, by: User | None) -> None:
    """Stop a person from signing in and end every session they have."""
    if user.is_administrator and not other_administrators(user):
        raise LastAdministrator
    user.is_active = False
    user.save(update_fields=["is_active"])
    user.end_sessions()
    record_event("person.disabled", actor=by, subject=f"user:{user.pk}")


@transaction.atomic
def enable(user: User, *, by: User | None) -> None:
    user.is_active = True
    user.save(update_fields=["is_active"])
    record_event("person.enabled", actor=by, subject=f"user:{user.pk}")


@transaction.atomic
def correct(user: User, changed: list[str], *, by: User | None) -> None:
    """Save corrected fields. Another address ends all sessions and counts as confirmed by whoever wrote it."""
    if not changed:
        return
    user.save(update_fields=changed)
    if "email" in changed:
        user.confirm_email()
        user.end_sessions()
    record_event("person.changed", actor=by, subject=f"user:{user.pk}", detail={"fields": sorted(changed)})
