"""Bringing what a visitor did without an account into the account they have signed in to, when they ask for it.

Rules, course by course: a course the account has never begun moves over as it is. A completed one becomes the account's
newest cycle, unless the account has completed the course itself. Otherwise lessons, active time and closed attempts are
added to what is there. Nothing of the account is ever replaced.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Max

from kernel.models import record_event
from records import completion, issuing
from records.enrolments import Enrolment, LessonProgress, Visitor


def offered(visitor: Visitor) -> list[Enrolment]:
    """What there is to bring over."""
    return list(visitor.enrolments.order_by("started_at"))


@transaction.atomic
def join(visitor: Visitor, user, *, now: datetime) -> int:
    """Move what the visitor did into the account; return how many courses it touched. The visitor is gone afterwards."""
    touched = 0
    for theirs in visitor.enrolments.select_for_update().order_by("course_key", "cycle"):
        ours = Enrolment.objects.of(user).filter(course_key=theirs.course_key).order_by("-cycle").first()
        if ours is None:
            _move(theirs, user, cycle=1, now=now)
        elif hasattr(ours, "completion"):
            continue
        elif hasattr(theirs, "completion"):
            _move(theirs, user, cycle=ours.cycle + 1, now=now)
        else:
            _add(theirs, to=ours)
            completion.complete_if_due(ours, now=now)
        touched += 1
    record_event("records.joined", actor=user, subject=f"visitor {visitor.pk}", detail={"courses": touched}, at=now)
    if not visitor.enrolments.exists():
        visitor.delete()
    return touched


def _move(enrolment: Enrolment, user, *, cycle: int, now: datetime) -> None:
    enrolment.user, enrolment.visitor, enrolment.cycle = user, None, cycle
    enrolment.save(update_fields=["user", "visitor", "cycle"])
    if hasattr(enrolment, "completion"):
        issuing.issue(enrolment.completion, now=now)


def _add(theirs: Enrolment, *, to: Enrolment) -> None:
    known = {row.lesson_key: row for row in to.lessons.all()}
    for row in theirs.lessons.all():
        ours = known.get(row.lesson_key)
        if ours is None:
            row.enrolment = to
            row.save(update_fields=["enrolment"])
        elif row.done_at and (ours.done_at is None or row.done_at < ours.done_at):
            LessonProgress.objects.filter(pk=ours.pk).update(done_at=row.done_at)
    Enrolment.objects.filter(pk=to.pk).update(active_seconds=F("active_seconds") + theirs.active_seconds)
    number = to.attempts.aggregate(most=Max("number"))["most"] or 0
    has_open = to.attempts.filter(submitted_at=None).exists()
    for attempt in theirs.attempts.order_by("number"):
        if attempt.is_open and has_open:
            continue
        number += 1
        attempt.enrolment, attempt.number = to, number
        attempt.save(update_fields=["enrolment", "number"])
    theirs.delete()
