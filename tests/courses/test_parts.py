"""Parts of a lesson: chosen by editors, linked from feedback."""


import pytest

from courses.models import LessonPage, Question
from courses.parts import anchor_of, parts_of
from courses.presentation import content_of
from tests.courses.test_question_screens import RIGHT, WRONG, admin, course, form_data, publish, url  # noqa: F401
from tests.factories.courses import key_of

PROSE, CHECK = str(key_of("lesson-1-1", "prose")), str(key_of("small", "check-block"))


def test_parts_are_named_by_kind_and_first_words(course):  # noqa: F811
    lesson = LessonPage.objects.get(pk=course.lesson.pk)
    assert [key for key, _label in parts_of(lesson)] == [PROSE, CHECK]
    (_prose, label), (_check, named) = parts_of(lesson)
    assert (label, named) == ("Prose: Text of the lesson.", "Knowledge check: Question check")
    assert parts_of(None) == []


def test_each_part_has_its_anchor_in_the_lesson(client, course):  # noqa: F811
    page = client.get(course.lesson.get_url()).content.decode()
    for key, _label in parts_of(LessonPage.objects.get(pk=course.lesson.pk)):
        assert page.count(f'id="{anchor_of(key)}"') == 1


def test_an_editor_links_a_question_to_a_part_of_its_lesson(admin, course):  # noqa: F811
    publish(admin, form_data(course, [RIGHT, WRONG], part=PROSE))
    question = Question.objects.get(key="new-question")
    assert question.part == PROSE and content_of(question)["part"] == PROSE
    form = admin.get(url("edit", question.pk)).content.decode()
    assert f'<option value="{PROSE}" selected>' in form and f'<option value="{CHECK}">' in form


@pytest.mark.parametrize("part", ["made-up", str(key_of("lesson-2-1", "prose"))])
def test_a_part_of_another_lesson_leads_to_the_lesson_as_a_whole(admin, course, part):  # noqa: F811
    publish(admin, form_data(course, [RIGHT, WRONG], part=part))
    assert Question.objects.get(key="new-question").part == ""


def test_a_question_without_lesson_has_no_part(admin, course):  # noqa: F811
    publish(admin, form_data(course, [RIGHT, WRONG], part=PROSE, lesson=""))
    question = Question.objects.get(key="new-question")
    assert question.part == "" and content_of(question)["part"] == ""
