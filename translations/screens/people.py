"""Who translates into which language, and what must hold before a translation is published."""

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.models import Organisation, User
from accounts.roles import Role
from kernel import languages
from kernel.models import record_event
from translations import access
from translations.models import ContentClass, Policy, TranslatorLanguage
from translations.policy import DEFAULTS
from translations.screens.shared import managed, screen


class TranslatorForm(forms.ModelForm):
    class Meta:
        model = TranslatorLanguage
        fields = ["user", "language", "is_native", "may_review"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        roles = [Role.TRANSLATOR, Role.EDITOR]
        people = User.objects.filter(memberships__role__in=roles, is_active=True).distinct().order_by("name")
        self.fields["user"].queryset = people
        choices = [(code, languages.own_name(code)) for code in access.targets()]
        self.fields["language"] = forms.ChoiceField(label=gettext_lazy("Language"), choices=choices)


@managed
def translators(request):
    """The list, and the form that adds to it or changes a row (same person and language)."""
    form = TranslatorForm(request.POST or None)
    if request.method == "POST":
        there = TranslatorLanguage.objects.filter(
            user_id=request.POST.get("user") or 0, language=request.POST.get("language", "")
        ).first() if request.POST.get("user", "").isdigit() else None  # fmt: skip
        form = TranslatorForm(request.POST, instance=there)
        if form.is_valid():
            row = form.save()
            record_event(
                "translations.translator",
                actor=request.user,
                subject=f"user:{row.user_id} {row.language}",
                at=timezone.now(),
            )
            messages.success(request, _("Saved."))
            return redirect("workbench:translators")
    rows = TranslatorLanguage.objects.select_related("user")
    return screen(
        request, "translators.html", title=_("Translators"), icon="user", form=form,
        rows=[(row, languages.own_name(row.language)) for row in rows], status=422 if form.errors else 200,
    )  # fmt: skip


@managed
@require_POST
def remove_translator(request, pk: int):
    row = get_object_or_404(TranslatorLanguage, pk=pk)
    record_event(
        "translations.translator_removed",
        actor=request.user,
        subject=f"user:{row.user_id} {row.language}",
        at=timezone.now(),
    )
    row.delete()
    messages.success(request, _("Removed."))
    return redirect("workbench:translators")


class PolicyForm(forms.ModelForm):
    class Meta:
        model = Policy
        fields = ["organisation", "content_class", "complete", "fresh", "reviewed", "native", "notice"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = Organisation.objects.order_by("path")

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("native"):
            cleaned["reviewed"] = True
        return cleaned


@managed
def policies(request):
    """The rules, with those that hold where nobody set any."""
    there = None
    if request.method == "POST":
        organisation = request.POST.get("organisation", "")
        there = Policy.objects.filter(
            organisation=int(organisation) if organisation.isdigit() else None,
            content_class=request.POST.get("content_class", ""),
        ).first()
    form = PolicyForm(request.POST or None, instance=there)
    if request.method == "POST" and form.is_valid():
        rule = form.save()
        record_event("translations.rule", actor=request.user, subject=str(rule)[:120], at=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("workbench:policies")
    rows = Policy.objects.select_related("organisation").order_by("organisation__path", "content_class")
    defaults = [(label, DEFAULTS[value]) for value, label in ContentClass.choices]
    return screen(
        request, "policies.html", title=_("Publishing rules"), icon="lock", form=form, rows=rows, defaults=defaults,
        status=422 if form.errors else 200,
    )  # fmt: skip


@managed
@require_POST
def remove_policy(request, pk: int):
    rule = get_object_or_404(Policy, pk=pk)
    record_event("translations.rule_removed", actor=request.user, subject=str(rule)[:120], at=timezone.now())
    rule.delete()
    messages.success(request, _("Removed."))
    return redirect("workbench:policies")
