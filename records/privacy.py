"""What this room keeps of a person: handed out whole, erased as far as evidence allows."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.privacy import Table
from courses.models import CoursePage
from records.attempts import Attempt
from records.certificates import Certificate, Completion
from records.enrolments import Accommodation, Enrolment, LessonProgress

STAYS = _(
    "Completions and certificates stay: they are evidence that training was done, and others may hold the paper. "
    "After erasure your name is shown to nobody who checks a certificate."
)


def export_training(user: User) -> list[Table]:
    """Everything kept of a learner, in five tables."""
    titles = dict(CoursePage.objects.filter(locale__language_code="en").values_list("translation_key", "title"))
    return [
        _courses(user, titles),
        _lessons(user, titles),
        _attempts(user, titles),
        _certificates(user),
        _accommodations(user, titles),
    ]


def _courses(user, titles) -> Table:
    rows = Enrolment.objects.filter(user=user).select_related("completion").order_by("started_at")
    return Table(
        "courses",
        _("Courses"),
        {
            "course": _("Course"),
            "cycle": _("Cycle"),
            "started_at": _("Started"),
            "completed_at": _("Completed"),
            "score_percent": _("Score in percent"),
            "active_minutes": _("Active minutes"),
            "language": _("Language last used"),
        },
        [
            {
                "course": titles.get(row.course_key, row.course_key),
                "cycle": row.cycle,
                "started_at": row.started_at,
                "completed_at": row.completion.completed_at if hasattr(row, "completion") else None,
                "score_percent": row.completion.score_percent if hasattr(row, "completion") else None,
                "active_minutes": row.active_seconds // 60,
                "language": row.language,
            }
            for row in rows
        ],
    )


def _lessons(user, titles) -> Table:
    rows = LessonProgress.objects.filter(enrolment__user=user).select_related("enrolment").order_by("opened_at")
    return Table(
        "lessons",
        _("Lessons"),
        {"course": _("Course"), "lesson": _("Lesson"), "opened_at": _("Opened"), "done_at": _("Done")},
        [
            {
                "course": titles.get(row.enrolment.course_key, row.enrolment.course_key),
                "lesson": row.lesson_key,
                "opened_at": row.opened_at,
                "done_at": row.done_at,
            }
            for row in rows
        ],
    )


def _attempts(user, titles) -> Table:
    rows = Attempt.objects.filter(enrolment__user=user).select_related("enrolment").order_by("started_at")
    return Table(
        "attempts",
        _("Attempts"),
        {
            "course": _("Course"),
            "number": _("Number"),
            "started_at": _("Started"),
            "submitted_at": _("Handed in"),
            "score_percent": _("Score in percent"),
            "passed": _("Passed"),
        },
        [
            {
                "course": titles.get(row.enrolment.course_key, row.enrolment.course_key),
                "number": row.number,
                "started_at": row.started_at,
                "submitted_at": row.submitted_at,
                "score_percent": row.score_percent,
                "passed": row.passed,
            }
            for row in rows
        ],
    )


def _certificates(user) -> Table:
    return Table(
        "certificates",
        _("Certificates"),
        {
            "number": _("Number"),
            "course": _("Course"),
            "name": _("Name as printed"),
            "issued_on": _("Issued on"),
            "valid_until": _("Valid until"),
        },
        [
            {
                "number": row.number,
                "course": row.course_title,
                "name": row.name,
                "issued_on": row.issued_on,
                "valid_until": row.valid_until,
            }
            for row in Certificate.objects.filter(user=user).order_by("issued_on", "pk")
        ],
    )


def _accommodations(user, titles) -> Table:
    return Table(
        "accommodations",
        _("Extra time and attempts"),
        {
            "course": _("Course"),
            "extra_time_percent": _("Extra time in percent"),
            "extra_attempts": _("Extra attempts"),
            "no_wait": _("No wait between attempts"),
        },
        [
            {
                "course": titles.get(row.course_key, row.course_key),
                "extra_time_percent": row.extra_time_percent,
                "extra_attempts": row.extra_attempts,
                "no_wait": row.no_wait,
            }
            for row in Accommodation.objects.filter(user=user)
        ],
    )


def erase_training(user: User) -> None:
    """Remove what is no evidence: courses not completed, with their attempts, and accommodations."""
    Accommodation.objects.filter(user=user).delete()
    completed = Completion.objects.filter(enrolment__user=user).values("enrolment")
    Enrolment.objects.filter(user=user).exclude(pk__in=completed).delete()
    Certificate.objects.filter(user=user).update(show_name=False)
