"""One stamp for everything public: it changes whenever something a visitor may see was written.

Caches of rendered pages, in however many processes, compare it before they answer. On one machine it is the time of a file;
with Redis it is a counter there, read at most once a second.
"""

import os
import time
from pathlib import Path

from django.conf import settings
from django.db import transaction

REDIS_KEY = "lodestar:pages"
FILE = ("stamps", "pages")  # below VAR_DIR, or one absolute path
READ_EVERY_SECONDS = 1.0
_seen = {"at": 0.0, "value": ""}


def _file() -> Path:
    return Path(settings.VAR_DIR, *FILE)


def _redis():
    import redis

    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5)


def current() -> str:
    """Return the stamp. A Redis that does not answer yields one that fits nothing, so that pages are made afresh."""
    if not settings.REDIS_URL:
        try:
            return str(os.stat(os.path.join(settings.VAR_DIR, *FILE)).st_mtime_ns)
        except OSError:
            return "0"
    now = time.monotonic()
    if now - _seen["at"] > READ_EVERY_SECONDS:
        try:
            _seen["value"] = str(_redis().get(REDIS_KEY) or 0)
        except OSError:
            _seen["value"] = f"unknown {now}"
        except Exception as error:
            if type(error).__module__.split(".")[0] != "redis":
                raise
            _seen["value"] = f"unknown {now}"
        _seen["at"] = now
    return _seen["value"]


def touch() -> None:
    """Say that something public changed, once the transaction is safe."""
    transaction.on_commit(_touch_now)


def _touch_now() -> None:
    if settings.REDIS_URL:
        try:
            _redis().incr(REDIS_KEY)
        except Exception as error:  # a cache that is away must never break a save; entries end by their age
            if type(error).__module__.split(".")[0] != "redis":
                raise
        return
    file = _file()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    os.utime(file)


PRIVATE_ROOMS = {"accounts", "records", "sessions", "axes", "admin", "account", "mfa", "django_tasks_database"}


def on_change(sender, **kwargs) -> None:
    """Receiver for saves and deletions of anything that is not a person's own record.

    A model that no public page shows says so by `is_behind_the_counter = True`.
    """
    if getattr(sender, "is_behind_the_counter", False) or kwargs.get("raw"):
        return
    if sender._meta.app_label not in PRIVATE_ROOMS:
        touch()
