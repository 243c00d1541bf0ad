"""What stands on a certificate, in one language: the words, and the PDF and the web page that show the same of them."""

import io
from dataclasses import dataclass

import segno
from babel.dates import format_date
from babel.numbers import format_percent
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kernel import languages
from kernel.paper import html_to_pdf, plain
from kernel.paper.fonts import families
from records.art import band_width, frame_svg
from records.certificates import PrintedCertificate
from records.numbers import grouped

SHEETS_MM = {"letter": (279.4, 215.9), "a4": (297.0, 210.0)}  # landscape
# Longest text, counted in signs, for each type size in points.
NAME_SIZES = [(22, 36), (30, 30), (42, 24), (80, 18), (150, 13)]
COURSE_SIZES = [(32, 22), (48, 18), (110, 14), (255, 11)]


@dataclass(frozen=True)
class Fact:
    """A label and its value. `name` is the same in every language."""

    name: str
    label: str
    value: str


@dataclass(frozen=True)
class Paper:
    """The words of one certificate in one language."""

    locale: str
    heading: str
    name_label: str
    name: str
    course_label: str
    course: str
    course_language: str
    facts: list[Fact]
    number: Fact
    code: Fact
    issuer: Fact
    advice: str
    address: str
    qr_text: str
    qr_alt: str

    @property
    def language(self) -> str:
        return languages.tag(self.locale)

    @property
    def direction(self) -> str:
        return languages.direction(self.locale)

    @property
    def title(self) -> str:
        return f"{self.heading}: {self.course}"


def verify_address(code: str) -> str:
    """The address behind the QR code. Made from the site's own setting, never from a request."""
    return f"{settings.SITE_URL}/v/{code}/"


def long_date(day, locale: str) -> str:
    return format_date(day, format="long", locale=languages.cldr(locale))


def facts_of(certificate: PrintedCertificate, locale: str) -> list[Fact]:
    """What was achieved and until when it counts; the score only when the holder wants it shown. Call it in that language."""
    end = long_date(certificate.valid_until, locale) if certificate.valid_until else _("No end date")
    minutes = ngettext("%(count)d minute", "%(count)d minutes", certificate.minutes) % {"count": certificate.minutes}
    facts = [
        Fact("completed", _("Completed on"), long_date(certificate.completed_on, locale)),
        Fact("valid", _("Valid until"), end),
        Fact("minutes", _("Active learning time"), minutes),
    ]
    if certificate.show_score and certificate.score_percent is not None:
        score = format_percent(certificate.score_percent / 100, locale=languages.cldr(locale))
        facts.append(Fact("score", _("Score"), score))
    return facts


def paper_of(certificate: PrintedCertificate, *, name: str, locale: str) -> Paper:
    """Return the words of `certificate` with `name` on it, in the language `locale`."""
    address = f"{settings.SITE_URL}/{locale}/verify/"
    with translation.override(locale):
        return Paper(
            locale=locale,
            heading=_("Certificate of completion"),
            name_label=_("Awarded to"),
            name=plain(name, most=150),
            course_label=_("Course completed"),
            course=plain(certificate.title_in(locale), most=255),
            course_language=languages.tag(certificate.title_language(locale)),
            facts=facts_of(certificate, locale),
            number=Fact("number", _("Certificate number"), certificate.number),
            code=Fact("code", _("Verify code"), grouped(certificate.code)),
            issuer=Fact("issuer", _("Issued by"), plain(certificate.issuer, most=160)),
            advice=_(
                "Scan the code, or enter the verify code at this address, to see whether this certificate is valid:"
            ),
            address=address,
            qr_text=verify_address(certificate.code),
            qr_alt=_("QR code that opens the page on which this certificate can be checked"),
        )


def pdf_of(paper: Paper, *, sheet: str = "letter") -> bytes:
    """Return `paper` as a tagged PDF on a landscape sheet, `letter` or `a4`. Raises as `kernel.paper.html_to_pdf` does."""
    width, height = SHEETS_MM[sheet]
    is_rtl = paper.direction == "rtl"
    context = {
        "paper": paper,
        "families": families(paper.locale),
        "width": width,
        "height": height,
        "start": "right" if is_rtl else "left",
        "end": "left" if is_rtl else "right",
        "name_points": _points(paper.name, NAME_SIZES),
        "course_points": _points(paper.course, COURSE_SIZES),
        "zone": _zones(width, height),
    }
    with translation.override(paper.locale):
        html = render_to_string("records/paper/certificate.html", context)
    files = {"frame.svg": frame_svg(width, height, mirrored=is_rtl), "qr.svg": qr_svg(paper.qr_text)}
    return html_to_pdf(html, base_files=files)


def qr_svg(text: str) -> bytes:
    """A QR code as SVG in black on white, with its quiet zone of four modules."""
    picture = io.BytesIO()
    code = segno.make(text, error="q", micro=False)
    code.save(picture, kind="svg", border=4, dark="#000", light="#fff", omitsize=True, xmldecl=False, nl=False)
    return picture.getvalue()


def _zones(width: float, height: float) -> dict[str, float]:
    """Places in mm, from the top and from the side where the band stands. What proves the paper sits at its foot."""
    band, foot = band_width(width), height - 15
    text = width - band - 2 * 20
    return {
        "start": band + 20,
        "width": text,
        "proof": text - 44,
        "number": foot - 53,
        "code": foot - 39,
        "advice": foot - 23,
        "qr": foot - 41,
        "issuer": height * 0.84,
        "band": band - 18,
    }


def _points(text: str, sizes: list[tuple[int, int]]) -> int:
    """The largest type size at which a text of this length keeps to its lines."""
    return next((points for most, points in sizes if len(text) <= most), sizes[-1][1])
