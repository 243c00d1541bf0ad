"""Show editors a course as a learner would see it: new, half way, completed. Nothing is stored and nobody is enrolled."""

from dataclasses import dataclass
from types import SimpleNamespace
from uuid import UUID

from django.utils import timezone

from courses.outline import outline
from courses.pages import COMPLETED, IN_PROGRESS
from records.enrolments import Enrolment
from records.progress import Standing
from records.validity import months_later


@dataclass
class Rehearsal(Standing):
    """A standing that nobody has reached."""

    completed: SimpleNamespace | None = None

    @property
    def completion(self):
        return self.completed


def rehearse(mode: str, course_key: UUID, code: str) -> Rehearsal | None:
    """Return the standing that a preview in `mode` shows; None for a new learner and for a course not yet published."""
    course = outline(course_key, code)
    if course is None or mode not in {IN_PROGRESS, COMPLETED}:
        return None
    now, months = timezone.now(), course.rules["validity_months"]
    keys = [lesson.key for lesson in course.lessons]
    done = set(keys if mode == COMPLETED else keys[: len(keys) // 2])
    completed = None
    if mode == COMPLETED:
        completed = SimpleNamespace(
            completed_at=now,
            valid_until=months_later(timezone.localdate(now), months) if months else None,
            certificates=SimpleNamespace(all=[]),
        )
    enrolment = Enrolment(
        course_key=course_key, language=code, active_seconds=60 * (5 + len(done)), evaluation_done=True
    )
    return Rehearsal(enrolment, course, done, set(keys), [], completed)
