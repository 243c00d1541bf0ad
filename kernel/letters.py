"""Plain-text letters from templates: `<name>_subject.txt` and `<name>_message.txt`.

Text is not markup: an apostrophe in a name must arrive as one. So these templates have an engine that escapes nothing, and no
page ever comes from it.
"""

from functools import lru_cache

from django.conf import settings
from django.template.backends.django import DjangoTemplates


@lru_cache(maxsize=1)
def _engine() -> DjangoTemplates:
    return DjangoTemplates(
        {
            "NAME": "letters",
            "DIRS": settings.TEMPLATES[0]["DIRS"],
            "APP_DIRS": True,
            "OPTIONS": {"autoescape": False},
        }
    )


def written(name: str, context: dict) -> tuple[str, str]:
    """Return subject (one line) and body of a letter, in the active language."""
    subject = _engine().get_template(f"{name}_subject.txt").render(context)
    body = _engine().get_template(f"{name}_message.txt").render(context)
    return " ".join(subject.split()), body.strip() + "\n"
