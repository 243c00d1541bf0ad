"""Mark an answer that is the same for everybody who brings no cookie, so that the page cache may keep it."""

from functools import wraps

HEADER = "X-Shared-Page"


def mark(response):
    response.headers[HEADER] = "1"
    return response


def shared_page(view):
    """Decorator for views whose GET shows nothing about the visitor and sets no cookie."""

    @wraps(view)
    def inner(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        return mark(response) if request.method in {"GET", "HEAD"} and not request.GET else response

    return inner
