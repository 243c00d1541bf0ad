"""The course every other test builds on is itself sound."""

import pytest

from tests.factories.courses import make_course

pytestmark = pytest.mark.django_db


def test_every_question_of_the_small_course_can_be_answered():
    course = make_course()
    for questions in course.questions.values():
        assert {q.key: q.fault() for q in questions.values() if q.fault()} == {}


def test_languages_share_keys_of_pages_questions_and_choices():
    course = make_course()
    english, spanish = course.questions["en"], course.questions["es"]
    assert course.pages["es"].translation_key == course.key
    assert [page.translation_key for page in course.lessons["en"]] == [p.translation_key for p in course.lessons["es"]]
    for key, question in english.items():
        assert spanish[key].translation_key == question.translation_key
        assert [c.translation_key for c in spanish[key].choices.all()] == [
            c.translation_key for c in question.choices.all()
        ]
    assert spanish["single"].choices.first().text == "Correcta 1"
