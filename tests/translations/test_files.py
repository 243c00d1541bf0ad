"""Files out and in: nothing is lost on the way, nothing is wiped, and what would do harm is refused with its line."""

import io
import zipfile

import polib
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from translate.storage import po as toolkit_po
from translate.storage import xliff
from wagtail_localize.models import StringTranslation

from tests.factories.courses import locale_of
from tests.factories.translations import make_sources, source_of, translate, translator
from translations import exchange, pofiles
from translations.models import Edit, Review
from translations.segments import segments

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return make_sources()


@pytest.fixture
def source(course):
    return source_of(course.questions["en"]["single"])


@pytest.fixture
def person():
    return translator("es", "fr")


def out(source, kind="po", code="es") -> bytes:
    return exchange.export([source], [locale_of(code)], kind)[1]


def back(data, person, code="es", **options):
    _code, texts = exchange.parse("file", data)
    return exchange.take_in(texts, locale_of(code), by=person, **({"dry": False} | options))


def filled(data: bytes, words=lambda text: f"Es: {text}") -> polib.POFile:
    file = polib.pofile(data.decode())
    for entry in file:
        entry.msgstr = words(entry.msgid)
    return file


@pytest.mark.parametrize("kind", ["po", "xliff"])
def test_what_goes_out_comes_back_with_its_place_and_the_second_time_changes_nothing(source, person, kind):
    if kind == "po":
        data = str(filled(out(source))).encode()
    else:
        store = xliff.xlifffile.parsestring(out(source, "xliff"))
        for unit in store.units:
            unit.target = f"Es: {unit.source}"
        data = bytes(store)
    result = back(data, person)
    found = segments(source, locale_of("es"))
    assert result.counts == {"written": len(found)}
    assert all(segment.text == f"Es: {segment.source}" for segment in found)
    assert Edit.objects.filter(way="imported").count() == len(found)
    assert back(data, person).counts == {"unchanged": len(found)}


def test_a_round_trip_through_another_tool_loses_nothing(source, person):
    translate(source, "es", by=person)
    theirs = toolkit_po.pofile.parsestring(out(source))
    assert back(bytes(theirs), person).counts == {"unchanged": len(segments(source, locale_of("es")))}


def test_a_dry_run_stores_nothing(source, person):
    result = back(str(filled(out(source))).encode(), person, dry=True)
    assert result.counts["written"] and not StringTranslation.objects.filter(locale=locale_of("es")).exists()


def test_an_incomplete_file_wipes_nothing(source, person):
    before = [segment.text for segment in translate(source, "es", by=person)]
    file = polib.pofile(out(source).decode())
    del file[1:]
    file[0].msgstr = ""
    assert back(str(file).encode(), person).counts == {"empty": 1}
    assert [segment.text for segment in segments(source, locale_of("es"))] == before


def test_fuzzy_reviewed_and_unknown_texts_are_left_out_and_named(source, person):
    found = translate(source, "es", by=person, count=2)
    Review.objects.create(translation=found[0].translation, by=person)
    file = filled(out(source), lambda text: f"Nuevo: {text}")
    file[1].flags = ["fuzzy"]
    file[2].msgid = "Not the English text"
    file[3].msgctxt = "nowhere"
    result = back(str(file).encode(), person)
    assert [one.kind for one in result.outcomes[:4]] == ["reviewed", "fuzzy", "unknown", "unknown"]
    assert segments(source, locale_of("es"))[0].text.startswith("Es: ")
    assert back(str(file).encode(), person, reviewed_too=True).counts.get("written") == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<script>alert(1)</script>", "markup"),
        ("Llame al 202-555-0143", "telephone"),
        ("99 %(name)s", "blank"),
        ("\u202eoculto", "may not stand"),
        ("El tráfico de personas", "smuggling"),
        ("https://evil.example", "address"),
    ],
)
def test_one_bad_text_stops_the_file_with_its_line_and_reason(source, person, text, says):
    file = filled(out(source))
    file[1].msgstr = text
    result = back(str(file).encode(), person)
    assert len(result.refused) == 1 and says in result.refused[0].reason
    line = str(file).splitlines()[result.refused[0].line - 1]
    assert line.startswith(("msgctxt", "#")) and result.is_dry
    assert not StringTranslation.objects.filter(locale=locale_of("es")).exists()
    good = back(str(file).encode(), person, good_rows_only=True)
    assert good.counts["refused"] == 1 and good.counts["written"] == len(file) - 1


def test_a_stale_text_goes_out_with_what_it_was(course, source, person):
    question = course.questions["en"]["single"]
    translate(source, "es", by=person)
    question.stem = "A new stem?"
    question.save_revision().publish()
    file = polib.pofile(out(source).decode())
    entry = next(entry for entry in file if entry.msgid == "A new stem?")
    assert "fuzzy" in entry.flags and entry.previous_msgid and entry.msgstr.startswith("Es: ")


HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'


@pytest.mark.parametrize(
    ("data", "line", "says"),
    [
        (HEADER.replace("UTF-8", "utf-7").encode(), 3, "charset"),
        (HEADER.replace("UTF-8", "rot13").encode(), 3, "charset"),
        (f"{HEADER}\"Plural-Forms: nplurals=2; plural=__import__('os').system('x');\\n\"\n".encode(), 4, "plural"),
        (f'{HEADER}"Plural-Forms: nplurals=99; plural=n;\\n"\n'.encode(), 4, "plural"),
        (HEADER.encode() + b'\nmsgid "x"\nmsgstr "\xff\xfe"\n', 6, "UTF-8"),
        (HEADER.encode() + b'\nmsgid "x"\nmsgstr "y"\nnonsense here\n', 7, "cannot be read"),
        (HEADER.encode() + b'\nmsgid "x"\nmsgstr "a\x00b"\n', 6, "NUL"),
        (b"Just a text", 0, "no PO file"),
        (b"", 0, "no PO file"),
        (b"/etc/passwd", 0, "no PO file"),
        ((HEADER + "".join(f'\nmsgid "m{n}"\nmsgstr "x"\n' for n in range(60_000))).encode(), 0, "60001 entries"),
        (b"x" * (pofiles.MOST_BYTES + 1), 0, "10 MB"),
        (b'<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a "b">]><xliff/>', 2, "entities"),
        (b"<xliff><broken>", 1, "XLIFF"),
        (b"<html></html>", 0, "XLIFF"),
    ],
)
def test_a_hostile_file_is_refused_whole_with_line_and_reason(data, line, says):
    with pytest.raises(pofiles.Unusable, match=says) as refused:
        exchange.parse("file.po", data)
        pytest.fail("parsed")
    assert refused.value.line == line


def test_a_good_plural_rule_in_two_lines_is_read():
    data = (
        f'{HEADER}"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : "\n"n%10>=2 ? 1 : 2);\\n"\n'
        '\nmsgid "x"\nmsgstr "y"\n'
    )
    assert len(pofiles.read(data.encode())) == 1


def test_many_objects_and_languages_go_out_at_once(course, person, client):
    client.force_login(person)
    url = reverse("workbench:take_out")
    answer = client.post(url, {"codes": ["es"], "kind": "po", "group": "assessment"})
    assert answer["Content-Disposition"] == 'attachment; filename="lodestar-es.po"'
    assert len(polib.pofile(answer.content.decode())) > 30
    assert client.post(url, {"codes": ["fr"], "kind": "po"}).status_code == 422, "a language the site has not"
    name, content = exchange.export([source_of(course.lesson)], [locale_of("es"), locale_of("fr")], "xliff")
    assert sorted(zipfile.ZipFile(io.BytesIO(content)).namelist()) == ["lodestar-es.xlf", "lodestar-fr.xlf"]
    assert name.endswith(".zip")


def test_a_file_is_looked_at_before_it_is_taken_in(source, person, client):
    client.force_login(person)
    upload = SimpleUploadedFile("es.po", str(filled(out(source))).encode())
    page = client.post(reverse("workbench:look"), {"file": upload, "content": "pages"})
    ticket = page.context["ticket"]
    assert page.status_code == 200 and ticket and not StringTranslation.objects.filter(locale=locale_of("es")).exists()
    other = translator("es")
    client.force_login(other)
    client.post(reverse("workbench:take_in"), {"ticket": ticket})
    assert not StringTranslation.objects.filter(locale=locale_of("es")).exists(), "somebody else's ticket"
    client.force_login(person)
    client.post(reverse("workbench:take_in"), {"ticket": ticket})
    assert segments(source, locale_of("es"))[0].text.startswith("Es: ")


def test_a_refused_upload_says_why_and_keeps_the_form(person, client):
    client.force_login(person)
    upload = SimpleUploadedFile("es.po", b"nothing")
    answer = client.post(reverse("workbench:look"), {"file": upload, "content": "pages", "code": "es"})
    assert answer.status_code == 422 and "no PO file" in answer.content.decode()
    assert client.post(reverse("workbench:look"), {}).status_code == 422
    foreign = SimpleUploadedFile("de.po", (HEADER + '"Language: de\\n"\n\nmsgid "x"\nmsgstr "y"\n').encode())
    answer = client.post(reverse("workbench:look"), {"file": foreign, "content": "pages"})
    assert answer.status_code == 422 and "one of your languages" in answer.content.decode()


def test_the_report_names_every_problem_of_a_language(source, person, client):
    translate(source, "es", lambda text: f"<b>{text}</b>", by=person, count=1)
    client.force_login(person)
    answer = client.get(reverse("workbench:report", args=["es"]))
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("object,place,rule") and any(",markup,error," in line for line in lines)
    assert client.get(reverse("workbench:report", args=["de"])).status_code == 404
