"""What these screens have in common: lists that can be taken along, and the admin's frame around our templates."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from wagtail.admin.widgets.button import HeaderButton

from accounts.screens.shared import ScopedListing, trail
from kernel import exports
from kernel.models import record_event

CHUNK = 1000  # rows read at once while a table goes out


class ExportedListing(ScopedListing):
    """A list whose rows, as filtered and searched, can be taken along; screen and file are made of the same cells.

    `cells()` of a subclass returns them: key -> `overview.Cell`.
    """

    search_backend_name = None
    export_name = "table"

    def get(self, request, *args, **kwargs):
        kind = request.GET.get("export")
        return self.export(kind) if kind in exports.FORMATS else super().get(request, *args, **kwargs)

    def export(self, kind: str):
        cells = self.cells()
        rows = ([cell(row) for cell in cells.values()] for row in self.get_queryset().iterator(chunk_size=CHUNK))
        header = [cell.label for cell in cells.values()]
        response, is_whole = download(self.request, kind, self.export_name, header, rows)
        if is_whole:
            record_event("records.exported", actor=self.request.user, subject=self.export_name, detail={"format": kind})
        return response

    @property
    def header_buttons(self):
        query = self.request.GET.copy()
        for name in ("p", "export", "_w_filter_fragment"):
            query.pop(name, None)
        buttons = []
        for kind in exports.FORMATS:
            query["export"] = kind
            buttons.append(HeaderButton(kind.upper(), url=f"?{query.urlencode()}", icon_name="download"))
        return buttons


def download(request, kind: str, name: str, header, rows):
    """Return (answer, whether it is the table). One too long for a workbook leads back to the list, filters and all."""
    try:
        return exports.table_response(kind, name, header, rows), True
    except exports.TooManyRows:
        messages.error(
            request,
            _(
                "This table has more than %(most)s rows, which is too many for a workbook. Take it as CSV, which has no "
                "limit, or filter it first."
            )
            % {"most": number_format(exports.XLSX_MOST_ROWS, force_grouping=True)},
        )
        query = request.GET.copy()
        query.pop("export", None)
        return redirect(f"{request.path}?{query.urlencode()}" if query else request.path), False


def screen(request, template: str, *, title, crumbs=(), icon="clipboard-list", status=200, buttons=(), **context):
    """Answer with one of our templates in the admin's frame."""
    context |= {
        "page_title": title,
        "header_title": title,
        "header_icon": icon,
        "breadcrumbs_items": trail(*crumbs, (None, title)),
        "header_buttons": list(buttons),
    }
    return render(request, f"records/screens/{template}", context, status=status)
