"""The picture behind a certificate: a guiding star over calm water. Flat colours only: some viewers leave gradients out."""

from math import cos, pi, sin

NIGHT, DEEP, RING = "#162e51", "#0f2440", "#23426d"
GOLD, AMBER, LINE = "#f2cf7d", "#d2a544", "#c9a44c"
PAPER, HAIR = "#ffffff", "#c6cace"
BAND = 0.265  # share of the sheet's width


def band_width(width: float) -> float:
    return round(width * BAND, 1)


def frame_svg(width: float, height: float, *, mirrored: bool) -> bytes:
    """Return the art for a sheet of `width` by `height` mm; with `mirrored` the band stands on the right.

    The mirrored sheet is drawn anew, not flipped, so that the star's light side stays the upper left.
    """
    band = band_width(width)
    left = width - band if mirrored else 0
    star_x, star_y = left + band / 2, height * 0.33
    edge = left if mirrored else band
    inner_left, inner_right = (9, width - band - 9) if mirrored else (band + 9, width - 9)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}mm" height="{height}mm">',
        f'<defs><clipPath id="band"><rect x="{left}" y="0" width="{band}" height="{height}"/></clipPath></defs>',
        f'<rect width="{width}" height="{height}" fill="{PAPER}"/>',
        f'<rect x="{left}" width="{band}" height="{height}" fill="{NIGHT}"/>',
        '<g clip-path="url(#band)">',
        *_rings(star_x, star_y, height),
        *_water(left, band, height),
        "</g>",
        *_star(star_x, star_y, band * 0.30),
        *_small_stars(left, band, height),
        f'<rect x="{edge - 0.6}" width="1.2" height="{height}" fill="{LINE}"/>',
        *_border(inner_left, inner_right, height),
        "</svg>",
    ]
    return "".join(parts).encode()


def _rings(x: float, y: float, height: float) -> list[str]:
    radii = [26 + 9 * step for step in range(int(height / 9))]
    return [
        f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{r}" fill="none" stroke="{RING}" stroke-width="0.35"/>' for r in radii
    ]


def _water(left: float, band: float, height: float) -> list[str]:
    """Three low swells along the bottom edge, each darker than the one behind."""
    rows = [(0.70, "#1b3a63"), (0.745, "#12294a"), (0.79, DEEP)]
    paths = []
    for step, (share, colour) in enumerate(rows):
        y, rise = height * share, 3.2 - step * 0.4
        middle = left + band * (0.42 + 0.12 * step)
        paths.append(
            f'<path fill="{colour}" d="M{left:.2f} {y:.2f} Q{(left + middle) / 2:.2f} {y - rise:.2f} {middle:.2f} {y:.2f} '
            f'T{left + band:.2f} {y - 1:.2f} V{height} H{left:.2f} Z"/>'
        )
    return paths


def _star(x: float, y: float, size: float) -> list[str]:
    """Eight points, the upright four long, each split into a light and a dark side."""
    parts = [
        f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{size * 0.62:.2f}" fill="none" stroke="{LINE}" stroke-width="0.5"/>'
    ]
    for point in (1, 3, 5, 7, 0, 2, 4, 6):
        length = size if point % 2 == 0 else size * 0.52
        tip = _at(x, y, length, point * pi / 4)
        before = _at(x, y, size * 0.16, (point - 0.5) * pi / 4)
        after = _at(x, y, size * 0.16, (point + 0.5) * pi / 4)
        parts.append(f'<polygon fill="{GOLD}" points="{x:.2f},{y:.2f} {before} {tip}"/>')
        parts.append(f'<polygon fill="{AMBER}" points="{x:.2f},{y:.2f} {tip} {after}"/>')
    return parts


def _at(x: float, y: float, length: float, angle: float) -> str:
    return f"{x + length * sin(angle):.2f},{y - length * cos(angle):.2f}"


def _small_stars(left: float, band: float, height: float) -> list[str]:
    places = [
        (0.16, 0.07, 0.5),
        (0.82, 0.11, 0.7),
        (0.30, 0.56, 0.5),
        (0.74, 0.60, 0.4),
        (0.12, 0.40, 0.4),
        (0.90, 0.45, 0.5),
    ]
    return [
        f'<circle cx="{left + band * across:.2f}" cy="{height * down:.2f}" r="{r}" fill="{GOLD}"/>'
        for across, down, r in places
    ]


def _border(left: float, right: float, height: float) -> list[str]:
    return [
        f'<rect x="{left:.2f}" y="9" width="{right - left:.2f}" height="{height - 18:.2f}" fill="none" '
        f'stroke="{HAIR}" stroke-width="0.3"/>',
        f'<rect x="{left + 1.4:.2f}" y="10.4" width="{right - left - 2.8:.2f}" height="{height - 20.8:.2f}" fill="none" '
        f'stroke="{LINE}" stroke-width="0.3"/>',
    ]
