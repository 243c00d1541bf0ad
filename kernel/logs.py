"""Log lines as JSON in UTC: who (by id), what, from where, result. One line each, whatever the text contains.

What never gets in: passwords, tokens, queries, forms, and full addresses of pages. A request is named by its route
(`account/invitation/<token>/`), so that what a link carries stays out. Pages for people in need and searches are not logged
at all unless they fail, and then without the client's address.
"""

import json
import logging
from datetime import UTC, datetime

from django.conf import settings

from kernel.address import client_address

FIELDS = ("who", "what", "from_where", "result", "method", "milliseconds", "subject")
# Rooms and views that people in need use: no line for what works, no client address ever.
PRIVATE_NAMESPACES = {"hotlines", "directory", "directory_embed", "directory_upkeep"}
PRIVATE_VIEWS = {"home:search", "home:exit", "exit"}
# Rooms where who came from where must be on record (FedRAMP AU-2).
RECORDED_PREFIXES = ("/admin/", "/rosetta/")
RECORDED_NAMESPACES = {"accounts"}
RECORDED_VIEW_PREFIXES = ("account_", "mfa_")

access = logging.getLogger("lodestar.access")


class JsonFormatter(logging.Formatter):
    """One JSON object per record. Line breaks in any value are escaped by JSON, so that nobody can forge a line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        request = getattr(record, "request", None)
        if request is not None and record.name.startswith("django"):
            # Django's own message carries the page's address.
            line["message"] = f"{getattr(record, 'status_code', '')} {route(request)}".strip()
        else:
            line["message"] = record.getMessage()
        for name in FIELDS:
            if hasattr(record, name):
                line[name] = getattr(record, name)
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=True, default=str)


def route(request) -> str:
    """The pattern that answered a request, such as `learn/<uuid:course_key>/start/`; never the address itself."""
    match = getattr(request, "resolver_match", None)
    return match.route if match else "(no such page)"


def is_private(request) -> bool:
    match = getattr(request, "resolver_match", None)
    return match is not None and (bool(PRIVATE_NAMESPACES & set(match.namespaces)) or match.view_name in PRIVATE_VIEWS)


def is_recorded(request) -> bool:
    """Whether a request that went well leaves a line too."""
    if request.path.startswith(RECORDED_PREFIXES):
        return True
    match = getattr(request, "resolver_match", None)
    if match is None:
        return False
    return bool(RECORDED_NAMESPACES & set(match.namespaces)) or (match.url_name or "").startswith(
        RECORDED_VIEW_PREFIXES
    )


class AccessLogMiddleware:
    """Write who asked for what, from where, with which result: for accounts and the admin, changes by signed-in people, and failures."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        person = self._person(request)
        recorded = is_recorded(request) and not is_private(request)
        changed = person is not None and request.method not in {"GET", "HEAD", "OPTIONS"} and not is_private(request)
        if recorded or changed or response.status_code >= 400:
            facts = {"what": route(request), "method": request.method, "result": response.status_code}
            if person is not None and not is_private(request):
                facts["who"] = person
            if recorded or changed:
                facts["from_where"] = client_address(request)
            level = logging.ERROR if response.status_code >= 500 else logging.INFO
            access.log(level, "request", extra=facts)
        return response

    @staticmethod
    def _person(request) -> int | None:
        """The signed-in person's id, without waking the session of a visitor who has none."""
        if settings.SESSION_COOKIE_NAME not in request.COOKIES and not getattr(request, "_cached_user", None):
            return None
        user = getattr(request, "user", None)
        return user.pk if user is not None and user.is_authenticated else None


def configuration(level: str = "INFO") -> dict:
    """The LOGGING setting: everything to the standard error stream as JSON lines."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "kernel.logs.JsonFormatter"}},
        "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["lines"], "level": "WARNING"},
        "loggers": {
            "lodestar": {"handlers": ["lines"], "level": level, "propagate": False},
            "django": {"handlers": ["lines"], "level": "WARNING", "propagate": False},
            # The access log has a line for every refused or failed request; Django's warning would be its double.
            "django.request": {"handlers": ["lines"], "level": "ERROR", "propagate": False},
            "django.server": {"handlers": ["lines"], "level": "WARNING", "propagate": False},
        },
    }
