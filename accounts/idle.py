"""Sign people out after a time without a sign of life, without losing anything they did.

A sign of life is a request that a person caused. What a page asks by itself (is my session still there? is somebody else
editing?) is none. A page that a signed-out person then asks for leads to sign-in and back; a form they had sent is kept and
offered again after the same person has signed in.
"""

from django.conf import settings
from django.contrib.auth import logout
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

SEEN = "seen_at"
KEPT_FORM = "kept_form"
WRITE_EVERY_SECONDS = 60  # the session row is written at most this often, so that reading a page stays a read
KEPT_FORM_BYTES = 40_000
KEPT_FORM_SECONDS = 3600
FORM_TYPES = {"application/x-www-form-urlencoded", "multipart/form-data"}
# Rooms whose pages need the person; everything else is public and simply goes on without them.
PRIVATE_NAMESPACES = {"records", "accounts"}
# Views that a page calls by itself.
NO_SIGN_OF_LIFE = {"accounts:session", "wagtailadmin_editing_sessions:ping", "wagtailadmin_editing_sessions:release"}


class IdleMiddleware:
    """End the session of a signed-in person `IDLE_MINUTES` after their last request."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.session.session_key and request.session.get("_auth_user_id"):
            now = int(timezone.now().timestamp())
            seen = request.session.get(SEEN, now)
            if now - seen >= settings.IDLE_MINUTES * 60:
                request.was_idle = request.session["_auth_user_id"]
                logout(request)
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        match = request.resolver_match
        if getattr(request, "was_idle", None):
            return self._lead_to_sign_in(request, match)
        if request.session.session_key and request.session.get("_auth_user_id"):
            if match.view_name not in NO_SIGN_OF_LIFE:
                see(request)
        return None

    def _lead_to_sign_in(self, request, match):
        """Answer for pages that need the person; None for all others."""
        if not PRIVATE_NAMESPACES & set(match.namespaces) or match.view_name == "accounts:session":
            return None
        if wants_json(request):
            return JsonResponse({"signed_out": True, "sign_in": reverse("account_login")}, status=401)
        back = request.get_full_path()
        if request.method == "POST":
            back = reverse("accounts:kept_form") if keep_form(request, request.was_idle) else reverse("account_login")
        elif request.method != "GET":
            return None
        return redirect(f"{reverse('account_login')}?{urlencode({'next': back})}")


def see(request) -> None:
    """Note a sign of life."""
    now = int(timezone.now().timestamp())
    seen = request.session.get(SEEN)
    if seen is None or now - seen >= WRITE_EVERY_SECONDS or now < seen:
        request.session[SEEN] = now


def seconds_left(request) -> int:
    """Seconds until this session ends, or 0 for nobody."""
    if not request.user.is_authenticated:
        return 0
    now = int(timezone.now().timestamp())
    return max(0, settings.IDLE_MINUTES * 60 - (now - request.session.get(SEEN, now)))


def wants_json(request) -> bool:
    return request.content_type == "application/json" or "application/json" in request.headers.get("Accept", "")


def keep_form(request, user_id: str) -> bool:
    """Keep a form that came too late in the new, empty session. Returns whether it was kept: files and giants are not."""
    if request.content_type not in FORM_TYPES or request.FILES:
        return False
    body = request.POST.copy()
    body.pop("csrfmiddlewaretoken", None)
    if len(body.urlencode()) > KEPT_FORM_BYTES:
        return False
    request.session[KEPT_FORM] = {
        "user": user_id,
        "path": request.path,
        "fields": [[name, value] for name, values in body.lists() for value in values],
        "at": int(timezone.now().timestamp()),
    }
    return True


def take_kept_form(request) -> dict | None:
    """Return the form this person had sent before they were signed out, once; anybody else's is thrown away."""
    kept = request.session.get(KEPT_FORM)
    if not kept or kept["user"] != str(request.user.pk):
        return None
    if int(timezone.now().timestamp()) - kept["at"] > KEPT_FORM_SECONDS:
        return None
    return kept
