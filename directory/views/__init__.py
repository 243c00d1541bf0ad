"""Pages for the public. None asks who the visitor is; none sets a cookie, is stored, or leaves a line in a log."""

from functools import wraps

from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from hotlines.views import never_stored


def traceless(view):
    """Decorator for every page of the directory: GET and POST, nothing of it kept anywhere.

    Exempt from the CSRF check, whose token would mean a cookie on a page that a watcher may look at. A forged search changes
    nothing; a forged letter carries a seal that only our own form has, and waits for an editor.
    """

    @csrf_exempt
    @sensitive_post_parameters()
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def inner(request, *args, **kwargs) -> HttpResponse:
        return never_stored(view(request, *args, **kwargs))

    return inner
