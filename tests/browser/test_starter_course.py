"""The shipped awareness course, from the first page to the certificate, begun in English and ended in Spanish."""

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from courses.concepts import Kind
from courses.models import CoursePage, LessonPage, Question
from home.starter import load as starter
from records.attempts import Attempt
from records.certificates import Completion, PublicCertificate
from records.enrolments import LessonProgress
from tests.browser.test_journeys import answer_by_form, item_shown
from tests.factories.courses import right_answer
from tests.hotlines.conftest import own_var_directory  # noqa: F401  the copy for outages goes elsewhere
from tests.records.test_journey import form_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def course(transactional_db) -> CoursePage:
    call_command("load_hotlines", verbosity=0)
    starter.load(["es"])
    return CoursePage.objects.get(slug="awareness", locale__language_code="en")


def url(name, *args, code="en"):
    with translation.override(code):
        return reverse(f"records:{name}", args=args)


def best_fields(item) -> dict:
    """What a browser sends for the best answer to an item."""
    question = Question.objects.get(translation_key=item.question_key, locale__language_code="en")
    if question.kind != Kind.SCENARIO:
        return form_of(question, right_answer(question), item)
    fields, number = {}, 1
    while number:
        options = question.steps[number - 1].value["options"].bound_blocks
        best = next(option for option in options if option.value["outcome"] == "best")
        fields[f"step-{number}"], number = best.id, best.value["next"] or 0
    return fields


def in_spanish(page):
    page.locator('.languages a[lang="es"]').first.click()
    page.wait_for_url("**/es/**")
    assert page.locator("html").get_attribute("lang") == "es"


def test_the_awareness_course_is_taken_from_the_first_page_to_the_certificate(open_context, course):
    page = open_context(viewport={"width": 390, "height": 844}).new_page()
    page.goto("/en/")
    page.locator("main").get_by_role("link", name=course.title).first.click()
    page.get_by_role("link", name="Start the course", exact=True).first.click()
    page.get_by_role("button", name="Start without an account").click()
    lessons = list(LessonPage.objects.descendant_of(course).live().order_by("path"))
    assert len(lessons) >= 18
    for number, lesson in enumerate(lessons):
        page.wait_for_url(f"**/{lesson.slug}/")
        assert page.get_by_role("heading", level=1).count() == 1
        if number == len(lessons) // 2:
            in_spanish(page)
            assert page.locator("h1").text_content() != lesson.title
        page.locator(".learner-next form button").click()
    assert LessonProgress.objects.exclude(done_at=None).count() == len(lessons)

    page.goto(url("assessment", course.translation_key))
    page.locator("main form button").click()
    page.wait_for_url("**/attempt/**/1/")
    attempt = Attempt.objects.get()
    total = attempt.items.count()
    asked = [item.base_edition.content for item in attempt.items.select_related("base_edition")]
    assert total == 15 and {content["concept"] for content in asked} == set(course.required_concepts)
    while item := item_shown(page, attempt):
        if item.position == total // 2:
            in_spanish(page)
        answer_by_form(page, best_fields(item))
        is_last = item.position == total
        with page.expect_navigation():
            page.locator(f'[name=go][value="{"overview" if is_last else "next"}"]').first.click()
    attempt.refresh_from_db()
    assert attempt.languages == ["en", "es"]
    assert page.locator(".usa-tag--answered").count() == total
    page.goto(url("submit", attempt.key, code="es"))
    page.locator("[data-submit-form] button").click()
    page.wait_for_url("**/es/attempt/**/result/")

    attempt.refresh_from_db()
    assert (attempt.score_percent, attempt.passed) == (100, True)
    spanish = CoursePage.objects.get(translation_key=course.translation_key, locale__language_code="es")
    completion = Completion.objects.get()
    assert completion.score_percent == 100
    page.goto(url("public_certificate", course.translation_key, code="es"))
    page.locator("main input[type=text]").first.fill("Ana María Ejemplo")
    page.locator("main form button").last.click()
    page.get_by_text("Ana María Ejemplo").first.wait_for()
    assert spanish.title in page.locator("main").text_content()
    certificate = PublicCertificate.objects.get()
    assert certificate.locale == "es" and "Ejemplo" not in str(vars(certificate))
    page.goto(url("verify_code", certificate.code, code="es"))
    assert certificate.number in page.locator("main").text_content()
    assert settings.SESSION_COOKIE_NAME not in {cookie["name"] for cookie in page.context.cookies()}
