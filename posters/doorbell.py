"""Call the workshop: see to it that kits that wait get made, outside the process that asks.

By `settings.KITS_RUN_IN` this starts `manage.py make_kits` as a process of its own (`process`: no further service to run, no
memory at rest), queues a task for `manage.py db_worker` (`worker`), or does nothing (`nowhere`: tests, and sites that call
`make_kits` from a timer). A lock keeps it to one process however many start.
"""

import contextlib
import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings
from django_tasks import task

STARTING_SECONDS = 5
_started: list = [None, 0.0]  # the process this one started last, and when


def wake() -> None:
    """See to it that what waits gets made, outside this process. Costs nothing when somebody is at it already."""
    if settings.KITS_RUN_IN == "worker":
        make_waiting_kits.enqueue()
    elif settings.KITS_RUN_IN == "process" and not is_running():
        start()


def start() -> None:
    process, begun = _started
    if process is not None and process.poll() is None and time.monotonic() - begun < STARTING_SECONDS:
        return  # it is on its way and has not taken the lock yet
    paths = [str(settings.SITE_DIR), str(settings.BASE_DIR), *filter(None, [os.environ.get("PYTHONPATH", "")])]
    _started[:] = (
        subprocess.Popen(
            [sys.executable, "-m", "django", "make_kits", "--verbosity", "0"],
            cwd=settings.BASE_DIR,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # it outlives the web process that started it
        ),
        time.monotonic(),
    )


@task()
def make_waiting_kits() -> None:
    from posters import workshop  # which calls for others itself

    workshop.run()


def lock_file() -> Path:
    return Path(settings.VAR_DIR) / "kits.lock"


@contextlib.contextmanager
def turn():
    """Yield whether this process is the one that makes kits; it is until the block ends, or until it dies."""
    lock_file().parent.mkdir(parents=True, exist_ok=True)
    with lock_file().open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def is_running() -> bool:
    with turn() as free:
        return not free
