"""A clearly invented set of entries, to try the directory at its full size. Never shown on a real site.

Every name begins with “Invented”, every entry is marked as fictional, numbers are of ranges kept for fiction, and the public
sees none of them unless `DIRECTORY_SHOWS_FICTION` is set. The same number of entries is the same set every time.
"""

import random
import uuid
from datetime import date, time, timedelta

from django.db import transaction

from directory import gazetteer, index
from directory.models import LanguageSpoken, Location, Organisation, Phone, Schedule, SearchEntry, Service
from directory.models.entries import State, tenths
from directory.vocabulary import OrganisationKind, Population, ServiceKind, TraffickingType

SOURCE = "Invented set"
NAMESPACE = uuid.UUID("0b9f1e4e-6a53-5a0e-9f0a-5d1f0f3a7c11")
CHUNK = 1000
FIRST = (
    "Harbour Lantern Meadow Bridge Willow Compass Anchor Orchard Beacon River Cedar Horizon Garden Threshold Morning Summit "
    "Linden Feather Harvest Island Juniper Kestrel Lighthouse Maple Northern Olive Pebble Quarry Saffron Tamarind Umbrella "
    "Violet Walnut Yarrow Zephyr Almond Birch Clover Dawn Ember Fjord Granite Hazel Indigo Jasmine Laurel Mosaic Nectar"
).split()
SECOND = (
    "House Centre Refuge Network Circle Association Foundation Collective Alliance Service Union Clinic Shelter Bureau Workshop "
    "Mission Project Society Forum League Initiative Agency Counsel Aid Home"
).split()
LOCAL = [
    "Casa Inventada",
    "بيت مخترع",
    "虚构之家",
    "บ้านสมมติ",
    "Вымышленный дом",
    "Maison inventée",
    "Nhà hư cấu",
    "Erfundenes Haus",
]
LANGUAGES = ["en", "es", "fr", "ar", "ru", "zh", "pt", "vi", "th", "tl", "uk", "fa", "hi", "de"]
SYLLABLES = "ba be bi bo da de di do ka ke ki ko la le li lo ma me mi mo na ne ni no ra re ri ro sa se si so ta te ti to va ve vi vo".split()


def fill(count: int, *, on: date, advance=lambda done: None) -> int:
    """Make entries until there are `count` fictional ones, index them all, and return how many are new."""
    known = Organisation.objects.filter(is_fictional=True).count()
    known_towns = towns()
    for start in range(known, count, CHUNK):
        with transaction.atomic():
            _chunk(range(start, min(start + CHUNK, count)), known_towns, on)
        advance(min(start + CHUNK, count))
    if count > known or SearchEntry.objects.count() < count:
        index.rebuild(on=on)
    return max(0, count - known)


def empty() -> int:
    """Take every fictional entry away again; return how many there were."""
    count = 0
    while ids := list(Organisation.objects.filter(is_fictional=True).values_list("pk", flat=True)[:CHUNK]):
        with transaction.atomic():
            index.forget(ids)
            count += len(ids)
            Organisation.objects.filter(pk__in=ids).delete()
    return count


def town_for(dice: random.Random, known: list[gazetteer.Place]) -> gazetteer.Place:
    """One of the towns, large ones more often, after Zipf: one in fourteen is the largest, one in two of the first 150."""
    return known[int(len(known) ** dice.random()) - 1]


def towns() -> list[gazetteer.Place]:
    rows = gazetteer._base().execute(f"SELECT {gazetteer.COLUMNS} FROM place p ORDER BY population DESC LIMIT 20000")  # noqa: S608
    return [gazetteer.Place(*row) for row in rows]


def _chunk(numbers: range, known_towns: list, on: date) -> None:
    rows = {model: [] for model in (Organisation, Service, Location, Phone, LanguageSpoken, Schedule)}
    for number in numbers:
        for row in _entry(number, known_towns, on):
            rows[type(row)].append(row)
    for model, made in rows.items():
        model.objects.bulk_create(made, batch_size=CHUNK)


def _entry(number: int, known_towns: list, on: date):
    """The rows of one entry. Every number gives the same entry, and all of them differ."""
    dice = random.Random(number)  # noqa: S311  a set to measure with, nothing secret
    town = town_for(dice, known_towns)
    own = "".join(dice.choice(SYLLABLES) for _ in range(3)).title()
    organisation = Organisation(
        id=uuid.uuid5(NAMESPACE, str(number)),
        name=f"Invented {dice.choice(FIRST)} {dice.choice(SECOND)} {own}",
        alternate_name=dice.choice(LOCAL) if dice.random() < 0.3 else "",
        description=f"An invented entry to try the directory with, near {town.name}.",
        kind=dice.choice(OrganisationKind.values),
        country=town.country,
        state=State.PUBLISHED,
        is_fictional=True,
        added_on=on,
        verified_on=on - timedelta(days=dice.randrange(0, 330)) if dice.random() < 0.8 else None,
        verified_how="page",
        source=SOURCE,
        external_id=f"invented-{number}",
    )
    yield organisation
    service = Service(
        id=uuid.uuid5(NAMESPACE, f"service {number}"),
        organisation=organisation,
        name=f"Invented {dice.choice(SECOND).lower()}",
        kinds=dice.sample(ServiceKind.values, 3),
        populations=dice.sample(Population.values, 2),
        trafficking_types=dice.sample(TraffickingType.values, 2),
        is_remote=dice.random() < 0.3,
        cost="free" if dice.random() < 0.6 else "",
    )
    yield service
    confidential = dice.random() < 0.2
    latitude, longitude = town.latitude + dice.uniform(-0.1, 0.1), town.longitude + dice.uniform(-0.1, 0.1)
    yield Location(
        id=uuid.uuid5(NAMESPACE, f"location {number}"),
        organisation=organisation,
        is_confidential=confidential,
        city=town.name if not any(char.isdigit() for char in town.name) else "",
        country=town.country,
        address_1="" if confidential else "Invented Street 1",
        latitude=None if confidential else round(latitude, 4),
        longitude=None if confidential else round(longitude, 4),
        area_latitude_tenths=tenths(latitude),
        area_longitude_tenths=tenths(longitude),
    )
    tail = f"{number % 100:02}"
    yield Phone(
        id=uuid.uuid5(NAMESPACE, f"phone {number}"),
        organisation=organisation,
        number=f"1-202-555-01{tail}",
        e164=f"+120255501{tail}",
    )
    for code in dice.sample(LANGUAGES, 2):
        yield LanguageSpoken(id=uuid.uuid5(NAMESPACE, f"{code} {number}"), service=service, code=code)
    yield Schedule(
        id=uuid.uuid5(NAMESPACE, f"schedule {number}"),
        service=service,
        freq="WEEKLY",
        byday="MO,TU,WE,TH,FR",
        opens_at=time(dice.choice([8, 9, 10])),
        closes_at=time(dice.choice([16, 17, 18])),
        timezone=town.zone,
    )
