"""Search answers whatever is typed: the right pages, nothing, or a sentence, never a fault."""

import logging

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale

from courses.models import GlossaryTerm
from home import search
from tests.factories.courses import make_course

pytestmark = pytest.mark.django_db


def ask(client, query, *, code="en", method="post"):
    return getattr(client, method)(f"/{code}/search/", {"q": query})


@pytest.fixture
def course(search_index):
    return make_course()


HOSTILE = [
    '"',
    "'",
    "\x00",
    " ",
    "\n",
    "\t\r\n",
    "*",
    "a*",
    "AND",
    "a AND",
    "NOT",
    "NEAR(a b)",
    "a OR",
    "title:lesson",
    "{a b}:c",
    "^a",
    "-",
    "--",
    "(",
    ")",
    "((((",
    "'; DROP TABLE wagtailcore_page; --",
    "%",
    "_",
    "\\",
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "e\u0301" * 50,
    "\u202e\u200f",
    "عربي",
    "x" * 5000,
    "word " * 700,
    "a b c " * 300,
]


@pytest.mark.parametrize("method", ["get", "post"])
def test_whatever_is_typed_gets_a_page(client, course, method):
    answers = {query: ask(client, query, method=method) for query in HOSTILE}
    assert {query: answer.status_code for query, answer in answers.items() if answer.status_code != 200} == {}
    assert [query for query, answer in answers.items() if "Search cannot answer" in answer.content.decode()] == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  two   words ", "two words"),
        ("co-worker don't", "co-worker don't"),
        ('"quoted"', "quoted"),
        ("a\x00b", "a b"),
        ("a_b", "a b"),
        ("coacción", "coacción"),
        ("---", ""),
        ("", ""),
        ("x" * 200, "x" * 200),
        ("x" * 201, "x" * 200),
        (" ".join(["w"] * 20), " ".join(["w"] * 20)),
        (" ".join(["w"] * 21), " ".join(["w"] * 20)),
    ],
)
def test_a_query_keeps_its_words_and_nothing_else(typed, kept):
    assert search.clean(typed) == kept


def test_pages_of_the_language_asked_for_are_found(client, course):
    words = ask(client, "pequeño", code="es").content.decode()
    assert course.pages["es"].url in words
    assert course.pages["en"].url not in words
    assert course.pages["en"].url in ask(client, "Small course").content.decode()


def test_a_page_that_is_not_live_is_not_found(client, course):
    lesson = course.lessons["en"][0]
    assert lesson.url in ask(client, lesson.title).content.decode()
    lesson.unpublish()
    assert lesson.url not in ask(client, lesson.title).content.decode()


def test_glossary_terms_are_found_by_their_name(client, course):
    GlossaryTerm.objects.create(
        key="peonage", term="Peonage", meaning="Forced work for a debt.", locale=Locale.objects.get(language_code="en")
    )
    assert "#peonage" in ask(client, "peonage").content.decode()
    assert "#peonage" not in ask(client, "peonage", code="es").content.decode()


def test_nothing_found_and_nothing_typed_are_told_apart(client, course):
    assert "Nothing found for “zebra”." in ask(client, "zebra").content.decode()
    assert "Write at least one word." in ask(client, "?!").content.decode()
    plain = client.get("/en/search/").content.decode()
    assert "Nothing found" not in plain and "Write at least one word." not in plain


def test_a_query_is_shown_as_text(client, course):
    assert "<script>" not in ask(client, "<script>alert(1)</script>").content.decode().split("<main", 1)[1]


def test_a_database_that_cannot_search_is_told_in_words(client, course, monkeypatch, caplog):
    def broken(*args):
        raise OperationalError("fts5: syntax error")

    monkeypatch.setattr(search, "_pages", broken)
    with caplog.at_level(logging.WARNING):
        answer = ask(client, "privateword")
    assert answer.status_code == 200
    assert "Search cannot answer at the moment." in answer.content.decode()
    assert "privateword" not in caplog.text


def test_search_is_kept_out_of_indexes_and_caches(client, course):
    answer = ask(client, "lesson", method="get")
    assert answer["X-Robots-Tag"] == "noindex"
    assert "no-store" in answer["Cache-Control"]


def test_the_form_posts_without_a_token_so_that_no_word_gets_into_an_address(course):
    strict = Client(enforce_csrf_checks=True)
    page = strict.get("/en/search/")
    assert 'method="post"' in page.content.decode() and not page.cookies
    assert strict.post("/en/search/", {"q": "lesson"}).status_code == 200


def test_search_asks_the_database_as_often_for_many_pages_as_for_few(
    client, search_index, django_assert_max_num_queries
):
    make_course(lessons_per_module=(12, 12))
    with django_assert_max_num_queries(45):
        ask(client, "lesson")


def test_the_search_page_has_the_address_others_link_to():
    assert reverse("home:search").endswith("/search/")
