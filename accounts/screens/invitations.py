"""Invitations: the list, one invitation, a pasted list of addresses, and a table with a dry run."""

import json

import django_filters
from django import forms
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from accounts import access, invitations, limits
from accounts.adapter import wait_sentence
from accounts.models import INVITATION_STATES, Invitation, Organisation
from accounts.roles import Role
from accounts.screens.shared import ScopedListing, screen
from kernel import languages


class InvitationFilter(WagtailFilterSet):
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=list(INVITATION_STATES.items()), method="in_state"
    )
    unit = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Unit"),
        queryset=lambda request: access.units_of(request.user).order_by("path"),
        method="in_unit",
    )

    class Meta:
        model = Invitation
        fields = []

    def in_unit(self, queryset, _name, value):
        return queryset.filter(organisation__in=Organisation.objects.with_units(value))

    def in_state(self, queryset, _name, value):
        if value == "accepted":
            return queryset.exclude(accepted_at=None)
        if value == "withdrawn":
            return queryset.exclude(withdrawn_at=None)
        still = queryset.filter(accepted_at=None, withdrawn_at=None)
        now = timezone.now()
        if value == "expired":
            return still.filter(expires_at__lte=now)
        return still.filter(expires_at__gt=now, mailed_at__isnull=value == "waiting")


class InvitationList(ScopedListing):
    allowed = staticmethod(access.may_invite)
    model = Invitation
    page_title = gettext_lazy("Invitations")
    verbose_name_plural = gettext_lazy("invitations")
    header_icon = "mail"
    index_url_name = "people:invitations"
    index_results_url_name = "people:invitations_results"
    search_fields = ["email", "name"]
    default_ordering = "-sent_at"
    filterset_class = InvitationFilter
    columns = [
        TitleColumn("email", label=gettext_lazy("E-mail"), sort_key="email", url_name="people:invitation"),
        Column("name", label=gettext_lazy("Name")),
        Column("organisation", label=gettext_lazy("Unit")),
        Column("role", label=gettext_lazy("Role"), accessor="get_role_display"),
        Column("sent_at", label=gettext_lazy("Sent"), sort_key="sent_at"),
        Column(
            "state",
            label=gettext_lazy("State"),
            accessor=lambda invitation: INVITATION_STATES[invitation.state(timezone.now())],
        ),
    ]

    def get_base_queryset(self):
        return access.invitations_seen_by(self.request.user).select_related("organisation")

    @property
    def header_buttons(self):
        return [
            HeaderButton(_("Invite one"), url=reverse("people:invite"), icon_name="mail", priority=10),
            HeaderButton(_("Paste a list"), url=reverse("people:invite_list"), icon_name="clipboard-list", priority=20),
            HeaderButton(_("Upload a table"), url=reverse("people:invite_table"), icon_name="upload", priority=30),
        ]


class _Where(forms.Form):
    """Unit, role and language, out of what the inviter may give."""

    organisation = forms.ModelChoiceField(label=gettext_lazy("Unit"), queryset=Organisation.objects.none())
    role = forms.ChoiceField(label=gettext_lazy("Role"))
    language = forms.ChoiceField(label=gettext_lazy("Language of the mail"))

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["organisation"].queryset = access.units_of(by).order_by("path")
        self.fields["role"].choices = [(role, Role(role).label) for role in access.roles_given_by(by)]
        self.fields["language"].choices = [(code, languages.own_name(code)) for code, _name in settings.LANGUAGES]

    def settings_of_rows(self) -> dict:
        return {
            "unit": self.cleaned_data["organisation"],
            "role": self.cleaned_data["role"],
            "language": self.cleaned_data["language"],
        }


class InviteForm(_Where):
    email = forms.EmailField(label=gettext_lazy("Work e-mail"), max_length=254)
    name = forms.CharField(label=gettext_lazy("Full name"), max_length=150, required=False)
    field_order = ["email", "name", "organisation", "role", "language"]

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            row = invitations.Row(1, cleaned["email"], cleaned["name"], **self.settings_of_rows())
            invitations.check([row], by=self.by)
            for error in row.errors:
                self.add_error("email", error)
            self.row = row
        return cleaned


class ListForm(_Where):
    addresses = forms.CharField(
        label=gettext_lazy("Addresses"),
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=gettext_lazy("One to a line, or separated by commas. At most 1,000."),
    )
    field_order = ["addresses", "organisation", "role", "language"]

    def rows(self) -> list[invitations.Row]:
        return invitations.read_list(self.cleaned_data["addresses"], **self.settings_of_rows())


class TableForm(_Where):
    file = forms.FileField(
        label=gettext_lazy("Table (CSV)"),
        help_text=gettext_lazy(
            "With a first line that names the columns: email, and if you like name, unit, role, language."
        ),
    )
    field_order = ["file", "organisation", "language"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["role"]
        self.fields["organisation"].help_text = _("For lines that name no unit.")

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > invitations.FILE_BYTES:
            raise forms.ValidationError(_("This file is larger than 1 MB. Split it into smaller ones."))
        return file.read()

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            units = {unit.code.lower(): unit for unit in access.units_of(self.by)}
            try:
                self.read = invitations.read_table(
                    cleaned["file"], units=units, unit=cleaned["organisation"], language=cleaned["language"]
                )
            except invitations.WrongFile as wrong:
                self.add_error("file", str(wrong))
        return cleaned

    def rows(self) -> list[invitations.Row]:
        return self.read


def _sent(request, count: int):
    messages.success(
        request,
        ngettext("%(count)d invitation is on its way.", "%(count)d invitations are on their way.", count)
        % {"count": count},
    )
    return redirect("people:invitations")


def _form_screen(request, form, title, **context):
    return screen(
        request,
        "form.html",
        title=title,
        crumbs=[("people:invitations", _("Invitations"))],
        icon="mail",
        form=form,
        **context,
    )


@access.or_404(access.may_invite)
def invite(request):
    form = InviteForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            return _sent(request, invitations.invite_all([form.row], by=request.user))
        except limits.TooMany as stop:
            form.add_error(None, wait_sentence(stop.seconds))
    return _form_screen(request, form, _("Invite one person"), submit=_("Send the invitation"))


@access.or_404(access.may_invite)
def invite_list(request):
    form = ListForm(request.POST or None, by=request.user)
    return _checked(request, form, _("Invite a list of people"))


@access.or_404(access.may_invite)
def invite_table(request):
    form = TableForm(request.POST or None, request.FILES or None, by=request.user)
    return _checked(request, form, _("Invite people from a table"))


def _checked(request, form, title):
    """The dry run: every row with what is wrong with it. Nothing is sent before the next step."""
    if request.method != "POST" or not form.is_valid():
        return _form_screen(request, form, title, submit=_("Check the list; send nothing yet"))
    rows = form.rows()
    good = invitations.check(rows, by=request.user)
    if not rows:
        messages.error(request, _("There is no address in it."))
        return _form_screen(request, form, title, submit=_("Check the list; send nothing yet"))
    return screen(
        request,
        "invite_check.html",
        title=title,
        crumbs=[("people:invitations", _("Invitations"))],
        icon="mail",
        rows=rows,
        good=good,
        posted=_as_posted(good),
        bad_count=len(rows) - len(good),
    )


def _posted_rows(request) -> list[invitations.Row]:
    """Rows of the dry run as its form sends them back; none when the form was tampered with."""
    units = {unit.pk: unit for unit in access.units_of(request.user)}
    try:
        posted = json.loads(request.POST.get("rows", ""))
        rows = [
            invitations.Row(*[str(part) for part in row[:3]], None, *[str(part) for part in row[4:]]) for row in posted
        ]
        for row, (*_facts, unit, _role, _language) in zip(rows, posted, strict=True):
            row.unit = units[unit]
    except (ValueError, TypeError, KeyError, IndexError):
        return []
    return rows if all(row.role in Role.values for row in rows) else []


def _as_posted(rows: list[invitations.Row]) -> str:
    return json.dumps([[row.number, row.email, row.name, row.unit.pk, row.role, row.language] for row in rows])


@access.or_404(access.may_invite)
@require_POST
def send_checked(request):
    """Send what a dry run has shown. Every row is checked again: it comes from a form."""
    rows = _posted_rows(request)
    good = invitations.check(rows, by=request.user)
    if not rows or len(good) != len(rows):
        messages.error(request, _("Something changed in the meantime, and nothing was sent. Check the list again."))
        return redirect("people:invitations")
    try:
        return _sent(request, invitations.invite_all(good, by=request.user))
    except limits.TooMany as stop:
        messages.error(request, wait_sentence(stop.seconds))
        return redirect("people:invitations")


@access.or_404(access.may_invite)
def invitation(request, pk: int):
    found = access.invitation_or_404(request.user, pk)
    now = timezone.now()
    return screen(
        request,
        "invitation.html",
        title=found.email,
        crumbs=[("people:invitations", _("Invitations"))],
        icon="mail",
        invitation=found,
        state=INVITATION_STATES[found.state(now)],
        closed=found.accepted_at or found.withdrawn_at,
    )


@access.or_404(access.may_invite)
@require_POST
def resend(request, pk: int):
    found = access.invitation_or_404(request.user, pk)
    try:
        invitations.resend(found, by=request.user)
    except invitations.InvitationClosed:
        messages.error(request, _("This invitation is closed already."))
    except limits.TooMany as stop:
        messages.error(request, wait_sentence(stop.seconds))
    else:
        messages.success(request, _("A new link is on its way. The old one does not work any more."))
    return redirect("people:invitation", pk=pk)


@access.or_404(access.may_invite)
@require_POST
def withdraw(request, pk: int):
    found = access.invitation_or_404(request.user, pk)
    try:
        invitations.withdraw(found, by=request.user)
    except invitations.InvitationClosed:
        messages.error(request, _("This invitation is closed already."))
    else:
        messages.success(request, _("The invitation is withdrawn. Its link does not work any more."))
    return redirect("people:invitation", pk=pk)
