"""The PDF of a certificate, read back: fields, tags, language, title, QR code; and the page with the same words."""

import io

import page as pdf_checker
import pypdf
import pypdfium2
import pytest
import zxingcpp
from django.utils import translation

from records.art import frame_svg
from records.papers import COURSE_SIZES, NAME_SIZES, SHEETS_MM, paper_of, pdf_of, verify_address
from tests.factories.courses import make_course
from tests.factories.records import make_completion, make_user

pytestmark = pytest.mark.django_db
CODES = ["en", "es", "ar-xb"]


@pytest.fixture
def certificate():
    return make_completion(make_course(), user=make_user("Ana María López"), score=93).certificates.get()


def pdf(certificate, *, name="Ana María López", locale="en", sheet="letter") -> bytes:
    return pdf_of(paper_of(certificate, name=name, locale=locale), sheet=sheet)


def text_of(body: bytes) -> str:
    return " ".join(pypdf.PdfReader(io.BytesIO(body)).pages[0].extract_text().split())


def structure_of(body: bytes) -> list[tuple[str, str]]:
    """(tag, words) of every element that carries words, in reading order, as assistive technology meets them."""
    found = []

    def walk(item, tag):
        item = item.get_object()
        if not hasattr(item, "get"):
            return
        name = item.get("/S", tag)
        if "/ActualText" in item or "/Alt" in item:
            found.append((tag if name == "/Span" else name, item.get("/ActualText") or item.get("/Alt")))
        kids = item.get("/K", [])
        for kid in kids if isinstance(kids, list) else [kids]:
            if hasattr(kid, "get_object"):
                walk(kid, name)

    walk(pypdf.PdfReader(io.BytesIO(body)).trailer["/Root"]["/StructTreeRoot"], "")
    return found


@pytest.mark.parametrize("sheet", SHEETS_MM)
@pytest.mark.parametrize("code", CODES)
def test_a_certificate_is_accessible_in_every_language_on_every_sheet(certificate, code, sheet, caplog):
    body = pdf(certificate, locale=code, sheet=sheet)
    report = pdf_checker.validate_pdf_bytes(body, profile=pdf_checker.ValidationProfile.PDF_UA_1)
    assert report.is_compliant, [failure.message for failure in report.failures]
    root = pypdf.PdfReader(io.BytesIO(body)).trailer["/Root"]
    assert root["/Lang"].lower() == code
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert not [record for record in caplog.records if record.name == "kernel.paper"]


@pytest.mark.parametrize("sheet", SHEETS_MM)
def test_a_certificate_is_one_landscape_sheet(certificate, sheet):
    pages = pypdf.PdfReader(io.BytesIO(pdf(certificate, sheet=sheet))).pages
    width, height = (round(float(side) / 72 * 25.4, 1) for side in (pages[0].mediabox.width, pages[0].mediabox.height))
    assert (width, height) == SHEETS_MM[sheet]
    assert len(pages) == 1


def test_everything_that_was_frozen_stands_on_the_paper(certificate):
    text = text_of(pdf(certificate))
    for words in ["Ana María López", "Small course", "March 2, 2026", "March 2, 2027", "30 minutes", "Lodestar"]:
        assert words in text
    assert certificate.number in text
    assert " ".join(certificate.code[i : i + 3] for i in range(0, 27, 3)) in text
    assert "https://lodestar.example/en/verify/" in text


def test_the_language_of_the_paper_is_chosen_when_it_is_printed(certificate):
    text = text_of(pdf(certificate, locale="es"))
    assert "Curso pequeño" in text and "2 de marzo de 2026" in text


@pytest.mark.parametrize(("show", "score", "printed"), [(False, 93, False), (True, 93, True), (True, None, False)])
def test_the_score_is_printed_only_when_the_holder_wants_it(certificate, show, score, printed):
    certificate.show_score, certificate.score_percent = show, score
    assert ("93%" in text_of(pdf(certificate))) is printed


def test_a_certificate_without_an_end_says_so(certificate):
    certificate.valid_until = None
    assert "No end date" in text_of(pdf(certificate))


def test_a_screen_reader_meets_the_words_in_order(certificate):
    words = [text for _tag, text in structure_of(pdf(certificate))]
    order = [
        "Certificate of completion",
        "Ana María López",
        "Small course",
        "Completed on",
        "March 2, 2026",
        certificate.number,
    ]
    places = [words.index(text) for text in order]
    assert places == sorted(places)


def test_headings_table_and_picture_are_tagged(certificate):
    tags = {text: tag for tag, text in structure_of(pdf(certificate))}
    assert tags["Certificate of completion"] == "/H1"
    assert tags["Completed on"] == "/TH"
    assert tags["March 2, 2026"] == "/TD"
    assert tags["QR code that opens the page on which this certificate can be checked"] == "/Figure"


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("sheet", SHEETS_MM)
def test_the_qr_code_leads_to_the_site_setting_byte_for_byte(certificate, code, sheet):
    document = pypdfium2.PdfDocument(pdf(certificate, locale=code, sheet=sheet))
    picture = document[0].render(scale=100 / 72).to_pil()
    document.close()
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [
        f"https://lodestar.example/v/{certificate.code}/"
    ]


def test_the_qr_code_is_at_least_thirty_millimetres_wide_with_its_quiet_zone(certificate):
    document = pypdfium2.PdfDocument(pdf(certificate))
    (found,) = zxingcpp.read_barcodes(document[0].render(scale=4).to_pil())
    document.close()
    corners = found.position
    assert abs(corners.top_right.x - corners.top_left.x) / 4 / 72 * 25.4 >= 30


def test_right_to_left_paper_is_mirrored(certificate):
    def dark_side(code):
        document = pypdfium2.PdfDocument(pdf(certificate, locale=code))
        picture = document[0].render(scale=0.5).to_pil().convert("L")
        document.close()
        middle = picture.height // 2
        return (
            "left"
            if picture.getpixel((4, middle)) < 100
            else "right"
            if picture.getpixel((picture.width - 4, middle)) < 100
            else ""
        )

    assert dark_side("en") == "left"
    assert dark_side("ar-xb") == "right"


def test_a_name_in_arabic_is_printed(certificate):
    body = pdf(certificate, name="آنا لوبيز", locale="en")
    assert ("/P", "آنا لوبيز") in structure_of(body) or "آنا لوبيز" in [text for _tag, text in structure_of(body)]


@pytest.mark.parametrize("length", [1, 22, 23, 42, 80, 150])
def test_long_names_and_titles_stay_on_the_sheet(certificate, length):
    certificate.titles = {"en": ("Awareness " * 30)[:255]}
    body = pdf(certificate, name=("Wilhelmina " * 20)[:length])
    assert len(pypdf.PdfReader(io.BytesIO(body)).pages) == 1
    boxes = []
    document = pypdfium2.PdfDocument(body)
    text_page = document[0].get_textpage()
    for index in range(text_page.count_rects()):
        boxes.append(text_page.get_rect(index))
    width, height = document[0].get_size()
    document.close()
    assert all(0 <= left and right <= width and 0 <= bottom and top <= height for left, bottom, right, top in boxes)


def test_type_sizes_fall_as_texts_grow():
    for sizes in (NAME_SIZES, COURSE_SIZES):
        assert [points for _most, points in sizes] == sorted({points for _most, points in sizes}, reverse=True)


def test_a_course_without_words_in_the_language_of_the_paper_says_which_it_has(certificate):
    assert paper_of(certificate, name="Ana", locale="es").course_language == "es"
    paper = paper_of(certificate, name="Ana", locale="ar-xb")
    assert (paper.course, paper.course_language) == ("Small course", "en")
    certificate.titles, certificate.locale = {}, "es"
    assert paper_of(certificate, name="Ana", locale="ar-xb").course_language == "es"


def test_a_name_cannot_write_markup(certificate):
    body = pdf(certificate, name="<b>Ana</b> & <img src=x>")
    assert "<b>Ana</b> & <img src=x>" in text_of(body)


def test_the_same_certificate_is_the_same_bytes(certificate):
    assert pdf(certificate) == pdf(certificate)


def test_the_language_around_does_not_change_the_paper(certificate):
    before = pdf(certificate)
    with translation.override("es"):
        assert pdf(certificate) == before


def test_addresses_come_from_the_setting(settings):
    settings.SITE_URL = "https://other.example"
    assert verify_address("ABC") == "https://other.example/v/ABC/"


def test_the_art_has_no_gradients_and_no_transparency():
    for mirrored in (False, True):
        art = frame_svg(297, 210, mirrored=mirrored).decode()
        assert "radient" not in art and "opacity" not in art


# Names as people write them; the family that has their letters.
SCRIPTS = {
    "ar": ("ليلى الأحمد", "Arabic"),
    "hi": ("प्रिया शर्मा", "NotoSans"),
    "th": ("สมชาย ใจดี", "Thai"),
    "ko": ("김민준", "KR"),
    "zh-hans": ("张伟", "SC"),
    "zh-hant": ("陳怡君", "TC"),
    "ru": ("Анна Иванова", "NotoSans"),
    "vi": ("Nguyễn Thị Hương", "NotoSans"),
}


@pytest.mark.parametrize("code", SCRIPTS)
def test_a_certificate_has_the_letters_of_every_shipped_script(certificate, code):
    name, family = SCRIPTS[code]
    body = pdf(certificate, name=name, locale=code)
    used = {
        str(font.get_object()["/BaseFont"])
        for page in pypdf.PdfReader(io.BytesIO(body)).pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert any(family in font.replace("-", "") for font in used), used
