"""Answer with the copy of the numbers when the database does not answer, whatever page was asked for."""

import sqlite3
import sys

from django.core.signals import got_request_exception
from django.db.utils import InterfaceError, OperationalError
from django.dispatch import receiver

from hotlines import fallback


def is_outage(error: BaseException | None) -> bool:
    """Whether an error means that the database is away, busy or full, not that a query was wrong.

    SQLite raises OperationalError for both; its code tells them apart (SQLITE_ERROR is a fault in the query).
    """
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    return getattr(error.__cause__, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR


class DatabaseOutageMiddleware:
    """Outermost but for logs: it also sees what failed in other middleware, and an error page that failed in turn."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        try:
            response = self.get_response(request)
        except (OperationalError, InterfaceError) as error:
            if not is_outage(error):
                raise
            return fallback.response(request)
        if response.status_code == 500 and getattr(request, "database_is_gone", False):
            return fallback.response(request)
        return response


@receiver(got_request_exception)
def note_outage(sender, request=None, **_signal) -> None:
    """Django turns exceptions into answers before outer middleware sees them; the request remembers which kind it was."""
    if request is not None and is_outage(sys.exc_info()[1]):
        request.database_is_gone = True
