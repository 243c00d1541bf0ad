"""What is measured, in groups: each module here is one group, found by its name. To measure something more, add a module.

`python3 manage.py bench` runs all groups, `bench posters directory` only these (and the baselines they are compared with).
A group's module is read without Django being ready, so that what needs models is imported inside the functions. It has

`rows()`
    yields `config.bench.rows.Row`: one line of the table each, with the baseline it is compared with (a row of `bare`:
    "hello", "stock", "bare_answer") and the goals it must and should reach. Names of keys are unique over all groups.

`requests(people, once)`
    returns {key of a row: [[request, request, ...], ...]}: one list for each connection, which sends its requests one after
    the other and begins again at the end. Requests are made with `config.bench.browser.get` and `post`; cookies of people
    who are signed in come from `config.bench.world.sign_in`. Called once in the scratch site's Django, after migrations and
    starter content, within a transaction: make whatever the requests need. `people` is how many learners there are and the
    most connections a row can have (50 in the usual run, 8 in the quick one: scale down with it). A row with `repeat=False`
    uses up its requests: give `once` lists of them, one for each piece of work (an attempt to hand in).

`figures()` (may be left out)
    returns a list of `config.bench.rows.Figure`: other numbers for the table (a count of queries, megabytes of a PDF). Called
    in the scratch site's Django after the measuring.

A row with `work="name"` sends no requests: the group's function `name(seconds)` runs for about that many seconds in a process
of its own, inside the scratch site's Django, and returns {"requests": how often, "seconds": in how long, "errors": {}}; with
"latencies" (seconds each) come the percentiles as well. So a render or an import is measured beside the requests.

The smallest group, `groups/directory.py`:

    from config.bench.browser import get
    from config.bench.rows import Goal, Row

    def rows():
        yield Row("directory", "Directory, first page", baseline="hello", ratio=Goal(0.9, 1.3))

    def requests(people, once):
        from django.urls import reverse
        return {"directory": [[get(reverse("directory"))]] * people}

Rows are measured in short rounds, every row once per round, and the medians count. Try yours with `bench --quick directory`.
"""

import pkgutil
from collections.abc import Iterable
from importlib import import_module
from types import ModuleType

from config.bench.rows import Row

BASELINES = "bare"


def names() -> list[str]:
    """All groups, the baselines first."""
    return sorted(
        (module.name for module in pkgutil.iter_modules(__path__)), key=lambda name: (name != BASELINES, name)
    )


def group(name: str) -> ModuleType:
    return import_module(f"{__name__}.{name}")


def rows_of(chosen: Iterable[str]) -> list[tuple[str, Row]]:
    """Return rows of (group, row) of the chosen groups, after the baselines that they name. Raises ValueError for one twice."""
    found = [(name, row) for name in chosen for row in group(name).rows()]
    wanted = {row.baseline for _name, row in found} - {row.key for _name, row in found}
    both = [(BASELINES, row) for row in group(BASELINES).rows() if row.key in wanted] + found
    keys = [row.key for _name, row in both]
    if twice := {key for key in keys if keys.count(key) > 1}:
        raise ValueError(f"More than one row has the key {', '.join(sorted(twice))}.")
    if unknown := wanted - set(keys) - {""}:
        raise ValueError(f"There is no baseline {', '.join(sorted(unknown))}.")
    return both
