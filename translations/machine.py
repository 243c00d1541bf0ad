"""Machine translation: a back end somebody may plug in, off unless a setting names one.

`TRANSLATION_MACHINE` is the import path of a callable `translate(texts: list[str], source: str, target: str) -> list[str]`. What
it returns is a machine draft like any other: checked, marked, and public only where the rules allow drafts.
"""

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from wagtail_localize.models import String, StringTranslation, TranslationContext

from translations import checks
from translations.segments import segments


class NoAnswer(Exception):
    """The back end is off, failed, or answered with something that is no translation."""


def is_on() -> bool:
    return bool(getattr(settings, "TRANSLATION_MACHINE", ""))


def draft(source, locale) -> int:
    """Draft every text that has no translation; return how many. Drafts that break a rule are left out."""
    if not is_on():
        raise NoAnswer(gettext("No machine translation is set up."))
    empty = [segment for segment in segments(source, locale) if not segment.text]
    if not empty:
        return 0
    translate = import_string(settings.TRANSLATION_MACHINE)
    try:
        texts = translate([segment.source for segment in empty], "en", locale.language_code)
    except Exception as error:  # whatever the back end raises, the desk goes on
        raise NoAnswer(gettext("The machine translation does not answer.")) from error
    if len(texts) != len(empty):
        raise NoAnswer(gettext("The machine translation answered with another number of texts."))
    count = 0
    for segment, text in zip(empty, texts, strict=True):
        if not text or checks.errors(segment.source, text, locale.language_code):
            continue
        StringTranslation(
            translation_of=String.objects.get(pk=segment.string_id),
            context=TranslationContext.objects.get(pk=segment.context_id),
            locale=locale,
            data=text,
            translation_type=StringTranslation.TRANSLATION_TYPE_MACHINE,
            tool_name=settings.TRANSLATION_MACHINE.rpartition(".")[2],
        ).save()
        count += 1
    return count
