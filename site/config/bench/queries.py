"""How many database queries a request takes, for a small course and a large one: no count may grow.

Counted in this process, with the site's whole middleware, the third time each page is asked for.
"""

from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import translation

from config.bench.answers import form_fields
from config.bench.world import LANGUAGE, attempts, enrol, sign_in
from courses.models import CoursePage
from courses.outline import outline


class Counter:
    def __init__(self):
        self.count = 0

    def __call__(self, execute, sql, params, many, context):
        self.count += not sql.startswith(("SAVEPOINT", "RELEASE SAVEPOINT"))
        return execute(sql, params, many, context)


@dataclass(frozen=True)
class Counts:
    """How many lessons a course has, and the number of queries by kind of request."""

    lessons: int
    queries: dict[str, int]


def count_all() -> list[Counts]:
    """Return the counts for the smallest and the largest course that has an assessment."""
    with translation.override(LANGUAGE):
        pages = CoursePage.objects.live().filter(locale__language_code=LANGUAGE).exclude(pool=None)
        courses = sorted(
            (outline(page.translation_key, LANGUAGE) for page in pages), key=lambda course: len(course.lessons)
        )
        ends = courses[0], courses[-1]
        return [Counts(len(course.lessons), counts(course, f"counter{place}")) for place, course in enumerate(ends)]


def counts(course, prefix: str) -> dict[str, int]:
    """Return the number of queries by kind of request, for a learner with half of it done and one about to hand in."""
    people = sign_in(4, prefix)
    sitting = attempts(enrol([user for user, _cookies in people[:2]], course, finished=True), course, answered=True)
    enrol([user for user, _cookies in people[2:]], course, finished=True)
    browsers = [_browser(cookies) for _user, cookies in people]
    (attempt, items), (other, _items) = sitting
    item, fields = items[0], None
    result = {}
    for variant in (0, 1):
        fields = dict(form_fields(item.base_edition.content, item.option_order, variant))
        path = reverse("records:answer", args=[attempt.key, item.position])
        result["saving an answer"] = _count(browsers[0], "post", path, fields, 200)
    for browser, which in ((browsers[0], attempt), (browsers[1], other)):
        result["final submit"] = _count(browser, "post", reverse("records:submit", args=[which.key]), {}, 302)
    for what, path in {
        "signed-in lesson page": course.lessons[-1].url,
        "signed-in course page": course.url,
        "my learning": reverse("records:my_learning"),
        "result page": reverse("records:result", args=[attempt.key]),
    }.items():
        for _time in range(3):
            result[what] = _count(browsers[0], "get", path, {}, 200)
    return result


def _browser(cookies: dict[str, str]) -> Client:
    browser = Client(HTTP_HOST="localhost", HTTP_ACCEPT="application/json, text/html")
    browser.cookies.load(cookies)
    return browser


def _count(browser: Client, method: str, path: str, data: dict, status: int) -> int:
    counter = Counter()
    token = browser.cookies[settings.CSRF_COOKIE_NAME].value
    with connection.execute_wrapper(counter):
        response = getattr(browser, method)(path, data, headers={"X-CSRFToken": token})
    if response.status_code != status:
        raise SystemExit(
            f"{method} {path} answered {response.status_code} instead of {status}: {response.content[:400]}"
        )
    return counter.count
