"""How questions perform, and what learners said after a course."""

from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from accounts.access import or_404
from kernel import exports, languages
from records import overview
from records.evaluation_results import evaluation_results
from records.evaluations import QUESTIONS
from records.item_statistics import GAP_POINTS, item_statistics
from records.screens.shared import download, screen


def _course(request, titles: dict) -> UUID | None:
    """The course that was asked for; the first one when none was. Unknown ones are a 404."""
    asked = request.GET.get("course", "")
    if not asked:
        return next(iter(titles), None)
    found = [key for key in titles if str(key) == asked]
    if not found:
        raise Http404
    return found[0]


def _percent(value) -> float | None:
    return None if value is None else round(value, 1)


@or_404(overview.may_see_items)
def questions(request):
    """Every question with its facility, per language too, and the picks of its choices."""
    titles = overview.course_titles()
    course_key = _course(request, titles)
    items = item_statistics(course_key) if course_key else []
    codes = sorted({code for item in items for code in item.by_locale})
    if request.GET.get("export") in exports.FORMATS:
        return _questions_table(request, items, codes)
    rows = [(item, [item.by_locale.get(code) for code in codes]) for item in items]
    return screen(
        request,
        "questions.html",
        title=_("How questions perform"),
        icon="help",
        titles=titles,
        course_key=course_key,
        rows=rows,
        code_names=[languages.own_name(code) for code in codes],
        gap_points=GAP_POINTS,
    )


def _questions_table(request, items, codes):
    header = [_("Question"), _("Concept"), _("Kind"), _("Answers"), _("Facility in percent"), _("Discrimination")]
    for code in codes:
        header += [f"{_('Answers')} {code}", f"{_('Facility in percent')} {code}"]
    header += [_("Largest gap in points"), _("Flagged"), _("Picks")]
    rows = []
    for item in items:
        row = [item.stem, item.concept, item.kind, item.overall.count, _percent(item.overall.facility)]
        value = item.overall.discrimination
        row.append(None if value is None else round(value, 2))
        for code in codes:
            tally = item.by_locale.get(code)
            row += [tally.count, _percent(tally.facility)] if tally else [0, None]
        picks = "; ".join(f"{pick.text}: {pick.count}" for pick in item.picks)
        rows.append([*row, _percent(item.gap), _("yes") if item.is_flagged else "", picks])
    return download(request, request.GET["export"], "questions", header, rows)[0]


@or_404(overview.may_see_evaluations)
def evaluations(request):
    """Means per question for all, per language and per month, with small groups hidden."""
    titles = overview.course_titles()
    course_key = _course(request, titles)
    results = evaluation_results(course_key) if course_key else None
    tables = []
    if results:
        tables = [
            (_("All answers"), "", [results.overall]),
            (_("By language"), _("Language"), results.by_locale),
            (_("By month"), _("Month"), results.by_month),
        ]
    if results and request.GET.get("export") in exports.FORMATS:
        return _evaluations_table(request, tables, results.comments)
    return screen(
        request,
        "evaluations.html",
        title=_("What learners say"),
        icon="comment",
        titles=titles,
        course_key=course_key,
        questions=QUESTIONS.items(),
        tables=[
            (caption, label, [(name_of(group.label), group, _means(group)) for group in groups])
            for caption, label, groups in tables
        ],
        comments=results.comments if results else [],
    )


def name_of(label) -> str:
    """A month as 2026-03, a locale by its own name."""
    if label == "all":
        return _("All")
    return languages.own_name(label) if isinstance(label, str) else f"{label:%Y-%m}"


def _means(group) -> list:
    return [None if group.means.get(name) is None else round(group.means[name], 2) for name in QUESTIONS]


def _evaluations_table(request, tables, comments):
    header = [_("Group"), _("Part"), _("Answers"), *(str(label) for label in QUESTIONS.values())]
    rows = []
    for caption, _label, groups in tables:
        for group in groups:
            count = _("too few to show") if group.is_hidden else group.count
            rows.append([caption, name_of(group.label), count, *_means(group)])
    rows += [[_("Comment"), text] for text in comments]
    return download(request, request.GET["export"], "evaluation", header, rows)[0]
