"""What a line of the table is made of: kinds of requests with their goals, and other figures.

Ratios are requests per second divided by those of the baseline in the same run.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """A limit that must hold and one that is aimed at. `at_most` turns both round: smaller is better."""

    must: float
    aim: float
    at_most: bool = False

    def verdict(self, value: float) -> str:
        """Return "aim", "must" or "missed"."""
        for name, limit in (("aim", self.aim), ("must", self.must)):
            if (value <= limit) if self.at_most else (value >= limit):
                return name
        return "missed"


@dataclass(frozen=True)
class Row:
    """One kind of request, sent by `connections` to the `server` "site" (ours), "bare" or "stock"; or a kind of `work`.

    `ratio` is the goal for requests per second in terms of the row `baseline`: one for all engines, or by engine ("SQLite",
    "PostgreSQL"). `p95_ms` is a goal in milliseconds, `cpu_ms` one for the web server's processor time per request.
    `statuses` are those of an answer that counts; any other is an error.
    """

    key: str
    name: str
    server: str = "site"
    statuses: tuple[int, ...] = (200,)
    repeat: bool = True
    connections: int = 16
    baseline: str = ""
    ratio: "Goal | dict[str, Goal] | None" = None
    p95_ms: Goal | None = None
    cpu_ms: Goal | None = None
    work: str = ""

    def ratio_on(self, engine: str) -> Goal | None:
        return self.ratio.get(engine) if isinstance(self.ratio, dict) else self.ratio


@dataclass(frozen=True)
class Figure:
    """Another number for the table. Without a goal `verdict` may say what it is worth: "aim", "must" or "missed"."""

    name: str
    value: float | str
    unit: str = ""
    goal: Goal | None = None
    verdict: str = ""

    def line(self) -> dict:
        told = {"row": self.name, "value": self.value, "unit": self.unit}
        if self.goal:
            return told | judged(self.goal, self.value)
        return told | ({"verdict": self.verdict} if self.verdict else {})


def judged(goal: Goal, value: float) -> dict:
    return {"must": goal.must, "aim": goal.aim, "at_most": goal.at_most, "verdict": goal.verdict(value)}


MEMORY_MB = Goal(190, 150, at_most=True)
LOCK_ERRORS = Goal(0, 0, at_most=True)
