"""Changes to published numbers: the list, and one of them with what it would change and where the number stands."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hotlines import carriers, proposals
from hotlines.models import Hotline, Proposal

REFUSALS = {
    proposals.SamePerson: _("You proposed this change. Somebody else has to approve it."),
    proposals.AlreadyDecided: _("This change was decided before."),
    proposals.Outdated: _("The hotline has changed since this was proposed. Reject it and propose anew."),
}
SHOWN = 100


def keeper_or_refused(request) -> None:
    """Raise PermissionDenied for people who do not keep hotlines."""
    if not request.user.has_perm("hotlines.change_hotline"):
        raise PermissionDenied


def change_list(request):
    keeper_or_refused(request)
    rows = Proposal.objects.select_related("hotline", "proposed_by", "decided_by")
    return render(
        request,
        "hotlines/screens/changes.html",
        {
            "page_title": gettext("Number changes"),
            "header_icon": "mobile-alt",
            "waiting": rows.open(),
            "decided": rows.exclude(state=Proposal.State.OPEN).order_by("-decided_at")[:SHOWN],
        },
    )


def change(request, pk: int):
    """Show one change; on POST approve or reject it."""
    keeper_or_refused(request)
    proposal = get_object_or_404(Proposal.objects.select_related("hotline", "proposed_by", "decided_by"), pk=pk)
    if request.method == "POST":
        return _decide(request, proposal)
    return render(
        request,
        "hotlines/screens/change.html",
        {
            "page_title": gettext("Number change"),
            "page_subtitle": proposal.hotline.code,
            "header_icon": "mobile-alt",
            "proposal": proposal,
            "rows": rows_of(proposal),
            "refusal": refusal(proposal, request.user),
            "is_open": proposal.state == Proposal.State.OPEN,
            **reach(proposal, timezone.now()),
        },
    )


def rows_of(proposal: Proposal) -> list[dict]:
    """Rows of (field, old, new) in words; a new hotline shows the fields that hold something."""
    rows = []
    for name, values in proposal.changes.items():
        if proposal.publishes and not values["new"]:
            continue
        field = Hotline._meta.get_field(name)
        old = "" if proposal.publishes else values["old"]
        rows.append({"label": field.verbose_name, "old": in_words(field, old), "new": in_words(field, values["new"])})
    return rows


def in_words(field, text: str) -> str:
    if field.is_relation and text:
        return Hotline.objects.filter(pk=text).values_list("code", flat=True).first() or text
    return str(dict(field.flatchoices).get(text, text))


def refusal(proposal: Proposal, user) -> str:
    """Why this person cannot approve, in words; empty when they can."""
    try:
        proposals.check(proposal, by=user)
    except proposals.NotDecidable as reason:
        return str(REFUSALS[type(reason)])
    return ""


def reach(proposal: Proposal, now) -> dict:
    """What the change would touch: while it waits as it would be, afterwards as it is."""
    if proposal.state == Proposal.State.OPEN:
        try:
            moment, found = carriers.after(proposal, now)
        except (ValidationError, ValueError):  # approving it will say what is wrong with its values
            moment, found = now, carriers.carriers_of(proposal.hotline, now)
    else:
        moment, found = now, carriers.carriers_of(proposal.hotline, now)
    return {"carriers": found, "moment": moment if moment > now else None}


def carrier_list(request, pk: int):
    """What carries a number of one hotline, now."""
    keeper_or_refused(request)
    hotline = get_object_or_404(Hotline, pk=pk)
    return render(
        request,
        "hotlines/screens/carriers.html",
        {
            "page_title": gettext("What carries this number"),
            "page_subtitle": hotline.name_en,
            "header_icon": "mobile-alt",
            "hotline": hotline,
            "carriers": carriers.carriers_of(hotline, timezone.now()),
            "waiting": hotline.proposals.open(),
        },
    )


def _decide(request, proposal: Proposal):
    try:
        if "approve" in request.POST:
            proposals.approve(proposal, by=request.user)
            messages.success(request, gettext("The change is in force."))
        elif "reject" in request.POST:
            proposals.reject(proposal, by=request.user)
            messages.success(request, gettext("The change was rejected. The old number stands."))
    except proposals.NotDecidable as reason:
        messages.error(request, REFUSALS[type(reason)])
        return redirect("hotline_desk:change", pk=proposal.pk)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("hotline_desk:change", pk=proposal.pk)
    return redirect("hotline_desk:changes")
