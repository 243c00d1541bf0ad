"""The whole way of a learner, by the addresses a browser opens, without JavaScript."""

import re

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from records.attempts import Attempt
from records.certificates import Completion
from records.enrolments import Enrolment, Visitor
from tests.factories.courses import make_course, right_answer

pytestmark = pytest.mark.django_db


def url(name, *args, code="en"):
    with translation.override(code):
        return reverse(f"records:{name}", args=args)


def form_of(question, answer, item) -> dict:
    """The fields a browser would send for `answer`."""
    kind = question.kind
    if kind in {"single", "true_false"}:
        return {"choice": answer["choice"]}
    if kind == "multiple":
        return {"choices": answer["choices"]}
    if kind == "matching":
        right = item.option_order["right"]
        return {f"pair-{left}": str(right.index(side) + 1) for left, side in answer["pairs"].items()}
    if kind == "ordering":
        return {f"place-{key}": str(place) for place, key in enumerate(answer["order"], start=1)}
    if kind == "classify":
        return {f"category-{key}": value for key, value in answer["categories"].items()}
    return {f"step-{number}": key for number, key in enumerate(answer["path"], start=1)}


def answer_all(client, course, attempt, answers=right_answer, code="en"):
    by_key = {question.translation_key: question for question in course.questions["en"].values()}
    for item in attempt.items.all():
        question = by_key[item.question_key]
        fields = form_of(question, answers(question), item) | {"go": "next", "words": code}
        response = client.post(url("answer", attempt.key, item.position, code=code), fields)
        assert response.status_code == 302, response.content.decode()


def test_a_visitor_takes_the_course_in_two_languages_without_scripts(client):
    course = make_course()
    page = client.get(course.page.get_url()).content.decode()
    assert url("start", course.key) in page
    assert not client.cookies

    assert client.get(url("start", course.key)).status_code == 200
    assert settings.VISITOR_COOKIE_NAME not in client.cookies
    response = client.post(url("start", course.key))
    assert response.url == course.lesson.get_url()
    cookie = client.cookies[settings.VISITOR_COOKIE_NAME]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    assert not Visitor.objects.filter(token_hash=cookie.value).exists()

    for number, lesson in enumerate(course.lessons["en"]):
        assert client.get(lesson.get_url()).status_code == 200
        code = "es" if number else "en"
        done = client.post(url("lesson_done", course.key, lesson.translation_key, code=code))
        assert done.status_code == 302
    assert "/es/" in done.url

    response = client.post(url("assessment", course.key))
    attempt = Attempt.objects.get()
    assert response.url == url("question", attempt.key, 1)
    for code in ("en", "es"):
        for item in attempt.items.all():
            page = client.get(url("question", attempt.key, item.position, code=code))
            assert page.status_code == 200
            assert ("Pregunta" in page.content.decode()) is (code == "es")
    answer_all(client, course, attempt, code="es")
    confirm = client.get(url("submit", attempt.key)).content.decode()
    assert "All questions are answered." in confirm
    assert client.post(url("submit", attempt.key)).url == url("result", attempt.key)

    attempt.refresh_from_db()
    assert (attempt.score_percent, attempt.passed, attempt.languages) == (100, True, ["en", "es"])
    assert set(attempt.items.values_list("answer_locale", flat=True)) == {"es"}
    assert "You have passed" in client.get(url("result", attempt.key)).content.decode()
    completion = Completion.objects.get(enrolment__visitor__isnull=False)
    assert completion.score_percent == 100
    assert client.get(url("my_learning")).status_code == 200
    assert client.get(course.page.get_url()).status_code == 200


def test_somebody_signed_in_leaves_no_visitor_behind(client):
    course = make_course()
    user = User.objects.create_user("ana@agency.example", name="Ana")
    client.force_login(user)
    client.post(url("start", course.key))
    assert Enrolment.objects.get().user == user
    assert settings.VISITOR_COOKIE_NAME not in client.cookies and not Visitor.objects.exists()


def test_no_page_of_an_open_attempt_tells_right_from_wrong(client):
    course = make_course(("en",))
    client.post(url("start", course.key))
    client.post(url("assessment", course.key))
    attempt = Attempt.objects.get()
    answer_all(client, course, attempt)
    for item in attempt.items.select_related("base_edition"):
        text = client.get(url("question", attempt.key, item.position)).content.decode()
        main = text.split("<main", 1)[1].split("</main>", 1)[0]
        content = item.base_edition.content
        for told in [content["explanation"], *[c["feedback"] for c in content["choices"]]]:
            assert told not in main
        for step in content["steps"]:
            for option in step["options"]:
                assert option["consequence"] not in main
        assert not re.search(r"correct|critical|harmful|outcome|credit", main)
        if content["kind"] == "matching":
            # A right-hand side is known by its place only: its key would be that of its partner.
            values = re.findall(r'<option value="([^"]*)"', main)
            assert set(values) == {"", "1", "2", "3"}
