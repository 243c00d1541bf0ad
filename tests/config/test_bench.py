"""The benchmark: its groups are found, its table judges, and the quick run shows that all of it works."""

import json
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from config import door
from config.bench import groups, table
from config.bench.load import percentiles
from config.bench.measure import middle
from config.bench.rows import Figure, Goal, Row

FAST = Goal(2, 4)


def test_the_baselines_come_first_and_every_group_has_rows():
    names = groups.names()
    assert names[0] == groups.BASELINES and "training" in names
    assert all(list(groups.group(name).rows()) for name in names)
    groups.rows_of(names)


def test_a_chosen_group_brings_the_baselines_it_names_and_no_others(monkeypatch):
    rows = [Row("directory", "Directory", baseline="hello", ratio=FAST)]
    real = groups.group
    monkeypatch.setattr(
        groups, "group", lambda name: SimpleNamespace(rows=lambda: rows) if name == "mine" else real(name)
    )
    assert [(name, row.key) for name, row in groups.rows_of(["mine"])] == [("bare", "hello"), ("mine", "directory")]
    rows.append(Row("more", "More", baseline="no such row"))
    with pytest.raises(ValueError, match="no baseline no such row"):
        groups.rows_of(["mine"])
    rows[1:] = [Row("hello", "Another hello")]
    with pytest.raises(ValueError, match="More than one row has the key hello"):
        groups.rows_of(["bare", "mine"])


@pytest.mark.parametrize(("value", "verdict"), [(1.99, "missed"), (2, "must"), (3.99, "must"), (4, "aim")])
def test_a_goal_is_reached_at_its_edge(value, verdict):
    assert FAST.verdict(value) == verdict


@pytest.mark.parametrize(("value", "verdict"), [(50, "aim"), (51, "must"), (90, "must"), (91, "missed")])
def test_a_limit_is_kept_up_to_its_edge(value, verdict):
    assert Goal(90, 50, at_most=True).verdict(value) == verdict


def test_a_line_has_its_ratio_and_its_verdict_by_engine():
    rows = [
        Row("hello", "Hello"),
        Row(
            "lesson", "Lesson", baseline="hello", ratio={"SQLite": Goal(0.09, 0.22)}, p95_ms=Goal(90, 50, at_most=True)
        ),
    ]
    numbers = {
        "rows": {
            "hello": {"per_second": 1000, "errors": {}},
            "lesson": {"per_second": 100, "errors": {"500": 3}, "p95_ms": 91},
        },
        "figures": [Figure("Memory", 191, "MB", Goal(190, 150, at_most=True)).line()],
    }
    hello, lesson, slowest, memory = table.facts("SQLite", rows, numbers)
    assert "verdict" not in hello
    assert (lesson["ratio"], lesson["verdict"]) == (0.1, "must")
    assert (slowest["value"], slowest["verdict"]) == (91, "missed")
    assert memory["verdict"] == "missed"
    assert "verdict" not in table.facts("PostgreSQL", rows, numbers)[1]


def test_the_middle_of_several_rounds_counts_and_errors_add_up():
    results = [{"requests": n, "seconds": 1, "errors": {"500": 1}, "p95_ms": n} for n in (10, 1000, 20)]
    numbers = middle(results)
    assert (numbers["per_second"], numbers["p95_ms"], numbers["errors"]) == (20, 20, {"500": 3})


def test_percentiles_are_in_milliseconds():
    assert percentiles([n / 1000 for n in range(1, 101)]) == {"p50_ms": 51, "p95_ms": 96, "p99_ms": 100}
    assert percentiles([]) == {}


def test_an_unknown_group_is_refused_with_the_names_there_are():
    done = bench("--quick", "no-such-group")
    assert done.returncode == 2
    assert "there is no group no-such-group; there are bare" in done.stderr


@pytest.mark.slow
def test_the_quick_run_prints_its_table(tmp_path):
    target = tmp_path / "numbers.json"
    done = bench("--quick", "--engine", "sqlite", "--json", str(target))
    assert done.returncode == 0, done.stderr
    lines = {line["row"]: line for line in json.loads(target.read_text())["lines"]}
    for name in groups.names():
        for row in groups.group(name).rows():
            assert f"│ {row.name[:16]}" in done.stdout
            line = lines[row.name]
            assert line["per_second"] > 0
            assert not any(line["errors"].values()), line  # a kind may be named with a count of 0
            assert ("ratio" in line) == bool(row.baseline)
    assert lines["Memory of the running site (main and workers, PSS)"]["value"] > 50
    (name,) = [name for name in lines if name.startswith("Errors in")]
    assert lines[name]["value"] == 0


def bench(*arguments):
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "PYTHONPATH": os.pathsep.join([str(door.ROOT / "site"), str(door.ROOT)]),
    }
    return subprocess.run(
        [sys.executable, "-m", "config.bench", *arguments],
        capture_output=True,
        text=True,
        env=environment,
        cwd=door.ROOT,
    )
