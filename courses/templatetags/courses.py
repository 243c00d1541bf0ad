"""Tags of lesson pages: the body, kept near, and the knowledge checks in it."""

from django import template
from django.template.loader import render_to_string
from django.utils.translation import get_language

from courses import parts
from courses.checks import check_of
from courses.rehearsal import rehearse
from kernel.near import near

register = template.Library()
BODY_SECONDS = 60  # a hotline card says "open now", which is true for a minute


@register.simple_tag(takes_context=True)
def lesson_body(context, page):
    """The rendered blocks of a lesson. The same for everybody, unless a check has just been answered or in a preview."""
    request = context.get("request")

    def render():
        return render_to_string("courses/lesson_body.html", {"page": page, "request": request})

    if getattr(request, "checked", None) or getattr(request, "is_preview", False) or not page.pk:
        return render()
    key = f"lesson:{page.pk}:{page.live_revision_id or page.last_published_at}:{get_language()}"
    return near(key, render, seconds=BODY_SECONDS)


@register.simple_tag(takes_context=True)
def knowledge_check(context, question):
    """What `courses/question/check.html` shows: the question, and the feedback if it has just been answered."""
    page, request = context.get("page"), context.get("request")
    if question is None or page is None:
        return None
    checked = getattr(request, "checked", None) or {}
    return checked.get(question.translation_key) or check_of(question, page)


@register.simple_tag
def part_anchor(block):
    return parts.anchor_of(block.id)


@register.simple_tag
def rehearsal_of(question):
    """The question as it is asked, for the preview of a block."""
    return rehearse(question, "question")
