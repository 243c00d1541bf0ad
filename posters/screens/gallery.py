"""Posters for the public gallery: what waits for approval, what is shown, who approved it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext

from kernel.paper import FontsMissing, PaperError
from posters import gallery
from posters.choice import Choice, NotPossible, resolve
from posters.models import Poster

PER_PAGE = 50


def keepers_only(request) -> None:
    """Raise PermissionDenied for people who do not look after the gallery."""
    if not request.user.has_perm("posters.change_poster"):
        raise PermissionDenied


def poster_list(request):
    keepers_only(request)
    query = request.GET.get("q", "").replace("\0", "").strip()[:100]
    state = request.GET.get("state", "")
    rows = Poster.objects.select_related("campaign", "sheet", "approved_by").defer("sheet__spec", "sheet__choice")
    if query:
        rows = rows.filter(name__icontains=query)
    if state == "public":
        rows = rows.public()
    elif state == "waiting":
        rows = rows.exclude(pk__in=Poster.objects.public())
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("p"))
    return render(
        request,
        "posters/screens/posters.html",
        {
            "page_title": gettext("Posters of the gallery"),
            "header_icon": "image",
            "page": page,
            "query": query,
            "state": state,
            "filters": urlencode({name: value for name, value in (("q", query), ("state", state)) if value}),
        },
    )


def poster(request, pk: int):
    """One poster; POST approves it, takes it down or deletes what was never approved."""
    keepers_only(request)
    found = get_object_or_404(Poster.objects.select_related("campaign", "sheet", "approved_by"), pk=pk)
    if request.method == "POST":
        return _act(request, found)
    warnings, problem, tongues = [], "", []
    try:
        resolved = resolve(Choice.read(found.choice), now=timezone.now())
    except (NotPossible, TypeError) as reason:
        problem = str(reason)
    else:
        warnings, tongues = resolved.warnings, resolved.spec.tongues
    return render(
        request,
        "posters/screens/poster.html",
        {
            "page_title": found.name,
            "page_subtitle": str(found.campaign),
            "header_icon": "image",
            "poster": found,
            "choice": [(name, value) for name, value in found.choice.items() if value not in ("", None, [], False)],
            "warnings": warnings,
            "problem": problem,
            "tongues": tongues,
            "may_delete": request.user.has_perm("posters.delete_poster") and not found.is_public,
        },
    )


def _act(request, found: Poster):
    now = timezone.now()
    if "approve" in request.POST:
        try:
            gallery.approve(found, by=request.user, now=now)
        except (gallery.DraftWords, NotPossible, PaperError, FontsMissing) as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, gettext("The poster is in the gallery."))
    elif "take_down" in request.POST:
        gallery.take_down(found, by=request.user, now=now)
        messages.success(request, gettext("The poster is no longer in the gallery."))
    elif "delete" in request.POST:
        if found.is_public or not request.user.has_perm("posters.delete_poster"):
            raise Http404
        found.delete()
        messages.success(request, gettext("The poster was deleted."))
        return redirect("poster_desk:posters")
    return redirect("poster_desk:poster", pk=found.pk)
