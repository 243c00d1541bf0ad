"""A learner looks at pages of a course: what is known of them is found once per request, and opening a lesson is noted."""

from uuid import UUID

from django.utils import timezone
from django.utils.translation import get_language

from courses.models import LessonPage
from courses.outline import Outline, course_key_of, outline
from records import progress
from records.attempts import Attempt
from records.enrolments import Enrolment
from records.express import LearnerFacts
from records.learners import owned_by
from records.progress import Standing
from records.rehearsal import rehearse


def standing_in(request, course_key: UUID) -> Standing | None:
    """Return how far the learner of this request has come in the course; None for nobody and before they began."""
    if request is None or not hasattr(request, "user") or hasattr(request, "shell"):
        return None
    if getattr(request, "is_preview", False):
        return rehearse(request.preview_mode, course_key, get_language())
    found = request.__dict__.setdefault("_standings", {})
    if course_key not in found:
        owner = owned_by(request)
        rows = []
        if owner is not None:
            rows = Enrolment.objects.filter(owner, course_key=course_key).current()
            rows = rows.select_related("completion", "seat_time").prefetch_related("completion__certificates")
        found[course_key] = next(iter(progress.standings(rows, get_language())), None)
    return found[course_key]


def standing_from(facts: LearnerFacts, course: Outline | None) -> Standing | None:
    """Return the standing of somebody who has not completed the course, without asking for what is known already."""
    if facts.enrolment is None or course is None:
        return None
    enrolment = facts.enrolment
    Enrolment._meta.get_field("completion").set_cached_value(enrolment, None)
    attempts = list(Attempt.objects.filter(enrolment=enrolment).order_by("number")) if facts.attempts else []
    return Standing(enrolment, course, facts.keys("+"), facts.keys("+-"), attempts)


def recall(request, facts: LearnerFacts, course_key: UUID) -> None:
    """Let this request know what `facts` tell, so that nobody asks the database for it again."""
    if facts.completion_id is None:
        request.__dict__.setdefault("_standings", {})[course_key] = standing_from(
            facts, outline(course_key, get_language())
        )


def lesson_facts(request, course_key: UUID, lesson_key: UUID) -> dict:
    """Return what the parts of a lesson page that are about its learner take."""
    course = outline(course_key, get_language())
    standing = standing_in(request, course_key)
    return {
        "course": course,
        "lesson": course.lesson(lesson_key) if course else None,
        "before": course.before(lesson_key) if course else None,
        "after": course.after(lesson_key) if course else None,
        "standing": standing,
        "is_done": standing.is_done(lesson_key) if standing else False,
    }


def states(request) -> dict[UUID, Enrolment]:
    """Return the newest enrolment in each course the learner has begun, with its completion if there is one."""
    if request is None or not hasattr(request, "user"):
        return {}
    if not hasattr(request, "_states"):
        owner = owned_by(request)
        rows = Enrolment.objects.filter(owner).current().select_related("completion") if owner is not None else []
        request._states = {row.course_key: row for row in rows}
    return request._states


def note_lesson(page, request, serve_args, serve_kwargs) -> None:
    """Wagtail's `before_serve_page`: note that a learner opened a lesson, and count the time since the page before.

    Without JavaScript this is how active time is counted; with it, signs of life come in between.
    """
    if request.method != "GET" or not isinstance(page, LessonPage):
        return
    course_key = course_key_of(page)
    standing = standing_in(request, course_key) if course_key else None
    request.lesson_opened = course_key is not None
    if standing is None:
        return
    key, now = page.translation_key, timezone.now()
    progress.open_lesson(standing.enrolment, key, is_known=key in standing.opened, language=get_language(), now=now)
    if not progress.is_quiet(standing.enrolment, now=now):
        progress.count_time(standing.enrolment, now=now)
