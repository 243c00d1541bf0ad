"""The one address of this room that is no page: where knowledge checks are answered."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from courses import checks
from courses.models import LessonPage

FRAGMENT = "fragment"  # what check.js asks for in X-Requested-With


@csrf_exempt  # stateless: it changes nothing, and the page it stands on is the same for everybody
@require_http_methods(["GET", "HEAD", "POST"])
def check(request, lesson_key, question_key):
    """Answer a knowledge check: the lesson again with the feedback in its place, or only that part for the script."""
    lesson = get_object_or_404(
        LessonPage.objects.live().select_related("locale"),
        translation_key=lesson_key,
        locale__language_code=get_language(),
    )
    question = checks.question_in(lesson, question_key)
    if question is None:
        raise Http404
    if request.method != "POST":
        return redirect(f"{lesson.get_url(request)}#{checks.anchor_of(question)}")
    result = checks.check_of(question, lesson, data=request.POST)
    if request.headers.get("X-Requested-With") == FRAGMENT:
        return render(request, "courses/question/check_body.html", {"check": result})
    request.checked = {question.translation_key: result}
    return lesson.serve(request)
