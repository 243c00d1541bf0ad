"""What of an order lies in the store already: such sheets need no press and no waiting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from posters import kits, sheets
from posters.choice import Choice, NotPossible, Shelf, resolve
from posters.engine import engine
from posters.models import Sheet

LOOKED_UP_MOST = 400  # about a second; larger orders go through the workshop, which asks the store too


@dataclass(frozen=True)
class Found:
    sheet: Sheet
    name: str  # of the file in a kit


def look(choices: Sequence[Choice], *, now: datetime) -> dict[int, Found]:
    """Return the current sheets that the store holds for choices, by their place in the order."""
    if len(choices) > LOOKED_UP_MOST:
        return {}
    shelf, machine, keys = Shelf(), engine(), {}
    for place, choice in enumerate(choices):
        try:
            keys[place] = resolve(choice, now=now, shelf=shelf).spec.key(machine)
        except NotPossible:  # the workshop says why
            continue
    known = Sheet.objects.current().defer("spec", "choice").in_bulk(keys.values(), field_name="key")
    return {
        place: Found(known[key], kits.file_name(choices[place], known[key].code, sheets.file_of(known[key]).suffix[1:]))
        for place, key in keys.items()
        if key in known and sheets.file_of(known[key]).exists()
    }
