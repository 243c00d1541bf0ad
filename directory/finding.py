"""Find entries: by words, place and facts. Nothing of what is asked for is kept, written or logged.

Stages: `Search` (what was asked, cleaned) -> sets of entry numbers (`SearchBits`) -> tiers of how well the words fit ->
`Found`, which knows how many there are and gives them out in order, page by page.

Order: the better the words fit the earlier; among equals checked entries before those whose check is due, and these before
entries that nobody confirmed. With a place: what is near by distance, an older check counting like some more way; then what
serves the whole country.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.conf import settings
from django.db import models
from django.utils import timezone
from rapidfuzz.distance import OSA

from directory import bits, gazetteer, index, letters, opening, whole
from directory.models import Organisation, SearchBits, SearchEntry, SearchHours, SearchPoint, SearchWord
from directory.models.entries import Freshness
from hotlines import hours
from hotlines.models import Hotline
from kernel.near import near

RADII_KM = (10, 25, 50, 100, 250)
RADIUS_KM = 50
CANDIDATES_MOST = 150  # words looked at for each word typed
WORDS_MOST = 24  # words taken for each word typed
SHORTEST_BEGINNING = 3
SHORTEST_MISSPELT = 4
TWO_MISTAKES_FROM = 8  # letters
ENOUGH_OF_A_RUN = 0.6  # of the parts of a text without spaces
KM_PER_DEGREE = 111.2
AGE_ORDER = (Freshness.CONFIRMED, Freshness.DUE, Freshness.UNCONFIRMED)
AGE_KM = {Freshness.CONFIRMED: 0, Freshness.DUE: 5, Freshness.UNCONFIRMED: 10}  # counts like so much more way


@dataclass(frozen=True)
class Search:
    """What somebody looks for. Empty means: does not matter."""

    words: str = ""
    country: str = ""
    kind: str = ""
    population: str = ""
    trafficking: str = ""
    language: str = ""
    open_now: bool = False
    remote: bool = False
    free: bool = False
    papers: bool = False
    step_free: bool = False
    place: gazetteer.Place | None = None
    radius_km: int = RADIUS_KM

    def facet_keys(self) -> list[str]:
        """Keys that every entry found has."""
        named = [("c", self.country), ("k", self.kind), ("u", self.population), ("t", self.trafficking)]
        keys = [f"{letter}:{code}" for letter, code in named if code]
        if self.language:
            keys.append(f"l:{self.language.lower()}")
        flags = [("remote", self.remote), ("free", self.free), ("papers", self.papers), ("step_free", self.step_free)]
        return keys + [f"x:{name}" for name, wanted in flags if wanted]


@dataclass
class Found:
    """The entries of a search. `near` are (number, km); `tiers` are sets, the best first."""

    near: list[tuple[int, float]] = field(default_factory=list)
    tiers: list[int] = field(default_factory=list)
    relaxed: bool = False  # whether some of the words were left out to find anything
    corrected: bool = False  # whether something was found by likeness only
    radius_km: int = 0  # the radius in which something was found; larger than asked if need be

    @property
    def distances(self) -> dict[int, float]:
        return dict(self.near)

    @property
    def wide_total(self) -> int:
        return sum(tier.bit_count() for tier in self.tiers)

    @property
    def total(self) -> int:
        return len(self.near) + self.wide_total

    def numbers(self, start: int, stop: int) -> list[int]:
        """Numbers of the entries from one place of the list to another; sets before it are skipped by their size."""
        result = [number for number, _km in self.near[start:stop]]
        start, wanted = max(0, start - len(self.near)), stop - start - len(result)
        for tier in self.tiers:
            size = tier.bit_count()
            if wanted <= 0:
                break
            if start >= size:
                start -= size
                continue
            part = list(islice(bits.numbers(tier), start, start + wanted))
            result += part
            wanted -= len(part)
            start = 0
        return result


# --- The sets ------------------------------------------------------------------------------------------------------


def read(keys: Iterable[str]) -> dict[str, int]:
    """{key: set} for those of the keys that exist."""
    rows = SearchBits.objects.filter(key__in=list(keys)).values_list("key", "bits")
    return {key: bits.unpacked(data) for key, data in rows}


class Opening:
    """Which entries are open. Worked out anew only when one of them opens or closes: they share some hundred weeks."""

    def __init__(self):
        rows = list(SearchHours.objects.values_list("number", "text"))
        codes = [text[1:] for _number, text in rows if text.startswith("@")]
        lines = {
            line.code: line.opening_hours
            for line in Hotline.objects.filter(code__in=codes).prefetch_related("special_days")
        }
        weeks = {f"o:{number}": _week(text, lines) for number, text in rows}
        self.weeks = {key: week for key, week in weeks.items() if week is not None}
        self.states: dict[str, tuple[bool, datetime, datetime]] = {}  # open or not, from, until
        self.kept: tuple[int, datetime, datetime] | None = None

    def at(self, now: datetime) -> int:
        """The set of the entries that are open at a moment."""
        kept = self.kept
        if kept is None or not kept[1] <= now < kept[2]:
            states = dict(self.states)  # threads share this object: what they read is never changed, only replaced
            for key, week in self.weeks.items():
                known = states.get(key)
                if known is None or not known[1] <= now < known[2]:
                    is_open, until = hours.certain(week, now)
                    states[key] = is_open, now, until
            sets = read(key for key, (is_open, _since, _until) in states.items() if is_open)
            ends = [until for _open, _since, until in states.values()]
            self.states = states
            self.kept = kept = _either(sets.values()), now, min(ends, default=now)
        return kept[0]


def _week(text: str, lines: dict) -> hours.Hours | None:
    if text.startswith("@"):
        return lines.get(text[1:])
    zone, _, rules = text.partition("|")
    return opening.read(zone, rules)


def find(search: Search, *, now: datetime) -> Found:
    """Return the entries that the public may see and that fit. Never raises for anything typed."""
    index.refresh_aged(on=timezone.localdate(now))
    tokens = letters.query(search.words)
    words = [token for token in tokens if not token.startswith("~")]
    whole = f"x:whole:{search.place.country}" if search.place else index.EVERY
    keys = {
        index.EVERY,
        index.FICTION,
        index.REPORT,
        whole,
        *(f"a:{age}" for age in AGE_ORDER),
        *search.facet_keys(),
    }
    keys |= {f"{letter}:{token}" for token in tokens for letter in "nw"}
    keys |= {f"p:{pair}" for word in words for pair in letters.pairs_of(word)}
    sets = read(keys)
    mask = sets.get(index.EVERY, 0)
    if not settings.DIRECTORY_SHOWS_FICTION:
        mask &= ~sets.get(index.FICTION, 0)
    for key in search.facet_keys():
        mask &= sets.get(key, 0)
    if search.open_now:
        mask &= near("directory:open", Opening).at(now)
    found = Found()
    fits = fitting(tokens, sets, mask, found) if tokens else [mask]
    if search.words.strip() and not tokens:
        fits = [0]
    if search.place:
        _sort_by_place(search, fits, sets, whole, found)
    else:
        found.tiers = by_age(fits, sets)
    return found


def _either(values: Iterable[int]) -> int:
    result = 0
    for value in values:
        result |= value
    return result


def _all(values: Iterable[int], start: int) -> int:
    for value in values:
        start &= value
    return start


def by_age(fits: list[int], sets: dict[str, int]) -> list[int]:
    """Split tiers by age, so that a check that is due, or was never made, costs one place, or two, in the order.

    Within each of them those who help come before those who only take reports.
    """
    ages = [sets.get(f"a:{age}", 0) for age in AGE_ORDER]
    reports = sets.get(index.REPORT, 0)
    places: dict[int, list[int]] = {}
    for tier, value in enumerate(fits):
        for age, aged in enumerate(ages):
            places.setdefault(2 * tier + age, []).append(value & aged)
    split = [part for rank in sorted(places) for value in places[rank] for part in (value & ~reports, value & reports)]
    return [part for part in split if part]


# --- Words ---------------------------------------------------------------------------------------------------------


def fitting(tokens: list[str], sets: dict[str, int], mask: int, found: Found) -> list[int]:
    """Tiers of entries for the tokens, apart from each other: in names, anywhere, by beginnings, by likeness, some only."""
    words = [token for token in tokens if not token.startswith("~")]
    parts = [token for token in tokens if token.startswith("~")]
    exact = {word: sets.get(f"w:{word}", 0) & mask for word in words}
    begin, alike = kindred(words, sets, exact, mask)
    named = _all((sets.get(f"n:{token}", 0) for token in tokens), mask)
    run = _all((sets.get(f"w:{part}", 0) for part in parts), mask)
    some_of_run = run
    if parts and not run:
        least = max(1, math.ceil(ENOUGH_OF_A_RUN * len(parts)))
        some_of_run = bits.at_least([sets.get(f"w:{part}", 0) for part in parts], least) & mask
    everywhere = _all(exact.values(), run)
    beginning = _all((exact[word] | begin[word] for word in words), run)
    likely = _all((exact[word] | begin[word] | alike[word] for word in words), some_of_run)
    found.corrected = bool(likely) and not beginning
    tiers = [named, everywhere, beginning, likely]
    groups = [exact[word] | begin[word] | alike[word] for word in words] + ([some_of_run] if parts else [])
    if not likely and len(groups) > 1:
        found.relaxed = True
        tiers += [bits.at_least(groups, least) for least in range(len(groups) - 1, 0, -1)]
    return apart(tiers)


def apart(tiers: list[int]) -> list[int]:
    """The same tiers, each without what stands in an earlier one."""
    seen, result = 0, []
    for tier in tiers:
        result.append(tier & ~seen)
        seen |= tier
    return result


def kindred(words: list[str], sets: dict[str, int], exact: dict[str, int], mask: int) -> tuple[dict, dict]:
    """({word: entries with a word that begins so}, {word: entries with a word that is spelt much like it}).

    Likeness is asked only for a word that nothing has as it stands: otherwise it would find more than was meant.
    """
    candidates = {word: _candidates(word, sets, misspelt=not exact[word]) for word in words}
    numbers = {number for found in candidates.values() for number in found}
    texts = {}
    for part in index.chunks(sorted(numbers)):
        texts |= dict(SearchWord.objects.filter(number__in=part).values_list("number", "text"))
    begins, likes = {}, {}
    for word, found in candidates.items():
        known = [texts[number] for number in found if number in texts]
        begins[word] = sorted((text for text in known if text.startswith(word) and text != word), key=len)[:WORDS_MOST]
        likes[word] = [] if exact[word] else likest(word, known)
    more = read({f"w:{text}" for group in (*begins.values(), *likes.values()) for text in group})
    begin = {word: _either(more.get(f"w:{text}", 0) for text in group) & mask for word, group in begins.items()}
    alike = {
        word: 0 if begin[word] else _either(more.get(f"w:{text}", 0) for text in group) & mask
        for word, group in likes.items()
    }
    return begin, alike


def _candidates(word: str, sets: dict[str, int], *, misspelt: bool) -> list[int]:
    """Numbers of words that share enough pairs of letters with this one."""
    pairs = [sets.get(f"p:{pair}", 0) for pair in letters.pairs_of(word)]
    result: list[int] = []
    if len(word) >= SHORTEST_BEGINNING:
        result += islice(bits.numbers(_all(pairs[1:-1], pairs[0])), CANDIDATES_MOST)
    if misspelt and len(word) >= SHORTEST_MISSPELT:
        least = max(2, len(pairs) - 3 * mistakes_allowed(word))
        for shared in range(len(pairs) - 1, least - 1, -1):
            result += islice(bits.numbers(bits.at_least(pairs, shared)), CANDIDATES_MOST)
            if len(result) >= CANDIDATES_MOST:
                break
    return list(dict.fromkeys(result))


def mistakes_allowed(word: str) -> int:
    return 2 if len(word) >= TWO_MISTAKES_FROM else 1


def likest(word: str, texts: list[str]) -> list[str]:
    """Those of the texts, and their beginnings, that differ by one mistake, in long words by two; the likest first."""
    most = mistakes_allowed(word)
    scored = []
    for text in texts:
        distance = OSA.distance(word, text, score_cutoff=most)
        if distance > most and len(text) > len(word):
            distance = OSA.distance(word, text[: len(word)], score_cutoff=most) + 0.5
        if distance <= most + 0.5 and text[0] == word[0] or distance <= 1:
            scored.append((distance, len(text), text))
    return [text for _distance, _length, text in sorted(scored)[:WORDS_MOST]]


# --- Place ---------------------------------------------------------------------------------------------------------


def _sort_by_place(search: Search, fits: list[int], sets: dict[str, int], whole: str, found: Found) -> None:
    everything = _either(fits)
    older = [(extra, bits.Members(sets.get(f"a:{age}", 0))) for age, extra in AGE_KM.items() if extra]
    wider = [radius for radius in RADII_KM if radius > search.radius_km]
    for radius in [search.radius_km, *wider]:
        near_by = within(search.place.point, radius, bits.Members(everything))
        if near_by:
            break
    found.radius_km = radius if near_by else search.radius_km

    def way(pair) -> tuple:
        number, km = pair
        return km + next((extra for extra, members in older if number in members), 0), number

    found.near = sorted(near_by.items(), key=way)
    taken = bits.of(near_by)
    found.tiers = by_age([tier & sets.get(whole, 0) & ~taken for tier in fits], sets)


def within(point: tuple[float, float], radius_km: float, members) -> dict[int, float]:
    """{number: km} of the entries with a place inside the radius, by their nearest place."""
    latitude, longitude = point
    height = radius_km / KM_PER_DEGREE
    width = min(180.0, height / max(0.01, math.cos(math.radians(min(89.0, abs(latitude) + height)))))
    rows = SearchPoint.objects.filter(latitude__range=(latitude - height, latitude + height))
    condition = models.Q()
    for shift in (-360, 0, 360):  # a circle may cross the date line
        condition |= models.Q(longitude__range=(longitude + shift - width, longitude + shift + width))
    places = rows.filter(condition).values_list("number", "latitude", "longitude")
    return gazetteer.nearest_km(point, radius_km, (place for place in places if place[0] in members))


# --- Entries and choices -------------------------------------------------------------------------------------------


def entries(numbers: list[int], *, now: datetime, for_list: bool = False) -> Iterator[tuple[int, Organisation]]:
    """(number, entry) in the order of the numbers, with all a card needs, or a row of results (`for_list`).

    What was hidden a moment ago is left out.
    """
    keys = dict(SearchEntry.objects.filter(number__in=numbers).values_list("number", "organisation"))
    shown = Organisation.objects.shown(on=timezone.localdate(now)).filter(pk__in=keys.values())
    rows = {row.pk: row for row in whole.entries(shown, for_list=for_list)}
    return ((number, rows[keys[number]]) for number in numbers if keys.get(number) in rows)


def points_of(numbers: list[int]) -> dict[int, list[tuple[float, float]]]:
    """{number: [(latitude, longitude)]} rounded to a tenth of a degree for every entry, confidential or not."""
    result: dict[int, list] = {}
    for part in index.chunks(numbers):
        for number, lat, lon in SearchPoint.objects.filter(number__in=part).values_list(
            "number", "latitude", "longitude"
        ):
            result.setdefault(number, []).append((round(lat, 1), round(lon, 1)))
    return result


def middles_of(numbers: list[int]) -> dict[int, tuple[float, float]]:
    """{number: (latitude, longitude)} of the country's mark, for entries that have a country and no place."""
    rows = SearchEntry.objects.filter(number__in=numbers).values_list("number", "organisation__country")
    found = {number: gazetteer.middle_of(country) for number, country in rows if country}
    return {number: (round(point[0], 1), round(point[1], 1)) for number, point in found.items() if point}


def choices() -> dict[str, dict[str, int]]:
    """{letter: {code: how many entries}} of the facets that would find something."""
    return near("directory:choices", _choices)


def _choices() -> dict[str, dict[str, int]]:
    base = read([index.EVERY, index.FICTION])
    mask = base.get(index.EVERY, 0)
    if not settings.DIRECTORY_SHOWS_FICTION:
        mask &= ~base.get(index.FICTION, 0)
    result: dict[str, dict[str, int]] = {}
    for letter in "ckutsl":
        rows = SearchBits.objects.filter(key__startswith=f"{letter}:").values_list("key", "bits")
        counts = {key[2:]: (bits.unpacked(data) & mask).bit_count() for key, data in rows}
        result[letter] = {code: count for code, count in counts.items() if count}
    result["total"] = {"": mask.bit_count()}
    return result
