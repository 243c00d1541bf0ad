"""Numbers in the interface's catalogues: what a msgid does not hold, no msgstr may say."""

import csv
import re
from pathlib import Path

import polib
import pytest
import yaml
from django.utils.translation import to_locale

from hotlines import numbers
from hotlines.imports import ADDITIONS, SHIPPED
from kernel import languages

LOCALE = Path(__file__).resolve().parents[2] / "locale"
CATALOGUES = sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))


def registry() -> set[str]:
    """Every number of the shipped registry, as dialled."""
    rows = [row for path in (SHIPPED, ADDITIONS) for row in csv.DictReader(path.open(encoding="utf-8", newline=""))]
    return {row[name] for row in rows for name in ("phone_e164", "short_code", "tty") if row.get(name)}


def foreign(catalogue) -> list[tuple[str, str]]:
    """Rows of (msgid, number) for each number a translation says and its source does not."""
    known = registry()
    return [
        (entry.msgid, number)
        for entry in catalogue
        for text in [entry.msgstr, *entry.msgstr_plural.values()]
        for number in numbers.foreign_numbers(text, f"{entry.msgid} {entry.msgid_plural}", known)
    ]


def test_there_are_catalogues_to_look_at():
    assert CATALOGUES and all(len(polib.pofile(str(path))) > 100 for path in CATALOGUES)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_no_translation_holds_a_number_its_source_has_not(path):
    assert foreign(polib.pofile(str(path))) == []


@pytest.mark.parametrize(
    ("msgid", "msgstr", "found"),
    [
        ("Call for help", "Llame al 1-202-555-0100", ["1-202-555-0100"]),
        ("Call for help", "اتصل بالرقم ١٢٠٢٥٥٥٠١٠٠", ["12025550100"]),
        ("Call for help", "Llame al 911", ["911"]),
        ("Call for help", "Escriba al 233734", ["233734"]),
        ("Call %(number)s", "Llame al %(number)s", []),
        ("Call 911", "Llame al 911", []),
        ("At most 10,000 rows", "Como máximo 10000 filas", []),
        ("%(count)d of 24 hours", "%(count)d de 24 horas", []),
    ],
)
def test_the_check_finds_numbers_and_lets_figures_pass(msgid, msgstr, found):
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid=msgid, msgstr=msgstr))
    assert [number for _msgid, number in foreign(catalogue)] == found


def test_the_check_reads_every_plural_form():
    entry = polib.POEntry(msgid="one", msgid_plural="many", msgstr_plural={0: "uno", 1: "1-202-555-0100"})
    catalogue = polib.POFile()
    catalogue.append(entry)
    assert foreign(catalogue) == [("one", "1-202-555-0100")]


# --- Every shipped language ------------------------------------------------------------------------------------------

ROOT = LOCALE.parent
SHIPPED_CODES = [code for code in languages.SHIPPED if code != "en"]
# Screens of the staff are in English and Spanish; the rest is read by learners, the public and coordinators of posters.
OF_STAFF = re.compile(
    r"/(screens|admin|directory_exchange|translations)/|directory_upkeep/(due_panel|worklist|entry)|_panel\.html|(question|figure)_preview"
)
SAID = re.compile(r"""{%\s*translate\s+(?:"([^"]+)"|'([^']+)')""")


def public_words() -> set[str]:
    rooms = ["accounts", "courses", "directory", "hotlines", "kernel", "posters", "records", "site/home", "site"]
    files = {path for room in rooms for path in (ROOT / room).rglob("templates/**/*.html")}
    texts = [path.read_text() for path in files if not OF_STAFF.search(path.as_posix())]
    return {(one or other).replace("%", "%%") for text in texts for one, other in SAID.findall(text)}


@pytest.fixture(scope="module")
def words_to_say() -> set[str]:
    return public_words()


@pytest.mark.parametrize("code", SHIPPED_CODES)
def test_every_shipped_language_says_all_words_of_the_public_templates(code, words_to_say):
    assert len(words_to_say) > 500
    catalogue = polib.pofile(str(LOCALE / to_locale(code) / "LC_MESSAGES" / "django.po"))
    said = {entry.msgid for entry in catalogue.translated_entries()}
    assert sorted(words_to_say - said) == []
    assert "Machine draft, awaiting a native reviewer" in catalogue.header


@pytest.mark.parametrize("code", SHIPPED_CODES)
def test_every_shipped_language_has_pages_hotlines_and_a_catalogue(code):
    tag = languages.tag(code)
    for name in ("site/home/starter/pages", "hotlines/data/words", "courses/starter/catalog", "posters/starter/"):
        path = ROOT / (f"{name}{tag}.yaml" if name.endswith("/") else f"{name}.{tag}.yaml")
        assert path.is_file(), path
        if "catalog" not in name and "posters" not in name:
            assert "achine draft" in path.read_text()[:400], path


@pytest.mark.parametrize("tag", ["es", "fr", "pt-BR", "ar", "zh-Hans", "vi", "ht"])
def test_the_awareness_course_is_whole_in_eight_languages(tag):
    folder = ROOT / "courses" / "starter" / "awareness"

    def shape(name: str) -> list:
        data = yaml.safe_load((folder / name).read_text())
        if isinstance(data, list):
            return [(row["key"], len(row.get("choices", ())), len(row.get("steps", ()))) for row in data]
        return [(module["key"], lesson["key"], len(lesson["body"])) for module in data["modules"] for lesson in module["lessons"]]

    for name in ("course", "questions"):
        assert shape(f"{name}.{tag}.yaml") == shape(f"{name}.en.yaml"), name
