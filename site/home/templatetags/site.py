"""Tags of the shell around every page: navigation, language switch, the mark on the current link."""

from django import template
from django.utils.html import format_html

from home import navigation as nav
from kernel import languages
from kernel.near import near
from kernel.pages import words_code

register = template.Library()


@register.simple_tag
def navigation():
    return nav.navigation(languages.active())


@register.simple_tag(takes_context=True)
def language_links(context):
    return nav.language_links(context.get("request"), _page(context), languages.active())


@register.simple_tag(takes_context=True)
def source_link(context):
    return nav.source_link(_page(context))


@register.simple_tag(takes_context=True)
def here(context, url):
    """Mark the link to this very page (`page`), or to what it lies in (`true`), for eyes and ears."""
    request = context.get("request")
    if not request or not url:
        return ""
    if request.path == url:
        return format_html(' aria-current="{}"', "page")
    return format_html(' aria-current="{}"', "true") if request.path.startswith(url) else ""


@register.simple_tag(takes_context=True)
def is_machine_draft(context):
    page = _page(context)
    if page is None or not page.pk:
        return False
    return near(f"machine-draft:{page.pk}", lambda: getattr(page, "is_machine_draft", False))


@register.simple_tag(takes_context=True)
def is_fallback(context):
    """Whether the page stands here because there is none in the language asked for."""
    page = _page(context)
    return page is not None and words_code(page) != languages.active()


def _page(context):
    page = context.get("page")
    return page if hasattr(page, "translation_key") else None
