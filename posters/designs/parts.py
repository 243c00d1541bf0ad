"""What several designs share: hero, message, call, code and foot."""

import base64
from dataclasses import dataclass, replace

import segno

from posters.art import GROUNDS, ICONS_OF, SILL, drawing, free_beside, icon, tick
from posters.colours import PALETTES, Palette
from posters.faces import letters
from posters.layout import CAP_HEIGHT, DIGIT_TOP, Canvas, Fitted, Style
from posters.sizes import MM, Size
from posters.spec import PosterSpec, Tongue, shown


@dataclass
class Scene:
    """One page being designed. `u` is a hundredth of a Letter's width, scaled to the sheet; `margin` is the side margin."""

    spec: PosterSpec
    size: Size
    canvas: Canvas
    code: str
    u: float
    margin: float
    colours: Palette

    @property
    def width(self) -> float:
        return self.canvas.width

    @property
    def height(self) -> float:
        return self.canvas.height

    @property
    def inner(self) -> float:
        return self.width - 2 * self.margin

    @property
    def first(self) -> Tongue:
        return self.spec.tongues[0]

    @property
    def address(self) -> str:
        return self.spec.address(self.code)

    @property
    def printed_address(self) -> str:
        return self.address.partition("://")[2].replace(self.code, shown(self.code))


def palette(spec: PosterSpec) -> Palette:
    chosen = PALETTES[spec.art]
    return chosen.saving if spec.saver else chosen


def number(scene: Scene, colour: str, ground: str, width: float, most: float, align: str = "sheet") -> Fitted:
    """The number to call, as large as the place allows."""
    style = Style("number", most, 12, colour, (ground,), weight=700, leading=1.0, align=align)
    return scene.canvas.fit("{voice}", "en", style, width, most * 2)


def put_number(scene: Scene, fitted: Fitted, x: float, y: float, width: float) -> float:
    """Place the number with the tops of its digits at `y`; return where the digits end."""
    scene.canvas.put(fitted, x, y - DIGIT_TOP * fitted.size, width)
    scene.canvas.texts[-1]["cap_mm"] = round(fitted.size * CAP_HEIGHT / MM, 1)
    return y + CAP_HEIGHT * fitted.size


def qr(address: str, dark: str) -> tuple[bytes, int]:
    """Return a QR code as SVG with four modules of quiet zone, and its width in modules."""
    made = segno.make(address, error="q", boost_error=False, micro=False)
    rows = list(made.matrix)
    size = len(rows) + 8
    steps = []
    for y, row in enumerate(rows, start=4):
        x = 0
        while x < len(row):
            run = 1
            if row[x]:
                while x + run < len(row) and row[x + run]:
                    run += 1
                steps.append(f"M{x + 4} {y}h{run}v1h-{run}z")
            x += run
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" viewBox="0 0 {size} {size}">'
        f'<rect width="{size}" height="{size}" fill="#ffffff"/><path d="{"".join(steps)}" fill="{dark}"/></svg>'
    )
    return svg.encode(), size


def put_code(scene: Scene, x: float, y: float, edge: float, name: str = "code.svg") -> None:
    svg, modules = qr(scene.address, scene.colours.ink)
    scene.canvas.code(name, svg, f"QR: {scene.address}", scene.address, x, y, edge, modules)


def hero(scene: Scene, x: float, y: float, width: float, height: float, *, most: float) -> None:
    """The campaign's picture with the headline of every language.

    The headline stands beside the picture; where a long word makes it small there, it gets the full width and the picture
    moves below it.
    """
    canvas, colours, u = scene.canvas, scene.colours, scene.u
    pad = scene.margin
    spec = scene.spec
    ground = (colours.deep, *(() if colours.saver else GROUNDS[spec.art]))
    beside = free_beside(spec.art, width, height) - pad - 1.8 * u
    topic = canvas.fit(
        scene.first.topic, scene.first.language,
        Style("topic", 2.5 * u, 1.6 * u, colours.on_deep if colours.saver else colours.call, ground, weight=700),
        width * 0.62 - pad, 8 * u,
    )  # fmt: skip
    top = y + pad * 0.78 + topic.height + 2.0 * u
    room = height - (top - y) - pad * 0.55
    fitted = headlines(scene, beside, room, most, ground)
    under = 0.0
    tower = height > width * 1.1  # a tall place: the picture has room below the words
    if tower or (fitted[0].size < most * 0.42 and len(spec.tongues) == 1):
        wide = headlines(scene, width - 2 * pad, room * 0.46, most, ground)
        if tower or wide[0].size > fitted[0].size * 1.2:
            fitted = wide
            under = top - y + sum(one.height for one in fitted) + (4 * u if spec.art == "door" else u)
    canvas.art(drawing(spec.art, colours, under), x, y, width, height)
    canvas.put(topic, x + pad, y + pad * 0.78)
    tall = sum(one.height for one in fitted)
    gap = 1.6 * u
    if under:
        spot = top
    else:
        spot = y + height - pad * 0.62 - tall - gap * (len(fitted) - 1)
        if spec.art == "door" and not colours.saver:  # above the sill: the floor is light
            spot = min(spot, y + height * SILL - tall - gap * (len(fitted) - 1))
        spot = max(spot, top - u)
    for one in fitted:
        spot = canvas.put(one, x + pad, spot, max(one.width * 1.004, beside if not under else width - 2 * pad)) + gap


def headlines(scene: Scene, width: float, height: float, most: float, grounds) -> list[Fitted]:
    """The headlines of all languages one below the other; further ones are smaller."""
    tongues = scene.spec.tongues
    wanted = [
        share * letters(tongue.language).headline_leading
        for share, tongue in zip((1, 0.7, 0.62), tongues, strict=False)
    ]
    shares = [one / sum(wanted) for one in wanted]
    found = []
    for number, (tongue, share) in enumerate(zip(tongues, shares, strict=True)):
        first = number == 0
        colour = scene.colours.on_deep if first or scene.colours.saver else scene.colours.call
        face = letters(tongue.language)
        style = Style(
            "headline", most if first else most * 0.62, (3.0 if first else 2.4) * scene.u, colour, grounds, weight=900,
            leading=face.headline_leading, tag="h1" if first else "p", align="start" if first else "sheet",
        )  # fmt: skip
        found.append(scene.canvas.fit(tongue.headline, tongue.language, style, width, height * share))
    return found


def columns(scene: Scene, width: float, gap: float) -> list[tuple[Tongue, float, float]]:
    """(language's words, start, width) of one column per language, by their shares."""
    weights = scene.spec.weights
    room = width - gap * (len(weights) - 1)
    places, x = [], 0.0
    for tongue, weight in zip(scene.spec.tongues, weights, strict=True):
        places.append((tongue, x, room * weight))
        x += room * weight + gap
    return places


GAP = 3.2  # between the columns of signs, in u
DISC = 6.0  # the small picture of a sign, in u


def message_parts(scene: Scene, width: float, height: float, body: float, least: float):
    """Fit promise and signs of one language into `height`, shrinking together; return (promise, signs)."""
    canvas, colours, u, tongue = scene.canvas, scene.colours, scene.u, scene.first
    ground = (colours.light,)
    wide = (width - 2 * GAP * u) / 3
    low, high, best = 0.0, 1.0, None
    for trial in range(9):
        share = {0: 1.0, 1: 0.0}.get(trial, (low + high) / 2)
        before = len(canvas.problems)
        size = least + (body - least) * share
        promise = Style("promise", size, size, colours.ink, ground, balanced=True)
        sign = Style("sign", size * 0.84, size * 0.84, colours.ink, ground, weight=700, balanced=True)
        said = canvas.fit(tongue.promise, tongue.language, promise, width, 1e6)
        signs = [canvas.fit(words, tongue.language, sign, wide, 1e6) for words in tongue.signs]
        tall = said.height + max(one.height for one in signs) + (DISC + 1.0 + 2.2) * u
        fits = tall <= height and len(canvas.problems) == before
        del canvas.problems[before:]
        if fits:
            low, best = share, (said, signs, tall)
            if trial == 0:
                break
        elif trial == 1:
            break
        else:
            high = share
    if best is None:
        room = height - (DISC + 3.2) * u
        sign = Style("sign", least * 0.84, least * 0.84, colours.ink, ground, weight=700)
        promise = Style("promise", least, least, colours.ink, ground)
        signs = [canvas.fit(words, tongue.language, sign, wide, room * 0.5) for words in tongue.signs]
        said = canvas.fit(tongue.promise, tongue.language, promise, width, room - max(one.height for one in signs))
        best = (said, signs, height)
    return best


def message_height(scene: Scene, width: float, *, body: float, least: float) -> float:
    """How tall the message would like to be."""
    if len(scene.spec.tongues) == 1:
        return message_parts(scene, width - 2 * scene.margin, 1e6, body, least)[2] + 6.4 * scene.u
    u, inner = scene.u, width - 2 * scene.margin
    rows = rows_height(scene, inner, body, least)
    if len(scene.spec.tongues) == 2:
        rows = max(rows, columns_height(scene, inner, body, least))
    return rows + 6.4 * u


def rows_height(scene: Scene, width: float, body: float, least: float) -> float:
    style, tongues = row_style(scene, body, least), scene.spec.tongues
    fitted = [scene.canvas.fit(one.promise, one.language, style, width - ROW_HANG * scene.u, 1e6) for one in tongues]
    return sum(one.height for one in fitted) + 2.2 * scene.u * (len(fitted) - 1)


def columns_height(scene: Scene, width: float, body: float, least: float) -> float:
    u, tall = scene.u, 0.0
    promise, sign = column_styles(scene, body, least)
    for tongue, _, wide in columns(scene, width, 4.4 * u):
        column = [scene.canvas.fit(tongue.promise, tongue.language, promise, wide, 1e6)]
        column += [scene.canvas.fit(words, tongue.language, sign, wide - 2.6 * u, 1e6) for words in tongue.signs]
        tall = max(tall, sum(one.height for one in column) + 1.1 * u * 4.4)
    return tall


def message(scene: Scene, x: float, y: float, width: float, height: float, *, body: float, least: float) -> None:
    """Promise and signs: with one language the signs stand side by side, with several each language has a column."""
    canvas, colours, u = scene.canvas, scene.colours, scene.u
    canvas.fill(x, y, width, height, colours.light)
    pad, top = scene.margin, y + 3.2 * u
    inner, room = width - 2 * pad, height - 6.4 * u
    if len(scene.spec.tongues) > 1:
        room += 0.4 * u
        in_columns = len(scene.spec.tongues) == 2 and columns_height(scene, inner, least, least) <= room
        several = bilingual if in_columns else rows_of_promises
        several(scene, x + pad, top, inner, room, body, least)
        return
    said, signs, tall = message_parts(scene, inner, room + 0.2, body, least)
    wide, disc = (inner - 2 * GAP * u) / 3, DISC * u
    spare = max(0, room - tall)
    spot = canvas.put(said, x + pad, top + spare * 0.25, inner) + 2.2 * u + spare * 0.35
    for number, (one, name) in enumerate(zip(signs, ICONS_OF[scene.spec.art], strict=True)):
        begin = x + pad + number * (wide + GAP * u)
        if colours.saver:
            canvas.art(icon(name, colours.ink, "#ffffff", colours.ink), begin, spot, disc, disc)
        else:
            canvas.art(icon(name, colours.call, colours.deep), begin, spot, disc, disc)
        canvas.put(one, begin, spot + disc + 1.0 * u, wide)


def column_styles(scene: Scene, body: float, least: float) -> tuple[Style, Style]:
    ground = (scene.colours.light,)
    return (
        Style("promise", max(body * 0.88, least), least, scene.colours.ink, ground),
        Style("sign", max(body * 0.78, least * 0.9), least * 0.9, scene.colours.ink, ground, weight=700),
    )


ROW_HANG = 2.6  # of a row behind its bar, in u


def row_style(scene: Scene, body: float, least: float) -> Style:
    return Style("promise", max(body * 0.9, least * 0.9), least * 0.9, scene.colours.ink, (scene.colours.light,))


def rows_of_promises(scene: Scene, x: float, y: float, width: float, height: float, body: float, least: float) -> None:
    """Three languages: each has its promise over the full width behind a bar; the signs would not be readable."""
    canvas, colours, u = scene.canvas, scene.colours, scene.u
    hang, style = ROW_HANG * u, row_style(scene, body, least)
    texts = [(one.promise, one.language, style, width - hang) for one in scene.spec.tongues]
    fitted = stack(canvas, texts, height, 2.2 * u)
    spare = max(0, height - sum(one.height for one in fitted) - 2.2 * u * (len(fitted) - 1))
    between = 2.2 * u + spare / len(fitted)
    spot = y + spare / len(fitted) / 2
    for one in fitted:
        mirrored = letters(one.language).rtl != canvas.rtl
        canvas.fill(x + (width - 0.7 * u if mirrored else 0), spot, 0.7 * u, one.height, colours.accent)
        canvas.put(one, x + (0 if mirrored else hang), spot, width - hang)
        spot += one.height + between


def bilingual(scene: Scene, x: float, y: float, width: float, height: float, body: float, least: float) -> None:
    canvas, colours, u = scene.canvas, scene.colours, scene.u
    gap = 4.4 * u
    mark = 1.1 * u
    promise, sign = column_styles(scene, body, least)
    for place, (tongue, begin, wide) in enumerate(columns(scene, width, gap)):
        hang = 2.6 * u
        gaps = 1.1 * u
        texts = [(tongue.promise, tongue.language, promise, wide)]
        texts += [(words, tongue.language, sign, wide - hang) for words in tongue.signs]
        fitted = stack(canvas, texts, height, gaps)
        spot = y
        if place:
            canvas.fill(x + begin - gap / 2 - 0.1 * u, y, 0.2 * u, height, colours.accent)
        for number, one in enumerate(fitted):
            if number == 0:
                spot = canvas.put(one, x + begin, spot, wide) + gaps * 1.2
                continue
            mirrored = letters(tongue.language).rtl != canvas.rtl
            line = one.leading * one.size
            bullet = x + begin + (wide - mark if mirrored else 0)
            canvas.fill(bullet, spot + (line - mark) / 2, mark, mark, colours.accent, radius=mark / 2)
            spot = canvas.put(one, x + begin + (0 if mirrored else hang), spot, wide - hang) + gaps


@dataclass
class Flow:
    """Short texts one after the other, each behind a tick, as many on a line as fit."""

    rows: list[list[Fitted]]
    tick: float
    between: float

    @property
    def height(self) -> float:
        return sum(max(one.height for one in row) for row in self.rows)


def flow(canvas: Canvas, words: tuple[str, ...], language: str, style: Style, width: float) -> Flow:
    tick = style.most * 1.25
    between = style.most * 0.9
    rows, used = [[]], 0.0
    for text in words:
        one = canvas.fit(text, language, style, width - tick, 1e6)
        if rows[-1] and used + between + tick + one.width > width:
            rows.append([])
            used = 0.0
        used += (between if rows[-1] else 0) + tick + one.width
        rows[-1].append(one)
    return Flow(rows, tick, between)


def put_any(scene: Scene, fitted: Fitted | Flow, x: float, y: float, width: float, *, flip: bool = False) -> float:
    """Place a text or a flow; `flip` when the language runs against the sheet. Returns where it ends below."""
    canvas, colours = scene.canvas, scene.colours
    if isinstance(fitted, Fitted):
        return canvas.put(fitted, x, y, width)
    for row in fitted.rows:
        along = 0.0
        tall = max(one.height for one in row)
        for one in row:
            line = one.leading * one.size
            edge = one.size * 0.95
            ticks = x + (width - along - edge if flip else along)
            canvas.art(
                tick(colours.call if not colours.saver else "#ffffff", colours.ink),
                ticks,
                y + (line - edge) / 2,
                edge,
                edge,
            )
            along += fitted.tick
            wide = one.width * 1.004
            canvas.put(one, x + (width - along - wide if flip else along), y, wide)
            along += one.width + fitted.between
        y += tall
    return y


def stack(canvas: Canvas, texts, height: float, gap: float) -> list[Fitted | Flow]:
    """Fit texts one below the other into `height`, all shrinking by the same share of their way from most to least.

    `texts` are (words, language, style, width); words in a tuple become a flow.
    """

    def at(share: float):
        return [set_one(w, t, s.at(s.least + (s.most - s.least) * share), wide) for w, t, s, wide in texts]

    def set_one(words, language, style, wide, tall=1e6):
        if isinstance(words, tuple):
            return flow(canvas, words, language, style, wide)
        return canvas.fit(words, language, style, wide, tall)

    low, high, best = 0.0, 1.0, None
    for trial in range(9):
        share = 1.0 if trial == 0 else (low + high) / 2
        before = len(canvas.problems)
        fitted = at(share)
        fits = sum(one.height for one in fitted) + gap * (len(fitted) - 1) <= height + 0.01
        fits = fits and len(canvas.problems) == before
        del canvas.problems[before:]
        if fits:
            low, best = share, fitted
            if trial == 0:
                break
        else:
            high = share
    if best is None:  # even the least is too much: the texts complain, each about its own part of the height
        fitted = at(0.0)
        total = sum(one.height for one in fitted)
        room = max(1.0, height - gap * (len(fitted) - 1))
        if total <= room:
            return fitted
        best = [
            set_one(
                "  ".join(w) if isinstance(w, tuple) else w, t, s.at(s.least), wide, max(1.0, one.height * room / total)
            )
            for (w, t, s, wide), one in zip(texts, fitted, strict=True)
        ]
    return best


def tall_script(scene: Scene) -> float:
    """How much more height the lines beside the code need: Nastaliq and Khmer are tall."""
    most = max(letters(tongue.language).leading for tongue in scene.spec.tongues)
    return 1.28 if most > 2 else 1.12 if most > 1.5 else 1.0


def call_height(scene: Scene, width: float, *, lead: float, edge: float) -> float:
    """How tall the call block will be."""
    colours, u = scene.colours, scene.u
    big = number(scene, colours.ink, colours.call, width - 2 * scene.margin, 40 * u)
    lines = call_lines(scene, width - 2 * scene.margin, lead)
    return (
        2.4 * u
        + max(one.height for one in lines)
        + below_call(scene)
        + big.size * CAP_HEIGHT
        + 2.6 * u
        + edge
        + 2.6 * u
    )


def below_call(scene: Scene) -> float:
    """Room between the call line and the number; the tails of Nastaliq hang low."""
    return scene.u * (1.0 if tall_script(scene) < 1.2 else 2.2)


def call_lines(scene: Scene, inner: float, lead: float) -> list[Fitted]:
    canvas, colours = scene.canvas, scene.colours
    return [
        canvas.fit(
            tongue.call, tongue.language,
            Style("call", lead, lead * 0.5, colours.ink, (colours.call,), weight=700),
            wide, lead * letters(tongue.language).leading * (1.1 if len(scene.spec.tongues) == 1 else 2.1),
        )
        for tongue, _, wide in columns(scene, inner, 3 * scene.u)
    ]  # fmt: skip


def call(
    scene: Scene,
    x: float,
    y: float,
    width: float,
    height: float,
    *,
    lead: float,
    body: float,
    least: float,
    edge: float,
) -> None:
    """The number across the full width; below it what calling means, the text number and the code."""
    canvas, colours, u = scene.canvas, scene.colours, scene.u
    pad, inner = scene.margin, width - 2 * scene.margin
    canvas.fill(x, y, width, height, colours.call)
    if colours.saver:
        canvas.fill(x, y, width, 0.7 * u, colours.ink)
    lines = call_lines(scene, inner, lead)
    spot = y + 2.4 * u
    for one, (_, begin, wide) in zip(lines, columns(scene, inner, 3 * u), strict=True):
        canvas.put(one, x + pad + begin, spot, wide)
    spot += max(one.height for one in lines) + below_call(scene)
    big = number(scene, colours.ink, colours.call, inner, 40 * u)
    spot = put_number(scene, big, x + pad, spot, inner) + 2.6 * u
    put_code(scene, x + width - pad - edge, spot, edge)
    beside = inner - edge - 3 * u
    room = y + height - 2.2 * u - spot
    for tongue, begin, wide in columns(scene, beside, 3 * u):
        ground = (colours.call,)
        texts = [(tongue.facts, tongue.language, Style("facts", body, least, colours.ink, ground, weight=700), wide)]
        if len(scene.spec.tongues) < 3:
            plain = Style("text", body, least, colours.ink, ground)
            texts += [(tongue.text, tongue.language, plain, wide)] if tongue.text else []
            alone = len(scene.spec.tongues) == 1 and tongue.trust
            texts += [(tongue.trust, tongue.language, replace(plain, role="trust"), wide)] if alone else []
        line = spot
        for one in stack(canvas, texts, room, 0.5 * u):
            line = (
                put_any(scene, one, x + pad + begin, line, wide, flip=letters(tongue.language).rtl != canvas.rtl)
                + 0.5 * u
            )


def foot(scene: Scene, x: float, y: float, width: float, height: float, *, size: float) -> None:
    """Logo and issuer at the start, the sheet's address and code at the end."""
    canvas, colours, u = scene.canvas, scene.colours, scene.u
    paper = colours.paper
    canvas.fill(x, y, width, height, paper)
    pad = scene.margin
    begin = x + pad
    if scene.spec.logo:
        tall = min(height * 0.62, 7 * u)
        body = base64.b64decode(scene.spec.logo)
        wide = tall * picture_ratio(body)
        wide, tall = (wide, tall) if wide <= 26 * u else (26 * u, tall * 26 * u / wide)
        canvas.picture("logo.png", body, scene.spec.issued_by or "Logo", begin, y + (height - tall) / 2, wide, tall)
        begin += wide + 2 * u
    style = Style("address", size, size * 0.7, colours.ink, (paper,), weight=700)
    where = canvas.fit("{address}", "en", style, width * 0.44, height)
    canvas.put(where, x + width - pad - where.width * 1.004, y + (height - where.height) / 2)
    room = x + width - pad - where.width - 2 * u - begin
    lines = []
    if scene.spec.issued_by and scene.first.issued:
        lines.append(
            (scene.first.issued, scene.first.language, Style("issued", size, size * 0.6, colours.ink, (paper,)), room)
        )
    if scene.spec.draft_note:
        style = Style("draft", size * 0.8, size * 0.5, colours.accent, (paper,), weight=700)
        lines.append((scene.spec.draft_note, "en", style, room))
    fitted = stack(canvas, lines, height * 0.96, 0) if lines else []
    spot = y + (height - sum(one.height for one in fitted)) / 2
    for one in fitted:
        spot = canvas.put(one, begin, spot, room)


def picture_ratio(png: bytes) -> float:
    """Width by height of a PNG, from its header."""
    return int.from_bytes(png[16:20], "big") / max(1, int.from_bytes(png[20:24], "big"))
