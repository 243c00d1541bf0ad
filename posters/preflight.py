"""Check a finished sheet against its own metrics: with other software than the one that made it.

    accessible   PDF/UA-1 (ISO 14289-1) by page-validation
    fonts        every font embedded
    words        the words of the structure tree, which assistive technology reads, equal the words that were laid out
    number       the number reads back from the page
    code         every QR code decodes from the rasterised page to its address, and is large enough for a telephone
    size         the page has the size of the sheet; every text has the size it was laid out in, none is too small to read
    overflow     every text lies in its place and on the sheet, and no text runs into another
    contrast     4.5:1 for text, 3:1 for large text (WCAG 2.2, 1.4.3)
    glyphs       no glyph is missing

Every finding is a fault; an empty list means that the sheet may be handed out. All but the first reads the file with PDFium,
which is also what most browsers show it with.
"""

import ctypes
import io
import unicodedata
from dataclasses import dataclass

import page as pdf_checker
import pypdfium2
import pypdfium2.raw as pdfium
import zxingcpp

LARGE_PT, LARGE_BOLD_PT = 18, 14
LEAST_PT = 5  # under this nobody reads it
CODE_DPI = 150
CODE_LEAST_MM = 15  # without its quiet zone
# How far ink may reach beyond its place, in ems: tails of Nastaliq and stacked marks go far up and down.
BESIDE, ABOVE = 0.5, 0.9
TOUCH = 0.06  # ems by which the ink of two texts may lie over each other
PARAGRAPHS = {"P", "H1", "H2"}


def finding(check: str, detail: str) -> dict:
    return {"check": check, "detail": detail[:400]}


def check(pdf: bytes, metrics: dict, number: str) -> list[dict]:
    """Return what is wrong with `pdf`, which was made with these metrics and shows this number."""
    found = [*accessibility(pdf), *measured(metrics)]
    document = pypdfium2.PdfDocument(pdf)
    try:
        if len(document) != 1:
            found.append(finding("size", f"{len(document)} pages instead of one"))
        sheet = document[0]
        left, bottom, right, top = sheet.get_trimbox() or sheet.get_mediabox()
        for name, got, wanted in (
            ("width", right - left, metrics["width"]),
            ("height", top - bottom, metrics["height"]),
        ):
            if abs(got - wanted) > 0.6:
                found.append(finding("size", f"{name} is {got:.1f} pt instead of {wanted:.1f}"))
        text = sheet.get_textpage().get_text_bounded()
        if squeezed(number) not in squeezed(text):
            found.append(finding("number", "the number cannot be read back"))
        found += codes(sheet, metrics, offset=left, top=top)
        pieces = list(printed(sheet, offset=left, top=top))
        found += [*fonts(pieces), *sizes(pieces, metrics), *overflow(pieces, metrics), *words(sheet, metrics)]
    finally:
        document.close()
    return found


def check_any(pdf: bytes) -> list[dict]:
    """What can be said of a PDF that was made elsewhere: PDF/UA-1 and embedded fonts."""
    found = accessibility(pdf)
    document = pypdfium2.PdfDocument(pdf)
    try:
        for sheet in document:
            found += fonts(printed(sheet, offset=0, top=0))
    finally:
        document.close()
    return found


def title(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return document.get_metadata_value("Title")
    finally:
        document.close()


def accessibility(pdf: bytes) -> list[dict]:
    report = pdf_checker.validate_pdf_bytes(pdf, profile=pdf_checker.ValidationProfile.PDF_UA_1)
    return [finding("accessible", f"{failure.rule_id}: {failure.message}") for failure in report.failures]


def measured(metrics: dict) -> list[dict]:
    found = []
    for text in metrics["texts"]:
        if text["missing"]:
            found.append(
                finding("glyphs", f"{text['missing']} signs of {text['role']} ({text['language']}) have no glyph")
            )
        if text["pt"] < LEAST_PT:
            found.append(finding("size", f"{text['role']} is set in {text['pt']} pt"))
        large = text["pt"] >= LARGE_PT or (text["pt"] >= LARGE_BOLD_PT and text["weight"] >= 700)
        if text["contrast"] < (3 if large else 4.5):
            found.append(finding("contrast", f"{text['role']} has {text['contrast']}:1"))
    for code in metrics["codes"]:
        if code["mm"] < CODE_LEAST_MM:
            found.append(finding("code", f"the QR code is {code['mm']} mm wide"))
    return found


def squeezed(text: str) -> str:
    """`text` without spaces, joiners and direction marks, composed: for comparing."""
    return "".join(
        sign for sign in unicodedata.normalize("NFKC", text)
        if not sign.isspace() and unicodedata.category(sign) not in {"Cf", "Cc", "Pd"}
    )  # fmt: skip


# --- Codes ------------------------------------------------------------------------------------------------------------


def codes(sheet, metrics: dict, *, offset: float, top: float) -> list[dict]:
    """Decode every code from a picture of its place; `offset` and `top` are the trim's left and upper edge."""
    found = []
    left, bottom, right, upper = sheet.get_mediabox()
    for code in metrics["codes"]:
        begin, above = offset + code["x"], top - code["y"]
        crop = (begin - left, above - code["edge"] - bottom, right - begin - code["edge"], upper - above)
        crop = tuple(max(0.0, distance) for distance in crop)
        image = sheet.render(scale=CODE_DPI / 72, crop=crop, grayscale=True).to_pil()
        read = {result.text for result in zxingcpp.read_barcodes(image)}
        if code["address"] not in read:
            found.append(finding("code", f"the QR code of {code['mm']} mm does not read back as {code['address']}"))
    return found


# --- Ink --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Piece:
    """A run of glyphs as the page paints it, in points from the trim's upper left corner."""

    left: float
    top: float
    right: float
    bottom: float
    pt: float
    font: str
    embedded: bool


def printed(sheet, *, offset: float, top: float):
    """Every run of glyphs of a page that leaves ink."""
    number = ctypes.c_float()
    edges = [ctypes.c_float() for _ in range(4)]
    for item in sheet.get_objects(filter=(pdfium.FPDF_PAGEOBJ_TEXT,), max_depth=5):
        pdfium.FPDFPageObj_GetBounds(item, *edges)  # left, bottom, right, top
        left, bottom, right, upper = (edge.value for edge in edges)
        if right - left < 0.01 or upper - bottom < 0.01:
            continue  # spaces
        pdfium.FPDFTextObj_GetFontSize(item, number)
        font = pdfium.FPDFTextObj_GetFont(item)
        yield Piece(
            left - offset, top - upper, right - offset, top - bottom, number.value * _scale(item),
            font_name(font), pdfium.FPDFFont_GetIsEmbedded(font) == 1,
        )  # fmt: skip


def _scale(item) -> float:
    """By how much a text's own matrix enlarges it."""
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(item, matrix)
    return (matrix.c**2 + matrix.d**2) ** 0.5


def font_name(font) -> str:
    buffer = ctypes.create_string_buffer(200)
    pdfium.FPDFFont_GetBaseFontName(font, buffer, 200)
    return buffer.value.decode("utf-8", "replace")


def fonts(pieces) -> list[dict]:
    loose = sorted({piece.font for piece in pieces if not piece.embedded})
    return [finding("fonts", f"{name or 'a font'} is not embedded") for name in loose]


def sizes(pieces: list[Piece], metrics: dict) -> list[dict]:
    """Every text was printed in the size it was laid out in, and nothing in another."""
    wanted, got = {text["pt"] for text in metrics["texts"]}, {round(piece.pt, 2) for piece in pieces}
    strange = [pt for pt in got if min((abs(pt - one) for one in wanted), default=pt) > 0.06]
    absent = [pt for pt in wanted if min((abs(pt - one) for one in got), default=pt) > 0.06]
    return [finding("size", f"letters of {pt} pt were not laid out") for pt in sorted(strange)] + [
        finding("size", f"nothing is printed in {pt} pt") for pt in sorted(absent)
    ]


def overflow(pieces: list[Piece], metrics: dict) -> list[dict]:
    """Ink outside its place or the sheet, and texts that lie over each other."""
    found, ink = [], {}
    for piece in pieces:
        place = home(piece, metrics["texts"])
        if place is None:
            found.append(
                finding(
                    "overflow", f"letters of {piece.pt:.1f} pt at {piece.left:.0f}, {piece.top:.0f} lie in no place"
                )
            )
            continue
        text = metrics["texts"][place]
        out = max(-piece.left, -piece.top, piece.right - metrics["width"], piece.bottom - metrics["height"])
        if out > 0.5:
            found.append(finding("overflow", f"{text['role']} ({text['language']}) leaves the sheet by {out:.1f} pt"))
        ink.setdefault(place, []).append(piece)
    return found + collisions(ink, metrics["texts"])


def home(piece: Piece, texts: list[dict]) -> int | None:
    """The number of the text a run of glyphs belongs to: of its size, and around it; where several are, the one it leaves least."""
    best = None
    for number, text in enumerate(texts):
        if abs(text["pt"] - piece.pt) > 0.06:
            continue
        left, top, width, height = text["zone"]
        turned = height > width and text["role"].startswith("strip")
        beside = max(left - piece.left, piece.right - left - width, 0)
        above = max(top - piece.top, piece.bottom - top - height, 0)
        wide, high = (ABOVE, BESIDE) if turned else (BESIDE, ABOVE)
        if beside > wide * piece.pt or above > high * piece.pt:
            continue
        if best is None or beside + above < best[0]:
            best = (beside + above, number)
    return None if best is None else best[1]


def collisions(ink: dict[int, list[Piece]], texts: list[dict]) -> list[dict]:
    found = []
    boxes = [(number, piece) for number, pieces in ink.items() for piece in pieces]
    boxes.sort(key=lambda one: one[1].top)
    for place, (number, piece) in enumerate(boxes):
        for other, below in boxes[place + 1 :]:
            slack = TOUCH * min(piece.pt, below.pt)
            if below.top >= piece.bottom - slack:
                break
            if number != other and min(piece.right, below.right) - max(piece.left, below.left) > slack:
                names = sorted((texts[number]["role"], texts[other]["role"]))
                found.append(finding("overflow", f"{names[0]} and {names[1]} lie over each other"))
    return list({one["detail"]: one for one in found}.values())


# --- Words ------------------------------------------------------------------------------------------------------------


def words(sheet, metrics: dict) -> list[dict]:
    """Compare what is read aloud, piece by piece and in order, with what was laid out."""
    read = [squeezed(text) for text in spoken(sheet)]
    wanted = [squeezed(text["words"]) for text in metrics["texts"]]
    if read == wanted:
        return []
    different = [pair for pair in zip(wanted, read, strict=False) if pair[0] != pair[1]]
    detail = f"{different[0][0][:80]!r} reads back as {different[0][1][:80]!r}" if different else ""
    return [finding("words", detail or f"{len(wanted)} texts were laid out, {len(read)} read back")]


def spoken(sheet) -> list[str]:
    """The words of every paragraph and heading of a page's structure tree, in reading order."""
    tree = pdfium.FPDF_StructTree_GetForPage(sheet)
    if not tree:
        return []
    try:
        found: list[str] = []
        for number in range(pdfium.FPDF_StructTree_CountChildren(tree)):
            _walk(pdfium.FPDF_StructTree_GetChildAtIndex(tree, number), found)
        return found
    finally:
        pdfium.FPDF_StructTree_Close(tree)


def _walk(element, found: list[str]) -> None:
    if _said(pdfium.FPDF_StructElement_GetType, element) in PARAGRAPHS:
        found.append(_text(element))
        return
    for child in _children(element):
        _walk(child, found)


def _text(element) -> str:
    said = _said(pdfium.FPDF_StructElement_GetActualText, element)
    return said or "".join(_text(child) for child in _children(element))


def _children(element):
    for number in range(pdfium.FPDF_StructElement_CountChildren(element)):
        child = pdfium.FPDF_StructElement_GetChildAtIndex(element, number)
        if child:  # content, not an element
            yield child


def _said(ask, element) -> str:
    """What one of PDFium's functions answers, which hand out UTF-16 with a zero at its end."""
    size = ask(element, None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    ask(element, buffer, size)
    return buffer.raw[: size - 2].decode("utf-16-le")


# --- Pictures ---------------------------------------------------------------------------------------------------------


def picture(pdf: bytes, scale: float) -> bytes:
    """The first page as a PNG; `scale` is pixels in a point."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        buffer = io.BytesIO()
        document[0].render(scale=scale).to_pil().save(buffer, "PNG", optimize=False, compress_level=6)
        return buffer.getvalue()
    finally:
        document.close()
