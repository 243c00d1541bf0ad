"""What the server process does before its workers are forked."""

import os
import subprocess
import sys

import pytest

from config import door, serve


def test_a_package_left_out_looks_as_if_it_were_not_installed(monkeypatch):
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    serve.leave_out("colorsys")
    with pytest.raises(ImportError):
        import colorsys  # noqa: F401
    monkeypatch.delitem(sys.modules, "colorsys")
    import colorsys  # noqa: F401, F811


@pytest.mark.parametrize(("redirects", "scheme"), [(True, "https"), (False, "http")])
def test_the_first_request_comes_as_the_site_expects_visitors(settings, redirects, scheme):
    settings.SECURE_SSL_REDIRECT = redirects
    settings.ALLOWED_HOSTS = [".example.gov"]
    seen, closed = {}, []

    class Answer(list):
        def close(self):
            closed.append(True)

    def application(environ, start_response):
        seen.update(environ)
        start_response("200 OK", [])
        return Answer([b"page"])

    serve.ask(application, "/en/")
    assert (seen["HTTP_HOST"], seen["wsgi.url_scheme"], seen["PATH_INFO"]) == ("example.gov", scheme, "/en/")
    assert "HTTP_COOKIE" not in seen
    assert closed == [True]


def test_every_room_loads_without_the_packages_that_are_left_out():
    load = """
from config import serve
for package in [*serve.UNUSED, "psycopg"]:
    serve.leave_out(package)
import django
django.setup()
from django.urls import get_resolver
get_resolver()._populate()
"""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DATABASE_URL": "sqlite://:memory:",
        "PYTHONPATH": os.pathsep.join([str(door.ROOT / "site"), str(door.ROOT)]),
    }
    done = subprocess.run([sys.executable, "-c", load], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
