"""Read the starter words with a critical eye before anything is loaded. Every problem names its file and its key."""

import re
from collections.abc import Iterator
from types import SimpleNamespace

from courses.concepts import Category, Concept, Kind, Outcome, Scoring, Use
from courses.faults import fault_of
from courses.forms import NO_PROSE, typed_numbers
from courses.starter.blocks import POINTERS, WRITERS, parts_in, tidy
from courses.starter.kinds import RULES
from kernel.starter import SOURCE

TAG = re.compile(r"<(/?)([a-z0-9]+)>")
TAGS = {"h2", "h3", "p", "ul", "ol", "li", "b", "i"}
# In Spanish, trafficking in persons is "trata"; "tráfico" is the smuggling of migrants.
FORBIDDEN = {"es": re.compile(r"tráfico de personas|víctimas? del? tráfico|traficantes? de personas", re.IGNORECASE)}
NEEDED = {
    "question": ("key", "kind", "concept", "lesson", "use", "stem", "explanation"),
    "lesson": ("key", "title", "minutes", "objectives", "body"),
    "module": ("key", "title", "summary", "lessons"),
    "course": ("key", "title", "summary", "introduction", "minutes", "rules", "modules"),
    "definition": ("id", "term", "citation", "plain", "source_url", "as_of", "confidence"),
    "statistic": ("id", "claim", "year", "publisher", "kind", "note", "source_url", "as_of", "confidence"),
    "glossary": ("id", "term", "meaning"),
}
MOST = {"stem": 1500, "explanation": 1500, "text": 300, "match": 300, "feedback": 600}  # characters


def problems(words, pages: dict[str, dict], hotlines: set[str]) -> list[str]:
    """Return a sentence for everything that is wrong with the starter words."""
    return [
        *_facts(words.facts),
        *(problem for slug in words.courses for problem in _course(words, slug, hotlines)),
        *(problem for code, found in pages.items() for problem in _texts(f"pages.{code}.yaml", code, found)),
    ]


def _facts(facts: dict[str, dict]) -> Iterator[str]:
    source = facts[SOURCE]
    for group, kind in (("definitions", "definition"), ("statistics", "statistic"), ("glossary", "glossary")):
        yield from _doubles("facts.en.yaml", [entry.get("id") for entry in source[group]])
        for entry in source[group]:
            yield from _missing("facts.en.yaml", kind, entry)
            if entry.get("confidence", "high") in {"low", "unverified"}:
                yield f"facts.en.yaml, {entry['id']}: a fact that is not sure is not published."
    for code, found in facts.items():
        yield from _texts(f"facts.{code}.yaml", code, found)


def _course(words, slug: str, hotlines: set[str]) -> Iterator[str]:
    file, course, questions = f"{slug}/course.en.yaml", words.courses[slug][SOURCE], words.questions[slug][SOURCE]
    known = {
        "definition": {entry["id"] for entry in words.facts[SOURCE]["definitions"]},
        "statistic": {entry["id"] for entry in words.facts[SOURCE]["statistics"]},
        "check": {question.get("key") for question in questions},
        "hotline": hotlines,
    }
    yield from _missing(file, "course", course)
    yield from (f"{file}, rules: {rule} is missing." for rule in RULES if rule not in course.get("rules", {}))
    lessons, parts = set(), set()
    for module in course.get("modules", []):
        yield from _missing(file, "module", module)
        for lesson in module.get("lessons", []):
            place = f"{module['key']}/{lesson['key']}"
            if place in lessons:
                yield f"{file}, {place}: this key stands there twice."
            lessons.add(place)
            yield from _missing(f"{file}, {place}", "lesson", lesson)
            blocks = lesson.get("body", [])
            for number, block in enumerate(blocks, start=1):
                yield from _block(f"{file}, {place}, block {number}", block, known)
            whole = [block for block in blocks if isinstance(block, dict) and len(block) == 1]
            parts |= {f"{place}: {part}" for part in parts_in(whole)}
    yield from _questions(f"{slug}/questions.en.yaml", questions, lessons, parts)
    for code, found in words.courses[slug].items():
        yield from _texts(f"{slug}/course.{code}.yaml", code, found)
    for code, found in words.questions[slug].items():
        yield from _texts(f"{slug}/questions.{code}.yaml", code, found)
        for question in found:
            yield from _lengths(f"{slug}/questions.{code}.yaml, {question['key']}", question)


def _block(place: str, block: dict, known: dict[str, set]) -> Iterator[str]:
    if not isinstance(block, dict) or len(block) != 1:
        yield f"{place}: a block has one name and its words below it."
        return
    ((name, value),) = block.items()
    if name in POINTERS:
        if value not in known[name]:
            yield f"{place}: there is no {name} “{value}”."
    elif name not in WRITERS:
        yield f"{place}: there is no block called “{name}”."
    elif name == "scenario":
        yield from _steps(place, value.get("steps", []))


def _steps(place: str, steps: list[dict]) -> Iterator[str]:
    if not steps:
        yield f"{place}: a scenario needs at least one step."
    for number, step in enumerate(steps, start=1):
        if len(step.get("options", [])) < 2:
            yield f"{place}, step {number}: give at least two options."
        for option in step.get("options", []):
            target = option.get("next") or 0
            if option.get("outcome") not in Outcome.values:
                yield f"{place}, step {number}: “{option.get('outcome')}” is no outcome."
            if not option.get("consequence"):
                yield f"{place}, step {number}: an option has no consequence."
            if target and not number < target <= len(steps):
                yield f"{place}, step {number}: an option leads to step {target}, which does not come later."


def _questions(file: str, questions: list[dict], lessons: set[str], parts: set[str]) -> Iterator[str]:
    yield from _doubles(file, [question.get("key") for question in questions])
    for question in questions:
        place = f"{file}, {question.get('key')}"
        yield from _missing(place, "question", question)
        for name, values in (
            ("kind", Kind.values),
            ("concept", Concept.values),
            ("use", Use.values),
            ("scoring", Scoring.values),
        ):
            if question.get(name, Scoring.ALL_OR_NOTHING) not in values:
                yield f"{place}: “{question.get(name)}” is no {name}."
        if question.get("lesson") not in lessons:
            yield f"{place}: there is no lesson “{question.get('lesson')}”."
        if "part" in question and f"{question.get('lesson')}: {question['part']}" not in parts:
            yield f"{place}: its lesson has no part “{question['part']}”."
        choices = [SimpleNamespace(**(CHOICE | choice)) for choice in question.get("choices", [])]
        if fault := fault_of(question.get("kind"), choices, len(question.get("steps", []))):
            yield f"{place}: {fault}"
        for choice in choices:
            if not choice.feedback:
                yield f"{place}: the choice “{choice.text[:40]}” has no feedback."
            if choice.category and choice.category not in Category.values:
                yield f"{place}: “{choice.category}” is no category."
        if question.get("kind") == Kind.SCENARIO:
            yield from _steps(place, question.get("steps", []))


CHOICE = {"text": "", "match": "", "category": "", "feedback": "", "correct": False, "critical": False}


def _missing(place: str, kind: str, entry: dict) -> Iterator[str]:
    for name in NEEDED[kind]:
        if entry.get(name) in (None, "", []):
            yield f"{place}, {entry.get('key') or entry.get('id') or '?'}: {name} is missing."


def _doubles(file: str, keys: list) -> Iterator[str]:
    for key in sorted({str(key) for key in keys if keys.count(key) > 1}):
        yield f"{file}, {key}: this key stands there twice."


def _lengths(place: str, question: dict) -> Iterator[str]:
    for entry in [question, *question.get("choices", [])]:
        for name, most in MOST.items():
            if len(tidy(entry.get(name) if isinstance(entry.get(name), str) else "")) > most:
                yield f"{place}: {name} is longer than {most} characters."


def _texts(file: str, code: str, content) -> Iterator[str]:
    """What holds for every text: tags we know that close, no telephone numbers, no forbidden words."""
    for path, text in _walk(content):
        place = f"{file}, {', '.join(path)}"
        if problem := _tags_problem(text):
            yield f"{place}: {problem}"
        if not set(path) & NO_PROSE and (numbers := typed_numbers(text)):
            yield f"{place}: “{numbers[0]}” looks like a telephone number."
        if code in FORBIDDEN and (found := FORBIDDEN[code].search(text)):
            yield f"{place}: “{found.group()}” is the wrong term."


def _walk(content, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(content, dict):
        for name, part in content.items():
            yield from _walk(part, (*path, str(name)))
    elif isinstance(content, list):
        for number, part in enumerate(content, start=1):
            name = part.get("key") or part.get("id") if isinstance(part, dict) else None
            yield from _walk(part, (*path, str(name or number)))
    elif isinstance(content, str):
        yield path, content


def _tags_problem(text: str) -> str:
    opened = []
    for closing, name in TAG.findall(text):
        if name not in TAGS:
            return f"the tag {name} is not allowed."
        if not closing:
            opened.append(name)
        elif not opened or opened.pop() != name:
            return f"the tag {name} closes where it is not open."
    if opened:
        return f"the tag {opened[-1]} is not closed."
    return "a tag cannot be read." if re.search(r"<[a-zA-Z/]", TAG.sub("", text)) else ""
