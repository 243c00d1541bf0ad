"""Who makes posters: the studio and what leads to it are there for campaign coordinators and administrators alone."""

from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import Http404


def may_make(user) -> bool:
    return user.is_active and user.has_perm("posters.add_kit")


def for_makers(view):
    """View decorator: visitors are asked to sign in and come back here; others learn only that there is nothing here."""

    @wraps(view)
    def inner(request, *args, **kwargs):
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path() if request.method == "GET" else request.path)
        if not may_make(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return inner
