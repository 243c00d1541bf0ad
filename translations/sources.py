"""The English texts that wait to be translated, kept in step with what is published."""

from django.apps import apps
from django.conf import settings
from modelcluster.fields import ParentalKey
from wagtail.models import DraftStateMixin, Locale, Page, TranslatableMixin
from wagtail_localize.models import TranslationSource

from courses.models import (
    CatalogPage,
    CoursePage,
    Definition,
    GlossaryTerm,
    LessonPage,
    ModulePage,
    Question,
    Statistic,
)
from hotlines.models import HotlineWords
from kernel import drafts
from kernel.starter import is_loading
from translations.models import ContentClass

CLASSES = {
    Question: ContentClass.ASSESSMENT,
    CatalogPage: ContentClass.COURSE,
    CoursePage: ContentClass.COURSE,
    ModulePage: ContentClass.COURSE,
    LessonPage: ContentClass.COURSE,
    Definition: ContentClass.REFERENCE,
    Statistic: ContentClass.REFERENCE,
    GlossaryTerm: ContentClass.REFERENCE,
    HotlineWords: ContentClass.REFERENCE,
}


def content_class(model: type) -> str:
    """How strict the gate is for a kind of object; pages that no room names are loose."""
    return CLASSES.get(model, ContentClass.PAGE)


def models_translated() -> list[type]:
    """Every kind of object translators see; children of others (choices) come with their parent."""
    return [
        model
        for model in apps.get_models()
        if issubclass(model, TranslatableMixin)
        and model is not Page
        and not any(isinstance(field, ParentalKey) for field in model._meta.get_fields())
        and model._meta.app_label not in {"stock", "bare"}
    ]


def plain_models() -> list[type]:
    """Those without drafts, which are public once saved."""
    return [model for model in models_translated() if not issubclass(model, DraftStateMixin)]


def follow(sender, instance, raw=False, **_signal) -> None:
    """Take the published English words of an object as what is to be translated.

    Translations of texts that changed stay public until somebody publishes new ones; they count as stale from here on.
    """
    if raw or is_loading.get() or len(settings.LANGUAGES) < 2 or not isinstance(instance, TranslatableMixin):
        return
    if instance.locale.language_code == settings.LANGUAGE_CODE and getattr(instance, "alias_of_id", None) is None:
        drafts.source_of(instance)


def begin_missing() -> int:
    """Note every public English object that no translator could see yet; return how many there were."""
    english, count = Locale.objects.get(language_code=settings.LANGUAGE_CODE), 0
    known = set(TranslationSource.objects.filter(locale=english).values_list("object_id", flat=True))
    for model in models_translated():
        found = model.objects.filter(locale=english).exclude(translation_key__in=known)
        if issubclass(model, DraftStateMixin) or issubclass(model, Page):
            found = found.filter(live=True)
        for instance in found:
            drafts.source_of(instance)
            count += 1
    return count
