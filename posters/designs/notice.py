"""B: the notice. Wording first, plain and large; each language in its own panel, weighted as a posting law asks."""

from posters.designs.parts import Scene, foot, number, put_any, put_code, put_number, stack, tall_script
from posters.faces import letters
from posters.layout import CAP_HEIGHT, Fitted, Style
from posters.sizes import MM
from posters.spec import Tongue

FLOOR = 16.0  # points; the largest floor found in the statutes read


def draw(scene: Scene) -> None:
    canvas, colours, u = scene.canvas, scene.colours, scene.u
    width, height, pad = scene.width, scene.height, scene.margin
    small = min(width, height) < 420
    floor = 11.0 if small else FLOOR
    canvas.fill(0, 0, width, height, "#ffffff")
    tail = 6 * u
    edge = max(24 * MM if small else 34 * MM, 15 * u)
    edge *= tall_script(scene)
    room = width - 2 * pad - edge - 3 * u
    several = len(scene.spec.tongues) > 1
    big = number(scene, colours.ink, "#ffffff", room, edge * (0.4 if several else 0.52) / CAP_HEIGHT)
    style = Style("text", 2.7 * u, min(floor, 2.6 * u), colours.ink, ("#ffffff",), weight=700)
    texts = [(one.text, one.language, style, room) for one in scene.spec.tongues[:2] if one.text]
    written = lines_beside(scene, texts, edge - big.size * CAP_HEIGHT - 2.1 * u)
    beside_code = big.size * CAP_HEIGHT + 2.1 * u + sum(one.height for one in written)
    band = max(edge, beside_code) + 3 * u
    panels = height - tail - band - 1.2 * u
    weights = scene.spec.weights
    beside = scene.size.is_landscape and len(weights) > 1
    places = []
    for place, weight in enumerate(weights):
        if beside:
            places.append((width * sum(weights[:place]), 0.0, width * weight, panels))
        else:
            places.append((0.0, panels * sum(weights[:place]), width, panels * weight))
    titles = [
        heading(scene, tongue, wide, tall, floor, first=number == 0)
        for number, (tongue, (_, _, wide, tall)) in enumerate(zip(scene.spec.tongues, places, strict=True))
    ]
    for tongue, title, (left, top, wide, tall) in zip(scene.spec.tongues, titles, places, strict=True):
        head = max(one.height for one in titles) if beside else title.height
        panel(scene, tongue, title, head + 2.8 * u, left, top, wide, tall, floor)
        if left:
            canvas.fill(left - 0.15 * u, head + 4.6 * u, 0.3 * u, tall - head - 6.4 * u, colours.ink)
    base = height - tail - band - 1.2 * u
    canvas.fill(0, base, width, band + 1.2 * u, "#ffffff")
    canvas.fill(pad, base, width - 2 * pad, 0.5 * u, colours.ink)
    top = base + 2.2 * u
    put_code(scene, width - pad - edge, top - 0.4 * u, edge)
    line = put_number(scene, big, pad, top + 0.6 * u, room) + 1.1 * u
    for one in written:
        line = canvas.put(one, pad, line, room)
    foot(scene, 0, height - tail, width, tail, size=1.95 * u)


def lines_beside(scene: Scene, texts, height: float) -> list[Fitted]:
    """The text lines in the height beside the code; where that is not enough, in their smallest size below each other."""
    if not texts:
        return []
    small = [
        scene.canvas.fit(words, language, style.at(style.least), wide, 1e6) for words, language, style, wide in texts
    ]
    return stack(scene.canvas, texts, max(height, sum(one.height for one in small)), 0)


def inner_width(scene: Scene, width: float) -> float:
    return width - 2 * scene.margin * (0.75 if width < scene.width - 1 else 1)


def heading(scene: Scene, tongue: Tongue, width: float, height: float, floor: float, first: bool) -> Fitted:
    style = Style(
        "title",
        min(6.6 * scene.u, height * 0.115),
        floor,
        scene.colours.on_deep,
        (scene.colours.deep,),
        weight=900,
        leading=letters(tongue.language).headline_leading,
        tag="h1" if first else "p",
    )
    return scene.canvas.fit(tongue.notice_title, tongue.language, style, inner_width(scene, width), height * 0.24)


def panel(scene: Scene, tongue: Tongue, title: Fitted, head: float, x, y, width, height, floor: float) -> None:
    """One language: heading on a dark band, wording, and what calling means as a list."""
    canvas, colours, u = scene.canvas, scene.colours, scene.u
    inner = inner_width(scene, width)
    begin = x + (width - inner) / 2
    if colours.saver:
        canvas.fill(x, y + head - 0.5 * u, width, 0.5 * u, colours.ink)
    else:
        canvas.fill(x, y, width, head, colours.deep)
    canvas.put(title, begin, y + (head - title.height) / 2, inner)
    ground = ("#ffffff",)
    alone = len(scene.spec.tongues) == 1
    most = (4.7 if alone else 3.6) * u * (0.9 if scene.size.is_landscape else 1)
    body = Style("notice", most, floor, colours.ink, ground)
    sure = Style("facts", most, floor, colours.ink, ground, weight=700)
    texts = [
        (tongue.notice_body, tongue.language, body, inner),
        (tongue.facts, tongue.language, sure, inner),
    ]
    if alone and tongue.emergency:
        texts.append((tongue.emergency, tongue.language, body, inner))
    room = height - head - 2.8 * u
    gap = min((2.6 if alone else 1.8) * u, height * 0.03)
    fitted = stack(canvas, texts, room, gap)
    used = sum(one.height for one in fitted) + gap
    spot = y + head + 1.4 * u + max(0, room - used) * 0.3
    for one in fitted:
        spot = put_any(scene, one, begin, spot, inner, flip=letters(tongue.language).rtl != canvas.rtl) + gap
