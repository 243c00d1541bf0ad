"""A small course in English and Spanish with a question of every kind, built without the translation machinery.

`make_course()` returns a `Course`. Keys are derived from slugs, so that every run has the same ones.
"""

import json
import uuid
from dataclasses import dataclass, field

from home.models import HomePage
from wagtail.models import Locale, Page, Site

from courses.models import CatalogPage, Choice, CoursePage, LessonPage, ModulePage, Question, QuestionPool

NAMESPACE = uuid.UUID("6f1c1d3e-0c52-4b1e-9d0e-0d6f1a6f7c11")

WORDS = {
    "en": {
        "home": "Home",
        "catalog": "Courses",
        "course": "Small course",
        "module": "Module",
        "lesson": "Lesson",
        "right": "Right",
        "wrong": "Wrong",
        "harmful": "Confront the trafficker",
        "none": "None of these",
        "stem": "Question",
        "explanation": "Explanation",
        "feedback": "Feedback",
        "left": "Left",
        "match": "Match",
        "step": "Step",
        "statement": "Statement",
        "situation": "Situation",
        "consequence": "Consequence",
        "best": "Best",
        "acceptable": "Acceptable",
        "poor": "Poor",
        "true": "True",
        "false": "False",
        "prose": "Text of the lesson.",
    },
    "es": {
        "home": "Inicio",
        "catalog": "Cursos",
        "course": "Curso pequeño",
        "module": "Módulo",
        "lesson": "Lección",
        "right": "Correcta",
        "wrong": "Incorrecta",
        "harmful": "Confrontar al tratante",
        "none": "Ninguna de estas",
        "stem": "Pregunta",
        "explanation": "Explicación",
        "feedback": "Comentario",
        "left": "Izquierda",
        "match": "Pareja",
        "step": "Paso",
        "statement": "Enunciado",
        "situation": "Situación",
        "consequence": "Consecuencia",
        "best": "Mejor",
        "acceptable": "Aceptable",
        "poor": "Mala",
        "true": "Verdadero",
        "false": "Falso",
        "prose": "Texto de la lección.",
    },
}

# key -> kind, concept, scoring, choices. A choice: (word, number, further fields). Two of them are critical.
QUESTIONS = {
    "single": (
        "single",
        "act",
        "all_or_nothing",
        [
            ("right", 1, {"correct": True}),
            ("wrong", 1, {}),
            ("harmful", 1, {"critical": True}),
            ("none", 1, {"pinned": True}),
        ],
    ),
    "multiple": (
        "multiple",
        "means",
        "partial",
        [("right", 1, {"correct": True}), ("right", 2, {"correct": True}), ("wrong", 1, {}), ("wrong", 2, {})],
    ),
    "true-false": ("true_false", "purpose", "all_or_nothing", [("true", 1, {"correct": True}), ("false", 1, {})]),
    "matching": (
        "matching",
        "force",
        "partial",
        [("left", 1, {}), ("left", 2, {}), ("left", 3, {})],
    ),
    "ordering": (
        "ordering",
        "response",
        "partial",
        [("step", 1, {}), ("step", 2, {}), ("step", 3, {})],
    ),
    "classify": (
        "classify",
        "coercion",
        "right_minus_wrong",
        [
            ("statement", 1, {"category": "force"}),
            ("statement", 2, {"category": "fraud"}),
            ("statement", 3, {"category": "coercion"}),
            ("statement", 4, {"category": "not_required"}),
        ],
    ),
    "scenario": ("scenario", "indicator", "all_or_nothing", []),
    "single-2": ("single", "fraud", "all_or_nothing", [("right", 1, {"correct": True}), ("wrong", 1, {})]),
}
CHECK = "check"


def key_of(*parts) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, "/".join(str(part) for part in parts))


@dataclass
class Course:
    """What `make_course` built. `pages[code]` and friends are keyed by language code."""

    slug: str
    pool: QuestionPool
    homes: dict = field(default_factory=dict)
    catalogs: dict = field(default_factory=dict)
    pages: dict = field(default_factory=dict)
    modules: dict = field(default_factory=dict)
    lessons: dict = field(default_factory=dict)
    questions: dict = field(default_factory=dict)  # code -> key -> Question

    @property
    def page(self) -> CoursePage:
        return self.pages["en"]

    @property
    def key(self) -> uuid.UUID:
        return self.page.translation_key

    @property
    def lesson(self) -> LessonPage:
        return self.lessons["en"][0]


def locale_of(code: str) -> Locale:
    return Locale.objects.get_or_create(language_code=code)[0]


def root_page() -> Page:
    root = Page.get_first_root_node()
    return root or Page.add_root(instance=Page(title="Root", slug="root", locale=locale_of("en")))


def make_home(code: str = "en") -> HomePage:
    """The home page of a locale; the English one is the root of the default site."""
    locale = locale_of(code)
    home = HomePage.objects.filter(locale=locale).first()
    if home is None:
        words = WORDS.get(code, WORDS["en"])
        home = _add(
            root_page(),
            HomePage,
            "home",
            locale,
            slug=f"home-{code}",
            title=words["home"],
            headline="Lodestar",
            lead=words["prose"],
        )
    if code == "en" and not Site.objects.filter(root_page=home).exists():
        Site.objects.all().delete()
        Site.objects.create(hostname="localhost", port=80, root_page=home, is_default_site=True)
    return home


def make_course(
    languages=("en", "es"), *, slug: str = "small", lessons_per_module=(2, 1), question_copies: int = 1, **rules
) -> Course:
    """A course of two modules with lessons and a pool with a question of every kind, in each of `languages`.

    `rules` go to the course page. `question_copies` multiplies the bank: 2 gives each question twice.
    """
    pool = QuestionPool.objects.get_or_create(key=slug, defaults={"name": slug.title()})[0]
    rules = {"question_count": 7, "required_concepts": ["act", "means"], "minutes": 10} | rules
    course = Course(slug, pool)
    for code in languages:
        words, locale = WORDS.get(code, WORDS["en"]), locale_of(code)
        course.homes[code] = make_home(code)
        catalog = CatalogPage.objects.filter(locale=locale).first()
        course.catalogs[code] = catalog or _add(
            course.homes[code], CatalogPage, "catalog", locale, slug="courses", title=words["catalog"]
        )
        course.pages[code] = _add(
            course.catalogs[code],
            CoursePage,
            slug,
            locale,
            slug=slug,
            title=words["course"],
            summary=words["prose"],
            pool=pool,
            **rules,
        )
        course.modules[code], course.lessons[code], course.questions[code] = [], [], {}
        for module_number, lesson_count in enumerate(lessons_per_module, start=1):
            module = _add(
                course.pages[code],
                ModulePage,
                f"{slug}/module-{module_number}",
                locale,
                slug=f"module-{module_number}",
                title=f"{words['module']} {module_number}",
            )
            course.modules[code].append(module)
            for lesson_number in range(1, lesson_count + 1):
                name = f"lesson-{module_number}-{lesson_number}"
                lesson = _add(
                    module,
                    LessonPage,
                    f"{slug}/{name}",
                    locale,
                    slug=name,
                    title=f"{words['lesson']} {module_number}.{lesson_number}",
                    body=json.dumps(
                        [{"type": "prose", "id": str(key_of(name, "prose")), "value": _html(words["prose"])}]
                    ),
                )
                course.lessons[code].append(lesson)
        first = course.lessons[code][0]
        for copy in range(1, question_copies + 1):
            for name in QUESTIONS:
                key = name if copy == 1 else f"{name}-copy-{copy}"
                course.questions[code][key] = make_question(name, code, pool=pool, key=key, lesson=first)
        check = make_question("single", code, pool=pool, key=CHECK, lesson=first, use="check")
        course.questions[code][CHECK] = check
        first.body = json.dumps(
            [
                *first.body.raw_data,
                {"type": "check", "id": str(key_of(slug, "check-block")), "value": {"question": check.pk}},
            ]
        )
        first.save()
    return course


def make_question(name: str, code: str, *, pool, key: str = "", lesson=None, **fields) -> Question:
    """The question `name` of `QUESTIONS` in one language, with the same keys as in every other."""
    kind, concept, scoring, choices = QUESTIONS[name]
    words, locale = WORDS.get(code, WORDS["en"]), locale_of(code)
    key = key or name
    question = Question(
        translation_key=key_of(pool.key, key),
        locale=locale,
        key=f"{pool.key}-{key}",
        pool=pool,
        stem=f"{words['stem']} {key}",
        explanation=f"{words['explanation']} {key}",
        lesson=lesson,
        steps=json.dumps(_steps(f"{pool.key}/{key}", words) if kind == "scenario" else []),
        **({"kind": kind, "concept": concept, "scoring": scoring} | fields),
    )
    question.choices = [
        Choice(
            translation_key=key_of(pool.key, key, number),
            locale=locale,
            sort_order=number,
            text=f"{words[word]} {index}" if len(choices) > 2 else words[word],
            match=f"{words['match']} {index}" if kind == "matching" else "",
            feedback=f"{words['feedback']} {number}",
            **more,
        )
        for number, (word, index, more) in enumerate(choices, start=1)
    ]
    question.save()
    return question


def choice_keys(question: Question) -> list[str]:
    return [str(choice.translation_key) for choice in question.choices.all()]


def option_keys(question: Question) -> list[list[str]]:
    """Keys of a scenario's options, step by step: best, acceptable, poor, harmful."""
    return [[option.id for option in step.value["options"].bound_blocks] for step in question.steps]


def right_answer(question: Question) -> dict:
    """The answer that earns full credit, in the form `AttemptItem.answer` has."""
    choices = list(question.choices.all())
    keys = choice_keys(question)
    right = [key for key, choice in zip(keys, choices, strict=True) if choice.correct]
    return {
        "single": lambda: {"choice": right[0]},
        "true_false": lambda: {"choice": right[0]},
        "multiple": lambda: {"choices": sorted(right)},
        "matching": lambda: {"pairs": {key: key for key in keys}},
        "ordering": lambda: {"order": keys},
        "classify": lambda: {"categories": {key: c.category for key, c in zip(keys, choices, strict=True)}},
        "scenario": lambda: {"path": [options[0] for options in option_keys(question)]},
    }[question.kind]()


def wrong_answer(question: Question) -> dict:
    """An answer that earns nothing and harms nobody."""
    choices = list(question.choices.all())
    keys = choice_keys(question)
    wrong = [key for key, c in zip(keys, choices, strict=True) if not c.correct and not c.critical]
    return {
        "single": lambda: {"choice": wrong[0]},
        "true_false": lambda: {"choice": wrong[0]},
        "multiple": lambda: {"choices": sorted(wrong)},
        "matching": lambda: {"pairs": dict(zip(keys, [*keys[1:], keys[0]], strict=True))},
        "ordering": lambda: {"order": [*keys[1:], keys[0]]},
        "classify": lambda: {
            "categories": {
                key: "fraud" if c.category != "fraud" else "force" for key, c in zip(keys, choices, strict=True)
            }
        },
        "scenario": lambda: {"path": [options[2] for options in option_keys(question)]},
    }[question.kind]()


def _html(text: str) -> str:
    return f"<p>{text}</p>"


def _steps(key: str, words: dict) -> list[dict]:
    """Two steps; in each the options best, acceptable, poor, harmful."""
    return [
        {
            "type": "step",
            "id": str(key_of(key, "step", number)),
            "value": {
                "text": _html(f"{words['situation']} {number}"),
                "options": [
                    {
                        "type": "item",
                        "id": str(key_of(key, "step", number, outcome)),
                        "value": {
                            "text": f"{words[outcome]} {number}",
                            "outcome": outcome,
                            "consequence": f"{words['consequence']} {number} {words[outcome]}",
                            "next": 2 if number == 1 else 0,
                        },
                    }
                    for outcome in ("best", "acceptable", "poor", "harmful")
                ],
            },
        }
        for number in (1, 2)
    ]


def _add(parent, page_type, key: str, locale, **fields):
    fresh = type(parent).objects.get(pk=parent.pk)  # treebeard counts children in the database
    page = page_type(translation_key=key_of("page", key), locale=locale, live=True, **fields)
    return fresh.add_child(instance=page)
