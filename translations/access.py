"""Who may open the workbench, translate into a language, review and set rules. Everything else is a 404."""

from django.conf import settings
from django.http import Http404

from translations.models import TranslatorLanguage

PSEUDO = {"en-xa", "ar-xb"}  # made of English by a machine, to find what is not marked for translation


def may_manage(user) -> bool:
    return user.is_active and user.has_perm("translations.manage_translation")


def may_open(user) -> bool:
    return user.is_active and (user.has_perm("translations.translate") or may_manage(user))


def targets() -> list[str]:
    """The languages of the site that are translated into."""
    return [code for code, _name in settings.LANGUAGES if code not in {settings.LANGUAGE_CODE, *PSEUDO}]


def languages_of(user) -> list[str]:
    """Codes this person may translate into."""
    if may_manage(user):
        return targets()
    if not may_open(user):
        return []
    own = set(TranslatorLanguage.objects.filter(user=user).values_list("language", flat=True))
    return [code for code in targets() if code in own]


def may_translate(user, code: str) -> bool:
    return code in languages_of(user)


def may_review(user, code: str) -> bool:
    if may_manage(user):
        return code in targets()
    return may_open(user) and TranslatorLanguage.objects.filter(user=user, language=code, may_review=True).exists()


def is_native(user, code: str) -> bool:
    return TranslatorLanguage.objects.filter(user=user, language=code, is_native=True).exists()


def open_or_404(user) -> None:
    if not may_open(user):
        raise Http404


def translate_or_404(user, code: str) -> None:
    if not may_translate(user, code):
        raise Http404
