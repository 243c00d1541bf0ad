"""C: tear-off strips. A poster on top; below, strips with a neutral word and the number, safe to be found with."""

from posters.designs.parts import Scene, call, call_height, foot, hero, message, message_height, tall_script
from posters.layout import Style
from posters.sizes import MM

STRIPS = 10


def draw(scene: Scene) -> None:
    u, width, height = scene.u, scene.width, scene.height
    long = 50 * MM
    body = height - long
    tail = 4.6 * u
    edge = 26 * MM * tall_script(scene)
    block = call_height(scene, width, lead=3.5 * u, edge=edge)
    room = body - tail - block
    least = 2.45 * u / (1.2 if tall_script(scene) > 1.2 else 1)
    wanted, needed = (message_height(scene, width, body=body, least=least) for body in (3.1 * u, least))
    signs = min(wanted, max(room - 0.22 * height, min(needed, room - 0.15 * height)))
    top = room - signs
    hero(scene, 0, 0, width, top, most=13 * u)
    message(scene, 0, top, width, signs, body=3.1 * u, least=least)
    call(scene, 0, top + signs, width, block, lead=3.5 * u, body=2.5 * u, least=1.8 * u, edge=edge)
    foot(scene, 0, body - tail, width, tail, size=1.8 * u)
    strips(scene, body, long)


def strips(scene: Scene, top: float, long: float) -> None:
    canvas, colours = scene.canvas, scene.colours
    canvas.fill(0, top, scene.width, long, "#ffffff")
    wide = scene.width / STRIPS
    canvas.dashes(0, top, scene.width, colours.ink)
    room = long - 8 * MM
    ground = ("#ffffff",)
    tongue = scene.first
    label = canvas.fit(tongue.tab, tongue.language, Style("strip", 11.5, 7.5, colours.ink, ground), room, wide * 0.42)
    big = canvas.fit(
        "{voice}", "en", Style("strip-number", 17, 11, colours.ink, ground, weight=700, leading=1.1), room, wide * 0.4
    )
    where = canvas.fit(
        "{address}", "en", Style("strip-address", 7.6, 6.2, colours.ink, ground, leading=1.15), room, wide * 0.3
    )
    parts = (label, big, where)
    thick = sum(one.leading * one.size for one in parts)
    between = max(0.0, (wide - thick) / 4)
    for number in range(STRIPS):
        if number:
            canvas.dashes(number * wide, top, long, colours.ink, upright=True)
        x = number * wide + between
        for one in parts if not canvas.rtl else reversed(parts):
            canvas.put_turned(one, x, top + 4 * MM, room)
            x += one.leading * one.size + between * 1.0
