"""Write the search index: which words, names and facets each published entry has.

Keys of `SearchBits`: `*` every entry; `w:` a word, `n:` a word of a name; `p:` a pair of letters (a set of words, not of
entries); `c:` country, `k:` kind of help, `u:` population, `t:` form of trafficking, `s:` sector, `l:` language (spoken or
interpreted), `o:` hours by their number, `x:` other facts, `a:` age. Where an entry is stands in `SearchPoint`.

Stages: entries with all that belongs to them -> `Document` (keys, points) -> difference to what stood there -> rows.
Everything here may be made again at any time with `rebuild`.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone, translation

from directory import bits, gazetteer, letters, opening, whole
from directory.ages import months_before
from directory.models import (
    Organisation,
    SearchBits,
    SearchEntry,
    SearchHours,
    SearchPoint,
    SearchWord,
)
from directory.models.entries import DUE_AFTER_MONTHS, HIDDEN_AFTER_MONTHS, Cost, State
from directory.vocabulary import ServiceKind
from hotlines import places
from kernel import stamp

LOCK = "lock"
REPORT = "x:report"
REPORTING = {"tip_line", "law_enforcement", "registration", "prevention"}  # kinds that help no person at once
EVERY = "*"
FICTION = "x:fiction"
MOST_WORDS = 400  # of one entry
CHUNK = 1000
TOWN_NAMES_MOST = 40
DAYS_MOST = 400  # between two looks at the age of an entry


@dataclass
class Document:
    """What the index knows of one entry. `points` are (latitude, longitude); `changes_on` is when its age matters next."""

    keys: set[str] = field(default_factory=set)
    points: list[tuple[float, float]] = field(default_factory=list)
    changes_on: date | None = None
    hours: set[str] = field(default_factory=set)  # texts of SearchHours


# --- Entry to document ---------------------------------------------------------------------------------------------


def document(organisation: Organisation, *, on: date) -> Document | None:
    """The document of an entry on a date, or None where the public may not see it."""
    age = organisation.freshness(on=on)
    if organisation.state != State.PUBLISHED or age == "lapsed":
        return None
    result = Document(keys={EVERY, f"a:{age}"}, changes_on=next_change(organisation, on))
    services = [service for service in organisation.services.all() if service.is_active]
    locations = list(organisation.locations.all())
    lines = [link.hotline for link in organisation.hotline_links.all() if link.hotline.is_published]
    result.keys |= facets(organisation, services, locations, lines)
    result.points = sorted({point for location in locations if (point := location.point)})
    result.hours = hours_texts(services, locations, lines, on)
    names, others = texts(organisation, services, locations, lines)
    name_tokens = set(letters.index_tokens(" \n ".join(names)))
    all_tokens = name_tokens | set(letters.index_tokens(" \n ".join(others), most=MOST_WORDS))
    for city, country in {(location.city, location.country) for location in locations}:
        all_tokens |= town_tokens(city, country)
    for kind in {kind for service in services for kind in service.kinds}:
        all_tokens |= kind_tokens(kind)
    if organisation.country:
        all_tokens |= country_tokens(organisation.country)
    result.keys |= {f"n:{token}" for token in name_tokens} | {f"w:{token}" for token in all_tokens}
    return result


def next_change(organisation: Organisation, on: date) -> date:
    """The first later day on which the entry may be of another age, or closed for good."""
    return _next_change(organisation.verified_on or organisation.added_on, on)


@lru_cache(maxsize=1_000)
def _next_change(begin: date, on: date) -> date:
    for months in (DUE_AFTER_MONTHS, HIDDEN_AFTER_MONTHS):
        if begin >= months_before(on, months):
            for step in range(1, DAYS_MOST):
                if begin < months_before(on + timedelta(days=step), months):
                    return on + timedelta(days=step)
    return on + timedelta(days=DAYS_MOST)


def facets(organisation, services, locations, lines) -> set[str]:
    keys = {f"c:{code}" for code in countries_of(organisation, services, locations)}
    for letter, name in (("k", "kinds"), ("u", "populations"), ("t", "trafficking_types"), ("s", "sectors")):
        keys |= {f"{letter}:{code}" for service in services for code in getattr(service, name)}
    keys |= {f"l:{code}" for code in languages_of(organisation, services, locations, lines)}
    facts = {
        "x:fiction": organisation.is_fictional,
        "x:remote": bool(lines) or any(service.is_remote for service in services),
        "x:report": bool(services) and all(set(service.kinds) <= REPORTING for service in services if service.kinds),
        "x:free": any(service.cost == Cost.FREE for service in services) or any(line.toll_free for line in lines),
        "x:papers": any(service.immigration_safe for service in services),
        "x:step_free": any("step_free" in location.accessibility for location in locations),
        "x:interpreter": any(service.interpreter_languages for service in services)
        or any(line.interpreter_languages for line in lines),
    }
    keys |= {key for key, holds in facts.items() if holds}
    return keys | {f"x:whole:{code}" for code in whole_countries(organisation, services, locations)}


def countries_of(organisation, services, locations) -> set[str]:
    """Countries in which it is, or which it serves."""
    found = {organisation.country} | {location.country for location in locations}
    found |= {area.country for service in services for area in service.areas.all()}
    if places.EUROPEAN_UNION in found:
        found |= places.EU_MEMBERS
    return found - {"", places.EUROPEAN_UNION}


def whole_countries(organisation, services, locations) -> set[str]:
    """Countries that it serves as a whole: by its service areas, or because it has no place and no region of its own."""
    found = {area.country for service in services for area in service.areas.all() if not area.region}
    if not any(location.point for location in locations) and not organisation.region:
        found.add(organisation.country)
    return found - {""}


def languages_of(organisation, services, locations, lines) -> set[str]:
    """Languages in which it can be reached, interpreters included; as people ask for them, so `pt-br` is also `pt`."""
    rows = [*organisation.phones.all(), *services, *locations]
    rows += [phone for owner in (*services, *locations) for phone in owner.phones.all()]
    found = {spoken.code.lower() for row in rows for spoken in row.languages.all() if spoken.code}
    found |= {code.lower() for line in lines for code in line.language_codes}
    found |= {code.split("-")[0] for code in found}
    return found | {"fil" for code in found & {"tl"}} | {"tl" for code in found & {"fil"}}


def hours_texts(services, locations, lines, on: date) -> set[str]:
    """What `SearchHours` holds of its opening times: `zone|rules`, or `@code` for a hotline."""
    found = {f"@{line.code}" for line in lines if line.hours}
    owners = [*services, *locations, *(pair for service in services for pair in service.at_locations.all())]
    for owner in owners:
        rule = opening.rules(owner.schedules.all(), on=on)
        if rule:
            found.add(f"{rule[0]}|{rule[1]}")
    return {text for text in found if len(text) <= 400}


def texts(organisation, services, locations, lines) -> tuple[list[str], list[str]]:
    """(names, other texts) that the public may read. Nothing of a confidential location but its city and region."""
    names = [organisation.name, organisation.alternate_name, *(words.name for words in organisation.words.all())]
    names += [name for line in lines for name in (line.name_en, line.name_local, line.operator)]
    others = [*organisation.coalition_names]
    for service in services:
        names += [service.name, service.alternate_name, *(words.name for words in service.words.all())]
    for location in locations:
        others += [location.city, location.region, location.state_province]
        if not location.is_confidential:
            others += [location.name, location.alternate_name]
    others += [organisation.description, *(words.description for words in organisation.words.all())]
    for service in services:
        others += [service.description, *(words.description for words in service.words.all())]
    return names, others


@lru_cache(maxsize=5_000)
def town_tokens(city: str, country: str) -> frozenset[str]:
    """The words of a town's names in all scripts. Many entries stand in the same towns."""
    town = gazetteer.town_of(city, country)
    names = sorted(gazetteer.names_of(town), key=len)[:TOWN_NAMES_MOST] if town else []
    return frozenset(letters.index_tokens(" \n ".join(names)))


@lru_cache(maxsize=200)
def kind_tokens(kind: str) -> frozenset[str]:
    """The words for a kind of help in all languages of the site: who types “lawyer” finds legal help."""
    found = set()
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found |= set(letters.index_tokens(str(dict(ServiceKind.choices).get(kind, ""))))
    return frozenset(token for token in found if len(token) > 3)


@lru_cache(maxsize=400)
def country_tokens(country: str) -> frozenset[str]:
    names = [places.country_name(country, code) for code, _name in settings.LANGUAGES]
    return frozenset(letters.index_tokens(" ".join(names)))


# --- Documents to rows ---------------------------------------------------------------------------------------------


class Writer:
    """Collects which numbers enter and leave which keys, and writes each key once."""

    def __init__(self):
        self.enter: dict[str, list[int]] = defaultdict(list)
        self.leave: dict[str, list[int]] = defaultdict(list)

    def change(self, number: int, before: set[str], after: set[str]) -> None:
        for key in after - before:
            self.enter[key].append(number)
        for key in before - after:
            self.leave[key].append(number)

    def add_words(self) -> None:
        """Give new words a number, and enter them under their pairs of letters."""
        texts = {key[2:] for key in self.enter if key.startswith("w:") and not key.startswith("w:~")}
        known: set[str] = set()
        for part in chunks(sorted(texts)):
            known |= set(SearchWord.objects.filter(text__in=part).values_list("text", flat=True))
        number = (SearchWord.objects.aggregate(most=models.Max("number"))["most"] or 0) + 1
        new = [SearchWord(number=number + place, text=text) for place, text in enumerate(sorted(texts - known))]
        SearchWord.objects.bulk_create(new, batch_size=CHUNK)
        for word in new:
            for pair in letters.pairs_of(word.text):
                self.enter[f"p:{pair}"].append(word.number)

    def write(self) -> None:
        for part in chunks(sorted({*self.enter, *self.leave})):
            stored = dict(SearchBits.objects.filter(key__in=part).values_list("key", "bits"))
            rows = []
            for key in part:
                value = bits.unpacked(stored[key]) if key in stored else 0
                value = (value | bits.of(self.enter.get(key, ()))) & ~bits.of(self.leave.get(key, ()))
                rows.append(SearchBits(key=key, bits=bits.packed(value)))
            SearchBits.objects.bulk_create(rows, update_conflicts=True, update_fields=["bits"], unique_fields=["key"])


def chunks(values: list) -> Iterable[list]:
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))


def lock() -> None:
    """One writer of the index at a time, on every engine."""
    SearchBits.objects.bulk_create([SearchBits(key=LOCK, bits=bits.packed(0))], ignore_conflicts=True)
    SearchBits.objects.select_for_update().get(key=LOCK)


@transaction.atomic
def refresh(organisation_ids: Iterable, *, on: date | None = None) -> None:
    """Bring the index up to date with these entries: new, changed, hidden or gone."""
    wanted = sorted({str(key) for key in organisation_ids})
    if not wanted:
        return
    on = on or timezone.localdate()
    lock()
    for part in chunks(wanted):
        _refresh(part, on)
    stamp.touch()


def _refresh(ids: list[str], on: date) -> None:
    entries = {entry.organisation_id: entry for entry in SearchEntry.objects.filter(organisation__in=ids)}
    free = (SearchEntry.objects.aggregate(most=models.Max("number"))["most"] or 0) + 1
    writer = Writer()
    fresh, gone, points = [], [], []
    hours = HoursTable()
    for organisation in whole.entries(Organisation.objects.filter(pk__in=ids)):
        found = document(organisation, on=on)
        entry = entries.get(organisation.pk)
        before = set(entry.keys.split("\n")) if entry else set()
        if found is None:
            if entry:
                writer.change(entry.number, before, set())
                gone.append(entry.number)
            continue
        keys = found.keys | hours.keys(found.hours)
        if entry is None:
            entry = SearchEntry(number=free, organisation=organisation)
            free += 1
        entry.keys = "\n".join(sorted(keys))
        entry.changes_on = found.changes_on
        writer.change(entry.number, before, keys)
        fresh.append(entry)
        points += [SearchPoint(number=entry.number, latitude=lat, longitude=lon) for lat, lon in found.points]
    writer.add_words()
    writer.write()
    SearchPoint.objects.filter(number__in=[*gone, *(entry.number for entry in fresh)]).delete()
    SearchEntry.objects.filter(number__in=gone).delete()
    SearchEntry.objects.bulk_create(
        fresh, update_conflicts=True, update_fields=["keys", "changes_on"], unique_fields=["number"], batch_size=CHUNK
    )
    SearchPoint.objects.bulk_create(points, batch_size=CHUNK)


class HoursTable:
    """Numbers of the weeks that entries share."""

    def __init__(self):
        self.numbers = dict(SearchHours.objects.values_list("text", "number"))

    def keys(self, texts: Iterable[str]) -> set[str]:
        for text in sorted(set(texts) - set(self.numbers)):
            number = max(self.numbers.values(), default=0) + 1
            SearchHours.objects.create(number=number, text=text)
            self.numbers[text] = number
        return {f"o:{self.numbers[text]}" for text in texts}


@transaction.atomic
def forget(organisation_ids: Iterable) -> None:
    """Take entries out of the index, before they are deleted."""
    entries = list(SearchEntry.objects.filter(organisation__in=list(organisation_ids)))
    if not entries:
        return
    lock()
    writer = Writer()
    for entry in entries:
        writer.change(entry.number, set(entry.keys.split("\n")), set())
    writer.write()
    SearchPoint.objects.filter(number__in=[entry.number for entry in entries]).delete()
    SearchEntry.objects.filter(pk__in=[entry.pk for entry in entries]).delete()


def refresh_aged(*, on: date, most: int = CHUNK) -> int:
    """Bring entries up to date whose age changed by a date; return how many. Cheap when there are none."""
    due = list(
        SearchEntry.objects.filter(changes_on__lte=on)
        .order_by("changes_on")
        .values_list("organisation", flat=True)[:most]
    )
    refresh(due, on=on)
    return len(due)


def rebuild(*, on: date | None = None, advance=lambda count: None) -> int:
    """Make the whole index anew, in one transaction; return the number of entries. `advance` is told as it goes on."""
    on = on or timezone.localdate()
    with transaction.atomic():
        lock()
        for model in (SearchPoint, SearchEntry, SearchWord, SearchHours):
            model.objects.all().delete()
        SearchBits.objects.exclude(key=LOCK).delete()
        ids = list(Organisation.objects.published().order_by("name", "pk").values_list("pk", flat=True))
        writer, hours, number = Writer(), HoursTable(), 0
        for part in chunks(ids):
            entries, points = [], []
            for organisation in whole.entries(Organisation.objects.filter(pk__in=part)):
                found = document(organisation, on=on)
                if found is None:
                    continue
                number += 1
                keys = found.keys | hours.keys(found.hours)
                writer.change(number, set(), keys)
                entries.append(
                    SearchEntry(
                        number=number,
                        organisation=organisation,
                        keys="\n".join(sorted(keys)),
                        changes_on=found.changes_on,
                    )
                )
                points += [SearchPoint(number=number, latitude=lat, longitude=lon) for lat, lon in found.points]
            SearchEntry.objects.bulk_create(entries, batch_size=CHUNK)
            SearchPoint.objects.bulk_create(points, batch_size=CHUNK)
            advance(len(part))
        writer.add_words()
        writer.write()
    stamp.touch()
    return number
