"""How questions perform: how often they are answered right, whether they tell strong from weak, which choices are picked.

From attempts that were handed in, in a number of queries that does not grow with questions, languages or learners. A question
whose facility differs by more than `GAP_POINTS` between two languages is flagged: the fault is then most likely in the
translation.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from math import sqrt
from uuid import UUID

from django.conf import settings
from django.db.models import Count, F, FloatField, Q, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from courses.concepts import Outcome
from records.attempts import AttemptItem, QuestionEdition

GAP_POINTS = 15  # percent points of facility between two languages (FEATURES Q11)
WEAK_FROM = 30  # answers: with fewer, a correlation is mostly chance
WEAK_DISCRIMINATION = 0.1  # below it, strong learners do hardly better than weak ones


@dataclass
class Tally:
    """Sums over answers: x is the credit of this question, y what the attempt earned on all others."""

    count: int = 0
    x: float = 0.0
    xx: float = 0.0
    y: float = 0.0
    yy: float = 0.0
    xy: float = 0.0

    def add(self, row: dict) -> None:
        self.count += row["count"]
        for name in ("x", "xx", "y", "yy", "xy"):
            setattr(self, name, getattr(self, name) + (row[f"sum_{name}"] or 0))

    @property
    def facility(self) -> float | None:
        """Mean credit in percent."""
        return 100 * self.x / self.count if self.count else None

    @property
    def discrimination(self) -> float | None:
        """Correlation of the credit with the rest of the attempt, -1 to 1; None where all did the same."""
        spread = (self.count * self.xx - self.x**2) * (self.count * self.yy - self.y**2)
        if spread <= 1e-9:
            return None
        return (self.count * self.xy - self.x * self.y) / sqrt(spread)


@dataclass
class Pick:
    text: str
    is_right: bool
    is_harmful: bool
    count: int
    percent: float


@dataclass
class Item:
    """One question over all its attempts."""

    key: UUID
    stem: str
    kind: str
    concept: str
    overall: Tally
    by_locale: dict[str, Tally]
    picks: list[Pick] = field(default_factory=list)

    @property
    def enough(self) -> bool:
        return self.overall.count >= settings.SMALLEST_GROUP

    @property
    def gap(self) -> float | None:
        """Percent points between the languages in which it is easiest and hardest, among those with enough answers."""
        values = [tally.facility for tally in self.by_locale.values() if tally.count >= settings.SMALLEST_GROUP]
        return max(values) - min(values) if len(values) > 1 else None

    @property
    def is_flagged(self) -> bool:
        return self.gap is not None and round(self.gap, 6) > GAP_POINTS

    @property
    def is_weak(self) -> bool:
        """Whether it does not tell who knows from who does not."""
        value = self.overall.discrimination
        return self.overall.count >= WEAK_FROM and value is not None and value < WEAK_DISCRIMINATION


def item_statistics(course_key: UUID | None = None) -> list[Item]:
    """Return every question that was asked in handed-in attempts (of one course), the flagged ones first."""
    asked = AttemptItem.objects.filter(attempt__submitted_at__isnull=False, credit__isnull=False)
    if course_key:
        asked = asked.filter(attempt__enrolment__course_key=course_key)
    overall, by_locale = _tallies(asked)
    contents = _contents(overall)
    picks = _picks(asked)
    items = []
    for key, tally in overall.items():
        content = contents[key]
        item = Item(key, content["stem"], content["kind"], content["concept"], tally, dict(by_locale[key]))
        item.picks = _named(content, picks[key], tally.count)
        items.append(item)
    return sorted(items, key=lambda item: (not item.is_flagged, not item.is_weak, item.concept, item.stem))


def _tallies(asked):
    length = Cast(KeyTextTransform("question_count", "attempt__rules"), FloatField())
    rest = F("attempt__score_percent") * length / 100.0 - F("credit")
    rows = (
        asked.values("question_key", "answer_locale")
        .annotate(
            count=Count("pk"),
            sum_x=Sum("credit"),
            sum_xx=Sum(F("credit") * F("credit")),
            sum_y=Sum(rest),
            sum_yy=Sum(rest * rest),
            sum_xy=Sum(F("credit") * rest),
        )
        .order_by("question_key", "answer_locale")
    )
    overall, by_locale = defaultdict(Tally), defaultdict(lambda: defaultdict(Tally))
    for row in rows:
        overall[row["question_key"]].add(row)
        if row["answer_locale"]:  # a question left open was read in no language we know of
            by_locale[row["question_key"]][row["answer_locale"]].add(row)
    return overall, by_locale


def _contents(keys) -> dict[UUID, dict]:
    """The newest words of each question, in English where there are any."""
    editions = QuestionEdition.objects.filter(question_key__in=list(keys)).order_by("first_shown_at", "pk")
    found = {}
    for edition in editions:
        if (
            edition.locale == settings.LANGUAGE_CODE
            or found.get(edition.question_key, edition).locale == edition.locale
        ):
            found[edition.question_key] = edition
        else:
            found.setdefault(edition.question_key, edition)
    return {key: edition.content for key, edition in found.items()}


def _picks(asked) -> dict[UUID, dict[str, int]]:
    """How often each choice, or option on a path, was taken. Equal answers are counted by the database."""
    rows = (
        asked.filter(Q(answer__has_any_keys=["choice", "choices", "path"]))
        .values("question_key", "answer")
        .annotate(count=Count("pk"))
        .order_by("question_key")
    )
    picks = defaultdict(lambda: defaultdict(int))
    for row in rows:
        answer = row["answer"]
        for key in [answer["choice"]] if "choice" in answer else answer.get("choices") or answer.get("path", []):
            picks[row["question_key"]][key] += row["count"]
    return picks


def _named(content: dict, counts: dict[str, int], total: int) -> list[Pick]:
    choices = [(c["key"], c["text"], bool(c["correct"]), bool(c["critical"])) for c in content["choices"]]
    if content["kind"] not in {"single", "true_false", "multiple"}:
        options = [option for step in content["steps"] for option in step["options"]]
        choices = [
            (o["key"], o["text"], o["outcome"] == Outcome.BEST, o["outcome"] == Outcome.HARMFUL) for o in options
        ]
    return [
        Pick(text, right, harmful, counts.get(key, 0), 100 * counts.get(key, 0) / total)
        for key, text, right, harmful in choices
    ]
