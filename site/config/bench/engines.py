"""Scratch databases: SQLite in a folder of its own, and PostgreSQL where a server answers. Both are gone afterwards."""

import getpass
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

PROJECTS = ("site", "stock", "bare")


@contextmanager
def sqlite(folder: Path) -> Iterator[dict[str, str]]:
    """Yield the address of an empty database for each project."""
    addresses = {}
    for project in PROJECTS:
        (folder / project).mkdir(parents=True)
        addresses[project] = f"sqlite:///{folder / project / 'lodestar.sqlite3'}"
    yield addresses


def postgres_server() -> str:
    """Return the address of a PostgreSQL whose user may make databases; empty when there is none.

    `DATABASE_URL` is asked first, then 127.0.0.1 with the usual names.
    """
    import psycopg

    given = os.environ.get("DATABASE_URL", "")
    names = ["postgres", getpass.getuser()]
    tries = [given] if given.startswith("postgres") else [f"postgres://{n}@127.0.0.1:5432/postgres" for n in names]
    for address in tries:
        try:
            with psycopg.connect(address, connect_timeout=3) as connection:
                may = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
                if connection.execute(may).fetchone()[0]:
                    return address
        except psycopg.Error:
            continue
    return ""


@contextmanager
def postgres(folder: Path, server: str) -> Iterator[dict[str, str]]:
    """Yield the address of an empty database for each project; drop them whatever happens."""
    import psycopg
    from psycopg import sql

    mark = secrets.token_hex(4)
    names = {project: f"lodestar_bench_{mark}_{project}" for project in PROJECTS}
    with psycopg.connect(server, autocommit=True) as connection:
        try:
            for project, name in names.items():
                (folder / project).mkdir(parents=True)
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            yield {project: urlsplit(server)._replace(path=f"/{name}").geturl() for project, name in names.items()}
        finally:
            for name in names.values():
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
