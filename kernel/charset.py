"""Refuse forms in an encoding other than UTF-8 before anything tries to read them.

Django decodes a form with the charset its header names; utf-7 or rot13 make its own error pages raise again.
"""

from django.http import HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware

from kernel.headers import ContentSecurityPolicyMiddleware, SecurityHeadersMiddleware

UTF8 = {"utf-8", "utf8", "us-ascii"}
PLAIN_400 = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Bad request</title>"
    "<h1>This form could not be read</h1><p>Its text is in an encoding this site does not accept. "
    "Go back and send it again from the page itself.</p>"
)
HEADER_LAYERS = (
    XFrameOptionsMiddleware,
    ContentSecurityPolicyMiddleware,
    SecurityHeadersMiddleware,
    SecurityMiddleware,
)


class FormCharsetMiddleware:
    """Answer 400 to a request body whose declared charset is not UTF-8, and 405 to TRACE.

    It stands before the middleware that sets the headers, so its own answers pass through them here.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.refuse = refused
        for layer in HEADER_LAYERS:
            self.refuse = layer(self.refuse)

    def __call__(self, request):
        if request.method == "TRACE" or not is_utf8(request):
            return self.refuse(request)
        return self.get_response(request)


def is_utf8(request) -> bool:
    charset = (request.content_params or {}).get("charset", "utf-8")
    return charset.strip().strip("\"'").lower() in UTF8


def refused(request) -> HttpResponse:
    if request.method == "TRACE":
        return HttpResponse(status=405)
    response = HttpResponse(PLAIN_400, status=400)
    response["Cache-Control"] = "no-store"
    return response
