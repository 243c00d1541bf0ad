"""What learners read about a translation, and in which language parts of a page are."""

import pytest
from django.core.cache import caches
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext, override
from wagtail_localize.models import StringTranslation

from accounts.roles import Role
from kernel.pages import words_code
from tests.factories.courses import locale_of
from tests.factories.translations import make_sources, source_of, translate, translator
from translations import review
from translations.models import Policy
from translations.segments import segments

pytestmark = pytest.mark.django_db
FALLBACK = "This page is not in this language yet. Its text is shown in English."
PARTLY = "Parts of this page are not translated yet and stand in English."
COUNTS = "This is a translation. English is the authoritative version."
DRAFT = "Machine draft"


def spanish(text: str) -> str:
    with override("es"):
        return escape(gettext(text))


@pytest.fixture
def course():
    return make_sources()


def publish(instance, count=None):
    Policy.objects.update_or_create(
        organisation=None, content_class="course", defaults={"complete": False, "fresh": False}
    )
    source = source_of(instance)
    translate(source, "es", by=translator("es", role=Role.ADMINISTRATOR), count=count)
    return review.publish(source, locale_of("es"), by=None, now=timezone.now())


def page_of(client, page) -> str:
    caches["near"].clear()  # a test's transaction never ends, so that nothing says that it changed
    return client.get(page.url).content.decode()


def test_a_page_that_holds_the_place_of_a_translation_says_so_and_names_its_language(course, client):
    lesson = publish(course.lesson)
    module = lesson.get_parent().specific
    assert module.alias_of_id and words_code(module) == "en" and module.language == "en"
    page = page_of(client, module)
    assert spanish(FALLBACK) in page and '<h1 lang="en" dir="ltr">' in page
    assert spanish(FALLBACK) not in page_of(client, lesson)
    assert lesson.language == "es"


def test_a_page_with_a_text_missing_says_that_a_part_is_english(course, client):
    lesson = publish(course.lesson, count=1)
    assert spanish(PARTLY) in page_of(client, lesson)
    done = publish(course.lesson)
    assert spanish(PARTLY) not in page_of(client, done)


def test_the_note_that_english_counts_stands_where_the_rule_wants_it(course, client):
    lesson = publish(course.lesson)
    assert spanish(COUNTS) not in page_of(client, lesson)
    Policy.objects.filter(content_class="course").first().delete()
    Policy.objects.create(content_class="course", notice=True)
    assert spanish(COUNTS) in page_of(client, lesson)
    assert COUNTS not in page_of(client, course.lesson), "the English page is the authoritative one"


def test_a_machine_draft_says_so_until_a_person_accepts_it(course, client):
    lesson = publish(course.lesson)
    StringTranslation.objects.filter(locale=locale_of("es")).update(translation_type="machine", last_translated_by=None)
    lesson.save()
    source, es = source_of(course.lesson), locale_of("es")
    assert spanish(DRAFT) in page_of(client, lesson)
    review.send(source, es, by=translator("es"), now=timezone.now())
    review.accept(source, es, by=translator("es", may_review=True), now=timezone.now())
    assert {segment.state for segment in segments(source, es)} == {"reviewed"}
    lesson.save()
    assert spanish(DRAFT) not in page_of(client, lesson)
