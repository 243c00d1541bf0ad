"""Look at each translation as it is saved, remember what it said before, and let a review end with the words it was for."""

from wagtail_localize.models import StringTranslation

from hotlines.guards import known_numbers
from translations.models import Edit, Review


def check(sender, instance, raw=False, update_fields=None, **_signal) -> None:
    """Mark a translation that breaks a rule: it is kept for its translator, who sees why, and shown to nobody else."""
    if raw or update_fields is not None and "data" not in update_fields:
        return
    from translations import checks  # with the glossary, for those who translate

    known = known_numbers() if any(sign.isdigit() for sign in instance.data) else ()
    found = checks.errors(instance.translation_of.data, instance.data, instance.locale.language_code, known=known)
    if found:
        instance.has_error, instance.field_error = True, found[0].text
    instance.before = StringTranslation.objects.filter(pk=instance.pk).first() if instance.pk else None


def note(sender, instance, created, raw=False, **_signal) -> None:
    """Write the new words into the history; the words of a draft that was never noted come before them."""
    before = instance.__dict__.pop("before", None)
    if raw or instance.context_id is None or before is not None and before.data == instance.data:
        return
    if not created and before is None:
        return
    place = {"context_id": instance.context_id, "locale_id": instance.locale_id}
    if before is not None:
        Review.objects.filter(translation=instance).delete()
        if not Edit.objects.filter(**place, text=before.data).exists():
            Edit.objects.create(
                **place, source=before.translation_of.data, text=before.data, way=_way(before),
                by_id=before.last_translated_by_id, at=before.updated_at,
            )  # fmt: skip
    way = instance.__dict__.pop("way", None) or _way(instance)
    Edit.objects.create(
        **place, source=instance.translation_of.data, text=instance.data, way=way,
        by_id=instance.last_translated_by_id, at=instance.updated_at,
    )  # fmt: skip


def _way(row: StringTranslation) -> str:
    is_machine = row.translation_type == StringTranslation.TRANSLATION_TYPE_MACHINE
    return Edit.Way.DRAFT if is_machine else Edit.Way.TYPED
