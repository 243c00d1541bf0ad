"""The parts of a lesson: its blocks, each with an anchor that is the same in every language and stays when text changes."""

from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext as _

LABEL_WORDS = 8


def anchor_of(block_id: str) -> str:
    """The id of a block's element in its lesson."""
    return f"part-{block_id}"


def parts_of(lesson) -> list[tuple[str, str]]:
    """Return rows of (block id, label for editors) of a lesson's blocks in their order."""
    if lesson is None:
        return []
    return [
        (block.id, _("%(kind)s: %(words)s") % {"kind": block.block.label, "words": _first_words(block)})
        for block in lesson.body
        if block.id
    ]


def _first_words(block) -> str:
    texts = [*block.block.get_searchable_content(block.value), *_named(block.value)]
    first = next((text for text in (" ".join(strip_tags(str(text)).split()) for text in texts) if text), "…")
    return Truncator(first).words(LABEL_WORDS)


def _named(value):
    """What the block points at: a definition, a statistic, a hotline."""
    return [part for part in value.values() if part] if hasattr(value, "values") else []
