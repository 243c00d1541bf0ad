"""Tables that leave the site: whole, readable, and harmless in a spreadsheet."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime

import openpyxl
import pytest

from kernel import exports
from kernel.exports import TooManyRows, harmless, table_response

HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\0=1",
    "＝1+1",
    '=HYPERLINK("http://x")',
    "=cmd|' /C calc'!A0",
]


def csv_rows(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def xlsx_rows(response):
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text):
    assert harmless(text).startswith("'")
    assert csv_rows(table_response("csv", "x", ["a"], [[text]]))[1][0].startswith("'")
    response = table_response("xlsx", "x", [text], [[text]])
    assert all(row[0].startswith("'") for row in xlsx_rows(response))
    sheet = zipfile.ZipFile(io.BytesIO(response.content)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("Ana López", "Ana López"),
        ("a=b", "a=b"),
        (-5, -5),
        (2.5, 2.5),
        (True, "True"),
        (None, ""),
        (date(2026, 3, 2), date(2026, 3, 2)),
        (datetime(2026, 3, 2, 17, 0, tzinfo=UTC), datetime(2026, 3, 2, 12, 0)),
        (datetime(2026, 3, 2, 17, 0), datetime(2026, 3, 2, 17, 0)),
        ("bell\x07", "bell"),
        ("x" * 40_000, "x" * 32_767),
    ],
)
def test_other_values_keep_their_kind(value, cell):
    assert harmless(value) == cell


def test_both_kinds_hold_the_same_cells():
    header, rows = ["Name", "Score", "On"], [["Ana, “A”\nLópez", 93, date(2026, 3, 2)], ["李", None, date(2026, 3, 3)]]
    from_csv = csv_rows(table_response("csv", "x", header, rows))
    from_xlsx = xlsx_rows(table_response("xlsx", "x", header, rows))
    assert from_csv == [["Name", "Score", "On"], ["Ana, “A”\nLópez", "93", "2026-03-02"], ["李", "", "2026-03-03"]]
    assert from_xlsx[1] == ["Ana, “A”\nLópez", 93, datetime(2026, 3, 2)]
    assert [row[0] for row in from_xlsx] == [row[0] for row in from_csv]


def test_moments_are_written_so_that_they_sort():
    rows = csv_rows(table_response("csv", "x", ["At"], [[datetime(2026, 3, 2, 17, 0, 5, 9, tzinfo=UTC)]]))
    assert rows[1] == ["2026-03-02 12:00:05"]


def test_downloads_are_named_and_not_kept():
    response = table_response("csv", "enrolments", ["a"], [])
    assert response["Content-Disposition"] == 'attachment; filename="enrolments.csv"'
    assert response["Cache-Control"] == "no-store"


def test_a_long_table_is_a_csv_and_no_workbook(monkeypatch):
    monkeypatch.setattr(exports, "XLSX_MOST_ROWS", 2)
    table_response("xlsx", "x", ["a"], [[1], [2]])
    with pytest.raises(TooManyRows):
        table_response("xlsx", "x", ["a"], [[1], [2], [3]])
    assert len(csv_rows(table_response("csv", "x", ["a"], [[1], [2], [3]]))) == 4
