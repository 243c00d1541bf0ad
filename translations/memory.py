"""What was translated before: exact and similar texts of all content, with how alike their sources are."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process, utils
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation

LEAST_PERCENT = 65
MOST_SUGGESTIONS = 4
ANSWERS_TO_ONE_PLACE = 45  # a text of the same place is its older form from this likeness on


@dataclass(frozen=True)
class Suggestion:
    """A translation of a similar source; `percent` is 100 for the same source."""

    percent: int
    source: str
    text: str
    is_machine: bool
    is_reviewed: bool


def alike(one: str, other: str) -> int:
    """How alike two texts are, in whole percent; 100 only for equal ones."""
    if one == other:
        return 100
    return min(99, int(fuzz.ratio(one, other, processor=utils.default_process)))


def closest(source: str, rows: Iterable[StringTranslation]) -> StringTranslation | None:
    """The older translation of a place that most likely stood where `source` stands now."""
    rows = list(rows)
    best = max(rows, key=lambda row: alike(row.translation_of.data, source), default=None)
    if best is None or len(rows) > 1 and alike(best.translation_of.data, source) < ANSWERS_TO_ONE_PLACE:
        return None
    return best


class Memory:
    """Every good translation into a locale, read once."""

    def __init__(self, locale: Locale):
        rows = (
            StringTranslation.objects.filter(locale=locale, has_error=False)
            .order_by("updated_at", "pk")
            .values_list("translation_of__data", "data", "translation_type", "review")
        )
        self.texts: dict[str, dict[str, Suggestion]] = defaultdict(dict)
        for source, text, kind, review in rows:
            is_machine = kind == StringTranslation.TRANSLATION_TYPE_MACHINE
            self.texts[source][text] = Suggestion(100, source, text, is_machine, review is not None)
        self.sources = list(self.texts)
        self.folded = [utils.default_process(source) for source in self.sources]

    def suggestions(self, source: str, *, but: str = "") -> list[Suggestion]:
        """The best suggestions for `source`, without the text `but`; people's work before a machine's."""
        found = [one for one in self.texts.get(source, {}).values() if one.text != but]
        wanted = utils.default_process(source)
        for _text, percent, place in process.extract(
            wanted, self.folded, scorer=fuzz.ratio, score_cutoff=LEAST_PERCENT, limit=MOST_SUGGESTIONS + 1
        ):
            other = self.sources[place]
            if other != source:
                found += [
                    Suggestion(min(99, int(percent)), other, one.text, one.is_machine, one.is_reviewed)
                    for one in self.texts[other].values()
                    if one.text != but
                ]
        found.sort(key=lambda one: (-one.percent, not one.is_reviewed, one.is_machine))
        unique = {one.text: one for one in reversed(found)}
        return [one for one in found if unique[one.text] is one][:MOST_SUGGESTIONS]
