"""The list of people, and the screen of each: who they are, where they belong, whether they may sign in."""

import django_filters
from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from accounts import access, memberships, people, privacy
from accounts.models import Membership, Organisation, User
from accounts.roles import Role
from accounts.screens.shared import ScopedListing, screen
from kernel.models import AuditEvent

STATES = [
    ("active", gettext_lazy("May sign in")),
    ("disabled", gettext_lazy("Disabled")),
    ("erasure", gettext_lazy("Asked to be erased")),
]
EVENTS_SHOWN = 20


class UnitChoiceFilter(django_filters.ModelChoiceFilter):
    """A unit and all below it, out of those the viewer looks after."""

    def filter(self, queryset, value):
        if value is None:
            return queryset
        return queryset.in_units(Organisation.objects.with_units(value))


class PeopleFilter(WagtailFilterSet):
    unit = UnitChoiceFilter(
        label=gettext_lazy("Unit"), queryset=lambda request: access.units_of(request.user).order_by("path")
    )
    role = django_filters.ChoiceFilter(label=gettext_lazy("Role"), choices=Role.choices, method="with_role")
    state = django_filters.ChoiceFilter(label=gettext_lazy("State"), choices=STATES, method="in_state")

    class Meta:
        model = User
        fields = []

    def with_role(self, queryset, _name, value):
        visible = Membership.objects.managed_by(self.request.user).filter(role=value)
        return queryset.filter(pk__in=visible.values("user"))

    def in_state(self, queryset, _name, value):
        if value == "erasure":
            return queryset.filter(erasure_request__isnull=False, erasure_request__done_at=None)
        return queryset.filter(is_active=value == "active")


class PeopleList(ScopedListing):
    allowed = staticmethod(access.may_see_people)
    model = User
    page_title = gettext_lazy("People")
    verbose_name_plural = gettext_lazy("people")
    header_icon = "user"
    index_url_name = "people:list"
    index_results_url_name = "people:list_results"
    search_fields = ["name", "email", "agency_id"]
    default_ordering = "name"
    filterset_class = PeopleFilter
    columns = [
        TitleColumn("name", label=gettext_lazy("Name"), accessor=str, sort_key="name", url_name="people:person"),
        Column("email", label=gettext_lazy("E-mail"), sort_key="email"),
        Column("units", label=gettext_lazy("Units and roles"), accessor="shown_memberships"),
        Column("last_login", label=gettext_lazy("Last sign-in"), sort_key="last_login"),
        StatusTagColumn(
            "state",
            label=gettext_lazy("State"),
            accessor=lambda user: _("May sign in") if user.is_active else _("Disabled"),
            primary=lambda user: user.is_active,
        ),
    ]

    def get_base_queryset(self):
        return access.people_seen_by(self.request.user)

    def paginate_queryset(self, queryset, page_size):
        """Read the memberships of the page's people at once, those the viewer may see."""
        paginator, page, rows, other = super().paginate_queryset(queryset, page_size)
        rows = list(rows)
        shown = {user.pk: [] for user in rows}
        visible = Membership.objects.managed_by(self.request.user).filter(user__in=shown).select_related("organisation")
        for membership in visible:
            shown[membership.user_id].append(f"{membership.organisation}: {membership.get_role_display()}")
        for user in rows:
            user.shown_memberships = "; ".join(shown[user.pk])
        page.object_list = rows
        return paginator, page, rows, other

    @property
    def header_buttons(self):
        if not access.may_invite(self.request.user):
            return []
        return [HeaderButton(_("Invite people"), url=reverse("people:invite"), icon_name="mail")]


class PersonForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name", "email", "agency_id", "language"]

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        if not by.is_administrator:
            del self.fields["email"]  # whoever changes the address could set the password by mail

    def clean_email(self):
        email = self.cleaned_data["email"].strip().lower()
        if User.objects.filter(email=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Somebody else signs in with this address."))
        return email

    def clean_name(self):
        return " ".join(self.cleaned_data["name"].split())


class MembershipForm(forms.Form):
    organisation = forms.ModelChoiceField(label=gettext_lazy("Unit"), queryset=Organisation.objects.none())
    role = forms.ChoiceField(label=gettext_lazy("Role"))

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = access.units_of(by).order_by("path")
        self.fields["role"].choices = [(role, Role(role).label) for role in access.roles_given_by(by)]


@access.or_404(access.may_see_people)
def person(request, pk: int):
    user = access.seen_person_or_404(request.user, pk)
    may_change = access.people_changed_by(request.user).filter(pk=pk).exists()
    form = PersonForm(request.POST or None, instance=user, by=request.user) if may_change else None
    if request.method == "POST":
        access.changed_person_or_404(request.user, pk)
        if form.is_valid():
            people.correct(user, form.changed_data, by=request.user)
            messages.success(request, _("Saved."))
            return redirect("people:person", pk=pk)
        user = access.seen_person_or_404(request.user, pk)
    return _person_screen(request, user, form=form, may_change=may_change)


def _person_screen(request, user, *, form=None, membership_form=None, may_change=False, status=200):
    changeable = set(access.memberships_changed_by(request.user).values_list("pk", flat=True))
    shown = Membership.objects.managed_by(request.user).filter(user=user).select_related("organisation")
    events = AuditEvent.objects.filter(subject=f"user:{user.pk}").select_related("actor").order_by("-pk")
    return screen(
        request,
        "person.html",
        title=str(user),
        crumbs=[("people:list", _("People"))],
        status=status,
        person=user,
        form=form,
        membership_form=membership_form or MembershipForm(by=request.user),
        memberships=[(membership, membership.pk in changeable) for membership in shown],
        may_change=may_change,
        may_erase=may_change and request.user.is_administrator,
        erasure=getattr(user, "erasure_request", None),
        events=events[:EVENTS_SHOWN] if access.may_see_audit(request.user) else [],
    )


@access.or_404(access.may_see_people)
@require_POST
def give_membership(request, pk: int):
    """Add somebody seen already to a further unit of the viewer's."""
    user = access.seen_person_or_404(request.user, pk)
    form = MembershipForm(request.POST, by=request.user)
    if not form.is_valid():
        may_change = access.people_changed_by(request.user).filter(pk=pk).exists()
        return _person_screen(
            request,
            user,
            form=PersonForm(instance=user, by=request.user) if may_change else None,
            membership_form=form,
            may_change=may_change,
        )
    memberships.give(user, form.cleaned_data["organisation"], form.cleaned_data["role"], by=request.user)
    messages.success(request, _("Saved."))
    return redirect("people:person", pk=pk)


@access.or_404(access.may_see_people)
@require_POST
def take_membership(request, pk: int, membership_pk: int):
    membership = access.membership_or_404(request.user, membership_pk)
    get_object_or_404(User, pk=pk, memberships=membership)
    try:
        memberships.take(membership, by=request.user)
    except memberships.LastAdministrator:
        messages.error(request, _("This is the last administrator. Name another one first."))
        return redirect("people:person", pk=pk)
    messages.success(request, _("The membership is ended."))
    if access.people_seen_by(request.user).filter(pk=pk).exists():
        return redirect("people:person", pk=pk)
    return redirect("people:list")


@access.or_404(access.may_see_people)
@require_POST
def disable(request, pk: int):
    user = access.changed_person_or_404(request.user, pk)
    try:
        people.disable(user, by=request.user)
    except memberships.LastAdministrator:
        messages.error(request, _("This is the last administrator. Name another one first."))
    else:
        messages.success(request, _("%(name)s cannot sign in any more.") % {"name": user})
    return redirect("people:person", pk=pk)


@access.or_404(access.may_see_people)
@require_POST
def enable(request, pk: int):
    user = access.changed_person_or_404(request.user, pk)
    people.enable(user, by=request.user)
    messages.success(request, _("%(name)s can sign in again.") % {"name": user})
    return redirect("people:person", pk=pk)


@access.or_404(lambda user: access.may_see_people(user) and user.is_administrator)
def erase(request, pk: int):
    """Erase a person, after a page that says what goes and what stays."""
    user = access.changed_person_or_404(request.user, pk)
    if request.method == "POST":
        try:
            privacy.erase(user, by=request.user)
        except memberships.LastAdministrator:
            messages.error(request, _("This is the last administrator. Name another one first."))
            return redirect("people:person", pk=pk)
        messages.success(request, _("Erased. What stays belongs to a number now."))
        return redirect("people:list")
    return screen(
        request,
        "erase.html",
        title=_("Erase %(name)s?") % {"name": user},
        crumbs=[("people:list", _("People"))],
        person=user,
        parts=privacy.parts(),
    )
