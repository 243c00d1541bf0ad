"""The stratified draw."""

from collections import Counter

import pytest

from courses.draw import CannotDraw, draw

POOL = [(f"{concept}-{number}", concept) for concept in ("act", "means", "purpose", "minor") for number in range(5)]
SEEDS = [f"seed {number}" for number in range(50)]


def concepts(keys):
    return Counter(key.rsplit("-", 1)[0] for key in keys)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_required_concept_is_asked_and_the_rest_is_spread_evenly(seed):
    asked = concepts(draw(POOL, count=6, required=["minor", "act"], seed=seed))
    assert asked["minor"] >= 1 and asked["act"] >= 1
    assert set(asked.values()) == {1, 2} and sum(asked.values()) == 6


def test_no_question_is_asked_twice():
    drawn = draw(POOL, count=20, required=[], seed="x")
    assert sorted(drawn) == sorted(key for key, _concept in POOL)


def test_a_seed_gives_one_draw_in_whatever_order_the_pool_comes():
    first = draw(POOL, count=7, required=["act"], seed="x")
    assert draw(list(reversed(POOL)), count=7, required=["act"], seed="x") == first
    assert {tuple(draw(POOL, count=7, required=["act"], seed=seed)) for seed in SEEDS} != {tuple(first)}


def test_a_required_concept_without_questions_or_named_twice_is_no_obstacle():
    asked = concepts(draw(POOL, count=2, required=["peonage", "act", "act", "means"], seed="x"))
    assert asked == {"act": 1, "means": 1}


def test_a_small_concept_runs_out_and_others_fill_up():
    asked = concepts(
        draw([("act-1", "act"), *[(f"means-{n}", "means") for n in range(5)]], count=4, required=[], seed="x")
    )
    assert asked == {"act": 1, "means": 3}


def test_required_concepts_do_not_always_come_first():
    places = {
        [key.rsplit("-", 1)[0] for key in draw(POOL, count=6, required=["act"], seed=seed)].index("act")
        for seed in SEEDS
    }
    assert len(places) > 1


def test_a_pool_that_is_too_small_is_refused_with_both_numbers():
    with pytest.raises(CannotDraw, match="asks 21 questions, but the pool has 20"):
        draw(POOL, count=21, required=[], seed="x")


def test_more_required_concepts_than_questions_are_refused():
    with pytest.raises(CannotDraw, match="3 concepts are always asked, but there are only 2"):
        draw(POOL, count=2, required=["act", "means", "minor"], seed="x")


# --- A question with a harmful answer --------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_each_attempt_has_a_critical_question_where_the_pool_has_any(seed):
    drawn = draw(POOL, count=4, required=["act"], seed=seed, critical={"minor-3"})
    assert "minor-3" in drawn and concepts(drawn) == {"act": 1, "means": 1, "purpose": 1, "minor": 1}


@pytest.mark.parametrize("seed", SEEDS)
def test_fewer_questions_than_concepts_still_have_a_critical_one(seed):
    (only,) = draw(POOL, count=1, required=[], seed=seed, critical={"means-0", "purpose-4"})
    assert only in {"means-0", "purpose-4"}
    drawn = draw(POOL, count=2, required=["act"], seed=seed, critical={"means-0"})
    assert "means-0" in drawn and concepts(drawn) == {"act": 1, "means": 1}


@pytest.mark.parametrize("seed", SEEDS)
def test_when_required_concepts_fill_the_attempt_the_critical_question_is_on_one_of_them(seed):
    drawn = draw(POOL, count=2, required=["act", "means"], seed=seed, critical={"means-0", "minor-0"})
    assert "means-0" in drawn and concepts(drawn) == {"act": 1, "means": 1}


def test_every_critical_question_has_its_turn():
    critical = {"act-1", "minor-0", "minor-4"}
    assert critical <= {key for seed in SEEDS for key in draw(POOL, count=3, required=[], seed=seed, critical=critical)}


def test_a_critical_question_takes_the_place_of_its_concept_and_a_seed_still_gives_one_draw():
    rules = {"count": 4, "required": ["minor", "act", "means", "purpose"], "critical": {"minor-0", "act-2"}}
    first = draw(POOL, seed="x", **rules)
    assert set(concepts(first).values()) == {1} and rules["critical"] & set(first)
    assert draw(POOL[::-1], seed="x", **rules | {"critical": ["act-2", "minor-0"]}) == first


@pytest.mark.parametrize("critical", [set(), {"gone-1"}])
def test_a_pool_without_critical_questions_is_drawn_from_as_it_is(critical):
    for seed in SEEDS:
        plain = draw(POOL, count=7, required=["act"], seed=seed)
        assert draw(POOL, count=7, required=["act"], seed=seed, critical=critical) == plain


def test_required_concepts_that_leave_no_place_for_a_critical_question_are_refused():
    with pytest.raises(CannotDraw, match="2 concepts are always asked, which leaves no place"):
        draw(POOL, count=2, required=["act", "means"], seed="x", critical={"minor-0"})
