"""Terms with the translation they should have, and words that mean something else and must not be used.

`data/glossary.csv` has columns term_id, term_en, lang, translation, status (official, secondary, weak, unverified),
source_title, source_url, source_asof, note; `data/forbidden.csv` has lang, word, unless_source_has, reason.
"""

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rapidfuzz import fuzz

FOLDER = Path(__file__).parent / "data"
ALIKE_PERCENT = 80  # an inflected form of a term is at least this much like it
# How a term appears in English text where its own words do not stand as they are.
ENGLISH = {
    "human-trafficking": r"human trafficking|trafficking in persons",
    "smuggling": r"smuggling|smuggled|smugglers?",
    "force": r"force, fraud|by force|\bforce and\b",
    "nhth": r"National Human Trafficking Hotline",
    "24-7": r"24 hours a day",
    "text-line": r"text line|text message",
    "toll-free": r"toll.free|free call",
    "peonage": r"peonage",
}
LEFT_OUT = {"help", "force", "fraud", "victim", "indicator", "text-line", "confidential", "hotline", "survivor"}


@dataclass(frozen=True)
class Term:
    """One term in one language. `words` are the accepted translations, the first preferred."""

    id: str
    english: str
    words: tuple[str, ...]
    status: str
    note: str
    source: str
    pattern: re.Pattern
    is_required: bool


@dataclass(frozen=True)
class Forbidden:
    word: str
    unless: str
    reason: str


def folded(text: str) -> str:
    """For comparing: one form of each sign, lower case, no invisible marks."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in text if unicodedata.category(sign) != "Cf")


def keys(code: str) -> list[str]:
    """The glossary's codes for one of ours: `pt` for `pt-br`, `zh-Hans` for `zh-hans`."""
    code = code.lower()
    return [code, code.split("-")[0]] if not code.startswith("zh") else [code]


@lru_cache(maxsize=64)
def terms(code: str) -> tuple[Term, ...]:
    """Every term that has a translation in the language."""
    found = []
    for row in _rows("glossary.csv"):
        if row["lang"].lower() in keys(code) and row["translation"]:
            found.append(_term(row))
    return tuple(found)


def _term(row: dict) -> Term:
    english = re.sub(r"\(.*?\)\s*", "", row["term_en"]).strip()
    words = [part.strip() for part in re.split(r"\s*/\s*", row["translation"])]
    words += re.findall(
        r"\"([^\"]+)\" is (?:the usual|also)|UN (?:treaty )?term(?: for smuggling)?: ([^.\"]+)", row["note"]
    )
    flat = [part for word in words for part in ([word] if isinstance(word, str) else word) if part]
    pattern = ENGLISH.get(row["term_id"]) or r"\b" + re.escape(english) + r"s?\b"
    return Term(
        id=row["term_id"],
        english=english,
        words=tuple(dict.fromkeys(flat)),
        status=row["status"],
        note=row["note"],
        source=row["source_title"],
        pattern=re.compile(pattern, re.IGNORECASE),
        is_required=row["term_id"] not in LEFT_OUT,
    )


@lru_cache(maxsize=64)
def forbidden(code: str) -> tuple[Forbidden, ...]:
    return tuple(
        Forbidden(row["word"], row["unless_source_has"], row["reason"])
        for row in _rows("forbidden.csv")
        if row["lang"].lower() in keys(code)
    )


@lru_cache(maxsize=4)
def _rows(name: str) -> list[dict]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def hits(source: str, code: str) -> list[Term]:
    """Terms that stand in an English text, for the translator to see."""
    return [term for term in terms(code) if term.pattern.search(source)]


def missing(source: str, text: str, code: str) -> list[Term]:
    """Required terms of the source that the translation has in no accepted form."""
    said = folded(text)
    return [
        term
        for term in hits(source, code)
        if term.is_required and not any(_has(said, folded(word)) for word in term.words)
    ]


def _has(said: str, word: str) -> bool:
    """Whether a term stands in a text, inflected or by its first word (`trata` for `trata de personas`)."""
    first = word.split()[0]
    return (
        word in said
        or len(first) > 4
        and first in said
        or len(word) > 3
        and fuzz.partial_ratio(word, said) >= ALIKE_PERCENT
    )


def wrong(source: str, text: str, code: str) -> list[Forbidden]:
    """Forbidden words in a translation of `source`; where the source speaks of smuggling, its words are right."""
    said, english = folded(text), source.casefold()
    return [
        entry
        for entry in forbidden(code)
        if folded(entry.word) in said and not (entry.unless and entry.unless in english)
    ]
