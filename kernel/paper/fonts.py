"""The fonts paper is set in: whole static files in `settings.FONT_DIR`, seen through a private fontconfig.

System fonts stay out of sight, so that every machine prints the same. Files sliced by unicode range (as websites use them)
print the wrong letters without any warning, and variable fonts cost four times as much: neither belongs here.
"""

import os
from pathlib import Path
from xml.sax.saxutils import escape

from django.conf import settings

# One file per family and weight. Further families (Noto Sans Arabic …) are used when they lie in the same folder.
NEEDED = {"Noto Sans Regular": "NotoSans[-_]*Regular.ttf", "Noto Sans Bold": "NotoSans[-_]*Bold.ttf"}

# The family whose letters a language needs; its script decides between forms of the same Chinese character.
LATIN = "Noto Sans"
FAMILIES = {
    "ar": "Noto Sans Arabic", "fa": "Noto Sans Arabic", "ur": "Noto Nastaliq Urdu", "hi": "Noto Sans Devanagari",
    "bn": "Noto Sans Bengali", "am": "Noto Sans Ethiopic", "km": "Noto Sans Khmer", "my": "Noto Sans Myanmar",
    "th": "Noto Sans Thai", "ko": "Noto Sans KR", "zh-hans": "Noto Sans SC", "zh-hant": "Noto Sans TC",
}  # fmt: skip
NAMES_IN = ("Noto Sans Arabic", "Noto Sans Devanagari", "Noto Sans Thai", "Noto Sans SC", "Noto Sans KR")


def families(language: str) -> list[str]:
    """The families for a paper in `language`, in order: Latin first, its own script, then others for names from elsewhere."""
    code = language.lower()
    own = FAMILIES.get(code) or FAMILIES.get(code.split("-")[0])
    return list(dict.fromkeys([LATIN, *([own] if own else []), *NAMES_IN]))


CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
  <config><rescan><int>0</int></rescan></config>
</fontconfig>
"""


class FontsMissing(RuntimeError):
    """The folder of fonts is empty or incomplete; its message says what to do."""


def check() -> None:
    """Raise `FontsMissing` unless every needed file is there."""
    folder = Path(settings.FONT_DIR)
    missing = [name for name, pattern in NEEDED.items() if not any(folder.rglob(pattern))]
    if missing:
        raise FontsMissing(
            f"No PDF can be made: {' and '.join(missing)} not found in {folder}. "
            "Run `python3 manage.py run` once, or copy the static TTF files of Noto Sans there."
        )


def configuration() -> Path:
    """Return the private fontconfig file, written on first use below `VAR_DIR`."""
    check()
    home = Path(settings.VAR_DIR) / "paper"
    home.mkdir(parents=True, exist_ok=True)
    file = home / "fonts.conf"
    words = CONF.format(fonts=escape(str(Path(settings.FONT_DIR).resolve())), cache=escape(str(home / "cache")))
    if not file.exists() or file.read_text(encoding="utf-8") != words:
        draft = file.with_suffix(f".{os.getpid()}")  # several processes may begin at once
        draft.write_text(words, encoding="utf-8")
        draft.replace(file)
    return file
