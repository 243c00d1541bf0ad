"""Whose turn it is to have a new sheet made: one at a time for a person, a few for the site, a bounded number may wait.

Turns are locks on files, which end with the process that holds them: nothing has to be cleaned up after a crash, and no
transaction stays open while a sheet is made. They hold for the processes of one machine; the hourly count is in the database.
"""

import contextlib
import fcntl
import time
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from accounts import limits

WAIT_SECONDS = 8
WITHIN = timedelta(hours=1)
LOOK_SECONDS = 0.02


class NoTurn(Exception):
    """Too many sheets are being made at this moment; trying again shortly helps."""


@contextlib.contextmanager
def turn(person: str, *, wait_seconds: float = WAIT_SECONDS):
    """Hold a turn for as long as a sheet is being made. Raises NoTurn when too many wait, or the wait is too long."""
    until = time.monotonic() + wait_seconds
    with contextlib.ExitStack() as held:
        take(
            held,
            [f"place-{number}" for number in range(settings.POSTERS_AT_ONCE + settings.POSTERS_WAITING_MOST)],
            until=0,
        )
        take(held, [f"person-{person}"], until)
        take(held, [f"running-{number}" for number in range(settings.POSTERS_AT_ONCE)], until)
        yield


def take(held: contextlib.ExitStack, names: list[str], until: float) -> None:
    """Hold the first free one of `names`; look again until `until` (seconds of the monotonic clock)."""
    folder = Path(settings.VAR_DIR) / "turns"
    folder.mkdir(parents=True, exist_ok=True)
    while True:
        for name in names:
            handle = (folder / name).open("a")
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                handle.close()
            else:
                held.callback(handle.close)
                return
        if time.monotonic() >= until:
            raise NoTurn
        time.sleep(LOOK_SECONDS)


def count(user, *, now: datetime) -> None:
    """Count one new sheet for a person. Raises `limits.TooMany` beyond `POSTERS_PER_HOUR`."""
    limits.take("posters.render", str(user.pk), at_most=settings.POSTERS_PER_HOUR, within=WITHIN, now=now)
