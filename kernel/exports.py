"""The one writer of tables that leave the site, as CSV and XLSX. Every cell is made harmless here.

A spreadsheet runs a cell that begins with = + - @, tab or line feed as a formula (SAFEGUARDS S21, ASVS 1.2.10). Such text gets
an apostrophe in front; numbers and dates keep their kind, and in XLSX all text is stored as text.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # no XML file may hold them
CELL_MOST = 32_767  # signs in one XLSX cell
XLSX_MOST_ROWS = 20_000  # a workbook is built in memory; larger tables go out as CSV, line by line
FORMATS = ("csv", "xlsx")


class TooManyRows(Exception):
    """The table is too long for a workbook; CSV has no such end."""


def harmless(value):
    """Return `value` as it may stand in a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None, microsecond=0) if timezone.is_aware(value) else value
    if isinstance(value, int | float | date):
        return value
    text = str(value)
    if text.startswith(FORMULA_STARTS):
        text = "'" + text
    return CONTROLS.sub("", text)[:CELL_MOST]


class HarmlessExport:
    """Before Wagtail's index view: its own spreadsheet (`list_export`) writes CSV as it finds the text. Here no cell runs."""

    def preprocess_field_value(self, field, value, export_format):
        ready = super().preprocess_field_value(field, value, export_format)
        return harmless(ready) if isinstance(ready, str) else ready


def table_response(kind: str, name: str, header: Sequence[str], rows: Iterable[Sequence]) -> HttpResponse:
    """Return a download of `rows` as `csv` or `xlsx`. `name` is the file's name without its ending.

    Raises TooManyRows for a workbook longer than `XLSX_MOST_ROWS`.
    """
    if kind == "xlsx":
        sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        response = HttpResponse(_workbook(header, rows), content_type=sheet)
    else:
        response = StreamingHttpResponse(_lines(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response["Cache-Control"] = "no-store"
    return response


def _lines(header, rows) -> Iterator[bytes]:
    """RFC 4180, with a byte order mark so that spreadsheets read accents."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield b"\xef\xbb\xbf"
    for row in _with_header(header, rows):
        writer.writerow([value.isoformat(" ") if isinstance(value, datetime) else value for value in row])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


def _with_header(header, rows):
    yield [harmless(cell) for cell in header]
    for row in rows:
        yield [harmless(cell) for cell in row]


def _workbook(header, rows) -> bytes:
    rows = list(islice(rows, XLSX_MOST_ROWS + 1))
    if len(rows) > XLSX_MOST_ROWS:
        raise TooManyRows
    from openpyxl import Workbook  # loaded by the few processes that ever make a workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    for number, row in enumerate(_with_header(header, rows)):
        cells = [WriteOnlyCell(sheet, value) for value in row]
        for cell in cells:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # otherwise a leading = would make it a formula
            if not number:
                cell.font = Font(bold=True)
        sheet.append(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
