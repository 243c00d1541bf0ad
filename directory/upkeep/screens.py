"""Screens of the admin: what is due, and what organisations sent."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from directory.exchange.screens import keeper_or_refused
from directory.models import Organisation, Verification
from directory.models.entries import Freshness, State
from directory.upkeep import links, values
from directory.upkeep.models import UpdateLink
from directory.vocabulary import How
from hotlines import places

PER_PAGE = 50
REFUSALS = {
    links.SamePerson: _("You made this link. Somebody else has to approve the contacts that came by it."),
    links.AlreadyDecided: _("This answer was decided before."),
}
LISTS = {
    "due": _("Check is due"),
    "lapsed": _("Hidden: not checked for a year"),
    "sent": _("Answers that wait"),
    "asked": _("Asked, no answer yet"),
}


def rows_of(which: str, on):
    """The entries of a list, the oldest first."""
    organisations = Organisation.objects.filter(is_fictional=False)
    lapsed = organisations.lapsed(on=on).filter(state=State.PUBLISHED)
    if which == "lapsed":
        found = lapsed
    elif which == "sent":
        found = organisations.filter(update_links__answer=UpdateLink.Answer.OPEN)
    elif which == "asked":
        found = organisations.filter(
            update_links__answer__in=[UpdateLink.Answer.NONE, UpdateLink.Answer.RETURNED],
            update_links__closed_at=None,
            update_links__expires_at__gt=timezone.now(),
        )
    else:
        found = organisations.due(on=on).exclude(pk__in=lapsed.values("pk"))
    return found.distinct().order_by(models.F("verified_on").asc(nulls_last=True), "name", "pk")


def worklist(request):
    """Entries in need of a check, with how far each has got."""
    keeper_or_refused(request)
    on = timezone.localdate()
    which = request.GET.get("list", "due")
    which = which if which in LISTS else "due"
    country = request.GET.get("country", "")[:2].upper()
    found = rows_of(which, on)
    codes = found.order_by().values_list("country", flat=True).distinct()
    choices = places.sorted_by_name([code for code in codes if code])
    if country:
        found = found.filter(country=country)
    page = Paginator(found.prefetch_related("update_links", "hotline_links"), PER_PAGE).get_page(request.GET.get("p"))
    for entry in page:
        entry.latest = next(iter(entry.update_links.all()), None)
        entry.age = entry.freshness(on=on)
    return render(
        request,
        "directory_upkeep/worklist.html",
        {
            "page_title": gettext("Directory checks"),
            "header_icon": "date",
            "page": page,
            "which": which,
            "lists": [(key, label, rows_of(key, on).count()) for key, label in LISTS.items()],
            "country": country,
            "countries": choices,
            "extra": f"&list={which}" + (f"&country={country}" if country else ""),
        },
    )


class CheckForm(forms.ModelForm):
    """One check by a person."""

    class Meta:
        model = Verification
        fields = ["how", "result", "on", "note"]
        widgets = {"on": forms.DateInput(attrs={"type": "date"})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["how"].choices = [(value, label) for value, label in How.choices if value != How.SELF]

    def clean_on(self):
        if self.cleaned_data["on"] > timezone.localdate():
            raise forms.ValidationError(_("A check cannot lie in the future."))
        return self.cleaned_data["on"]


def entry(request, pk):
    """One entry: note a check, send or copy a link, see what came back."""
    keeper_or_refused(request)
    organisation = get_object_or_404(Organisation, pk=pk)
    form = CheckForm(request.POST if "check" in request.POST else None)
    if form.is_bound and form.is_valid():
        links.verify(organisation, by=request.user, **form.cleaned_data)
        messages.success(request, gettext("The check was noted."))
        return redirect("directory_upkeep_desk:entry", pk=pk)
    made = request.session.pop("directory link", None)
    link = organisation.update_links.filter(pk=made).first() if made else None
    return render(
        request,
        "directory_upkeep/entry.html",
        {
            "page_title": gettext("Check of an entry"),
            "page_subtitle": organisation.name,
            "header_icon": "date",
            "organisation": organisation,
            "form": form,
            "links": organisation.update_links.select_related("made_by", "decided_by"),
            "log": organisation.verifications.select_related("by"),
            "address": links.address_of(link, "en") if link else "",
            "age": dict(Freshness.choices)[organisation.freshness(on=timezone.localdate())],
        },
        status=422 if form.errors else 200,
    )


@require_POST
def make_link(request, pk):
    """Make a link and either mail it to the entry's own address or show it once."""
    keeper_or_refused(request)
    organisation = get_object_or_404(Organisation, pk=pk)
    now = timezone.now()
    if "mail" in request.POST and not organisation.email:
        messages.error(request, gettext("There is no e-mail address in this entry. Copy the link instead."))
        return redirect("directory_upkeep_desk:entry", pk=pk)
    link = links.make(organisation, by=request.user, now=now)
    if "mail" in request.POST:
        if links.mail(link, now=now):
            messages.success(request, gettext("The link is on its way to the address in the entry."))
        else:
            messages.error(request, gettext("The letter could not be sent. Try again later, or copy the link."))
    else:
        request.session["directory link"] = str(link.pk)
    return redirect("directory_upkeep_desk:entry", pk=pk)


def answer(request, pk):
    """What an organisation sent, beside what stands now; approve, give back or refuse."""
    keeper_or_refused(request)
    link = get_object_or_404(UpdateLink.objects.select_related("organisation", "made_by", "decided_by"), pk=pk)
    problem = ""
    if request.method == "POST":
        problem = _decide(request, link)
        if not problem:
            return redirect("directory_upkeep_desk:worklist")
    known = {value.key: value for value in values.values_of(link.organisation)}
    rows = [
        {
            "label": known[key].label if key in known else key.split(":")[-1],
            "group": known[key].group if key in known else "",
            "old": change["old"],
            "new": change["new"],
            "protected": values.is_protected(key),
            "stale": key not in known or known[key].now != change["old"],
        }
        for key, change in link.changes.items()
    ]
    return render(
        request,
        "directory_upkeep/answer.html",
        {
            "page_title": gettext("Answer of an organisation"),
            "page_subtitle": link.organisation.name,
            "header_icon": "resubmit",
            "link": link,
            "rows": rows,
            "is_open": link.answer == UpdateLink.Answer.OPEN,
            "refusal": refusal(link, request.user),
            "problem": problem,
        },
        status=422 if problem else 200,
    )


def refusal(link: UpdateLink, user) -> str:
    """Why this person cannot approve, in words; empty when they can."""
    try:
        links.check(link, by=user)
    except links.NotDecidable as reason:
        return str(REFUSALS[type(reason)])
    return ""


def _decide(request, link: UpdateLink) -> str:
    """Decide an answer; return what is wrong, or nothing."""
    now = timezone.now()
    try:
        if "approve" in request.POST:
            links.approve(link, by=request.user, on=timezone.localdate(), now=now)
            messages.success(request, gettext("The answer is in force, and the entry counts as checked today."))
        elif "return" in request.POST:
            question = request.POST.get("question", "").strip()[:600]
            if not question:
                return gettext("Write what you want to know.")
            links.give_back(link, by=request.user, question=question, now=now)
            messages.success(request, gettext("The question stands on the organisation's page."))
        elif "refuse" in request.POST:
            links.refuse(link, by=request.user, now=now)
            messages.success(request, gettext("The answer was refused. The entry stands as it was."))
    except links.NotDecidable as reason:
        return str(REFUSALS[type(reason)])
    except values.Changed as error:
        return gettext(
            "Nothing was changed, because this is no longer as it was: %(labels)s. Ask the organisation again."
        ) % {"labels": ", ".join(error.labels)}
    except ValidationError as error:
        return " ".join(error.messages)
    return ""
