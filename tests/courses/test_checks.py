"""Knowledge checks in lessons: stateless, for everybody, with and without scripts."""

import pytest
from django.template import engines
from django.urls import reverse
from django.utils import translation

from courses.models import LessonPage
from tests.factories.courses import key_of, make_course, make_question, right_answer

pytestmark = pytest.mark.django_db


def address(course, question=None, code="en"):
    question = question or course.questions[code]["check"]
    with translation.override(code):
        return reverse("courses:check", args=[course.lesson.translation_key, question.translation_key])


@pytest.fixture
def course():
    return make_course()


def test_a_lesson_shows_the_check_without_its_key_and_without_a_token(client, course):
    page = client.get(course.lesson.get_url())
    text = page.content.decode()
    assert f"check-{course.questions['en']['check'].translation_key}" in text
    assert address(course) in text
    assert "csrfmiddlewaretoken" not in text and not page.cookies
    assert "Explanation" not in text and "Feedback" not in text


def test_without_scripts_the_lesson_comes_back_with_the_feedback(client, course):
    question = course.questions["en"]["check"]
    page = client.post(address(course), right_answer(question))
    text = page.content.decode()
    assert page.status_code == 200 and not page.cookies
    assert "<h1>" in text and "Explanation check" in text and "Feedback 1" in text
    assert client.get(course.lesson.get_url()).content.decode().count("Explanation check") == 0


def test_for_the_script_only_the_check_comes_back(client, course):
    page = client.post(address(course), {"choice": "no"}, headers={"X-Requested-With": "fragment"})
    assert "<h1>" not in page.content.decode() and "not among those offered" in page.content.decode()


def test_feedback_speaks_the_language_of_the_page(client, course):
    question = course.questions["es"]["check"]
    page = client.post(address(course, code="es"), right_answer(question))
    assert "Explicación check" in page.content.decode()


def test_nothing_chosen_gets_a_friendly_word_and_no_key(client, course):
    page = client.post(address(course), {}, headers={"X-Requested-With": "fragment"}).content.decode()
    assert "Answer every part" in page and "Explanation" not in page


def test_a_scenario_goes_on_step_by_step(client, course):
    scenario = make_question("scenario", "en", pool=course.pool, key="practice", use="check")
    lesson = LessonPage.objects.get(pk=course.lesson.pk)
    lesson.body = [
        *lesson.body.raw_data,
        {"type": "check", "id": str(key_of("practice")), "value": {"question": scenario.pk}},
    ]
    lesson.save()
    best = right_answer(scenario)["path"]
    half = client.post(address(course, scenario), {"step-1": best[0]}).content.decode()
    assert "Choose what you would do in the next step." in half and "Situation 2" in half
    assert "Consequence" not in half
    whole = client.post(address(course, scenario), {"step-1": best[0], "step-2": best[1]}).content.decode()
    assert "Consequence 2 Best" in whole


def test_a_question_of_the_bank_that_no_lesson_shows_tells_nothing(client, course):
    assert client.post(address(course, course.questions["en"]["single"])).status_code == 404
    assert client.post(address(course, course.questions["en"]["single"]), {"choice": "x"}).status_code == 404


def test_a_lesson_that_is_not_there_is_not_found(client, course):
    url = reverse("courses:check", args=[key_of("nothing"), course.questions["en"]["check"].translation_key])
    assert client.post(url).status_code == 404


def test_asking_for_the_address_leads_to_the_check_in_its_lesson(client, course):
    answer = client.get(address(course))
    assert answer.status_code == 302
    assert answer.url == f"{course.lesson.get_url()}#check-{course.questions['en']['check'].translation_key}"
    assert client.put(address(course)).status_code == 405


def test_a_check_outside_a_lesson_or_whose_question_is_gone_shows_nothing(course):
    template = engines["django"].from_string('{% include "courses/question/check.html" %}')
    question = course.questions["en"]["check"]
    assert template.render({"question": question}).strip() == ""
    assert template.render({"question": None, "page": course.lesson}).strip() == ""
    assert "check-" in template.render({"question": question, "page": course.lesson})


def test_a_body_is_kept_near_but_never_in_a_preview(rf, course, django_assert_num_queries):
    template = engines["django"].from_string("{% load courses %}{% lesson_body page %}")
    request = rf.get("/")
    first = template.render({"page": course.lesson}, request)
    with django_assert_num_queries(0):
        assert template.render({"page": course.lesson}, request) == first
    request.is_preview = True
    course.lesson.body = [{"type": "prose", "value": "<p>A draft.</p>"}]
    assert "A draft." in template.render({"page": course.lesson}, request)
    assert "A draft." not in template.render({"page": course.lesson}, rf.get("/"))
