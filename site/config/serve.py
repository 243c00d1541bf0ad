"""The server process: load the site once, answer a first request, then let granian fork its workers from it.

`python -m config.serve HOST PORT [APPLICATION]`. Workers that are forked from a loaded process share its memory with it:
two of them need about 100 MB less than two that load the site themselves. Nothing that must not be shared crosses the fork:
database connections are closed before, and Python gives each child its own random state.

Environment: `WEB_WORKERS` (default 2), `WEB_THREADS` per worker (default 1 on SQLite, 4 on PostgreSQL: measured fastest and
steadiest).
"""

import ctypes
import gc
import importlib.machinery
import importlib.util
import io
import logging
import multiprocessing
import os
import re
import sys
from pathlib import Path
from types import ModuleType

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from config import env

log = logging.getLogger("lodestar.serve")

APPLICATION = "config.wsgi:application"
HEADER_SECONDS = 10  # slow clients are cut off (SAFEGUARDS U11)
WAITING_REQUESTS = 128  # per worker, before new connections wait
# Optional to the packages that would import them: other kinds of pictures and templates, colours for code, another reader of HTML.
UNUSED = ("pillow_heif", "pygments", "jinja2", "html5lib")
# Optional to who would import them at the start, and needed by others later.
NOT_YET = ("lxml",)
# Wagtail's apps register their part of an API that this site does not mount; with what it needs it weighs 15 MB.
# What checks one parameter of the admin's page explorer, with pydantic: 4 MB that most processes never need.
LATER = "wagtail.api.validators"
NOT_MOUNTED = re.compile(r"wagtail(\.\w+)*\.api\.v3(\.|\Z)|wagtail\.contrib\.redirects\.api(\.|\Z)")
C_LIBRARY = ctypes.CDLL(None) if os.name == "posix" else None
# malloc.h of the GNU library; others have no mallopt or ignore these.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
LARGE_BYTES = 128 * 1024  # from here on memory is asked of the system by itself, and given back
MADV_DONTNEED = 4  # madvise(2): for pages of a file that nobody changed, they are read from it again when needed
MAPPING = re.compile(r"(?P<start>[0-9a-f]+)-(?P<end>[0-9a-f]+) (?P<rights>[rwxsp-]{4}) \S+ \S+ (?P<file>\d+)")


def main(host: str, port: int, application: str = APPLICATION) -> None:
    on_postgres = env.text("DATABASE_URL").startswith("postgres")
    workers = env.number("WEB_WORKERS", 2, least=1, most=64)
    threads = env.number("WEB_THREADS", 4 if on_postgres else 1, least=1, most=64)
    env.finish()
    if application == APPLICATION:
        load(on_postgres=on_postgres)
    if hasattr(os, "fork"):
        multiprocessing.set_start_method("fork", force=True)
    Granian(
        application,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        backpressure=WAITING_REQUESTS,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_SECONDS * 1000),
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
    ).serve()


def load(*, on_postgres: bool) -> None:
    """Bring into memory what every worker needs: code, addresses, templates, words."""
    for package in [*UNUSED, *NOT_YET, *([] if on_postgres else ["psycopg"])]:
        leave_out(package)
    sys.meta_path.insert(0, NotMounted())
    few_arenas()
    from django.conf import settings
    from django.db import DatabaseError, connections
    from django.urls import get_resolver
    from django.utils import timezone

    from config.wsgi import application
    from posters import due

    get_resolver()._populate()
    for code, _name in settings.LANGUAGES:
        ask(application, f"/{code}/")
    try:
        for path in common_pages():
            ask(application, path)
        due.take_up(timezone.now())
    except DatabaseError:  # the site starts without its database and answers what it can
        log.warning("The queue of kits could not be read; the next order or `make_kits` takes it up.")
    for package in NOT_YET:
        del sys.modules[package]
    connections.close_all()
    gc.collect()
    give_back()
    gc.freeze()  # the collector would write to every shared page


def leave_out(package: str) -> None:
    """Make an optional import of other packages fail, as Python documents it: they go on without, megabytes lighter."""
    sys.modules[package] = None


class NotMounted:
    """Finds, for each module of `NOT_MOUNTED`, an empty one: what is registered with it goes nowhere, and nobody asks for it.

    For the module `LATER` it finds one whose classes and functions load the real one when they are called.
    """

    def find_spec(self, name, path=None, target=None):
        wanted = name == LATER or NOT_MOUNTED.match(name)
        return importlib.machinery.ModuleSpec(name, self, is_package=name != LATER) if wanted else None

    def create_module(self, spec):
        return Later(spec.name) if spec.name == LATER else Nothing(spec.name)

    def exec_module(self, module):
        pass


class Nothing(ModuleType):
    """A module in which everything one asks for is there and does nothing."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Nothing(f"{self.__name__}.{name}")

    def __call__(self, *_arguments, **_named):
        return None


class Later(ModuleType):
    """Stands for a module until something of it is called."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *arguments, **named: getattr(really(self.__name__), name)(*arguments, **named)


def really(name: str) -> ModuleType:
    """Load the module that `Later` stands for, and let it take its place."""
    found = sys.modules[name]
    if isinstance(found, Later):
        package, _, last = name.rpartition(".")
        parent = sys.modules[package]
        spec = importlib.machinery.PathFinder.find_spec(name, parent.__path__)
        found = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(found)
        sys.modules[name] = found
        setattr(parent, last, found)
    return found


def few_arenas() -> None:
    """Let all threads of a worker share two heaps of the C library: with one each, what one freed helps no other.

    What is large stays apart from the heaps: left to itself the library keeps more and more of it after the first large answer.
    """
    if hasattr(C_LIBRARY, "mallopt"):
        C_LIBRARY.mallopt(M_ARENA_MAX, 2)
        C_LIBRARY.mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)
        C_LIBRARY.mallopt(M_TRIM_THRESHOLD, LARGE_BYTES)


def give_back() -> None:
    """Return to the system what loading has freed, and the pages of libraries that loading has read, before workers are forked.

    What of a library is needed again is mapped again where it is needed, by all processes together.
    """
    if hasattr(C_LIBRARY, "malloc_trim"):
        C_LIBRARY.malloc_trim(0)
    if hasattr(C_LIBRARY, "madvise"):
        for start, end in pages_of_files():
            C_LIBRARY.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), MADV_DONTNEED)


def pages_of_files(maps: Path = Path("/proc/self/smaps")) -> list[tuple[int, int]]:
    """Return (start, end) of this process's memory that is files as they lie on the disk: none may write it, and nobody has.

    Linux only (proc_pid_smaps(5)); elsewhere there is no such file, and nothing is returned.
    """
    found, place = [], None
    for line in maps.read_text().splitlines() if maps.exists() else []:
        if begins := MAPPING.match(line):
            is_file = begins["file"] != "0" and begins["rights"] in {"r--p", "r-xp"}
            place = (int(begins["start"], 16), int(begins["end"], 16)) if is_file else None
        elif place and line.startswith("Anonymous:") and line.split()[1] == "0":
            found.append(place)
    return found


def common_pages() -> list[str]:
    """Addresses of one page of each type and of some that are no pages: what answering them needs, all workers share then."""
    from django.conf import settings
    from django.urls import reverse
    from django.utils import translation
    from wagtail.models import Page

    first = Page.objects.live().public().filter(locale__language_code=settings.LANGUAGE_CODE, depth__gt=1)
    pages = {page.content_type_id: page for page in first.order_by("-path")}
    with translation.override(settings.LANGUAGE_CODE):
        screens = [reverse(name) for name in ("hotlines:help", "account_login", "records:verify")]
    return [*filter(None, (page.url for page in pages.values())), *screens, f"/{settings.LANGUAGE_CODE}/-/"]


def ask(application, path: str) -> None:
    """Answer one anonymous GET in this process. A page that fails will say so to its first visitor."""
    from django.conf import settings

    host = (settings.ALLOWED_HOSTS or ["localhost"])[0].lstrip(".")
    secure = bool(getattr(settings, "SECURE_SSL_REDIRECT", False))
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SCRIPT_NAME": "",
        "SERVER_NAME": host,
        "SERVER_PORT": "443" if secure else "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": host,
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "https" if secure else "http",
    }
    logging.disable(logging.INFO)  # nobody asked: the log of requests stays one of visitors
    try:
        answer = application(environ, lambda status, headers, exc_info=None: None)
        try:
            b"".join(answer)
        finally:
            getattr(answer, "close", lambda: None)()
    finally:
        logging.disable(logging.NOTSET)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
