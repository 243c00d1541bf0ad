"""An attempt at an assessment: rules, overview, one question per page, handing in, result.

Each answer is saved when it is given: by the script as JSON, without it by the form's buttons. Both post the same fields.
The flag "come back to this one" goes with them and is kept in the same way.
"""

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses import marking, parts
from courses.answers import AnswerRefused, can_be_emptied, read_answer
from courses.outline import outline
from courses.presentation import explain, in_words, present, retype
from kernel import languages
from records import assessment as rules
from records import editions, progress
from records.attempts import Attempt, AttemptItem
from records.learners import owned_by, wants_json
from records.views.learning import course_or_404, learners_only, own_enrolment_or_404

CLOCK = "H:i T"  # with the zone's name: a learner may sit in another one than this site


def own_attempt_or_404(request, key) -> Attempt:
    """Return the learner's own attempt, closed if its time is up; anyone else's is a 404, so that ids tell nothing."""
    attempt = get_object_or_404(
        Attempt.objects.select_related("enrolment").filter(owned_by(request, "enrolment__")), key=key
    )
    return rules.close_if_late(attempt, now=timezone.now())


@require_http_methods(["GET", "HEAD", "POST"])
@learners_only
def assessment(request, course_key):
    """Say by which rules the assessment goes; begin an attempt."""
    enrolment = own_enrolment_or_404(request, course_key)
    course = course_or_404(course_key)
    if not course.has_assessment:
        return redirect(course.url)
    now, refusal = timezone.now(), ""
    if request.method == "POST":
        try:
            attempt = rules.start_attempt(enrolment, course, language=get_language(), now=now)
            return redirect("records:question", key=attempt.key, position=_first_open(attempt))
        except rules.AttemptRefused as refused:
            refusal = str(refused)
    allowed = rules.allowance(enrolment, course.rules, now=now)
    (standing,) = progress.standings([enrolment], get_language())
    context = {
        "course": course,
        "allowed": allowed,
        "refusal": refusal or allowed.refusal(),
        "standing": standing,
        "minutes": course.rules["time_limit_minutes"] * (100 + allowed.extra_time_percent) // 100,
    }
    return render(request, "records/assessment.html", context)


def _first_open(attempt: Attempt) -> int:
    """The first question without an answer, or the last of all: where a resumed attempt goes on."""
    rows = list(attempt.items.order_by("position").values_list("position", "answer"))
    return next((position for position, answer in rows if answer is None), rows[-1][0])


@require_GET
@learners_only
def attempt(request, key):
    """How many questions are answered, with a way to each."""
    attempt = own_attempt_or_404(request, key)
    if not attempt.is_open:
        return redirect("records:result", key=key)
    return render(request, "records/attempt.html", _overview(attempt))


def _overview(attempt: Attempt) -> dict:
    items = list(attempt.items.select_related("base_edition"))
    for item in items:
        item.is_complete = marking.is_complete(item.base_edition.content, item.answer)
        item.state = state_words(item, item.is_complete)
    return {
        "attempt": attempt,
        "course": outline(attempt.enrolment.course_key, get_language()),
        "items": items,
        "answered_count": sum(item.is_complete for item in items),
        "unanswered": [item for item in items if not item.is_complete],
        "flagged": [item for item in items if item.flagged],
        "seconds_left": _seconds_left(attempt),
    }


def _seconds_left(attempt: Attempt) -> int | None:
    if attempt.deadline_at is None:
        return None
    return max(0, int((attempt.deadline_at - timezone.now()).total_seconds()))


@require_GET
@learners_only
def question(request, key, position):
    """One question of the attempt in the language of the page.

    A query holds what was typed when the session had ended (`_back_to_question`): it is shown again, to be saved.
    """
    attempt = own_attempt_or_404(request, key)
    if not attempt.is_open:
        return redirect("records:result", key=key)
    notice = _("You had been signed out, so this answer is not saved yet. Save it now.") if request.GET else ""
    return _question_page(request, attempt, position, error=notice, typed=request.GET or None)


def _question_page(request, attempt: Attempt, position: int, *, error: str = "", typed=None, status: int = 200):
    context = _overview(attempt)
    item = next((item for item in context["items"] if item.position == position), None)
    if item is None:
        raise Http404
    code = get_language()
    editions.freeze_language(attempt, context["items"], code)
    edition = editions.edition_in(item, code)
    if edition.locale not in attempt.languages:
        editions.note_language(attempt, edition.locale)
    content = in_words(item.base_edition.content, edition.content)
    shown = present(content, item.option_order, answer=item.answer)
    flagged = read_flag(typed) if typed is not None else None
    context |= {
        "item": item,
        "shown": retype(shown, typed) if typed is not None else shown,
        "is_flagged": item.flagged if flagged is None else flagged,
        "words_locale": edition.locale,
        "lang": languages.tag(edition.locale) if edition.locale != code else "",
        "error": error,
        "version": _version(item),
        "previous": position - 1,
        "next": position + 1 if position < len(context["items"]) else 0,
    }
    return render(request, "records/question.html", context, status=status)


def read_flag(data) -> bool | None:
    """Return whether the form `data` flags its question; None when it says nothing of it.

    A box that is not ticked sends nothing, so a hidden field of the same name stands before it.
    """
    return "yes" in data.getlist("flag") if "flag" in data else None


def _back_to_question(request, key, position) -> str:
    """Where somebody whose session ended comes back to after signing in, with what they had just chosen."""
    typed = request.POST.copy()
    for name in ("csrfmiddlewaretoken", "version", "words", "go"):
        typed.pop(name, None)
    if set(typed) == {"flag"} and not read_flag(typed):
        typed = None  # nothing was chosen
    query = f"?{typed.urlencode()}" if typed else ""
    return reverse("records:question", args=[key, position]) + query


@require_POST
@learners_only(back=_back_to_question)
def answer(request, key, position):
    """Save the answer to one question: what is stored is what was offered, by the server's clock, once.

    With a script and an account it comes by a shorter way, `config.express`.
    """
    item = get_object_or_404(
        AttemptItem.objects.select_related("attempt", "base_edition").filter(owned_by(request, "attempt__enrolment__")),
        attempt__key=key,
        position=position,
    )
    return save(request, item)


def save(request, item: AttemptItem):
    """Save what the form says as the answer to the learner's own item, unless the attempt is over."""
    now = timezone.now()
    if not item.attempt.is_open or rules.is_late(item.attempt, now=now):
        return _closed(request, rules.close_if_late(item.attempt, now=now))
    content = item.base_edition.content
    try:
        given = read_answer(content, item.option_order, request.POST)
    except AnswerRefused as refused:
        return _refused(request, item, str(refused))
    was_elsewhere = "version" in request.POST and request.POST["version"] != _version(item)
    was_elsewhere = was_elsewhere and item.answer != given
    flagged, was_flagged = read_flag(request.POST), item.flagged
    was_answered_at = item.answered_at
    try:
        if given is not None or (item.answer is not None and can_be_emptied(content)):
            rules.save_answer(item, given, locale=_locale_of_words(request, item), now=now)
        if flagged is not None:
            rules.flag(item, flagged)
    except rules.AttemptClosed:
        return _closed(request, item.attempt)
    only_flag = item.flagged != was_flagged and item.answered_at == was_answered_at
    return _saved(request, item, was_elsewhere, only_flag=only_flag)


def _version(item: AttemptItem) -> str:
    """What tells one tab that another has answered since."""
    return item.answered_at.isoformat() if item.answered_at else ""


def _locale_of_words(request, item: AttemptItem) -> str:
    """The language in which the question was shown when it was answered, as the form says; only recorded ones count."""
    code = request.POST.get("words", "")
    return code if item.editions.get(code) else item.base_edition.locale


def _saved(request, item: AttemptItem, was_elsewhere: bool, *, only_flag: bool = False):
    words = ""
    if only_flag and item.flagged:
        words = _("Flagged. You find it again in the list of all questions.")
    elif only_flag:
        words = _("The flag is removed.")
    elif was_elsewhere:
        words = _(
            "Saved. This question had been answered in another window or on another device meanwhile; "
            "the answer given here replaces that one."
        )
    elif item.answered_at:
        words = _("Saved at %(time)s") % {"time": date_format(timezone.localtime(item.answered_at), CLOCK)}
    complete = marking.is_complete(item.base_edition.content, item.answer)
    if wants_json(request):
        told = {"saved": True, "version": _version(item), "elsewhere": was_elsewhere}
        told |= {"complete": complete, "message": words}
        if "flag" in request.POST:
            told |= {"flagged": item.flagged, "state": state_words(item, complete)}
        return JsonResponse(told)
    if was_elsewhere:
        messages.warning(request, words)
    return redirect(_after_saving(request, item, complete))


def state_words(item: AttemptItem, complete: bool) -> str:
    """How far a question of an open attempt is, in a word or two."""
    if complete:
        return _("answered, flagged") if item.flagged else _("answered")
    if item.answer:
        return _("begun, flagged") if item.flagged else _("begun")
    return _("not answered, flagged") if item.flagged else _("not answered")


def _after_saving(request, item: AttemptItem, complete: bool) -> str:
    """Where the form's button leads. A scenario stays until its last step is answered.

    In the last place the overview is the only way on, so that there it waits for the last step too.
    """
    here = item.position
    key = item.attempt.key
    step = request.POST.get("go", "")
    unfinished = item.base_edition.content["steps"] and item.answer and not complete
    if step == "overview" and not (unfinished and here == item.attempt.rules["question_count"]):
        return reverse("records:attempt", args=[key])
    if step == "back" and here > 1:
        return reverse("records:question", args=[key, here - 1])
    if unfinished:
        return reverse("records:question", args=[key, here]) + f"#q-step-{len(item.answer['path']) + 1}"
    if step == "next" and here < item.attempt.rules["question_count"]:
        return reverse("records:question", args=[key, here + 1])
    return reverse("records:attempt", args=[key])


def _refused(request, item: AttemptItem, words: str):
    if wants_json(request):
        return JsonResponse({"saved": False, "message": words}, status=422)
    return _question_page(request, item.attempt, item.position, error=words, typed=request.POST, status=422)


def _closed(request, attempt: Attempt):
    words = _("This attempt has been handed in. Its result stands; the last change was not counted.")
    result = reverse("records:result", args=[attempt.key])
    if wants_json(request):
        return JsonResponse({"saved": False, "closed": True, "url": result, "message": words}, status=409)
    messages.warning(request, words)
    return redirect(result)


@require_http_methods(["GET", "HEAD", "POST"])
@learners_only
def submit(request, key):
    """Ask once more, naming what is unanswered; then mark. Handing in twice shows the first result."""
    attempt = own_attempt_or_404(request, key)
    if attempt.is_open and request.method != "POST":
        return render(request, "records/submit.html", _overview(attempt))
    return hand_in(request, attempt)


def hand_in(request, attempt: Attempt):
    """Mark the learner's own attempt and show the result; the first one stands."""
    try:
        rules.submit_attempt(attempt, now=timezone.now(), beside=getattr(request, "write_beside", None))
    except rules.AttemptClosed:
        pass
    return redirect("records:result", key=attempt.key)


@require_GET
@learners_only
def result(request, key):
    """Score, pass mark, and what to learn from each question."""
    attempt = own_attempt_or_404(request, key)
    if attempt.is_open:
        return redirect("records:attempt", key=key)
    code, now = get_language(), timezone.now()
    items = list(attempt.items.select_related("base_edition"))
    words = editions.words_for_result(items, code)
    course = outline(attempt.enrolment.course_key, code)
    context = {
        "attempt": attempt,
        "course": course,
        "rows": [_told(item, *words[item.pk], course, code) for item in items],
        "allowed": rules.allowance(attempt.enrolment, attempt.rules, now=now),
        "standing": next(iter(progress.standings([attempt.enrolment], code)), None),
    }
    return render(request, "records/result.html", context)


def _told(item: AttemptItem, content: dict, locale: str, course, code: str) -> dict:
    """Feedback on one question, in words the learner can read, with the lesson, or the very part of it, to go back to."""
    told = explain(content, item.option_order, item.answer)
    lesson = course.lesson(told["lesson_key"]) if course and told["lesson_key"] else None
    return {
        "position": item.position,
        "told": told,
        "lang": languages.tag(locale) if locale != code else "",
        "lesson": lesson,
        "read_again": f"{lesson.url}#{parts.anchor_of(told['part'])}"
        if lesson and told["part"]
        else lesson and lesson.url,
    }
