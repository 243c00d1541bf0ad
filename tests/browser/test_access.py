"""What axe finds, and what scrolls sideways, on the screens of the staff and on papers that show a course was passed."""

import json

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from wagtail.models import Collection

from accounts.roles import Role, sync_groups
from records.attempts import Attempt
from records.enrolments import Accommodation
from records.issuing import revoke
from tests.browser.test_journeys import AXE, plain_pages, question_pages, start
from tests.factories.accounts import member, unit
from tests.factories.courses import make_course
from tests.factories.hotlines import make_hotline, make_words
from tests.factories.records import make_completion, make_enrolment
from tests.hotlines.conftest import own_var_directory  # noqa: F401  the copy for outages goes elsewhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def agency(transactional_db):
    """A course in English and in two other languages, staff, a learner who passed, hotlines."""
    course = make_course(["en", "es", "ar-xb"], question_count=8)
    Collection.objects.exists() or Collection.add_root(name="Root")
    sync_groups()
    office = unit("Field Office")
    ada = member(office, Role.ADMINISTRATOR, name="Ada Administrator", email="ada@agency.example")
    ana = member(office, name="Ana López", email="ana@agency.example")
    make_enrolment(course, user=member(office, name="Ben Begun", email="ben@agency.example"))
    certificate = make_completion(course, user=ana, now=timezone.now()).certificates.get()
    Accommodation.objects.create(user=ana, extra_time_percent=50)
    hotline = make_hotline(name_en="Alpha line")
    make_words(hotline)
    make_hotline(name_en="Beta line", confidence="low", is_published=False)
    return course, ada, ana, certificate, hotline


def in_its_words(code: str) -> None:
    """Without compiled catalogues a page in Spanish is English with a Spanish address, and proves nothing."""
    with translation.override(code):
        if code == "es":
            assert gettext("Your answers") == "Sus respuestas", "`manage.py test` compiles the catalogues"


def signed_in(context, client, live_server, user):
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": live_server.url}])
    return context.new_page()


def axe_of(page) -> list:
    page.evaluate(AXE.read_text())
    told = page.evaluate("axe.run({resultTypes: ['violations']})")
    assert told["passes"], page.url
    return [(found["id"], [node["html"][:200] for node in found["nodes"]][:3]) for found in told["violations"]]


def look_at(page, addresses: dict) -> dict:
    """{name: what axe found} of the pages on which it found anything."""
    found = {}
    for name, address in addresses.items():
        answer = page.goto(address)
        assert answer.status == 200, (name, answer.status)
        if problems := axe_of(page):
            found[name] = problems
    return found


def admin_pages(course, ada, ana, certificate, hotline) -> dict:
    question = course.questions["en"]["single"]
    return {
        "dashboard": reverse("wagtailadmin_home"),
        "questions": reverse("wagtailsnippets_courses_question:list"),
        "question": reverse("wagtailsnippets_courses_question:edit", args=[question.pk]),
        "lesson": reverse("wagtailadmin_pages:edit", args=[course.lesson.pk]),
        "hotlines": reverse("wagtailsnippets_hotlines_hotline:list"),
        "hotline": reverse("wagtailsnippets_hotlines_hotline:edit", args=[hotline.pk]),
        "number changes": reverse("hotline_desk:changes"),
        "hotline table": reverse("hotline_desk:upload"),
        "hotline check": reverse("hotline_desk:check", args=[hotline.pk]),
        "training": reverse("training:enrolments"),
        "certificates": reverse("training:certificates"),
        "certificate": reverse("training:certificate", args=[certificate.pk]),
        "accommodations": reverse("training:accommodations"),
        "question results": reverse("training:questions"),
        "people": reverse("people:list"),
        "person": reverse("people:person", args=[ana.pk]),
        "invitations": reverse("people:invitations"),
        "invite": reverse("people:invite"),
        "organisations": reverse("people:organisations"),
        "audit": reverse("people:audit"),
    }


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed: npm ci")
def test_axe_finds_nothing_on_the_screens_of_the_staff(open_context, client, live_server, agency):
    page = signed_in(open_context(bypass_csp=True), client, live_server, agency[1])
    found = look_at(page, admin_pages(*agency))
    page.wait_for_load_state("networkidle")  # nothing of it may still be reading when the database is emptied
    assert not found, json.dumps(found, indent=1, ensure_ascii=False)


def paper_pages(course, ana, certificate, code="en") -> dict:
    with translation.override(code):
        return {
            "result": reverse("records:result", args=[certificate.completion.enrolment.attempts.get().key]),
            "certificate": reverse("records:certificate", args=[certificate.number]),
            "verify": reverse("records:verify"),
            "verified": reverse("records:verify_code", args=[certificate.code]),
            "my learning": reverse("records:my_learning"),
            "course done": course.pages[code].get_url(),
            "evaluation": reverse("records:evaluation", args=[course.key]),
        }


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed: npm ci")
@pytest.mark.parametrize("code", ["en", "es", "ar-xb"])
def test_axe_finds_nothing_on_what_follows_a_passed_course(open_context, client, live_server, agency, code):
    in_its_words(code)
    course, ada, ana, certificate, _hotline = agency
    page = signed_in(open_context(bypass_csp=True), client, live_server, ana)
    found = look_at(page, paper_pages(course, ana, certificate, code))
    revoke(certificate, reason="Issued by mistake", actor=ada, now=timezone.now())
    with translation.override(code):
        found |= look_at(page, {"revoked": reverse("records:verify_code", args=[certificate.code])})
    assert not found, json.dumps(found, indent=1, ensure_ascii=False)


@pytest.mark.parametrize("code", ["es", "ar-xb"])
def test_no_page_scrolls_sideways_at_320_pixels_in_other_languages(open_context, client, live_server, agency, code):
    in_its_words(code)
    course, _ada, ana, certificate, _hotline = agency
    small = {"viewport": {"width": 320, "height": 640}}
    page = open_context(**small).new_page()
    start(page, course)
    page.goto(reverse("records:assessment", args=[course.key]))
    page.get_by_role("button", name="Begin the assessment").click()
    page.wait_for_url("**/attempt/**/1/")
    attempt = Attempt.objects.get(enrolment__visitor__isnull=False)
    too_wide = {}

    def look(page, addresses):
        for name, address in addresses.items():
            assert page.goto(address).status == 200, name
            if (taken := page.evaluate("document.documentElement.scrollWidth")) > 320:
                too_wide[name] = taken

    with translation.override(code):
        more = {name: reverse(f"records:{name}", args=[attempt.key]) for name in ("attempt", "submit")}
    look(page, plain_pages(course, code) | question_pages(attempt, code) | more)
    look(signed_in(open_context(**small), client, live_server, ana), paper_pages(course, ana, certificate, code))
    assert not too_wide


def test_the_warning_before_the_session_ends_has_the_exit_and_hears_shift(
    open_context, client, live_server, agency, settings
):
    settings.IDLE_MINUTES, settings.IDLE_WARNING_SECONDS = 1, 57
    course, _ada, ana, *_rest = agency
    context = open_context()
    context.route("**/exit/", lambda route: route.fulfill(body="<title>elsewhere</title>", content_type="text/html"))
    page = signed_in(context, client, live_server, ana)
    page.goto(course.lesson.get_url())
    dialog = page.get_by_role("dialog", name="Are you still there?")
    dialog.wait_for()
    exit_link = dialog.get_by_role("link", name="Exit this page")
    assert exit_link.count() == 1 and "noreferrer" in exit_link.get_attribute("rel")
    for _tab in range(6):  # reached by keyboard
        if page.evaluate("document.activeElement.matches('dialog .exit-this-page')"):
            break
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('dialog .exit-this-page')")
    page.keyboard.press("Shift")
    assert "two more times" in dialog.locator("[role=status]").text_content()
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.wait_for_function("document.title === 'elsewhere'")
