"""The ways people go through the site, walked in a real browser: by keyboard, without scripts, offline, in two tabs."""

import http.server
import json
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from django.utils import translation

from records.attempts import Attempt
from records.certificates import Completion
from tests.factories.courses import make_course, right_answer, wrong_answer
from tests.records.test_journey import form_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
FOCUSED = "wanted => document.activeElement.matches(wanted)"
VALUE = "document.activeElement.value"


@pytest.fixture
def course(transactional_db):
    """A course whose attempts ask every question of the bank, so that each kind is met."""
    return make_course(["en", "es"], question_count=8)


def url(name, *args, code="en"):
    with translation.override(code):
        return reverse(name, args=args)


def start(page, course):
    """Begin the course as somebody without an account."""
    page.goto(course.page.get_url())
    page.get_by_role("link", name="Start the course", exact=True).first.click()
    page.get_by_role("button", name="Start without an account").click()
    page.wait_for_url(f"**{course.lesson.get_url()}")


def begin_attempt(page, course) -> Attempt:
    page.goto(url("records:assessment", course.key))
    page.get_by_role("button", name="Begin the assessment").click()
    page.wait_for_url("**/attempt/**/1/")
    return Attempt.objects.get()


def question_of(course, item):
    return next(q for q in course.questions["en"].values() if q.translation_key == item.question_key)


def item_of_kind(course, attempt, kind):
    return next(item for item in attempt.items.all() if question_of(course, item).kind == kind)


def right_fields(course, item) -> dict:
    question = question_of(course, item)
    return form_of(question, right_answer(question), item)


def item_shown(page, attempt):
    """The item whose question the page asks, or None on a page without a question."""
    last = urlsplit(page.url).path.rstrip("/").split("/")[-1]
    return attempt.items.get(position=int(last)) if last.isdigit() else None


def first_open(page):
    """Where the list of answers leads to the first question that is open, or None: elsewhere, or when none is."""
    link = page.get_by_role("link", name="Go to the first open question")
    return link.get_attribute("href") if link.count() else None


def choose(page, value):
    """Click the words of a choice: the field itself lies hidden behind them."""
    page.locator(f'label[for="{page.locator(f"""[value="{value}"]""").get_attribute("id")}"]').click()


def wait_until_saved(page):
    page.wait_for_selector('[data-saved][data-state="saved"]')


# --- By keyboard ---------------------------------------------------------------------------------------------------


def tab_to(page, wanted):
    for _ in range(80):
        if page.evaluate(FOCUSED, wanted):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {wanted} on {page.url}")


def press_on(page, wanted):
    tab_to(page, wanted)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def press_until(page, key, value):
    for _ in range(12):
        if page.evaluate(VALUE) == value:
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} does not lead to {value} on {page.url}")


def answer_by_keyboard(page, fields):
    names = page.eval_on_selector_all(
        "[data-question] :is(input, select)", "all => [...new Set(all.map(field => field.name))]"
    )
    for name in names:
        value = fields[name]
        if name == "choices":
            ticked = page.eval_on_selector_all("[name=choices]", "all => all.map(field => field.value)")
            for one in filter(value.__contains__, ticked):
                tab_to(page, f'[value="{one}"]')
                page.keyboard.press("Space")
            continue
        tab_to(page, f'[name="{name}"]')
        if name.startswith("place-"):
            page.keyboard.press(value)
        elif name.startswith(("pair-", "category-")):
            press_until(page, "ArrowDown", value)
        else:
            page.keyboard.press("Space")
            press_until(page, "ArrowDown", value)
    shown = page.eval_on_selector("[data-answer-form]", "form => [...new FormData(form)]")
    for name in names:
        given = [told for field, told in shown if field == name]
        assert sorted(given) == sorted(fields[name] if name == "choices" else [fields[name]]), page.url


def test_a_visitor_learns_and_passes_by_keyboard_alone(page, course, asked, live_server):
    page.goto(course.page.get_url())
    press_on(page, f'a[href="{url("records:start", course.key)}"]')
    press_on(page, "main form button")
    for lesson in course.lessons["en"]:
        assert urlsplit(page.url).path == lesson.get_url()
        press_on(page, ".learner-next form button")
    page.goto(url("records:assessment", course.key))
    press_on(page, "main form button")

    attempt = Attempt.objects.get()
    while item := item_shown(page, attempt):
        answer_by_keyboard(
            page, {k: v if isinstance(v, list) else str(v) for k, v in right_fields(course, item).items()}
        )
        is_last = item.position == attempt.items.count()
        press_on(page, f'[name=go][value="{"overview" if is_last else "next"}"]')
        if still_open := first_open(page):
            press_on(page, f'a[href="{still_open}"]')
    press_on(page, f'a[href="{url("records:submit", attempt.key)}"]')
    press_on(page, "[data-submit-form] button")

    assert page.get_by_role("heading", name="You have passed").is_visible()
    for item in attempt.items.all():
        assert item.answer == right_answer(question_of(course, item))
    attempt.refresh_from_db()
    assert (attempt.score_percent, attempt.passed) == (100, True)
    assert {urlsplit(address).netloc for address in asked} == {urlsplit(live_server.url).netloc}


# --- Without scripts -----------------------------------------------------------------------------------------------


def answer_by_form(page, fields):
    for name, value in fields.items():
        if name.startswith(("pair-", "place-", "category-")):
            page.select_option(f'[name="{name}"]', str(value))
        else:
            for one in value if isinstance(value, list) else [value]:
                if page.locator(f'[name="{name}"]').count():
                    choose(page, one)


def test_without_scripts_a_visitor_passes_and_comes_to_the_certificate(open_context, course):
    page = open_context(java_script_enabled=False).new_page()
    start(page, course)
    for _lesson in course.lessons["en"]:
        page.locator(".learner-next form button").click()
    attempt = begin_attempt(page, course)
    for _page in range(20):
        item = item_shown(page, attempt)
        if item is None:
            break
        answer_by_form(page, right_fields(course, item))
        page.locator("[data-answer-form] .usa-button").filter(has_not_text="back").first.click()
        if still_open := first_open(page):
            page.goto(still_open)
    page.get_by_role("link", name="Hand in").click()
    page.get_by_role("button", name="Hand in now").click()

    assert page.get_by_role("heading", name="You have passed").is_visible()
    assert Completion.objects.get().score_percent == 100
    page.get_by_role("link", name="Make your certificate").click()
    page.get_by_label("Your full name").fill("Ana Example")
    page.get_by_role("button", name="Show it as a web page").click()
    assert page.get_by_text("Ana Example").first.is_visible()


# --- Answers -------------------------------------------------------------------------------------------------------


def test_an_answer_given_offline_is_kept_and_sent_when_the_network_is_back(open_context, course):
    context = open_context()
    page = context.new_page()
    start(page, course)
    attempt = begin_attempt(page, course)
    item = item_of_kind(course, attempt, "single")
    page.goto(url("records:question", attempt.key, item.position))
    answer = right_answer(question_of(course, item))

    context.set_offline(True)
    choose(page, answer["choice"])
    page.wait_for_selector('[data-saved][data-state="unsent"]')
    assert "Not sent yet" in page.locator("[data-saved]").inner_text()
    assert page.locator(f'[value="{answer["choice"]}"]').is_checked()
    item.refresh_from_db()
    assert item.answer is None

    context.set_offline(False)
    wait_until_saved(page)
    item.refresh_from_db()
    assert item.answer == answer
    page.reload()
    assert page.locator(f'[value="{answer["choice"]}"]').is_checked()


def test_of_two_tabs_the_last_answer_stands_and_both_see_it(open_context, course):
    context = open_context()
    one, other = context.new_page(), context.new_page()
    start(one, course)
    attempt = begin_attempt(one, course)
    item = item_of_kind(course, attempt, "single")
    question = question_of(course, item)
    first, last = wrong_answer(question)["choice"], right_answer(question)["choice"]
    for tab in (one, other):
        tab.goto(url("records:question", attempt.key, item.position))

    choose(one, first)
    wait_until_saved(one)
    other.wait_for_selector('[data-saved][data-state="old"]')
    choose(other, last)
    wait_until_saved(other)
    one.wait_for_selector('[data-saved][data-state="old"]')

    item.refresh_from_db()
    assert item.answer == {"choice": last}
    for tab in (one, other):
        tab.reload()
        assert tab.locator(f'[value="{last}"]').is_checked()
        assert not tab.locator(f'[value="{first}"]').is_checked()


def test_a_change_of_language_keeps_the_attempt_and_its_answers(page, course):
    start(page, course)
    attempt = begin_attempt(page, course)
    item = item_of_kind(course, attempt, "single")
    page.goto(url("records:question", attempt.key, item.position))
    answer = right_answer(question_of(course, item))
    choose(page, answer["choice"])
    wait_until_saved(page)
    assert "Question" in page.locator("[data-question] legend").inner_text()

    page.locator(".languages").get_by_role("link", name="Español").click()
    page.wait_for_url(f"**{url('records:question', attempt.key, item.position, code='es')}")
    assert "Pregunta" in page.locator("[data-question] legend").inner_text()
    assert page.locator(f'[value="{answer["choice"]}"]').is_checked()
    assert Attempt.objects.get() == attempt
    item.refresh_from_db()
    assert item.answer == answer


# --- Every page ----------------------------------------------------------------------------------------------------


def plain_pages(course, code="en") -> dict:
    return {
        "home": course.homes[code].get_url(),
        "catalogue": course.catalogs[code].get_url(),
        "course": course.pages[code].get_url(),
        "lesson": course.lessons[code][0].get_url(),
        "numbers": url("hotlines:help", code=code),
        "sign-in": url("account_login", code=code),
        "verify": url("records:verify", code=code),
    }


def question_pages(attempt, code="en") -> dict:
    return {
        f"question {item.position}": url("records:question", attempt.key, item.position, code=code)
        for item in attempt.items.all()
    }


@pytest.mark.parametrize("width", [390, 320])
def test_no_page_scrolls_sideways_on_a_small_screen(open_context, course, width):
    page = open_context(viewport={"width": width, "height": 844}).new_page()
    start(page, course)
    attempt = begin_attempt(page, course)
    too_wide = {}
    for name, address in (plain_pages(course) | question_pages(attempt)).items():
        assert page.goto(address).status == 200, name
        taken, given = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        if taken > given:
            too_wide[name] = taken
    assert not too_wide


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed: npm ci")
@pytest.mark.parametrize("code", ["en", "ar-xb"])
def test_axe_finds_nothing(open_context, transactional_db, code):
    course = make_course(["en", "ar-xb"], question_count=8)
    page = open_context(bypass_csp=True).new_page()
    start(page, course)
    attempt = begin_attempt(page, course)
    source, found = AXE.read_text(), {}

    def look(name, address):
        assert page.goto(address).status == 200, name
        assert page.locator("html").get_attribute("dir") == ("ltr" if code == "en" else "rtl"), name
        page.evaluate(source)
        told = page.evaluate("axe.run({resultTypes: ['violations']})")
        assert told["passes"], name
        if told["violations"]:
            found[name] = [(v["id"], [node["html"][:160] for node in v["nodes"]][:3]) for v in told["violations"]]

    for name, address in plain_pages(course, code).items():
        look(name, address)
    for kind in ("multiple", "ordering", "scenario"):
        item = item_of_kind(course, attempt, kind)
        look(kind, url("records:question", attempt.key, item.position, code=code))
    page.goto(url("records:submit", attempt.key))
    page.get_by_role("button", name="Hand in now").click()
    page.wait_for_url("**/result/")
    look("result", url("records:result", attempt.key, code=code))
    assert not found, json.dumps(found, indent=1, ensure_ascii=False)


def is_font(response) -> bool:
    """Fonts are fetched once per machine; without them the pages show the system's."""
    return response.request.resource_type == "font"


def test_no_page_asks_anybody_else_for_anything(page, course, asked, live_server):
    start(page, course)
    attempt = begin_attempt(page, course)
    failed = []
    page.on(
        "response", lambda response: response.status >= 400 and not is_font(response) and failed.append(response.url)
    )
    for address in (plain_pages(course) | question_pages(attempt)).values():
        page.goto(address)
    assert not failed
    assert any(address.endswith(".css") for address in asked) and any(address.endswith(".js") for address in asked)
    assert {urlsplit(address).netloc for address in asked} == {urlsplit(live_server.url).netloc}


# --- Leaving -------------------------------------------------------------------------------------------------------


@pytest.fixture
def elsewhere(settings):
    """Another site, where quick exit leads."""

    class Weather(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<title>Weather</title>")

        def log_message(self, *words):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Weather)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    settings.QUICK_EXIT_URL = f"http://127.0.0.1:{server.server_port}/"
    yield settings.QUICK_EXIT_URL
    server.shutdown()
    thread.join()
    server.server_close()


def test_shift_pressed_three_times_leaves_the_site(page, course, elsewhere):
    page.goto(course.lesson.get_url())
    for _ in range(2):
        page.keyboard.press("Shift")
    assert "Press it once more" in page.locator("body > [role=status]").inner_text()
    page.keyboard.press("Shift")
    page.wait_for_url(elsewhere)
    assert page.title() == "Weather"
    page.go_back()
    assert page.url == "about:blank"  # the lesson has left no entry in the history
