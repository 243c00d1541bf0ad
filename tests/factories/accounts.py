"""People, units and memberships for tests."""

import itertools

from accounts import memberships
from accounts.models import Organisation, User
from accounts.roles import Role

PASSWORD = "violet harbour tandem 41"
_numbers = itertools.count(1)


def person(
    email: str = "", *, name: str = "Pat Person", password: str = PASSWORD, confirmed: bool = True, **fields
) -> User:
    """Somebody who may sign in with `PASSWORD`."""
    user = User.objects.create_user(email or f"person{next(_numbers)}@agency.example", password, name=name, **fields)
    if confirmed:
        user.confirm_email()
    return user


def unit(name: str = "", *, below: Organisation | None = None) -> Organisation:
    number = next(_numbers)
    fields = {"name": name or f"Unit {number}", "code": f"unit-{number}"}
    made = Organisation.objects.get(pk=below.pk).add_child(**fields) if below else Organisation.add_root(**fields)
    return Organisation.objects.get(pk=made.pk)


def member(organisation: Organisation, role: str = Role.LEARNER, **fields) -> User:
    """A new person with one role in one unit."""
    user = person(**fields)
    memberships.give(user, organisation, role, by=None)
    return user
