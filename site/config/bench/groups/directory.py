"""The directory: its page, a search, a page of the API; and searches among 2,700 and among 100,000 entries.

2,682 organisations stood in the Global Modern Slavery Directory. The entries measured here are invented, in five scripts, spread
over towns of the gazetteer; the same for every run. `BENCH_DIRECTORY=2700,100000` are the two sizes; a quick run takes a tenth.
"""

from config.bench.rows import Figure, Goal, Row

SIZES = (2_700, 100_000)
SEARCHES, WARM = 240, 24  # timed searches at each size, after so many that are not
MIDDLE_MS = Goal(100, 40, at_most=True)
SLOWEST_MS = Goal(200, 100, at_most=True)  # the aim of issue 5
GROWTH = Goal(6, 3, at_most=True)
CHUNK = 2_000
TOWNS = (
    "Madrid Toledo Sevilla Barcelona Paris Lyon Berlin Hamburg Roma Napoli London Manchester Warszawa Kyiv Moskva Istanbul Cairo "
    "Alexandria Tunis Lagos Accra Nairobi Johannesburg Delhi Mumbai Dhaka Bangkok Manila Jakarta Beijing Shanghai Tokyo Seoul "
    "Sydney Toronto Montreal Chicago Houston Laredo Boston Miami Lima Bogota Santiago Caracas"
).split()
FIRST = (
    "Harbour Cedar River Open Morning Safe North Bright Willow Bridge Lantern Meadow Anchor Valley Summit Maple".split()
)
SECOND = "House Centre Network Shelter Project Alliance Legal Clinic Support Foundation Women Workers Migrants Family".split()
OTHERS = [
    "مركز الأمل",
    "دار السلام",
    "希望之家",
    "平安中心",
    "บ้านปลอดภัย",
    "Дом надежды",
    "Центр помощи",
    "Casa Esperanza",
    "Fundación Luz",
]
LANGUAGES = "en es fr ar zh ru uk th vi pt de it pl ro tr hi bn ur tl am".split()


def rows():
    yield Row("places", "Directory, first page", baseline="hello", ratio=Goal(0.5, 1.0))
    yield Row("places_search", "Directory, search by POST", baseline="hello", p95_ms=Goal(300, 120, at_most=True))
    yield Row("places_api", "Directory API, a page of 50", baseline="hello", p95_ms=Goal(1500, 600, at_most=True))


def requests(people: int, once: int) -> dict:
    from pathlib import Path

    from django.conf import settings
    from django.urls import reverse

    from accounts import limits
    from config.bench.browser import get, post

    if people < 20:
        Path(settings.VAR_DIR, "bench-quick").touch()
    limits.Tally.objects.all().delete()
    page, api = reverse("directory:search"), reverse("directory_api:organizations")
    return {
        "places": [[get(page)]] * people,
        "places_search": [[post(page, asked) for asked in searches(20)] for _number in range(people)],
        "places_api": [[get(api)]] * people,
    }


def searches(count: int) -> list[dict]:
    """What people ask, the same in every run: words (some misspelt), towns, kinds, languages, filters, further pages."""
    import random

    draw = random.Random(5)  # noqa: S311  the same in every run
    kinds = ["shelter", "legal", "food", "medical", "psychological"]
    makers = [
        lambda: {"words": f"{draw.choice(FIRST)} {draw.choice(SECOND)}"},
        lambda: {"words": misspelt(draw.choice(SECOND), draw)},
        lambda: {"words": draw.choice(OTHERS)},
        lambda: {"place": draw.choice(TOWNS), "radius": draw.choice(["10", "50", "250"])},
        lambda: {"place": draw.choice(TOWNS), "kind": draw.choice(kinds), "language": draw.choice(LANGUAGES)},
        lambda: {"country": draw.choice(["US", "ES", "TH", "EG"]), "kind": draw.choice(kinds), "page": "2"},
        lambda: {"language": draw.choice(LANGUAGES), "remote": "on", "free": "on"},
        lambda: {"words": draw.choice(SECOND), "open_now": "on", "country": "US"},
    ]
    return [makers[number % len(makers)]() for number in range(count)]


def misspelt(word: str, draw) -> str:
    place = draw.randrange(1, len(word) - 1)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


# --- Sizes ---------------------------------------------------------------------------------------------------------


def figures() -> list[Figure]:
    """p50 and p95 of searches at both sizes, the whole answer counted, and how much slower the larger one is."""
    from django.test.utils import override_settings

    results = {}
    with override_settings(DIRECTORY_SHOWS_FICTION=True, ALLOWED_HOSTS=["*"]):
        for size in sizes():
            fill(size)
            results[size] = timed()
    small, large = results
    lines = []
    for size, (middle, slowest) in results.items():
        lines += [
            Figure(f"Directory search among {size:,} entries: p50", round(middle, 1), "ms", MIDDLE_MS),
            Figure(f"Directory search among {size:,} entries: p95", round(slowest, 1), "ms", SLOWEST_MS),
        ]
    growth = results[large][1] / results[small][1]
    return [*lines, Figure("Directory search: p95 among many / among few", round(growth, 2), "×", GROWTH)]


def sizes() -> tuple[int, ...]:
    import os
    from pathlib import Path

    from django.conf import settings

    if told := os.environ.get("BENCH_DIRECTORY"):
        return tuple(int(number) for number in told.split(","))
    quick = Path(settings.VAR_DIR, "bench-quick").exists()
    return tuple(size // 10 for size in SIZES) if quick else SIZES


def timed() -> tuple[float, float]:
    """(p50, p95) in milliseconds of searches through the site's own views and middleware."""
    import time

    from django.test import Client
    from django.urls import reverse

    client, page, times = Client(), reverse("directory:search"), []
    asked = searches(SEARCHES + WARM)
    for number, data in enumerate(asked):
        began = time.perf_counter()
        answer = client.post(page, data)
        took = time.perf_counter() - began
        if answer.status_code != 200:
            raise SystemExit(f"A search answered {answer.status_code}.")
        if number >= WARM:
            times.append(took * 1000)
    times.sort()
    return times[len(times) // 2], times[int(len(times) * 0.95)]


def fill(total: int) -> None:
    """Bring the number of published entries to `total` with invented ones, and make the index anew."""
    from django.db import connection

    from directory import index
    from directory.models import Organisation

    have = Organisation.objects.published().count()
    for start in range(have, total, CHUNK):
        write(range(start, min(start + CHUNK, total)))
    index.rebuild()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def write(numbers: range) -> None:
    import random
    import uuid

    from django.utils import timezone

    from directory import gazetteer
    from directory.models import LanguageSpoken, Location, Organisation, Phone, Schedule, Service, ServiceAtLocation
    from directory.models.entries import State
    from directory.vocabulary import Population, ServiceKind, TraffickingType

    towns = [found[0] for name in TOWNS if (found := gazetteer.find(name))]
    today, made = timezone.localdate(), {}
    kinds = [code for code in ServiceKind.values if code != ServiceKind.HOTLINE]

    def add(row):
        made.setdefault(type(row), []).append(row)
        return row

    for number in numbers:
        draw = random.Random(number)  # noqa: S311
        town = draw.choice(towns)
        name = f"{draw.choice(FIRST)} {draw.choice(SECOND)} {town.name} {number}"
        other = f"{draw.choice(OTHERS)} {number}" if number % 3 == 0 else ""
        entry = add(
            Organisation(
                pk=uuid.UUID(int=draw.getrandbits(128), version=4),
                name=name,
                alternate_name=other,
                description=f"{draw.choice(SECOND)} and {draw.choice(SECOND).lower()} for people in {town.name}.",
                country=town.country,
                state=State.PUBLISHED,
                is_fictional=True,
                verified_on=today if number % 4 else None,
            )
        )
        add(Phone(organisation=entry, number=f"+1 202 555 01{number % 100:02d}"))
        place = Location(
            organisation=entry,
            city=town.name,
            country=town.country,
            latitude=round(town.latitude + draw.uniform(-0.4, 0.4), 6),
            longitude=round(town.longitude + draw.uniform(-0.4, 0.4), 6),
        )
        place.round_area()
        add(place)
        service = add(
            Service(
                organisation=entry,
                name=f"{draw.choice(SECOND)} {draw.choice(FIRST).lower()}",
                kinds=draw.sample(kinds, 3),
                populations=draw.sample(Population.values, 2),
                trafficking_types=draw.sample(TraffickingType.values, 2),
                is_remote=number % 5 == 0,
                cost="free" if number % 2 else "",
            )
        )
        add(ServiceAtLocation(service=service, location=place))
        for code in draw.sample(LANGUAGES, 2):
            add(LanguageSpoken(service=service, code=code))
        add(
            Schedule(
                service=service,
                freq="WEEKLY",
                byday="MO,TU,WE,TH,FR",
                opens_at=f"{8 + number % 3:02d}:00",
                closes_at=f"{16 + number % 4:02d}:00",
                timezone=town.zone,
            )
        )
    for model, some in made.items():
        model.objects.bulk_create(some, batch_size=500)
