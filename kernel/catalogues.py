"""Turn the .po catalogues of locale/ into the .mo files Django reads, without any system tool.

One that Python cannot load is left out with a warning: its language goes on with the last good one, or in English.
"""

import logging
import subprocess
import sys
from pathlib import Path

import polib
from django.conf import settings

LOG = logging.getLogger("lodestar.catalogues")
CHILD_SECONDS = 60
CHILD = """
import gettext, sys
with open(sys.argv[1], "rb") as file:
    words = gettext.GNUTranslations(file)
for number in range(0, 130):
    words.plural(number)
"""


def compile_catalogues() -> list[Path]:
    """Compile each catalogue that is newer than its .mo; return the files written."""
    written = []
    for folder in settings.LOCALE_PATHS:
        for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
                continue
            if _compiled(source, target):
                written.append(target)
    return written


def _compiled(source: Path, target: Path) -> bool:
    """Put the compiled catalogue in use, once a process of its own has loaded it; whether that went well."""
    fresh = target.with_suffix(".mo.new")
    try:
        polib.pofile(str(source)).save_as_mofile(str(fresh))
        command = [sys.executable, "-I", "-c", CHILD, str(fresh)]
        subprocess.run(command, capture_output=True, timeout=CHILD_SECONDS, check=True)
    except (OSError, ValueError, LookupError, subprocess.SubprocessError) as problem:
        LOG.error("%s cannot be used and is left out: %s", source, problem)
        fresh.unlink(missing_ok=True)
        return False
    fresh.replace(target)  # in one step: a reader sees the old file or the new one, never half of it
    return True
