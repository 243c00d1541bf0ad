"""Every object by every locale: how much is translated, what is stale, what only a machine wrote, who reviewed, and when.

The figures of content come from one grouped query over segments and their translations, those of posters from their words, and
those of the interface from its catalogues. The number of queries depends on the kinds of objects alone.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Locale, Page
from wagtail_localize.models import TranslationSource

from accounts.models import User
from courses.models import CoursePage, Question
from kernel import languages, rows
from posters.models import Campaign, CampaignWords, CommonWords, Status
from translations import catalogues
from translations.models import ContentClass, Handover, State
from translations.sources import content_class, models_translated

PLACES = {"course": 0, "assessment": 1, "page": 2, "reference": 3}


@dataclass
class Cell:
    """One object in one locale; counts are of texts."""

    total: int = 0
    done: int = 0
    wrong: int = 0
    stale: int = 0
    machine: int = 0
    reviewed: int = 0
    native: int = 0
    at: datetime | None = None
    who: str = ""
    is_live: bool = False
    is_waiting: bool = False

    @property
    def missing(self) -> int:
        """Texts without any translation, stale and wrong ones not counted."""
        return max(0, self.total - self.done - self.wrong - self.stale)

    @property
    def human(self) -> int:
        return max(0, self.done - self.machine - self.reviewed)

    @property
    def percent(self) -> int:
        """Whole percent, rounded down: 100 means that nothing is missing."""
        return self.done * 100 // self.total if self.total else 0

    @property
    def is_begun(self) -> bool:
        return bool(self.done or self.stale or self.wrong)

    @property
    def state(self) -> str:
        """The state of the weakest text."""
        for state, count in (
            (State.WRONG, self.wrong), (State.STALE, self.stale), (State.MISSING, self.missing or not self.total),
            (State.MACHINE, self.machine), (State.HUMAN, self.human),
        ):  # fmt: skip
            if count:
                return state
        return State.REVIEWED

    @property
    def state_label(self) -> str:
        return State(self.state).label

    def add(self, other: "Cell") -> None:
        for name in ("total", "done", "wrong", "stale", "machine", "reviewed", "native"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        if other.at and (self.at is None or other.at > self.at):
            self.at, self.who = other.at, other.who
        self.is_live, self.is_waiting = self.is_live or other.is_live, self.is_waiting or other.is_waiting


@dataclass
class Row:
    """One object. `key` is what its desk is called by; `course` the key of the course it belongs to."""

    key: str
    label: str
    kind: str
    group: str
    cells: dict[str, Cell] = field(default_factory=dict)
    courses: set[str] = field(default_factory=set)
    object_id: str = ""

    def url(self, code: str) -> str:
        if self.key.startswith("source-"):
            return reverse("workbench:desk", args=[code, int(self.key.removeprefix("source-"))])
        if self.key == "interface":
            return reverse("workbench:catalogue", args=[code])
        return reverse("workbench:poster_words", args=[code, self.key])


COUNTS = """
SELECT g.source_id, t.locale_id, COUNT(*),
  SUM(CASE WHEN t.has_error THEN 1 ELSE 0 END),
  SUM(CASE WHEN NOT t.has_error AND r.id IS NULL AND t.translation_type = 'machine' THEN 1 ELSE 0 END),
  SUM(CASE WHEN NOT t.has_error AND r.id IS NOT NULL THEN 1 ELSE 0 END),
  SUM(CASE WHEN NOT t.has_error AND r.is_native THEN 1 ELSE 0 END),
  MAX(t.updated_at)
FROM (SELECT DISTINCT source_id, string_id, context_id FROM wagtail_localize_stringsegment) g
JOIN wagtail_localize_stringtranslation t ON t.translation_of_id = g.string_id AND t.context_id = g.context_id
LEFT JOIN translations_review r ON r.translation_id = t.id
GROUP BY g.source_id, t.locale_id
"""
# Who changed something last, by the last moment of each person.
WHO = """
SELECT g.source_id, t.locale_id, t.last_translated_by_id, MAX(t.updated_at)
FROM wagtail_localize_stringsegment g
JOIN wagtail_localize_stringtranslation t ON t.translation_of_id = g.string_id AND t.context_id = g.context_id
GROUP BY g.source_id, t.locale_id, t.last_translated_by_id ORDER BY 4
"""
TOTALS = """
SELECT source_id, COUNT(*) FROM (
  SELECT DISTINCT source_id, string_id, context_id FROM wagtail_localize_stringsegment
) g GROUP BY source_id
"""
# Translations whose source text is no longer in its place.
LEFT_OVER = """
SELECT DISTINCT o.context_id, o.locale_id FROM wagtail_localize_stringtranslation o
WHERE o.context_id IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM wagtail_localize_stringsegment g WHERE g.context_id = o.context_id AND g.string_id = o.translation_of_id
)
"""
# Texts without a translation in places where an older one is left.
STALE = f"""
SELECT g.source_id, o.locale_id, COUNT(*)
FROM (SELECT DISTINCT source_id, string_id, context_id FROM wagtail_localize_stringsegment) g
JOIN ({LEFT_OVER}) o ON o.context_id = g.context_id
LEFT JOIN wagtail_localize_stringtranslation t
  ON t.translation_of_id = g.string_id AND t.context_id = g.context_id AND t.locale_id = o.locale_id
WHERE t.id IS NULL GROUP BY g.source_id, o.locale_id
"""  # noqa: S608  no word of it comes from outside


@dataclass
class Matrix:
    """All rows in the languages `codes`."""

    codes: list[str]

    @cached_property
    def locales(self) -> dict[int, str]:
        return dict(Locale.objects.filter(language_code__in=self.codes).values_list("pk", "language_code"))

    @cached_property
    def rows(self) -> list[Row]:
        content = sorted(self._content(), key=lambda row: (PLACES.get(row.group, 9), row.kind))
        return [*content, *self._posters(), self._interface()]

    def _content(self) -> list[Row]:
        english = Locale.objects.get(language_code="en")
        sources = TranslationSource.objects.filter(locale=english).defer("content_json").order_by("pk")
        kinds = ContentType.objects.get_for_models(*models_translated(), for_concrete_models=False)
        by_type = {found.pk: model for model, found in kinds.items()}
        courses, live = _courses(english), self._live(by_type.values())
        waiting = set(
            Handover.objects.filter(state=Handover.State.WAITING).values_list(
                "translation__source_id", "translation__target_locale_id"
            )
        )
        counts = self._counts()
        totals = dict(rows.every(TOTALS))
        found = []
        for source in sources:
            model = by_type.get(source.specific_content_type_id)
            if model is None or (source.object_id, english.pk) not in live:
                continue
            row = Row(
                key=f"source-{source.pk}",
                label=source.object_repr,
                kind=str(model._meta.verbose_name),
                group=content_class(model),
                courses=courses.get(source.object_id, set()),
                object_id=str(source.object_id),
            )
            for pk, code in self.locales.items():
                cell = counts.get((source.pk, pk)) or Cell()
                cell.total = totals.get(source.pk, 0)
                cell.is_live = live.get((source.object_id, pk), False)
                cell.is_waiting = (source.pk, pk) in waiting
                row.cells[code] = cell
            for code in self.codes:  # a language of the settings that nobody has begun
                row.cells.setdefault(code, Cell(total=totals.get(source.pk, 0)))
            found.append(row)
        return found

    def _counts(self) -> dict[tuple[int, int], Cell]:
        last = {(source, locale): by for source, locale, by, _at in rows.every(WHO)}
        people = {user.pk: user.get_short_name() for user in User.objects.filter(pk__in={*last.values()} - {None})}
        found = {}
        for source, locale, total, wrong, machine, reviewed, native, at in rows.every(COUNTS):
            found[source, locale] = Cell(
                done=total - wrong, wrong=wrong, machine=machine, reviewed=reviewed, native=native or 0, at=_moment(at),
                who=people.get(last.get((source, locale)), ""),
            )  # fmt: skip
        for source, locale, stale in rows.every(STALE):
            found.setdefault((source, locale), Cell()).stale = stale
        return found

    def _live(self, models) -> dict:
        found = {}
        for model in set(models):
            has_drafts = any(field.name == "live" for field in model._meta.get_fields())
            values = ("translation_key", "locale_id", "live") if has_drafts else ("translation_key", "locale_id")
            for key, locale, *is_live in model.objects.values_list(*values):
                found[key, locale] = is_live[0] if is_live else True
        return found

    def _posters(self) -> list[Row]:
        found = []
        by_campaign = defaultdict(dict)
        for words in CampaignWords.objects.select_related("reviewed_by"):
            by_campaign[words.campaign_id][words.language.lower()] = words
        names = [(str(c.pk), f"{_('Poster')}: {c.name}", by_campaign[c.pk]) for c in Campaign.objects.all()]
        common = {words.language.lower(): words for words in CommonWords.objects.select_related("reviewed_by")}
        for key, label, sets in [*names, ("common", _("Words on every poster"), common)]:
            row = Row(key=key, label=label, kind=_("poster words"), group="poster")
            for code in self.codes:
                row.cells[code] = _poster_cell(sets.get("en"), sets.get(code))
            found.append(row)
        return found

    def _interface(self) -> Row:
        row = Row(key="interface", label=_("Words of the interface"), kind=_("catalogue"), group="interface")
        for code in self.codes:
            row.cells[code] = Cell(**catalogues.counts(code))
        return row


def _poster_cell(source, words) -> Cell:
    total = len(source.NAMES) if source else 0
    if words is None or source is None:
        return Cell(total=total)
    done = sum(bool(getattr(words, name)) for name in words.NAMES)
    if source.changed_at > words.changed_at and source.written_by_person:
        return Cell(total=total, stale=done, at=words.changed_at)
    reviewed = done if words.status == Status.REVIEWED else 0
    machine = done if words.status == Status.MACHINE and not words.written_by_person else 0
    who = words.reviewed_by.get_short_name() if words.reviewed_by else ""
    return Cell(total=total, done=done, machine=machine, reviewed=reviewed, at=words.changed_at, who=who, is_live=True)


def _moment(value):
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return rows.moment(value) if value else None


def _courses(english: Locale) -> dict:
    """{translation_key: {course keys}} of the pages below a course, its questions, and what its lessons point at."""
    found = defaultdict(set)
    courses = list(CoursePage.objects.filter(locale=english).only("path", "translation_key", "pool_id"))
    for path, key in Page.objects.filter(locale=english, depth__gt=2).values_list("path", "translation_key"):
        for course in courses:
            if path.startswith(course.path):
                found[key].add(str(course.translation_key))
    for pool, key in Question.objects.filter(locale=english).values_list("pool_id", "translation_key"):
        found[key] |= {str(course.translation_key) for course in courses if course.pool_id and course.pool_id == pool}
    pairs = rows.every(
        "SELECT s.object_id, r.object_id FROM wagtail_localize_relatedobjectsegment r "
        "JOIN wagtail_localize_translationsource s ON s.id = r.source_id"
    )
    pages = {key: set(value) for key, value in found.items()}
    for by, of in pairs:
        by, of = rows.key_value(by), rows.key_value(of)
        if of not in pages:
            found[of] |= pages.get(by, set())
    return found


# --- Choosing, sorting, what to do next ----------------------------------------------------------------------------

GROUPS = {
    **{choice.value: choice.label for choice in ContentClass},
    "poster": gettext_lazy("Posters"),
    "interface": gettext_lazy("Interface"),
}
SORTS = {"order", "label", "kind", "percent", "changed"}


def chosen(rows_, *, text="", group="", course="", state="", code="") -> list[Row]:
    """Rows that fit; `state` is that of the weakest text in `code`, or in any language when none is given."""
    text = text.casefold()
    return [
        row
        for row in rows_
        if (not text or text in row.label.casefold())
        and (not group or row.group == group)
        and (not course or course in row.courses)
        and (not state or any(fits(cell, state) for c, cell in row.cells.items() if not code or c == code))
    ]


def fits(cell: Cell, state: str) -> bool:
    counts = {
        State.MISSING: cell.missing or not cell.total, State.STALE: cell.stale, State.WRONG: cell.wrong,
        State.MACHINE: cell.machine, State.HUMAN: cell.human, State.REVIEWED: cell.reviewed, "waiting": cell.is_waiting,
    }  # fmt: skip
    return bool(counts.get(state, True))


def ordered(rows_, by: str, code: str, *, backwards: bool = False) -> list[Row]:
    """Rows by label, kind, percent or last change in `code`; `order` leaves them as the site has them."""
    keys = {
        "label": lambda row: row.label.casefold(),
        "kind": lambda row: (row.kind, row.label.casefold()),
        "percent": lambda row: row.cells[code].percent if code in row.cells else 0,
        "changed": lambda row: row.cells[code].at.timestamp() if code in row.cells and row.cells[code].at else 0,
    }
    return sorted(rows_, key=keys[by], reverse=backwards) if by in keys else list(rows_)


RANK = {"assessment": 0, "course": 1, "reference": 2, "page": 3, "interface": 1, "poster": 4}


@dataclass(frozen=True)
class Task:
    """The next thing to do in a language, and why."""

    row: Row
    reason: str
    url: str


def next_task(rows_, code: str) -> Task | None:
    """What helps readers of `code` most: errors, then what changed, then what is missing, then what nobody reviewed.

    Within each, questions come before lessons, and what is nearly done before what is hardly begun.
    """
    reasons = [
        (lambda cell: cell.wrong, _("An error keeps its text from being shown.")),
        (lambda cell: cell.stale, _("The English text changed since it was translated.")),
        (lambda cell: cell.missing and cell.is_begun, _("It is nearly done.")),
        (lambda cell: cell.missing, _("Nobody has begun it.")),
        (lambda cell: cell.machine, _("Only a machine has translated it.")),
        (lambda cell: cell.human and not cell.is_waiting, _("It waits to be sent to a reviewer.")),
    ]
    for applies, reason in reasons:
        found = [row for row in rows_ if code in row.cells and applies(row.cells[code])]
        if found:
            row = min(
                found, key=lambda row: (RANK.get(row.group, 5), row.cells[code].missing, -row.cells[code].percent)
            )
            return Task(row, reason, row.url(code))
    return None


def summary(rows_, code: str) -> Cell:
    """All of the rows in one language as one cell."""
    total = Cell()
    for row in rows_:
        total.add(row.cells.get(code) or Cell())
    return total


def name_of(code: str) -> str:
    return languages.own_name(code)
