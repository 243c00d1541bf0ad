"""A kit: many sheets in one zip, with a manifest and a page of instructions for whoever prints it.

The zip is written as the sheets come and holds them stored: PDF streams are compressed already.
"""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import BinaryIO

from kernel import languages
from posters import sheets, store
from posters.choice import Choice
from posters.designs import DESIGNS
from posters.models import Kit, KitSheet, RowState, Sheet
from posters.sizes import SIZES
from posters.spec import PosterSpec, shown

SHEETS_MOST = 2000
SPECS_AT_ONCE = 50
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same kit is the same file
NUMBERS = ("voice", "text", "keyword", "emergency")
COLUMNS = [
    "file",
    "languages",
    "design",
    "size",
    "width_mm",
    "height_mm",
    "code",
    "address",
    "hotlines",
    "numbers",
    "sha256",
]
INSTRUCTIONS = """\
How to print these sheets
=========================

1. Print at 100 % ("actual size"), never "fit to page": the code must keep its size to be read.
2. Letter, A4, Tabloid and A3 sheets: any colour printer. Sheets marked "saver" use little ink.
3. Sheets marked "press" carry crop marks and 3 mm of bleed: for print shops that cut.
4. Tear-off strips: cut along the dashed lines, leave the upper end of each strip uncut.
5. Wallet cards: cut along the marks outside the cards.
6. Pictures (PNG) are for screens; do not print them.
7. Every sheet carries a code and a QR code. They lead to a page that says whether the sheet is still current.
   Before you print more of an old kit, open that page.
8. Sheets that say DRAFT hold a translation no person has reviewed. Let a reader of the language check them first.

SHEETS.txt lists the sheets by language. manifest.csv lists every file with its languages, size, code, numbers and checksum.
"""


def choices_for(base: Choice, languages: Iterable[str], sizes: Iterable[tuple[str, str]]) -> list[Choice]:
    """One choice for each language and (design, size); sizes that a design has not are left out, as are doubles."""
    found = {}
    for language in languages:
        for design, size in sizes:
            if size in DESIGNS[design].sizes:
                screen = SIZES[size].is_screen
                choice = replace(
                    base, design=design, size=size, languages=(language,), shares=(), press=base.press and not screen
                )
                found[choice] = None
    return list(found)


def file_name(choice: Choice, code: str, kind: str) -> str:
    look = "".join(f"-{name}" for name, on in (("saver", choice.saver), ("press", choice.press)) if on)
    return f"{'+'.join(choice.languages)}/{choice.design}-{choice.size}{look}-{shown(code)}.{kind}"


def write(
    choices: Iterable[Choice],
    target: BinaryIO,
    *,
    now: datetime,
    progress: Callable[[Choice, Sheet | None, Exception | None], None] = lambda *_: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> list[tuple[Choice, Exception]]:
    """Write the zip of `choices` to `target`; return the choices that could not be made, with the reason."""
    rows, failed = [], []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as bundle:
        for choice, sheet, made, problem in sheets.make_many(choices, now=now, cancelled=cancelled):
            if problem is not None:
                failed.append((choice, problem))
            else:
                file = file_name(choice, made.code, made.kind)
                put(bundle, file, made.body)
                rows.append(row(file, sheet, made.spec))
            progress(choice, sheet, problem)
        put(bundle, "manifest.csv", table(rows))
        put(bundle, "PRINTING.txt", INSTRUCTIONS.encode())
        if failed:
            put(bundle, "MISSING.txt", "".join(f"{name(choice)}: {problem}\n" for choice, problem in failed).encode())
    return failed


def name(choice: Choice) -> str:
    return f"{choice.design} {choice.size} {'+'.join(choice.languages)}"


def put(bundle: zipfile.ZipFile, file: str, body: bytes) -> None:
    entry = zipfile.ZipInfo(file, LONG_AGO)
    entry.external_attr = 0o644 << 16
    bundle.writestr(entry, body)


def row(file: str, sheet: Sheet, spec: PosterSpec) -> list:
    size = SIZES[spec.size]
    return [
        file,
        sheet.languages,
        sheet.design,
        sheet.size,
        round(size.width / 72 * 25.4),
        round(size.height / 72 * 25.4),
        shown(sheet.code),
        spec.address(sheet.code),
        " ".join(spec.hotlines),
        " / ".join(spec.numbers[name] for name in NUMBERS if name in spec.numbers),
        sheet.sha256,
    ]


def table(rows: list[list]) -> bytes:
    """CSV with a byte order mark, so that spreadsheets read it as UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


class FilesGone(RuntimeError):
    """The store no longer holds some sheets of a kit. `rows` are those; making them again brings the same files back."""

    def __init__(self, rows: list[KitSheet]):
        self.rows = rows
        super().__init__(f"{len(rows)} files are no longer in the store.")


class Window(io.RawIOBase):
    """What a zip writer takes for a file, of which only the end is kept: `take` hands over what is finished.

    The writer goes back to put sizes and checksum before a file's bytes, so that the zip opens everywhere, also in programs that
    read it as it comes; it never goes back further than the file it is writing.
    """

    def __init__(self):
        self._begin, self._kept, self._at = 0, bytearray(), 0

    def seekable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._begin + self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self.tell(), io.SEEK_END: self._begin + len(self._kept)}[whence]
        if base + offset < self._begin:
            raise io.UnsupportedOperation("This part has gone out already.")
        self._at = base + offset - self._begin
        return self.tell()

    def write(self, data) -> int:
        data = bytes(data)
        self._kept[self._at : self._at + len(data)] = data
        self._at += len(data)
        return len(data)

    def take(self) -> bytes:
        taken = bytes(self._kept)
        self._begin, self._kept, self._at = self._begin + len(taken), bytearray(), 0
        return taken


def made_rows(kit: Kit) -> list[KitSheet]:
    """The finished rows of a kit, in their order. Raises FilesGone when the store lost any of their files."""
    rows = list(
        kit.places.filter(state=RowState.MADE)
        .select_related("sheet")
        .defer("choice", "sheet__spec", "sheet__choice")
        .order_by("position")
    )
    gone = [row for row in rows if not store.place(row.sheet.key, kind(row)).exists()]
    if gone:
        raise FilesGone(gone)
    return rows


def kind(row: KitSheet) -> str:
    return "png" if SIZES[row.sheet.size].is_screen else "pdf"


def stream(kit: Kit, rows: list[KitSheet]) -> Iterator[bytes]:
    """Yield the zip of a kit piece by piece: never more than one sheet is in memory. The same kit is the same file."""
    window, lines, used = Window(), [], set()
    with zipfile.ZipFile(window, "w", zipfile.ZIP_STORED) as bundle:
        for begin in range(0, len(rows), SPECS_AT_ONCE):
            part = rows[begin : begin + SPECS_AT_ONCE]
            specs = dict(Sheet.objects.filter(pk__in=[one.sheet_id for one in part]).values_list("pk", "spec"))
            for one in part:
                file = own_name(one.name, used)
                put(bundle, file, store.place(one.sheet.key, kind(one)).read_bytes())
                lines.append(row(file, one.sheet, PosterSpec.read(specs[one.sheet_id])))
                yield window.take()
        put(bundle, "manifest.csv", table(lines))
        put(bundle, "SHEETS.txt", sheet_list(kit.name, lines).encode())
        put(bundle, "PRINTING.txt", INSTRUCTIONS.encode())
        missing = list(kit.places.exclude(state=RowState.MADE).order_by("position"))
        if missing:
            put(bundle, "MISSING.txt", missing_list(missing).encode())
        yield window.take()
    yield window.take()


def own_name(file: str, used: set[str]) -> str:
    """The name, with a number when the kit has it already (two choices may lead to one sheet)."""
    name, number = file, 1
    while name in used:
        number += 1
        stem, _dot, ending = file.rpartition(".")
        name = f"{stem}-{number}.{ending}"
    used.add(name)
    return name


def sheet_list(title: str, lines: list[list]) -> str:
    """The sheets by language, for whoever packs them."""
    parts = [title, "=" * len(title), ""]
    language = None
    for line in lines:
        facts = dict(zip(COLUMNS, line, strict=True))
        if facts["languages"] != language:
            language = facts["languages"]
            parts += ["", ", ".join(languages.english_name(code) for code in language.split("|"))]
        parts.append(f"  {facts['code']}  {facts['width_mm']} x {facts['height_mm']} mm  {facts['file']}")
        parts.append(f"             {facts['numbers']}")
    return "\n".join([*parts, ""])


def missing_list(rows: list[KitSheet]) -> str:
    return "".join(f"{name(Choice.read(one.choice))}: {one.problem or one.get_state_display()}\n" for one in rows)
