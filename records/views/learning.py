"""Starting a course, finishing a lesson, signs of life, and the learner's own overview."""

from functools import partial, wraps

from django.conf import settings
from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses.outline import outline
from records import completion, joining, learners, progress
from records.enrolments import Enrolment


def learners_only(view=None, *, back=None):
    """Send nobody to sign in; whose record it is, each view asks by `learners.owned_by`.

    `back(request, ...)` names where they come back to after a form; without it, to the page of their own learning.
    """
    if view is None:
        return partial(learners_only, back=back)

    @wraps(view)
    def inner(request, *args, **kwargs):
        if learners.owned_by(request) is not None:
            return never_cache(view)(request, *args, **kwargs)
        if request.method in {"GET", "HEAD"}:
            return learners.nobody(request, back=request.get_full_path())
        return learners.nobody(request, back=back(request, *args, **kwargs) if back else reverse("records:my_learning"))

    return inner


def course_or_404(course_key):
    """Return the outline of a published course in the language of the page."""
    course = outline(course_key, get_language())
    if course is None:
        raise Http404
    return course


def own_enrolment_or_404(request, course_key) -> Enrolment:
    """Return the learner's newest cycle of the course; anyone else's is a 404."""
    return get_object_or_404(
        Enrolment.objects.filter(learners.owned_by(request), course_key=course_key)
        .current()
        .select_related("completion", "seat_time", "user", "visitor")
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def start(request, course_key):
    """Begin a course: with an account, or without one as a visitor, who gets a cookie now and not before."""
    course = course_or_404(course_key)
    learner = learners.current_learner(request)
    if request.method != "POST":
        current = learner and Enrolment.objects.of(learner).filter(course_key=course_key).exists()
        if current:
            return redirect(_where_to_go_on(request, course_key))
        return render(request, "records/start.html", {"course": course})
    token = None
    if learner is None:
        learner, token = learners.begin_visit()
    progress.start(learner, course_key, language=get_language(), now=timezone.now())
    response = redirect(course.lessons[0].url if course.lessons else course.url)
    if token:
        learners.remember(response, token)
    return response


def _where_to_go_on(request, course_key) -> str:
    (standing,) = progress.standings([own_enrolment_or_404(request, course_key)], get_language())
    return standing.next_lesson.url if standing.next_lesson else standing.course.url


@require_POST
@learners_only
def lesson_done(request, course_key, lesson_key):
    """Mark a lesson as done and go on: to the next one, or to the course page behind the last."""
    enrolment = own_enrolment_or_404(request, course_key)
    course = course_or_404(course_key)
    if course.lesson(lesson_key) is None:
        raise Http404
    now = timezone.now()
    progress.count_time(enrolment, now=now)
    progress.finish_lesson(enrolment, lesson_key, language=get_language(), now=now)
    following = course.after(lesson_key)
    return redirect(following.url if following else f"{course.url}#my-progress")


@require_POST
@learners_only
def active(request, course_key):
    """A sign of life from an open lesson: the answer says how much active time there is."""
    enrolment = own_enrolment_or_404(request, course_key)
    now = timezone.now()
    seconds = progress.count_time(enrolment, now=now, resumed="resumed" in request.POST)
    if not hasattr(enrolment, "completion"):
        course = course_or_404(course_key)
        if course.rules["seat_minutes"] and seconds >= course.rules["seat_minutes"] * 60:
            completion.complete_if_due(enrolment, now=now)
    return JsonResponse({"words": minutes_in_words(seconds)})


def minutes_in_words(seconds: int) -> str:
    count = seconds // 60
    return ngettext("%(count)d active minute", "%(count)d active minutes", count) % {"count": count}


@require_GET
@never_cache
def my_learning(request):
    """Everything the learner has begun and reached. Nobody yet: how to begin."""
    learner = learners.current_learner(request)
    enrolments = (
        Enrolment.objects.of(learner)
        .current()
        .select_related("completion")
        .prefetch_related("completion__certificates")
    )
    rows = progress.standings(enrolments, get_language())
    context = {
        "learner": learner,
        "is_visitor": learner is not None and not getattr(learner, "is_authenticated", False),
        "visitor_days": settings.VISITOR_DAYS,
        "in_progress": [row for row in rows if not row.completion],
        "completed": [row for row in rows if row.completion],
        "joinable": _joinable(request),
    }
    return render(request, "records/my_learning.html", context)


def _joinable(request):
    """Standings of what this browser did without an account, when somebody is signed in."""
    visitor = learners.visitor_of(request) if request.user.is_authenticated else None
    return progress.standings(joining.offered(visitor), get_language()) if visitor else []


@require_POST
@learners_only
def join(request):
    """Add what this browser did without an account to the account, or leave it; either way the cookie goes."""
    visitor = learners.visitor_of(request)
    if not request.user.is_authenticated or visitor is None:
        raise Http404
    response = redirect(reverse("records:my_learning"))
    if "add" in request.POST:
        count = joining.join(visitor, request.user, now=timezone.now())
        words = ngettext(
            "%(count)d course was added to your record.", "%(count)d courses were added to your record.", count
        )
        messages.success(request, words % {"count": count})
    else:
        messages.info(request, _("Nothing was added to your record."))
    learners.forget_cookie(response)
    return response
