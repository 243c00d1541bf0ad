"""A copy of the home country's numbers that is shown when the database is gone.

Written as plain files into the var directory whenever something about hotlines changes; read without the database, without
templates and without style sheets, so that nothing else has to work for it.
"""

from itertools import count
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation

from hotlines import lookup
from hotlines.cards import card, long_date
from hotlines.models import Kind
from kernel import languages

RETRY_SECONDS = 30
LAST_RESORT = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Lodestar</title>"
    "<h1>This page is not available now</h1><p>Please try again in a minute.</p>"
)
_tickets = count(1)
_written = 0


def folder() -> Path:
    return Path(settings.VAR_DIR) / "numbers"


def write() -> list[Path]:
    """Write one page per language; return the files. Each is replaced in one step."""
    now = timezone.now()
    folder().mkdir(parents=True, exist_ok=True)
    answers = lookup.find(settings.HELP_COUNTRY, now=now) + [
        one
        for one in lookup.find(settings.HELP_COUNTRY, now=now, purpose=lookup.Purpose.TIP)
        if one.hotline.kind == Kind.TIP_LINE
    ]
    hotlines = list({one.hotline.code: one.hotline for one in answers}.values())
    files = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            page = render_to_string(
                "hotlines/fallback.html",
                {
                    "cards": [card(hotline, now=now) for hotline in hotlines],
                    "language_tag": languages.tag(code),
                    "language_direction": languages.direction(code),
                    "written_on": long_date(timezone.localdate(now)),
                    "exit_url": settings.QUICK_EXIT_URL,
                },
            )
        file = folder() / f"{code}.html"
        fresh = file.with_suffix(".new")
        fresh.write_text(page, encoding="utf-8")
        fresh.replace(file)
        files.append(file)
    return files


def write_later(**_signal) -> None:
    """Write once after the transaction, however many hotlines it changed."""
    ticket = next(_tickets)
    transaction.on_commit(lambda: _write_unless_newer(ticket))


def _write_unless_newer(ticket: int) -> None:
    global _written
    if ticket <= _written:
        return
    _written = next(_tickets)
    write()


def page(language: str) -> str:
    """The copy in a language, else in English, else a sentence without numbers."""
    for code in (language, "en"):
        try:
            return (folder() / f"{code}.html").read_text(encoding="utf-8")
        except OSError:
            continue
    return LAST_RESORT


def response(request) -> HttpResponse:
    """503 with the copy, in the language of the address: come back in half a minute, here are the numbers meanwhile."""
    language = translation.get_language_from_path(request.path_info) or translation.get_language_from_request(request)
    answer = HttpResponse(page(language), status=503)
    answer["Retry-After"] = str(RETRY_SECONDS)
    answer["Cache-Control"] = "no-store"
    return answer
