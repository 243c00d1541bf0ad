"""Extra time, extra attempts, no waiting: granted to one person, in one course or in all. Seen by nobody outside."""

from django import forms
from django.contrib import messages
from django.core.validators import MaxValueValidator
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from accounts.access import or_404
from accounts.screens.shared import ScopedListing
from kernel.models import record_event
from records import overview
from records.enrolments import Accommodation
from records.screens.shared import screen

MOST_PERCENT, MOST_ATTEMPTS = 300, 20
CRUMBS = [("training:accommodations", gettext_lazy("Accommodations"))]


class AccommodationForm(forms.ModelForm):
    """Fields of one accommodation. Only people the granter looks after can be chosen."""

    course_key = forms.TypedChoiceField(label=gettext_lazy("Course"), required=False, empty_value=None)

    class Meta:
        model = Accommodation
        fields = ["user", "course_key", "extra_time_percent", "extra_attempts", "no_wait"]

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = overview.people_accommodated_by(by)
        courses = [(str(key), title) for key, title in overview.course_titles().items()]
        self.fields["course_key"].choices = [("", _("Every course")), *courses]
        self.fields["extra_time_percent"].validators.append(MaxValueValidator(MOST_PERCENT))
        self.fields["extra_attempts"].validators.append(MaxValueValidator(MOST_ATTEMPTS))

    def clean(self):
        data = super().clean()
        if not any(data.get(name) for name in ("extra_time_percent", "extra_attempts", "no_wait")):
            raise forms.ValidationError(_("Grant at least one thing: time, attempts, or no waiting."))
        return data


class AccommodationList(ScopedListing):
    allowed = staticmethod(overview.may_grant)
    model = Accommodation
    page_title = gettext_lazy("Accommodations")
    verbose_name_plural = gettext_lazy("accommodations")
    header_icon = "user"
    index_url_name = "training:accommodations"
    index_results_url_name = "training:accommodations_results"
    search_backend_name = None
    search_fields = ["user__name", "user__email"]

    @cached_property
    def titles(self):
        return overview.course_titles()

    @property
    def columns(self):
        every = _("Every course")
        return [
            TitleColumn("user", label=_("Person"), accessor="user", url_name="training:accommodation"),
            Column("course", label=_("Course"), accessor=lambda row: self.titles.get(row.course_key, every)),
            Column("extra_time_percent", label=_("Extra time in percent")),
            Column("extra_attempts", label=_("Extra attempts")),
            Column("no_wait", label=_("No waiting"), accessor=lambda row: _("Yes") if row.no_wait else ""),
            Column("granted_by", label=_("Granted by")),
            Column("granted_at", label=_("On"), accessor=lambda row: timezone.localtime(row.granted_at).date()),
        ]

    def get_base_queryset(self):
        return overview.accommodations_seen_by(self.request.user)

    @property
    def header_buttons(self):
        return [HeaderButton(_("Grant"), url=reverse("training:grant"), icon_name="plus")]


@or_404(overview.may_grant)
def grant(request):
    return _edit(request, Accommodation(), title=_("Grant an accommodation"), action="accommodation.granted")


def own_or_404(request, pk: int) -> Accommodation:
    """An accommodation of somebody the granter looks after; never their own."""
    return get_object_or_404(overview.accommodations_seen_by(request.user).exclude(user=request.user), pk=pk)


@or_404(overview.may_grant)
def accommodation(request, pk: int):
    return _edit(request, own_or_404(request, pk), title=_("Change an accommodation"), action="accommodation.changed")


def _edit(request, granted: Accommodation, *, title, action: str):
    form = AccommodationForm(request.POST or None, instance=granted, by=request.user)
    if request.method == "POST" and form.is_valid():
        granted = form.save(commit=False)
        granted.granted_by, granted.granted_at = request.user, timezone.now()
        granted.save()
        _note(request, action, granted)
        messages.success(request, _("Saved."))
        return redirect("training:accommodations")
    return screen(request, "accommodation.html", title=title, crumbs=CRUMBS, icon="user", form=form)


@or_404(overview.may_grant)
@require_POST
def withdraw(request, pk: int):
    granted = own_or_404(request, pk)
    _note(request, "accommodation.withdrawn", granted)
    granted.delete()
    messages.success(request, _("Withdrawn."))
    return redirect("training:accommodations")


def _note(request, action: str, granted: Accommodation) -> None:
    """The trail says that and for whom, not how much: the extent can tell of an illness."""
    record_event(action, actor=request.user, subject=f"user:{granted.user_id}", detail={"accommodation": granted.pk})
