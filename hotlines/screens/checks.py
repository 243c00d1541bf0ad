"""The form with which somebody notes that they checked a number, or takes responsibility for printing a weak one."""

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hotlines.checks import approve_print, record_check
from hotlines.models import Hotline, Verification
from hotlines.screens.changes import keeper_or_refused


class CheckForm(forms.ModelForm):
    """One check. Crisis lines are not called to test them; the first choice is to read the operator's own page."""

    class Meta:
        model = Verification
        fields = ["how", "result", "on", "note"]
        widgets = {"on": forms.DateInput(attrs={"type": "date"})}

    def clean_on(self):
        if self.cleaned_data["on"] > timezone.localdate():
            raise forms.ValidationError(_("A check cannot lie in the future."))
        return self.cleaned_data["on"]


class PrintForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it may be printed"), max_length=400, help_text=_("Kept with your name and the number.")
    )


def check(request, pk: int):
    keeper_or_refused(request)
    hotline = get_object_or_404(Hotline, pk=pk)
    data = request.POST or None
    form = CheckForm(data if data and "check" in data else None)
    print_form = PrintForm(data if data and "print" in data else None)
    if form.is_valid():
        record_check(hotline, by=request.user, **form.cleaned_data)
        messages.success(request, gettext("The check was noted."))
        return redirect("hotline_desk:check", pk=pk)
    if hotline.is_weak and print_form.is_valid():
        approve_print(hotline, by=request.user, reason=print_form.cleaned_data["reason"])
        messages.success(request, gettext("Your approval was noted."))
        return redirect("hotline_desk:check", pk=pk)
    return render(
        request,
        "hotlines/screens/check.html",
        {
            "page_title": gettext("Check of a hotline"),
            "page_subtitle": hotline.code,
            "header_icon": "mobile-alt",
            "hotline": hotline,
            "form": form,
            "print_form": print_form if hotline.is_weak else None,
            "sources": [
                source for source in hotline.source_urls.splitlines() if source.startswith(("http://", "https://"))
            ],
            "log": hotline.verifications.select_related("by"),
            "approvals": hotline.print_approvals.select_related("by"),
            "may_be_printed": hotline.may_be_printed,
        },
    )
