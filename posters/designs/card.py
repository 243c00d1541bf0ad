"""D: cards and stickers. Eight wallet cards on a sheet in up to eight languages, a 3 × 5 card, a restroom sticker."""

from posters.art import drawing
from posters.designs.parts import Scene, number, put_any, put_code, put_number, stack, tall_script
from posters.faces import letters
from posters.layout import CAP_HEIGHT, Style
from posters.sizes import INCH, MM

WALLET = (3.5 * INCH, 2 * INCH)
FLOOR = 7.0  # points


def draw(scene: Scene) -> None:
    {"card-3x5": upright, "sticker": sticker}.get(scene.size.code, wallets)(scene)


def words_of(scene: Scene, place: int):
    return scene.spec.tongues[place % len(scene.spec.tongues)]


# --- Eight wallet cards -----------------------------------------------------------------------------------------------


def wallets(scene: Scene) -> None:
    canvas = scene.canvas
    wide, high = WALLET
    left, top = (scene.width - 2 * wide) / 2, (scene.height - 4 * high) / 2
    canvas.fill(0, 0, scene.width, scene.height, "#ffffff")
    for place in range(8):
        column, row = place % 2, place // 2
        wallet(scene, words_of(scene, place), left + column * wide, top + row * high, wide, high, place)
    marks(scene, left, top, wide, high)
    lines = [(scene.printed_address, "address", scene.colours.ink)]
    if scene.spec.draft_note:
        lines.append((scene.spec.draft_note, "draft", scene.colours.accent))
    spot = top + 4 * high + 10 * MM
    for text, role, colour in lines:
        one = canvas.fit("{address}" if role == "address" else text, "en", Style(role, 9, 6, colour), 2 * wide, 20)
        spot = canvas.put(one, left, spot, 2 * wide)


def marks(scene: Scene, left: float, top: float, wide: float, high: float) -> None:
    """Where to cut, outside the cards."""
    canvas, long, off, thick = scene.canvas, 5 * MM, 2 * MM, 0.5
    for column in range(3):
        x = left + column * wide - thick / 2
        for y in (top - off - long, top + 4 * high + off):
            canvas.fill(x, y, thick, long, "#000000")
    for row in range(5):
        y = top + row * high - thick / 2
        for x in (left - off - long, left + 2 * wide + off):
            canvas.fill(x, y, long, thick, "#000000")


def wallet(scene: Scene, tongue, x: float, y: float, wide: float, high: float, place: int) -> None:
    canvas, colours = scene.canvas, scene.colours
    rtl = letters(tongue.language).rtl
    flip = rtl != canvas.rtl  # the card of a language of the other direction is mirrored in itself

    def start(offset: float, width: float) -> float:
        return x + (wide - offset - width if flip else offset)

    pad = 10.0
    inner = wide - 2 * pad
    bar = high * (0.30 if tongue.language != "ur" else 0.36)
    canvas.fill(x, y, wide, high, colours.call)
    canvas.fill(x, y, wide, bar, colours.deep)
    if colours.saver:
        canvas.fill(x, y, wide, high, "", border=(0.5, colours.ink))
        canvas.fill(x, y + bar - 1, wide, 1, colours.ink)
    heading = canvas.fit(
        tongue.headline, tongue.language,
        Style("headline", 23, 9, colours.on_deep, (colours.deep,), weight=900, leading=letters(tongue.language).headline_leading,
              tag="h1" if place == 0 else "p"),
        inner, bar - 8,
    )  # fmt: skip
    canvas.put(heading, start(pad, inner), y + (bar - heading.height) / 2, inner)
    ground = (colours.call,)
    edge = 21.5 * MM
    spot = y + bar + 6.5
    big = number(scene, colours.ink, colours.call, inner, 27, align="counter" if flip else "sheet")
    spot = put_number(scene, big, start(pad, inner), spot, inner) + 6.5
    base = y + high - pad * 0.55
    put_code(scene, start(wide - edge - 4, edge), y + high - edge - 4, edge, f"code-{place}.svg")
    beside = inner - edge - 2
    texts = [(tongue.facts, tongue.language, Style("facts", 8.6, FLOOR, colours.ink, ground, weight=700), beside)]
    if tongue.text:
        texts.append((tongue.text, tongue.language, Style("text", 8.6, FLOOR, colours.ink, ground), beside))
    fitted = stack(canvas, texts, base - spot, 2)
    for one in fitted:
        spot = put_any(scene, one, start(pad, beside), spot, beside, flip=flip) + 2


# --- One card, 3 × 5 inches -------------------------------------------------------------------------------------------


def upright(scene: Scene) -> None:
    """For a guest room or a restroom: headline and picture, one sentence, number, code."""
    canvas, colours = scene.canvas, scene.colours
    width, height, pad = scene.width, scene.height, 13.0
    inner = width - 2 * pad
    tongue = scene.first
    top = height * 0.42
    heading = canvas.fit(
        tongue.headline, tongue.language,
        Style("headline", 25, 11, colours.on_deep, (colours.deep,), weight=900,
              leading=letters(tongue.language).headline_leading, tag="h1"),
        inner, top * 0.4,
    )  # fmt: skip
    canvas.art(drawing(scene.spec.art, colours, 14 + heading.height), 0, 0, width, top)
    canvas.put(heading, pad, 11, inner)
    edge = 22.5 * MM
    tail = 15.0
    big = number(scene, colours.ink, colours.call, inner, 40)
    block = 12 + big.size * CAP_HEIGHT + 8 + edge * tall_script(scene) + 5
    canvas.fill(0, top, width, height - top - block - tail, colours.light)
    room = height - top - block - tail - 14
    said = canvas.fit(
        tongue.promise, tongue.language, Style("promise", 11.5, FLOOR, colours.ink, (colours.light,)), inner, room
    )
    canvas.put(said, pad, top + 7 + (room - said.height) / 2, inner)
    y = height - tail - block
    canvas.fill(0, y, width, block, colours.call)
    if colours.saver:
        canvas.fill(0, y, width, 1, colours.ink)
    spot = put_number(scene, big, pad, y + 12, inner) + 8
    put_code(scene, width - pad - edge + 4, spot, edge)
    beside = inner - edge + 1
    ground = (colours.call,)
    texts = [(tongue.facts, tongue.language, Style("facts", 9.5, FLOOR, colours.ink, ground, weight=700), beside)]
    if tongue.text:
        texts.append((tongue.text, tongue.language, Style("text", 9.5, FLOOR, colours.ink, ground), beside))
    for one in stack(canvas, texts, height - tail - spot - 3, 3):
        spot = put_any(scene, one, pad, spot, beside) + 3
    small_foot(scene, tail)


def small_foot(scene: Scene, tail: float) -> None:
    canvas, colours, width, height, pad = scene.canvas, scene.colours, scene.width, scene.height, 13.0
    canvas.fill(0, height - tail, width, tail, "#ffffff")
    style = Style("address", 7.5, 5, colours.ink, ("#ffffff",))
    note = scene.spec.draft_note
    share = 0.52 if note else 1
    where = canvas.fit("{address}", "en", style, (width - 2 * pad) * share, tail)
    canvas.put(where, pad, height - tail + (tail - where.height) / 2, (width - 2 * pad) * share)
    if note:
        room = (width - 2 * pad) * 0.46
        mark = canvas.fit(
            note.partition(":")[0],
            "en",
            Style("draft", 7, 5, colours.accent, ("#ffffff",), weight=700, align="end"),
            room,
            tail,
        )
        canvas.put(mark, width - pad - room, height - tail + (tail - mark.height) / 2, room)


# --- Sticker ----------------------------------------------------------------------------------------------------------


def sticker(scene: Scene) -> None:
    """For a mirror or the inside of a door: three words, the number, the code."""
    canvas, colours = scene.canvas, scene.colours
    width, height, pad = scene.width, scene.height, 13.0
    inner = width - 2 * pad
    tongue = scene.first
    top = height * 0.37
    canvas.fill(0, 0, width, top, colours.deep)
    heading = canvas.fit(
        tongue.headline, tongue.language,
        Style("headline", 30, 12, colours.on_deep, (colours.deep,), weight=900,
              leading=letters(tongue.language).headline_leading, tag="h1"),
        inner, top - 20,
    )  # fmt: skip
    canvas.put(heading, pad, (top - heading.height) / 2, inner)
    tail = 13.0
    canvas.fill(0, top, width, height - top - tail, colours.call)
    if colours.saver:
        canvas.fill(0, top, width, 1.2, colours.ink)
    big = number(scene, colours.ink, colours.call, inner, 40)
    spot = put_number(scene, big, pad, top + 11, inner) + 8
    edge = height - tail - spot - 4
    put_code(scene, width - pad - edge + 4, spot, edge)
    beside = inner - edge
    ground = (colours.call,)
    texts = [(tongue.facts, tongue.language, Style("facts", 10, FLOOR, colours.ink, ground, weight=700), beside)]
    if tongue.text:
        texts.append((tongue.text, tongue.language, Style("text", 10, FLOOR, colours.ink, ground), beside))
    for one in stack(canvas, texts, height - tail - spot - 3, 3):
        spot = put_any(scene, one, pad, spot, beside) + 3
    small_foot(scene, tail)
