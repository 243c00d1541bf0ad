"""The scratch site made ready as the front door does it: migrations, roles, starter content, static files.

That takes a minute, so that on SQLite the finished folder is kept in `var/bench` and used again until something it is made
from changes.
"""

import shutil
from pathlib import Path

from django.core.management import call_command

from config import door

KEPT = door.VAR / "bench"


def bring(folder: Path) -> bool:
    """Copy the kept site into `folder`; False when there is none or it is too old."""
    if not (_stamp().fits and KEPT.exists()):
        return False
    shutil.copytree(KEPT, folder, dirs_exist_ok=True, symlinks=True)
    return True


def keep(folder: Path) -> None:
    shutil.rmtree(KEPT, ignore_errors=True)
    shutil.copytree(folder, KEPT, symlinks=True)
    _stamp().set()


def _stamp() -> door.Stamp:
    return door.content_stamp("bench")


def main(_arguments: list[str]) -> None:
    call_command("prepare")
