"""Pages of kits: the history, one kit with its progress, the zip, and what may be done with it.

A kit exists for who ordered it and for administrators; for everybody else there is nothing here.
"""

from functools import wraps
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponseNotModified, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import quote_etag
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kernel import languages
from posters import access, doorbell, due, jobs, kits, store
from posters.designs import DESIGNS
from posters.models import Kit, KitPurpose, KitSheet, KitState, RowState
from posters.sizes import SIZES

KITS_PER_PAGE = 20
ROWS_PER_PAGE = 100
SEARCH_MOST = 100


def signed_in(view):
    """View decorator: nobody is asked to sign in first; nothing of it is kept in caches."""

    @wraps(view)
    def inner(request, *args, **kwargs):
        if not request.user.is_authenticated:
            back = request.get_full_path() if request.method in {"GET", "HEAD"} else reverse("posters:kits")
            return redirect_to_login(back, login_url=resolve_url(settings.LOGIN_URL))
        return view(request, *args, **kwargs)

    return never_cache(inner)


def own_kit_or_404(request, pk: int) -> Kit:
    """Return the kit with its counts; anyone else's is a 404, so that ids tell nothing."""
    return get_object_or_404(Kit.objects.of(request.user).with_counts().select_related("made_by", "hotline"), pk=pk)


@signed_in
@require_safe
def kit_list(request):
    """The history: search by name, filter by state."""
    if not (access.may_make(request.user) or Kit.objects.of(request.user).exists()):
        raise Http404
    query = request.GET.get("q", "").replace("\0", "").strip()[:SEARCH_MOST]
    state = request.GET.get("state", "")
    rows = Kit.objects.of(request.user)
    if query:
        rows = rows.filter(name__icontains=query)
    if state == "outdated":
        rows = rows.with_outdated()
    elif state in KitState.values:
        rows = rows.filter(state=state)
    page = Paginator(rows, KITS_PER_PAGE).get_page(request.GET.get("page"))
    ids = [kit.pk for kit in page]
    known = Kit.objects.filter(pk__in=ids).with_counts().select_related("made_by").in_bulk()
    outdated = Kit.objects.filter(made_by=request.user).for_reissue().count()
    due.wake_if_due(timezone.now())
    context = {
        "page_of_kits": page,
        "kits": [known[pk] for pk in ids if pk in known],
        "query": query,
        "state": state,
        "states": [*KitState.choices, ("outdated", _("With outdated sheets"))],
        "outdated_kits": outdated,
        "others": urlencode({name: value for name, value in (("q", query), ("state", state)) if value}),
        "is_filtered": bool(query or state),
    }
    return render(request, "posters/kits.html", context)


def facts_of(request, kit: Kit) -> dict:
    """What the page of a kit and its parts show."""
    show = request.GET.get("show", "")
    rows = kit.places.select_related("sheet__replaced_by").defer("sheet__spec", "sheet__choice")
    if show in RowState.values:
        rows = rows.filter(state=show)
    elif show == "outdated":
        rows = rows.filter(sheet__outdated_at__isnull=False, sheet__withdrawn_at=None)
    page = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    ended = kit.made_count + kit.failed_count + kit.cancelled_count
    return {
        "kit": kit,
        "rows": [row_facts(row) for row in page],
        "page_of_rows": page,
        "show": show,
        "show_query": urlencode({"show": show}) if show else "",
        "shows": [
            ("", _("All"), kit.total),
            *(
                (name, label, count)
                for name, label, count in (
                    ("made", _("Made"), kit.made_count),
                    ("waiting", _("Waiting"), kit.waiting_count),
                    ("failed", _("Failed"), kit.failed_count),
                    ("cancelled", _("Cancelled"), kit.cancelled_count),
                    ("outdated", _("Outdated"), kit.outdated_count),
                )
                if count or name == show
            ),
        ],
        "ended": ended,
        "percent": ended * 100 // kit.total if kit.total else 100,
        "status": status(kit),
        "can_retry": not kit.is_unfinished and (kit.failed_count or kit.cancelled_count),
        "before": place_in_queue(kit),
    }


def row_facts(row) -> dict:
    """A row in words. What was chosen may be of an older version of the site: unknown codes are shown as they are."""
    choice = row.choice if isinstance(row.choice, dict) else {}
    codes = [str(code) for code in choice.get("languages", ())]
    design, size = DESIGNS.get(choice.get("design")), SIZES.get(choice.get("size"))
    return {
        "row": row,
        "spoken": [
            {"name": languages.own_name(code), "tag": languages.tag(code), "direction": languages.direction(code)}
            for code in codes
        ],
        "design": design.label if design else choice.get("design", "–"),
        "size": size.label if size else choice.get("size", "–"),
    }


def status(kit: Kit) -> str:
    """How the kit stands, in a sentence."""
    made = ngettext("%(made)s of %(total)s sheet is made.", "%(made)s of %(total)s sheets are made.", kit.total) % {
        "made": kit.made_count,
        "total": kit.total,
    }
    failed = (
        ngettext("%(count)s could not be made.", "%(count)s could not be made.", kit.failed_count)
        % {"count": kit.failed_count}
        if kit.failed_count
        else ""
    )
    first = {
        KitState.WAITING: _("The kit is waiting for its turn."),
        KitState.WORKING: _("The kit is being made."),
        KitState.DONE: _("The kit is ready."),
        KitState.FAILED: _("No sheet of this kit could be made."),
        KitState.CANCELLED: _("The kit was cancelled."),
    }[kit.state]
    if kit.state == KitState.FAILED:
        return first
    return " ".join(filter(None, [first, made, failed]))


def place_in_queue(kit: Kit) -> int:
    """How many kits wait before this one."""
    if kit.state != KitState.WAITING:
        return 0
    return Kit.objects.filter(state=KitState.WAITING, made_at__lt=kit.made_at).count()


@signed_in
@require_safe
def kit(request, pk: int):
    """One kit. While it is unfinished the page refreshes itself; a kit whose maker died gets a new one by being looked at."""
    found = own_kit_or_404(request, pk)
    if found.is_unfinished:
        doorbell.wake()
    return render(request, "posters/kit.html", facts_of(request, found))


@signed_in
@require_safe
def progress(request, pk: int):
    """The parts of the page that change, for the script that puts them in place."""
    found = own_kit_or_404(request, pk)
    if found.is_unfinished:
        doorbell.wake()
    return render(request, "posters/parts/kit.html", facts_of(request, found))


@signed_in
@require_safe
def bundle(request, pk: int):
    """The zip, as it is packed. Files that the store lost are put in the queue again."""
    found = own_kit_or_404(request, pk)
    if not found.made_count:
        raise Http404
    try:
        rows = kits.made_rows(found)
    except kits.FilesGone as gone:
        jobs.make_again(found, gone.rows)
        messages.warning(
            request, _("Some files of this kit were cleared away. They are being made again; download it then.")
        )
        return redirect("posters:kit", pk=found.pk)
    name = slugify(found.name)[:60] or "kit"
    response = StreamingHttpResponse(kits.stream(found, rows), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{name}-{found.pk}.zip"'
    return response


@signed_in
@require_safe
def sheet_file(request, pk: int, position: int):
    """One file of a kit, to look at or to save."""
    found = get_object_or_404(Kit.objects.of(request.user), pk=pk)
    row = get_object_or_404(found.places.select_related("sheet"), position=position, state=RowState.MADE)
    file = store.place(row.sheet.key, kits.kind(row))
    if request.headers.get("If-None-Match") == quote_etag(row.sheet.key):
        return HttpResponseNotModified()
    if not file.exists():
        jobs.make_again(found, [row])
        messages.warning(request, _("This file was cleared away. It is being made again; open it then."))
        return redirect("posters:kit", pk=found.pk)
    kind = "image/png" if file.suffix == ".png" else "application/pdf"
    response = FileResponse(file.open("rb"), content_type=kind, filename=row.name.rpartition("/")[2])
    response["ETag"] = quote_etag(row.sheet.key)
    response["Cache-Control"] = "private, no-cache"
    return response


@signed_in
@require_POST
def cancel(request, pk: int):
    if jobs.cancel(own_kit_or_404(request, pk), now=timezone.now()):
        messages.success(request, _("The kit was cancelled. What was made already stays."))
    else:
        messages.info(request, _("The kit was finished before it could be cancelled."))
    return redirect("posters:kit", pk=pk)


@signed_in
@require_POST
def retry(request, pk: int):
    found = own_kit_or_404(request, pk)
    try:
        count = jobs.retry(found, now=timezone.now())
    except jobs.OrderRefused as refusal:
        messages.error(request, str(refusal))
    else:
        if count:
            messages.success(
                request,
                ngettext("%(count)d sheet is tried again.", "%(count)d sheets are tried again.", count)
                % {"count": count},
            )
        else:
            messages.info(request, _("There is nothing to try again."))
    return redirect("posters:kit", pk=pk)


@signed_in
@require_POST
def repeat(request, pk: int):
    """Order the same sheets again, with the words and numbers of now."""
    found = own_kit_or_404(request, pk)
    return _ordered(request, found, lambda: jobs.repeat(found, by=request.user, now=timezone.now()))


@signed_in
@require_POST
def reissue(request, pk: int):
    """Order the outdated sheets of a kit again."""
    found = own_kit_or_404(request, pk)
    choices = jobs.outdated_choices(found.places.all())
    title = _("Re-issue: %(name)s") % {"name": found.name}
    return _ordered(
        request,
        found,
        lambda: jobs.order_kit(request.user, choices, title, timezone.now(), purpose=KitPurpose.REISSUE),
    )


@signed_in
@require_POST
def reissue_all(request):
    """Order the replacements of every outdated sheet in one's own kits, or, for those who keep hotlines, of the whole site."""
    of_site = "all" in request.POST
    if of_site and not request.user.has_perm("hotlines.change_hotline"):
        raise Http404
    rows = KitSheet.objects.filter(kit__in=Kit.objects.filter(made_by=request.user).for_reissue())
    choices = jobs.outdated_choices(None if of_site else rows)
    rest, choices = choices[kits.SHEETS_MOST :], choices[: kits.SHEETS_MOST]
    title = _("Re-issue of all outdated sheets")
    answer = _ordered(
        request,
        None,
        lambda: jobs.order_kit(request.user, choices, title, timezone.now(), purpose=KitPurpose.REISSUE),
    )
    if rest:
        messages.warning(
            request,
            ngettext(
                "%(count)s sheet did not fit into this kit. Order again when it is done.",
                "%(count)s sheets did not fit into this kit. Order again when it is done.",
                len(rest),
            )
            % {"count": len(rest)},
        )
    return answer


def _ordered(request, found: Kit | None, order):
    if not access.may_make(request.user):
        raise Http404
    try:
        new = order()
    except jobs.OrderRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("posters:kit", pk=found.pk) if found else redirect("posters:kits")
    messages.success(request, _("The kit was ordered."))
    return redirect("posters:kit", pk=new.pk)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request, pk: int):
    """Ask, then forget the kit."""
    found = own_kit_or_404(request, pk)
    if request.method != "POST":
        return render(request, "posters/kit_delete.html", {"kit": found})
    if found.is_unfinished:
        jobs.cancel(found, now=timezone.now())
    jobs.delete(found, by=request.user)
    messages.success(request, _("The kit was deleted. Its sheets stay valid where they hang."))
    return redirect("posters:kits")
