"""What a page may know of a question before and after it is answered, and which forms are read."""

import json

import pytest
from django.http import QueryDict

from courses.answers import AnswerRefused, can_be_emptied, read_answer
from courses.models import QuestionPool
from courses.presentation import content_of, explain, in_words, option_order, present, retype
from tests.factories.courses import QUESTIONS, make_question, right_answer, wrong_answer

pytestmark = pytest.mark.django_db
KINDS = list(QUESTIONS)


@pytest.fixture
def pool():
    return QuestionPool.objects.create(key="pool", name="Pool")


def made(name, pool, code="en", seed="x", **fields):
    question = make_question(name, code, pool=pool, **fields)
    content = content_of(question)
    return question, content, option_order(content, seed=seed)


def fields_of(shown, pick) -> QueryDict:
    """A form filled from what the page offers: `pick` chooses the options of each row, question or step."""
    data = QueryDict(mutable=True)
    groups = shown.get("rows") or shown.get("steps") or []
    for index, group in enumerate(groups):
        data[group["name"]] = str(pick(index, group["options"])["value"])
    if "options" in shown:
        name = "choices" if shown["multiple"] else "choice"
        data[name] = pick(0, shown["options"])["value"]
    return data


@pytest.mark.parametrize("name", KINDS)
def test_what_is_shown_holds_no_key_and_no_feedback(name, pool):
    _question, content, order = made(name, pool)
    shown = json.dumps(present(content, order), default=str)
    for secret in ("correct", "critical", "feedback", "Feedback", "Explanation", "outcome", "Consequence", "harmful"):
        assert secret not in shown


@pytest.mark.parametrize("name", KINDS)
def test_options_stand_in_one_order_for_one_seed(name, pool):
    _question, content, order = made(name, pool)
    assert option_order(content, seed="x") == order
    orders = {json.dumps(option_order(content, seed=str(seed))) for seed in range(20)}
    assert (len(orders) > 1) is (name != "true-false")


def test_a_pinned_choice_stays_last_in_every_order(pool):
    question, content, _order = made("single", pool)
    pinned = str(question.choices.get(pinned=True).translation_key)
    assert {option_order(content, seed=str(seed))[-1] for seed in range(20)} == {pinned}


def test_the_sides_of_matching_are_shuffled_apart_and_known_by_place(pool):
    _question, content, order = made("matching", pool)
    seeds = [option_order(content, seed=str(seed)) for seed in range(20)]
    assert any(one["left"] != one["right"] for one in seeds)
    values = [option["value"] for row in present(content, order)["rows"] for option in row["options"]]
    assert set(values) == {"1", "2", "3"}
    shown = present(content, order)
    assert [option["text"] for option in shown["rows"][0]["options"]] == [
        f"{place}. {text}" for place, text in enumerate(shown["partners"], start=1)
    ]


@pytest.mark.parametrize("name", KINDS)
def test_an_answer_given_is_shown_again(name, pool):
    question, content, order = made(name, pool)
    for answer in (right_answer(question), wrong_answer(question)):
        shown = present(content, order, answer=answer)
        if name == "multiple":
            assert {option["value"] for option in shown["options"] if option["chosen"]} == set(answer["choices"])
            continue
        data = fields_of(shown, lambda _index, options: next(option for option in options if option["chosen"]))
        assert read_answer(content, order, data) == answer


@pytest.mark.parametrize("name", KINDS)
def test_nothing_chosen_is_no_answer(name, pool):
    _question, content, order = made(name, pool)
    assert read_answer(content, order, QueryDict()) is None
    assert can_be_emptied(content) is (name in {"multiple", "matching", "ordering", "classify"})


@pytest.mark.parametrize("name", KINDS)
def test_an_option_that_was_not_offered_is_refused(name, pool):
    _question, content, order = made(name, pool)
    data = fields_of(present(content, order), lambda _index, _options: {"value": "not-offered"})
    with pytest.raises(AnswerRefused, match="not among those offered"):
        read_answer(content, order, data)


def test_a_question_half_answered_is_kept_half_answered(pool):
    _question, content, order = made("ordering", pool)
    assert read_answer(content, order, QueryDict(f"place-{order[0]}=2")) == {"order": [None, order[0], None]}


def test_two_steps_in_one_place_are_refused_by_name(pool):
    _question, content, order = made("ordering", pool)
    with pytest.raises(AnswerRefused, match="place 2"):
        read_answer(content, order, QueryDict(f"place-{order[0]}=2&place-{order[1]}=2"))


def test_a_refused_form_keeps_what_was_typed(pool):
    _question, content, order = made("ordering", pool)
    data = QueryDict(f"place-{order[0]}=2&place-{order[1]}=2")
    shown = retype(present(content, order), data)
    assert [[o["value"] for o in row["options"] if o["chosen"]] for row in shown["rows"]] == [[2], [2], []]
    for name, field in (("single", "choice"), ("multiple", "choices"), ("scenario", "step-1")):
        _question, content, order = made(name, pool)
        shown = present(content, order)
        options = shown["options"] if "options" in shown else shown["steps"][0]["options"]
        retype(shown, QueryDict(f"{field}={options[1]['value']}"))
        assert [option["chosen"] for option in options][:3] == [False, True, False]


def test_ticks_come_out_in_one_order_each_once(pool):
    _question, content, order = made("multiple", pool)
    first = read_answer(content, order, QueryDict(f"choices={order[0]}&choices={order[1]}&choices="))
    assert first == read_answer(content, order, QueryDict(f"choices={order[1]}&choices={order[0]}&choices={order[0]}"))


def test_a_scenario_shows_the_next_step_only_after_the_one_before(pool):
    question, content, order = made("scenario", pool)
    best = right_answer(question)["path"]
    assert [step["name"] for step in present(content, order)["steps"]] == ["step-1"]
    begun = present(content, order, answer={"path": best[:1]})
    assert [step["name"] for step in begun["steps"]] == ["step-1", "step-2"]
    done = present(content, order, answer={"path": best})
    assert [step["name"] for step in done["steps"]] == ["step-1", "step-2"]
    # A step out of turn is not read, however the form was made.
    assert read_answer(content, order, QueryDict(f"step-2={best[1]}")) is None


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("answer", [right_answer, wrong_answer, lambda question: None])
def test_feedback_tells_what_was_right_and_why(name, answer, pool):
    question, content, order = made(name, pool)
    given = answer(question)
    told = explain(content, order, given)
    assert told["explanation"] == question.explanation
    assert told["answered"] is bool(given)
    rows = told.get("choices") or told.get("rows") or told.get("steps") or []
    if name != "scenario" or given:
        assert all(row["feedback"] for row in rows) and rows
    if not given:
        assert (told["verdict"], told["credit"]) == ("Not answered", 0)
    elif answer is right_answer:
        assert (told["verdict"], told["credit"], told["tone"]) == ("Right", 1, "success")
        assert all(row["right"] for row in rows if row.get("chosen", True))
    else:
        assert told["tone"] == "warning" and told["credit"] < 1
        assert told["verdict"] == ("Not right" if told["credit"] == 0 else "Partly right")


@pytest.mark.parametrize("name", ["matching", "classify", "ordering"])
def test_feedback_on_a_half_answered_question_leaves_the_open_rows_empty(name, pool):
    question, content, order = made(name, pool)
    whole = right_answer(question)
    part = {
        "matching": lambda: {"pairs": dict(list(whole["pairs"].items())[:1])},
        "classify": lambda: {"categories": dict(list(whole["categories"].items())[:1])},
        "ordering": lambda: {"order": [whole["order"][0], None, None]},
    }[name]()
    told = explain(content, order, part)
    assert sum(bool(row["given"]) for row in told["rows"]) == 1
    assert sum(row["right"] for row in told["rows"]) == 1


def test_a_harmful_choice_is_named_as_such(pool):
    question, content, order = made("single", pool)
    harmful = str(question.choices.get(critical=True).translation_key)
    told = explain(content, order, {"choice": harmful})
    assert (told["verdict"], told["tone"], told["harmful"]) == ("This could do harm", "error", True)
    question, content, order = made("scenario", pool)
    worst = question.steps[0].value["options"].bound_blocks[3].id
    told = explain(content, order, {"path": [worst]})
    assert told["harmful"] and told["steps"][0]["harmful"]


@pytest.mark.parametrize("name", KINDS)
def test_other_words_change_no_key(name, pool):
    _question, english, order = made(name, pool)
    _question, spanish, _order = made(name, pool, "es")
    mixed = in_words(english, spanish)
    assert mixed["stem"].startswith("Pregunta")
    assert mixed == spanish | {"lesson_key": english["lesson_key"]}


def test_words_that_are_missing_stay_in_the_base_language(pool):
    _question, english, _order = made("single", pool)
    _question, spanish, _order = made("single", pool, "es")
    spanish["choices"].pop()
    assert [choice["text"] for choice in in_words(english, spanish)["choices"]][-1] == "None of these 1"
    _question, english, _order = made("scenario", pool)
    _question, spanish, _order = made("scenario", pool, "es")
    spanish["steps"].pop()
    second = in_words(english, spanish)["steps"][1]
    assert (second["text"], second["options"][0]["text"]) == ("<p>Situation 2</p>", "Best 2")


def test_the_hint_says_how_shares_are_earned(pool):
    _question, content, order = made("classify", pool)
    assert "takes a share away" in str(present(content, order)["scoring_note"])
    _question, content, order = made("single", pool)
    assert present(content, order)["scoring_note"] == ""
