"""Read `hotlines.csv`, tell how it differs from the registry, and take over what may be taken over.

Stages: file -> `Row`s, each checked by the registry's own rules, all problems told at once -> `Difference` -> `take_over`.
The first load into an empty registry is direct. After that a new hotline or a changed number becomes a proposal for a second
person; remarks, sources and hours are written at once; and nothing is ever deleted, whatever a file leaves out.
"""

import csv
from dataclasses import dataclass, field
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from wagtail.search.backends import get_search_backend

from hotlines import fallback, proposals
from hotlines.models import NUMBER_FIELDS, Audience, Channel, Confidence, Hotline, Kind
from kernel import stamp
from kernel.models import record_event

SHIPPED = Path(__file__).parent / "data" / "hotlines.csv"
ADDITIONS = Path(__file__).parent / "data" / "additions.csv"
COLUMNS = (
    "code,country,region,name_en,name_local,operator,kind,phone_display,phone_e164,short_code,sms_keyword,url,languages,"
    "hours,hours_struct,timezone,toll_free,confidential,for,source_url,source_asof,confidence,note"
).split(",")
YES_NO = {"y": True, "n": False, "": None}
LONGEST_FILE = 2_000_000  # bytes


class UnusableFile(Exception):
    """A file that cannot be taken over; `problems` has one sentence per problem."""

    def __init__(self, problems: list[str]):
        super().__init__("\n".join(problems))
        self.problems = problems


class NeedsPerson(Exception):
    """A change of numbers was to be proposed by nobody."""


# --- File to rows --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    code: str
    values: dict  # field of Hotline -> value


def read(path: Path) -> list[Row]:
    """Return the rows of a file. Raises UnusableFile, naming every line that breaks a rule."""
    try:
        if path.stat().st_size > LONGEST_FILE:
            raise UnusableFile([f"{path.name} is larger than {LONGEST_FILE // 1_000_000} MB."])
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UnusableFile([f"{path.name} cannot be read: {error}"]) from error
    return read_text(text, name=path.name)


def read_text(text: str, *, name: str) -> list[Row]:
    """Return the rows of a table given as text; `name` is what messages call it. Raises UnusableFile as `read` does."""
    rows, problems, seen = [], [], set()
    for line, cells in _records(text, name):
        try:
            row = Row(cells["code"], values_of(cells))
            check_row(row)
        except ValidationError as error:
            problems += [f"Line {line} ({cells['code'] or 'no code'}): {text}" for text in _sentences(error)]
            continue
        if row.code in seen:
            problems.append(f"Line {line}: the code {row.code} stands twice.")
        seen.add(row.code)
        rows.append(row)
    if problems:
        raise UnusableFile(problems)
    return rows


def _records(text: str, name: str):
    """Yield (line, {column: text}) of a table, completed with what `additions.csv` knows of its codes."""
    if "\0" in text:
        raise UnusableFile([f"{name} holds characters that are no text. Save it as a table (CSV, UTF-8)."])
    more = additions()
    try:
        reader = csv.DictReader(text.splitlines(keepends=True))
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or [])]
        if text.strip() and missing:
            raise UnusableFile([f"{name} lacks the columns {', '.join(missing)}."])
        for cells in reader:
            cells = {column: (value or "").strip() for column, value in cells.items() if column}
            yield reader.line_num, cells | more.get(cells["code"], {})
    except csv.Error as error:
        raise UnusableFile([f"{name} is not a table (CSV): {error}"]) from error


def additions() -> dict[str, dict[str, str]]:
    """{code: {column: text}}: facts that stand in the notes of `hotlines.csv`, in columns of their own."""
    with ADDITIONS.open(encoding="utf-8", newline="") as file:
        return {cells.pop("code"): cells for cells in csv.DictReader(file)}


def values_of(cells: dict[str, str]) -> dict:
    """The fields of a hotline from the columns of the file. Raises ValidationError for a word it does not know."""
    native, interpreted = languages_of(cells["languages"])
    for column, words in (("toll_free", YES_NO), ("confidential", YES_NO)):
        if cells[column] not in words:
            raise ValidationError(f"{column} is “{cells[column]}”: write y, n or nothing.")
    for column, choices in (("kind", Kind), ("for", Audience), ("confidence", Confidence)):
        if cells[column] not in choices.values:
            raise ValidationError(f"{column} is “{cells[column]}”: write one of {', '.join(choices.values)}.")
    return {
        "country": cells["country"],
        "region": cells["region"],
        "kind": cells["kind"],
        "audience": cells["for"],
        "name_en": cells["name_en"],
        "name_local": cells["name_local"],
        "name_local_language": cells.get("name_local_language", ""),
        "operator": cells["operator"],
        "channel": channel_of(cells),
        "phone_display": cells["phone_display"] if "@" not in cells["phone_display"] else "",
        "phone_e164": cells["phone_e164"],
        "short_code": cells["short_code"],
        "sms_keyword": cells["sms_keyword"],
        "tty": cells.get("tty", ""),
        "url": cells["url"],
        "toll_free": YES_NO[cells["toll_free"]],
        "confidential": YES_NO[cells["confidential"]],
        "languages": native,
        "interpreter_languages": interpreted,
        "hours_text": cells["hours"],
        "hours": cells["hours_struct"],
        "time_zone": cells["timezone"],
        "source_urls": "\n".join(part.strip() for part in cells["source_url"].split(" | ") if part.strip()),
        "source_as_of": cells["source_asof"],
        "confidence": cells["confidence"],
        "note": cells["note"],
    }


def channel_of(cells: dict[str, str]) -> str:
    """How one reaches the line; the file says so by kind and by what it holds."""
    if cells["kind"] == Kind.EMAIL:
        return Channel.EMAIL
    if cells["kind"] == Kind.TEXTLINE:
        return Channel.TEXT
    if cells["kind"] == Kind.CHAT:
        return Channel.WHATSAPP if "whatsapp" in cells["phone_display"].lower() or cells["phone_e164"] else Channel.CHAT
    return Channel.VOICE if cells["phone_e164"] or cells["short_code"] else Channel.WEB


def languages_of(text: str) -> tuple[str, int | None]:
    """(`en|es`, 200) of `en|es|interpreter:200+`."""
    native, interpreted = [], None
    for part in filter(None, text.split("|")):
        name, _, count = part.partition(":")
        if name == "interpreter":
            if not count.rstrip("+").isdigit():
                raise ValidationError(f"languages has “{part}”: write interpreter:200+.")
            interpreted = int(count.rstrip("+"))
        else:
            native.append(name)
    return "|".join(native), interpreted


def check_row(row: Row) -> None:
    """Raise ValidationError where a row breaks a rule of the registry, whatever the database holds."""
    hotline = Hotline(code=row.code, **row.values)
    hotline.clean_fields()
    hotline.clean()


def _sentences(error: ValidationError) -> list[str]:
    if hasattr(error, "error_dict"):
        return [f"{name}: {text}" for name, texts in error.message_dict.items() for text in texts]
    return error.messages


# --- Rows to differences -------------------------------------------------------------------------------------------


@dataclass
class Difference:
    """How a file differs from the registry.

    `numbers` and `remarks` map a code to {field: {"old": text, "new": text}}; `left_out` are codes the file does not name.
    """

    new: list[Row] = field(default_factory=list)
    numbers: dict[str, dict] = field(default_factory=dict)
    remarks: dict[str, dict] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    unchanged: int = 0
    is_first_load: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.numbers or self.remarks)

    @property
    def needs_person(self) -> bool:
        """Whether something in it must be proposed by somebody, so that somebody else can approve it."""
        return bool(self.numbers or self.new) and not self.is_first_load


def compare(rows: list[Row]) -> Difference:
    """Say what taking over these rows would do. Changes nothing."""
    known = {hotline.code: hotline for hotline in Hotline.objects.all()}
    result = Difference(is_first_load=not known)
    for row in rows:
        if row.code not in known:
            result.new.append(row)
            continue
        before = known.pop(row.code)
        after = Hotline(pk=before.pk, code=row.code, **row.values)
        in_numbers = proposals.difference(before, after, [name for name in NUMBER_FIELDS if name in row.values])
        in_remarks = proposals.difference(before, after, [name for name in row.values if name not in NUMBER_FIELDS])
        if in_numbers:
            result.numbers[row.code] = in_numbers
        if in_remarks:
            result.remarks[row.code] = in_remarks
        result.unchanged += not (in_numbers or in_remarks)
    result.left_out = sorted(known)
    return result


# --- Differences to registry ---------------------------------------------------------------------------------------


@transaction.atomic
def take_over(difference: Difference, *, by=None, reason: str = "") -> dict[str, int]:
    """Write a difference; return counts of loaded, proposed and updated. All or nothing.

    Raises NeedsPerson when a number would be proposed by nobody.
    """
    if difference.needs_person and by is None:
        raise NeedsPerson
    if difference.is_first_load:
        return _load(difference.new)
    counts = {"loaded": 0, "proposed": 0, "updated": 0}
    for row in difference.new:
        hotline = Hotline(code=row.code, **row.values)
        hotline.full_clean()
        hotline.save()
        proposals.propose_publication(hotline, by=by, reason=reason)
        counts["proposed"] += 1
    for code, changes in difference.remarks.items():
        update(Hotline.objects.get(code=code), changes)
        counts["updated"] += 1
    for code, changes in difference.numbers.items():
        hotline = Hotline.objects.get(code=code)
        if hotline.is_published:
            proposals.propose(hotline, changes, by=by, reason=reason)
        else:
            update(hotline, changes)
            proposals.propose_publication(hotline, by=by, reason=reason)
        counts["proposed"] += 1
    if any(counts.values()):
        record_event("hotline.import", actor=by, detail=counts)
    return counts


def _load(rows: list[Row]) -> dict[str, int]:
    """Fill an empty registry in one stroke; `read` has checked each row."""
    hotlines = Hotline.objects.bulk_create(Hotline(code=row.code, is_published=True, **row.values) for row in rows)
    get_search_backend().add_bulk(Hotline, hotlines)
    counts = {"loaded": len(hotlines), "proposed": 0, "updated": 0}
    record_event("hotline.import", detail=counts)
    stamp.touch()
    fallback.write_later()
    return counts


def update(hotline: Hotline, changes: dict) -> None:
    """Write changed fields as the file has them."""
    for name, change in changes.items():
        model_field = Hotline._meta.get_field(name)
        setattr(
            hotline,
            model_field.attname,
            model_field.to_python(change["new"]) if change["new"] else proposals.empty(model_field),
        )
    hotline.full_clean()
    hotline.save(update_fields=list(changes))
