"""Who has begun, completed and must renew what, in the viewer's units."""

import django_filters
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column

from accounts import access
from accounts.models import Organisation, User
from records import overview
from records.enrolments import Enrolment
from records.screens.shared import ExportedListing


def unit_choices(request):
    return access.units_of(request.user).order_by("path")


def course_choices() -> list:
    return [(str(key), title) for key, title in overview.course_titles().items()]


class EnrolmentFilter(WagtailFilterSet):
    unit = django_filters.ModelChoiceFilter(label=_("Unit and below"), queryset=unit_choices, method="in_unit")
    course_key = django_filters.ChoiceFilter(label=_("Course"), choices=course_choices)
    state = django_filters.ChoiceFilter(label=_("State"), choices=overview.STATES, method="in_state")

    class Meta:
        model = Enrolment
        fields = []

    def in_unit(self, queryset, _name, unit):
        return queryset.filter(user__in=User.objects.in_units(Organisation.objects.with_units(unit)))

    def in_state(self, queryset, _name, state):
        return overview.in_state(queryset, state, on=timezone.localdate())


class EnrolmentList(ExportedListing):
    allowed = staticmethod(overview.may_see_enrolments)
    model = Enrolment
    page_title = _("Training")
    verbose_name_plural = _("enrolments")
    header_icon = "clipboard-list"
    index_url_name = "training:enrolments"
    index_results_url_name = "training:enrolments_results"
    search_fields = ["user__name", "user__email", "user__agency_id"]
    default_ordering = ("user__name", "user__email", "course_key", "cycle")
    filterset_class = EnrolmentFilter
    export_name = "training"
    SHOWN = ("name", "units", "course", "state", "started", "completed", "valid_until", "certificate")

    @cached_property
    def kept_cells(self):
        return overview.enrolment_cells()

    def cells(self):
        return self.kept_cells

    @cached_property
    def columns(self):
        return [Column(name, label=self.kept_cells[name].label, accessor=self.kept_cells[name]) for name in self.SHOWN]

    def get_base_queryset(self):
        return overview.enrolments_seen_by(self.request.user)
