"""The way from the first page down to this one, and the language of a part."""

from django import template
from django.utils.html import format_html
from wagtail.models import Page

from kernel import languages
from kernel.near import near
from kernel.pages import words_code

register = template.Library()


@register.simple_tag
def trail(page):
    """Return `(title, address, is_first_page)` of every page above this one, kept near."""
    if not page or not page.pk or not page.depth or page.depth <= 2:
        return []
    return near(
        f"trail:{page.path}",
        lambda: [
            (above.title, above.url, above.depth == 2)
            for above in Page.objects.ancestor_of(page).filter(depth__gt=1).order_by("depth")
        ],
    )


@register.simple_tag
def lang_of(item):
    """Return ` lang` and ` dir` for a page or snippet whose words are not in the language of the interface around them."""
    code = words_code(item)
    if code == languages.active():
        return ""
    return format_html(' lang="{}" dir="{}"', languages.tag(code), languages.direction(code))


@register.simple_tag
def in_language(tag: str):
    """The same for words of which only the tag of the language is known."""
    if not tag or tag == languages.tag(languages.active()):
        return ""
    return format_html(' lang="{}" dir="{}"', tag, languages.direction(tag))
