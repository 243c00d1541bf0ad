"""Finished sheets on disk, by key: written once, never changed."""

import json
import os
import tempfile
from pathlib import Path

from django.conf import settings


def place(key: str, kind: str) -> Path:
    """Where a sheet lies. `kind` is `pdf` or `png`."""
    return Path(settings.VAR_DIR) / "sheets" / key[:2] / f"{key}.{kind}"


def read(key: str, kind: str) -> tuple[bytes, dict] | None:
    """Return (file, report), or None when it was never made here."""
    file = place(key, kind)
    try:
        return file.read_bytes(), json.loads(file.with_suffix(".json").read_text())
    except FileNotFoundError:
        return None


def keep(key: str, kind: str, body: bytes, report: dict) -> None:
    """Put a sheet down. The file comes last and whole, so that a reader never meets half of one."""
    file = place(key, kind)
    file.parent.mkdir(parents=True, exist_ok=True)
    write(file.with_suffix(".json"), json.dumps(report, ensure_ascii=False).encode())
    write(file, body)


def write(file: Path, body: bytes) -> None:
    handle, draft = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(handle, "wb") as target:
        target.write(body)
    os.chmod(draft, 0o640)
    os.replace(draft, file)
