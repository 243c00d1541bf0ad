"""What learners said, summed up. Groups of fewer than `SMALLEST_GROUP` answers are not shown, nor can they be worked out."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db.models import Avg, Count, FloatField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from records.evaluations import COMMENT, QUESTIONS, EvaluationAnswer

COMMENTS_MOST = 300


@dataclass(frozen=True)
class Group:
    """Answers of one kind: all, of one locale, or of one month. When hidden, it holds no number at all."""

    label: object
    count: int | None
    means: dict[str, float | None]

    @property
    def is_hidden(self) -> bool:
        return self.count is None

    @property
    def gain(self) -> float | None:
        """How much surer people feel after the course, in points of the scale."""
        before, after = self.means.get("before"), self.means.get("after")
        return None if before is None or after is None else after - before


@dataclass(frozen=True)
class Results:
    overall: Group
    by_locale: list[Group]
    by_month: list[Group]
    comments: list[str]


def evaluation_results(course_key: UUID) -> Results:
    """Return the results of one course, with small groups hidden."""
    answers = EvaluationAnswer.objects.filter(course_key=course_key)
    (overall,) = _shown([_group("all", answers.aggregate(**_sums()))])
    comments = [] if overall.is_hidden else _comments(answers)
    return Results(overall, _groups(answers, "locale"), _groups(answers, "month"), comments)


def _sums() -> dict:
    sums = {"count": Count("pk")}
    for name in QUESTIONS:
        value = Cast(KeyTextTransform(name, "answers"), FloatField())
        sums |= {f"mean_{name}": Avg(value), f"count_{name}": Count(value)}
    return sums


def _group(label, row: dict) -> Group:
    """A question that few answered stays without a mean even where the group is large."""
    enough = settings.SMALLEST_GROUP
    means = {name: row[f"mean_{name}"] if row[f"count_{name}"] >= enough else None for name in QUESTIONS}
    return Group(label, row["count"], means)


def _groups(answers, by: str) -> list[Group]:
    rows = answers.values(by).annotate(**_sums()).order_by(by)
    return _shown([_group(row[by], row) for row in rows])


def _shown(groups: list[Group]) -> list[Group]:
    hidden = hidden_labels({group.label: group.count for group in groups})
    return [Group(group.label, None, {}) if group.label in hidden else group for group in groups]


def hidden_labels(counts: dict[str | date, int]) -> set:
    """Return the labels that must not be shown beside a total.

    All below the smallest group; and when those together are still fewer than it, the next smallest too, as the total less
    the others would tell their number.
    """
    least = settings.SMALLEST_GROUP
    hidden = {label for label, count in counts.items() if count < least}
    rest = sorted((label for label in counts if label not in hidden), key=lambda label: counts[label])
    while hidden and rest and sum(counts[label] for label in hidden) < least:
        hidden.add(rest.pop(0))
    return hidden


def _comments(answers) -> list[str]:
    """Open answers, sorted by their words: their order tells nothing of when they came."""
    texts = answers.exclude(**{f"answers__{COMMENT}": None}).values_list(f"answers__{COMMENT}", flat=True)
    return sorted(text for text in texts[:COMMENTS_MOST] if text)
