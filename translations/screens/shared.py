"""What the screens of the workbench have in common."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from wagtail.models import Locale
from wagtail_localize.models import TranslationSource

from accounts.screens.shared import trail
from kernel import languages
from translations import access


def screen(
    request, template: str, *, title, crumbs=None, icon="wagtail-localize-language", status=200, buttons=(), **context
):
    """Answer with one of our templates in the admin's frame."""
    if crumbs is None:
        crumbs = [("workbench:matrix", _("Workbench"))]
    context |= {
        "page_title": title,
        "header_title": title,
        "header_icon": icon,
        "breadcrumbs_items": trail(*crumbs, (None, title)),
        "header_buttons": list(buttons),
    }
    return render(request, f"translations/screens/{template}", context, status=status)


def opened(view):
    """View decorator: a screen for everybody who works here, a 404 for others."""

    def inner(request, *args, **kwargs):
        access.open_or_404(request.user)
        return view(request, *args, **kwargs)

    return inner


def managed(view):
    """View decorator: a screen for those who name translators and set rules."""

    def inner(request, *args, **kwargs):
        if not access.may_manage(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return inner


def locale_or_404(user, code: str) -> Locale:
    """The locale of a language this person translates into."""
    access.translate_or_404(user, code)
    return Locale.objects.get_or_create(language_code=code)[0]  # the settings offer it; nobody has begun it


def source_or_404(pk: int) -> TranslationSource:
    return get_object_or_404(TranslationSource, pk=pk, locale__language_code=settings.LANGUAGE_CODE)


def language(code: str) -> dict:
    """What templates need of a language."""
    return {
        "code": code,
        "tag": languages.tag(code),
        "name": languages.own_name(code),
        "direction": languages.direction(code),
    }
