"""The directory: its page and a search; searches and a page of the API among 2,700 and among 100,000 entries.

2,682 organisations stood in the Global Modern Slavery Directory. The entries measured here are those of `directory.fiction`,
the same for every run. `BENCH_DIRECTORY=2700,100000` are the two sizes; a quick run takes a tenth.
"""

from config.bench.rows import Figure, Goal, Row

SIZES = (2_700, 100_000)
SEARCHES, WARM = 240, 24  # timed searches at each size, after so many that are not
MIDDLE_MS = Goal(100, 40, at_most=True)
SLOWEST_MS = Goal(200, 100, at_most=True)  # the aim of issue 5
PAGES = 40  # of the API; one address may ask for 300 in five minutes
PAGE_MS = Goal(1500, 600, at_most=True)
GROWTH = Goal(6, 3, at_most=True)
KINDS = "shelter legal food medical psychological".split()
COUNTRIES = "US ES TH EG CN IN".split()


def rows():
    yield Row("places", "Directory, first page", baseline="hello", ratio=Goal(0.5, 1.0))
    # Two at a time: with more than there are workers the waiting in line is measured, not the search.
    yield Row("places_search", "Directory, search by POST", connections=2, p95_ms=Goal(300, 120, at_most=True))


def requests(people: int, once: int) -> dict:
    from urllib.parse import urlencode

    from django.urls import reverse

    from config.bench.browser import get, post

    page = reverse("directory:search")
    return {
        "places": [[get(page)]] * people,
        "places_search": [[post(page, urlencode(asked)) for asked in searches(24)]] * people,
    }


def searches(count: int) -> list[dict]:
    """What people ask, the same in every run: words (some misspelt), towns, kinds, languages, filters, further pages.

    Towns are drawn as the entries are: people ask most where most of them live.
    """
    import random

    from directory import fiction

    draw = random.Random(5)  # noqa: S311  the same in every run
    towns = fiction.towns()

    def town() -> str:
        return fiction.town_for(draw, towns).name

    makers = [
        lambda: {"words": f"{draw.choice(fiction.FIRST)} {draw.choice(fiction.SECOND)}"},
        lambda: {"words": misspelt(draw.choice(fiction.SECOND), draw)},
        lambda: {"words": draw.choice(fiction.LOCAL)},
        lambda: {"place": town(), "radius": draw.choice(["10", "50", "250"])},
        lambda: {"place": town(), "kind": draw.choice(KINDS), "language": draw.choice(fiction.LANGUAGES)},
        lambda: {"country": draw.choice(COUNTRIES), "kind": draw.choice(KINDS), "page": "2"},
        lambda: {"language": draw.choice(fiction.LANGUAGES), "remote": "on", "free": "on"},
        lambda: {"words": draw.choice(fiction.SECOND), "open_now": "on", "country": draw.choice(COUNTRIES)},
    ]
    return [makers[number % len(makers)]() for number in range(count)]


def misspelt(word: str, draw) -> str:
    place = draw.randrange(1, len(word) - 1)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


# --- Sizes ---------------------------------------------------------------------------------------------------------


def figures() -> list[Figure]:
    """p50 and p95 of searches at both sizes, the whole answer counted, and how much slower the larger one is."""
    from django.test import Client
    from django.test.utils import override_settings

    client, results, lines = Client(), {}, []
    with override_settings(DIRECTORY_SHOWS_FICTION=True, ALLOWED_HOSTS=["*"]):
        for size in sizes():
            seconds = fill(size)
            results[size] = middle, slowest = timed([ask(client, asked) for asked in searches(WARM + SEARCHES)])
            _middle, slowest_page = timed([page(client, number % (size // 50) + 1) for number in range(WARM + PAGES)])
            lines += [
                Figure(f"Directory: making and indexing up to {size:,} entries", seconds, "s"),
                Figure(f"Directory search among {size:,} entries: p50", middle, "ms", MIDDLE_MS),
                Figure(f"Directory search among {size:,} entries: p95", slowest, "ms", SLOWEST_MS),
                Figure(f"Directory API, a page of 50 of {size:,} entries: p95", slowest_page, "ms", PAGE_MS),
            ]
    small, large = results
    growth = results[large][1] / results[small][1]
    return [*lines, Figure("Directory search: p95 among many / among few", growth, "×", GROWTH)]


def sizes() -> tuple[int, ...]:
    import os

    if told := os.environ.get("BENCH_DIRECTORY"):
        return tuple(int(number) for number in told.split(","))
    return tuple(size // 10 for size in SIZES) if os.environ.get("LODESTAR_BENCH") == "quick" else SIZES


def fill(total: int) -> float:
    """Bring the number of invented entries to `total`; return the seconds it took."""
    import gc
    import time

    from django.db import connection
    from django.utils import timezone

    from directory import fiction

    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)  # a third of the time went into looking for garbage among a million rows
    began = time.perf_counter()
    fiction.fill(total, on=timezone.localdate())
    if connection.vendor == "postgresql":  # whose autovacuum would do it; a site on SQLite never counts its rows
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    gc.set_threshold(*usual)
    return time.perf_counter() - began


def ask(client, asked: dict):
    from django.urls import reverse

    return lambda: client.post(reverse("directory:search"), asked)


def page(client, number: int):
    from django.urls import reverse

    return lambda: client.get(reverse("directory_api:organizations"), {"page": number, "per_page": 50})


def timed(calls: list) -> tuple[float, float]:
    """(p50, p95) in milliseconds of requests through the site's own views and middleware, the first of them not counted."""
    import gc
    import time

    times = []
    for number, call in enumerate(calls):
        if number == WARM:
            gc.collect()
            gc.freeze()  # as the server does before it makes its workers
        began = time.perf_counter()
        answer = call()
        took = time.perf_counter() - began
        if answer.status_code != 200:
            raise SystemExit(f"A request was answered with {answer.status_code}.")
        if number >= WARM:
            times.append(took * 1000)
    times.sort()
    return times[len(times) // 2], times[int(len(times) * 0.95)]
