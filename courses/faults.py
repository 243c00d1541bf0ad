"""What keeps a question from being answerable. Plain rules, for the form, for publishing and for the starter files."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from courses.concepts import Kind

MOST_CHOICES = 10


def fault_of(kind: str, choices: Iterable, step_count: int) -> str:
    """Return a sentence that says what is missing or too much, or an empty string.

    Each of `choices` has text, match, category, correct and critical.
    """
    if kind == Kind.SCENARIO:
        return "" if step_count else _("A scenario needs at least one step.")
    choices = list(choices)
    if not choices:
        return _("Add choices: this kind of question cannot be answered without them.")
    if len(choices) > MOST_CHOICES:
        return _("There are too many choices: the most is %(most)d.") % {"most": MOST_CHOICES}
    right = sum(choice.correct for choice in choices)
    if kind == Kind.TRUE_FALSE and len(choices) != 2:
        return _("A true-or-false question has exactly two choices.")
    if len(choices) < 2:
        return _("Add at least two choices.")
    if kind in {Kind.SINGLE, Kind.TRUE_FALSE} and right != 1:
        return _("Mark exactly one choice as right.")
    if kind == Kind.MULTIPLE and (len(choices) < 3 or not right):
        return _("Add at least three choices and mark at least one as right.")
    if any(choice.correct and choice.critical for choice in choices):
        return _("A choice cannot be right and do harm at the same time.")
    texts = [choice.text.strip().casefold() for choice in choices]
    if len(set(texts)) != len(texts):
        return _("Two choices say the same.")
    if kind == Kind.MATCHING:
        sides = [choice.match.strip() for choice in choices]
        if "" in sides or len(set(sides)) != len(sides):
            return _("Give every choice its own right-hand side; no two may be equal.")
    if kind == Kind.CLASSIFY and any(not choice.category for choice in choices):
        return _("Say for every statement where it belongs.")
    return ""
