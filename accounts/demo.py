"""People and units of the demo. Everybody's password is known, so they exist only where `DEMO` is on."""

from django.conf import settings

from accounts import memberships
from accounts.models import EmailDomain, Organisation, User
from accounts.roles import Role

DOMAIN = "agency.example"  # RFC 2606: reserved, no mail ever leaves
# Organisation code -> (name, code of the one above).
UNITS = {
    "example-agency": ("Example Agency", None),
    "field-operations": ("Office of Field Operations", "example-agency"),
    "southern-port": ("Southern Port of Entry", "field-operations"),
    "airport": ("International Airport", "field-operations"),
    "training": ("Office of Training", "example-agency"),
    "example-contractor": ("Example Contractor", None),
}
# Part of the address -> (name, role, unit, language).
PEOPLE = {
    "learner": ("Lee Learner", Role.LEARNER, "southern-port", "en"),
    "editor": ("Erin Editor", Role.EDITOR, "training", "en"),
    "translator": ("Teresa Traductora", Role.TRANSLATOR, "training", "es"),
    "coordinator": ("Cory Coordinator", Role.COORDINATOR, "training", "en"),
    "manager": ("Mika Manager", Role.TRAINING_MANAGER, "field-operations", "en"),
    "admin": ("Ada Administrator", Role.ADMINISTRATOR, "example-agency", "en"),
}


class NotADemo(Exception):
    """Demo sign-ins have known passwords; this site is not a demo."""


def password_of(part: str) -> str:
    """`learner-lodestar-demo` and so on: nobody takes it for a secret."""
    return f"{part}-lodestar-demo"


def is_demo_sign_in(email: str, password: str) -> bool:
    """Whether this is one of the demo's known sign-ins: a copied database must not open another site with them."""
    part, _at, domain = email.partition("@")
    return domain == DOMAIN and part in PEOPLE and password == password_of(part)


def load() -> list[tuple[str, str, str]]:
    """Make units and people that are missing. Returns (role, address, password) for each. Raises NotADemo."""
    if not settings.DEMO:
        raise NotADemo
    units = _units()
    EmailDomain.objects.get_or_create(domain=DOMAIN, defaults={"organisation": units["example-agency"]})
    rows = []
    for part, (name, role, unit, language) in PEOPLE.items():
        email, password = f"{part}@{DOMAIN}", password_of(part)
        user = User.objects.filter(email=email).first()
        if user is None:
            user = User.objects.create_user(email, password, name=name, language=language)
            user.confirm_email()
            memberships.give(user, units[unit], role, by=None)
            if role != Role.LEARNER:
                memberships.give(user, units[unit], Role.LEARNER, by=None)
        rows.append((str(Role(role).label), email, password))
    return rows


def _units() -> dict[str, Organisation]:
    units = {}
    for code, (name, above) in UNITS.items():
        unit = Organisation.objects.filter(code=code).first()
        if unit is None:
            fields = {"name": name, "code": code}
            unit = units[above].add_child(**fields) if above else Organisation.add_root(**fields)
        units[code] = Organisation.objects.get(pk=unit.pk)
    return units
