"""The campaigns' drawings: flat, no victim, no chain, no bar, one idea each. Drawn twice: for right-to-left, mirrored.

A drawing is a function of its place, so nothing is cropped: `draw(pen, palette, top)` keeps its subject below `top`, in the
end half of the place. Gradients and opacity are left out on purpose: printers and PDF readers disagree about them.
"""

from functools import partial

from posters.colours import Palette


class Pen:
    """Draws SVG in points. In a right-to-left sheet every x is counted from the right edge."""

    def __init__(self, width: float, height: float, rtl: bool = False, grow=(0, 0, 0, 0)):
        self.width, self.height, self.rtl = width, height, rtl
        self.left, self.top, self.right, self.bottom = grow
        self.marks: list[str] = []

    def x(self, x: float) -> float:
        return (self.width - x if self.rtl else x) + self.left

    def y(self, y: float) -> float:
        return y + self.top

    def add(self, shape: str, fill: str, line: str = "", thick: float = 0) -> None:
        paint = f'fill="{fill or "none"}"' + (f' stroke="{line}" stroke-width="{thick:.2f}"' if line else "")
        self.marks.append(f"<{shape} {paint} stroke-linejoin='round' stroke-linecap='round'/>")

    def box(self, x, y, width, height, fill, radius=0.0, line="", thick=0.0) -> None:
        left = min(self.x(x), self.x(x + width))
        self.add(
            f'rect x="{left:.2f}" y="{self.y(y):.2f}" width="{width:.2f}" height="{height:.2f}" rx="{radius:.2f}"',
            fill, line, thick,
        )  # fmt: skip

    def shape(self, points, fill, line="", thick=0.0) -> None:
        corners = " ".join(f"{self.x(x):.2f},{self.y(y):.2f}" for x, y in points)
        self.add(f'polygon points="{corners}"', fill, line, thick)

    def disc(self, x, y, radius, fill, line="", thick=0.0) -> None:
        self.add(f'circle cx="{self.x(x):.2f}" cy="{self.y(y):.2f}" r="{radius:.2f}"', fill, line, thick)

    def path(self, steps, fill, line="", thick=0.0) -> None:
        """`steps` are tuples: a letter of SVG's path language (absolute, no arcs), then x and y in turn."""
        words = []
        for letter, *numbers in steps:
            pairs = zip(numbers[::2], numbers[1::2], strict=True)
            words.append(letter + " ".join(f"{self.x(x):.2f} {self.y(y):.2f}" for x, y in pairs))
        self.add(f'path d="{"".join(words)}"', fill, line, thick)

    def turned(self, angle: float, x: float, y: float):
        """Begin a group turned by `angle` degrees about a point; `level()` ends it."""
        angle = -angle if self.rtl else angle
        self.marks.append(f'<g transform="rotate({angle:.2f} {self.x(x):.2f} {self.y(y):.2f})">')

    def level(self) -> None:
        self.marks.append("</g>")

    def ground(self, fill: str, begin: float = 0, end: float | None = None) -> None:
        """A band over the whole width, bleed included."""
        end = self.height if end is None else end
        bottom = self.bottom if end >= self.height else 0
        top = self.top if begin <= 0 else 0
        self.marks.append(
            f'<rect x="0" y="{self.y(begin) - top:.2f}" width="{self.width + self.left + self.right:.2f}" '
            f'height="{end - begin + top + bottom:.2f}" fill="{fill}"/>'
        )

    def svg(self) -> str:
        width, height = self.width + self.left + self.right, self.height + self.top + self.bottom
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.2f}" height="{height:.2f}" '
            f'viewBox="0 0 {width:.2f} {height:.2f}">{"".join(self.marks)}</svg>'
        )


# --- An open door: light comes in, and a way leads out ----------------------------------------------------------------


SILL = 0.8  # of the height: where wall meets floor


def door_place(width: float, height: float, top: float) -> tuple[float, float, float, float]:
    sill = height * SILL
    tall = sill - max(top, height * 0.09)
    wide = min(tall * 0.52, width * 0.27)
    return sill, tall, wide, width - max(width * 0.09, 26) - wide


def door(pen: Pen, colours: Palette, top: float) -> None:
    width, height = pen.width, pen.height
    sill, tall, wide, begin = door_place(width, height, top)
    head, far = sill - tall, begin + wide
    saver = colours.saver
    line, thick = (colours.ink, width * 0.004) if saver else ("", 0)
    if not saver:
        pen.ground(colours.deep, 0, sill)
        pen.ground(colours.deeper, sill)
    beam = [(begin, sill), (far, sill), (width * 1.2, height + 30), (width * 0.1, height + 30)]
    reach = (height - sill) / (height + 30 - sill)
    beam[2] = (far + (width * 1.25 - far) * reach / reach, height + 30)
    pen.shape(beam, "" if saver else colours.light, line, thick)
    # outside: morning
    sky = "#ffffff" if saver else colours.call
    pen.box(begin, head, wide, tall, sky, 0, line, thick)
    sun = wide * 0.3
    pen.disc(begin + wide * 0.5, head + tall * 0.5, sun, "" if saver else "#fff8e1", line, thick)
    hill = head + tall * 0.62
    pen.path(
        [("M", begin, hill + tall * 0.05), ("C", begin + wide * 0.3, hill - tall * 0.1, begin + wide * 0.55, hill - tall * 0.02,
          far, hill + tall * 0.09), ("L", far, sill), ("L", begin, sill), ("Z",)],
        "#ffffff" if saver else "#e79a1f", line, thick,
    )  # fmt: skip
    pen.path(
        [("M", begin, hill + tall * 0.2), ("C", begin + wide * 0.4, hill + tall * 0.17, begin + wide * 0.7, hill + tall * 0.02,
          far, hill + tall * 0.06), ("L", far, sill), ("L", begin, sill), ("Z",)],
        "#ffffff" if saver else "#c9741a", line, thick,
    )  # fmt: skip
    way = begin + wide * 0.55
    pen.path(
        [("M", way, hill + tall * 0.125), ("C", way + wide * 0.22, hill + tall * 0.2, way - wide * 0.45, hill + tall * 0.27,
          begin + wide * 0.06, sill), ("L", begin + wide * 0.94, sill),
         ("C", way + wide * 0.1, hill + tall * 0.28, way + wide * 0.34, hill + tall * 0.2, way + wide * 0.06, hill + tall * 0.125), ("Z",)],
        "#ffffff" if saver else colours.light, line, thick,
    )  # fmt: skip
    # frame and leaf
    pen.box(begin, head, wide, tall, "", 0, colours.ink if saver else "#3d6aa8", width * 0.007)
    swing, lift = wide * 0.52, tall * 0.075
    leaf = [(begin, head), (begin - swing, head - lift), (begin - swing, sill + lift * 1.5), (begin, sill)]
    pen.shape(leaf, "#ffffff" if saver else "#17407a", colours.ink if saver else "#3d6aa8", width * 0.007)
    for upper, lower in ((0.12, 0.46), (0.56, 0.88)):
        inner = [
            (begin - swing * share, head - lift * share + (sill - head + lift * 2.5 * share) * part)
            for share, part in ((0.2, upper), (0.8, upper), (0.8, lower), (0.2, lower))
        ]
        pen.shape(inner, "" if saver else "#113262", colours.ink if saver else "", width * 0.003 if saver else 0)
    pen.disc(begin - swing * 0.88, head + tall * 0.53, width * 0.011, colours.ink if saver else colours.call)


# --- Papers that are yours: passport, pay and key ---------------------------------------------------------------------


def papers_place(width: float, height: float, top: float) -> tuple[float, float]:
    tall = min((height - max(top, height * 0.08)) * 0.98, width * 0.46)
    return tall, width - max(width * 0.035, 12) - tall * 0.42


def papers(pen: Pen, colours: Palette, top: float) -> None:
    width, height = pen.width, pen.height
    saver = colours.saver
    line, thick = (colours.ink, width * 0.004) if saver else ("", 0)
    if not saver:
        pen.ground(colours.deep)
    tall, middle = papers_place(width, height, top)
    base = height + tall * 0.04
    pen.disc(middle, base - tall * 0.36, tall * 0.56, "" if saver else colours.call, line, thick)
    if not saver:
        pen.disc(middle, base - tall * 0.36, tall * 0.43, "#ffb98f")
    # pay slip behind
    pen.turned(11, middle + tall * 0.1, base - tall * 0.3)
    pen.box(middle - tall * 0.04, base - tall * 0.8, tall * 0.42, tall * 0.7, "#ffffff", tall * 0.02, line, thick)
    for number, share in enumerate((0.22, 0.3, 0.16, 0.3)):
        pen.box(middle + tall * 0.02, base - tall * (0.71 - number * 0.075), tall * share, tall * 0.022,
                colours.ink if saver else "#c9b8a8", tall * 0.01)  # fmt: skip
    pen.level()
    # passport
    pen.turned(-7, middle - tall * 0.08, base - tall * 0.3)
    left, head, wide, high = middle - tall * 0.38, base - tall * 0.86, tall * 0.56, tall * 0.8
    cover = "#ffffff" if saver else "#8c2f16"
    gold = colours.ink if saver else "#ffcf9e"
    pen.box(left + wide * 0.035, head + wide * 0.035, wide, high, "" if saver else "#5e1d0c", tall * 0.035, line, thick)
    pen.box(left, head, wide, high, cover, tall * 0.035, line, thick)
    cx, cy, r = left + wide / 2, head + high * 0.44, wide * 0.23
    pen.disc(cx, cy, r, "", gold, wide * 0.022)
    pen.path([("M", cx, cy - r), ("C", cx - r * 0.75, cy - r * 0.6, cx - r * 0.75, cy + r * 0.6, cx, cy + r),
              ("C", cx + r * 0.75, cy + r * 0.6, cx + r * 0.75, cy - r * 0.6, cx, cy - r), ("Z",)], "", gold, wide * 0.016)  # fmt: skip
    pen.path([("M", cx - r, cy), ("L", cx + r, cy)], "", gold, wide * 0.016)
    for rise in (-0.5, 0.5):
        reach = r * 0.866
        pen.path([("M", cx - reach, cy + r * rise), ("L", cx + reach, cy + r * rise)], "", gold, wide * 0.016)
    pen.box(cx - wide * 0.26, head + high * 0.14, wide * 0.52, wide * 0.05, gold, wide * 0.025)
    pen.box(cx - wide * 0.17, head + high * 0.75, wide * 0.34, wide * 0.04, gold, wide * 0.02)
    pen.box(cx - wide * 0.1, head + high * 0.83, wide * 0.2, wide * 0.04, gold, wide * 0.02)
    pen.level()
    # key
    pen.turned(-32, middle + tall * 0.26, base - tall * 0.2)
    metal = "#ffffff" if saver else "#ffe3c7"
    edge = colours.ink if saver else "#0a2f2e"
    kx, ky = middle + tall * 0.12, base - tall * 0.2
    pen.box(kx, ky - tall * 0.022, tall * 0.3, tall * 0.044, metal, tall * 0.015, edge, tall * 0.008)
    for place in (0.2, 0.255):
        pen.box(kx + tall * place, ky + tall * 0.015, tall * 0.03, tall * 0.06, metal, tall * 0.006, edge, tall * 0.008)
    pen.disc(kx - tall * 0.05, ky, tall * 0.085, metal, edge, tall * 0.008)
    pen.disc(kx - tall * 0.065, ky, tall * 0.035, "#ffffff" if saver else "#ffb98f", edge, tall * 0.008)
    pen.level()


# --- A heart on a thread: kindness with a purpose ---------------------------------------------------------------------


def thread_place(width: float, height: float, top: float) -> tuple[float, float, float]:
    tall = min(height - max(top, height * 0.1), width * 0.62)
    wide = tall * 0.56
    return tall, wide, width - max(width * 0.08, 24) - wide


def thread(pen: Pen, colours: Palette, top: float) -> None:
    width, height = pen.width, pen.height
    saver = colours.saver
    line, thick = (colours.ink, width * 0.004) if saver else ("", 0)
    if not saver:
        pen.ground(colours.deep)
    tall, wide, left = thread_place(width, height, top)
    head = height - tall
    if not saver:
        pen.disc(left + wide * 0.42, head + tall * 0.55, tall * 0.62, "#40298a")
        pen.disc(left + wide * 0.42, head + tall * 0.55, tall * 0.48, "#4d339f")
    body = "#ffffff" if saver else "#150c33"
    pen.box(left, head, wide, tall * 1.2, body, wide * 0.13, line, thick)
    inset = wide * 0.055
    screen = "#ffffff"
    pen.box(left + inset, head + inset, wide - 2 * inset, tall * 1.2, screen, wide * 0.085, line, thick)
    pen.box(
        left + wide * 0.38,
        head + inset * 0.36,
        wide * 0.24,
        inset * 0.3,
        colours.ink if saver else "#4d339f",
        inset * 0.15,
    )

    def bubble(x, y, across, high, fill, words, own=False):
        pen.box(x, y, across, high, fill, high * 0.42, line, thick)
        corner = x + across - high * 0.3 if own else x + high * 0.3
        tip = x + across + high * 0.12 if own else x - high * 0.12
        base = corner - high * 0.35 if own else corner + high * 0.35
        pen.shape([(corner, y + high * 0.72), (base, y + high * 0.98), (tip, y + high * 1.12)], fill)
        for row, share in enumerate(words):
            pen.box(x + high * 0.32, y + high * (0.3 + row * 0.24), (across - high * 0.64) * share, high * 0.1,
                    colours.ink if saver else "#241551", high * 0.05)  # fmt: skip

    grey = "#ffffff" if saver else "#d8cdf5"
    mint = "#ffffff" if saver else colours.call
    bubble(left + wide * 0.13, head + tall * 0.12, wide * 0.5, tall * 0.13, grey, (0.9, 0.55))
    bubble(left + wide * 0.36, head + tall * 0.3, wide * 0.5, tall * 0.1, mint, (0.8,), own=True)
    # the thread and what hangs on it
    cx, hy, size = left + wide * 0.36, head + tall * 0.56, wide * 0.27
    cord = colours.ink if saver else "#150c33"
    pen.path([("M", cx, -30), ("L", cx, head)], "", colours.ink if saver else "#cbbcf2", width * 0.0045)
    pen.path([("M", cx, head), ("L", cx, hy - size * 0.35)], "", cord, width * 0.0045)
    heart = "#ffffff" if saver else "#ff5d86"
    pen.path(
        [("M", cx, hy + size), ("C", cx - size * 1.5, hy + size * 0.05, cx - size * 1.05, hy - size * 0.95, cx, hy - size * 0.28),
         ("C", cx + size * 1.05, hy - size * 0.95, cx + size * 1.5, hy + size * 0.05, cx, hy + size), ("Z",)],
        heart, line, thick * 1.4,
    )  # fmt: skip
    pen.path([("M", cx - size * 0.62, hy - size * 0.14), ("C", cx - size * 0.62, hy - size * 0.34, cx - size * 0.42, hy - size * 0.42,
              cx - size * 0.34, hy - size * 0.4)], "", colours.ink if saver else "#ffc2d2", size * 0.09)  # fmt: skip
    # the hook below it
    pen.path(
        [("M", cx, hy + size * 0.9), ("L", cx, hy + size * 1.2),
         ("C", cx, hy + size * 1.75, cx + size * 0.8, hy + size * 1.75, cx + size * 0.78, hy + size * 1.18),
         ("L", cx + size * 0.52, hy + size * 1.38)],
        "", cord, width * 0.006,
    )  # fmt: skip


DRAWINGS = {"door": door, "papers": papers, "thread": thread}


def free_beside(name: str, width: float, height: float) -> float:
    """How far from the start words may run before they touch the subject of the drawing."""
    if name == "door":
        _, _, wide, begin = door_place(width, height, 0)
        return begin - wide * 0.56
    if name == "papers":
        tall, middle = papers_place(width, height, 0)
        return middle - tall * 0.57
    return thread_place(width, height, 0)[2] - width * 0.02


# Every colour of the drawings that a headline beside the subject may run over.
GROUNDS = {"door": (), "papers": (), "thread": ("#40298a", "#4d339f")}


def drawing(name: str, colours: Palette, top: float = 0):
    """Return what `Canvas.art` takes for the campaign's drawing, its subject below `top` points."""

    def draw(width, height, rtl, grow, drawing):
        pen = Pen(width, height, rtl, grow)
        drawing(pen, colours, top)
        return pen.svg()

    return partial(draw, drawing=DRAWINGS[name])


# --- Small signs beside words; drawn on a grid of 24 -------------------------------------------------------------------

ICONS = {
    "passport": '<rect x="5" y="3" width="14" height="18" rx="2"/><circle cx="12" cy="10.5" r="3.4"/><path d="M8.6 10.5h6.8M9 17.2h6"/>',
    "debt": '<ellipse cx="12" cy="6" rx="7" ry="2.8"/><path d="M5 6v4c0 1.6 3.1 2.8 7 2.8s7-1.2 7-2.8V6M5 10v4c0 1.6 3.1 2.8 7 2.8s7-1.2 7-2.8v-4M5 14v4c0 1.600 3.100 2.800 7 2.800s7-1.200 7-2.800v-4"/>',
    "threat": '<path d="M4 4.500h16v11.500h-9l-4.500 4v-4H4z"/><path d="M12 7.300v3.700M12 13.400v.1"/>',
    "pay": '<rect x="3" y="6" width="18" height="12" rx="1.500"/><circle cx="12" cy="12" r="2.800"/><path d="M6 9v.1M18 15v.1"/>',
    "house": '<path d="M3.500 11.500 12 4l8.500 7.500M6 9.800V20h12V9.800"/><path d="M10 20v-5.500h4V20"/>',
    "fee": '<path d="M6 3h12v18l-3-2-3 2-3-2-3 2z"/><path d="M9 8h6M9 12h6"/>',
    "photo": '<rect x="3" y="6.500" width="18" height="13" rx="2"/><path d="M8.500 6.500 10 4h4l1.500 2.500"/><circle cx="12" cy="13" r="3.600"/>',
    "gift": '<rect x="4" y="9" width="16" height="4"/><path d="M5.500 13v7.500h13V13M12 9v11.500M12 9C8 9 7 4 10 4c1.800 0 2 3 2 5zM12 9c4 0 5-5 2-5-1.800 0-2 3-2 5z"/>',
    "secret": '<path d="M4 4.500h16v11.500h-9l-4.500 4v-4H4z"/><rect x="9.200" y="9.600" width="5.600" height="3.900" rx=".6"/><path d="M10.400 9.600V8.400c0-2 3.200-2 3.200 0v1.200"/>',
}
ICONS_OF = {
    "door": ("passport", "debt", "threat"),
    "papers": ("pay", "house", "fee"),
    "thread": ("photo", "gift", "secret"),
}


def icon(name: str, colour: str, ground: str, line: str = ""):
    """Return what `Canvas.art` takes for one small sign on a disc. They look the same from both sides: none is mirrored."""

    def draw(width, height, rtl, grow):
        ring = f' stroke="{line}" stroke-width="1.6"' if line else ""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.2f}" height="{height:.2f}" viewBox="0 0 44 44">'
            f'<circle cx="22" cy="22" r="21" fill="{ground}"{ring}/><g transform="translate(8.8 8.8) scale(1.1)" fill="none" '
            f'stroke="{colour}" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round">{ICONS[name]}</g></svg>'
        )

    return draw


def tick(colour: str, ground: str):
    """Return what `Canvas.art` takes for a tick on a disc. It is not mirrored: a tick reads the same everywhere."""

    def draw(width, height, rtl, grow):
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.2f}" height="{height:.2f}" viewBox="0 0 20 20">'
            f'<circle cx="10" cy="10" r="10" fill="{ground}"/><path d="M5 10.4 8.600 14 15 6.800" fill="none" stroke="{colour}" '
            'stroke-width="2.600" stroke-linecap="round" stroke-linejoin="round"/></svg>'
        )

    return draw
