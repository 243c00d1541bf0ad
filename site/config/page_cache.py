"""Answer visitors without cookies from memory, before Django wakes.

A WSGI wrapper. It keeps only answers that a view marked with `kernel.shared` and that set no cookie; it gives them only to
requests that carry neither session nor visitor cookie nor a query. An entry lives until the public stamp changes
(`kernel.stamp`) and at most `MAX_AGE_SECONDS`, because "open now" is true for a minute only.
"""

import gzip
import time
from collections import OrderedDict

from kernel import stamp
from kernel.shared import HEADER

MAX_AGE_SECONDS = 60
MAX_ENTRIES = 400
MAX_BYTES = 300_000
GZIP_FROM_BYTES = 1_000


class PageCache:
    def __init__(self, application, private_cookies: tuple[str, ...]):
        self.application = application
        self.private_cookies = tuple(f"{name}=" for name in private_cookies)
        self.pages: OrderedDict[tuple, tuple] = OrderedDict()

    def __call__(self, environ, start_response):
        if not self._may_share(environ):
            return self._pass(environ, start_response)
        key = (
            environ.get("HTTP_HOST", ""),
            environ.get("wsgi.url_scheme", ""),
            environ.get("HTTP_X_FORWARDED_PROTO", ""),
            environ.get("PATH_INFO", ""),
        )
        now_stamp = stamp.current()
        found = self.pages.get(key)
        if found and found[0] == now_stamp and time.monotonic() < found[1]:
            self.pages.move_to_end(key)
            return self._answer(environ, start_response, *found[2:])
        return self._fill(key, now_stamp, environ, start_response)

    def _may_share(self, environ) -> bool:
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or environ.get("QUERY_STRING"):
            return False
        cookies = environ.get("HTTP_COOKIE", "")
        return not cookies or not any(name in cookies for name in self.private_cookies)

    def _pass(self, environ, start_response):
        """Let Django answer; the mark is ours and leaves with nobody."""

        def begin(status, headers, exc_info=None):
            return start_response(status, [pair for pair in headers if pair[0] != HEADER], *filter(None, [exc_info]))

        return self._whole(self.application(environ, begin))

    @staticmethod
    def _whole(answer):
        """An answer that is all there goes out in one piece, which costs the server less than a stream of one."""
        if getattr(answer, "streaming", True):
            return answer
        try:
            return [answer.content]
        finally:
            answer.close()

    def _fill(self, key, now_stamp, environ, start_response):
        seen = {}

        def begin(status, headers, exc_info=None):
            seen["status"] = status
            seen["shared"] = any(name == HEADER for name, _value in headers)
            seen["headers"] = [pair for pair in headers if pair[0] != HEADER]
            seen["cookie"] = any(name.lower() == "set-cookie" for name, _value in headers)
            if not self._keeps(seen, environ):
                start_response(status, seen["headers"], *filter(None, [exc_info]))

        answer = self.application(environ, begin)
        if not self._keeps(seen, environ):
            return answer
        try:
            body = b"".join(answer)
        finally:
            getattr(answer, "close", lambda: None)()
        plain = [pair for pair in seen["headers"] if pair[0].lower() not in {"content-length", "vary"}]
        packed = gzip.compress(body, 6, mtime=0) if len(body) >= GZIP_FROM_BYTES else None
        if len(body) <= MAX_BYTES:
            self.pages[key] = (now_stamp, time.monotonic() + MAX_AGE_SECONDS, seen["status"], plain, body, packed)
            while len(self.pages) > MAX_ENTRIES:
                self.pages.popitem(last=False)
        return self._answer(environ, start_response, seen["status"], plain, body, packed)

    @staticmethod
    def _keeps(seen, environ) -> bool:
        return (
            seen.get("shared", False)
            and not seen["cookie"]
            and seen["status"].startswith("200")
            and environ["REQUEST_METHOD"] == "GET"
        )

    @staticmethod
    def _answer(environ, start_response, status, headers, body, packed):
        headers = [*headers, ("Vary", "Accept-Encoding, Cookie")]
        if packed is not None and "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
            headers.append(("Content-Encoding", "gzip"))
            body = packed
        headers.append(("Content-Length", str(len(body))))
        start_response(status, headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
