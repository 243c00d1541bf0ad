"""Compiling the interface's words: a bad catalogue is left out and takes no language down."""

import os

import polib
import pytest

from kernel.catalogues import compile_catalogues

GOOD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\nmsgid "Go"\nmsgstr "Ir"\n'


@pytest.fixture
def folder(settings, tmp_path):
    settings.LOCALE_PATHS = [tmp_path]
    (tmp_path / "xx" / "LC_MESSAGES").mkdir(parents=True)
    return tmp_path / "xx" / "LC_MESSAGES"


def test_a_good_catalogue_is_compiled_once(folder):
    (folder / "django.po").write_text(GOOD)
    assert compile_catalogues() == [folder / "django.mo"] and compile_catalogues() == []
    assert polib.mofile(str(folder / "django.mo")).find("Go").msgstr == "Ir"


@pytest.mark.parametrize(
    "bad",
    [
        GOOD.replace("charset=UTF-8", "charset=nothing"),
        GOOD.replace("(n != 1)", "n/0"),
        GOOD.replace("(n != 1)", "__import__('os')"),
        GOOD + "\nnonsense here\n",
    ],
)
def test_a_bad_catalogue_leaves_the_last_good_one_in_use(folder, bad):
    (folder / "django.po").write_text(GOOD)
    compile_catalogues()
    before = (folder / "django.mo").read_bytes()
    (folder / "django.mo").touch()

    os.utime(folder / "django.mo", (1, 1))
    (folder / "django.po").write_text(bad)
    assert compile_catalogues() == []
    assert (folder / "django.mo").read_bytes() == before
    assert sorted(path.name for path in folder.iterdir()) == ["django.mo", "django.po"]
