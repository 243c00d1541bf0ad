"""What is known of a translated text: translated by machine, by a person, or the source itself."""

from django.db.models import Exists, OuterRef
from wagtail_localize.models import StringSegment, StringTranslation


def draft_status(instance) -> str:
    """Return `source`, `machine` or `human` for a translatable page or snippet.

    `machine` as soon as one string of it was translated by machine: a page is only as good as its weakest sentence.
    """
    translations = StringTranslation.objects.filter(
        context__object_id=instance.translation_key, locale_id=instance.locale_id
    )
    if translations.filter(translation_type=StringTranslation.TRANSLATION_TYPE_MACHINE).exists():
        return "machine"
    return "human" if translations.exists() else "source"


def is_partial(instance) -> bool:
    """Whether a translated page stands partly in English: some of its texts have no translation that may be shown."""
    shown = StringTranslation.objects.filter(
        translation_of_id=OuterRef("string_id"),
        context_id=OuterRef("context_id"),
        locale_id=instance.locale_id,
        has_error=False,
    )
    own = StringTranslation.objects.filter(context__object_id=instance.translation_key, locale_id=instance.locale_id)
    missing = StringSegment.objects.filter(source__object_id=instance.translation_key).exclude(Exists(shown))
    return own.exists() and missing.exists()
