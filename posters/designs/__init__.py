"""The designs: each draws pages for a spec on canvases. They differ in use, not only in colour."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from posters.designs import card, notice, tearoff, wall


@dataclass(frozen=True)
class Design:
    """`sizes` it may be printed on; `languages` is how many fit on one sheet; `roles` are the words it prints."""

    code: str
    label: str
    use: str
    draw: Callable
    sizes: tuple[str, ...]
    languages: int


DESIGNS = {
    design.code: design
    for design in (
        Design(
            "wall", _("Wall poster"), _("Seen from across the room: picture, headline, number."), wall.draw,
            ("letter", "letter-landscape", "a4", "tabloid", "a3", "half-letter", "square", "wide", "story"), 3,
        ),
        Design(
            "notice", _("Notice"), _("Plain wording first, as posting laws ask for; nothing under 16 points on full sheets."),
            notice.draw, ("letter", "letter-landscape", "a4", "tabloid", "a3", "half-letter"), 3,
        ),
        Design(
            "tearoff", _("Tear-off strips"), _("A poster whose lower edge is cut into strips to take along."), tearoff.draw,
            ("letter", "a4"), 1,
        ),
        Design(
            "card", _("Cards and stickers"), _("To carry, to hand over, to put up in a restroom."), card.draw,
            ("wallet", "wallet-a4", "card-3x5", "sticker"), 8,
        ),
    )
}  # fmt: skip
