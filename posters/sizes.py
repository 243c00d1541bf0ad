"""Sizes of paper and screens. All lengths are points; 72 of them make an inch."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

MM = 72 / 25.4
INCH = 72


@dataclass(frozen=True)
class Size:
    """One size. `pixels` is set for screens: (width, height) of the picture."""

    code: str
    label: str
    width: float
    height: float
    pixels: tuple[int, int] | None = None

    @property
    def is_screen(self) -> bool:
        return self.pixels is not None

    @property
    def is_landscape(self) -> bool:
        return self.width > self.height


def screen(code: str, label, width: int, height: int) -> Size:
    return Size(code, label, width * 0.75, height * 0.75, (width, height))


SIZES = {
    size.code: size
    for size in (
        Size("letter", _("Letter (8.5 × 11 in)"), 8.5 * INCH, 11 * INCH),
        Size("letter-landscape", _("Letter, landscape (11 × 8.5 in)"), 11 * INCH, 8.5 * INCH),
        Size("a4", _("A4 (210 × 297 mm)"), 210 * MM, 297 * MM),
        Size("tabloid", _("Tabloid (11 × 17 in)"), 11 * INCH, 17 * INCH),
        Size("a3", _("A3 (297 × 420 mm)"), 297 * MM, 420 * MM),
        Size("half-letter", _("Half letter (5.5 × 8.5 in)"), 5.5 * INCH, 8.5 * INCH),
        Size("card-3x5", _("Card (3 × 5 in)"), 3 * INCH, 5 * INCH),
        Size("sticker", _("Sticker (3 × 3 in)"), 3 * INCH, 3 * INCH),
        Size("wallet", _("Eight wallet cards on Letter"), 8.5 * INCH, 11 * INCH),
        Size("wallet-a4", _("Eight wallet cards on A4"), 210 * MM, 297 * MM),
        screen("square", _("Square picture (1080 × 1080)"), 1080, 1080),
        screen("wide", _("Wide screen (1920 × 1080)"), 1920, 1080),
        screen("story", _("Story (1080 × 1920)"), 1080, 1920),
    )
}
