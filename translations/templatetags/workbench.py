"""Tags of the workbench, and the note that learners read on a translated page."""

from django import template

from kernel import languages
from kernel.near import near
from kernel.pages import words_code
from kernel.translation import is_partial
from translations import policy
from translations.sources import content_class

register = template.Library()


@register.filter
def language_name(code: str) -> str:
    return languages.own_name(code)


@register.simple_tag
def english_counts(page) -> bool:
    """Whether the rules want the note on every translation of this kind, reviewed ones included."""
    if not getattr(page, "pk", None) or words_code(page) == "en":
        return False
    return policy.always_says_english_counts(content_class(type(page)))


@register.simple_tag
def is_partly_english(page) -> bool:
    """Whether some texts of a translated page stand there in English."""
    if not getattr(page, "pk", None) or words_code(page) == "en":
        return False
    return near(f"partial:{page.pk}", lambda: is_partial(page))
