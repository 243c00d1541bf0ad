"""Error pages. They never read a submitted form, a session or the database: whatever broke, they still answer."""

import logging

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from kernel import languages

log = logging.getLogger(__name__)
WORDS = {
    400: (
        _("This request could not be read"),
        _("Something in what was sent does not fit. Go back and send it again from the page itself."),
    ),
    403: (
        _("You cannot open this page"),
        _("It is not meant for this account, or you have to sign in first. Nothing was changed."),
    ),
    404: (
        _("There is no page at this address"),
        _("It may have moved, or the address may have a letter too many. The ways below lead on."),
    ),
    500: (
        _("Something went wrong on our side"),
        _("Answers and progress that were saved are safe. Wait a moment and load the page again."),
    ),
}
FORM_EXPIRED = (
    _("This form had become too old"),
    _("It was open for a long time, or cookies are blocked. Go back, load the page again and send it once more."),
)
LAST_RESORT = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Error</title>"
    "<h1>Something went wrong on our side</h1><p>Wait a moment and load the page again.</p>"
)


def bad_request(request, exception=None):
    return _answer(request, 400)


def forbidden(request, exception=None):
    return _answer(request, 403)


def not_found(request, exception=None):
    return _answer(request, 404)


def server_error(request):
    return _answer(request, 500)


def form_expired(request, reason=""):
    """What Django's CSRF check answers with. The reason is for the log, not for the visitor."""
    return _answer(request, 403, FORM_EXPIRED)


def _answer(request, status: int, words=None) -> HttpResponse:
    heading, text = words or WORDS[status]
    code = _language(request)
    with translation.override(code):
        try:
            page = render_to_string(
                "error.html",
                {
                    "status": status,
                    "heading": heading,
                    "text": text,
                    "language_tag": languages.tag(code),
                    "language_direction": languages.direction(code),
                    "home_url": f"/{code}/",
                    "contact_email": settings.CONTACT_EMAIL,
                },
            )
        except Exception:  # the page that tells of a fault must not add one
            log.exception("the error page itself could not be made")
            page = LAST_RESORT
    response = HttpResponse(page, status=status)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _language(request) -> str:
    """The language of the address, else the one the browser asks for."""
    return translation.get_language_from_path(request.path_info) or translation.get_language_from_request(request)
