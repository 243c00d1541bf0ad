"""Who is learning: a signed-in person, or a visitor known by a random cookie.

The cookie is made when a visitor starts a course and at no other time; its hash alone is stored.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.db.models import Q
from django.http import JsonResponse
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _

from records.certificates import Completion
from records.enrolments import Visitor

SEEN_EVERY = timedelta(hours=1)  # how often the sign of life is written, so that reading stays reading


def current_learner(request):
    """Return the signed-in user, else the visitor of the cookie, else None."""
    return request.user if request.user.is_authenticated else visitor_of(request)


def visitor_of(request, *, now: datetime | None = None) -> Visitor | None:
    """Return the visitor whose cookie came with the request, unless they have been away for too long."""
    token = request.COOKIES.get(settings.VISITOR_COOKIE_NAME)
    if not token:
        return None
    now = now or timezone.now()
    visitor = Visitor.objects.filter(token_hash=token_hash(token), seen_at__gt=_forgotten_before(now)).first()
    if visitor and now - visitor.seen_at > SEEN_EVERY:
        Visitor.objects.filter(pk=visitor.pk).update(seen_at=now)
    return visitor


def owned_by(request, path: str = "") -> Q | None:
    """Return the condition under which an enrolment at `path` ("", "enrolment__" ...) is the learner's; None for nobody.

    A visitor is found by the cookie's hash in the same query, without a look-up of its own.
    """
    if request.user.is_authenticated:
        return Q(**{f"{path}user": request.user})
    token = request.COOKIES.get(settings.VISITOR_COOKIE_NAME)
    if not token:
        return None
    return Q(
        **{
            f"{path}visitor__token_hash": token_hash(token),
            f"{path}visitor__seen_at__gt": _forgotten_before(timezone.now()),
        }
    )


def begin_visit() -> tuple[Visitor, str]:
    """Create a visitor and return it with the token for the cookie (256 bits)."""
    token = secrets.token_urlsafe(32)
    return Visitor.objects.create(token_hash=token_hash(token)), token


def remember(response, token: str) -> None:
    response.set_cookie(
        settings.VISITOR_COOKIE_NAME,
        token,
        max_age=settings.VISITOR_DAYS * 24 * 3600,
        path="/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget_cookie(response) -> None:
    """Take the cookie back. A `__Host-` cookie only goes when the deletion is marked secure, as Django does for it."""
    response.delete_cookie(settings.VISITOR_COOKIE_NAME, path="/", samesite="Lax")


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def nobody(request, *, back: str):
    """Answer a request for a learner's own page that came from nobody: sign in, and then come to `back`."""
    if wants_json(request):
        words = _("You are signed out. Sign in again; your answers are kept on this page.")
        return JsonResponse({"saved": False, "signed_out": True, "message": words}, status=401)
    return redirect_to_login(back, login_url=resolve_url(settings.LOGIN_URL))


def wants_json(request) -> bool:
    return "application/json" in request.META.get("HTTP_ACCEPT", "")


def forget(visitor: Visitor) -> None:
    """Delete one visitor and all that hangs on them. A certificate they printed stays valid, tied to nobody."""
    with transaction.atomic():
        Completion.objects.filter(enrolment__visitor=visitor).delete()
        visitor.delete()


def forget_visitors(*, now: datetime) -> int:
    """Delete visitors without a sign of life for `VISITOR_DAYS`, and all that hangs on them; return how many."""
    gone = Visitor.objects.filter(seen_at__lte=_forgotten_before(now))
    with transaction.atomic():
        count = gone.count()
        Completion.objects.filter(enrolment__visitor__in=gone).delete()
        gone.delete()
    return count


def _forgotten_before(now: datetime) -> datetime:
    return now - timedelta(days=settings.VISITOR_DAYS)
