"""Whom may this person see and change? Everything outside is a 404, so that ids tell nothing.

An administrator looks after everybody. A training manager sees the people of their units, may change those who are learners
in these units and nothing else, and may give the learner role alone.
"""

from functools import wraps

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import Invitation, Membership, Organisation, User
from accounts.roles import Role


def may_see_people(user) -> bool:
    return user.is_active and user.has_perm("accounts.see_people")


def may_invite(user) -> bool:
    return user.is_active and user.has_perm("accounts.invite_people")


def may_manage_organisations(user) -> bool:
    return user.is_active and user.has_perm("accounts.manage_organisations")


def may_see_audit(user) -> bool:
    return user.is_active and user.has_perm("kernel.view_auditevent")


def or_404(allowed):
    """View decorator: whoever is not `allowed` learns only that there is nothing here."""

    def decorator(view):
        @wraps(view)
        def inner(request, *args, **kwargs):
            if not allowed(request.user):
                raise Http404
            return view(request, *args, **kwargs)

        return inner

    return decorator


def units_of(user):
    """The organisations this person looks after."""
    return Organisation.objects.managed_by(user)


def people_seen_by(user):
    if user.is_administrator:
        return User.objects.all()
    return User.objects.in_units(units_of(user))


def people_changed_by(user):
    """Those whose name, id and access this person may change; never oneself, and for managers never a colleague of rank."""
    if user.is_administrator:
        return User.objects.exclude(pk=user.pk)
    units = units_of(user)
    elsewhere = Membership.objects.exclude(organisation__in=units)
    ranked = Membership.objects.exclude(role=Role.LEARNER)
    return (
        User.objects.in_units(units)
        .filter(is_superuser=False)
        .exclude(pk__in=elsewhere.values("user"))
        .exclude(pk__in=ranked.values("user"))
        .exclude(pk=user.pk)
    )


def roles_given_by(user) -> list[str]:
    """Roles this person may grant and take away."""
    return list(Role) if user.is_administrator else [Role.LEARNER]


def memberships_changed_by(user):
    return Membership.objects.managed_by(user).filter(role__in=roles_given_by(user))


def invitations_seen_by(user):
    if user.is_administrator:
        return Invitation.objects.all()
    return Invitation.objects.filter(organisation__in=units_of(user), role__in=roles_given_by(user))


def seen_person_or_404(user, pk: int) -> User:
    return get_object_or_404(people_seen_by(user), pk=pk)


def changed_person_or_404(user, pk: int) -> User:
    return get_object_or_404(people_changed_by(user), pk=pk)


def invitation_or_404(user, pk: int) -> Invitation:
    return get_object_or_404(invitations_seen_by(user), pk=pk)


def membership_or_404(user, pk: int) -> Membership:
    return get_object_or_404(memberships_changed_by(user), pk=pk)
