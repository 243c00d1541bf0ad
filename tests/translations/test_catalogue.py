"""The interface's words: checked at every save, swapped safely, with a header that is always ours."""

import subprocess

import polib
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import trans_real

from tests.factories.translations import translator
from translations import catalogues, exchange, pofiles
from translations.screens.catalogue import _numbered

pytestmark = pytest.mark.django_db
PO = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"

#: a.html:1
msgid "Take this course"
msgstr "Tomar este curso"

msgid "Hello %(name)s"
msgstr "Hola %(name)s"

msgid "%(count)s lesson"
msgid_plural "%(count)s lessons"
msgstr[0] "%(count)s lección"
msgstr[1] "%(count)s de lecciones"
msgstr[2] "%(count)s lecciones"

msgid "Go on"
msgstr ""
"""


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    """Catalogues of their own: shipped below `shipped`, changed below `own`."""
    for code in ("es",):
        path = tmp_path / "shipped" / code / "LC_MESSAGES" / "django.po"
        path.parent.mkdir(parents=True)
        path.write_text(PO.strip() + "\n")
        polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))
    settings.LOCALE_PATHS = [tmp_path / "own", tmp_path / "shipped"]
    trans_real._translations.clear()
    yield tmp_path
    trans_real._translations.clear()
    catalogues._seen["stamp"] = None


def said(text: str, code="es") -> str:
    with translation.override(code):
        return translation.gettext(text)


def change(msgid: str, text: str, code="es"):
    catalogue = catalogues.words(code)
    entry = catalogue.find(msgid)
    entry.msgstr = text
    catalogues.mark(entry, "human", on=timezone.localdate())
    return catalogue


def test_a_changed_word_is_said_at_once_and_the_shipped_file_stays(folders):
    assert said("Take this course") == "Tomar este curso"
    catalogues.save("es", change("Take this course", "Hacer este curso"))
    assert said("Take this course") == "Hacer este curso"
    assert "Hacer" not in catalogues.shipped_path("es").read_text()
    assert said("Hello %(name)s") % {"name": "Ana"} == "Hola Ana"


def test_a_new_release_brings_its_words_and_leaves_those_of_people(folders):
    catalogues.save("es", change("Take this course", "Hacer este curso"))
    shipped = catalogues.shipped_path("es")
    shipped.write_text(shipped.read_text().replace('"Hola %(name)s"', '"Buenas, %(name)s"').replace("Tomar", "Seguir"))
    words = catalogues.words("es")
    assert words.find("Hello %(name)s").msgstr == "Buenas, %(name)s"
    assert words.find("Take this course").msgstr == "Hacer este curso"


def test_the_header_is_ours_whatever_the_file_said(folders):
    catalogue = change("Go on", "Seguir")
    catalogue.metadata["Plural-Forms"] = "nplurals=2; plural=__import__('os');"
    catalogue.metadata["Content-Type"] = "text/plain; charset=utf-7"
    catalogues.save("es", catalogue)
    text = catalogues.own_path("es").read_text()
    assert "charset=UTF-8" in text and "nplurals=3" in text and "__import__" not in text
    assert said("Go on") == "Seguir"


@pytest.mark.parametrize(
    "text", ["Hola %(nombre)s", "Hola", "<b>%(name)s</b>", '%(name)s" onclick="x', "%(name)s 100 %"]
)
def test_a_word_that_would_do_harm_is_never_put_in_use(folders, text):
    with pytest.raises(catalogues.BadCatalogue, match="Hello"):
        catalogues.save("es", change("Hello %(name)s", text))
    assert said("Hello %(name)s") == "Hola %(name)s"
    assert not catalogues.own_path("es").with_suffix(".mo").exists()


def test_a_catalogue_that_cannot_be_loaded_stays_aside_and_the_language_stays_up(folders, monkeypatch):
    catalogues.save("es", change("Go on", "Seguir"))
    monkeypatch.setattr(catalogues, "header", lambda code: {"Content-Type": "text/plain; charset=nothing"})
    with pytest.raises(catalogues.BadCatalogue, match="cannot be loaded"):
        catalogues.save("es", change("Go on", "Adelante"))
    assert said("Go on") == "Seguir"
    assert sorted(path.name for path in catalogues.own_path("es").parent.iterdir()) == ["django.mo", "django.po"]


def test_a_plural_rule_that_fails_is_found_by_the_child(folders, monkeypatch):
    monkeypatch.setattr(catalogues, "header", lambda code: {
        "Content-Type": "text/plain; charset=UTF-8", "Plural-Forms": "nplurals=2; plural=n/0;",
    })  # fmt: skip
    with pytest.raises(catalogues.BadCatalogue):
        catalogues.save("es", change("Go on", "Seguir"))


def test_a_child_that_takes_too_long_is_ended(folders, monkeypatch):
    def slow(*args, **kwargs):
        raise subprocess.TimeoutExpired("child", 1)

    monkeypatch.setattr(subprocess, "run", slow)
    with pytest.raises(catalogues.BadCatalogue, match="in time"):
        catalogues.save("es", change("Go on", "Seguir"))


def test_the_last_good_catalogue_can_be_taken_back(folders):
    catalogues.save("es", change("Go on", "Seguir"))
    catalogues.save("es", change("Go on", "Adelante"))
    assert said("Go on") == "Adelante"
    assert catalogues.take_back("es") and said("Go on") == "Seguir"


@pytest.mark.parametrize(
    ("code", "forms"),
    [
        ("ar", 6),
        ("ru", 4),
        ("pl", 4),
        ("uk", 4),
        ("ko", 1),
        ("ht", 2),
        ("zh-hans", 1),
        ("vi", 1),
        ("th", 1),
        ("hi", 2),
        ("de", 2),
        ("tl", 2),
    ],
)
def test_plural_forms_are_those_of_the_language(code, forms):
    assert catalogues.plural_count(code) == forms
    rule = polib.POFile()
    rule.metadata = catalogues.header(code)


def test_a_plural_entry_needs_every_form_of_its_language():
    entry = polib.POEntry(
        msgid="%(count)s lesson",
        msgid_plural="%(count)s lessons",
        msgstr_plural={0: "%(count)s урок", 1: "%(count)s урока", 2: "%(count)s уроков"},
    )
    assert [one.rule for one in catalogues.problems_of(entry, "ru", ())] == ["plural"]
    entry.msgstr_plural[3] = "уроков"
    assert [one.rule for one in catalogues.problems_of(entry, "ru", ()) if one.is_error] == ["placeholder"]
    entry.msgstr_plural = {0: "один урок", 1: "%(count)s урока", 2: "%(count)s уроков", 3: "%(count)s урока"}
    assert not [one for one in catalogues.problems_of(entry, "ru", ()) if one.is_error]


# --- The screen ----------------------------------------------------------------------------------------------------


@pytest.fixture
def screen(client):
    client.force_login(translator("es"))
    return client, reverse("workbench:catalogue", args=["es"])


def name_of(msgid: str) -> str:
    return "m_" + _numbered(catalogues.words("es")).find(msgid).md5hash


def test_good_words_are_saved_and_bad_ones_stay_in_the_form_with_their_reason(screen):
    client, url = screen
    assert client.get(url).status_code == 200
    answer = client.post(url, {name_of("Go on"): "Seguir", name_of("Hello %(name)s"): "Hola <script>"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "Hola &lt;script&gt;" in page and "Refused:" in page
    assert said("Go on") == "Seguir" and said("Hello %(name)s") == "Hola %(name)s"
    assert catalogues.counts("es")["total"] == 4
    assert catalogues.status(catalogues.words("es").find("Go on")) == "human"


def test_plural_forms_are_asked_for_and_saved(screen):
    client, url = screen
    name = name_of("%(count)s lesson")
    page = client.get(url).content.decode()
    assert f'name="{name}_2"' in page and f'name="{name}_3"' not in page
    words = {f"{name}_0": "%(count)s curso", f"{name}_1": "%(count)s de cursos", f"{name}_2": "%(count)s cursos"}
    assert client.post(url, words).status_code == 302
    with translation.override("es"):
        assert translation.ngettext("%(count)s lesson", "%(count)s lessons", 1) == "%(count)s curso"


def test_texts_are_searched_and_chosen_by_state(screen):
    client, url = screen
    page = client.get(url, {"query": "hello"}).content.decode()
    assert "Hello" in page and "Take this course" not in page
    page = client.get(url, {"state": "missing"}).content.decode()
    assert "Go on" in page and "Hello" not in page


def test_a_reviewer_stands_for_the_ticked_ones_and_the_file_for_a_commit_says_so(client):
    client.force_login(translator("es", may_review=True, native=True))
    entry = name_of("Take this course").removeprefix("m_")
    client.post(reverse("workbench:review_catalogue", args=["es"]), {"entry": [entry]})
    assert catalogues.counts("es") | {"reviewed": 1, "native": 1} == catalogues.counts("es")
    answer = client.get(reverse("workbench:catalogue_file", args=["es"]))
    assert answer["Content-Disposition"] == 'attachment; filename="locale-es.po"'
    assert "# lodestar: reviewed" in answer.content.decode() and "#: a.html:1" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("catalogue", "get"),
        ("catalogue", "post"),
        ("catalogue_file", "get"),
        ("review_catalogue", "post"),
        ("catalogue_take_back", "post"),
    ],
)
def test_other_languages_and_other_peoples_rights_are_not_there(client, name, method):
    client.force_login(translator("es"))
    url = reverse(f"workbench:{name}", args=["es" if name in {"review_catalogue", "catalogue_take_back"} else "de"])
    assert getattr(client, method)(url).status_code == 404


def test_an_uploaded_catalogue_is_checked_row_by_row_and_taken_in_safely(client):
    client.force_login(translator("es"))
    file = polib.pofile(str(catalogues.shipped_path("es")))
    file.find("Go on").msgstr = "Seguir"
    file.find("Hello %(name)s").msgstr = "Hola 5"
    file.append(polib.POEntry(msgid="Not ours", msgstr="No"))
    upload = {"file": SimpleUploadedFile("es.po", str(file).encode()), "content": "interface", "code": "es"}
    page = client.post(reverse("workbench:look"), upload)
    assert page.status_code == 200 and not page.context["ticket"] and page.context["stops"]
    file.find("Hello %(name)s").msgstr = "Saludos, %(name)s"
    upload["file"] = SimpleUploadedFile("es.po", str(file).encode())
    page = client.post(reverse("workbench:look"), upload)
    client.post(reverse("workbench:take_in"), {"ticket": page.context["ticket"]})
    assert said("Go on") == "Seguir" and said("Hello %(name)s") == "Saludos, %(name)s"
    again = exchange.take_in_catalogue(pofiles.read(str(file).encode()), "es", dry=True, good_rows_only=False, on=None)
    assert set(again.counts) == {"unchanged", "unknown"}
