"""How each kind of starter object is written from its words."""

import json
from functools import partial

from courses.models import (
    CatalogPage,
    Choice,
    CoursePage,
    Definition,
    GlossaryTerm,
    LessonPage,
    ModulePage,
    Question,
    Statistic,
)
from courses.starter.blocks import References, lesson_body, objectives, steps, tidy
from kernel.starter import Kind, stable_key

RULES = [rule for rule in CoursePage.RULES if rule not in {"pool", "minutes"}]


def plain(instance, words, *, fields, key: str = "") -> None:
    """Copy `fields` as they are; `key` names the field that takes the entry's id."""
    for name in fields:
        value = words.get(name)
        setattr(instance, name, tidy(value) if isinstance(value, str) or value is None else value)
    if key:
        setattr(instance, key, words.get("key") or words["id"])


def _snippet(label, model, *fields) -> Kind:
    return Kind(label, model, ("key", *fields), partial(plain, fields=fields, key="key"))


SOURCE_FIELDS = ("source_url", "as_of", "confidence")
DEFINITION = _snippet("Definitions", Definition, "term", "citation", "statute", "plain", *SOURCE_FIELDS)
GLOSSARY_TERM = _snippet("Glossary terms", GlossaryTerm, "term", "meaning")
CATALOG = Kind(
    "Pages",
    CatalogPage,
    ("title", "introduction"),
    partial(plain, fields=("title", "introduction")),
)
MODULE = Kind("Modules", ModulePage, ("title", "summary"), partial(plain, fields=("title", "summary")))


def fill_statistic(statistic, words) -> None:
    plain(statistic, words, fields=("claim", "note", "publisher", "kind", *SOURCE_FIELDS), key="key")
    statistic.year, statistic.historical = words["year"], bool(words.get("historical"))


STATISTIC = Kind(
    "Statistics",
    Statistic,
    ("key", "claim", "note", "publisher", "kind", "year", "historical", *SOURCE_FIELDS),
    fill_statistic,
)


def course(references: References) -> Kind:
    def fill(page, words) -> None:
        plain(page, words, fields=("title", "summary", "who_for", "introduction", "minutes"))
        page.pool_id = references.find("pool", words["key"])
        for rule, value in words["rules"].items():
            setattr(page, rule, value)

    fields = ("title", "summary", "who_for", "introduction", "minutes", "pool", *RULES)
    return Kind("Courses", CoursePage, fields, fill)


def lesson(references: References) -> Kind:
    def fill(page, words) -> None:
        plain(page, words, fields=("title", "minutes"))
        place = f"lesson/{page.translation_key}"
        page.objectives = json.dumps(objectives(place, words["objectives"]))
        page.body = json.dumps(lesson_body(place, words["body"], references))

    return Kind("Lessons", LessonPage, ("title", "minutes", "objectives", "body"), fill)


def question(references: References, pool: str) -> Kind:
    def fill(question, words) -> None:
        plain(question, words, fields=("kind", "concept", "use", "stem", "explanation"), key="key")
        question.scoring = words.get("scoring", "all_or_nothing")
        question.pool_id = references.find("pool", pool)
        question.lesson_id = references.find("lesson", words["lesson"])
        question.part = _part(question.lesson, words["part"]) if words.get("part") else ""
        place = f"question/{words['key']}"
        question.steps = json.dumps(steps(place, words.get("steps", [])))
        present = {choice.translation_key: choice.pk for choice in question.choices.all()} if question.pk else {}
        question.choices = [
            _choice(question, stable_key(place, "choice", number), number, choice, present)
            for number, choice in enumerate(words.get("choices", []), start=1)
        ]

    fields = ("key", "kind", "concept", "use", "scoring", "stem", "explanation", "pool", "lesson", "part", "steps", "choices")
    return Kind("Questions", Question, fields, fill)


def _part(lesson, path: str) -> str:
    """The id of the block that `lesson_body` makes at `path`: its kind, with what it points at, and its number."""
    return str(stable_key(f"lesson/{lesson.translation_key}", path)) if lesson else ""


def _choice(question, key, number: int, words, present) -> Choice:
    choice = Choice(pk=present.get(key), translation_key=key, locale=question.locale, sort_order=number)
    plain(choice, words, fields=("text", "match", "feedback", "category"))
    for flag in ("correct", "critical", "pinned"):
        setattr(choice, flag, bool(words.get(flag)))
    return choice
