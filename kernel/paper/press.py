"""Hand orders to the printing child, one at a time, and stay alive whatever happens to it."""

import base64
import json
import logging
import os
import re
import struct
import subprocess
import sys
import threading
from pathlib import Path

from kernel.paper import fonts

log = logging.getLogger("kernel.paper")

NO_GLYPH = re.compile(r'\.notdef glyph rendered .*"(.+)"')  # what WeasyPrint says of a sign without a font
HTML_MOST = 200_000  # signs
FILES_MOST = 4 * 1024 * 1024  # bytes, all together
CPU_SECONDS = 10  # per order
KILL_AFTER_SECONDS = 15  # by the clock, per order
START_SECONDS = 30  # more by the clock for the order a child begins with: on a busy machine loading alone may take 15
IDLE_SECONDS = 60  # then the child goes home
WAITING_MOST = 20  # orders of this process, the one in print included
WAIT_SECONDS = 40


class PaperError(RuntimeError):
    """No paper this time."""


class PaperBusy(PaperError):
    """Too many are waiting; trying again in a minute helps."""


class PaperFailed(PaperError):
    """This order cannot be printed: it is too large, too slow, asks for a strange file, or would not be accessible."""


class SignsMissing(PaperFailed):
    """The text has signs that no installed font can show. `signs` are those."""

    def __init__(self, signs: str):
        self.signs = signs
        super().__init__(f"No font in FONT_DIR can show: {signs}")


def html_to_pdf(html: str, *, base_files: dict[str, bytes] | None = None) -> bytes:
    """Return `html` as a tagged PDF (PDF/UA-1), byte for byte the same for the same input.

    `base_files` are the only files the page may use, as `asset:NAME`; everything else it asks for, by any scheme, ends the
    order. Raises FontsMissing, PaperBusy or PaperFailed; SignsMissing rather than print empty boxes.
    """
    files = base_files or {}
    if len(html) > HTML_MOST or sum(map(len, files.values())) > FILES_MOST:
        raise PaperFailed("The page or its files are too large to print.")
    order = json.dumps({"html": html, "files": {n: base64.b64encode(b).decode() for n, b in files.items()}})
    answer, pdf = press.print(order.encode())
    notes = answer["notes"]
    if answer["problem"]:
        raise PaperFailed(answer["problem"])
    missing = [found[1] for _level, message in notes if (found := NO_GLYPH.search(message))]
    if missing:
        raise SignsMissing("".join(dict.fromkeys("".join(missing))))
    for level, message in notes:
        log.warning("%s: %s", level, message)
    return pdf


class Press:
    """One child process at most, started with the first order.

    `module` is what the child runs: it reads and writes frames as `kernel.paper.worker` does.
    """

    def __init__(
        self,
        *,
        idle_seconds: int = IDLE_SECONDS,
        cpu_seconds: int = CPU_SECONDS,
        module: str = "kernel.paper.worker",
    ):
        self._limits = [str(idle_seconds), str(cpu_seconds)]
        self._module = module
        self._child: subprocess.Popen | None = None
        self._fresh = False  # whether the child has not had an order yet
        self._owner = 0
        self._turn = threading.Lock()
        self._queue = threading.BoundedSemaphore(WAITING_MOST)

    def print(self, order: bytes) -> tuple[dict, bytes]:
        """Return what the child answers: facts and a file."""
        if not self._queue.acquire(blocking=False):
            raise PaperBusy("Too many papers are waiting to be made.")
        try:
            if not self._turn.acquire(timeout=WAIT_SECONDS):
                raise PaperBusy("Making a paper takes too long at the moment.")
            try:
                return self._print(order)
            finally:
                self._turn.release()
        finally:
            self._queue.release()

    def warm(self) -> None:
        """See to it that the child is running before the first order comes, unless it is busy. Never waits."""
        if self._turn.acquire(blocking=False):
            try:
                self._running()
            finally:
                self._turn.release()

    def _print(self, order: bytes):
        answer = self._ask(order)
        if answer is None and self._ended() == 0:
            answer = self._ask(order)  # it had just gone home after a quiet minute
        if answer is None:
            code = self._ended()
            self.stop()
            raise PaperFailed(f"The printing process ended ({code}): too long, too large, or broken.")
        return answer

    def _ask(self, order: bytes):
        """Return (facts, file), or None when the child ended first."""
        child = self._running()
        fresh, self._fresh = self._fresh, False
        alarm = threading.Timer(KILL_AFTER_SECONDS + (START_SECONDS if fresh else 0), child.kill)
        alarm.start()
        try:
            child.stdin.write(struct.pack(">I", len(order)) + order)
            child.stdin.flush()
            head, pdf = _frame(child.stdout), _frame(child.stdout)
        except OSError:
            return None
        finally:
            alarm.cancel()
        if head is None or pdf is None:
            return None
        return json.loads(head), pdf

    def _running(self) -> subprocess.Popen:
        if self._owner != os.getpid():
            self._child = None  # a forked web process must not share its parent's child
        if self._child is None or self._child.poll() is not None:
            self.stop()
            self._child = self._start()
            self._fresh = True
            self._owner = os.getpid()
        return self._child

    def _start(self) -> subprocess.Popen:
        environment = {
            "FONTCONFIG_FILE": str(fonts.configuration()),
            "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
            "PYTHONHASHSEED": "0",
            "PYTHONDONTWRITEBYTECODE": "1",
            "LANG": "C.UTF-8",
            "PATH": os.environ.get("PATH", os.defpath),
        }
        return subprocess.Popen(  # noqa: S603  our own interpreter and module, no words from outside
            [sys.executable, "-s", "-m", self._module, *self._limits],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            cwd="/",
        )

    def _ended(self):
        try:
            return self._child.wait(timeout=1)
        except subprocess.TimeoutExpired:
            return None

    def stop(self) -> None:
        """End the child, if there is one; the next order starts another."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            for pipe in (self._child.stdin, self._child.stdout):
                try:
                    pipe.close()
                except OSError:
                    log.debug("A pipe of the ended child still held an order.")
            self._child = None


def _frame(source) -> bytes | None:
    head = source.read(4)
    if len(head) < 4:
        return None
    (size,) = struct.unpack(">I", head)
    body = source.read(size)
    return body if len(body) == size else None


press = Press()
