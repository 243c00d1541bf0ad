"""What a telephone and an eye make of the printed page: codes decoded, the number read from the picture, two renderers agree.

The eye is Tesseract, which the front door installs for tests; without it these tests are left out, and say so.
"""

import io
import re
import shutil
import subprocess

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageFilter

from posters import press
from posters.colours import contrast
from tests.factories.posters import NUMBERS, spec

SCRIPTS = ("en", "ar", "ur", "hi", "th", "am", "km", "ko", "zh-Hans", "ru")
EYE_DPI = 80  # giant digits confuse Tesseract; at this size they are as tall as in a book

pytestmark = pytest.mark.filterwarnings("error::UserWarning")


def picture(body: bytes, dpi: float, part=(0, 1)) -> Image.Image:
    """The first page in grey, from `part[0]` to `part[1]` of its height."""
    document = pypdfium2.PdfDocument(body)
    try:
        image = document[0].render(scale=dpi / 72, grayscale=True).to_pil()
    finally:
        document.close()
    return image.crop((0, round(image.height * part[0]), image.width, round(image.height * part[1])))


def read_by_eye(image: Image.Image) -> str:
    """What Tesseract reads, without the spaces and dashes between digits."""
    page = io.BytesIO()
    image.save(page, "PNG")
    done = subprocess.run(
        ["tesseract", "stdin", "stdout", "-l", "eng", "--psm", "11"], input=page.getvalue(), capture_output=True, check=True
    )  # fmt: skip
    return re.sub(r"[\s\-\u2010-\u2015.]", "", done.stdout.decode())


@pytest.mark.skipif(not shutil.which("tesseract"), reason="Tesseract is not installed: apt-get install tesseract-ocr")
@pytest.mark.parametrize("language", SCRIPTS)
def test_the_number_is_read_from_the_picture_of_the_page(language):
    design = ("wall", "notice")[SCRIPTS.index(language) % 2]
    made = press.make(spec(language, design=design))
    (number,) = [text for text in made.report["metrics"]["texts"] if text["role"] == "number"]
    top, height = number["zone"][1], number["zone"][3]
    tall = made.report["metrics"]["height"]
    band = picture(made.body, EYE_DPI, ((top - height * 0.2) / tall, (top + height * 1.2) / tall))
    assert re.sub(r"\D", "", NUMBERS["voice"]) in read_by_eye(band)


@pytest.mark.skipif(not shutil.which("tesseract"), reason="Tesseract is not installed: apt-get install tesseract-ocr")
def test_the_eye_notices_another_number():
    made = press.make(spec("en"))
    assert "18005550123" not in read_by_eye(picture(made.body, EYE_DPI, (0.6, 1)))


@pytest.mark.parametrize(
    ("design", "size", "dpi"),
    [("wall", "a4", 100), ("notice", "letter", 100), ("tearoff", "letter", 110), ("card", "card-3x5", 150), ("card", "wallet", 150)],
)  # fmt: skip
def test_the_code_is_read_from_a_blurred_picture_of_the_whole_page(design, size, dpi):
    made = press.make(spec("ar", design=design, size=size))
    blurred = picture(made.body, dpi).filter(ImageFilter.BoxBlur(1))
    read = {result.text for result in zxingcpp.read_barcodes(blurred)}
    assert read == {code["address"] for code in made.report["metrics"]["codes"]}


@pytest.mark.parametrize(
    ("language", "design", "size", "look"),
    [
        ("en", "wall", "letter", {}), ("ar", "wall", "a4", {"campaign": "your-papers"}), ("th", "wall", "story", {}),
        ("hi", "notice", "letter", {}), ("zh-Hans", "card", "card-3x5", {"campaign": "real-friends"}),
        ("es", "wall", "letter", {"saver": True}), ("de", "tearoff", "letter", {}), ("ru", "card", "wallet", {}),
    ],
)  # fmt: skip
def test_the_grounds_that_contrast_was_counted_on_are_those_of_the_picture(language, design, size, look):
    """The palest and the darkest large area behind a text, seen in the picture, is one its layout knew of."""
    from posters.sizes import SIZES

    made = press.make(spec(language, design=design, size=size, **look))
    metrics = made.report["metrics"]
    if SIZES[size].is_screen:
        image = Image.open(io.BytesIO(made.body)).convert("RGB")
    else:
        document = pypdfium2.PdfDocument(made.body)
        image = document[0].render(scale=1).to_pil().convert("RGB")
        document.close()
    scale = image.width / metrics["width"]
    for text in metrics["texts"]:
        left, top, width, height = (length * scale for length in text["zone"])
        colours = image.crop((round(left), round(top), round(left + width), round(top + height))).getcolors(10**6)
        total = sum(count for count, _ in colours)
        large = ["#{:02x}{:02x}{:02x}".format(*colour) for count, colour in colours if count > total * 0.12]
        unknown = [one for one in large if one not in text["grounds"] and one != text["colour"]]
        assert all(contrast(text["colour"], one) >= text["contrast"] - 0.1 for one in unknown), (text["role"], unknown)


def test_sheets_are_the_same_bytes_whatever_was_printed_before(tmp_path):
    """A process remembers how texts break and paths draw; what it remembers must not show."""
    import json

    from kernel.paper.press import Press

    wanted = [spec(language, design=design) for language in ("ar", "ur", "de") for design in ("wall", "notice")]
    bodies = []
    for order in (wanted, wanted[::-1]):
        child, found = Press(module="posters.worker"), {}
        try:
            for one in order:
                found[one.canonical()] = child.print(
                    json.dumps({"spec": one.canonical(), "code": "ABCDEFGH"}).encode()
                )[1]
        finally:
            child.stop()
        bodies.append(found)
    assert bodies[0] == bodies[1] and all(body.startswith(b"%PDF") for body in bodies[0].values())
