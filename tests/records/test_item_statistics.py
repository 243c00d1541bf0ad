"""How questions perform: means, correlations, picks, and the flag for a translation that went wrong."""

import csv
import io

import pytest
from django.urls import reverse

import records.item_statistics
from records.attempts import AttemptItem
from records.editions import freeze
from records.item_statistics import Tally, item_statistics
from tests.factories.courses import choice_keys, make_course, option_keys, right_answer, wrong_answer
from tests.factories.records import NOON, make_attempt, make_enrolment, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_groups(settings):
    settings.SMALLEST_GROUP = 2


@pytest.fixture
def course():
    return make_course(question_count=2)


def asked(course, answers: dict, *, locale="en", score=50, submitted=True):
    """One handed-in attempt with these answers: name -> (answer, credit)."""
    enrolment = make_enrolment(course, user=make_user())
    fields = {} if submitted else {"submitted_at": None, "passed": None, "score_percent": None}
    attempt = make_attempt(enrolment, course, score=score, **fields)
    for position, (name, (answer, credit)) in enumerate(answers.items(), start=1):
        question = course.questions["en"][name]
        edition = freeze([question])[question.translation_key, "en"]
        AttemptItem.objects.create(
            attempt=attempt,
            position=position,
            question_key=question.translation_key,
            base_edition=edition,
            answer=answer,
            answer_locale=locale if answer else "",
            credit=credit,
            answered_at=NOON,
        )
    return attempt


def right(course, name):
    return right_answer(course.questions["en"][name]), 1.0


def wrong(course, name):
    return wrong_answer(course.questions["en"][name]), 0.0


def only(course, name="single"):
    return next(item for item in item_statistics(course.key) if item.stem == f"Question {name}")


def test_facility_is_the_mean_credit(course):
    for answer in (right(course, "single"), right(course, "single"), wrong(course, "single"), (None, 0.0)):
        asked(course, {"single": answer})
    item = only(course)
    assert item.overall.count == 4
    assert item.overall.facility == 50
    assert item.kind == "single" and item.concept == "act"


def test_questions_left_open_count_for_all_but_for_no_language(course):
    asked(course, {"single": right(course, "single")})
    asked(course, {"single": (None, 0.0)})
    item = only(course)
    assert item.overall.facility == 50
    assert {code: tally.count for code, tally in item.by_locale.items()} == {"en": 1}


def test_open_attempts_and_other_courses_do_not_count(course):
    other = make_course(slug="other")
    asked(course, {"single": right(course, "single")})
    asked(course, {"single": wrong(course, "single")}, submitted=False)
    asked(other, {"single": wrong(other, "single")})
    assert only(course).overall.count == 1
    assert len(item_statistics()) == 2


@pytest.mark.parametrize(("spanish_right", "flagged"), [(17, False), (16, True)])
def test_more_than_fifteen_points_between_languages_flags_a_question(course, spanish_right, flagged):
    for number in range(20):
        credit = 1.0 if number < spanish_right else 0.0
        asked(course, {"single": (right(course, "single")[0], 1.0)}, locale="en")
        asked(course, {"single": (right(course, "single")[0], credit)}, locale="es")
    item = only(course)
    assert round(item.gap) == (20 - spanish_right) * 5
    assert item.is_flagged is flagged


def test_a_language_with_few_answers_flags_nothing(course, settings):
    settings.SMALLEST_GROUP = 3
    for _ in range(3):
        asked(course, {"single": right(course, "single")}, locale="en")
    for _ in range(2):
        asked(course, {"single": wrong(course, "single")}, locale="es")
    item = only(course)
    assert item.gap is None and not item.is_flagged
    assert item.enough


def test_discrimination_tells_strong_from_weak(course):
    # Strong learners (90 %) get it right, weak ones (20 %) do not.
    for _ in range(3):
        asked(course, {"single": right(course, "single")}, score=90)
        asked(course, {"single": wrong(course, "single")}, score=20)
    assert only(course).overall.discrimination > 0.9
    assert not only(course).is_weak


@pytest.mark.parametrize(("least", "weak"), [(6, True), (7, False)])
def test_a_question_that_the_weak_get_right_is_noted(course, monkeypatch, least, weak):
    monkeypatch.setattr(records.item_statistics, "WEAK_FROM", least)
    for _ in range(3):
        asked(course, {"single": right(course, "single")}, score=50)  # nothing right beside it
        asked(course, {"single": wrong(course, "single")}, score=50)  # all the rest right
    item = only(course)
    assert item.overall.discrimination == pytest.approx(-1)
    assert item.is_weak is weak


def test_where_all_did_the_same_there_is_no_discrimination(course):
    asked(course, {"single": right(course, "single")})
    asked(course, {"single": right(course, "single")})
    assert only(course).overall.discrimination is None
    assert Tally().facility is None


def test_picks_of_every_choice_are_counted(course):
    keys = choice_keys(course.questions["en"]["single"])
    for key, credit in [(keys[0], 1.0), (keys[1], 0.0), (keys[1], 0.0), (keys[2], 0.0)]:
        asked(course, {"single": ({"choice": key}, credit)})
    picks = only(course).picks
    assert [(pick.count, pick.percent) for pick in picks] == [(1, 25), (2, 50), (1, 25), (0, 0)]
    assert [pick.is_right for pick in picks] == [True, False, False, False]
    assert [pick.is_harmful for pick in picks] == [False, False, True, False]


def test_picks_of_several_choices_and_of_paths_are_counted(course):
    keys = choice_keys(course.questions["en"]["multiple"])
    steps = option_keys(course.questions["en"]["scenario"])
    for choices in ([keys[0]], [keys[0], keys[2]]):
        path = {"path": [steps[0][0], steps[1][3]]}
        asked(course, {"multiple": ({"choices": choices}, 0.5), "scenario": (path, 0.5)})
    assert [pick.count for pick in only(course, "multiple").picks] == [2, 0, 1, 0]
    assert [pick.count for pick in only(course, "scenario").picks] == [2, 0, 0, 0, 0, 0, 0, 2]
    assert [pick.is_harmful for pick in only(course, "scenario").picks][3] is True


def test_other_kinds_have_means_and_no_picks_to_count(course):
    asked(course, {"matching": right(course, "matching"), "ordering": wrong(course, "ordering")})
    assert only(course, "matching").overall.facility == 100
    assert sum(pick.count for pick in only(course, "matching").picks) == 0


def test_the_newest_english_words_name_a_question(course):
    asked(course, {"single": right(course, "single")})
    question = course.questions["en"]["single"]
    question.stem = "Question, better put"
    question.save()
    freeze([question, course.questions["es"]["single"]])
    assert [item.stem for item in item_statistics(course.key)] == ["Question, better put"]


def test_words_of_another_language_name_a_question_that_has_no_english(course):
    question = course.questions["es"]["single"]
    (edition,) = freeze([question]).values()
    attempt = asked(course, {})
    AttemptItem.objects.create(
        attempt=attempt, position=1, question_key=question.translation_key, base_edition=edition, credit=0.0
    )
    assert [item.stem for item in item_statistics(course.key)] == ["Pregunta single"]


def test_the_number_of_queries_does_not_grow(course, django_assert_num_queries):
    asked(course, {"single": right(course, "single")})
    with django_assert_num_queries(3):
        item_statistics(course.key)
    for name in ("single", "multiple", "true-false", "matching"):
        for locale in ("en", "es"):
            asked(course, {name: right(course, name)}, locale=locale)
    with django_assert_num_queries(3):
        item_statistics(course.key)


def test_editors_see_and_take_along_the_statistics(admin_client, course):
    for _ in range(3):
        asked(course, {"single": right(course, "single")}, locale="en")
        asked(course, {"single": wrong(course, "single")}, locale="es")
    address = reverse("training:questions")
    html = admin_client.get(address).content.decode()
    assert "100 points between languages" in html and "50 %" in html and "Español" in html
    response = admin_client.get(address, {"export": "csv", "course": str(course.key)})
    header, row = csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig")))
    told = dict(zip(header, row, strict=True))
    assert told["Question"] == "Question single" and told["Facility in percent"] == "50.0"
    assert (told["Facility in percent en"], told["Facility in percent es"]) == ("100.0", "0.0")
    assert told["Flagged"] == "yes" and "Right 1: 3" in told["Picks"]


def test_a_question_asked_in_one_language_only_leaves_the_others_empty_in_the_table(admin_client, course):
    asked(course, {"single": right(course, "single")}, locale="es")
    asked(course, {"multiple": right(course, "multiple")}, locale="en")
    response = admin_client.get(reverse("training:questions"), {"export": "csv"})
    rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    assert {row["Question"]: row["Answers en"] for row in rows} == {"Question single": "0", "Question multiple": "1"}
