"""How far a learner has come in a course: starting, lessons opened and done, time, and what is left in words."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.outline import Lesson, Outline, outlines
from records import completion
from records.attempts import Attempt
from records.enrolments import QUIET_SECONDS, Enrolment, LessonProgress, SeatTime


@dataclass
class Standing:
    """One enrolment beside the outline of its course. `attempts` come in order of their number."""

    enrolment: Enrolment
    course: Outline
    done: set[UUID]
    opened: set[UUID]
    attempts: list[Attempt]

    @property
    def completion(self):
        return getattr(self.enrolment, "completion", None)

    @cached_property
    def lessons_left(self) -> list[Lesson]:
        return [lesson for lesson in self.course.lessons if lesson.key not in self.done]

    @property
    def lessons_done_count(self) -> int:
        return len(self.course.lessons) - len(self.lessons_left)

    @property
    def passed_attempt(self) -> Attempt | None:
        return next((attempt for attempt in self.attempts if attempt.passed), None)

    @property
    def open_attempt(self) -> Attempt | None:
        return next((attempt for attempt in self.attempts if attempt.is_open), None)

    @property
    def next_lesson(self) -> Lesson | None:
        """Where to go on: the lesson last opened if it is not done, else the first that is not."""
        last = self.course.lesson(self.enrolment.last_lesson_key)
        if last and last.key not in self.done:
            return last
        return self.lessons_left[0] if self.lessons_left else None

    @property
    def rules(self) -> dict:
        """The rules in force: those of the attempt that was passed, else of the course now."""
        return self.passed_attempt.rules if self.passed_attempt else self.course.rules

    @property
    def must_pass(self) -> bool:
        return self.rules["pool"] is not None and not self.passed_attempt

    @property
    def active_minutes(self) -> int:
        return self.enrolment.active_seconds // 60

    @property
    def minutes_left(self) -> int:
        """Active minutes still required, begun ones counted whole."""
        return max(0, -(-(self.rules["seat_minutes"] * 60 - self.enrolment.active_seconds) // 60))

    @property
    def left_in_words(self) -> list[str]:
        """What is left to do, a phrase for each; empty when nothing is."""
        words = []
        if count := len(self.lessons_left):
            words.append(
                ngettext("%(count)d lesson to finish", "%(count)d lessons to finish", count) % {"count": count}
            )
        if self.must_pass:
            words.append(
                _("the assessment to pass, with %(percent)d %% or more") % {"percent": self.rules["pass_mark"]}
            )
        if count := self.minutes_left:
            words.append(
                ngettext("%(count)d more active minute", "%(count)d more active minutes", count) % {"count": count}
            )
        return words

    def is_done(self, lesson_key: UUID) -> bool:
        return lesson_key in self.done


def standings(enrolments: Iterable[Enrolment], code: str) -> list[Standing]:
    """Return how far each of these enrolments has come; those of courses published no longer are left out.

    The number of queries does not hang on the number of enrolments, lessons or attempts.
    """
    enrolments = list(enrolments)
    courses = outlines({enrolment.course_key for enrolment in enrolments}, code)
    done, opened, attempts = defaultdict(set), defaultdict(set), defaultdict(list)
    for enrolment_id, lesson_key, done_at in LessonProgress.objects.filter(enrolment__in=enrolments).values_list(
        "enrolment_id", "lesson_key", "done_at"
    ):
        opened[enrolment_id].add(lesson_key)
        if done_at:
            done[enrolment_id].add(lesson_key)
    for attempt in Attempt.objects.filter(enrolment__in=enrolments).order_by("number"):
        attempts[attempt.enrolment_id].append(attempt)
    return [
        Standing(
            enrolment,
            courses[enrolment.course_key],
            done[enrolment.pk],
            opened[enrolment.pk],
            attempts[enrolment.pk],
        )
        for enrolment in enrolments
        if enrolment.course_key in courses
    ]


def start(learner, course_key: UUID, *, language: str, now: datetime) -> Enrolment:
    """Return the learner's current enrolment in the course, made now if there is none."""
    current = Enrolment.objects.of(learner).filter(course_key=course_key).current().first()
    if current:
        return current
    field = "user" if getattr(learner, "is_authenticated", False) else "visitor"
    try:
        with transaction.atomic():
            return Enrolment.objects.create(
                **{field: learner}, course_key=course_key, language=language, started_at=now
            )
    except IntegrityError:  # a second click was quicker
        return Enrolment.objects.of(learner).filter(course_key=course_key).current().get()


def open_lesson(enrolment: Enrolment, lesson_key: UUID, *, is_known: bool, language: str, now: datetime) -> None:
    """Note that a lesson was opened. Opening one that was opened last, in the same language, writes nothing."""
    if not is_known:
        LessonProgress.objects.bulk_create(
            [LessonProgress(enrolment=enrolment, lesson_key=lesson_key, opened_at=now, language=language)],
            ignore_conflicts=True,
        )
    if (enrolment.last_lesson_key, enrolment.language) != (lesson_key, language):
        enrolment.last_lesson_key, enrolment.language = lesson_key, language
        enrolment.save(update_fields=["last_lesson_key", "language"])


def finish_lesson(enrolment: Enrolment, lesson_key: UUID, *, language: str, now: datetime) -> None:
    """Note that a lesson is done, and complete the course when nothing else is left. Twice is once."""
    with transaction.atomic():
        progress, _created = LessonProgress.objects.get_or_create(
            enrolment=enrolment, lesson_key=lesson_key, defaults={"opened_at": now, "language": language}
        )
        if progress.done_at is None:
            progress.done_at = now
            progress.save(update_fields=["done_at"])
        completion.complete_if_due(enrolment, now=now)


def count_time(enrolment: Enrolment, *, now: datetime, resumed: bool = False) -> int:
    """Note a sign of life and return the active seconds of the enrolment.

    The seconds since the sign before count, at most `SeatTime.IDLE_CAP_SECONDS`, by the server's clock; a clock set back
    counts nothing. All tabs share one row, so that two of them do not double the time. `resumed`: the learner was away on
    purpose (the page was hidden), and the time between does not count at all.
    """
    with transaction.atomic():
        seat, created = SeatTime.objects.select_for_update().get_or_create(
            enrolment=enrolment, defaults={"last_sign_at": now}
        )
        passed = int((now - seat.last_sign_at).total_seconds())
        if created or (0 <= passed < QUIET_SECONDS and not resumed):
            return enrolment.active_seconds
        seat.last_sign_at = now
        seat.save(update_fields=["last_sign_at"])
        counted = 0 if resumed else min(max(passed, 0), SeatTime.IDLE_CAP_SECONDS)
        Enrolment.objects.filter(pk=enrolment.pk).update(active_seconds=F("active_seconds") + counted)
    enrolment.refresh_from_db(fields=["active_seconds"])
    return enrolment.active_seconds


def is_quiet(enrolment: Enrolment, *, now: datetime) -> bool:
    """Whether the last sign of life is so fresh that another would change nothing. Reads `seat_time` if it was joined."""
    seat = getattr(enrolment, "seat_time", None)
    return seat is not None and seat.is_quiet(now=now)
