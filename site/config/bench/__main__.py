"""Measure the site on SQLite and, where a server answers, on PostgreSQL; print one table. `--quick` keeps to SQLite."""

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from config.bench import engines, groups, table
from config.bench.measure import Engine, Size

SIZES = {
    "quick": Size(1, seconds=0.5, warmup_seconds=0.3, settle_seconds=0.1, learners=8, submits=16, answers=200),
    "usual": Size(5, seconds=2, warmup_seconds=3, settle_seconds=0.3, learners=50, submits=400, answers=10_000),
    "long": Size(7, seconds=2, warmup_seconds=3, settle_seconds=0.3, learners=50, submits=400, answers=100_000),
}


@contextmanager
def scratch():
    folder = Path(tempfile.mkdtemp(prefix="lodestar-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def measure(size: Size, chosen: list[str], wanted: list[str]) -> list[dict]:
    """Return the lines of the table for the groups `chosen` on the engines `wanted`."""
    lines = []
    with scratch() as folder:
        if "sqlite" in wanted:
            with engines.sqlite(folder / "sqlite") as addresses:
                lines += Engine("SQLite", folder / "sqlite", addresses, chosen, size, say).lines()
        server = engines.postgres_server() if "postgres" in wanted else ""
        if server:
            with engines.postgres(folder / "postgres", server) as addresses:
                lines += Engine("PostgreSQL", folder / "postgres", addresses, chosen, size, say).lines()
        elif "postgres" in wanted:
            say("No PostgreSQL answers at DATABASE_URL or 127.0.0.1:5432: its part is left out.")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(prog="manage.py bench", description=__doc__)
    known = groups.names()
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"Only these groups of rows: {', '.join(known)}.")
    size = parser.add_mutually_exclusive_group()
    size.add_argument(
        "--quick", action="store_true", help="Tiny counts on SQLite: shows that it runs, measures little."
    )
    size.add_argument("--long", action="store_true", help="More rounds, and 100,000 answers in search of lock errors.")
    parser.add_argument("--engine", choices=["sqlite", "postgres"], action="append", help="Only this database engine.")
    parser.add_argument("--json", type=Path, metavar="FILE", help="Write all numbers to this file as well.")
    options = parser.parse_args()
    if unknown := set(options.groups) - set(known):
        parser.error(f"there is no group {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    chosen = "quick" if options.quick else "long" if options.long else "usual"
    os.environ["LODESTAR_BENCH"] = chosen  # for figures that count something once
    lines = measure(
        SIZES[chosen],
        options.groups or known,
        options.engine or (["sqlite"] if options.quick else ["sqlite", "postgres"]),
    )
    table.show(lines, f"Lodestar benchmark ({chosen}), Python {platform.python_version()}, {platform.machine()}")
    print(
        "Ratios are requests per second divided by those of the baseline in the same run. CPU: the web server's processes, "
        "user and system, per request. 'must' is reached, 'aim' is aimed at."
    )
    if options.json:
        options.json.write_text(json.dumps({"size": chosen, "lines": lines}, indent=1))


if __name__ == "__main__":
    main()
