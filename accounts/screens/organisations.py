"""The tree of organisations, for administrators, with the mail domains whose owners may sign up."""

import zoneinfo

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail.admin.widgets.button import HeaderButton

from accounts import access, organisations
from accounts.models import EmailDomain, Organisation
from accounts.screens.shared import screen
from kernel.models import record_event


class TreeChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, organisation):
        return "– " * (organisation.depth - 1) + organisation.name


class OrganisationForm(forms.ModelForm):
    above = TreeChoiceField(
        label=gettext_lazy("Belongs to"),
        queryset=Organisation.objects.order_by("path"),
        required=False,
        empty_label=gettext_lazy("(nothing: it stands for itself)"),
    )
    domains = forms.CharField(
        label=gettext_lazy("Mail domains for sign-up"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "One to a line, such as agency.example. Everybody with such an address may make an account."
        ),
    )

    class Meta:
        model = Organisation
        fields = ["name", "code", "time_zone"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            parent = self.instance.get_parent()
            self.fields["above"].initial = parent.pk if parent else None
            self.fields["domains"].initial = "\n".join(
                self.instance.email_domains.order_by("domain").values_list("domain", flat=True)
            )

    def clean_time_zone(self):
        name = self.cleaned_data["time_zone"].strip()
        if name not in zoneinfo.available_timezones():
            raise forms.ValidationError(_("Write a time zone such as America/New_York or UTC."))
        return name

    def clean_code(self):
        return self.cleaned_data["code"].lower()

    def clean_domains(self):
        domains = sorted({word.strip().lower().lstrip("@") for word in self.cleaned_data["domains"].split() if word})
        field = EmailDomain._meta.get_field("domain")
        for domain in domains:
            field.run_validators(domain)
        taken = EmailDomain.objects.filter(domain__in=domains).exclude(organisation=self.instance.pk)
        if taken:
            raise forms.ValidationError(
                _("%(domain)s belongs to %(organisation)s already.")
                % {"domain": taken[0].domain, "organisation": taken[0].organisation}
            )
        return domains


def _set_domains(organisation: Organisation, domains: list[str], *, by) -> None:
    before = set(organisation.email_domains.values_list("domain", flat=True))
    if before == set(domains):
        return
    organisation.email_domains.exclude(domain__in=domains).delete()
    for domain in set(domains) - before:
        EmailDomain.objects.create(domain=domain, organisation=organisation)
    record_event(
        "organisation.domains_changed", actor=by, subject=f"organisation:{organisation.pk}", detail={"domains": domains}
    )


@access.or_404(access.may_manage_organisations)
def tree(request):
    rows = Organisation.objects.annotate(people=Count("memberships__user", distinct=True)).order_by("path")
    return screen(
        request,
        "organisations.html",
        title=_("Organisations"),
        crumbs=[],
        icon="group",
        rows=rows,
        buttons=[HeaderButton(_("Add an organisation"), url=reverse("people:add_organisation"), icon_name="plus")],
    )


@access.or_404(access.may_manage_organisations)
def add(request):
    form = OrganisationForm(request.POST or None, initial={"above": request.GET.get("below")})
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            fields = {name: form.cleaned_data[name] for name in ("name", "code", "time_zone")}
            made = organisations.add(below=form.cleaned_data["above"], by=request.user, **fields)
            _set_domains(made, form.cleaned_data["domains"], by=request.user)
        messages.success(request, _("Saved."))
        return redirect("people:organisations")
    return _form(request, form, _("Add an organisation"))


@access.or_404(access.may_manage_organisations)
def edit(request, pk: int):
    organisation = get_object_or_404(Organisation, pk=pk)
    form = OrganisationForm(request.POST or None, instance=organisation)
    if request.method == "POST" and form.is_valid():
        changed = [name for name in form.changed_data if name in form.Meta.fields]
        try:
            with transaction.atomic():
                saved = organisations.change(form.instance, changed, below=form.cleaned_data["above"], by=request.user)
                _set_domains(saved, form.cleaned_data["domains"], by=request.user)
        except organisations.InsideItself:
            form.add_error("above", _("A unit cannot belong to itself or to one of its own units."))
        else:
            messages.success(request, _("Saved."))
            return redirect("people:organisations")
    return _form(
        request, form, Organisation.objects.get(pk=pk).name, remove_url=reverse("people:remove_organisation", args=[pk])
    )


def _form(request, form, title, **context):
    return screen(
        request,
        "form.html",
        title=title,
        crumbs=[("people:organisations", _("Organisations"))],
        icon="group",
        form=form,
        submit=_("Save"),
        **context,
    )


@access.or_404(access.may_manage_organisations)
@require_POST
def remove(request, pk: int):
    organisation = get_object_or_404(Organisation, pk=pk)
    try:
        organisations.remove(organisation, by=request.user)
    except organisations.NotEmpty:
        messages.error(request, _("People, units or records still belong to it. Move them first."))
        return redirect("people:organisation", pk=pk)
    messages.success(request, _("Removed."))
    return redirect("people:organisations")
