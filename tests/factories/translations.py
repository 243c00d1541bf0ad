"""A question and a course in English that wait to be translated, and the people who do."""

from accounts.roles import Role, sync_groups
from tests.factories.accounts import member, unit
from tests.factories.courses import locale_of, make_course
from translations import review, sources
from translations.models import TranslatorLanguage
from translations.segments import segments


def make_sources(languages=("en",)):
    """A small English course whose texts are ready to be translated."""
    course = make_course(languages)
    locale_of("es")
    sources.begin_missing()
    return course


def source_of(instance):
    from wagtail_localize.models import TranslationSource

    return TranslationSource.objects.get(object_id=instance.translation_key, locale__language_code="en")


def translator(*codes, role=Role.TRANSLATOR, native=False, may_review=False, organisation=None, **fields):
    """Somebody who translates into `codes`."""
    sync_groups()
    person = member(organisation or unit(), role, **fields)
    for code in codes:
        TranslatorLanguage.objects.create(user=person, language=code, is_native=native, may_review=may_review)
    return person


def translate(source, code: str, words=None, *, by=None, count=None):
    """Type a translation for every text (or the first `count`): `words(english)`, by default the English backwards."""
    locale = locale_of(code)
    for segment in segments(source, locale)[:count]:
        text = words(segment.source) if words else f"Es: {segment.source}"
        review.write(source, locale, segment, text, by=by)
    review.begin(source, locale)
    return segments(source, locale)
