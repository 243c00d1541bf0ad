"""What surrounds every page: language switch, navigation, notices, and nothing about the visitor."""

import json
import re

import pytest
from django.conf import settings
from django.contrib.messages import constants
from django.core.cache import caches
from django.db import connection
from django.template.loader import render_to_string
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from wagtail.models import Locale

from accounts.roles import Role, sync_groups
from courses.models import Definition, GlossaryTerm, Statistic
from home.models import InformationPage
from kernel import languages
from tests.factories.accounts import member, unit
from tests.factories.courses import locale_of, make_course, make_home

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return make_course()


def switch(page: str) -> dict[str, str]:
    """The language switch of a page: language tag -> address."""
    listed = page.split('class="languages__list"', 1)[1].split("</ul>", 1)[0]
    return {tag: url for url, tag in re.findall(r'href="([^"]*)" hreflang="([^"]*)"', listed)}


def text(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_the_switch_leads_to_the_same_page_in_every_language(client, course):
    for page in (course.homes, course.catalogs, course.pages):
        links = switch(text(client, page["en"].url))
        assert links["en"] == page["en"].url and links["es"] == page["es"].url
    lesson = course.lessons["es"][1]
    assert switch(text(client, lesson.url))["en"] == course.lessons["en"][1].url


def test_the_switch_keeps_addresses_that_are_no_pages_of_the_tree(client, course):
    assert switch(text(client, "/en/glossary/?q=debt"))["es"] == "/es/glossary/?q=debt"


def test_languages_are_named_in_themselves_and_carry_language_and_direction(client, course):
    page = text(client, "/en/")
    assert re.search(r'hreflang="es" lang="es" dir="ltr"[^>]*>Español<', page)
    assert re.search(r'hreflang="ar-XB" lang="ar-XB" dir="rtl"', page)


def test_where_a_page_has_no_translation_the_switch_says_so_and_leads_to_the_first_page(client, course):
    course.lessons["es"][0].unpublish()
    page = text(client, course.lessons["en"][0].url)
    assert switch(page)["es"] == "/es/"
    assert re.search(r'href="/es/" hreflang="es"[^>]*title="[^"]+"', page)


def test_a_language_without_pages_shows_the_english_ones_and_says_so(client, course):
    page = text(client, f"/ar-xb{course.page.url.removeprefix('/en')}")
    assert '<html lang="ar-XB" dir="rtl">' in page
    with translation.override("ar-xb"):  # which speaks Arabic where it has no words of its own
        assert gettext("This page is not in this language yet. Its text is shown in English.") in page
    assert f'<h1 lang="en" dir="ltr">{course.page.title}</h1>' in page
    assert 'href="/ar-xb/courses/"' in page


def test_a_page_in_its_own_language_carries_no_such_notice(client, course):
    assert "is not in this language yet" not in text(client, course.page.url)


@pytest.mark.parametrize("address", ["/en/", "/es/courses/", "/en/courses/small/", "/en/search/", "/en/glossary/"])
def test_public_pages_set_no_cookie_and_hold_no_token(client, course, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert not answer.cookies
    assert "csrfmiddlewaretoken" not in answer.content.decode()


def test_every_page_type_renders_with_one_heading_of_the_first_level(client, course):
    about = InformationPage(
        title="About", slug="about", locale=locale_of("en"), body='[{"type": "prose", "value": "<p>x</p>"}]'
    )
    course.homes["en"].add_child(instance=about)
    for page in (*course.homes.values(), *course.catalogs.values(), *course.pages.values(), *course.modules["en"]):
        assert len(re.findall(r"<h1\b", text(client, page.url))) == 1, page
    for page in (*course.lessons["en"], *course.lessons["es"], about):
        assert len(re.findall(r"<h1\b", text(client, page.url))) == 1, page


def test_information_pages_are_linked_at_the_foot_of_every_page(client, course):
    privacy = InformationPage(title="Privacy", slug="privacy", locale=locale_of("en"), body="[]")
    course.homes["en"].add_child(instance=privacy)
    assert f'href="{privacy.url}"' in text(client, "/en/glossary/").split("usa-footer", 1)[1]
    footer = text(client, "/es/glossary/").split("usa-footer", 1)[1]
    assert f'href="{privacy.url}" lang="en"' in footer


def test_an_information_page_that_is_no_longer_published_leaves_the_footer(
    client, course, django_capture_on_commit_callbacks
):
    page = InformationPage(title="Gone soon", slug="gone", locale=locale_of("en"), body="[]")
    course.homes["en"].add_child(instance=page)
    assert "Gone soon" in text(client, "/en/")
    with django_capture_on_commit_callbacks(execute=True):
        page.unpublish()
    assert "Gone soon" not in text(client, "/en/")


@pytest.mark.parametrize("shown", [True, False])
def test_only_a_government_operator_shows_the_official_banner(client, course, shown):
    with override_settings(OPERATOR_IS_US_GOVERNMENT=shown):
        page = text(client, "/en/")
    assert ("An official website of the United States government" in page) is shown
    assert ("This is not a government website." in page) is not shown


def test_the_operator_and_the_contact_stand_at_the_foot(client, course):
    with override_settings(OPERATOR_NAME="Harbour Office", CONTACT_EMAIL="help@office.example"):
        footer = text(client, "/en/").split("usa-footer", 1)[1]
    assert "Harbour Office" in footer and "mailto:help@office.example" in footer


def test_a_lesson_knows_its_place_and_its_neighbours(client, course):
    first, second, third = course.lessons["en"]
    page = text(client, second.url)
    assert "Lesson 2 of 3" in page
    assert f'rel="prev" href="{first.url}"' in page and f'rel="next" href="{third.url}"' in page
    assert 'rel="prev"' not in text(client, first.url)
    last = text(client, third.url)
    assert 'rel="next"' not in last and "You have reached the end" in last
    assert page.count('aria-current="page"') >= 2  # in the outline and in the breadcrumb


def test_the_way_down_to_a_page_is_shown(client, course):
    page = text(client, course.lessons["en"][0].url)
    trail = page.split("usa-breadcrumb__list", 1)[1].split("</ol>", 1)[0]
    assert re.findall(r'href="([^"]*)"', trail) == [
        "/en/",
        "/en/courses/",
        "/en/courses/small/",
        course.modules["en"][0].url,
    ]


def test_a_lesson_asks_the_database_as_often_in_a_long_course_as_in_a_short_one(client):
    counts = []
    for slug, lessons in (("short", (2, 1)), ("long", (15, 15))):
        course = make_course(slug=slug, lessons_per_module=lessons)
        text(client, course.lessons["en"][1].url)  # content types and site root stay known to the process
        caches["near"].clear()
        with CaptureQueriesContext(connection) as seen:
            text(client, course.lessons["en"][1].url)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_shell_of_a_page_seen_a_moment_ago_asks_for_its_language_alone(
    client, course, django_assert_max_num_queries
):
    address = course.lessons["en"][0].url
    text(client, address)
    with django_assert_max_num_queries(14):  # thirteen are Wagtail's own, on its way down the tree
        text(client, address)


def body(course, *blocks) -> str:
    """Put blocks into the first lesson, in English, and return its address."""
    lesson = course.lessons["en"][0]
    lesson.body = json.dumps(
        [{"type": kind, "id": f"id-{n}", "value": value} for n, (kind, value) in enumerate(blocks)]
    )
    lesson.save()
    return lesson.url


def test_the_statute_stands_in_english_beside_plain_words(client, course):
    english = Locale.objects.get(language_code="en")
    entry = Definition.objects.create(
        key="d",
        term="Coercion",
        citation="22 U.S.C. 7102(3)",
        statute="The term means",
        plain="In short",
        locale=english,
    )
    page = text(client, body(course, ("definition", {"definition": entry.pk})))
    assert re.search(r'<blockquote[^>]* lang="en" dir="ltr"[^>]*>\s*<p>The term means', page)
    assert "22 U.S.C. 7102(3)" in page and "In short" in page
    assert "Only the English text is the law." not in page


def test_a_figure_never_stands_without_its_year_source_and_kind(client, course):
    english = Locale.objects.get(language_code="en")
    entry = Statistic.objects.create(
        key="s", claim="Some people", year=2016, publisher="An office", kind="estimate", historical=True, locale=english
    )
    page = text(client, body(course, ("statistic", {"statistic": entry.pk})))
    for words in ("Some people", "2016", "Source: An office", "Estimate", "Historical: newer figures exist"):
        assert words in page


def test_a_harder_text_stays_closed_beside_a_gentler_one(client, course):
    warned = {"warning": "Threats follow.", "body": "<p>Hard words</p>", "alternative": "<p>Gentle words</p>"}
    page = text(client, body(course, ("content_warning", warned)))
    block = page.split("Threats follow.", 1)[1].split("</section>", 1)[0]
    assert "<details open" not in block and block.count("<details") == 2
    assert block.index("Gentle words") < block.index("Hard words")


def test_a_scenario_can_be_walked_by_links_alone(client, course):
    option = {"text": "Ask", "outcome": "best", "consequence": "She answers.", "next": 2}
    end = {"text": "Wait", "outcome": "harmful", "consequence": "He notices.", "next": 0}
    steps = [{"type": "step", "value": {"text": "<p>One</p>", "options": [option, end]}}] * 2
    steps[1] = {"type": "step", "value": {"text": "<p>Two</p>", "options": [end, end]}}
    page = text(client, body(course, ("scenario", {"title": "Lane", "intro": "", "steps": steps})))
    assert 'href="#step-id-0-2"' in page and 'id="step-id-0-2"' in page
    assert "This does harm" in page and "A good choice" in page


def test_the_words_of_a_message_are_shown_as_text():
    class Message:
        level, level_tag = constants.ERROR, "error"

        def __str__(self):
            return "<b>Not saved</b>"

    words = render_to_string("includes/messages.html", {"messages": [Message()]})
    assert "usa-alert--error" in words and "&lt;b&gt;Not saved" in words


@pytest.fixture
def terms():
    make_home()
    for key, term in (("b", "Bondage"), ("a", "Árbol"), ("c", "coercion")):
        GlossaryTerm.objects.create(key=key, term=term, meaning=f"Meaning of {key}", locale=locale_of("en"))


def test_the_glossary_is_in_the_order_of_the_alphabet_by_first_letter(client, terms):
    page = text(client, "/en/glossary/")
    assert re.findall(r'id="letter-(.)"', page) == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("query", "left"), [("arbol", ["a"]), ("MEANING of c", ["c"]), ("zebra", []), ('"', ["a", "b", "c"])]
)
def test_the_glossary_can_be_narrowed_without_scripts(client, terms, query, left):
    answer = client.get("/en/glossary/", {"q": query})
    assert re.findall(r'id="(.)" data-filter-item', answer.content.decode()) == left


def test_a_language_without_terms_shows_the_english_ones_and_says_so(client, terms):
    page = text(client, "/es/glossary/")
    assert 'id="glossary" lang="en" dir="ltr"' in page


def test_robots_are_kept_from_the_admin_and_the_exit(client):
    answer = client.get("/robots.txt")
    assert answer["Content-Type"].startswith("text/plain")
    assert "Disallow: /admin/" in answer.content.decode() and "Disallow: /exit/" in answer.content.decode()


def test_a_script_that_devices_may_lack_is_offered_after_the_page(client, course):
    """Its letters come from this site, in slices that a browser fetches when no font before them has the sign."""
    page = text(client, "/ar-xb/")
    link = '<link rel="stylesheet" href="/static/vendor/noto-sans-arabic/index.css">'
    assert link in page and page.index(link) > page.index("</main>")
    assert "vendor/noto" not in text(client, "/en/")
    assert "vendor/noto" not in text(client, "/ar-xb/numbers/")  # light, whatever the language


def test_all_shipped_scripts_but_those_of_every_device_have_letters():
    """Latin, with Vietnamese, is in Public Sans; Cyrillic is in the fonts of every system."""
    named = json.loads((settings.BASE_DIR / "package.json").read_text())["lodestar"]["vendor"]
    css = (settings.SITE_DIR / "static" / "css" / "site.css").read_text()
    for code, folder in languages.LETTERS.items():
        assert f"{folder}/index.css" in named and f"{folder}/files" in named
        assert f":root:lang({languages.tag(code).removesuffix('-XB')})" in css
    in_other_scripts = {"ar", "hi", "ko", "th", "zh-hans", "zh-hant"}
    assert in_other_scripts == {code for code in languages.SHIPPED if code in languages.LETTERS}


@pytest.mark.parametrize("name", ["directory_exchange:imports", "poster_desk:sheets", "workbench:matrix", "hotline_desk:changes"])
def test_every_screen_of_the_staff_has_a_name_in_the_title(client, course, name):
    sync_groups()
    client.force_login(member(unit("Office"), Role.ADMINISTRATOR))
    page = client.get(reverse(name)).content.decode()
    assert re.search(r"<title>\s*\w[^<]*- Wagtail\s*</title>", page), page[:600]
