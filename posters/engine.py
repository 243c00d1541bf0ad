"""Name everything of this machine that touches the bytes of a sheet: fonts and libraries."""

import ctypes
import hashlib
import json
import os
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from django.conf import settings

PACKAGES = ("weasyprint", "pydyf", "tinycss2", "segno")
LIBRARIES = {"libpango-1.0.so.0": "pango_version_string", "libharfbuzz.so.0": "hb_version_string"}


def manifest() -> dict[str, str]:
    """SHA-256 of every font file that sheets may be set in, by name. Kept beside the fonts' stamp until a file changes."""
    folder = Path(settings.FONT_DIR)
    files = sorted(folder.glob("*.ttf"))
    seen = [[file.name, file.stat().st_size, file.stat().st_mtime_ns] for file in files]
    kept = Path(settings.VAR_DIR) / "paper" / "fonts.json"
    if kept.exists():
        known = json.loads(kept.read_text())
        if known["seen"] == seen:
            return known["sha256"]
    sums = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    kept.parent.mkdir(parents=True, exist_ok=True)
    draft = kept.with_suffix(f".{os.getpid()}")  # several processes may begin at once
    draft.write_text(json.dumps({"seen": seen, "sha256": sums}))
    draft.replace(kept)
    return sums


@lru_cache(maxsize=1)
def libraries() -> dict[str, str]:
    found = {name: version(name) for name in PACKAGES}
    for library, function in LIBRARIES.items():
        call = getattr(ctypes.CDLL(library), function)
        call.restype = ctypes.c_char_p
        found[library] = call().decode()
    return found


def engine() -> str:
    """One text that changes whenever the same spec might print other bytes."""
    return json.dumps([manifest(), libraries()], sort_keys=True)
