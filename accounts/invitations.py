"""Invite people to a unit: one, a list of addresses, or a table. Stages: read, check every row, send.

Whoever invites learns nothing about accounts in other organisations: an address that has one is answered like one that has
none, and gets a link that adds the membership after sign-in.
"""

import csv
import io
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from accounts import access, limits, memberships
from accounts.adapter import absolute, send
from accounts.models import Invitation, Membership, Organisation, User, invitation_expiry, token_hash
from accounts.roles import Role
from kernel import letters
from kernel.models import record_event

ROWS_AT_ONCE = 1000
FILE_BYTES = 1_000_000
SENT_PER_DAY = 5000  # by one person; stops a stolen account from mailing the world
SENT_PER_RUN = 500  # of those whose mail did not go out at once
TASK_HAS = timedelta(minutes=10)
COLUMNS = {"email", "name", "unit", "role", "language"}


class NotAllowed(Exception):
    """This person may not invite to that unit or with that role."""


class InvitationClosed(Exception):
    """The invitation was accepted, withdrawn or is too old."""


class WrongFile(Exception):
    """The table cannot be read at all. The text says why and what to do."""


@dataclass
class Row:
    """One line of a list or table: what it says, what it means, and what is wrong with it."""

    number: int
    email: str
    name: str = ""
    unit: Organisation | None = None
    role: str = Role.LEARNER
    language: str = ""
    errors: list[str] = field(default_factory=list)

    @property
    def role_label(self) -> str:
        return str(Role(self.role).label) if self.role in Role.values else self.role


# --- Read ---


def read_list(text: str, *, unit: Organisation, role: str, language: str) -> list[Row]:
    """Rows from addresses separated by lines, commas, semicolons or spaces; `Name <a@b>` is understood too."""
    rows = []
    for number, line in enumerate(text.splitlines(), start=1):
        name, _sep, inner = line.partition("<")
        if inner and ">" in inner and "," not in line and ";" not in line:
            rows.append(Row(number, inner.partition(">")[0], name.strip().strip('"'), unit, role, language))
            continue
        for part in line.replace(",", " ").replace(";", " ").split():
            rows.append(Row(number, part.strip("<>"), "", unit, role, language))
    return rows


def read_table(data: bytes, *, units: dict[str, Organisation], unit: Organisation, language: str) -> list[Row]:
    """Rows from a CSV file with a heading line: email, and if wanted name, unit (its code), role, language."""
    if len(data) > FILE_BYTES:
        raise WrongFile(_("This file is larger than 1 MB. Split it into smaller ones."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WrongFile(_("This file is not UTF-8 text. Save it as “CSV UTF-8” and choose it again.")) from None
    if "\0" in text:
        raise WrongFile(_("This file is not a table in text form. Save it as “CSV UTF-8” and choose it again."))
    heading = text.split("\n", 1)[0]
    separator = max(",;\t", key=heading.count)
    try:
        lines = list(csv.reader(io.StringIO(text), delimiter=separator, strict=True))
    except csv.Error:
        raise WrongFile(_("A line of this file cannot be read: quotation marks do not close.")) from None
    if not lines:
        raise WrongFile(_("This file is empty."))
    names = [name.strip().lower() for name in lines[0]]
    if "email" not in names:
        raise WrongFile(
            _("The first line must name the columns, one of them “email”. Others: name, unit, role, language.")
        )
    unknown = [name for name in names if name and name not in COLUMNS]
    if unknown:
        raise WrongFile(
            _("Unknown columns: %(names)s. Allowed: email, name, unit, role, language.")
            % {"names": ", ".join(unknown)[:200]}
        )
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        cells = {name: cell.strip() for name, cell in zip(names, line, strict=False)}
        if any(cells.values()):
            rows.append(_table_row(number, cells, units, unit, language, len(line) > len(names)))
    return rows


def _table_row(number, cells, units, unit, language, too_long) -> Row:
    row = Row(
        number, cells.get("email", ""), cells.get("name", ""), unit, Role.LEARNER, cells.get("language", "") or language
    )
    if too_long:
        row.errors.append(_("This line has more cells than there are columns."))
    if cells.get("unit"):
        row.unit = units.get(cells["unit"].lower())
        if row.unit is None:
            row.errors.append(
                _("There is no unit with the code “%(code)s” among yours.") % {"code": cells["unit"][:60]}
            )
    if cells.get("role"):
        wanted = cells["role"].lower().replace(" ", "_").replace("-", "_")
        if wanted in Role.values:
            row.role = wanted
        else:
            row.errors.append(_("There is no role “%(role)s”.") % {"role": cells["role"][:60]})
    return row


# --- Check ---


def check(rows: list[Row], *, by: User) -> list[Row]:
    """Write into each row what is wrong with it. Returns the rows without an error."""
    units = set(access.units_of(by).values_list("pk", flat=True))
    roles = access.roles_given_by(by)
    languages = {code for code, _name in settings.LANGUAGES}
    members = _members_in(units, rows)
    seen: dict[str, int] = {}
    for row in rows:
        row.email = row.email.strip().lower()
        row.name = " ".join(row.name.split())
        try:
            validate_email(row.email)
            if len(row.email) > 254:
                raise ValidationError("")
        except ValidationError:
            row.errors.append(_("This is not an e-mail address."))
        if not row.name.isprintable():
            row.errors.append(_("This name contains signs that cannot be printed."))
        if len(row.name) > 150:
            row.errors.append(_("This name has more than 150 characters."))
        if row.unit is not None and row.unit.pk not in units:
            row.errors.append(_("This unit is not one of yours."))
        if row.role in Role.values and row.role not in roles:
            row.errors.append(_("Only an administrator gives this role."))
        if row.language and row.language not in languages:
            row.errors.append(_("The site does not speak this language."))
        if row.email in seen:
            row.errors.append(_("The same address stands in line %(line)d.") % {"line": seen[row.email]})
        seen.setdefault(row.email, row.number)
        if row.unit is not None and (row.email, row.unit.pk, row.role) in members:
            row.errors.append(_("This person has that role in this unit already."))
    if len(rows) > ROWS_AT_ONCE:
        for row in rows[ROWS_AT_ONCE:]:
            row.errors.append(_("At most %(most)d people at once.") % {"most": ROWS_AT_ONCE})
    return [row for row in rows if not row.errors]


def _members_in(units: set[int], rows: list[Row]) -> set[tuple]:
    """(address, unit, role) of those already there, within the inviter's own units only."""
    emails = [row.email.strip().lower() for row in rows][:ROWS_AT_ONCE]
    found = Membership.objects.filter(organisation__in=units, user__email__in=emails)
    return set(found.values_list("user__email", "organisation_id", "role"))


# --- Send ---


def invite(
    email: str, *, unit: Organisation, role: str = Role.LEARNER, name: str = "", language: str = "", by: User
) -> Invitation:
    """Make an invitation, or renew the open one to the same unit and role, and mail its link once all is saved."""
    if unit.pk not in set(access.units_of(by).values_list("pk", flat=True)) or role not in access.roles_given_by(by):
        raise NotAllowed
    now = timezone.now()
    limits.take("invitations by", str(by.pk), at_most=SENT_PER_DAY, within=timedelta(days=1), now=now)
    with transaction.atomic():
        invitation = (
            Invitation.objects.select_for_update()
            .filter(email=email, organisation=unit, role=role, accepted_at=None, withdrawn_at=None)
            .first()
        ) or Invitation(email=email, organisation=unit, role=role)
        invitation.name = name or invitation.name
        invitation.language = language or settings.LANGUAGE_CODE
        invitation.invited_by = by
        _renew(invitation, now)
        record_event(
            "invitation.sent",
            actor=by,
            subject=f"invitation:{invitation.pk}",
            detail={"organisation": unit.pk, "role": role},
        )
        transaction.on_commit(lambda: send_invitation.enqueue(invitation.pk))
    return invitation


def resend(invitation: Invitation, *, by: User) -> None:
    """Send a fresh link; the old one ends. Raises InvitationClosed for one accepted or withdrawn."""
    now = timezone.now()
    limits.take("invitations by", str(by.pk), at_most=SENT_PER_DAY, within=timedelta(days=1), now=now)
    with transaction.atomic():
        invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
        if invitation.accepted_at or invitation.withdrawn_at:
            raise InvitationClosed
        _renew(invitation, now)
        record_event("invitation.resent", actor=by, subject=f"invitation:{invitation.pk}")
        transaction.on_commit(lambda: send_invitation.enqueue(invitation.pk))


def _renew(invitation: Invitation, now) -> None:
    """Close the old link. The new one is made as its mail is written, so that no queue ever holds it."""
    invitation.new_token()
    invitation.sent_at, invitation.mailed_at = now, None
    invitation.expires_at = invitation_expiry()
    invitation.save()


def invite_all(rows: list[Row], *, by: User) -> int:
    """Invite every row, all or none. Returns how many. Rows must have come through `check` without an error."""
    with transaction.atomic():
        for row in rows:
            invite(row.email, unit=row.unit, role=row.role, name=row.name, language=row.language, by=by)
    return len(rows)


@transaction.atomic
def withdraw(invitation: Invitation, *, by: User) -> None:
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.accepted_at or invitation.withdrawn_at:
        raise InvitationClosed
    invitation.withdrawn_at = timezone.now()
    invitation.save(update_fields=["withdrawn_at"])
    record_event("invitation.withdrawn", actor=by, subject=f"invitation:{invitation.pk}")


@task()
def send_invitation(pk: int) -> bool:
    """Make a link for an open invitation and mail it. Returns whether the mail server took it."""
    invitation = Invitation.objects.select_related("organisation").filter(pk=pk).first()
    if invitation is None or not invitation.is_open(timezone.now()) or invitation.mailed_at:
        return False
    token = invitation.new_token()
    invitation.save(update_fields=["token_hash"])
    if not _mail(invitation, token):
        return False
    invitation.mailed_at = timezone.now()
    invitation.save(update_fields=["mailed_at"])
    return True


def send_waiting(now) -> int:
    """Mail the open invitations whose mail the server did not take; return how many went out.

    It stops at the first failure: a server that is away is asked again at the next run. Fresh ones are left to their own
    task, which may be under way.
    """
    waiting = Invitation.objects.filter(
        mailed_at=None, accepted_at=None, withdrawn_at=None, expires_at__gt=now, sent_at__lt=now - TASK_HAS
    )
    sent = 0
    for pk in waiting.order_by("sent_at").values_list("pk", flat=True)[:SENT_PER_RUN]:
        if not send_invitation.call(pk):
            break
        sent += 1
    return sent


def _mail(invitation: Invitation, token: str) -> bool:
    """Send the link in the invited person's language."""
    with translation.override(invitation.language):
        context = {
            "invitation": invitation,
            "accept_url": absolute("accounts:invitation", token=token),
            "operator_name": settings.OPERATOR_NAME,
            "contact_email": settings.CONTACT_EMAIL,
        }
        subject, body = letters.written("accounts/email/invitation", context)
    return send(EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [invitation.email]))


# --- Accept ---


def open_invitation(token: str, now) -> Invitation | None:
    """The invitation a link leads to, or None for a wrong, used, withdrawn or old one: they all look alike."""
    invitation = Invitation.objects.filter(token_hash=token_hash(token)).select_related("organisation").first()
    return invitation if invitation and invitation.is_open(now) else None


def check_password(password: str, person: User) -> None:
    validate_password(password, person)


@transaction.atomic
def accept_as_new(invitation: Invitation, *, name: str, password: str, language: str) -> User:
    """Make the account and its membership. The link came by mail, so the address is confirmed."""
    invitation = _locked_open(invitation)
    user = User.objects.create_user(invitation.email, password, name=name, language=language)
    user.confirm_email()
    _accept(invitation, user)
    return user


@transaction.atomic
def accept_as_known(invitation: Invitation, user: User) -> None:
    """Add the membership to the account of the same address."""
    invitation = _locked_open(invitation)
    if user.email.lower() != invitation.email.lower():
        raise InvitationClosed
    _accept(invitation, user)


def _locked_open(invitation: Invitation) -> Invitation:
    invitation = Invitation.objects.select_for_update().select_related("organisation").get(pk=invitation.pk)
    if not invitation.is_open(timezone.now()):
        raise InvitationClosed
    return invitation


def _accept(invitation: Invitation, user: User) -> None:
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    memberships.give(user, invitation.organisation, invitation.role, by=invitation.invited_by)
    record_event("invitation.accepted", actor=user, subject=f"invitation:{invitation.pk}")
