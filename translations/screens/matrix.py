"""The matrix: every object by every language, with what to do next."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from wagtail.admin.widgets.button import HeaderButton

from courses.models import CoursePage
from kernel import exports
from kernel.models import record_event
from translations import access, policy, sources
from translations.matrix import GROUPS, SORTS, Matrix, chosen, next_task, ordered, summary
from translations.models import State
from translations.screens.shared import language, managed, opened, screen

PER_PAGE = 50
NAMES = ("q", "group", "course", "state", "code", "sort", "backwards")


@dataclass
class Asked:
    """What the filter form says; unknown values are taken as not given."""

    text: str
    group: str
    course: str
    state: str
    code: str
    sort: str
    backwards: bool

    @classmethod
    def of(cls, query, codes, courses):
        def one(name, values):
            value = query.get(name, "")
            return value if value in values else ""

        return cls(
            text=query.get("q", "").replace("\0", "").strip()[:200],
            group=one("group", GROUPS),
            course=one("course", courses),
            state=one("state", {*State.values, "waiting"}),
            code=one("code", codes),
            sort=one("sort", SORTS) or "order",
            backwards=query.get("backwards") == "1",
        )


@opened
def matrix(request):
    """The table, filtered and sorted; `?export=csv` takes it along."""
    codes = access.targets()
    mine = access.languages_of(request.user) or codes
    if request.GET.get("all") == "1":
        mine = codes
    courses = {str(key): title for key, title in CoursePage.objects.filter(
        locale__language_code="en", live=True
    ).order_by("path").values_list("translation_key", "title")}  # fmt: skip
    asked = Asked.of(request.GET, codes, courses)
    shown_codes = [asked.code] if asked.code else mine
    every = Matrix(shown_codes).rows
    rows = chosen(every, text=asked.text, group=asked.group, course=asked.course, state=asked.state, code=asked.code)
    rows = ordered(rows, asked.sort, asked.code or (mine[0] if mine else ""), backwards=asked.backwards)
    if request.GET.get("export") in exports.FORMATS:
        return _export(request, rows, shown_codes)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("p"))
    return screen(
        request,
        "matrix.html",
        title=_("Workbench"),
        crumbs=[],
        buttons=_buttons(request),
        page=page,
        lines=[(row, [(code, row.cells[code], row.url(code)) for code in shown_codes]) for row in page],
        totals=[(code, summary(rows, code)) for code in shown_codes],
        tasks=[(language(code), next_task(every, code)) for code in shown_codes] if not asked.course else [],
        readiness=_readiness(every, asked.course, shown_codes, request.user),
        languages=[language(code) for code in codes],
        shown=[language(code) for code in shown_codes],
        asked=asked,
        courses=courses,
        groups=GROUPS,
        states=[*State.choices, ("waiting", _("Waiting for a reviewer"))],
        sorts={"order": _("As on the site"), "label": _("Name"), "kind": _("Kind"), "percent": _("Percent"), "changed": _("Last change")},
        query=_query(request),
        mine=access.languages_of(request.user),
        has_languages=bool(access.languages_of(request.user)),
        may_manage=access.may_manage(request.user),
        sees_all=len(mine) == len(codes),
    )  # fmt: skip


def _readiness(rows, course: str, codes, user) -> list:
    """`[(language, phrases)]` of the chosen course; no phrases: it is ready."""
    if not course:
        return []
    own = [row for row in rows if course in row.courses]
    return [(language(code), policy.readiness(own, code, user)) for code in codes]


def _query(request) -> str:
    query = request.GET.copy()
    for name in ("p", "export"):
        query.pop(name, None)
    return query.urlencode()


def _buttons(request) -> list:
    query = _query(request)
    buttons = [
        HeaderButton(kind.upper(), url=f"?{query}{'&' if query else ''}export={kind}", icon_name="download")
        for kind in exports.FORMATS
    ]
    buttons.insert(0, HeaderButton(_("Files in and out"), url=reverse("workbench:files"), icon_name="download"))
    if access.may_manage(request.user):
        buttons.append(HeaderButton(_("Translators"), url=reverse("workbench:translators"), icon_name="user"))
        buttons.append(HeaderButton(_("Publishing rules"), url=reverse("workbench:policies"), icon_name="lock"))
    return buttons


HEADER = (
    "object", "kind", "group", "language", "percent", "texts", "done", "missing", "stale", "errors", "machine", "by people",
    "reviewed", "by native speakers", "state", "public", "waiting for review", "who", "changed",
)  # fmt: skip


def _export(request, rows, codes):
    def lines():
        for row in rows:
            for code in codes:
                cell = row.cells[code]
                yield [
                    row.label, row.kind, row.group, code, cell.percent, cell.total, cell.done, cell.missing, cell.stale,
                    cell.wrong, cell.machine, cell.human, cell.reviewed, cell.native, cell.state, cell.is_live,
                    cell.is_waiting, cell.who, cell.at,
                ]  # fmt: skip

    record_event("translations.exported", actor=request.user, subject="matrix", at=timezone.now())
    try:
        return exports.table_response(request.GET["export"], "translations", HEADER, lines())
    except exports.TooManyRows:
        messages.error(request, _("This table is too long for a workbook. Take it as CSV, or filter it."))
        return redirect("workbench:matrix")


@managed
@require_POST
def begin_missing(request):
    """Note what was published before anybody translated."""
    count = sources.begin_missing()
    messages.success(
        request,
        ngettext("%(count)d object was added.", "%(count)d objects were added.", count) % {"count": count}
        if count
        else _("The list is complete."),
    )
    return redirect("workbench:matrix")
