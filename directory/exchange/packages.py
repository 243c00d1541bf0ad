"""The open data of every night: a tabular datapackage of HSDS, the same bytes for the same data.

A zip of one CSV per table and a `datapackage.json` that states licence, source and tables. Rows stand in the order of their
keys, members in the order of their names, all dated 1980-01-01; `created` is when the youngest entry changed.
"""

import csv
import hashlib
import json
import os
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Max

from directory.exchange import hsds, records
from directory.models import Organisation
from kernel.exports import CONTROLS, FORMULA_STARTS

CHUNK = 500
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can say
# Numbers, and telephone numbers: nothing in them can call a function, and machines want them as they are.
NUMBER_LIKE = re.compile(r"^[+-]?[\d\s().,/-]+$")


def stored() -> Path:
    """Where the package of last night lies."""
    return Path(settings.VAR_DIR) / "open-data" / "directory-datapackage.zip"


def trees(*, on: date) -> Iterator[dict]:
    """Every public organisation as a tree, in the order of keys, a few hundred in memory at a time."""
    last = None
    while True:
        rows = records.shown(on=on).order_by("pk")
        chunk = list(rows[:CHUNK] if last is None else rows.filter(pk__gt=last)[:CHUNK])
        for organisation in chunk:
            yield records.public_tree(organisation)
        if len(chunk) < CHUNK:
            return
        last = chunk[-1].pk


def cell(value) -> str:
    """A value as it may stand in a cell: what a spreadsheet would run gets an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return f"{value:.10g}"
    text = CONTROLS.sub("", str(value))
    if text.lstrip("'").startswith(FORMULA_STARTS) and not NUMBER_LIKE.match(text):
        return "'" + text
    return text


def write(path: Path, *, on: date) -> dict[str, int]:
    """Write the package to `path`, whole or not at all. Returns {table: rows}."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        counts = _tables(Path(folder), trees(on=on))
        described = json.dumps(description(counts, on=on), indent=2, ensure_ascii=False) + "\n"
        (Path(folder) / "datapackage.json").write_text(described, encoding="utf-8")
        made = Path(folder) / "made.zip.part"
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            for file in sorted(Path(folder).glob("*")):
                if file.suffix in {".csv", ".json"}:
                    _add(archive, file)
        os.chmod(made, 0o640)
        os.replace(made, path)
    return counts


def _add(archive: zipfile.ZipFile, file: Path) -> None:
    member = zipfile.ZipInfo(file.name, EPOCH)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o644 << 16
    member.create_system = 3
    member.file_size = file.stat().st_size
    with archive.open(member, "w") as target, file.open("rb") as source:
        while part := source.read(1 << 20):
            target.write(part)


def _tables(folder: Path, some: Iterable[dict]) -> dict[str, int]:
    """Write one CSV per table that has rows. Returns {table: rows}."""
    writers, files, counts = {}, {}, {}
    try:
        for table, row in records.table_rows(some):
            if table not in writers:
                known = hsds.TABLES[table]
                files[table] = (folder / known.path).open("w", encoding="utf-8", newline="")
                writers[table] = csv.DictWriter(files[table], hsds.columns(known), restval="", lineterminator="\r\n")
                writers[table].writeheader()
                counts[table] = 0
            writers[table].writerow(
                {name: cell(value) for name, value in row.items() if name in writers[table].fieldnames}
            )
            counts[table] += 1
    finally:
        for file in files.values():
            file.close()
    return counts


def description(counts: dict[str, int], *, on: date) -> dict:
    """`datapackage.json`: Frictionless Data, with the facts of this site."""
    last = Organisation.objects.shown(on=on).aggregate(last=Max("changed_at"))["last"]
    created = (last or datetime(1980, 1, 1, tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
    publishers = Organisation.objects.shown(on=on).exclude(source="").order_by("source", "licence")
    sources = [
        {"title": source, **({"licence": licence} if licence else {})}
        for source, licence in publishers.values_list("source", "licence").distinct()[:500]
    ]
    return {
        "profile": "tabular-data-package",
        "name": "directory",
        "title": f"{settings.OPERATOR_NAME}: directory of help",
        "description": "Organisations that help people affected by human trafficking, after HSDS "
        f"{hsds.VERSION} ({hsds.PROFILE}). Confidential places are given as an area only.",
        "homepage": settings.SITE_URL,
        "created": created.isoformat().replace("+00:00", "Z"),
        "licenses": [{"title": settings.DIRECTORY_LICENCE, "path": settings.DIRECTORY_LICENCE_URL}],
        "sources": sources or [{"title": settings.OPERATOR_NAME, "path": settings.SITE_URL}],
        "resources": [hsds.resource(hsds.TABLES[table]) for table in hsds.TABLES if table in counts],
    }


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
