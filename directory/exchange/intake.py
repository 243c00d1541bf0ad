"""Read what somebody hands us, and believe none of it.

Stages: bytes -> plain values (strict JSON, CSV, or the members of a zip, each within caps) -> values checked against what HSDS
says of their table -> `Reading`. Everything that is wrong is told at once, each with its place: file and line and column, or
the path inside the JSON. Nothing here touches the database, and nothing is ever unpacked to disk (SAFEGUARDS S18, S19, U12).
"""

import csv
import io
import json
import math
import re
import stat
import zipfile
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path, PurePosixPath

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.exchange import hsds

LONGEST_FILE = 20 * 1024 * 1024  # bytes, as it arrives
UNPACKED_MOST = 100 * 1024 * 1024  # bytes, all members of a zip together
RATIO_MOST = 100  # unpacked to packed, of one member larger than a megabyte
MEMBERS_MOST = 60
ROWS_MOST = 200_000  # rows of all tables together
COLUMNS_MOST = 120
DEPTH_MOST = 24  # objects within objects: the fullest HSDS record has 11
TEXT_MOST = 10_000  # characters of one value
NUMBER_MOST = 10**12
DIGITS_MOST = 30
PROBLEMS_MOST = 50  # after so many the rest of the file is not looked at
PACKED = {".zip", ".7z", ".rar", ".gz", ".tgz", ".bz2", ".xz", ".tar", ".jar", ".zst"}
PACKED_STARTS = (b"PK\x03\x04", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
# Controls but tab and line ends; the marks that reorder what stands beside them (bidi embeddings, overrides, isolates).
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
SURROGATE = re.compile("[\ud800-\udfff]")
# What a spreadsheet runs: a leading =, or another formula sign with a call or a link to a program in it.
FORMULA = re.compile(r"^[\s]*(?:[=＝]|[+\-@＋－＠](?=.*(?:[A-Za-z_][\w.]*\(|\|.*!)))", re.S)
ESCAPED = re.compile(r"^'+[=+\-@\t\r\n＝＋－＠]")  # as our own exporter writes a cell
BAD_SCHEME = re.compile(r"^\s*(?:javascript|vbscript|data|file)\s*:", re.I)
WEB = re.compile(r"^https?://[^\s<>\"]+$", re.I)
OWN_COLUMNS = (
    "id,name,name_local,org_type,country,region,city,description,services,populations,languages,phone,hotline_code,hours,"
    "website,email,last_verified,status,license,source_url,note"
).split(",")
OWN_REQUIRED = ("id", "name", "country")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and where."""

    place: str
    text: str

    def __str__(self):
        return f"{self.place}: {self.text}"


class UnusableFile(Exception):
    """A file that is not taken; `problems` says why, place by place."""

    def __init__(self, problems: list[Problem]):
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class _Enough(Exception):
    """So many problems that the rest of the file need not be read."""


@dataclass
class Reading:
    """What a file says. `kind` is json, package or csv.

    `nested` has (table, record, place) for JSON; `rows` {table: [(row, place)]} for tables; `own` (row, place) for our CSV.
    `notices` are remarks that stop nothing.
    """

    kind: str
    nested: list[tuple[str, dict, str]] = field(default_factory=list)
    rows: dict[str, list[tuple[dict, str]]] = field(default_factory=dict)
    own: list[tuple[dict, str]] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)


class _Found:
    """Collects problems; raises when there are too many to be worth more."""

    def __init__(self):
        self.problems: list[Problem] = []

    def add(self, place: str, text: str) -> None:
        self.problems.append(Problem(place, text))
        if len(self.problems) >= PROBLEMS_MOST:
            raise _Enough


def read(data: bytes, name: str) -> Reading:
    """Return what a file of this name says. Raises UnusableFile."""
    if not data:
        raise UnusableFile([Problem(name, _("This file is empty. Choose it again."))])
    if len(data) > LONGEST_FILE:
        raise UnusableFile(
            [Problem(name, _("This file is larger than %(most)d MB.") % {"most": LONGEST_FILE // 1024 // 1024})]
        )
    found = _Found()
    try:
        reading = _read(data, name, found)
    except _Enough:
        reading = None
    if found.problems:
        raise UnusableFile(found.problems)
    reading.notices += [
        Problem(name, _("“%(field)s” is not part of HSDS and was left out.") % {"field": unknown})
        for unknown in sorted(reading.unknown)[:PROBLEMS_MOST]
    ]
    return reading


def read_path(path: Path) -> Reading:
    """The same for a file or an unpacked datapackage on this machine."""
    try:
        if path.is_dir():
            return _read_folder(path)
        if path.stat().st_size > LONGEST_FILE:
            return read(b"x" * (LONGEST_FILE + 1), path.name)
        return read(path.read_bytes(), path.name)
    except OSError as error:
        raise UnusableFile(
            [Problem(path.name, _("This file cannot be read: %(why)s") % {"why": error.strerror})]
        ) from None


def _read(data: bytes, name: str, found: _Found) -> Reading:
    if data.startswith(b"PK\x03\x04"):
        return _package(_members(data, name, found), name, found)
    if data.startswith(PACKED_STARTS):
        found.add(name, _("Packed files other than zip are not read. Unpack it, or make it a zip."))
        raise _Enough
    text = _text(data, name, found)
    if text.lstrip()[:1] in {"{", "["}:
        return _json(text, name, found)
    return _csv(text, name, found)


def _read_folder(path: Path) -> Reading:
    found = _Found()
    members, total = {}, 0
    try:
        for file in sorted(path.iterdir()):
            if file.is_symlink() or not file.is_file() or file.suffix.lower() not in {".csv", ".json"}:
                continue
            total += file.stat().st_size
            if total > UNPACKED_MOST or len(members) >= MEMBERS_MOST:
                found.add(path.name, _("This folder holds far more than a directory does."))
                raise _Enough
            members[file.name] = file.read_bytes()
        reading = _package(members, path.name, found)
    except _Enough:
        reading = None
    if found.problems:
        raise UnusableFile(found.problems)
    return reading


# --- Bytes to text -------------------------------------------------------------------------------------------------


def _text(data: bytes, name: str, found: _Found) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        found.add(name, _("This file is written in UTF-16. Save it as UTF-8 and try again."))
        raise _Enough
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        place = _("%(file)s, line %(line)d") % {"file": name, "line": line}
        found.add(place, _("A sign here is not UTF-8. Save the file as UTF-8 and try again."))
        raise _Enough from None
    if "\x00" in text:
        line = text[: text.index("\x00")].count("\n") + 1
        place = _("%(file)s, line %(line)d") % {"file": name, "line": line}
        found.add(place, _("There is a NUL sign here. The file is damaged, or not text."))
        raise _Enough
    return text


def wrong_text(value: str) -> str:
    """Why a text cannot be taken; empty when it can."""
    if len(value) > TEXT_MOST:
        return _("This text is longer than %(most)d characters.") % {"most": TEXT_MOST}
    if CONTROL.search(value) or SURROGATE.search(value):
        return _("There is a control sign in this text.")
    if DIRECTION.search(value):
        return _("There is a sign in this text that turns the direction of writing.")
    if FORMULA.match(value):
        return _("This text begins like a formula of a spreadsheet.")
    if BAD_SCHEME.match(value):
        return _("An address of this kind is not taken. Use https://.")
    return ""


# --- JSON ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Bad:
    """Stands in a parsed tree where JSON held what must not be there, until its place is known."""

    why: str


class _Doubled(dict):
    """An object in which a name stands twice."""

    doubled = ""


def _pairs(pairs):
    result = dict(pairs)
    if len(result) == len(pairs):
        return result
    result = _Doubled(result)
    seen = set()
    for key, _value in pairs:
        if key in seen:
            result.doubled = key
        seen.add(key)
    return result


def _number(text: str):
    if len(text) > DIGITS_MOST:
        return _Bad(_("This number is too long."))
    number = float(text) if any(sign in text for sign in ".eE") else int(text)
    if not math.isfinite(number) or abs(number) > NUMBER_MOST:
        return _Bad(_("This number is too large."))
    return number


def parse_json(text: str, name: str, found: _Found):
    """Return the value of a JSON text with every oddity told by its place."""
    try:
        value = json.loads(
            text,
            object_pairs_hook=_pairs,
            parse_int=_number,
            parse_float=_number,
            parse_constant=lambda word: _Bad(_("%(word)s is not a number that JSON knows.") % {"word": word}),
        )
    except json.JSONDecodeError as error:
        place = _("%(file)s, line %(line)d, column %(column)d") % {
            "file": name,
            "line": error.lineno,
            "column": error.colno,
        }
        found.add(place, _("This is not JSON: %(why)s.") % {"why": error.msg})
        raise _Enough from None
    except RecursionError:
        found.add(name, _("Objects are nested deeper than %(most)d levels.") % {"most": DEPTH_MOST})
        raise _Enough from None
    _odd(value, name, found)
    return value


def _odd(top, name: str, found: _Found) -> None:
    """Tell of constants, numbers, doubled names and depth, without recursion of our own."""
    waiting = [(top, "$", 0)]
    nodes = 0
    while waiting:
        value, path, depth = waiting.pop()
        nodes += 1
        if nodes > ROWS_MOST * 20:
            found.add(name, _("This file holds far more than a directory does."))
            raise _Enough
        if isinstance(value, _Bad):
            found.add(f"{name}, {path}", value.why)
        elif isinstance(value, dict | list):
            if depth >= DEPTH_MOST:
                found.add(
                    f"{name}, {path}", _("Objects are nested deeper than %(most)d levels.") % {"most": DEPTH_MOST}
                )
                raise _Enough
            if isinstance(value, _Doubled):
                found.add(
                    f"{name}, {path}", _("“%(key)s” stands twice in this object.") % {"key": shown(value.doubled)}
                )
            items = value.items() if isinstance(value, dict) else enumerate(value)
            joined = [
                (child, f"{path}.{shown(key)}" if isinstance(value, dict) else f"{path}[{key}]", depth + 1)
                for key, child in items
            ]
            waiting += reversed(joined)


def shown(key) -> str:
    """A name from a file as it may stand in a message."""
    return DIRECTION.sub("", CONTROL.sub("", SURROGATE.sub("", str(key))))[:60]


def _json(text: str, name: str, found: _Found) -> Reading:
    value = parse_json(text, name, found)
    if found.problems:
        raise _Enough
    if isinstance(value, dict) and _is_tabular(value):
        return _tabular_json(value, name, found)
    reading = Reading("json")
    place = f"{name}, $"
    if isinstance(value, dict) and "contents" in value:
        value, place = value["contents"], f"{place}.contents"
    records = value if isinstance(value, list) else [value]
    for number, record in enumerate(records):
        at = f"{place}[{number}]" if isinstance(value, list) else place
        if not isinstance(record, dict):
            found.add(at, _("An object is expected here."))
            continue
        table = _table_of(record)
        if table is None:
            found.add(at, _("This is no organization, service, service at a location or location of HSDS."))
            continue
        reading.nested.append((table, check(table, record, at, found, reading.unknown), at))
    if not records:
        found.add(name, _("There is nothing in this file."))
    return reading


def _is_tabular(value: dict) -> bool:
    return (
        bool(value)
        and all(key in hsds.TABLES or key == "meta_table_description" for key in value)
        and all(isinstance(rows, list) for rows in value.values())
    )


def _table_of(record: dict) -> str | None:
    """Which table a nested record belongs to, told by the fields only it has."""
    if "location_type" in record:
        return "location"
    if "status" in record or "service_at_locations" in record:
        return "service"
    if "service" in record or "location" in record:
        return "service_at_location"
    return "organization" if "name" in record else None


def _tabular_json(value: dict, name: str, found: _Found) -> Reading:
    reading = Reading("package")
    for table, rows in value.items():
        if table not in hsds.TABLES:
            continue
        for number, row in enumerate(rows):
            at = f"{name}, $.{table}[{number}]"
            if isinstance(row, dict):
                reading.rows.setdefault(table, []).append((check_row(table, row, at, found, reading.unknown), at))
            else:
                found.add(at, _("An object is expected here."))
    return reading


# --- Values against what HSDS says ---------------------------------------------------------------------------------


def check(table: str, record: dict, place: str, found: _Found, unknown: set[str]) -> dict:
    """Return a nested record with plain, safe values; empties and unknown names are left out."""
    known = hsds.TABLES[table]
    result = {}
    for key, value in record.items():
        at = f"{place}.{shown(key)}"
        if value is None or value == "" or value == []:
            continue
        if key in known.fields:
            cleaned = check_value(known.fields[key], value, at, found)
            if cleaned is not None:
                result[key] = cleaned
        elif key in known.children:
            child, many = known.children[key]
            if isinstance(value, list) is not many:
                found.add(at, _("A list is expected here.") if many else _("An object is expected here."))
                continue
            children = []
            for number, one in enumerate(value if many else [value]):
                where = f"{at}[{number}]" if many else at
                if isinstance(one, dict):
                    children.append(check(child, one, where, found, unknown))
                else:
                    found.add(where, _("An object is expected here."))
            result[key] = children if many else (children or [{}])[0]
        elif key in known.links:
            cleaned = check_value(hsds.Field(key), value, at, found)
            if cleaned is not None:
                result[key] = cleaned
        else:
            unknown.add(f"{table}.{shown(key)}")
    _check_required(known, result, record, place, found)
    return result


def check_row(table: str, row: dict, place: str, found: _Found, unknown: set[str]) -> dict:
    """Return one row of a table with plain, safe values."""
    known = hsds.TABLES[table]
    result = {}
    for key, value in row.items():
        if value is None or value == "":
            continue
        if key in known.fields or key in known.links:
            column = known.fields.get(key, hsds.Field(key))
            cleaned = check_value(column, value, f"{place}, {shown(key)}", found)
            if cleaned is not None:
                result[key] = cleaned
        else:
            unknown.add(f"{table}.{shown(key)}")
    _check_required(known, result, row, place, found)
    return result


def _check_required(known: hsds.Table, result: dict, given: dict, place: str, found: _Found) -> None:
    for name, column in known.fields.items():
        # Real files leave out descriptions and parts of addresses; who and what it is cannot be left out.
        if (
            column.required
            and name not in result
            and name in {"id", "name", "number"}
            and given.get(name) in (None, "")
        ):
            found.add(place, _("“%(field)s” is missing.") % {"field": name})


def check_value(column: hsds.Field, value, place: str, found: _Found):
    """Return a value as its kind wants it, or None after telling what is wrong."""
    if isinstance(value, bool) or isinstance(value, dict | list):
        found.add(place, _("One plain value is expected here."))
        return None
    if column.kind == "number":
        return _as_number(value, place, found)
    text = str(value).strip()
    why = wrong_text(text) or _wrong_kind(column, text)
    if why:
        found.add(place, why)
        return None
    return str(value) if column.kind == "text" else text


def _as_number(value, place: str, found: _Found):
    if isinstance(value, int | float):
        return value
    number = _number(value.strip()) if re.fullmatch(r"\s*[+-]?\d+(\.\d+)?([eE][+-]?\d+)?\s*", value) else None
    if number is None or isinstance(number, _Bad):
        found.add(place, number.why if number else _("“%(value)s” is not a number.") % {"value": shown(value)})
        return None
    return number


def _wrong_kind(column: hsds.Field, text: str) -> str:
    if column.choices and text not in column.choices:
        return _("“%(value)s” is not one of %(choices)s.") % {
            "value": shown(text),
            "choices": ", ".join(column.choices),
        }
    if column.kind == "uuid" and len(text) > 200:
        return _("This identifier is too long.")
    if column.kind == "uri" and not WEB.match(text):
        return _("“%(value)s” is not a web address. It begins with https:// or http://.") % {"value": shown(text)}
    if column.kind == "email":
        try:
            validate_email(text)
        except ValidationError:
            return _("“%(value)s” is not an e-mail address.") % {"value": shown(text)}
    if column.kind == "date" and not _is_date(text):
        return _("“%(value)s” is not a date. Write it as 2026-01-31.") % {"value": shown(text)}
    if column.kind == "time" and not _is_time(text):
        return _("“%(value)s” is not a time of day. Write it as 09:00.") % {"value": shown(text)}
    return ""


def _is_date(text: str) -> bool:
    try:
        return 1900 <= date.fromisoformat(text[:10]).year <= 2200 and (len(text) == 10 or text[10:11] in {"T", " "})
    except ValueError:
        return False


def _is_time(text: str) -> bool:
    try:
        time.fromisoformat(text)
    except ValueError:
        return False
    return True


# --- Tables --------------------------------------------------------------------------------------------------------


def table_rows(text: str, name: str, found: _Found):
    """Yield (row, place) of a CSV with a header line: every row {column: text}."""
    text = text.removeprefix("\ufeff")
    header_line = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=header_line.count) if header_line else ","
    usual = csv.field_size_limit(LONGEST_FILE)  # one for the whole process: put back at the end
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] = []
    try:
        for cells in reader:
            place = _("%(file)s, line %(line)d") % {"file": name, "line": reader.line_num}
            if not header:
                header = _header(cells, place, found)
                continue
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(header):
                found.add(place, _("This row has more cells than the first line has columns."))
                continue
            yield {column: unescaped(cell) for column, cell in zip(header, cells, strict=False)}, place
    except csv.Error as error:
        place = _("%(file)s, line %(line)d") % {"file": name, "line": reader.line_num}
        found.add(place, _("This is not a CSV row: %(why)s.") % {"why": error})
        raise _Enough from None
    finally:
        csv.field_size_limit(usual)


def unescaped(cell: str) -> str:
    """A cell as it was before an exporter put an apostrophe before its formula sign."""
    cell = cell.strip()
    return cell[1:] if ESCAPED.match(cell) else cell


def _header(cells: list[str], place: str, found: _Found) -> list[str]:
    header = [cell.strip() for cell in cells]
    if len(header) > COLUMNS_MOST:
        found.add(place, _("There are more than %(most)d columns.") % {"most": COLUMNS_MOST})
        raise _Enough
    doubled = sorted({column for column in header if header.count(column) > 1})
    if doubled:
        found.add(place, _("The column “%(column)s” stands twice.") % {"column": shown(doubled[0])})
        raise _Enough
    return header


def _csv(text: str, name: str, found: _Found) -> Reading:
    """Our own columns, or one HSDS table under its name."""
    reading = Reading("csv")
    table = _table_named(name)
    for number, (row, place) in enumerate(table_rows(text, name, found)):
        if number >= ROWS_MOST:
            found.add(name, _too_many_rows())
            raise _Enough
        if not number:
            missing = [column for column in OWN_REQUIRED if column not in row]
            if missing and table is None:
                found.add(
                    name,
                    _("The columns %(missing)s are missing. A list of organizations has the columns %(columns)s.")
                    % {"missing": ", ".join(missing), "columns": ", ".join(OWN_COLUMNS)},
                )
                raise _Enough
            if missing:
                reading.kind = "package"
        if reading.kind == "package":
            reading.rows.setdefault(table, []).append((check_row(table, row, place, found, reading.unknown), place))
            continue
        reading.unknown |= {shown(column) for column in row if column not in OWN_COLUMNS}
        _check_own(row, place, found)
        reading.own.append(({column: row.get(column, "") for column in OWN_COLUMNS}, place))
    if not reading.own and not reading.rows and not found.problems:
        found.add(name, _("There is nothing in this file."))
    return reading


def _check_own(row: dict, place: str, found: _Found) -> None:
    for column in OWN_COLUMNS:
        value = row.get(column, "")
        why = wrong_text(value)
        if column in OWN_REQUIRED and not value:
            why = _("“%(field)s” is missing.") % {"field": column}
        elif column == "country" and not re.fullmatch("[A-Z]{2}", value):
            why = _("“%(value)s” is not a country. Write two capital letters, such as US.") % {"value": shown(value)}
        elif column in {"website"} and value and not why:
            why = _wrong_kind(hsds.Field(column, "uri"), value)
        elif column == "email" and value and not why:
            why = _wrong_kind(hsds.Field(column, "email"), value)
        elif column == "last_verified" and value and not why:
            why = _wrong_kind(hsds.Field(column, "date"), value)
        if why:
            found.add(f"{place}, {column}", why)


def _too_many_rows() -> str:
    return ngettext("More than %(most)d row is not read.", "More than %(most)d rows are not read.", ROWS_MOST) % {
        "most": ROWS_MOST
    }


# --- Packages ------------------------------------------------------------------------------------------------------


def _members(data: bytes, name: str, found: _Found) -> dict[str, bytes]:
    """{file name: bytes} of the tables in a zip, read within caps, whatever the zip says of itself."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        found.add(name, _("This zip file is damaged."))
        raise _Enough from None
    if len(members) > MEMBERS_MOST:
        found.add(name, _("There are more than %(most)d files in this zip.") % {"most": MEMBERS_MOST})
        raise _Enough
    total, result = 0, {}
    for member in members:
        place = f"{name}, {shown(member.filename)}"
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if member.is_dir():
            continue
        if path.is_absolute() or ".." in path.parts or ":" in path.parts[0] or "\x00" in member.filename:
            found.add(place, _("This name leads out of the zip."))
            raise _Enough
        if stat.S_ISLNK(member.external_attr >> 16):
            found.add(place, _("This is a link, not a file."))
            raise _Enough
        if member.flag_bits & 1:
            found.add(place, _("This file is locked with a password."))
            raise _Enough
        if path.suffix.lower() in PACKED:
            found.add(place, _("There is a packed file inside the zip."))
            raise _Enough
        if path.suffix.lower() not in {".csv", ".json"} or path.name.startswith("."):
            continue
        if member.file_size > 1024 * 1024 and member.file_size > RATIO_MOST * max(member.compress_size, 1):
            found.add(place, _("This file unpacks to far more than it should."))
            raise _Enough
        if path.name in result:
            found.add(place, _("Two files have this name."))
            raise _Enough
        content = _unpacked(archive, member, UNPACKED_MOST - total, place, found)
        total += len(content)
        result[path.name] = content
    return result


def _unpacked(archive, member, most: int, place: str, found: _Found) -> bytes:
    """The bytes of a member, never more than `most`, whatever size its header names."""
    if member.file_size > most:
        found.add(place, _("This file unpacks to far more than it should."))
        raise _Enough
    try:
        with archive.open(member) as file:
            content = file.read(most + 1)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        content = None
    except Exception as error:  # each packing method raises an error class of its own for damaged data
        if type(error).__module__ not in {"zlib", "lzma", "_lzma", "_bz2"}:
            raise
        content = None
    if content is None:
        found.add(place, _("This file in the zip is damaged."))
        raise _Enough
    if len(content) > most:
        found.add(place, _("This file unpacks to far more than it should."))
        raise _Enough
    if content.startswith(PACKED_STARTS):
        found.add(place, _("There is a packed file inside the zip."))
        raise _Enough
    return content


def _table_named(name: str) -> str | None:
    """The table whose rows a file of this name holds: by HSDS's file name, or by the table's own."""
    stem = PurePosixPath(name).name.lower().removesuffix(".csv")
    for table in hsds.TABLES.values():
        if stem in {table.name, table.path.removesuffix(".csv"), f"{table.name}s"}:
            return table.name
    return {"services_at_location": "service_at_location"}.get(stem)


def _package(members: dict[str, bytes], name: str, found: _Found) -> Reading:
    reading = Reading("package")
    tables = _named_in_description(members, name, found)
    count = 0
    for file, content in members.items():
        if not file.lower().endswith(".csv"):
            continue
        table = tables.get(file) or _table_named(file)
        if table is None:
            reading.notices.append(Problem(f"{name}, {shown(file)}", _("This is no table of HSDS and was left out.")))
            continue
        rows = reading.rows.setdefault(table, [])
        for row, place in table_rows(_text(content, file, found), file, found):
            count += 1
            if count > ROWS_MOST:
                found.add(name, _too_many_rows())
                raise _Enough
            rows.append((check_row(table, row, place, found, reading.unknown), place))
    if not any(reading.rows.values()) and not found.problems:
        found.add(name, _("There is nothing in this file."))
    return reading


def _named_in_description(members: dict[str, bytes], name: str, found: _Found) -> dict[str, str]:
    """{file name: table} as `datapackage.json` gives it, where it gives one."""
    content = members.get("datapackage.json")
    if content is None:
        return {}
    place = f"{name}, datapackage.json"
    described = parse_json(_text(content, place, found), place, found)
    resources = described.get("resources") if isinstance(described, dict) else None
    if not isinstance(resources, list):
        found.add(place, _("The list of resources is missing."))
        raise _Enough
    names = {}
    for one in resources:
        if not isinstance(one, dict):
            continue
        path = one.get("path")
        path = path[0] if isinstance(path, list) and path else path
        if isinstance(path, str) and one.get("name") in hsds.TABLES:
            if "://" in path:
                found.add(place, _("A table on another computer is not fetched."))
                raise _Enough
            names[PurePosixPath(path.replace("\\", "/")).name] = one["name"]
    return names
