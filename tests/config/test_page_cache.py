"""The page cache answers visitors without cookies from memory, and nobody else."""

import gzip

import pytest

from config.page_cache import PageCache
from kernel import stamp
from kernel.shared import HEADER


class Site:
    """A stand-in for Django: counts how often it was woken."""

    def __init__(self):
        self.calls = 0
        self.status, self.headers, self.body = "200 OK", [(HEADER, "1"), ("Content-Type", "text/html")], b"page" * 500

    def __call__(self, environ, start_response):
        self.calls += 1
        start_response(self.status, self.headers)
        return [self.body]


@pytest.fixture
def now(monkeypatch):
    moment = {"stamp": "1", "clock": 0.0}
    monkeypatch.setattr(stamp, "current", lambda: moment["stamp"])
    monkeypatch.setattr("config.page_cache.time.monotonic", lambda: moment["clock"])
    return moment


@pytest.fixture
def site(now):
    return Site()


@pytest.fixture
def cache(site):
    return PageCache(site, ("session", "visitor"))


def ask(cache, method="GET", path="/en/", query="", cookie="", **more):
    seen = {}

    def start_response(status, headers, exc_info=None):
        seen.update(status=status, headers=dict(headers))

    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": "a.example", **more}
    if cookie:
        environ["HTTP_COOKIE"] = cookie
    body = b"".join(cache(environ, start_response))
    return seen["status"], seen["headers"], body


def test_the_second_visitor_is_answered_from_memory(cache, site):
    first, second = ask(cache), ask(cache)
    assert first == second
    assert site.calls == 1
    assert HEADER not in second[1]


@pytest.mark.parametrize("cookie", ["session=abc", "a=1; visitor=xyz"])
def test_whoever_brings_a_private_cookie_is_never_answered_from_memory(cache, site, cookie):
    ask(cache)
    status, headers, _body = ask(cache, cookie=cookie)
    assert site.calls == 2
    assert HEADER not in headers


def test_a_language_cookie_does_not_keep_the_page_from_being_shared(cache, site):
    ask(cache)
    ask(cache, cookie="django_language=es")
    assert site.calls == 1


@pytest.mark.parametrize(
    "change",
    [{"method": "POST"}, {"query": "q=1"}, {"path": "/es/"}, {"HTTP_HOST": "b.example"}, {"wsgi.url_scheme": "https"}],
)
def test_another_request_is_asked_afresh(cache, site, change):
    ask(cache)
    ask(cache, **change)
    assert site.calls == 2


def test_a_change_of_anything_public_ends_the_entry(cache, site, now):
    ask(cache)
    now["stamp"] = "2"
    ask(cache)
    assert site.calls == 2


@pytest.mark.parametrize(("seconds", "calls"), [(59, 1), (60, 2)])
def test_an_entry_lives_a_minute(cache, site, now, seconds, calls):
    ask(cache)
    now["clock"] = seconds
    ask(cache)
    assert site.calls == calls


@pytest.mark.parametrize("headers", [[("Content-Type", "text/html")], [(HEADER, "1"), ("Set-Cookie", "csrftoken=1")]])
def test_an_answer_that_is_not_marked_or_sets_a_cookie_is_not_kept(cache, site, headers):
    site.headers = headers
    ask(cache)
    ask(cache)
    assert site.calls == 2


def test_an_error_is_not_kept(cache, site):
    site.status = "404 Not Found"
    ask(cache)
    ask(cache)
    assert site.calls == 2


def test_head_has_the_headers_and_no_body(cache):
    ask(cache)
    _status, headers, body = ask(cache, method="HEAD")
    assert body == b"" and headers["Content-Length"] == "2000"


def test_a_browser_that_can_unpack_gets_the_packed_page(cache):
    _status, headers, body = ask(cache, HTTP_ACCEPT_ENCODING="gzip, br")
    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body) == b"page" * 500


def test_the_cache_forgets_the_oldest_page_first(cache, site, monkeypatch):
    monkeypatch.setattr("config.page_cache.MAX_ENTRIES", 2)
    for path in ("/a/", "/b/", "/a/", "/c/", "/a/"):
        ask(cache, path=path)
    assert site.calls == 3
    ask(cache, path="/b/")
    assert site.calls == 4
