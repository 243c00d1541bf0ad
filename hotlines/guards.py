"""Keep telephone numbers out of translated texts: a number stands in the registry, or where the source has it."""

from django.utils.translation import gettext

from hotlines import numbers
from hotlines.models import known_numbers


def refuse_numbers(sender, instance, raw=False, **_signal) -> None:
    """Mark a translated string as wrong when it holds a number its source has not: it is shown to nobody then.

    The translator sees the reason at the field. (The translation editor keeps what was typed, so that it can be put right.)
    """
    if raw or not any(char.isdigit() for char in instance.data):
        return
    found = numbers.foreign_numbers(instance.data, instance.translation_of.data, known_numbers())
    if found:
        instance.has_error = True
        instance.field_error = gettext(
            "“%(number)s” looks like a telephone number that the source does not have. Numbers are never typed."
        ) % {"number": found[0]}
