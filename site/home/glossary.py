"""The glossary in one language, by first letter."""

import unicodedata
from dataclasses import dataclass

from courses.models import GlossaryTerm
from kernel.languages import tag
from kernel.near import near

SOURCE = "en"


@dataclass(frozen=True)
class Glossary:
    """Terms by letter, in the order of the alphabet. `tag` is the language they are in: English where there are no others."""

    groups: list[tuple[str, list[GlossaryTerm]]]
    tag: str


def glossary(code: str, query: str = "") -> Glossary:
    """Return the terms in the language `code`; only those that contain every word of `query`, if given."""
    shown, terms = near(f"glossary:{code}", lambda: _terms(code))
    words = [plain(word) for word in query.split()]
    grouped = {}
    for term in terms:
        if all(word in plain(f"{term.term} {term.meaning}") for word in words):
            grouped.setdefault(_letter(term.term), []).append(term)
    return Glossary(list(grouped.items()), tag(shown))


def _terms(code: str) -> tuple[str, list[GlossaryTerm]]:
    terms = list(GlossaryTerm.objects.filter(locale__language_code=code, live=True))
    if not terms and code != SOURCE:
        return _terms(SOURCE)
    return code, sorted(terms, key=lambda term: plain(term.term))


def plain(text: str) -> str:
    """Return the text in small letters and without accents, so that `coacción` is found by `coaccion`."""
    return "".join(mark for mark in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(mark))


def _letter(term: str) -> str:
    first = next((mark for mark in plain(term) if mark.isalnum()), "#")
    return first.upper()
