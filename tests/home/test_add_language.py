"""One command offers a language: it is noted, its shipped words are loaded, and somebody is named to translate the rest."""

import io
import subprocess
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Locale

from home.management.commands import add_language
from kernel import languages
from tests.factories.accounts import person
from tests.factories.translations import make_sources
from translations.models import TranslatorLanguage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quiet(monkeypatch, settings, tmp_path):
    """Content is loaded by other tests, and languages are noted in a place of their own."""
    settings.LANGUAGES_FILE = tmp_path / "languages"
    monkeypatch.delenv("LANGUAGES", raising=False)
    monkeypatch.setattr(add_language, "compile_catalogues", lambda: [])
    monkeypatch.setattr(add_language, "call_command", lambda *args, **options: None)


def run(*args, **options) -> str:
    out = io.StringIO()
    call_command("add_language", *args, stdout=out, **options)
    return out.getvalue()


def test_a_new_language_is_noted_and_the_rest_goes_on_where_the_settings_know_it(monkeypatch, settings):
    ran = []
    monkeypatch.setattr(
        subprocess, "run", lambda command, **options: ran.append((command, options)) or SimpleNamespace(returncode=0)
    )
    run("ko", "pt-BR", "ko")
    assert settings.LANGUAGES_FILE.read_text().split() == ["ko", "pt-br"]
    assert len(ran) == 1 and "DJANGO_SETTINGS_MODULE" in ran[0][1]["env"]
    run("all")
    assert settings.LANGUAGES_FILE.read_text().split()[:3] == ["ko", "pt-br", "ht"]
    assert (
        len(settings.LANGUAGES_FILE.read_text().split()) == len(languages.SHIPPED) - 2
    )  # English and Spanish are there


def test_a_language_the_settings_know_gets_its_locale_its_sources_and_a_translator():
    make_sources()
    Locale.objects.filter(language_code="es").delete()
    somebody = person("tara@agency.example")
    said = run("es", translator="TARA@agency.example", native=True)
    assert Locale.objects.filter(language_code="es").exists()
    row = TranslatorLanguage.objects.get()
    assert (row.user, row.language, row.is_native, row.may_review) == (somebody, "es", True, False)
    assert "Español (es) is there" in said
    run("es", translator="tara@agency.example", reviewer=True)
    assert TranslatorLanguage.objects.get().may_review


@pytest.mark.parametrize(
    ("codes", "says"),
    [
        (["klingon-x"], "no language code"),
        (["../x"], "no language code"),
        (["en"], "English is there"),
        (["xx"], "no language code"),
    ],
)
def test_what_is_no_language_is_refused_in_words(codes, says):
    with pytest.raises(CommandError, match=says):
        run(*codes)


def test_an_environment_that_names_the_languages_is_asked_to_name_this_one(monkeypatch):
    monkeypatch.setenv("LANGUAGES", "en,es")
    with pytest.raises(CommandError, match="LANGUAGES=en,es,.*ko"):
        run("ko")


def test_an_unknown_translator_is_named_before_anything_is_written(settings):
    with pytest.raises(CommandError, match="Nobody signs in"):
        run("ko", translator="nobody@agency.example")
    assert not settings.LANGUAGES_FILE.exists()
