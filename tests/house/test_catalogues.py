"""Numbers in the interface's catalogues: what a msgid does not hold, no msgstr may say."""

import csv
from pathlib import Path

import polib
import pytest

from hotlines import numbers
from hotlines.imports import ADDITIONS, SHIPPED

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
