"""Pictures of finished sheets for screens: previews and thumbnails, taken from the very file, kept beside it in the store."""

import io
import threading

import pypdfium2
from PIL import Image

from posters import store

# Names of the sizes: pixels of the longer edge, or pixels in a point.
LONGER_EDGE = {"thumb": 480, "fit": 1400}
PIXELS_IN_A_POINT = {"real": 96 / 72, "double": 192 / 72}
NAMES = {*LONGER_EDGE, *PIXELS_IN_A_POINT}
_one_at_a_time = threading.Lock()  # PDFium is not made for several threads


def picture(key: str, name: str) -> bytes | None:
    """A picture of the sheet `key` as PNG, or None when the sheet was never made here. `name` is one of NAMES."""
    file = store.place(key, f"{name}.png")
    if file.exists():
        return file.read_bytes()
    for kind, draw in (("pdf", of_pdf), ("png", of_png)):
        sheet = store.place(key, kind)
        if sheet.exists():
            body = draw(sheet.read_bytes(), name)
            store.write(file, body)
            return body
    return None


def of_pdf(pdf: bytes, name: str) -> bytes:
    with _one_at_a_time:
        document = pypdfium2.PdfDocument(pdf)
        try:
            page = document[0]
            scale = PIXELS_IN_A_POINT.get(name) or LONGER_EDGE[name] / max(page.get_size())
            image = page.render(scale=scale).to_pil()
        finally:
            document.close()
    return saved(image)


def of_png(png: bytes, name: str) -> bytes:
    """A sheet for screens is a picture already; at real size one of its pixels is one of the screen's."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    edge = LONGER_EDGE.get(name) or round(max(image.size) * PIXELS_IN_A_POINT[name] * 0.75)
    factor = edge / max(image.size)
    if factor < 1:
        image = image.resize((round(image.width * factor), round(image.height * factor)), Image.Resampling.LANCZOS)
    return saved(image)


def saved(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=6)
    return buffer.getvalue()


def words_on(spec) -> str:
    """What a sheet says, for those who cannot see its picture: per language headline, promise, signs, call and number."""
    said = []
    for tongue in spec.tongues:
        headline = tongue.headline.replace("|", " ").replace("  ", " ")
        parts = (headline, tongue.promise, *tongue.signs, tongue.call, spec.numbers.get("voice", ""))
        said.append(" ".join(part.replace("\u200b", "") for part in parts if part))
    return " / ".join(said)
