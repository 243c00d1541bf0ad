"""What course, lesson and catalogue pages say about the learner in front of them. Silent for everybody else."""

from django import template
from django.utils.translation import get_language

from courses.outline import course_key_of, outline
from records.visits import lesson_facts, standing_in, states

register = template.Library()


@register.inclusion_tag("records/parts/learner_panel.html", takes_context=True)
def learner_panel(context, page):
    """Start, or how far one has come and the next step. For a course page."""
    return {
        "course": outline(page.translation_key, get_language()),
        "standing": standing_in(context.get("request"), page.translation_key),
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("records/parts/learner_bar.html", takes_context=True)
def learner_bar(context, page):
    """Where a lesson stands in the course; with progress and active time for who has begun it."""
    return _lesson(context, page, "bar")


@register.inclusion_tag("records/parts/learner_next.html", takes_context=True)
def learner_next(context, page):
    """Mark the lesson as done and go on; for who has not begun the course, only the way on."""
    return _lesson(context, page, "next")


@register.inclusion_tag("records/parts/learner_state.html", takes_context=True)
def learner_state(context, course):
    """Whether the learner has begun or completed a course. For a card of the catalogue."""
    return {"state": states(context.get("request")).get(course.translation_key)}


def _lesson(context, page, part: str) -> dict:
    request, course_key = context.get("request"), course_key_of(page)
    if course_key is None:
        return {}
    if shell := getattr(request, "shell", None):
        return {"slot": shell.leave_open(part, course_key, page.translation_key)}
    facts = lesson_facts(request, course_key, page.translation_key)
    return facts | {"csrf_token": context.get("csrf_token")}
