"""The shipped awareness course in Arabic, Vietnamese and Chinese: taken in two of them at once, and every page looked at."""

import re

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import translation
from wagtail.models import Page

from courses.models import CoursePage, Question, Statistic
from home.starter import load as starter
from kernel.languages import direction, own_name, tag
from records.attempts import Attempt
from records.enrolments import Enrolment, LessonProgress
from tests.browser.test_access import AXE, axe_of
from tests.browser.test_starter_course import best_fields
from tests.factories.courses import wrong_answer
from tests.hotlines.conftest import own_var_directory  # noqa: F401  the copy for outages goes elsewhere
from tests.records.test_journey import form_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Three words of English in a row, where the page claims to be in another language, are words nobody translated.
# Names of laws and authorities may stand in brackets behind their translation.
IN_BRACKETS = re.compile(r"\([^)]*\)|（[^）]*）")
ENGLISH = re.compile(r"\b(?:[A-Za-z][a-z’']+[ ,]+){3}[A-Za-z][a-z]+")
LEFT_IN_ENGLISH = """() => {
  const here = document.documentElement.lang, found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const parent = walk.currentNode.parentElement;
    if (parent.closest('script, style, noscript, template, [lang]').lang === here && parent.checkVisibility())
      found.push(walk.currentNode.textContent.trim());
  }
  return found.filter(Boolean);
}"""


@pytest.fixture
def speak(transactional_db, settings):
    """Load the starter site in English and in the languages asked for; return the awareness course."""

    def load(*codes: str) -> CoursePage:
        settings.LANGUAGES = [(code, own_name(code)) for code in ("en", *codes)]
        settings.WAGTAIL_CONTENT_LANGUAGES = settings.LANGUAGES
        settings.LANGUAGES_BIDI = ["ar"]
        call_command("load_hotlines", verbosity=0)
        starter.load(list(codes))
        return CoursePage.objects.get(slug="awareness", locale__language_code="en")

    return load


def url(name, *args, code="en"):
    with translation.override(code):
        return reverse(name, args=args)


def fields_of(item) -> dict:
    """The best answer, and to every fifth question a wrong one."""
    question = Question.objects.get(translation_key=item.question_key, locale__language_code="en")
    is_plain = question.kind in {"single", "true_false", "multiple"}
    return form_of(question, wrong_answer(question), item) if item.position % 5 == 0 and is_plain else best_fields(item)


def taken(course, codes: list[str]) -> Attempt:
    """A visitor's attempt, its questions answered in these languages by turns of equal length."""
    client = Client()
    client.post(url("records:start", course.translation_key, code=codes[0]))
    enrolment = Enrolment.objects.latest("pk")
    for lesson in course.get_children().live():
        for page in lesson.get_children().live():
            LessonProgress.objects.update_or_create(
                enrolment=enrolment, lesson_key=page.translation_key, defaults={"done_at": enrolment.started_at}
            )
    client.post(url("records:assessment", course.translation_key, code=codes[0]))
    attempt = enrolment.attempts.get()
    items = list(attempt.items.select_related("base_edition"))
    for item in items:
        code = codes[(item.position - 1) * len(codes) // len(items)]
        page = client.get(url("records:question", attempt.key, item.position, code=code))
        assert f'lang="{tag(code)}"' in page.content.decode()[:400]
        data = fields_of(item) | {"go": "next", "words": code}
        answer = client.post(url("records:answer", attempt.key, item.position, code=code), data)
        assert answer.status_code == 302, answer.content.decode()[:2000]
    client.post(url("records:submit", attempt.key, code=codes[-1]))
    attempt.refresh_from_db()
    return attempt


def test_half_in_arabic_and_half_in_vietnamese_is_one_attempt_with_the_score_of_english(speak, monkeypatch):
    course = speak("ar", "vi")
    monkeypatch.setattr("records.assessment.secrets.token_hex", lambda size: "0" * 2 * size)  # the same draw for both
    mixed, english = taken(course, ["ar", "vi"]), taken(course, ["en"])
    assert Attempt.objects.filter(enrolment=mixed.enrolment).count() == 1
    assert (mixed.languages, english.languages) == (["ar", "vi"], ["en"])
    rows = [list(one.items.values_list("question_key", "credit", "harmed", "answer")) for one in (mixed, english)]
    assert rows[0] == rows[1] and 0 < sum(credit for _key, credit, _harmed, _answer in rows[0]) < len(rows[0])
    assert (mixed.score_percent, mixed.passed) == (english.score_percent, english.passed)
    shown = {item.answer_locale for item in mixed.items.all()}
    assert shown == {"ar", "vi"}


def public_pages(code: str) -> list[str]:
    pages = Page.objects.live().filter(locale__language_code=code, depth__gt=1).order_by("path")
    screens = [
        "hotlines:help", "directory:search", "records:verify", "account_login", "posters:gallery", "posting_rules",
        "home:glossary", "home:search",
    ]  # fmt: skip
    return [*(page.url for page in pages), *(url(name, code=code) for name in screens)]


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed: npm ci")
@pytest.mark.parametrize("code", ["ar", "zh-hans"])
def test_every_page_reads_in_its_language_and_axe_finds_nothing(open_context, speak, code):
    course = speak(code)
    publishers = re.compile("|".join(map(re.escape, Statistic.objects.values_list("publisher", flat=True).distinct())))
    page = open_context(viewport={"width": 390, "height": 844}).new_page()
    addresses = public_pages(code)
    assert len(addresses) > 35
    page.goto(course.get_translation(Page.objects.filter(locale__language_code=code).first().locale).url)
    page.goto(url("records:start", course.translation_key, code=code))
    page.locator("main form button").first.click()
    page.wait_for_url("**/courses/**")
    page.goto(url("records:assessment", course.translation_key, code=code))
    addresses.append(page.url)
    page.locator("main form button").click()
    page.wait_for_url("**/attempt/**/1/")
    attempt = Attempt.objects.get()
    addresses += [url("records:question", attempt.key, item.position, code=code) for item in attempt.items.all()]
    addresses += [url(f"records:{name}", attempt.key, code=code) for name in ("attempt", "submit")]
    problems = {}
    for address in addresses:
        answer = page.goto(address)
        found = [] if answer.status == 200 else [answer.status]
        html = page.locator("html")
        if (html.get_attribute("lang"), html.get_attribute("dir")) != (tag(code), direction(code)):
            found.append("language")
        if page.evaluate("document.documentElement.scrollWidth") > 390:
            found.append("scrolls sideways")
        found += [text[:160] for text in page.evaluate(LEFT_IN_ENGLISH) if ENGLISH.search(IN_BRACKETS.sub("", publishers.sub("", text)))]
        if found := [*found, *axe_of(page)]:
            problems[address] = found
    assert problems == {}
    assert settings.SESSION_COOKIE_NAME not in {cookie["name"] for cookie in page.context.cookies()}
