"""A sheet in zones: every text is fitted by measuring, every box placed by arithmetic, so that nothing is laid out twice.

Stages: a design asks the canvas to `fit` words into a zone, places what came back, and hands the finished canvas to the
worker, which asks it for HTML and metrics. All lengths are points. Designs think left to right; for right-to-left languages
the canvas mirrors every place (never a number, a code or a logo).

A text that does not fit at its smallest size becomes a `Problem` that says how many characters to cut.
"""

import itertools
import re
from dataclasses import asdict, dataclass, field, replace
from html import escape

from kernel.paper.measure import Lines, Measurer
from posters.colours import contrast
from posters.faces import letters

BREAK, NO_BREAK, OPEN, CLOSE = "\u200b", "\u2060", "\u2066", "\u2069"
STEERING = str.maketrans("", "", BREAK + NO_BREAK)
BREAKS_MOST = 5  # marks in a headline that count: each doubles the ways to set it
SPARE = 1.004  # widths are asked for with this much to spare: removing the steering marks may move a line by a hair
CAP_HEIGHT, DIGIT_TOP = 0.714, 0.174  # Noto Sans, in ems; the top of a digit below the top of a line of height 1


@dataclass(frozen=True)
class Style:
    """How a text may be set. Sizes in points; `grounds` are all colours that may lie under it."""

    role: str
    most: float
    least: float
    colour: str = "#000000"
    grounds: tuple[str, ...] = ("#ffffff",)
    weight: int = 400
    leading: float | None = None  # ems; None: what the script needs
    align: str = "start"
    tag: str = "p"
    balanced: bool = False

    def at(self, size: float) -> "Style":
        return replace(self, most=size, least=size)


@dataclass(frozen=True)
class Fitted:
    """A text that found its size."""

    words: str
    language: str
    style: Style
    size: float
    leading: float
    lines: Lines

    @property
    def height(self) -> float:
        return len(self.lines.texts) * self.leading * self.size

    @property
    def width(self) -> float:
        return self.lines.width


@dataclass(frozen=True)
class Problem:
    """A text too long for its place. `cut` is the number of characters to remove, `limit` how many fit."""

    language: str
    role: str
    cut: int
    limit: int


@dataclass
class Canvas:
    """One page. Draw back to front: what comes later lies on top; words and pictures lie above all shapes."""

    width: float
    height: float
    measurer: Measurer
    numbers: dict[str, str]
    rtl: bool = False
    bleed: float = 0
    shapes: list[str] = field(default_factory=list)  # SVG: one drawing below all words costs less than a box for each
    parts: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    texts: list[dict] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    codes: list[dict] = field(default_factory=list)

    # --- Words -----------------------------------------------------------------------------------------------------

    def filled(self, words: str) -> str:
        """`words` with their blanks filled. A number never breaks and always reads from left to right."""

        def value(match):
            text = self.numbers.get(match[1])
            if text is None:
                raise KeyError(match[1])
            return OPEN + NO_BREAK.join(text.replace(" ", "\u00a0")) + CLOSE

        filled = re.sub(r"\{(\w+)\}", value, words)
        if "{" in filled or "}" in filled:
            raise ValueError(f"A blank is broken: {words[:80]}")
        return filled

    def lines(self, words: str, language: str, style: Style, size: float, width: float | None) -> Lines:
        if language == "ko":  # Pango would break inside words
            words = re.sub(r"(?<=[\uac00-\ud7a3])(?=[\uac00-\ud7a3.,?!])", NO_BREAK, words)
        return self.measurer.lines(words, letters(language).face(language, style.weight), size, width)

    def fit(self, words: str, language: str, style: Style, width: float, height: float) -> Fitted:
        """Return `words` as large as `style` and the zone allow. `|` in them allows a line to end there, and only there."""
        words = self.filled(words)
        leading = style.leading or letters(language).leading
        candidates = list(groupings(words)) if "|" in words else [words]
        best = None
        for candidate in candidates:
            fixed = "|" in words
            size = self._largest(candidate, language, style, leading, width, height, fixed)
            if best is None or size > best[0]:
                best = (size, candidate, fixed)
        size, chosen, fixed = best
        if size < style.least:
            size = style.least
            self._complain(chosen, language, style, leading, width, height, fixed)
        lines = self.lines(chosen, language, style, size, None if fixed else width / SPARE)
        if style.balanced and not fixed and len(lines.texts) > 1:
            lines = self._balanced(chosen, language, style, size, width, lines)
        return Fitted(chosen, language, style, size, leading, lines)

    def _fits(self, words, language, style, leading, size, width, height, fixed) -> bool:
        lines = self.lines(words, language, style, size, None if fixed else width / SPARE)
        return lines.width * SPARE <= width + 0.01 and len(lines.texts) * leading * size <= height + 0.01

    def _largest(self, words, language, style, leading, width, height, fixed) -> float:
        """The largest size from `least` to `most` that fits, in quarter points; 0 when even the least does not."""
        low, high = round(style.least * 4), round(style.most * 4)
        if self._fits(words, language, style, leading, style.most, width, height, fixed):
            return style.most
        if not self._fits(words, language, style, leading, style.least, width, height, fixed):
            return 0
        while high - low > 1:
            middle = (low + high) // 2
            if self._fits(words, language, style, leading, middle / 4, width, height, fixed):
                low = middle
            else:
                high = middle
        return max(low / 4, style.least)

    def _complain(self, words, language, style, leading, width, height, fixed) -> None:
        """Find by halving how many characters would fit at the smallest size, and note what is too many."""
        text = words.translate(STEERING)
        low, high = 0, len(text)
        while high - low > 1:
            middle = (low + high) // 2
            if self._fits(text[:middle], language, style, leading, style.least, width, height, fixed):
                low = middle
            else:
                high = middle
        self.problems.append(Problem(language, style.role, max(1, len(text) - low), low))

    def _balanced(self, words, language, style, size, width, lines: Lines) -> Lines:
        """The same number of lines, but of about equal length: the narrowest width that needs no further line."""
        low, high, best = width * 0.8, width, lines
        for _ in range(7):
            middle = (low + high) / 2
            trial = self.lines(words, language, style, size, middle / SPARE)
            if len(trial.texts) <= len(lines.texts) and trial.width <= middle:
                high, best = middle, trial
            else:
                low = middle
        return best

    # --- Places ----------------------------------------------------------------------------------------------------

    def left(self, x: float, width: float) -> float:
        return self.width - x - width if self.rtl else x

    def put(self, fitted: Fitted, x: float, y: float, width: float | None = None) -> float:
        """Place a text with its upper corner at the start of the line; return where it ends below."""
        width = fitted.width * SPARE if width is None else width
        zone = (self.left(x, width), y, width, fitted.height)
        self._element(fitted, place(*zone), self._side(fitted), zone)
        return y + fitted.height

    def put_turned(self, fitted: Fitted, x: float, y: float, height: float) -> None:
        """Place one line that reads upwards, in the column that begins at `x`; `height` is the column's length.

        The box lies inside the page before it is turned: a box that crosses the edge would be cut into pages.
        """
        thick = fitted.leading * fitted.size
        left = self.left(x, thick)
        inside = min(left, self.width - height)
        turn = f"transform-origin:0 0;transform:translate({left - inside:.2f}pt,{height:.2f}pt) rotate(-90deg);"
        self._element(fitted, place(inside, y, height, thick) + turn, "center", (left, y, thick, height))

    def _side(self, fitted: Fitted) -> str:
        """Where the lines begin. Every language keeps to its own side, also on a sheet of the other direction."""
        rtl = letters(fitted.language).rtl
        if fitted.style.align in {"sheet", "counter"}:  # numbers go with the sheet, or against it
            rtl = self.rtl == (fitted.style.align == "sheet")
        return {"center": "center", "end": "left" if rtl else "right"}.get(
            fitted.style.align, "right" if rtl else "left"
        )

    def _element(self, fitted: Fitted, box: str, side: str, zone: tuple[float, float, float, float]) -> None:
        style, language = fitted.style, fitted.language
        face = letters(language).face(language, style.weight)
        high = fitted.leading * fitted.size
        if letters(language).foreign:  # the line would grow by as much
            high -= self.measurer.drift(letters(language).foreign, face) * fitted.size
        families = ",".join(f"'{name}'" for name in face.families.split(","))
        css = (
            f"{box}font:{face.weight} {fitted.size:.2f}pt/{high:.3f}pt {families};"
            f"color:{style.colour};text-align:{side}"
        )
        direction = "rtl" if face.rtl else "ltr"
        self.parts.append(
            f'<{style.tag} lang="{language}" dir="{direction}" style="{css}">{markup(fitted.lines.texts)}</{style.tag}>'
        )
        self.note(fitted, zone)

    def note(self, fitted: Fitted, zone: tuple[float, float, float, float]) -> None:
        """Remember what the check compares the finished file with; `zone` is (left, top, width, height) on the page."""
        style = fitted.style
        self.texts.append(
            {
                "role": style.role,
                "language": fitted.language,
                "words": " ".join(clean(line) for line in fitted.lines.texts),
                "pt": round(fitted.size, 2),
                "weight": style.weight,
                "lines": len(fitted.lines.texts),
                "contrast": round(min(contrast(style.colour, ground) for ground in style.grounds), 1),
                "missing": fitted.lines.missing,
                "zone": [round(length, 2) for length in zone],
                "colour": style.colour,
                "grounds": list(style.grounds),
            }
        )

    def fill(
        self, x, y, width, height, colour: str, radius: float = 0, border: tuple[float, str] | None = None
    ) -> None:
        """A plain box, with a border of (thickness, colour) inside its edge. At the edge of the page it runs into the bleed."""
        left, top, bottom = self.left(x, width), y, y + height
        right = left + width
        if self.bleed and not radius:
            left = left - self.bleed if left <= 0.01 else left
            right = right + self.bleed if right >= self.width - 0.01 else right
            top = top - self.bleed if top <= 0.01 else top
            bottom = bottom + self.bleed if bottom >= self.height - 0.01 else bottom
        inset, line = 0.0, ""
        if border:
            inset, line = border[0] / 2, f' stroke="{border[1]}" stroke-width="{border[0]:.2f}"'
        self.shapes.append(
            f'<rect x="{left + self.bleed + inset:.2f}" y="{top + self.bleed + inset:.2f}" '
            f'width="{right - left - 2 * inset:.2f}" height="{bottom - top - 2 * inset:.2f}"'
            f'{f" rx={chr(34)}{radius:.2f}{chr(34)}" if radius else ""} fill="{colour or "none"}"{line}/>'
        )

    def dashes(self, x, y, length, colour: str, upright: bool = False) -> None:
        """A line to cut along."""
        left = self.left(x, 0 if upright else length) + self.bleed
        right, bottom = (left, y + length) if upright else (left + length, y)
        self.shapes.append(
            f'<line x1="{left:.2f}" y1="{y + self.bleed:.2f}" x2="{right:.2f}" y2="{bottom + self.bleed:.2f}" '
            f'stroke="{colour}" stroke-width="0.6" stroke-dasharray="2 1.6"/>'
        )

    def art(self, draw, x, y, width, height) -> None:
        """A drawing as decoration. `draw(width, height, rtl, grow)` returns SVG; at the edge it is drawn into the bleed."""
        bleed = self.bleed
        left = self.left(x, width)
        grow = (
            bleed if left <= 0.01 else 0,
            bleed if y <= 0.01 else 0,
            bleed if left + width >= self.width - 0.01 else 0,
            bleed if y + height >= self.height - 0.01 else 0,
        )
        svg = draw(width, height, self.rtl, grow)
        place = f'<svg x="{left - grow[0] + bleed:.2f}" y="{y - grow[1] + bleed:.2f}" '
        self.shapes.append(svg.replace("<svg ", place, 1))

    def picture(self, name: str, body: bytes, words: str, x, y, width, height) -> None:
        """A picture that says something: it is read aloud as `words`."""
        self.files[name] = body
        css = place(self.left(x, width), y, width, height)
        self.parts.append(f'<img src="asset:{name}" alt="{escape(words)}" style="{css}">')

    def code(self, name: str, svg: bytes, words: str, address: str, x, y, edge, modules: int) -> None:
        """A QR code with its quiet zone inside `edge`."""
        self.picture(name, svg, words, x, y, edge, edge)
        self.codes.append(
            {
                "address": address,
                "x": self.left(x, edge),
                "y": y,
                "edge": edge,
                "mm": round(edge * (modules - 8) / modules / 72 * 25.4, 1),
            }
        )

    # --- Result ----------------------------------------------------------------------------------------------------

    def page(self) -> str:
        wide, high = self.width + 2 * self.bleed, self.height + 2 * self.bleed
        self.files["shapes.svg"] = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:.2f}" height="{high:.2f}" '
            f'viewBox="0 0 {wide:.2f} {high:.2f}">{"".join(self.shapes)}</svg>'
        ).encode()
        ground = (
            f"{place(-self.bleed, -self.bleed, wide, high)}background:url(asset:shapes.svg) 0 0/100% 100% no-repeat"
        )
        return (
            f'<section style="width:{self.width:.2f}pt;height:{self.height:.2f}pt">'
            f'<div style="{ground}"></div>{"".join(self.parts)}</section>'
        )

    def metrics(self) -> dict:
        return {
            "width": round(self.width, 2),
            "height": round(self.height, 2),
            "texts": self.texts,
            "codes": self.codes,
            "problems": [asdict(problem) for problem in self.problems],
        }


def groupings(words: str):
    """Every way to set the parts between the `|` of `words` on lines, from one line to one line each."""
    parts = words.split("|", BREAKS_MOST)
    parts[-1] = parts[-1].replace("|", " ")
    for marks in itertools.product((True, False), repeat=len(parts) - 1):
        text = parts[0]
        for ends, part in zip(marks, parts[1:], strict=True):
            joint = "\n" if ends else ("" if _needs_no_space(text[-1:], part[:1]) else " ")
            text = text.rstrip() + joint + part.lstrip() if ends or joint == " " else text + part
        yield text


def _needs_no_space(before: str, after: str) -> bool:
    """Han, Thai, Khmer and Burmese run on without a space."""
    return any("\u0e00" <= sign <= "\u0eff" or "\u1000" <= sign <= "\u109f" or "\u1780" <= sign <= "\u17ff"
               or "\u3000" <= sign <= "\u9fff" or "\uff00" <= sign <= "\uffef" for sign in (before, after))  # fmt: skip


def clean(text: str) -> str:
    """`text` as it is read: without the marks that steered its breaking."""
    return text.translate(STEERING).replace(OPEN, "").replace(CLOSE, "")


def markup(lines: tuple[str, ...]) -> str:
    text = escape("\n".join(lines).translate(STEERING))
    return text.replace(OPEN, '<bdi dir="ltr">').replace(CLOSE, "</bdi>")


def place(x: float, y: float, width: float, height: float) -> str:
    return f"left:{x:.2f}pt;top:{y:.2f}pt;width:{width:.2f}pt;height:{height:.2f}pt;"


# What HTML elements are, of those that `document` writes. Sizes, weights and margins are on the elements themselves.
BASICS = (
    "html,body,section,div,p,h1{display:block}"
    "head,meta,title,style{display:none}"
    "html{color-scheme:light}"
    "[dir=ltr]{direction:ltr}[dir=rtl]{direction:rtl}"
    "h1{bookmark-level:1;bookmark-label:content(text)}"
    "img{overflow:hidden}"
)
CSS = (
    "@page{{size:{width:.2f}pt {height:.2f}pt;margin:0;{marks}}}"
    "html,body{{margin:0}}"
    "section{{position:relative;overflow:visible}}"
    "section *{{position:absolute;margin:0;padding:0;box-sizing:border-box;white-space:pre}}"
    "bdi{{position:static!important}}"
)


def document(canvases: list[Canvas], *, title: str, language: str, marks: bool) -> str:
    """The pages as one HTML document. All have the size of the first."""
    first = canvases[0]
    css = CSS.format(
        width=first.width,
        height=first.height,
        marks=f"bleed:{first.bleed:.2f}pt;marks:crop;" if marks else "",
    )
    direction = "rtl" if letters(language).rtl else "ltr"
    return (
        f'<!DOCTYPE html><html lang="{language}" dir="{direction}"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{css}</style></head><body>"
        f"{''.join(canvas.page() for canvas in canvases)}</body></html>"
    )
