"""Run everything on one database engine and return the numbers.

Rows are measured in rounds, each row once per round, and the medians count: what else the machine does hits all rows alike.
"""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from config import door
from config.bench import prepared, table
from config.bench.groups import BASELINES, group, rows_of
from config.bench.rows import LOCK_ERRORS, MEMORY_MB, Figure, Row
from config.bench.server import Server

SETTINGS = {"stock": "config.bench.stock.settings", "bare": "config.bench.bare.settings"}
LOCK_SIGNS = ("locked", "deadlock", "could not serialize")


@dataclass(frozen=True)
class Size:
    """How much is measured. `submits` per round; `answers` in the search for lock errors.

    Before the first round every row runs for `warmup_seconds`, and before each measuring for `settle_seconds` uncounted.
    """

    rounds: int
    seconds: float
    warmup_seconds: float
    settle_seconds: float
    learners: int
    submits: int
    answers: int


class Engine:
    """The chosen groups on one database engine. `addresses` are those of the databases by project."""

    def __init__(
        self,
        name: str,
        folder: Path,
        addresses: dict[str, str],
        groups: list[str],
        size: Size,
        say: Callable[[str], None],
    ):
        self.name, self.folder, self.addresses, self.size, self.say = name, folder, addresses, size, say
        self.groups = [each for each in groups if each != BASELINES]
        self.rows = rows_of(groups)
        self.projects = [project for project in addresses if any(row.server == project for _group, row in self.rows)]
        self.servers: dict[str, Server] = {}
        self.requests: dict[str, list[list[str]]] = {}

    def environment(self, project: str) -> dict[str, str]:
        own = {
            "DATABASE_URL": self.addresses[project],
            "LODESTAR_VAR": str(self.folder / project),
            "MEDIA_ROOT": str(self.folder / project / "media"),
            "LODESTAR_DEMO": "false",
            "SITE_URL": "http://localhost",
            "PYTHONPATH": os.pathsep.join([str(door.ROOT / "site"), str(door.ROOT)]),
            "DJANGO_SETTINGS_MODULE": SETTINGS.get(project)
            or os.environ.get("DJANGO_SETTINGS_MODULE", "config.settings.dev"),
        }
        return os.environ | own

    def inside(self, project: str, *arguments: str) -> str:
        """Run one of our modules inside a project's Django and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "config.bench.inside", *arguments],
            env=self.environment(project),
            cwd=door.ROOT,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise SystemExit(f"The benchmark could not prepare {project}:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
        return done.stdout

    def prepare(self) -> None:
        if bare := [project for project in self.projects if project != "site"]:
            self.say(f"{self.name}: making the bare projects ...")
            for project in bare:
                self.inside(project, f"{project}.seed")
            self.requests |= group(BASELINES).requests(self.size.learners, 0)
        if "site" in self.projects:
            self.prepare_site()
            self.say(f"{self.name}: making {self.size.learners} learners and what they will ask ...")
            target = self.folder / "requests.json"
            once = self.size.submits * self.size.rounds
            sizes = ["--people", str(self.size.learners), "--once", str(once)]
            self.inside("site", "world", *sizes, str(target), *self.groups)
            self.requests |= json.loads(target.read_text())

    def prepare_site(self) -> None:
        folder, can_be_kept = self.folder / "site", self.addresses["site"].startswith("sqlite")
        if can_be_kept and prepared.bring(folder):
            return
        for place in ("vendor", "fonts"):
            if (door.VAR / place).exists():
                (folder / place).symlink_to((door.VAR / place).resolve())
        self.say(f"{self.name}: making the site and its starter content (about a minute) ...")
        self.inside("site", "prepared")
        if can_be_kept:
            prepared.keep(folder)

    def lines(self) -> list[dict]:
        """Measure everything and return the lines of the table."""
        return table.facts(self.name, [row for _group, row in self.rows], self.run())

    def run(self) -> dict:
        """Return {"rows": {key: numbers}, "figures": [line of the table, ...]}."""
        self.prepare()
        rounds = {row.key: [] for _group, row in self.rows}
        figures = []
        with ExitStack() as stack:
            for project in self.projects:
                server = Server(
                    "config.wsgi:application" if project == "site" else "config.bench.wsgi:application",
                    self.environment(project),
                    self.folder / f"{project}.log",
                )
                self.servers[project] = stack.enter_context(server)
            self.say(f"{self.name}: warming up ...")
            for _group, row in self.rows:
                if row.repeat and not row.work:
                    self.load(row, 0, seconds=self.size.warmup_seconds)
            for number in range(self.size.rounds):
                self.say(f"{self.name}: round {number + 1} of {self.size.rounds} ...")
                for name, row in self.rows:
                    rounds[row.key].append(self.work(name, row) if row.work else self.load(row, number))
            if "site" in self.projects:
                figures += self.memory()
                if "answer" in rounds:
                    self.say(f"{self.name}: {self.size.answers:,} answers, looking for lock errors ...")
                    figures += self.many_answers()
        for name in self.groups:
            if hasattr(group(name), "figures"):
                figures += last_line(self.inside("site", "work", name, "figures"))
        return {"rows": {key: middle(results) for key, results in rounds.items()}, "figures": figures}

    def load(self, row: Row, number: int, *, seconds: float = 0) -> dict:
        """Measure one row once; the CPU is what the server's processes used meanwhile."""
        requests = self.requests[row.key]
        if not row.repeat:
            # Each connection gets its share of what this round may use up.
            share = requests[number * self.size.submits : (number + 1) * self.size.submits]
            lists = [
                [text for texts in share[start :: row.connections] for text in texts]
                for start in range(row.connections)
            ]
            requests = [texts for texts in lists if texts]
        else:
            requests = requests[: row.connections]
        plan = {
            "statuses": row.statuses,
            "repeat": row.repeat,
            "requests": requests,
            "warmup_seconds": self.size.settle_seconds if row.repeat else 0,
            "seconds": (seconds or self.size.seconds) if row.repeat else 120,
        }
        return self.measured(self.servers[row.server], plan)

    def work(self, name: str, row: Row) -> dict:
        return last_line(self.inside(row.server, "work", name, row.work, str(self.size.seconds)))

    def measured(self, server: Server, plan: dict) -> dict:
        plan = {"host": "127.0.0.1", "port": server.port, "most": 10**9} | plan
        before = server.cpu_seconds()
        done = subprocess.run(
            [sys.executable, "-m", "config.bench.load"],
            input=json.dumps(plan),
            env=self.environment("bare"),
            capture_output=True,
            text=True,
            check=True,
        )
        result = json.loads(done.stdout)
        seen = result["all_requests"] or 1
        result["cpu_ms"] = 1000 * (server.cpu_seconds() - before) / seen
        return result

    def memory(self) -> list[dict]:
        name = "Memory of the running site (main and workers, PSS)"
        return [Figure(name, self.servers["site"].memory_mb(), "MB", MEMORY_MB).line()]

    def many_answers(self) -> list[dict]:
        """Save many answers and count what went wrong, by what the server said and by its log."""
        plan = {
            "statuses": [200],
            "repeat": True,
            "requests": self.requests["answer"],
            "warmup_seconds": 0,
            "seconds": 1800,
            "most": self.size.answers,
        }
        result = self.measured(self.servers["site"], plan)
        log = self.servers["site"].log.read_text(errors="replace").lower()
        wrong = sum(result["errors"].values()) + sum(log.count(sign) for sign in LOCK_SIGNS)
        return [Figure(f"Errors in {result['requests']:,} answers", wrong, "", LOCK_ERRORS).line()]


def last_line(output: str):
    return json.loads(output.rpartition("\n")[2])


def middle(results: list[dict]) -> dict:
    """The medians of several rounds; errors are added up."""
    errors: dict[str, int] = {}
    for result in results:
        for kind, count in result["errors"].items():
            errors[kind] = errors.get(kind, 0) + count
    numbers = {
        "per_second": statistics.median(r["requests"] / r["seconds"] if r["seconds"] > 0 else 0 for r in results),
        "errors": errors,
        "sample": next((result["sample"] for result in results if result.get("sample")), ""),
    }
    for key in ("p50_ms", "p95_ms", "p99_ms", "cpu_ms"):
        values = [result[key] for result in results if key in result]
        if values:
            numbers[key] = statistics.median(values)
    return numbers
