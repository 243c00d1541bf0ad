"""Marking: what an answer earns, and whether it crosses the "do no harm" line. Arithmetic only, no database.

A question comes as the plain data of `courses.presentation.content_of`, an answer in the form `AttemptItem.answer` has.

What earns how much (n parts, each right, wrong or left open):

| kind | a part | all or nothing | partial | right minus wrong |
|---|---|---|---|---|
| single, true_false | the choice | 1 or 0 | 1 or 0 | 1 or 0 |
| multiple | each right choice (r of them), ticked or not | all r ticked and nothing else | ticked right / larger of r and all ticked | (ticked right - ticked wrong) / r, at least 0 |
| matching | a left side with its partner | all n | right / n | (right - wrong) / n, at least 0 |
| ordering | a step in its place | all n | right / n | (right - wrong) / n, at least 0 |
| classify | a statement under its heading | all n | right / n | (right - wrong) / n, at least 0 |
| scenario | a step on the path taken | share of best choices on the path, an acceptable one counts half; steps not reached count nothing | the same | the same |

No answer earns 0. A critical choice, or a harmful one in a scenario, fails the attempt whatever the score.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from courses.concepts import Kind, Outcome, Scoring

STEP_CREDIT = {Outcome.BEST: Fraction(1), Outcome.ACCEPTABLE: Fraction(1, 2)}
ONE_CHOICE = {Kind.SINGLE, Kind.TRUE_FALSE}
FINEST_SHARE = 1000  # credits are shares with small denominators; stored as floats they come back exact


@dataclass(frozen=True)
class Mark:
    """What one answer earned: `credit` from 0 to 1, and whether it would do harm."""

    credit: Fraction = Fraction(0)
    harmful: bool = False


def mark(content: dict, answer: dict | None) -> Mark:
    """Return what `answer` earns on the question `content`."""
    if not answer:
        return Mark()
    if content["kind"] == Kind.SCENARIO:
        return _mark_path(content["steps"], answer["path"])
    if content["kind"] in ONE_CHOICE or content["kind"] == Kind.MULTIPLE:
        return _mark_choices(content, answer)
    right, wrong, parts = _placed(content, answer)
    return Mark(_share(content["scoring"], right, wrong, parts))


def score_percent(credits: Iterable[float | Fraction]) -> int:
    """Return the whole percent reached, rounded down: nobody passes by rounding.

    Every question weighs the same. 79.99 is 79. No questions score 0.
    """
    counted = Counter(credits)
    earned = sum(_exact(credit) * count for credit, count in counted.items())
    return int(100 * earned / counted.total()) if counted else 0


@lru_cache(maxsize=256)
def _exact(credit: float | Fraction) -> Fraction:
    return Fraction(credit).limit_denominator(FINEST_SHARE)


def has_passed(percent: int, *, pass_mark: int, harmful: bool) -> bool:
    return percent >= pass_mark and not harmful


def is_complete(content: dict, answer: dict | None) -> bool:
    """Whether every part of the question has been answered."""
    if not answer:
        return False
    kind = content["kind"]
    if kind == Kind.SCENARIO:
        return steps_ahead(content["steps"], answer["path"]) == 0
    if kind == Kind.MATCHING:
        return len(answer["pairs"]) == len(content["choices"])
    if kind == Kind.ORDERING:
        return None not in answer["order"]
    if kind == Kind.CLASSIFY:
        return len(answer["categories"]) == len(content["choices"])
    return True


def part_is_right(content: dict, choice: dict, answer: dict) -> bool | None:
    """Whether one row of a matching, ordering or classify question is right; None while it is open."""
    key = choice["key"]
    if content["kind"] == Kind.MATCHING:
        given = answer["pairs"].get(key)
        return None if given is None else given == key
    if content["kind"] == Kind.CLASSIFY:
        given = answer["categories"].get(key)
        return None if given is None else given == choice["category"]
    if key not in answer["order"]:
        return None
    return answer["order"].index(key) == [other["key"] for other in content["choices"]].index(key)


def walk(steps: list[dict], path: list[str]) -> list[tuple[int, dict, dict]]:
    """Return rows of (step number, step, option chosen) along `path`, as far as it fits the scenario."""
    rows, number = [], 1
    for key in path:
        if not 0 < number <= len(steps):
            break
        step = steps[number - 1]
        option = next((option for option in step["options"] if option["key"] == key), None)
        if option is None:
            break
        rows.append((number, step, option))
        number = option["next"]
    return rows


def step_after(steps: list[dict], path: list[str]) -> int:
    """Return the number of the step that comes next on `path`, 0 when the scenario has ended."""
    rows = walk(steps, path)
    return rows[-1][2]["next"] if rows else 1


def steps_ahead(steps: list[dict], path: list[str]) -> int:
    """Return how many steps the longest way from the end of `path` still has; 0 when it has ended.

    Options lead forward only (`courses.blocks.lesson.check_steps`), so each number is known once those after it are.
    """
    longest = {0: 0}
    for number in range(len(steps), 0, -1):
        longest[number] = 1 + max(longest.get(option["next"], 0) for option in steps[number - 1]["options"])
    return longest.get(step_after(steps, path), 0)


def _mark_choices(content: dict, answer: dict) -> Mark:
    ticked = set(answer.get("choices") or [answer.get("choice")])
    right = {choice["key"] for choice in content["choices"] if choice["correct"]}
    harmful = any(choice["critical"] and choice["key"] in ticked for choice in content["choices"])
    if content["kind"] in ONE_CHOICE or content["scoring"] == Scoring.ALL_OR_NOTHING:
        return Mark(Fraction(ticked == right), harmful)
    hits = len(ticked & right)
    if content["scoring"] == Scoring.PARTIAL:
        return Mark(Fraction(hits, max(len(right), len(ticked))), harmful)
    return Mark(Fraction(max(0, hits - len(ticked - right)), len(right)), harmful)


def _placed(content: dict, answer: dict) -> tuple[int, int, int]:
    """Return how many parts are right, how many wrong, and how many there are."""
    verdicts = [part_is_right(content, choice, answer) for choice in content["choices"]]
    return verdicts.count(True), verdicts.count(False), len(verdicts)


def _share(scoring: str, right: int, wrong: int, parts: int) -> Fraction:
    if scoring == Scoring.ALL_OR_NOTHING:
        return Fraction(right == parts)
    if scoring == Scoring.PARTIAL:
        return Fraction(right, parts)
    return Fraction(max(0, right - wrong), parts)


def _mark_path(steps: list[dict], path: list[str]) -> Mark:
    chosen = [option["outcome"] for _number, _step, option in walk(steps, path)]
    earned = sum((STEP_CREDIT.get(outcome, Fraction(0)) for outcome in chosen), Fraction(0))
    return Mark(earned / (len(chosen) + steps_ahead(steps, path)), Outcome.HARMFUL in chosen)
