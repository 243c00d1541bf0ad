"""Make sheets in warm children: one for each core, each with limits of time and memory, none with network or files.

`make` answers for one spec, `make_many` for a whole kit. What was made before comes from the store.
"""

import json
import os
import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass

from kernel.paper import PaperError
from kernel.paper.press import Press
from posters import store
from posters.engine import engine
from posters.sizes import SIZES
from posters.spec import PosterSpec, code_of

IDLE_SECONDS = 120
CHILDREN_MOST = 4


class SheetFailed(PaperError):
    """The sheet cannot be made. `report` holds metrics, the texts that are too long, and what the check found."""

    def __init__(self, message: str, report: dict):
        self.report = report
        super().__init__(message)

    @property
    def too_long(self) -> list[dict]:
        return self.report.get("metrics", {}).get("problems", [])


@dataclass(frozen=True)
class Made:
    """A sheet in the store. `body` is a PDF, or a PNG for screens; `fresh` when it was made just now."""

    spec: PosterSpec
    key: str
    body: bytes
    report: dict
    fresh: bool

    @property
    def code(self) -> str:
        return code_of(self.key)

    @property
    def kind(self) -> str:
        return kind_of(self.spec)


def kind_of(spec: PosterSpec) -> str:
    return "png" if SIZES[spec.size].is_screen else "pdf"


class Pool:
    """A few presses, lent one at a time."""

    def __init__(self, children: int | None = None):
        self.children = children or min(os.cpu_count() or 1, CHILDREN_MOST)
        self._free: queue.LifoQueue = queue.LifoQueue()
        for _ in range(self.children):
            self._free.put(Press(idle_seconds=IDLE_SECONDS, module="posters.worker"))

    def ask(self, order: dict) -> tuple[dict, bytes]:
        press = self._free.get()
        try:
            return press.print(json.dumps(order).encode())
        finally:
            self._free.put(press)

    def warm(self) -> None:
        """Have one child ready for whoever is about to ask; it goes home by itself when nobody does."""
        try:
            press = self._free.get_nowait()
        except queue.Empty:
            return  # all are at work
        try:
            press.warm()
        finally:
            self._free.put(press)

    def stop(self) -> None:
        for _ in range(self.children):
            press = self._free.get()
            press.stop()
            self._free.put(press)


pool = Pool()
_making: dict[str, threading.Lock] = {}
_guard = threading.Lock()


def make(spec: PosterSpec) -> Made:
    """Return the sheet of `spec`, made or from the store.

    Raises SheetFailed when a text is too long, a check finds a fault or the layout breaks, and PaperError when it takes too
    long or too much.
    """
    return _make(spec, spec.key(engine()))


def _make(spec: PosterSpec, key: str) -> Made:
    kept = store.read(key, kind_of(spec))
    if kept:
        return Made(spec, key, *kept, fresh=False)
    with _guard:
        lock = _making.setdefault(key, threading.Lock())
    try:
        with lock:  # two who ask for the same sheet at once wait for one
            kept = store.read(key, kind_of(spec))
            if kept:
                return Made(spec, key, *kept, fresh=False)
            report, body = pool.ask({"spec": spec.canonical(), "code": code_of(key)})
            _refuse(report)
            store.keep(key, kind_of(spec), body, report)
            return Made(spec, key, body, report, fresh=True)
    finally:
        with _guard:
            _making.pop(key, None)


def _refuse(report: dict) -> None:
    if report["problem"] == "too long":
        raise SheetFailed("A text is too long for its place.", report)
    if report["problem"]:
        raise SheetFailed(report["problem"], report)
    if report["findings"]:
        faults = "; ".join(f"{one['check']}: {one['detail']}" for one in report["findings"][:5])
        raise SheetFailed(f"The finished sheet did not pass its check. {faults}", report)


def make_many(
    specs: Iterable[PosterSpec], *, cancelled: Callable[[], bool] = lambda: False
) -> Iterator[Made | SheetFailed]:
    """Yield the sheets of `specs` in their order, made by all children at once.

    A sheet that fails is yielded as the error, with its spec as `spec`; the others go on.
    """
    name = engine()

    def one(spec: PosterSpec) -> Made | SheetFailed:
        try:
            return _make(spec, spec.key(name))
        except (PaperError, OSError) as error:  # OSError: the disk is full, or the store cannot be written
            failure = error if isinstance(error, SheetFailed) else SheetFailed(str(error), {})
            failure.spec = spec
            return failure

    with ThreadPoolExecutor(pool.children) as threads:
        waiting, rest = [], iter(specs)
        ahead = pool.children * 2
        for spec in rest:
            waiting.append(threads.submit(one, spec))
            if len(waiting) > ahead:
                yield waiting.pop(0).result()
            if cancelled():
                wait(waiting, return_when=FIRST_COMPLETED)
                break
        for future in waiting:
            if cancelled():
                future.cancel()
                continue
            yield future.result()
