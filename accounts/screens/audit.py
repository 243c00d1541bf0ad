"""The audit trail, to read and to filter. Nobody changes it."""

import django_filters
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column

from accounts import access
from accounts.models import User
from accounts.screens.shared import ScopedListing
from kernel.models import AuditEvent


def actions(request=None) -> list[tuple[str, str]]:
    """Every action that occurs, in order."""
    names = AuditEvent.objects.order_by("action").values_list("action", flat=True).distinct()
    return [(name, name) for name in names]


class AuditFilter(WagtailFilterSet):
    action = django_filters.ChoiceFilter(label=gettext_lazy("Action"), choices=actions)
    at = django_filters.DateFromToRangeFilter(label=gettext_lazy("When"), widget=DateRangePickerWidget)

    class Meta:
        model = AuditEvent
        fields = []


class AuditList(ScopedListing):
    allowed = staticmethod(access.may_see_audit)
    model = AuditEvent
    page_title = gettext_lazy("Audit trail")
    verbose_name_plural = gettext_lazy("events")
    header_icon = "history"
    index_url_name = "people:audit"
    index_results_url_name = "people:audit_results"
    search_fields = ["subject", "action"]
    default_ordering = "-at"
    filterset_class = AuditFilter
    columns = [
        Column("at", label=gettext_lazy("When"), sort_key="at"),
        Column("actor", label=gettext_lazy("Who")),
        Column("action", label=gettext_lazy("What"), sort_key="action"),
        Column("subject", label=gettext_lazy("Of whom or what"), accessor="shown_subject"),
        Column("detail", label=gettext_lazy("Detail"), accessor="shown_detail"),
    ]

    def get_base_queryset(self):
        return AuditEvent.objects.select_related("actor")

    def paginate_queryset(self, queryset, page_size):
        """Give people's numbers their names, for the page's rows at once."""
        paginator, page, rows, other = super().paginate_queryset(queryset, page_size)
        rows = list(rows)
        numbers = {row.subject.removeprefix("user:") for row in rows if row.subject.startswith("user:")}
        names = {str(user.pk): str(user) for user in User.objects.filter(pk__in=[n for n in numbers if n.isdigit()])}
        for row in rows:
            number = row.subject.removeprefix("user:")
            row.shown_subject = f"{names[number]} ({row.subject})" if number in names else row.subject
            row.shown_detail = ", ".join(f"{key}: {value}" for key, value in row.detail.items())
        page.object_list = rows
        return paginator, page, rows, other
