"""The public gallery: posters that somebody approved, to look at and to print. No account, no cookie, nothing about the visitor.

Nothing is made here: the gallery shows what lies in the store. A sheet whose number has changed is shown as out of date and not
given out; it comes back when its replacement was made.
"""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.text import slugify
from django.utils.translation import gettext, pgettext
from django.views.decorators.http import require_safe

from kernel import languages
from kernel.shared import shared_page
from posters import pictures, sheets
from posters.access import may_make
from posters.choice import Choice, Shelf
from posters.designs import DESIGNS
from posters.models import Poster, Sheet
from posters.sheets import Standing
from posters.sizes import SIZES
from posters.spec import PosterSpec
from posters.studio.state import place_named

ON_A_PAGE = 24
GIVEN_OUT = {Standing.CURRENT, Standing.WORDS}
FILTERS = ("campaign", "language", "size")


@dataclass(frozen=True)
class Entry:
    """One poster as visitors see it."""

    poster: Poster
    spec: PosterSpec
    standing: Standing
    has_file: bool

    @classmethod
    def of(cls, poster: Poster, *, now: datetime, shelf: Shelf) -> "Entry":
        standing, _lines = sheets.standing(poster.sheet, now=now, shelf=shelf)
        kept = sheets.file_of(poster.sheet).exists()
        return cls(poster, PosterSpec.read(poster.sheet.spec), standing, kept)

    @property
    def sheet(self) -> Sheet:
        return self.poster.sheet

    @property
    def is_given_out(self) -> bool:
        return self.has_file and self.standing in GIVEN_OUT

    @property
    def tongues(self) -> list[dict]:
        return [
            {"own": languages.own_name(code), "tag": languages.tag(code), "direction": languages.direction(code)}
            for code in self.sheet.language_codes
        ]

    @property
    def tag(self) -> str:
        """The language of the words on a sheet that has one."""
        codes = self.sheet.language_codes
        return languages.tag(codes[0]) if len(codes) == 1 else ""

    @property
    def words(self) -> str:
        return pictures.words_on(self.spec)

    @property
    def is_draft(self) -> bool:
        return any(tongue.draft for tongue in self.spec.tongues)

    @property
    def design(self):
        return DESIGNS[self.sheet.design].label

    @property
    def size(self):
        return SIZES[self.sheet.size].label

    @property
    def place(self) -> str:
        choice = Choice.read(self.sheet.choice)
        return place_named(choice.country, choice.region)

    @property
    def kind(self) -> str:
        return kind_of(self.sheet).upper()

    @property
    def dimensions(self) -> tuple[int, int]:
        """Width and height of the thumbnail in pixels."""
        size, edge = SIZES[self.sheet.size], pictures.LONGER_EDGE["thumb"]
        factor = edge / max(size.width, size.height)
        return round(size.width * factor), round(size.height * factor)


def kind_of(sheet: Sheet) -> str:
    return "png" if SIZES[sheet.size].is_screen else "pdf"


def shown_posters():
    return Poster.objects.public().exclude(sheet=None).select_related("sheet", "campaign")


@require_safe
@shared_page
def gallery(request):
    now, shelf = timezone.now(), Shelf()
    posters = list(shown_posters().order_by("campaign_id", "name", "pk"))
    asked = {name: request.GET.get(name, "").replace("\0", "")[:60] for name in FILTERS}
    found = [poster for poster in posters if fits(poster, asked)]
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    kept = {name: value for name, value in asked.items() if value}
    response = render(
        request,
        "posters/gallery.html",
        {
            "entries": [Entry.of(poster, now=now, shelf=shelf) for poster in page.object_list],
            "page_of_posters": page,
            "pages": [
                {"number": number, "url": f"?{urlencode(kept | {'page': number})}", "is_here": number == page.number}
                for number in page.paginator.page_range
            ],
            "filters": filters(posters, asked),
            "is_filtered": bool(kept),
            "has_any": bool(posters),
            "may_make": may_make(request.user) if request.user.is_authenticated else False,
        },
    )
    return response


def fits(poster: Poster, asked: dict[str, str]) -> bool:
    return (
        asked["campaign"] in {"", poster.campaign.code}
        and asked["size"] in {"", poster.sheet.size}
        and (not asked["language"] or asked["language"] in poster.sheet.language_codes)
    )


def filters(posters: list[Poster], asked: dict[str, str]) -> list[dict]:
    """What can be narrowed down, with the values that occur; none for a single value that nobody asked for."""
    campaigns = {poster.campaign.code: poster.campaign.name for poster in posters}
    codes = dict.fromkeys(code for poster in posters for code in poster.sheet.language_codes)
    spoken = sorted(((code, languages.own_name(code)) for code in codes), key=lambda pair: pair[1].casefold())
    sizes = {code: SIZES[code].label for code in SIZES if code in {poster.sheet.size for poster in posters}}
    rows = [
        ("campaign", gettext("Campaign"), list(campaigns.items())),
        ("language", gettext("Language"), spoken),
        ("size", pgettext("of a sheet of paper", "Size"), list(sizes.items())),
    ]
    return [
        {
            "name": name,
            "label": label,
            "options": [
                {
                    "value": value,
                    "words": words,
                    "tag": languages.tag(value) if name == "language" else "",
                    "is_here": value == asked[name],
                }
                for value, words in options
            ],
        }
        for name, label, options in rows
        if len(options) > 1 or asked[name]
    ]


def public_sheet_or_404(code: str) -> Sheet:
    poster = shown_posters().filter(sheet__code=code).first()
    if poster is None:
        raise Http404
    return poster.sheet


@require_safe
def picture(request, code: str):
    """The thumbnail of a poster in the gallery."""
    body = pictures.picture(public_sheet_or_404(code).key, "thumb")
    if body is None:
        raise Http404
    response = HttpResponse(body, content_type="image/png")
    response["Cache-Control"] = "public, max-age=86400"
    return response


@require_safe
def file(request, code: str):
    """The sheet to print. One that is out of date is not given out: its check page says what holds today."""
    sheet = public_sheet_or_404(code)
    standing, _lines = sheets.standing(sheet, now=timezone.now())
    kind = kind_of(sheet)
    place = sheets.file_of(sheet)
    if standing not in GIVEN_OUT:
        return redirect(reverse("check_sheet", args=[sheet.code]))
    if not place.exists():
        raise Http404
    name = f"{slugify(sheet.campaign.code)}-{'-'.join(sheet.language_codes)}-{sheet.design}-{sheet.size}-{sheet}.{kind}"
    response = FileResponse(
        place.open("rb"),
        as_attachment=True,
        filename=name,
        content_type="image/png" if kind == "png" else "application/pdf",
    )
    response["ETag"] = f'"{sheet.sha256}"'
    response["Cache-Control"] = "public, max-age=300"
    return response
