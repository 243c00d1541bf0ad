"""Places by their names in many scripts, without asking anybody: a file of our own, made from GeoNames.

`data/places.tsv.xz` (see `data/README.md` for source and licence) is turned once into an SQLite file below VAR_DIR, which is
then only read. It is apart from the site's database: the same on every engine, nothing to migrate, nothing to back up.
"""

import lzma
import math
import sqlite3
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from rapidfuzz import fuzz, process

from directory import letters
from hotlines import places

SOURCE = Path(__file__).parent / "data" / "places.tsv.xz"
FORM = 2  # of the file; another number makes it anew
EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG
CHOICES_MOST = 6
ALIKE_PERCENT = 78
_open = threading.local()
_making = threading.Lock()


@dataclass(frozen=True)
class Place:
    """A town; `region` is ISO 3166-2, for the United States only."""

    key: int
    name: str
    country: str
    region: str
    latitude: float
    longitude: float
    population: int
    zone: str

    @property
    def point(self) -> tuple[float, float]:
        return self.latitude, self.longitude

    def label(self) -> str:
        """Name, state where known, and country in the reader's language."""
        parts = [self.name, regions().get(self.region, ""), places.country_name(self.country)]
        return ", ".join(filter(None, parts))


# --- The file ------------------------------------------------------------------------------------------------------


def file() -> Path:
    return Path(settings.VAR_DIR) / f"places-{FORM}.sqlite3"


def prepare(*, source: Path = SOURCE) -> Path:
    """Make the file if it is not there; return it. Takes some seconds the first time."""
    with _making:
        if not file().exists():
            file().parent.mkdir(parents=True, exist_ok=True)
            fresh = file().with_suffix(f".{threading.get_ident()}")
            fresh.unlink(missing_ok=True)
            _write(fresh, source)
            fresh.replace(file())
    return file()


def _write(target: Path, source: Path) -> None:
    with lzma.open(source, "rt", encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines if not line.startswith("#")]
    base = sqlite3.connect(target)
    base.executescript(
        "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
        "CREATE TABLE region (code TEXT PRIMARY KEY, name TEXT);"
        "CREATE TABLE place (key INTEGER PRIMARY KEY, name TEXT, country TEXT, region TEXT, latitude REAL, longitude REAL,"
        " population INTEGER, zone TEXT, capital INTEGER);"
        "CREATE TABLE name (folded TEXT, population INTEGER, place INTEGER);"
    )
    base.executemany("INSERT INTO region VALUES (?, ?)", [(row[0][1:], row[1]) for row in rows if row[0][0] == "@"])
    towns = [row for row in rows if row[0][0] != "@"]
    base.executemany(
        "INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (key, row[7].split("|")[0], row[0], f"{row[0]}-{row[1]}" if row[1] else "", *row[2:6], row[6] == "c")
            for key, row in enumerate(towns)
        ),
    )
    base.executemany(
        "INSERT INTO name VALUES (?, ?, ?)",
        (
            (folded, int(row[4]), key)
            for key, row in enumerate(towns)
            for folded in {letters.folded(name) for name in row[7].split("|")}
        ),
    )
    base.executescript(
        "CREATE INDEX by_name ON name (folded, population DESC, place);"
        "CREATE INDEX by_place ON name (place);"
        "CREATE INDEX by_country ON place (country, capital, population);"
        "CREATE INDEX by_point ON place (latitude, longitude);"
    )
    base.commit()
    base.close()


def _base() -> sqlite3.Connection:
    """One connection per thread, for reading only."""
    path = file()
    if getattr(_open, "path", None) != path:
        prepare()
        _open.base = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
        _open.path = path
    return _open.base


COLUMNS = "p.key, p.name, p.country, p.region, p.latitude, p.longitude, p.population, p.zone"


# --- Questions -----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def regions() -> dict[str, str]:
    """{ISO 3166-2: name} of the states that places are told apart by."""
    return dict(_base().execute("SELECT code, name FROM region"))


def find(typed: str, *, country: str = "", most: int = CHOICES_MOST) -> list[Place]:
    """Places that somebody may mean, the likeliest first: by exact name, else by its beginning, else by likeness.

    What follows a comma narrows the choice: a country in one of the site's languages, or a state.
    """
    head, _, tail = typed[: letters.MAX_CHARACTERS].replace("،", ",").replace("，", ",").partition(",")
    name = letters.folded(head)
    if not name:
        return []
    narrow = letters.folded(tail)
    for search in (_exact, _begins, _alike):
        found = [place for place in search(name, country) if _fits(place, narrow)]
        if found:
            return _distinct(found)[:most]
    return find(head, country=country, most=most) if narrow else []


def _exact(name: str, country: str) -> list[Place]:
    return _rows("n.folded = ?", [name], country)


def _begins(name: str, country: str) -> list[Place]:
    return _rows("n.folded > ? AND n.folded < ?", [name, name + "\U0010ffff"], country) if len(name) > 1 else []


def _rows(condition: str, values: list, country: str) -> list[Place]:
    query = (
        f"SELECT {COLUMNS} FROM name n JOIN place p ON p.key = n.place WHERE {condition}"  # noqa: S608  our own words
        f"{' AND p.country = ?' if country else ''} ORDER BY n.population DESC LIMIT 200"
    )
    return [Place(*row) for row in _base().execute(query, [*values, *([country] if country else [])])]


def _alike(name: str, country: str) -> list[Place]:
    """Misspelt names: the same first letter, about as long, and alike."""
    if len(name) < 4:
        return []
    query = (
        "SELECT DISTINCT n.folded FROM name n JOIN place p ON p.key = n.place WHERE n.folded >= ? AND n.folded < ?"
        " AND length(n.folded) BETWEEN ? AND ? AND (p.country = ? OR ? = '' AND n.population > 15000)"
    )
    first = name[0]
    values = [first, first + "\U0010ffff", len(name) - 2, len(name) + 2, country, country]
    names = [row[0] for row in _base().execute(query, values)]
    best = process.extract(name, names, scorer=fuzz.ratio, limit=8, score_cutoff=ALIKE_PERCENT)
    found = [(score, place) for text, score, _index in best for place in _exact(text, country)]
    found.sort(key=lambda pair: (-round(pair[0] / 8), -pair[1].population))
    return [place for _score, place in found]


def _fits(place: Place, narrow: str) -> bool:
    """Whether what follows the comma is this place's country or state, or no such thing was typed."""
    if not narrow:
        return True
    known = {
        place.country,
        place.region.partition("-")[2],
        regions().get(place.region, ""),
        *(places.country_name(place.country, code) for code, _name in settings.LANGUAGES),
    }
    return any(letters.folded(name).startswith(narrow) for name in known if name)


def _distinct(found: list[Place]) -> list[Place]:
    """Each place once, and of two with the same label the larger one."""
    labels: dict[str, Place] = {}
    for place in found:
        labels.setdefault(place.label(), place)
    return list(labels.values())


def of_key(key: int) -> Place | None:
    row = _base().execute(f"SELECT {COLUMNS} FROM place p WHERE p.key = ?", [key]).fetchone()  # noqa: S608
    return Place(*row) if row else None


def town_of(city: str, country: str) -> Place | None:
    """The place a location's city is, for its middle and its names in other scripts."""
    found = _exact(letters.folded(city), country) if city and country else []
    return found[0] if found else None


def names_of(place: Place) -> list[str]:
    """All names of a place, folded."""
    return [row[0] for row in _base().execute("SELECT folded FROM name WHERE place = ?", [place.key])]


@lru_cache(maxsize=300)
def middle_of(country: str) -> tuple[float, float] | None:
    """Where a country's mark stands on a map: its capital, else its largest place."""
    row = (
        _base()
        .execute(
            "SELECT latitude, longitude FROM place WHERE country = ? ORDER BY capital DESC, population DESC LIMIT 1",
            [country],
        )
        .fetchone()
    )
    return tuple(row) if row else None


def distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Great-circle distance of two (latitude, longitude) in degrees, by the haversine formula."""
    (lat1, lon1), (lat2, lon2) = (map(math.radians, one), map(math.radians, other))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, half)))


def nearest_km(
    point: tuple[float, float], radius_km: float, places: Iterable[tuple[int, float, float]]
) -> dict[int, float]:
    """{number: km} of those of the (number, latitude, longitude) inside the radius, by the nearest place of each number.

    The formula of `distance_km` written out, and its dear half left for those inside: a large town has thousands.
    """
    sin, cos, radians = math.sin, math.cos, math.radians
    latitude, longitude = map(radians, point)
    cosine = cos(latitude)
    farthest = sin(min(math.pi / 2, radius_km / EARTH_RADIUS_KM / 2)) ** 2
    halves: dict[int, float] = {}
    for number, lat, lon in places:
        lat = radians(lat)
        half = sin((lat - latitude) / 2) ** 2 + cosine * cos(lat) * sin((radians(lon) - longitude) / 2) ** 2
        if half <= farthest and half < halves.get(number, 2):
            halves[number] = half
    return {number: 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, half))) for number, half in halves.items()}
