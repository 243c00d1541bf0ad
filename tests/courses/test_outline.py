"""The outline of a course: order, languages, drafts, and its cost."""

import pytest
from django.core.cache import caches
from wagtail_localize.models import String, StringTranslation, TranslatableObject, TranslationContext

from courses.outline import course_key_of, outline, outlines
from tests.factories.courses import key_of, locale_of, make_course

pytestmark = pytest.mark.django_db


def test_lessons_are_numbered_through_the_modules():
    course = make_course(lessons_per_module=(2, 1))
    tree = outline(course.key, "en")
    assert [(lesson.number, lesson.title) for lesson in tree.lessons] == [
        (1, "Lesson 1.1"),
        (2, "Lesson 1.2"),
        (3, "Lesson 2.1"),
    ]
    first, second, third = tree.lessons
    assert (tree.before(first.key), tree.after(first.key)) == (None, second)
    assert (tree.before(third.key), tree.after(third.key)) == (second, None)
    assert (tree.before(key_of("x")), tree.after(key_of("x")), tree.lesson(None)) == (None, None, None)
    assert first.url == course.lesson.get_url()
    assert tree.has_assessment and tree.rules["pass_mark"] == 80


def test_each_language_has_its_own_words_and_addresses():
    course = make_course()
    tree = outline(course.key, "es")
    assert (tree.title, tree.language, tree.lessons[0].title) == ("Curso pequeño", "es", "Lección 1.1")
    assert tree.lessons[0].url.startswith("/es/")
    assert [lesson.key for lesson in tree.lessons] == [lesson.key for lesson in outline(course.key, "en").lessons]


def test_a_lesson_without_translation_stands_there_in_english_and_says_so():
    course = make_course()
    course.lessons["es"][1].delete()
    caches["near"].clear()
    tree = outline(course.key, "es")
    assert [(lesson.title, lesson.language) for lesson in tree.lessons] == [
        ("Lección 1.1", "es"),
        ("Lesson 1.2", "en"),
        ("Lección 2.1", "es"),
    ]


def test_a_course_without_translation_is_outlined_in_english():
    course = make_course(("en",))
    assert outline(course.key, "es").language == "en"


def test_a_course_that_is_not_published_has_no_outline():
    course = make_course()
    for page in course.pages.values():
        page.live = False
        page.save()
    caches["near"].clear()
    assert outline(course.key, "en") is None
    assert outlines([course.key, key_of("nothing")], "en") == {}


def test_lessons_of_an_unpublished_module_are_left_out():
    course = make_course()
    course.modules["en"][0].live = False
    course.modules["en"][0].save()
    caches["near"].clear()
    assert [lesson.title for lesson in outline(course.key, "en").lessons] == ["Lesson 2.1"]


def test_a_single_string_translated_by_machine_marks_its_lesson_and_the_course():
    course = make_course()
    lesson, locale = course.lessons["es"][0], locale_of("es")
    thing = TranslatableObject.objects.create(
        translation_key=lesson.translation_key, content_type=lesson.cached_content_type
    )
    StringTranslation.objects.create(
        translation_of=String.objects.create(
            locale=locale_of("en"), data="Lesson 1.1", data_hash=String._get_data_hash("Lesson 1.1")
        ),
        context=TranslationContext.objects.create(object=thing, path="title"),
        locale=locale,
        data="Lección 1.1",
        translation_type=StringTranslation.TRANSLATION_TYPE_MACHINE,
    )
    tree = outline(course.key, "es")
    assert [row.is_machine_draft for row in tree.lessons] == [True, False, False]
    assert tree.is_machine_draft and not outline(course.key, "en").is_machine_draft


def queries_of(django_assert_max_num_queries, course, most):
    caches["near"].clear()
    with django_assert_max_num_queries(most) as context:
        outline(course.key, "es")
    return len(context)


def test_the_number_of_queries_does_not_grow_with_the_course(django_assert_max_num_queries):
    small = make_course(slug="small", lessons_per_module=(1,))
    large = make_course(slug="large", lessons_per_module=(6, 6, 6))
    queries_of(django_assert_max_num_queries, small, 20)
    assert queries_of(django_assert_max_num_queries, large, 20) == queries_of(django_assert_max_num_queries, small, 20)


def test_a_kept_outline_costs_no_query(django_assert_num_queries):
    course = make_course()
    outline(course.key, "en")
    assert course_key_of(course.lesson) == course.key
    with django_assert_num_queries(0):
        outline(course.key, "en")
        course_key_of(course.lesson)
