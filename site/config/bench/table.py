"""One table of ratios, with what they must and should be, and the same as plain data."""

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from config.bench.rows import Figure, Row, judged

COLOURS = {"aim": "green", "must": "yellow", "missed": "bold red"}
LEAST_WIDTH = 140


def facts(engine: str, rows: Iterable[Row], numbers: dict) -> list[dict]:
    """Return a dictionary for every line of one engine: what was measured and whether it is enough."""
    found = numbers["rows"]
    lines = []
    for row in rows:
        line = {"row": row.name, **found[row.key]}
        base = found[row.baseline]["per_second"] if row.baseline else 0
        if base:
            line |= {"baseline": row.baseline, "ratio": line["per_second"] / base}
        if goal := row.ratio_on(engine):
            line |= judged(goal, line.get("ratio", 0))
        lines.append(line)
        for goal, key, what in ((row.p95_ms, "p95_ms", "p95"), (row.cpu_ms, "cpu_ms", "CPU per request")):
            if goal:
                lines.append(Figure(f"{row.name}: {what}", found[row.key].get(key, float("inf")), "ms", goal).line())
    return [{"engine": engine} | line for line in [*lines, *numbers["figures"]]]


def show(lines: list[dict], title: str) -> None:
    console = Console()
    console.width = max(console.width, LEAST_WIDTH)
    table = Table(title=title, title_justify="left")
    table.add_column("", min_width=34)
    table.add_column("baseline", no_wrap=True)
    for name in ("requests/s", "ratio", "must", "aim", "", "p50 ms", "p95 ms", "p99 ms", "CPU ms", "errors"):
        table.add_column(name, justify="left" if name == "" else "right", no_wrap=True)
    engine = ""
    for line in lines:
        if line["engine"] != engine:
            engine = line["engine"]
            table.add_section()
            table.add_row(f"[bold]{engine}[/bold]")
        table.add_row(*_cells(line))
    console.print(table)


def _cells(line: dict) -> list[str]:
    verdict = line.get("verdict", "")
    sign = "at most " if line.get("at_most") else ""
    value = line.get("value")
    return [
        line["row"],
        line.get("baseline", "").replace("_", " "),
        _rate(line["per_second"]) if "per_second" in line else "",
        f"{line['ratio']:.3g}" if "ratio" in line else _value(value, line),
        f"{sign}{line['must']:g}" if "must" in line else "",
        f"{sign}{line['aim']:g}" if "aim" in line else "",
        f"[{COLOURS[verdict]}]{verdict}[/]" if verdict else "",
        *(f"{line[key]:.1f}" if key in line else "" for key in ("p50_ms", "p95_ms", "p99_ms")),
        f"{line['cpu_ms']:.2f}" if "cpu_ms" in line else "",
        str(sum(line["errors"].values()) or "") if "errors" in line else "",
    ]


def _rate(per_second: float) -> str:
    return f"{per_second:,.0f}"


def _value(value, line: dict) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    digits = 0 if value >= 10 or value == int(value) else 1
    return f"{value:.{digits}f} {line['unit']}".rstrip()
