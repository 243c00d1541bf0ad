"""Anyone may check a sheet by its printed code: is it still right, and what is the number today?

No cookie, no cache, no search engine, no counting: whoever scans a sheet may need help. The page answers where the QR code
leads, without a redirect, and speaks the sheet's language as far as the site does.
"""

from django.conf import settings
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from hotlines.models import Hotline
from kernel import languages
from posters import rules, sheets
from posters.models import Sheet


@require_safe
def check(request, code: str):
    now = timezone.now()
    sheet = Sheet.objects.select_related("campaign").by_code(code).first()
    language = language_for(sheet, translation.get_language_from_request(request))
    with translation.override(language):
        facts = {"sheet": None, "standing": "unknown", "lines": [], "spoken": [], "replacement": None}
        if sheet is not None:
            standing, lines = sheets.standing(sheet, now=now)
            facts = {
                "sheet": sheet,
                "standing": str(standing),
                "lines": lines or lines_today(sheet, now),
                "spoken": [spoken(one) for one in sheet.language_codes],
                "replacement": sheets.replacement(sheet),
            }
        response = render(request, "posters/check.html", facts, status=404 if sheet is None else 200)
    response["Content-Language"] = language
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@require_safe
def check_file(request, code: str):
    """The file of a current sheet, for whoever finds its outdated forerunner on a wall and can print."""
    sheet = get_object_or_404(Sheet.objects.current().defer("spec", "choice").by_code(code))
    file = sheets.file_of(sheet)
    if not file.exists():
        raise Http404
    kind = "image/png" if file.suffix == ".png" else "application/pdf"
    response = FileResponse(file.open("rb"), content_type=kind, filename=f"{sheet}{file.suffix}")
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def language_for(sheet: Sheet | None, asked: str) -> str:
    """The language asked for when the sheet has it; else the sheet's first that the site speaks; else the one asked for."""
    known = {code for code, _name in settings.LANGUAGES}
    of_sheet = [code.lower() for code in sheet.language_codes] if sheet else []
    if asked in of_sheet:
        return asked
    return next((code for code in of_sheet if code in known), asked)


def spoken(code: str) -> dict[str, str]:
    return {"name": languages.own_name(code), "tag": languages.tag(code), "direction": languages.direction(code)}


def lines_today(sheet: Sheet, now) -> list[Hotline]:
    """The sheet's lines, or those in their place, as far as they are in force."""
    lines = [line.in_force(now) for line in sheet.hotlines.published().with_words()]
    return [line for line in lines if line.is_published and line.is_valid(now)]


@require_safe
def posting_rules(request):
    """The posting rules that are known here, with source and date; `q` narrows them down."""
    words = request.GET.get("q", "")[:80].strip()
    found = rules.search(words)
    facts = {
        "rules": found,
        "words": words,
        "elsewhere": rules.known_elsewhere(),
        "checked_on": rules.table()["checked_on"],
    }
    return render(request, "posters/rules.html", facts)
