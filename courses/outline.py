"""The tree of a course in one language: modules, lessons, addresses, rules.

Every language has the same lessons: one that is not translated yet stands there in English and says so by `language`.
Made in a constant number of queries and kept near until something public changes.
"""

from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from wagtail_localize.models import StringTranslation

from courses.models import CoursePage, LessonPage, ModulePage
from kernel.near import near


@dataclass(frozen=True)
class Lesson:
    """A lesson as the outline names it. `number` counts through the whole course from 1."""

    key: UUID
    number: int
    title: str
    url: str
    minutes: int
    language: str
    is_machine_draft: bool


@dataclass(frozen=True)
class Module:
    key: UUID
    title: str
    language: str
    lessons: tuple[Lesson, ...]


@dataclass(frozen=True)
class Outline:
    """A course in the language asked for, or in English when it has no words in that language yet."""

    course_key: UUID
    title: str
    url: str
    language: str
    revision: str
    rules: dict = field(hash=False)
    modules: tuple[Module, ...]
    is_machine_draft: bool

    @property
    def lessons(self) -> list[Lesson]:
        return [lesson for module in self.modules for lesson in module.lessons]

    @property
    def has_assessment(self) -> bool:
        return self.rules["pool"] is not None

    def lesson(self, key: UUID | str | None) -> Lesson | None:
        return next((lesson for lesson in self.lessons if str(lesson.key) == str(key)), None)

    def after(self, key: UUID) -> Lesson | None:
        """The lesson that follows, None behind the last one."""
        here = self.lesson(key)
        lessons = self.lessons
        return lessons[here.number] if here and here.number < len(lessons) else None

    def before(self, key: UUID) -> Lesson | None:
        here = self.lesson(key)
        return self.lessons[here.number - 2] if here and here.number > 1 else None


def outline(course_key: UUID, code: str) -> Outline | None:
    """Return the course `course_key` in the language `code`, or None when no such course is published."""
    return near(f"outline:{course_key}:{code}", lambda: _make(course_key, code))


def outlines(course_keys, code: str) -> dict[UUID, Outline]:
    """Return the outlines of several courses by key; courses that are published no longer are left out."""
    found = {key: outline(key, code) for key in course_keys}
    return {key: tree for key, tree in found.items() if tree}


def course_key_of(lesson: LessonPage) -> UUID | None:
    """Return the key of the course a lesson belongs to."""

    def find():
        return CoursePage.objects.ancestor_of(lesson).values_list("translation_key", flat=True).first()

    return near(f"course-of:{lesson.translation_key}", find)


def _make(course_key: UUID, code: str) -> Outline | None:
    codes = [code, settings.LANGUAGE_CODE]
    courses = {
        course.locale.language_code: course
        for course in CoursePage.objects.live()
        .filter(translation_key=course_key, locale__language_code__in=codes)
        .select_related("locale")
    }
    if not courses:
        return None
    source = courses.get(settings.LANGUAGE_CODE) or courses[code]
    shown = courses.get(code, source)
    below = Q()
    for course in courses.values():
        below |= Q(path__startswith=course.path)
    modules = list(ModulePage.objects.live().filter(below).select_related("locale").order_by("path"))
    lessons = list(
        LessonPage.objects.live().filter(below).select_related("locale").defer("body", "objectives").order_by("path")
    )
    drafts = _machine_drafts([course_key, *(page.translation_key for page in [*modules, *lessons])], shown.locale)
    translated = {page.translation_key: page for page in [*modules, *lessons] if page.locale_id == shown.locale_id}
    numbered, number = [], 0
    for module in modules:
        if not module.path.startswith(source.path):
            continue
        rows = []
        for lesson in lessons:
            if lesson.path.startswith(module.path):
                number += 1
                rows.append(_lesson(translated.get(lesson.translation_key, lesson), number, drafts))
        words = translated.get(module.translation_key, module)
        numbered.append(Module(module.translation_key, words.title, words.language, tuple(rows)))
    return Outline(
        course_key=course_key,
        title=shown.title,
        url=shown.get_url() or "",
        language=shown.language,
        revision=str(source.live_revision_id or source.last_published_at or ""),
        rules=source.rules(),
        modules=tuple(numbered),
        is_machine_draft=bool(drafts),
    )


def _lesson(page: LessonPage, number: int, drafts: set) -> Lesson:
    return Lesson(
        key=page.translation_key,
        number=number,
        title=page.title,
        url=page.get_url() or "",
        minutes=page.minutes,
        language=page.language,
        is_machine_draft=page.translation_key in drafts,
    )


def _machine_drafts(keys: list[UUID], locale) -> set[UUID]:
    """Return the keys of pages with at least one string translated by machine."""
    return set(
        StringTranslation.objects.filter(
            context__object_id__in=keys,
            locale=locale,
            translation_type=StringTranslation.TRANSLATION_TYPE_MACHINE,
        ).values_list("context__object_id", flat=True)
    )
