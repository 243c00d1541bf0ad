"""Palettes of the campaigns, and contrast as WCAG 2 counts it."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Palette:
    """Flat colours. `ink` is for text on light grounds; `light` is the ground of the message, `call` that of the number."""

    deep: str  # the large dark ground
    deeper: str  # shade upon it
    ink: str
    light: str
    call: str
    accent: str  # small things on light ground
    on_deep: str = "#ffffff"
    paper: str = "#ffffff"
    saver: bool = False

    @property
    def saving(self) -> "Palette":
        """The same campaign for office printers: lines and letters in colour, nothing large filled."""
        return replace(
            self, light="#ffffff", call="#ffffff", deep="#ffffff", deeper="#ffffff", on_deep=self.ink, saver=True
        )


PALETTES = {
    "door": Palette("#0b2545", "#071a33", "#0b1f3a", "#fff4d6", "#ffc933", "#b3261e"),
    "papers": Palette("#0f4c4a", "#093533", "#0a2f2e", "#fdf0e4", "#ff9f68", "#a63d12"),
    "thread": Palette("#33206b", "#241551", "#221446", "#f1ecff", "#7fe0c3", "#a3195b"),
}


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, WCAG 2.2 glossary."""
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1 to 21."""
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)
