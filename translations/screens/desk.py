"""The desk: an object in one language, English and translation side by side."""

import difflib
import hashlib
import re

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from wagtail.models import Page

from hotlines.guards import known_numbers
from translations import access, checks, machine, policy, review
from translations.models import Comment, Edit, Handover, State
from translations.screens.shared import language, locale_or_404, opened, screen, source_or_404
from translations.segments import segments
from translations.sources import content_class

TO_DO = {State.MISSING, State.STALE, State.WRONG, State.MACHINE}
TEXT_MOST = checks.MOST_SIGNS
COMMENT_MOST = 1000


@opened
def desk(request, code: str, pk: int):
    """Show the desk; on POST save what was typed and take the step asked for."""
    locale, source = locale_or_404(request.user, code), source_or_404(pk)
    if request.method == "POST":
        return _step(request, source, locale)
    return _show(request, source, locale)


def _show(request, source, locale, *, typed: dict | None = None, status=200):
    code, found = locale.language_code, segments(source, locale, closely=True)
    typed = typed or {}
    show = "todo" if request.GET.get("show") == "todo" else "all"
    cell = review.cell_of(found)
    model = source.specific_content_type.model_class()
    handover = review.waiting(source, locale)
    decided = (
        Handover.objects.filter(translation__source=source, translation__target_locale=locale)
        .exclude(state=Handover.State.WAITING).select_related("decided_by").first()
    )  # fmt: skip
    rows = [
        {
            "segment": segment,
            "text": typed.get(segment.name, segment.text or ""),
            "was": fingerprint(segment.text),
            "diff": difference(segment.source_then, segment.source) if segment.text_then else [],
            "edits": [(edit, difference(edit.source, segment.source)) for edit in segment.edits],
            "is_typed": segment.name in typed,
        }
        for segment in found
        if show == "all" or segment.state in TO_DO or segment.name in typed
    ]
    return screen(
        request,
        "desk.html",
        title=source.object_repr,
        status=status,
        source=source,
        language=language(code),
        rows=rows,
        cell=cell,
        show=show,
        kind=model._meta.verbose_name,
        obstacles=policy.obstacles(cell, content_class(model), request.user),
        handover=handover,
        decided=decided,
        may_review=access.may_review(request.user, code),
        has_machine=machine.is_on(),
        links=_links(source, locale),
        next_url=_next_url(request, source, locale),
    )


def _links(source, locale) -> list[tuple[str, str]]:
    """Where the object is read: (label, address)."""
    links = []
    for label, pk in ((_("Read the English page"), source.locale_id), (_("Read the translation"), locale.pk)):
        page = Page.objects.live().filter(translation_key=source.object_id, locale_id=pk).first()
        if page and page.url:
            links.append((label, page.url))
    return links


def _next_url(request, source, locale) -> str:
    """The next object of the same kind that has something to do, in the order of the site."""
    following = (
        type(source).objects.filter(
            locale_id=source.locale_id, specific_content_type=source.specific_content_type, pk__gt=source.pk
        ).order_by("pk").values_list("pk", flat=True).first()
    )  # fmt: skip
    return reverse("workbench:desk", args=[locale.language_code, following]) if following else ""


def fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def difference(then: str, now: str) -> list[tuple[str, str]]:
    """`[(kind, text)]` with kind one of same, gone, new: how the source changed, word by word. Empty when it did not."""
    if then == now or not then:
        return []
    one, other = (re.findall(r"\s+|[^\s]+", text) for text in (then, now))
    parts = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append(("same", "".join(one[a:b])))
            continue
        if b > a:
            parts.append(("gone", "".join(one[a:b])))
        if d > c:
            parts.append(("new", "".join(other[c:d])))
    return parts


# --- Steps ---------------------------------------------------------------------------------------------------------


def _step(request, source, locale):
    here = redirect(request.get_full_path())
    written, clashes = _save(request, source, locale)
    if clashes:
        messages.error(
            request,
            ngettext(
                "Somebody changed %(count)d text while you wrote. Both versions are shown; save again to keep yours.",
                "Somebody changed %(count)d texts while you wrote. Both versions are shown; save again to keep yours.",
                len(clashes),
            )
            % {"count": len(clashes)},
        )
        return _show(request, source, locale, typed=clashes, status=409)
    now, post = timezone.now(), request.POST
    try:
        if "send" in post:
            review.send(source, locale, by=request.user, note=post.get("note", "")[:COMMENT_MOST], now=now)
            messages.success(request, _("Sent to review."))
        elif "accept" in post:
            count = review.accept(
                source, locale, by=request.user, now=now, answer=post.get("answer", "")[:COMMENT_MOST]
            )
            messages.success(
                request, ngettext("%(count)d text reviewed.", "%(count)d texts reviewed.", count) % {"count": count}
            )
        elif "return" in post:
            review.send_back(source, locale, by=request.user, now=now, answer=post.get("answer", "")[:COMMENT_MOST])
            messages.success(request, _("Returned to the translator."))
        elif "publish" in post:
            review.publish(source, locale, by=request.user, now=now)
            messages.success(request, _("Published."))
        elif "machine" in post:
            _machine(request, source, locale)
        elif written or "save" in post:
            text = ngettext("%(count)d text saved.", "%(count)d texts saved.", written) % {"count": written}
            messages.success(request, text if written else _("Nothing changed."))
    except review.Refused as refusal:
        messages.error(request, str(refusal))
    return here


def _machine(request, source, locale) -> None:
    try:
        count = machine.draft(source, locale)
    except machine.NoAnswer as problem:
        messages.error(request, str(problem))
        return
    messages.success(
        request, ngettext("%(count)d machine draft.", "%(count)d machine drafts.", count) % {"count": count}
    )


def _save(request, source, locale) -> tuple[int, dict[str, str]]:
    """Write what changed; return how many texts, and `{name: typed}` of those that somebody else changed meanwhile."""
    written, clashes, post = 0, {}, request.POST
    asked, _colon, number = post.get("use", "").partition(":")
    for segment in segments(source, locale, closely=bool(asked)):
        if segment.name in post:
            text = post[segment.name].replace("\r\n", "\n").replace("\0", "")[: TEXT_MOST + 1]
            was = post.get(f"was-{segment.name}", "")
            if text != segment.text and fingerprint(text) != was:
                if was and was != fingerprint(segment.text):
                    clashes[segment.name] = text
                    continue
                review.write(source, locale, segment, text, by=request.user)
                written += 1
        if asked == segment.name and number.isdigit() and int(number) < len(segment.suggestions):
            review.write(source, locale, segment, segment.suggestions[int(number)].text, by=request.user)
            written += 1
        if said := post.get(f"comment-{segment.name}", "").strip()[:COMMENT_MOST]:
            Comment.objects.create(
                context_id=segment.context_id, string_id=segment.string_id, locale=locale, text=said, by=request.user
            )
            written += 1
    _settle(source, locale, post)
    written += _take_back(request, source, locale)
    if written:
        review.begin(source, locale)
    return written, clashes


def _settle(source, locale, post) -> None:
    if post.get("settle", "").isdigit():
        Comment.objects.filter(pk=post["settle"], context__object_id=source.object_id, locale=locale).update(
            resolved_at=timezone.now()
        )


def _take_back(request, source, locale) -> int:
    """Put an older translation of a text back."""
    name, _colon, pk = request.POST.get("restore", "").partition(":")
    if not pk.isdigit():
        return 0
    edit = Edit.objects.filter(pk=pk, context__object_id=source.object_id, locale=locale).first()
    for segment in segments(source, locale):
        if edit and segment.name == name and segment.context_id == edit.context_id:
            review.write(source, locale, segment, edit.text, by=request.user, way=Edit.Way.RESTORED)
            return 1
    return 0


@opened
@require_POST
def save_one(request, code: str, pk: int):
    """Save one text as it is typed. Answers with its state and problems, 409 when somebody else changed it meanwhile."""
    locale, source = locale_or_404(request.user, code), source_or_404(pk)
    name, text = request.POST.get("name", ""), request.POST.get("text", "").replace("\r\n", "\n").replace("\0", "")
    segment = next((one for one in segments(source, locale) if one.name == name), None)
    if segment is None:
        return JsonResponse({"message": _("This text is no longer in the page. Load it again.")}, status=410)
    if request.POST.get("was", "") not in {fingerprint(segment.text), fingerprint(text)}:
        return JsonResponse({"message": _("Somebody else changed this text. Load the page again.")}, status=409)
    review.write(source, locale, segment, text[: TEXT_MOST + 1], by=request.user)
    review.begin(source, locale)
    fresh = next(one for one in segments(source, locale) if one.name == name)
    found = checks.problems(fresh.source, text, code, known=known_numbers()) if text.strip() else []
    return JsonResponse(
        {
            "state": fresh.state,
            "label": str(fresh.state_label),
            "was": fingerprint(fresh.text),
            "problems": [{"level": problem.level, "text": problem.text} for problem in found],
        }
    )
