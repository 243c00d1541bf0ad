"""Headers every answer carries, and a content security policy of its own for the editors' admin."""

from csp.middleware import CSPMiddleware
from django.conf import settings

from kernel.logs import is_recorded

PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)
ADMIN_PREFIX = "/admin/"
TOKEN_WAS_RENDERED = "CSRF_COOKIE_NEEDS_UPDATE"  # noqa: S105  django.middleware.csrf.get_token leaves it in request.META
DOWNLOAD_POLICY = "default-src 'none'; sandbox"  # should a browser show a download after all, it runs nothing


class SecurityHeadersMiddleware:
    """Keep pages to themselves: no resources for other origins, no device features, no referrer.

    A page with a form's token tells its own origin, and nobody else, where a form comes from: under `no-referrer` browsers
    send `Origin: null` with a form (Fetch standard, 3.2, "append a request Origin header"), which the CSRF check refuses.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if TOKEN_WAS_RENDERED in request.META:
            response.setdefault("Referrer-Policy", "same-origin")
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if response.get("Content-Disposition", "").startswith("attachment"):
            response["Content-Security-Policy"] = DOWNLOAD_POLICY
        if request.path.startswith(ADMIN_PREFIX):
            response["X-Frame-Options"] = "SAMEORIGIN"  # page previews open in a frame of the admin
        if is_recorded(request):  # accounts and the admin: "back" after sign-out must show nothing
            response["Cache-Control"] = "no-store"
        return response


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """The strict policy of the public site, and `ADMIN_CONTENT_SECURITY_POLICY` below /admin/."""

    def process_response(self, request, response):
        if getattr(request, "is_dummy", False):  # a preview: the public policy, in a frame of the admin
            response._csp_replace = {"frame-ancestors": ["'self'"]}
        if request.path.startswith(ADMIN_PREFIX):
            response._csp_replace = settings.ADMIN_CONTENT_SECURITY_POLICY
        return super().process_response(request, response)
