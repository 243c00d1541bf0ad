"""Views that are loaded when somebody asks for them."""

import subprocess
import sys

import pytest
from django.http import HttpResponse
from django.urls import URLPattern, get_resolver

from kernel.late import Late


def late_views(patterns):
    for entry in patterns:
        if isinstance(entry, URLPattern):
            if hasattr(entry.callback, "real"):
                yield entry
        else:
            yield from late_views(entry.url_patterns)


def test_every_late_view_is_there_with_its_marks():
    """The middleware looks for marks on what stands in the addresses."""
    entries = list(late_views(get_resolver().url_patterns))
    assert len(entries) > 40
    for entry in entries:
        view = entry.callback.real()
        assert callable(view), entry
        for mark in ("csrf_exempt", "xframe_options_exempt", "login_required"):
            assert getattr(view, mark, False) == getattr(entry.callback, mark, False), (entry, mark)


def test_a_late_view_answers_as_the_view_itself(rf, monkeypatch):
    monkeypatch.setattr("kernel.media.serve", lambda request, path: HttpResponse(path), raising=True)
    view = Late("kernel.media").serve
    assert view.__name__ == "serve" and view.__module__ == "kernel.media"
    assert view(rf.get("/"), path="a.png").content == b"a.png"


def test_a_name_that_is_not_there_fails_when_asked(rf):
    with pytest.raises(AttributeError):
        Late("kernel.media").no_such_view(rf.get("/"))


def test_the_site_starts_without_what_makes_sheets():
    """What WeasyPrint's measuring and the studio need is not loaded for a learner's pages."""
    load = """
import sys, django
django.setup()
from django.urls import get_resolver
get_resolver()._populate()
heavy = {"weasyprint", "cffi", "pypdfium2", "posters.designs", "posters.rules", "translations.exchange", "directory.exchange.intake"}
sys.exit(", ".join(sorted(heavy & set(sys.modules))) or 0)
"""
    from tests.config.test_serve import environment

    done = subprocess.run([sys.executable, "-c", load], env=environment(), capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
