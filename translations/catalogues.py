"""The words of the interface in one language: shipped in `locale/`, changed here in `VAR_DIR/locale`, which lies over it.

A changed catalogue is compiled beside the one in use, loaded by a child process as Django would, and only then put in its place;
the last good one is kept. Its header is always ours. Who translated an entry stands in its comment: `lodestar: human 2026-11-23`
or `lodestar: reviewed 2026-11-23 native`; entries without one are machine drafts.
"""

import gettext as gettext_module
import os
import re
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import django
import polib
from babel.messages.plurals import get_plural
from django.conf import settings
from django.utils.translation import gettext, to_locale, trans_real

from hotlines.guards import known_numbers
from kernel import stamp as stamps
from kernel.languages import cldr, english_name, tag
from translations import pseudo

MARK = re.compile(r"^lodestar: (human|reviewed) (\d{4}-\d\d-\d\d)( native)?$", re.MULTILINE)
CHILD_SECONDS = 30
# Tried with each number: where plural rules change in the languages of the world.
TRIED = "[0, 1, 2, 3, 4, 5, 6, 10, 11, 12, 14, 20, 21, 22, 25, 99, 100, 101, 102, 105, 111, 1000, 1000000]"
CHILD = f"""
import gettext, sys
with open(sys.argv[1], "rb") as file:
    words = gettext.GNUTranslations(file)
forms = int(sys.argv[2])
for number in {TRIED}:
    if not 0 <= words.plural(number) < forms:
        sys.exit(f"the plural rule fails for {{number}}")
"""


class BadCatalogue(Exception):
    """A catalogue that cannot be used; its words say why. The one in use stays."""


def shipped_path(code: str) -> Path:
    return Path(settings.LOCALE_PATHS[-1]) / to_locale(code) / "LC_MESSAGES" / "django.po"


def own_path(code: str) -> Path:
    """The catalogue that translators change here."""
    return Path(settings.LOCALE_PATHS[0]) / to_locale(code) / "LC_MESSAGES" / "django.po"


@lru_cache(maxsize=64)
def plural_rule(code: str) -> str:
    """`nplurals=2; plural=(n != 1);` for the language: Django's own where it speaks it, else from locale data."""
    own = Path(django.__file__).parent / "conf" / "locale" / to_locale(code) / "LC_MESSAGES" / "django.mo"
    if own.exists():
        with own.open("rb") as file:
            if rule := gettext_module.GNUTranslations(file).info().get("plural-forms"):
                return rule
    return get_plural(cldr(code)).plural_forms if code != "ht" else "nplurals=2; plural=(n != 1);"


def plural_count(code: str) -> int:
    return int(re.search(r"nplurals=(\d+)", plural_rule(code))[1])


def header(code: str) -> dict[str, str]:
    """The only header a catalogue ever gets."""
    return {
        "Project-Id-Version": "lodestar",
        "Language": to_locale(code),
        "Language-Team": english_name(code),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": plural_rule(code),
    }


def words(code: str) -> polib.POFile:
    """The catalogue of a language: the shipped one with what people changed here, every entry of the interface in it."""
    path = shipped_path(code)
    catalogue = polib.pofile(str(path)) if path.exists() else _blank()
    theirs = polib.pofile(str(own_path(code))) if own_path(code).exists() else []
    changed = {key_of(entry): entry for entry in theirs if MARK.search(entry.tcomment)}
    for entry in catalogue:
        if own := changed.get(key_of(entry)):
            entry.msgstr, entry.msgstr_plural, entry.tcomment = own.msgstr, own.msgstr_plural, own.tcomment
            entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
    catalogue.metadata, catalogue.metadata_is_fuzzy = header(code), False
    return catalogue


def _blank() -> polib.POFile:
    """Every text of the interface without a translation, for a language that has no catalogue yet."""
    fullest = max(Path(settings.LOCALE_PATHS[-1]).glob("*/LC_MESSAGES/django.po"), key=os.path.getsize, default=None)
    catalogue = polib.pofile(str(fullest)) if fullest else polib.POFile()
    for entry in catalogue:
        entry.msgstr, entry.tcomment = "", ""
        entry.msgstr_plural = dict.fromkeys(entry.msgstr_plural, "")
        entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
    return catalogue


def key_of(entry) -> tuple[str, str]:
    return entry.msgctxt or "", entry.msgid


def status(entry) -> str:
    """`missing`, `stale` (fuzzy), `machine`, `human` or `reviewed`."""
    if "fuzzy" in entry.flags:
        return "stale"
    if not _said(entry):
        return "missing"
    found = MARK.search(entry.tcomment)
    return found[1] if found else "machine"


def _said(entry) -> bool:
    return all(entry.msgstr_plural.values()) if entry.msgid_plural else bool(entry.msgstr)


def counts(code: str) -> dict[str, int]:
    """Figures of a catalogue, as `matrix.Cell` names them; read again when a file changed."""
    stamps = tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in (shipped_path(code), own_path(code)))
    return dict(_counts(code, stamps))


@lru_cache(maxsize=64)
def _counts(code: str, stamps) -> tuple:
    found = {"total": 0, "done": 0, "stale": 0, "machine": 0, "reviewed": 0, "native": 0}
    for entry in words(code):
        if entry.obsolete:
            continue
        found["total"] += 1
        state = status(entry)
        if state in {"missing", "stale"}:
            found["stale"] += state == "stale"
            continue
        found["done"] += 1
        found["machine"] += state == "machine"
        found["reviewed"] += state == "reviewed"
        found["native"] += state == "reviewed" and entry.tcomment.rstrip().endswith("native")
    return tuple(found.items())


def mark(entry, state: str, *, on: date, native: bool = False) -> None:
    """Note in the entry that a person wrote or reviewed it."""
    rest = MARK.sub("", entry.tcomment).strip()
    line = f"lodestar: {state} {on:%Y-%m-%d}{' native' if native else ''}"
    entry.tcomment = f"{rest}\n{line}".strip()


# --- Checks --------------------------------------------------------------------------------------------------------


def problems_of(entry, code: str, known=None) -> list:
    """What is wrong (`checks.Problem`) with the translation of an entry, plural forms included."""
    from translations import checks  # with the glossary, for those who translate

    known = known_numbers() if known is None else known
    if not entry.msgid_plural:
        if not entry.msgstr:
            return []
        return checks.problems(entry.msgid, entry.msgstr, code, catalogue=True, known=known)
    if not any(entry.msgstr_plural.values()):
        return []
    count, found = plural_count(code), []
    if set(entry.msgstr_plural) != set(range(count)):
        text = gettext("%(language)s has %(count)d plural forms.") % {"language": english_name(code), "count": count}
        return [checks.Problem("plural", checks.ERROR, text)]
    for form, text in sorted(entry.msgstr_plural.items()):
        if not text:
            found.append(checks.Problem("plural", checks.ERROR, gettext("A plural form is empty.")))
            continue
        omit = form < count - 1 or count == 1
        tries = [
            checks.problems(source, text, code, catalogue=True, known=known, may_omit_count=omit)
            for source in (entry.msgid_plural, entry.msgid)
        ]
        found += min(tries, key=lambda one: sum(problem.is_error for problem in one))
    return found


# --- Saving --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Saved:
    path: Path
    entries: int


def save(code: str, catalogue: polib.POFile) -> Saved:
    """Put a changed catalogue in use. Raises BadCatalogue, with everything left as it was, when it would do harm."""
    known = known_numbers()
    for entry in catalogue:
        if not entry.obsolete and MARK.search(entry.tcomment):
            for problem in problems_of(entry, code, known):
                if problem.is_error:
                    raise BadCatalogue(f"“{entry.msgid[:60]}”: {problem.text}")
    catalogue.metadata, catalogue.metadata_is_fuzzy, catalogue.header = header(code), False, ""
    path = own_path(code)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"django.{os.getpid()}.po")
    compiled = draft.with_suffix(".mo")
    try:
        catalogue.save(str(draft))
        catalogue.save_as_mofile(str(compiled))
        try_out(compiled, code)
        used = path.with_suffix(".mo")
        if used.exists():
            used.replace(used.with_suffix(".good.mo"))
        compiled.replace(used)
        draft.replace(path)
    finally:
        for left in (draft, compiled):
            with suppress(FileNotFoundError):
                left.unlink()
    touch()
    return Saved(path, len(catalogue.translated_entries()))


def try_out(compiled: Path, code: str) -> None:
    """Load a compiled catalogue in a process of its own. Raises BadCatalogue when that fails or takes too long."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", CHILD, str(compiled), str(plural_count(code))],
            capture_output=True,
            text=True,
            timeout=CHILD_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BadCatalogue(gettext("The catalogue could not be loaded in time.")) from error
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["?"])[-1]
        raise BadCatalogue(gettext("The catalogue cannot be loaded: %(reason)s") % {"reason": reason})


def take_back(code: str) -> bool:
    """Use the last good compiled catalogue again; whether there was one."""
    used = own_path(code).with_suffix(".mo")
    good = used.with_suffix(".good.mo")
    if good.exists():
        good.replace(used)
        touch()
    return used.exists()


# --- In every process ----------------------------------------------------------------------------------------------

_seen = {"stamp": None}


def _stamp_file() -> Path:
    return Path(settings.LOCALE_PATHS[0]) / "changed"


def touch() -> None:
    file = _stamp_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    os.utime(file)
    _seen["stamp"] = -1
    reload_if_changed()


def reload_if_changed(**_signal) -> None:
    """Forget the loaded catalogues when a translator changed one, in whatever process. Costs one look at a file's time."""
    try:
        stamp = os.stat(_stamp_file()).st_mtime_ns
    except OSError:
        stamp = 0
    if _seen["stamp"] is None:
        _seen["stamp"] = stamp
    elif _seen["stamp"] != stamp:
        _seen["stamp"] = stamp
        gettext_module._translations.clear()  # Python keeps each compiled file by its path
        trans_real._translations.clear()
        trans_real._default = None
        pseudo.install_offered()
        stamps.touch()


def for_commit(code: str) -> str:
    """The catalogue as a file for `locale/`, in the order and with the references of the shipped one."""
    return str(words(code))


def file_name(code: str) -> str:
    return f"locale-{tag(code)}.po"
