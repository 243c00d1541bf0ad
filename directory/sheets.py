"""One page of paper with the entries of a country, or around a town or port, in one language.

Stages: wish -> entries (finding) -> as many cards as fit on one page, tried from many to fewer -> tagged PDF (`kernel.paper`).
The date stands on it, and a code that leads to the page where the present state can be read. What is shown comes from cards,
so that a confidential location is an area here too.
"""

import hashlib
import io
from dataclasses import dataclass

import segno
from django.conf import settings
from django.core.cache import caches
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext

from directory import finding, gazetteer
from directory.cards import EntryCard, card
from hotlines import places
from hotlines.cards import long_date
from kernel import languages, stamp
from kernel.paper import html_to_pdf, plain

TRIES = (30, 22, 16, 11, 7, 4)  # entries on the page
SHEETS_MM = {"letter": (215.9, 279.4), "a4": (210.0, 297.0)}
KEPT_SECONDS = 600
WEB_MOST = 90  # signs


@dataclass(frozen=True)
class Wish:
    country: str
    language: str
    place: gazetteer.Place | None = None
    radius_km: int = 100
    kind: str = ""
    paper: str = "letter"

    def search(self) -> finding.Search:
        return finding.Search(
            country="" if self.place else self.country, place=self.place, radius_km=self.radius_km, kind=self.kind
        )


@dataclass(frozen=True)
class Line:
    """One entry on paper, every text capped."""

    name: str
    tag: str
    calls: list[str]
    web: str
    facts: str
    where: str
    checked: str
    badge: str


def line_of(found: EntryCard, printable: set[str]) -> Line | None:
    """The entry on paper, or None when nothing is left by which it could be reached.

    Of its hotlines only those whose codes are `printable`: a number from a weak source needs a person's word first.
    """
    lines = [line for line in found.lines if line.code in printable]
    calls = [gettext("Text: %(number)s") % {"number": one.number} if one.sms_link else one.number for one in lines]
    calls += [phone.display for phone in found.phones if phone.link]
    calls = [plain(call, most=60) for call in dict.fromkeys(filter(None, calls))][:3]
    web = found.website or next((line.web for line in lines if line.web), "")
    web = "" if calls or len(web) > WEB_MOST else web  # half an address leads nowhere
    if not calls and not web:
        return None
    hours = next((" · ".join(line.hours[:2]) for line in lines if line.hours), "")
    hours = hours or next((" · ".join(service.hours[:2]) for service in found.services if service.hours), "")
    return Line(
        name=plain(found.name.text, most=90),
        tag=found.name.tag,
        calls=calls,
        web=web,
        facts=plain(". ".join(filter(None, [*found.kinds[:4], hours, found.languages])), most=260),
        where=plain(" · ".join(filter(None, [found.area, found.distance])), most=120),
        checked=found.checked,
        badge=found.badge,
    )


def printable_codes(organisation) -> set[str]:
    return {link.hotline.code for link in organisation.hotline_links.all() if link.hotline.may_be_printed}


def pdf_of(wish: Wish, *, now) -> bytes:
    """The sheet; kept for ten minutes, so that the same wish is laid out once. Raises as `kernel.paper.html_to_pdf` does."""
    facts = f"{wish} {timezone.localdate(now)} {stamp.current()}"
    key = f"sheet:{hashlib.sha256(facts.encode()).hexdigest()}"
    pdf = caches["near"].get(key)
    if pdf is None:
        with translation.override(wish.language):
            pdf = _make(wish, now)
        caches["near"].set(key, pdf, KEPT_SECONDS)
    return pdf


def _make(wish: Wish, now) -> bytes:
    import pypdf  # six megabytes that few processes need

    found = finding.find(wish.search(), now=now)
    distances = found.distances
    numbers = found.numbers(0, TRIES[0])
    lines = []
    for number, entry in finding.entries(numbers, now=now):
        line = line_of(card(entry, now=now, km=distances.get(number)), printable_codes(entry))
        lines += [line] if line else []
    pdf = b""
    for most in sorted({min(most, len(lines)) for most in TRIES}, reverse=True):
        pdf = html_to_pdf(html_of(wish, lines[:most], found.total, now), base_files={"qr.svg": qr_svg(address(wish))})
        if len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 1:
            return pdf
    return pdf


def address(wish: Wish) -> str:
    """Where the code leads: the search itself, without a word about what is on the sheet."""
    return f"{settings.SITE_URL}/{wish.language}/places/"


def html_of(wish: Wish, lines: list[Line], total: int, now) -> str:
    width, height = SHEETS_MM[wish.paper]
    return render_to_string(
        "directory/paper/sheet.html",
        {
            "lines": lines,
            "left_out": max(0, total - len(lines)),
            "title": wish.place.label() if wish.place else places.country_name(wish.country),
            "radius": wish.radius_km if wish.place else 0,
            "printed_on": long_date(timezone.localdate(now)),
            "address": address(wish),
            "language_tag": languages.tag(wish.language),
            "direction": languages.direction(wish.language),
            "width": width,
            "height": height,
            "operator": plain(settings.OPERATOR_NAME, most=80),
        },
    )


def qr_svg(text: str) -> bytes:
    picture = io.BytesIO()
    segno.make(text, error="m", micro=False).save(picture, kind="svg", border=4, dark="#000", light="#fff", scale=1)
    return picture.getvalue()
