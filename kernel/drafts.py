"""Put a translation made elsewhere into wagtail-localize, as if it had been typed there, marked as a machine's.

Nothing a person translated is replaced: a string is ours only while its type is `machine` and its tool name begins with
`TOOL`.
"""

import json
from functools import lru_cache

from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q
from django.utils import timezone
from modelcluster.models import ClusterableModel, get_serializable_data_for_fields
from wagtail.models import Locale
from wagtail_localize.models import (
    OverridableSegment,
    RelatedObjectSegment,
    String,
    StringSegment,
    StringTranslation,
    Template,
    TemplateSegment,
    TranslatableObject,
    Translation,
    TranslationContext,
    TranslationSource,
    get_schema_version,
)
from wagtail_localize.segments import RelatedObjectSegmentValue, StringSegmentValue, TemplateSegmentValue
from wagtail_localize.segments.extract import extract_segments

TOOL = "Starter draft"
OURS = Q(translation_type=StringTranslation.TRANSLATION_TYPE_MACHINE, tool_name__startswith=TOOL)


class ShapesDiffer(ValueError):
    """Source and translation do not have the same strings in the same places; the text names the place."""


def pairs(source, translated) -> dict[tuple[str, str], str]:
    """Return {(path, source string): translated string} from two instances of the same shape."""
    ours, theirs = _strings(source), _strings(translated)
    for one, other in zip(ours, theirs, strict=False):
        if one.path != other.path:
            raise ShapesDiffer(f"after “{one.string.data[:60]}” the translation has a text where the source has none")
    if len(ours) != len(theirs):
        raise ShapesDiffer(f"the source has {len(ours)} texts, the translation {len(theirs)}")
    return {(one.path, one.string.data): other.string.data for one, other in zip(ours, theirs, strict=True)}


def _strings(instance) -> list[StringSegmentValue]:
    return [segment for segment in extract_segments(instance) if isinstance(segment, StringSegmentValue)]


def people_translated(instance, locale: Locale) -> bool:
    """Whether a person has typed or approved a translation of this object."""
    return (
        StringTranslation.objects.filter(context__object_id=instance.translation_key, locale=locale)
        .exclude(OURS)
        .exists()
    )


def is_detached(instance, locale: Locale) -> bool:
    """Whether the translation is edited as a page of its own, no longer in step with its source."""
    return Translation.objects.filter(
        source__object_id=instance.translation_key, target_locale=locale, enabled=False
    ).exists()


def offer(instance, locale: Locale, words: dict[tuple[str, str], str], *, remark: str = "") -> Translation:
    """Store `words` as machine drafts for the current text of `instance`; return its Translation."""
    source = source_of(instance)
    translation, _created = Translation.objects.get_or_create(source=source, target_locale=locale)
    segments = list(StringSegment.objects.filter(source=source).select_related("string", "context"))
    present = {
        (row.translation_of_id, row.context_id): row
        for row in StringTranslation.objects.filter(context__object_id=instance.translation_key, locale=locale)
    }
    new = {}
    for segment in segments:
        text = words.get((segment.context.path, segment.string.data))
        row = present.get((segment.string_id, segment.context_id))
        if text is None:
            continue
        if row is None:
            new[segment.string_id, segment.context_id] = StringTranslation(
                translation_of=segment.string,
                context=segment.context,
                locale=locale,
                data=text,
                translation_type=StringTranslation.TRANSLATION_TYPE_MACHINE,
                tool_name=f"{TOOL} ({remark})" if remark else TOOL,
                updated_at=timezone.now(),
            )
        elif row.data != text and is_ours(row):
            row.data = text
            row.save()
    StringTranslation.objects.bulk_create(new.values())
    return translation


def source_of(instance) -> TranslationSource:
    """Return the translation source for the current text of `instance`.

    A first one is written in a few queries; wagtail-localize, string by string, takes five times as long.
    """
    subject, _created = TranslatableObject.objects.get_or_create_from_instance(instance)
    if TranslationSource.objects.filter(object=subject, locale=instance.locale).exists():
        return TranslationSource.update_or_create_from_instance(instance)[0]
    if isinstance(instance, ClusterableModel):
        content = instance.to_json()
    else:
        content = json.dumps(get_serializable_data_for_fields(instance), cls=DjangoJSONEncoder)
    source = TranslationSource.objects.create(
        object=subject,
        locale=instance.locale,
        specific_content_type=ContentType.objects.get_for_model(type(instance)),
        object_repr=str(instance)[:200],
        content_json=content,
        schema_version=schema_version(instance._meta.app_label),
        last_updated_at=timezone.now(),
    )
    _write_segments(source, instance)
    return source


@lru_cache(maxsize=32)
def schema_version(app_label: str) -> str:
    return get_schema_version(app_label)


def _write_segments(source: TranslationSource, instance) -> None:
    """What `TranslationSource.refresh_segments` does, for a source that has none yet."""
    segments = extract_segments(instance)
    contexts = _contexts(source, instance, {segment.path for segment in segments})
    texts = [segment for segment in segments if isinstance(segment, StringSegmentValue)]
    strings = _strings_of(source.locale, {segment.string.data for segment in texts})
    place = [{"source": source, "context": contexts[segment.path], "order": segment.order} for segment in segments]
    rows: dict[type, list] = {StringSegment: [], TemplateSegment: [], RelatedObjectSegment: [], OverridableSegment: []}
    for segment, where in zip(segments, place, strict=True):
        if isinstance(segment, StringSegmentValue):
            attrs = json.dumps(segment.attrs, cls=DjangoJSONEncoder)
            rows[StringSegment].append(StringSegment(**where, string=strings[segment.string.data], attrs=attrs))
        elif isinstance(segment, TemplateSegmentValue):
            rows[TemplateSegment].append(TemplateSegment(**where, template=Template.from_value(segment)))
        elif isinstance(segment, RelatedObjectSegmentValue):
            subject, _created = TranslatableObject.objects.get_or_create(
                content_type=segment.content_type, translation_key=segment.translation_key
            )
            rows[RelatedObjectSegment].append(RelatedObjectSegment(**where, object=subject))
        else:
            data = json.dumps(segment.data, cls=DjangoJSONEncoder)
            rows[OverridableSegment].append(OverridableSegment(**where, data_json=data))
    for model, made in rows.items():
        model.objects.bulk_create(made)


def _contexts(source, instance, paths: set[str]) -> dict[str, TranslationContext]:
    found = {context.path: context for context in TranslationContext.objects.filter(object=source.object)}
    new = []
    for path in sorted(paths - set(found)):
        context = TranslationContext(object=source.object, path=path, path_id=TranslationContext._get_path_id(path))
        context.save = lambda **_options: None  # get_field_path stores what it finds; here that is done for all at once
        context.get_field_path(instance)
        del context.save
        new.append(context)
    TranslationContext.objects.bulk_create(new)
    return found | {context.path: context for context in new}


def _strings_of(locale: Locale, texts: set[str]) -> dict[str, String]:
    hashes = {text: String._get_data_hash(text) for text in texts}
    found = {row.data: row for row in String.objects.filter(locale=locale, data_hash__in=hashes.values())}
    new = [String(locale=locale, data=text, data_hash=hashes[text]) for text in sorted(texts - set(found))]
    String.objects.bulk_create(new)
    return found | {row.data: row for row in new}


def is_ours(row: StringTranslation) -> bool:
    return row.translation_type == StringTranslation.TRANSLATION_TYPE_MACHINE and row.tool_name.startswith(TOOL)


def publish(translation: Translation):
    """Write the translated object from the stored strings, publish it, and return it as it is in the database.

    wagtail-localize publishes after the transaction; here it happens inside, so that a failure leaves nothing behind.
    """
    target, _created = translation.source.create_or_update_translation(
        translation.target_locale, publish=not hasattr(translation.source.specific_content_type.model_class(), "live"),
        copy_parent_pages=True, fallback=True,
    )  # fmt: skip
    revision = getattr(target, "latest_revision", None)
    if revision is not None and hasattr(target, "live"):
        revision.publish()
    return type(target).objects.get(pk=target.pk)
