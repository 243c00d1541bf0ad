"""The baselines: the least Django and Wagtail can do, and the database without any web server."""

import os

from config.bench.browser import get, post
from config.bench.direct import LEARNERS, QUESTIONS, run
from config.bench.rows import Row


def rows():
    yield Row("hello", "Bare Django: hello", server="bare")
    yield Row("stock", "Bare Wagtail page", server="stock", baseline="hello")
    yield Row("bare_answer", "Bare answer view, 50 learners", server="bare", connections=50)
    yield Row("direct", "The same transaction, no web server", server="bare", baseline="bare_answer", work="direct")


def requests(people: int, once: int) -> dict:
    """Made without the site's Django: these go to the bare projects."""
    return {
        "hello": [[get("/hello")]] * people,
        "stock": [[get("/lesson/")]] * people,
        "bare_answer": [
            [
                post(f"/answer/{learner}/{place}", f'{{"choice": "{variant}"}}', content_type="application/json")
                for variant in ("one", "two")
                for place in range(QUESTIONS)
            ]
            for learner in range(1, min(LEARNERS, people) + 1)
        ],
    }


def direct(seconds: float) -> dict:
    """The bare answer's transaction on one connection of the driver's own; of Django it takes nothing."""
    return run(os.environ["DATABASE_URL"], seconds)
