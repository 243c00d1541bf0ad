"""Search over pages and glossary terms of one language.

A query is cleaned before it reaches the database: SQLite's full-text search raises on quotes, NUL, blanks and very long
queries, and builds a tree as deep as there are words.
"""

import logging
import re
import unicodedata
from dataclasses import dataclass

from django.db import DatabaseError, transaction
from django.utils.translation import gettext, gettext_lazy
from wagtail.models import Locale, Page

from courses.models import CatalogPage, CoursePage, GlossaryTerm, LessonPage, ModulePage
from home.models import HomePage, InformationPage
from home.navigation import SOURCE, navigation

log = logging.getLogger(__name__)
MAX_CHARACTERS = 200
MAX_WORDS = 20
MAX_RESULTS = 40
MAX_TERMS = 5
KINDS = {
    CatalogPage: gettext_lazy("Courses"),
    CoursePage: gettext_lazy("Course"),
    ModulePage: gettext_lazy("Module"),
    LessonPage: gettext_lazy("Lesson"),
    InformationPage: gettext_lazy("Information"),
    HomePage: gettext_lazy("Home page"),
}


@dataclass(frozen=True)
class Result:
    title: str
    url: str
    kind: str
    text: str
    place: str


@dataclass(frozen=True)
class Results:
    pages: list[Result]
    terms: list[GlossaryTerm]
    failed: bool = False

    @property
    def count(self) -> int:
        return len(self.pages) + len(self.terms)


def clean(typed: str) -> str:
    """Return the words of a query, single-spaced: at most 200 characters and 20 words, nothing but letters and digits.

    Empty when nothing to search for is left.
    """
    text = unicodedata.normalize("NFC", typed[: MAX_CHARACTERS * 4])[:MAX_CHARACTERS]
    return " ".join(re.findall(r"[^\W_]+(?:[’'\-][^\W_]+)*", text)[:MAX_WORDS])


def find(query: str, code: str) -> Results:
    """Return what fits a cleaned query. A database that cannot answer yields `failed`, never an error page."""
    try:
        with transaction.atomic():
            return Results(_pages(query, code), _terms(query, code))
    except (DatabaseError, RecursionError, AttributeError, ValueError) as error:  # seen in the search back ends
        log.warning("search failed: %s", type(error).__name__)  # the words themselves are never logged
        return Results([], [], failed=True)


def _pages(query: str, code: str) -> list[Result]:
    code = code if navigation(code).has_tree else SOURCE  # a language without pages shows the English ones
    locale = Locale.objects.filter(language_code=code).first()  # the index filters by fields of the page alone
    pages = Page.objects.live().public().filter(locale=locale).specific()
    words = query.replace("-", " ").replace("’", " ").replace("'", " ")
    found = list(pages.search(words, operator="and")[:MAX_RESULTS]) or list(
        pages.search(words, operator="or")[:MAX_RESULTS]
    )
    places = dict(CoursePage.objects.live().filter(locale__language_code=code).values_list("path", "title"))
    return [
        Result(
            title=page.title,
            url=page.url,
            kind=str(KINDS.get(type(page), gettext("Page"))),
            text=page.search_description or getattr(page, "summary", "") or getattr(page, "lead", ""),
            place=next(
                (title for path, title in places.items() if page.path.startswith(path) and page.path != path), ""
            ),
        )
        for page in found
        if page.url
    ]


def _terms(query: str, code: str) -> list[GlossaryTerm]:
    terms = GlossaryTerm.objects.filter(locale__language_code=code, live=True)
    for word in query.split():
        terms = terms.filter(term__icontains=word)
    return list(terms.order_by("term")[:MAX_TERMS])
