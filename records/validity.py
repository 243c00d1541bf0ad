"""Dates of a completion: the learner's own day, the last day of validity, the window in which it may be renewed."""

from calendar import monthrange
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kernel.rows import one
from records.certificates import Completion
from records.enrolments import Enrolment


class TooEarly(Exception):
    """The course cannot be taken again yet."""


def local_date(enrolment: Enrolment, moment: datetime) -> date:
    """The date of `moment` where the learner works: in the zone of their unit, else of this site."""
    return timezone.localtime(moment, ZoneInfo(_zone(enrolment))).date()


FIRST_UNIT = """
    SELECT o.time_zone FROM accounts_membership m JOIN accounts_organisation o ON o.id = m.organisation_id
    WHERE m.user_id = %s ORDER BY m.since, m.id LIMIT 1
"""


def _zone(enrolment: Enrolment) -> str:
    """The time zone of the learner's first unit, looked up once for each enrolment at hand."""
    if not hasattr(enrolment, "_unit_zone"):
        row = one(FIRST_UNIT, enrolment.user_id) if enrolment.user_id else None
        enrolment._unit_zone = row[0] if row else settings.TIME_ZONE
    return enrolment._unit_zone


def know_zone(enrolment: Enrolment, zone: str | None) -> None:
    """Let the enrolment know the zone of its learner's first unit, None where there is none, so that nobody looks it up."""
    enrolment._unit_zone = zone or settings.TIME_ZONE


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day when it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    last = monthrange(day.year + years, month + 1)[1]
    return day.replace(year=day.year + years, month=month + 1, day=min(day.day, last))


def valid_until(enrolment: Enrolment, *, months: int, completed_on: date) -> date | None:
    """The last day of validity: months after completion or, when renewed in time, months after the former last day.

    So early renewal costs nobody a day. A former certificate that was revoked gives nothing to build on.
    """
    if not months:
        return None
    before = _former(enrolment, completed_on) if enrolment.cycle > 1 else None
    return months_later(before.valid_until if before else completed_on, months)


def _former(enrolment: Enrolment, completed_on: date) -> Completion | None:
    """The completion of an earlier cycle that is still valid."""
    return (
        Completion.objects.filter(
            enrolment__user=enrolment.user_id,
            enrolment__visitor=enrolment.visitor_id,
            enrolment__course_key=enrolment.course_key,
            enrolment__cycle__lt=enrolment.cycle,
            valid_until__gte=completed_on,
            certificates__revoked_at__isnull=True,
            certificates__isnull=False,
        )
        .order_by("-valid_until")
        .first()
    )


def renewable_from(completion: Completion) -> date | None:
    """The first day on which the course may be taken again; None when there is nothing to renew.

    A completion whose certificate was revoked may be made good at once.
    """
    if completion.enrolment.user_id and not completion.certificates.filter(revoked_at=None).exists():
        return timezone.localdate(completion.completed_at)
    if completion.valid_until is None:
        return None
    return completion.valid_until - timedelta(days=completion.rules["renewal_days"])


@transaction.atomic
def renew(completion: Completion, *, now: datetime) -> Enrolment:
    """Begin the next cycle and return its enrolment; the one already begun when there is one.

    Raises TooEarly outside the window. Nothing of the former cycle is changed.
    """
    old = Enrolment.objects.select_for_update().get(pk=completion.enrolment_id)
    begun = Enrolment.objects.of(old.learner).filter(course_key=old.course_key, cycle__gt=old.cycle).first()
    if begun:
        return begun
    opens_on = renewable_from(completion)
    if opens_on is None or local_date(old, now) < opens_on:
        raise TooEarly
    return Enrolment.objects.create(
        user=old.user,
        visitor=old.visitor,
        course_key=old.course_key,
        cycle=old.cycle + 1,
        language=old.language,
        started_at=now,
    )
