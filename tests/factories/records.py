"""Learners, enrolments and what they have done, built straight into the tables."""

import uuid
from datetime import UTC, datetime

from accounts.models import Membership, Organisation, User
from records.attempts import Attempt
from records.completion import complete_if_due
from records.enrolments import Enrolment, LessonProgress, Visitor

NOON = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)  # 12:00 in New York


def make_unit(name: str = "Field Office", *, parent: Organisation | None = None, time_zone="America/New_York"):
    code = name.lower().replace(" ", "-")
    fields = {"name": name, "code": code, "time_zone": time_zone}
    if parent:
        return Organisation.objects.get(pk=parent.pk).add_child(**fields)
    return Organisation.add_root(**fields)


def make_user(name: str = "Ana López", *, unit: Organisation | None = None, role: str = "learner", **fields) -> User:
    email = fields.pop("email", f"{uuid.uuid4().hex[:12]}@agency.example")
    user = User.objects.create_user(email, name=name, **fields)
    if unit:
        Membership.objects.create(user=user, organisation=unit, role=role)
    return user


def make_visitor() -> Visitor:
    return Visitor.objects.create(token_hash=uuid.uuid4().hex * 2)


def make_enrolment(course, *, user=None, visitor=None, cycle: int = 1, minutes: int = 30, **fields) -> Enrolment:
    return Enrolment.objects.create(
        user=user,
        visitor=visitor,
        course_key=course.key,
        cycle=cycle,
        **({"active_seconds": minutes * 60, "started_at": NOON} | fields),
    )


def do_lessons(enrolment, course, *, count: int | None = None, language: str = "en", at=NOON) -> None:
    for lesson in course.lessons["en"][:count]:
        LessonProgress.objects.create(
            enrolment=enrolment, lesson_key=lesson.translation_key, opened_at=at, done_at=at, language=language
        )


def make_attempt(
    enrolment, course, *, score: int = 90, passed: bool | None = True, number: int = 1, **fields
) -> Attempt:
    return Attempt.objects.create(
        enrolment=enrolment,
        number=number,
        key=uuid.uuid4(),
        seed="seed",
        **(
            {
                "rules": course.page.rules(),
                "course_revision": "7",
                "languages": [enrolment.language],
                "started_at": NOON,
                "submitted_at": NOON,
                "score_percent": score,
                "passed": passed,
            }
            | fields
        ),
    )


def make_completion(course, *, user=None, visitor=None, now=NOON, cycle: int = 1, score: int = 90, **fields):
    """Everything done and passed, through the one function that decides it."""
    enrolment = make_enrolment(course, user=user, visitor=visitor, cycle=cycle, **({"started_at": now} | fields))
    do_lessons(enrolment, course, at=now, language=enrolment.language)
    make_attempt(enrolment, course, score=score, started_at=now, submitted_at=now)
    completion = complete_if_due(enrolment, now=now)
    assert completion is not None
    return completion
