"""Changed contacts that wait: the list, and one of them with what it would change. And the form that notes a check."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from directory import contact_changes
from directory.checks import record_check
from directory.models import ContactChange, Organisation, Verification

REFUSALS = {
    contact_changes.SamePerson: _("You proposed this change. Somebody else has to approve it."),
    contact_changes.AlreadyDecided: _("This change was decided before."),
    contact_changes.Outdated: _("The contact has changed since this was proposed. Reject it and propose anew."),
}
SHOWN = 100


def keeper_or_refused(request) -> None:
    """Raise PermissionDenied for people who do not keep the directory."""
    if not request.user.has_perm("directory.change_organisation"):
        raise PermissionDenied


def change_list(request):
    keeper_or_refused(request)
    rows = ContactChange.objects.select_related("organisation", "proposed_by", "decided_by")
    return render(
        request,
        "directory/screens/changes.html",
        {
            "page_title": gettext("Contact changes"),
            "header_icon": "group",
            "waiting": rows.open()[:SHOWN],
            "decided": rows.exclude(state=ContactChange.State.OPEN).order_by("-decided_at")[:SHOWN],
        },
    )


def change(request, pk: int):
    """Show one change; on POST approve or reject it."""
    keeper_or_refused(request)
    found = get_object_or_404(ContactChange.objects.select_related("organisation", "proposed_by", "decided_by"), pk=pk)
    if request.method == "POST":
        return _decide(request, found)
    model = contact_changes.PROTECTED[found.model][0]
    return render(
        request,
        "directory/screens/change.html",
        {
            "page_title": gettext("Contact change"),
            "page_subtitle": found.organisation.name,
            "header_icon": "group",
            "change": found,
            "rows": [
                {"label": model._meta.get_field(name).verbose_name, **values} for name, values in found.changes.items()
            ],
            "refusal": refusal(found, request.user),
            "is_open": found.state == ContactChange.State.OPEN,
            "sources": [text for text in found.organisation.source_urls.splitlines() if text.startswith("http")],
        },
    )


def refusal(found: ContactChange, user) -> str:
    """Why this person cannot approve it, or an empty text."""
    try:
        contact_changes.check(found, by=user)
    except contact_changes.NotDecidable as reason:
        return REFUSALS[type(reason)]
    return ""


def _decide(request, found: ContactChange):
    try:
        if "approve" in request.POST:
            contact_changes.approve(found, by=request.user)
            messages.success(request, gettext("The change is in force."))
        elif "reject" in request.POST:
            contact_changes.reject(found, by=request.user)
            messages.success(request, gettext("The change was rejected."))
    except contact_changes.NotDecidable as reason:
        messages.error(request, REFUSALS[type(reason)])
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return redirect("directory_desk:change", pk=found.pk)


class CheckForm(forms.ModelForm):
    class Meta:
        model = Verification
        fields = ["how", "result", "on", "note"]
        widgets = {"on": forms.DateInput(attrs={"type": "date"})}

    def clean_on(self):
        if self.cleaned_data["on"] > timezone.localdate():
            raise forms.ValidationError(_("A check cannot lie in the future."))
        return self.cleaned_data["on"]


def check(request, pk):
    """Note that somebody looked whether an entry is right."""
    keeper_or_refused(request)
    organisation = get_object_or_404(Organisation, pk=pk)
    form = CheckForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        record_check(organisation, by=request.user, **form.cleaned_data)
        messages.success(request, gettext("The check was noted."))
        return redirect("directory_desk:check", pk=pk)
    return render(
        request,
        "directory/screens/check.html",
        {
            "page_title": gettext("Check of an entry"),
            "page_subtitle": organisation.name,
            "header_icon": "group",
            "organisation": organisation,
            "form": form,
            "sources": [text for text in organisation.source_urls.splitlines() if text.startswith("http")],
            "checks": organisation.verifications.select_related("by")[:SHOWN],
            "edit_url": reverse("wagtailsnippets_directory_organisation:edit", args=[pk]),
        },
    )
