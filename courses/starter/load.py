"""Put the starter courses and what they refer to into the database. Stages: references, then course by course."""

from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from courses.models import QuestionPool
from courses.starter import kinds
from courses.starter.blocks import References
from hotlines.models import Hotline
from kernel.languages import tag
from kernel.starter import SOURCE, Loader, StarterProblem, Untranslated, merged, page_of, read

FOLDER = Path(__file__).parent
COURSES = ("awareness", "port")
CATALOG_KEY = "catalog"


@dataclass
class Words:
    """Everything the files say, by language; translations already merged over the English."""

    catalog: dict[str, dict]
    facts: dict[str, dict]
    remarks: dict[str, str]  # glossary id -> how sure the translation of the term is
    courses: dict[str, dict[str, dict]]
    questions: dict[str, dict[str, list]]

    def count(self) -> int:
        """How many objects there are, counted once per language."""
        total = len(self.catalog)
        for facts in self.facts.values():
            total += sum(len(entries) for entries in facts.values())
        for by_language in self.courses.values():
            for course in by_language.values():
                total += 1 + sum(1 + len(module["lessons"]) for module in course["modules"])
        return total + sum(len(listed) for languages in self.questions.values() for listed in languages.values())


def languages_of(folder: Path, stem: str, languages: list[str], *, drop=lambda content: None) -> dict:
    """Read `stem.en.yaml` and the same in each of `languages` there is (`stem.pt-BR.yaml`), merged over the English.

    What a file leaves out is `Untranslated`: it stays English on the site.
    """
    source = read(folder / f"{stem}.{SOURCE}.yaml")
    found = {SOURCE: source}
    for code in languages:
        path = folder / f"{stem}.{tag(code)}.yaml"
        if path.exists():
            content = read(path)
            drop(content)
            found[code] = merged(source, content, f"{folder.name}/{path.name}")
    return found


def read_words(languages: list[str]) -> Words:
    remarks: dict[str, str] = {}

    def take_status(content) -> None:
        for term in content.get("glossary") or []:
            if (status := term.pop("status", "official")) != "official":
                remarks[term["id"]] = status

    return Words(
        catalog=languages_of(FOLDER, "catalog", languages),
        facts=languages_of(FOLDER, "facts", languages, drop=take_status),
        remarks=remarks,
        courses={slug: languages_of(FOLDER / slug, "course", languages) for slug in COURSES},
        questions={slug: languages_of(FOLDER / slug, "questions", languages) for slug in COURSES},
    )


def by_language(found: dict, *path) -> dict:
    """The same entry in every language that has words for it: `by_language(facts, "definitions", 3)`."""
    result = {}
    for code, content in found.items():
        for step in path:
            content = content[step]
        if not isinstance(content, Untranslated):
            result[code] = content
    return result


@transaction.atomic
def load_references(loader: Loader, words: Words) -> References:
    """Definitions, statistics and glossary terms."""
    references = References(hotline=hotline_keys())
    for group, kind, found in (
        ("definitions", kinds.DEFINITION, references.definition),
        ("statistics", kinds.STATISTIC, references.statistic),
        ("glossary", kinds.GLOSSARY_TERM, {}),
    ):
        for number, entry in enumerate(words.facts[SOURCE][group]):
            key = f"{group}/{entry['id']}"
            instance, outcome = loader.write(kind, key, entry)
            translations = by_language(words.facts, group, number)
            remark = words.remarks.get(entry["id"], "") if group == "glossary" else ""
            loader.translate(kind, key, instance, outcome, translations, remark=f"{remark} term" if remark else "")
            found[entry["id"]] = instance and instance.pk
    return references


def hotline_keys() -> dict[str, int | None]:
    return dict(Hotline.objects.values_list("code", "pk"))


@transaction.atomic
def load_catalog(loader: Loader, words: Words, parent_key: str) -> None:
    titles = {code: found["title"] for code, found in words.catalog.items()}
    loader.plant(kinds.CATALOG, CATALOG_KEY, parent_key, "courses", titles)
    instance, outcome = loader.write(kinds.CATALOG, CATALOG_KEY, words.catalog[SOURCE])
    loader.translate(kinds.CATALOG, CATALOG_KEY, instance, outcome, words.catalog)


@transaction.atomic
def load_course(loader: Loader, words: Words, slug: str, references: References) -> None:
    """One course whole, or nothing of it: pages get their places, then questions, then lessons, then the course."""
    course, questions = words.courses[slug], words.questions[slug]
    pool, _created = QuestionPool.objects.get_or_create(key=slug, defaults={"name": course[SOURCE]["title"]})
    references.pool[slug] = pool.pk
    course_kind, lesson_kind = kinds.course(references), kinds.lesson(references)
    question_kind = kinds.question(references, slug)
    course_key = f"course/{slug}"

    def titles(*path):
        return {code: entry["title"] for code, entry in by_language(course, *path).items()}

    loader.plant(course_kind, course_key, CATALOG_KEY, slug, titles())
    modules, lessons = {}, {}
    for module_number, module in enumerate(course[SOURCE]["modules"]):
        module_path = ("modules", module_number)
        module_key = f"{course_key}/{module['key']}"
        modules[module_key] = module_path
        loader.plant(kinds.MODULE, module_key, course_key, module["key"], titles(*module_path))
        for lesson_number, lesson in enumerate(module["lessons"]):
            lesson_path = (*module_path, "lessons", lesson_number)
            lesson_key = f"{module_key}/{lesson['key']}"
            lessons[lesson_key] = lesson_path
            loader.plant(lesson_kind, lesson_key, module_key, lesson["key"], titles(*lesson_path))
            page = page_of(lesson_key, loader.locales[SOURCE])
            references.lesson[f"{module['key']}/{lesson['key']}"] = page and page.pk

    for number, question in enumerate(questions[SOURCE]):
        key = f"question/{question['key']}"
        instance, outcome = loader.write(question_kind, key, question)
        loader.translate(question_kind, key, instance, outcome, by_language(questions, number))
        references.question[question["key"]] = instance and instance.pk
    for key, path in lessons.items():
        _write_page(loader, lesson_kind, key, by_language(course, *path))
    for key, path in modules.items():
        _write_page(loader, kinds.MODULE, key, _without(by_language(course, *path), "lessons"))
    _write_page(loader, course_kind, course_key, _without(course, "modules"))


def _without(found: dict[str, dict], name: str) -> dict[str, dict]:
    return {code: {k: v for k, v in words.items() if k != name} for code, words in found.items()}


def _write_page(loader: Loader, kind, key: str, words: dict[str, dict]) -> None:
    try:
        instance, outcome = loader.write(kind, key, words[SOURCE])
        loader.translate(kind, key, instance, outcome, words)
    except StarterProblem as problem:
        raise StarterProblem(f"{key}: {problem}") from problem
