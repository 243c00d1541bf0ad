"""What the server process does before its workers are forked."""

import os
import subprocess
import sys

import pytest

from config import door, serve


def environment() -> dict[str, str]:
    """For a process of its own that loads the site and needs no database."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DATABASE_URL": "sqlite://:memory:",
        "PYTHONPATH": os.pathsep.join([str(door.ROOT / "site"), str(door.ROOT)]),
    }


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
import sys
from config import serve
for package in [*serve.UNUSED, "psycopg"]:
    serve.leave_out(package)
sys.meta_path.insert(0, serve.NotMounted())
import django
django.setup()
from django.urls import get_resolver
get_resolver()._populate()
assert "ninja" not in sys.modules and "wagtail.api.v3.api" in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", load], env=environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]


def test_what_is_not_mounted_is_there_and_does_nothing():
    finder = serve.NotMounted()
    for name in ("wagtail.api.v3.api", "wagtail.images.api.v3", "wagtail.contrib.redirects.api"):
        assert finder.find_spec(name), name
    for name in ("wagtail.admin.api.urls", "wagtail.api.v2.views", "wagtail.api", "kernel.api.v3", "wagtail.images.apiv3"):
        assert finder.find_spec(name) is None, name
    empty = serve.Nothing("wagtail.api.v3.api")
    assert empty.api.add_router("/pages/", empty.router) is None
    with pytest.raises(AttributeError):
        empty.__path_of_something__  # noqa: B018  as the import system asks


SMAPS = """\
00400000-00500000 r-xp 00000000 fe:00 77    /usr/bin/python3
Rss:                 900 kB
Anonymous:             0 kB
00500000-00600000 r--p 00100000 fe:00 77    /usr/bin/python3
Anonymous:             8 kB
00600000-00700000 rw-p 00200000 fe:00 77    /usr/bin/python3
Anonymous:             0 kB
00700000-00800000 r--p 00000000 00:00 0
Anonymous:             0 kB
00800000-00900000 r--s 00000000 fe:00 78    /dev/shm/shared
Anonymous:             0 kB
00900000-00a00000 r--p 00000000 fe:00 79    /usr/lib/libz.so
Anonymous:             0 kB
"""


def test_only_unchanged_pages_of_files_are_given_back(tmp_path):
    maps = tmp_path / "smaps"
    maps.write_text(SMAPS)
    assert serve.pages_of_files(maps) == [(0x400000, 0x500000), (0x900000, 0xA00000)]
    assert serve.pages_of_files(tmp_path / "not-linux") == []


def test_a_process_goes_on_after_giving_back():
    go_on = "import ssl, sqlite3, ctypes; from config import serve; serve.give_back(); ssl.create_default_context(); print(sqlite3.connect(':memory:').execute('select 7').fetchone())"
    done = subprocess.run([sys.executable, "-c", go_on], env=environment(), capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, "(7,)"), done.stderr[-2000:]


@pytest.mark.django_db
def test_the_common_pages_are_one_of_each_type_and_all_answer(client, settings):
    from tests.factories.courses import make_course

    make_course()
    paths = serve.common_pages()
    assert len(paths) == len(set(paths)) and paths[-1] == "/en/-/"
    answers = {path: client.get(path).status_code for path in paths}
    assert answers.pop("/en/-/") == 404
    assert set(answers.values()) == {200}, answers


def test_what_checks_the_explorers_parameter_is_loaded_when_it_is_called():
    """The admin's page explorer goes on as before; only the first of its requests loads pydantic."""
    ask = """
import sys
from config import serve
sys.meta_path.insert(0, serve.NotMounted())
import django
django.setup()
from wagtail.api import querysets
assert "pydantic" not in sys.modules
try:
    querysets.SiteFilterValidator(site=["no", "site"], request=None)
except Exception as error:
    print(type(error).__module__, type(error).__name__)
import wagtail.api.validators
print(wagtail.api.validators.SiteFilterValidator.__mro__[1].__name__)
"""
    done = subprocess.run([sys.executable, "-c", ask], env=environment(), capture_output=True, text=True)
    assert done.stdout.split() == ["pydantic_core._pydantic_core", "ValidationError", "BaseModel"], done.stderr[-2000:]
