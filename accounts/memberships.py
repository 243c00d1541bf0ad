"""Give and take memberships; the groups follow, and the trail tells who did it."""

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership, Organisation, User
from accounts.roles import Role, sync_person
from kernel.models import record_event


class LastAdministrator(Exception):
    """Without this person nobody could run the site any more."""


@transaction.atomic
def give(user: User, organisation: Organisation, role: str, *, by: User | None) -> Membership:
    """Return the membership, new or already there."""
    membership, created = Membership.objects.get_or_create(
        user=user, organisation=organisation, role=role, defaults={"since": timezone.localdate()}
    )
    if created:
        record_event("membership.given", actor=by, subject=f"user:{user.pk}", detail=_detail(membership))
        sync_person(user)
    return membership


@transaction.atomic
def take(membership: Membership, *, by: User | None) -> None:
    """End a membership. Raises LastAdministrator when nobody else could run the site."""
    user = membership.user
    if membership.role == Role.ADMINISTRATOR and not other_administrators(user):
        raise LastAdministrator
    record_event("membership.taken", actor=by, subject=f"user:{user.pk}", detail=_detail(membership))
    membership.delete()
    sync_person(user)


def other_administrators(user: User) -> bool:
    """Whether somebody besides this person may run the site and sign in."""
    others = User.objects.filter(is_active=True).exclude(pk=user.pk)
    return others.with_role(Role.ADMINISTRATOR).exists() or others.filter(is_superuser=True).exists()


def _detail(membership: Membership) -> dict:
    return {"organisation": membership.organisation_id, "role": membership.role}
