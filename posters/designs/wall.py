"""A: the wall poster. A picture and a short headline seen from across the room; the number over the full width."""

from posters.designs.parts import Scene, call, call_height, foot, hero, message, message_height, tall_script
from posters.layout import Style
from posters.sizes import MM

TAIL = 5.6  # height of the foot, in u


def draw(scene: Scene) -> None:
    if scene.size.code == "square":
        square(scene)
    elif scene.size.is_landscape:
        landscape(scene)
    else:
        upright(scene)


def upright(scene: Scene) -> None:
    u, width, height = scene.u, scene.width, scene.height
    small = scene.size.width < 420
    edge = max(16.5 * u, 22 * MM if small else 34 * MM) * tall_script(scene)
    if len(scene.spec.tongues) > 1:
        edge *= 1.14  # two or three columns of lines need the height
    least = (10.5 if small else 2.62 * u) / (1.08 if tall_script(scene) > 1.2 else 1)
    tail = TAIL * u
    block = call_height(scene, width, lead=3.9 * u, edge=edge)
    room = height - tail - block
    wanted, needed = (message_height(scene, width, body=body, least=least) for body in (3.5 * u, least))
    signs = min(wanted, max(room - 0.36 * height, min(needed, room - 0.25 * height)))
    top = room - signs
    hero(scene, 0, 0, width, top, most=17 * u)
    message(scene, 0, top, width, signs, body=3.5 * u, least=least)
    call(scene, 0, top + signs, width, block, lead=3.9 * u, body=2.75 * u, least=max(7, 1.85 * u), edge=edge)
    foot(scene, 0, height - tail, width, tail, size=1.95 * u)


def landscape(scene: Scene) -> None:
    u, width, height = scene.u, scene.width, scene.height
    side = width * 0.47
    tail = TAIL * u
    hero(scene, 0, 0, side, height, most=14 * u)
    rest = width - side
    edge = max(16.5 * u, 34 * MM if not scene.size.is_screen else 0)
    block = call_height(scene, rest, lead=3.5 * u, edge=edge)
    message(scene, side, 0, rest, height - tail - block, body=3.2 * u, least=2.5 * u)
    call(scene, side, height - tail - block, rest, block, lead=3.5 * u, body=2.6 * u, least=1.75 * u, edge=edge)
    foot(scene, side, height - tail, rest, tail, size=1.8 * u)


def square(scene: Scene) -> None:
    """For feeds: seen small, so picture, headline, promise and number only."""
    canvas, colours, u, width, height = scene.canvas, scene.colours, scene.u, scene.width, scene.height
    tail = TAIL * u
    edge = 17 * u
    block = call_height(scene, width, lead=3.9 * u, edge=edge)
    said = canvas.fit(
        scene.first.promise,
        scene.first.language,
        Style("promise", 3.3 * u, 2.3 * u, colours.ink, (colours.light,), balanced=True),
        scene.inner,
        14 * u,
    )
    band = said.height + 4 * u
    top = height - tail - block - band
    hero(scene, 0, 0, width, top, most=14 * u)
    canvas.fill(0, top, width, band, colours.light)
    canvas.put(said, scene.margin, top + 2 * u, scene.inner)
    call(scene, 0, top + band, width, block, lead=3.9 * u, body=2.75 * u, least=1.85 * u, edge=edge)
    foot(scene, 0, height - tail, width, tail, size=1.95 * u)
