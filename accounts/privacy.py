"""What is kept of a person, across all rooms: shown, handed out, erased.

Each room that keeps personal data registers a part in its `ready()`:

    privacy.register("records", _("Training"), export=export_training, erase=erase_training, stays=_("Completions stay ..."))

`export(user)` returns a list of `Table`s. `erase(user)` removes or empties what may go; `stays` says what must remain and why.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.memberships import LastAdministrator, other_administrators
from accounts.models import ErasureRequest, Invitation, User
from accounts.roles import sync_person
from kernel.models import AuditEvent, record_event

ERASED_DOMAIN = "erased.invalid"  # RFC 2606: no mail can ever arrive there


@dataclass
class Table:
    """Rows of one kind. `columns` maps a stable key (for the file) to a label (for the page)."""

    key: str
    title: str
    columns: dict[str, str]
    rows: list[dict] = field(default_factory=list)

    def cells(self) -> list[list]:
        return [[row.get(key, "") for key in self.columns] for row in self.rows]


@dataclass(frozen=True)
class Part:
    key: str
    title: str
    export: Callable[[User], list[Table]]
    erase: Callable[[User], None]
    stays: str = ""


_parts: dict[str, Part] = {}


def register(key: str, title, *, export, erase, stays="") -> None:
    """Add a room's part. Registering the same key again replaces it."""
    _parts[key] = Part(key, title, export, erase, stays)


def parts() -> list[Part]:
    return list(_parts.values())


def everything(user: User) -> list[tuple[Part, list[Table]]]:
    """All parts with their tables."""
    return [(part, part.export(user)) for part in parts()]


def as_json(user: User, *, now: datetime) -> dict:
    """Everything kept of a person, ready for `json.dumps`."""
    return {
        "made_at": now.isoformat(),
        "parts": {
            part.key: {table.key: [_plain(row) for row in table.rows] for table in tables}
            for part, tables in everything(user)
        },
    }


def _plain(row: dict) -> dict:
    return {key: _plain_value(value) for key, value in row.items()}


def _plain_value(value):
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def ask_for_erasure(user: User) -> ErasureRequest:
    request, created = ErasureRequest.objects.get_or_create(user=user)
    if created:
        record_event("erasure.asked", actor=user, subject=f"user:{user.pk}")
    return request


def withdraw_erasure(user: User) -> None:
    deleted, _models = ErasureRequest.objects.filter(user=user, done_at=None).delete()
    if deleted:
        record_event("erasure.withdrawn", actor=user, subject=f"user:{user.pk}")


@transaction.atomic
def erase(user: User, *, by: User | None) -> None:
    """Erase a person from all rooms, as far as each may. Raises LastAdministrator when nobody could run the site then."""
    if user.is_administrator and not other_administrators(user):
        raise LastAdministrator
    for part in parts():
        part.erase(user)
    ErasureRequest.objects.filter(user=user).update(done_at=timezone.now())
    record_event("person.erased", actor=by, subject=f"user:{user.pk}")


# --- This room's own part ---


def export_account(user: User) -> list[Table]:
    from allauth.mfa.models import Authenticator

    return [
        Table(
            "account",
            _("Your account"),
            {
                "email": _("Work e-mail"),
                "name": _("Full name"),
                "agency_id": _("Agency id"),
                "language": _("Language"),
                "date_joined": _("Joined"),
                "last_login": _("Last sign-in"),
            },
            [
                {
                    "email": user.email,
                    "name": user.name,
                    "agency_id": user.agency_id,
                    "language": user.language,
                    "date_joined": user.date_joined,
                    "last_login": user.last_login,
                }
            ],
        ),
        Table(
            "memberships",
            _("Units and roles"),
            {"organisation": _("Organisation"), "role": _("Role"), "since": _("Since")},
            [
                {"organisation": m.organisation.name, "role": m.get_role_display(), "since": m.since}
                for m in user.memberships.select_related("organisation")
            ],
        ),
        Table(
            "second_factors",
            _("Second factors"),
            {"kind": _("Kind"), "added": _("Added"), "used": _("Last used")},
            [
                {"kind": a.get_type_display(), "added": a.created_at, "used": a.last_used_at}
                for a in Authenticator.objects.filter(user=user)
            ],
        ),
        Table(
            "invitations",
            _("Invitations to you"),
            {"organisation": _("Organisation"), "sent": _("Sent"), "accepted": _("Accepted")},
            [
                {"organisation": i.organisation.name, "sent": i.sent_at, "accepted": i.accepted_at}
                for i in Invitation.objects.filter(email__iexact=user.email).select_related("organisation")
            ],
        ),
        Table(
            "events",
            _("What you did and what was done to your account"),
            {"at": _("When"), "action": _("Action")},
            [
                {"at": event.at, "action": event.action}
                for event in AuditEvent.objects.filter(Q(actor=user) | Q(subject=f"user:{user.pk}"))
            ],
        ),
    ]


def erase_account(user: User) -> None:
    """Empty the account: no name, no address, no way in. The row stays, so that records keep their number."""
    Invitation.objects.filter(email__iexact=user.email).delete()
    user.emailaddress_set.all().delete()
    user.authenticator_set.all().delete()
    user.memberships.all().delete()
    sync_person(user)
    user.groups.clear()
    user.email = f"erased-{user.pk}@{ERASED_DOMAIN}"
    user.name, user.agency_id, user.is_active, user.is_superuser = "", "", False, False
    user.last_login = None
    user.set_unusable_password()
    user.save()
    user.end_sessions()
