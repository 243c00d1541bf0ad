"""A translator at work in a real browser, from the matrix to the page a learner reads; axe at zero on the way."""

import json

import pytest
from django.core.cache import caches

from courses.models import LessonPage
from tests.browser.test_journeys import AXE
from tests.factories.accounts import PASSWORD
from tests.factories.courses import locale_of
from tests.factories.translations import make_sources, source_of, translate, translator
from translations import review
from translations.models import Policy
from translations.segments import segments

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign_in(page, person, to):
    page.goto(f"/en/account/login/?next={to}")
    page.fill("input[name=login]", person.email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"**{to}")


def axe_finds(page) -> list:
    page.evaluate(AXE.read_text())
    told = page.evaluate("axe.run('.nice-padding', {resultTypes: ['violations']})")
    assert told["passes"]
    return [(one["id"], [node["html"][:140] for node in one["nodes"]][:3]) for one in told["violations"]]


def test_a_new_translator_finds_translates_sends_and_a_learner_reads(open_context, transactional_db):
    course = make_sources()
    tara = translator("es", name="Tara Translator")
    reader = translator("es", name="Rae Reader", may_review=True, native=True)
    Policy.objects.create(content_class="course", reviewed=True)
    for instance in (course.homes["en"], course.catalogs["en"], course.pages["en"], course.modules["en"][0]):
        translate(source_of(instance), "es", by=tara)
    source, es = source_of(course.lesson), locale_of("es")
    page = open_context(bypass_csp=True).new_page()
    sign_in(page, tara, "/admin/workbench/")
    found = {}
    if AXE.is_file():
        found["matrix"] = axe_finds(page)
    page.get_by_role("link", name="Lesson 1.1, Español").click()
    page.wait_for_url(f"**/es/{source.pk}/")
    areas = page.locator(".wb-desk textarea")
    areas.nth(0).fill("Lección sobre el tráfico de personas, 202-555-0143")
    with page.expect_response("**/save/"):
        areas.nth(0).press("Control+Enter")
    page.locator(".wb-segment").nth(0).get_by_text("looks like a telephone number").wait_for()
    page.locator(".wb-segment").nth(0).get_by_text("smuggling of migrants").wait_for()
    if AXE.is_file():
        found["desk"] = axe_finds(page)
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA", "the keyboard goes on to the next text"
    for number, segment in enumerate(segments(source, es)):
        areas.nth(number).fill("Lección 1.1" if not number else segment.source.replace("This", "Esto"))
    page.get_by_role("button", name="Save and send to review").click()
    page.get_by_text("Sent to review.").wait_for()

    other = open_context(bypass_csp=True).new_page()
    sign_in(other, reader, f"/admin/workbench/es/{source.pk}/")
    other.get_by_role("button", name="Accept").click()
    other.get_by_text("reviewed.").first.wait_for()
    other.get_by_role("button", name="Save and publish").click()
    other.get_by_text("Published.").wait_for()

    caches["near"].clear()
    lesson = LessonPage.objects.get(translation_key=course.lesson.translation_key, locale=es)
    assert lesson.live and review.waiting(source, es) is None
    learner = open_context().new_page()
    assert learner.goto(lesson.url).status == 200
    assert learner.get_by_role("heading", level=1).inner_text() == "Lección 1.1"
    assert not any(found.values()), json.dumps(found, indent=1)


def test_the_desk_fits_a_small_screen(open_context, transactional_db):
    course = make_sources()
    tara = translator("es")
    page = open_context(viewport={"width": 320, "height": 800}).new_page()
    sign_in(page, tara, f"/admin/workbench/es/{source_of(course.questions['en']['single']).pk}/")
    taken, given = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert taken <= given
