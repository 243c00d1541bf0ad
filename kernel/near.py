"""Keep what is dear to make and the same for everybody close at hand, in this process, until something public changes."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from django.core.cache import caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

from kernel import stamp


class Kept(OrderedDict):
    """A dictionary that forgets what was put in longest ago."""

    def __init__(self, most: int):
        super().__init__()
        self.most = most

    def put(self, key, value) -> None:
        self[key] = value
        while len(self) > self.most:
            self.popitem(last=False)


class NearCache(BaseCache):
    """A cache in this process that hands out the very objects it was given: nothing is packed or unpacked on the way.

    Unpacking a course's outline took as long as the queries of the page it was needed for. Whoever takes something out must
    not change it. What was put in longest ago is forgotten first.
    """

    def __init__(self, name, params):
        super().__init__(params)
        self._kept: OrderedDict[str, tuple[float | None, Any]] = OrderedDict()

    def get(self, key, default=None, version=None):
        end, value = self._kept.get(self.make_key(key, version), (0, None))
        return value if end is None or time.time() < end else default

    def set(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        key = self.make_key(key, version)
        self._kept[key] = self.get_backend_timeout(timeout), value
        self._kept.move_to_end(key)
        while len(self._kept) > self._max_entries:
            self._kept.popitem(last=False)

    def add(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        if self.get(key, self, version) is not self:
            return False
        self.set(key, value, timeout, version)
        return True

    def touch(self, key, timeout=DEFAULT_TIMEOUT, version=None):
        value = self.get(key, self, version)
        if value is self:
            return False
        self.set(key, value, timeout, version)
        return True

    def delete(self, key, version=None):
        return self._kept.pop(self.make_key(key, version), None) is not None

    def clear(self):
        self._kept.clear()


def near(key: str, make: Callable[[], Any], *, seconds: int = 600) -> Any:
    """Return what `make` returns, made afresh when the public stamp has changed or after `seconds`. Change nothing in it.

    The stamp is read before making: what is kept may be newer than its stamp, never older.
    """
    now_stamp = stamp.current()
    kept = caches["near"].get(key)
    if kept is not None and kept[0] == now_stamp:
        return kept[1]
    value = make()
    caches["near"].set(key, (now_stamp, value), seconds)
    return value
