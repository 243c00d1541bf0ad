"""The scoring table, row by row, at its edges."""

from fractions import Fraction

import pytest

from courses import marking
from courses.marking import Mark, has_passed, is_complete, mark, score_percent, steps_ahead


def choice(key, **more):
    return {"key": key, "correct": False, "critical": False, "category": ""} | more


def question(kind, choices=(), *, scoring="all_or_nothing", steps=()):
    return {"kind": kind, "scoring": scoring, "choices": list(choices), "steps": list(steps)}


def option(key, outcome, next_step=0):
    return {"key": key, "outcome": outcome, "next": next_step}


ONE = question("single", [choice("a", correct=True), choice("b"), choice("x", critical=True)])
FOUR = [choice("a", correct=True), choice("b", correct=True), choice("c"), choice("d", critical=True)]
ROWS = [choice("a", category="force"), choice("b", category="fraud"), choice("c", category="coercion")]


@pytest.mark.parametrize("kind", ["single", "true_false", "multiple", "matching", "ordering", "classify", "scenario"])
@pytest.mark.parametrize("answer", [None, {}])
def test_no_answer_earns_nothing_and_harms_nobody(kind, answer):
    assert mark(question(kind, FOUR), answer) == Mark(Fraction(0), False)


@pytest.mark.parametrize(
    ("answer", "credit", "harmful"), [("a", 1, False), ("b", 0, False), ("x", 0, True), ("gone", 0, False)]
)
def test_one_choice_is_right_or_not(answer, credit, harmful):
    assert mark(ONE, {"choice": answer}) == Mark(Fraction(credit), harmful)


@pytest.mark.parametrize("scoring", ["partial", "right_minus_wrong"])
def test_one_choice_has_no_shares_whatever_the_scoring(scoring):
    assert mark(ONE | {"scoring": scoring}, {"choice": "a"}).credit == 1
    assert mark(ONE | {"scoring": scoring}, {"choice": "b"}).credit == 0


@pytest.mark.parametrize(
    ("scoring", "ticked", "credit"),
    [
        ("all_or_nothing", "ab", Fraction(1)),
        ("all_or_nothing", "a", Fraction(0)),
        ("all_or_nothing", "abc", Fraction(0)),
        ("partial", "ab", Fraction(1)),
        ("partial", "a", Fraction(1, 2)),
        ("partial", "ac", Fraction(1, 2)),
        ("partial", "abc", Fraction(2, 3)),
        ("partial", "abcd", Fraction(1, 2)),
        ("partial", "c", Fraction(0)),
        ("right_minus_wrong", "ab", Fraction(1)),
        ("right_minus_wrong", "a", Fraction(1, 2)),
        ("right_minus_wrong", "abc", Fraction(1, 2)),
        ("right_minus_wrong", "ac", Fraction(0)),
        ("right_minus_wrong", "cd", Fraction(0)),
    ],
)
def test_several_choices(scoring, ticked, credit):
    assert mark(question("multiple", FOUR, scoring=scoring), {"choices": list(ticked)}).credit == credit


def test_a_harmful_tick_harms_even_beside_all_the_right_ones():
    assert mark(question("multiple", FOUR, scoring="partial"), {"choices": ["a", "b", "d"]}).harmful
    assert not mark(question("multiple", FOUR, scoring="partial"), {"choices": ["a", "b", "c"]}).harmful


ROW_ANSWERS = [
    # answer as (a, b, c); "" is left open. Right, wrong -> all or nothing, partial, right minus wrong.
    ("matching", {"pairs": {"a": "a", "b": "b", "c": "c"}}, 3, 0),
    ("matching", {"pairs": {"a": "a", "b": "c", "c": "b"}}, 1, 2),
    ("matching", {"pairs": {"a": "a", "b": "b"}}, 2, 0),
    ("matching", {"pairs": {"a": "a", "b": "a", "c": "a"}}, 1, 2),
    ("ordering", {"order": ["a", "b", "c"]}, 3, 0),
    ("ordering", {"order": ["b", "a", "c"]}, 1, 2),
    ("ordering", {"order": ["a", None, "c"]}, 2, 0),
    ("ordering", {"order": ["a", "b", None]}, 2, 0),
    ("ordering", {"order": ["c", "a", "b"]}, 0, 3),
    ("classify", {"categories": {"a": "force", "b": "fraud", "c": "coercion"}}, 3, 0),
    ("classify", {"categories": {"a": "force", "b": "fraud", "c": "force"}}, 2, 1),
    ("classify", {"categories": {"c": "not_required"}}, 0, 1),
]


@pytest.mark.parametrize(("kind", "answer", "right", "wrong"), ROW_ANSWERS)
def test_rows_by_each_scoring_rule(kind, answer, right, wrong):
    earned = {
        scoring: mark(question(kind, ROWS, scoring=scoring), answer).credit
        for scoring in ("all_or_nothing", "partial", "right_minus_wrong")
    }
    assert earned == {
        "all_or_nothing": 1 if right == 3 else 0,
        "partial": Fraction(right, 3),
        "right_minus_wrong": Fraction(max(0, right - wrong), 3),
    }


def scenario():
    """Two ways: 1 -> 2 -> end with the careful option, 1 -> end with the quick one; 2 may go on to 3."""
    return [
        {"text": "", "options": [option("1a", "best", 2), option("1b", "acceptable", 0), option("1x", "harmful", 2)]},
        {"text": "", "options": [option("2a", "best", 3), option("2b", "poor", 0)]},
        {"text": "", "options": [option("3a", "acceptable", 0), option("3b", "poor", 0)]},
    ]


@pytest.mark.parametrize(
    ("path", "credit", "harmful"),
    [
        (["1a", "2a", "3a"], Fraction(5, 6), False),
        (["1a", "2b"], Fraction(1, 2), False),
        (["1b"], Fraction(1, 2), False),
        (["1x", "2a", "3b"], Fraction(1, 3), True),
        (["1a"], Fraction(1, 3), False),
        (["1a", "2a"], Fraction(2, 3), False),
        (["1a", "gone"], Fraction(1, 3), False),
        (["1b", "2a"], Fraction(1, 2), False),
        (["gone"], Fraction(0), False),
    ],
)
def test_a_scenario_earns_the_share_of_good_choices_on_the_path(path, credit, harmful):
    assert mark(question("scenario", steps=scenario()), {"path": path}) == Mark(credit, harmful)


def test_breaking_off_a_scenario_never_earns_more_than_going_on():
    content = question("scenario", steps=scenario())
    assert mark(content, {"path": ["1a"]}).credit <= mark(content, {"path": ["1a", "2b"]}).credit


@pytest.mark.parametrize(("path", "ahead"), [([], 3), (["1a"], 2), (["1a", "2a"], 1), (["1a", "2b"], 0), (["1b"], 0)])
def test_steps_ahead_counts_the_longest_way(path, ahead):
    assert steps_ahead(scenario(), path) == ahead


@pytest.mark.parametrize(
    ("credits", "percent"),
    [
        ([], 0),
        ([1] * 12 + [0] * 3, 80),
        ([1] * 11 + [0.99] + [0] * 3, 79),
        ([1 / 3] * 3, 33),
        ([1 / 3, 2 / 3], 50),
        ([0.29], 29),
        ([1], 100),
        ([1] * 6 + [0], 85),
    ],
)
def test_the_score_is_rounded_down_to_a_whole_percent(credits, percent):
    assert score_percent(credits) == percent


@pytest.mark.parametrize(
    ("percent", "harmful", "passed"), [(79, False, False), (80, False, True), (100, True, False), (0, True, False)]
)
def test_the_pass_mark_passes_unless_an_answer_would_do_harm(percent, harmful, passed):
    assert has_passed(percent, pass_mark=80, harmful=harmful) is passed


@pytest.mark.parametrize(
    ("kind", "answer", "complete"),
    [
        ("single", None, False),
        ("single", {"choice": "a"}, True),
        ("multiple", {"choices": ["a"]}, True),
        ("matching", {"pairs": {"a": "a"}}, False),
        ("matching", {"pairs": {"a": "a", "b": "a", "c": "a"}}, True),
        ("ordering", {"order": ["a", None, "b"]}, False),
        ("ordering", {"order": ["a", "c", "b"]}, True),
        ("classify", {"categories": {"a": "force"}}, False),
        ("classify", {"categories": {"a": "force", "b": "force", "c": "force"}}, True),
        ("scenario", {"path": ["1a"]}, False),
        ("scenario", {"path": ["1b"]}, True),
    ],
)
def test_a_question_is_complete_when_every_part_is_answered(kind, answer, complete):
    assert is_complete(question(kind, ROWS, steps=scenario()), answer) is complete


def test_walking_stops_where_the_scenario_ends():
    assert [number for number, _step, _option in marking.walk(scenario(), ["1a", "2b", "3a"])] == [1, 2]
    assert marking.walk([], ["1a"]) == []
