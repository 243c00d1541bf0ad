"""The people of the scratch site, and the requests they will send.

Runs in the environment of the site to be measured, once it is prepared, and writes the requests to the file it is given: each
group of `config.bench.groups` makes its own. What several groups need is here: people who are signed in, enrolments, attempts.
"""

import argparse
import copy
import json
import uuid
from importlib import import_module
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.middleware.csrf import _get_new_csrf_string
from django.urls import reverse
from django.utils import timezone, translation

from config.bench.answers import form_fields, right_answer
from config.bench.browser import post
from config.bench.groups import group
from courses.models import CoursePage
from courses.outline import outline
from records.assessment import start_attempt
from records.models import Attempt, AttemptItem, Enrolment, LessonProgress

LANGUAGE = "en"
BATCH = 2000


def sign_in(count: int, prefix: str) -> list[tuple]:
    """Return rows of (user, cookies), each signed in on a browser of their own."""
    password = make_password("only for the benchmark")
    model = get_user_model()
    users = model.objects.bulk_create(
        [model(email=f"{prefix}{n}@bench.example", name=f"Learner {n}", password=password) for n in range(count)],
        batch_size=BATCH,
    )
    engine = import_module(settings.SESSION_ENGINE)
    rows, sessions = [], []
    for user in users:
        store = engine.SessionStore()
        store._session_key = store._get_new_session_key()
        store.update(
            {
                SESSION_KEY: str(user.pk),
                BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[-1],
                HASH_SESSION_KEY: user.get_session_auth_hash(),
            }
        )
        sessions.append(store.create_model_instance(store._session))
        cookies = {
            settings.SESSION_COOKIE_NAME: store.session_key,
            settings.CSRF_COOKIE_NAME: _get_new_csrf_string(),
        }
        rows.append((user, cookies))
    engine.SessionStore.get_model_class().objects.bulk_create(sessions, batch_size=BATCH)
    return rows


def enrol(users, course, *, finished: bool) -> list[Enrolment]:
    """Enrol people; with all lessons done, or with between none and all of them."""
    seconds = course.rules["seat_minutes"] * 60 + 60
    enrolments = Enrolment.objects.bulk_create(
        [Enrolment(user=user, course_key=course.course_key, active_seconds=seconds) for user in users], batch_size=BATCH
    )
    now = timezone.now()
    progress = []
    for number, enrolment in enumerate(enrolments):
        share = len(course.lessons) if finished else number % (len(course.lessons) + 1)
        progress += [
            LessonProgress(enrolment=enrolment, lesson_key=lesson.key, done_at=now) for lesson in course.lessons[:share]
        ]
    LessonProgress.objects.bulk_create(progress, batch_size=BATCH)
    return enrolments


def attempts(enrolments, course, *, answered: bool) -> list[tuple[Attempt, list[AttemptItem]]]:
    """Open an attempt for each enrolment: the first as learners do, the others as copies of it."""
    first = start_attempt(enrolments[0], course, language=LANGUAGE, now=timezone.now())
    pattern = list(first.items.select_related("base_edition").order_by("position"))
    for item in pattern:
        item.editions = {LANGUAGE: item.base_edition_id}
        if answered:
            item.answer, item.answer_locale = right_answer(item.base_edition.content), LANGUAGE
            item.answered_at = timezone.now()
    first.languages = [LANGUAGE]
    first.save()
    AttemptItem.objects.bulk_update(pattern, ["editions", "answer", "answer_locale", "answered_at"])
    others = []
    for enrolment in enrolments[1:]:
        other = copy.copy(first)
        other.pk, other._state, other.key = None, copy.copy(first._state), uuid.uuid4()
        other._state.adding, other.enrolment = True, enrolment
        others.append(other)
    others = Attempt.objects.bulk_create(others, batch_size=BATCH)
    rows = [(first, pattern)]
    for other in others:
        items = [copy.copy(item) for item in pattern]
        for item in items:
            item.pk, item._state, item.attempt = None, copy.copy(item._state), other
            item._state.adding = True
        rows.append((other, items))
    AttemptItem.objects.bulk_create([item for _attempt, items in rows[1:] for item in items], batch_size=BATCH)
    return rows


def answer_requests(attempt, items, cookies) -> list[str]:
    """Every question answered in one way, then every one in another: repeated, each request changes something."""
    return [
        post(
            reverse("records:answer", args=[attempt.key, item.position]),
            urlencode(form_fields(item.base_edition.content, item.option_order, variant)),
            cookies,
            csrf=settings.CSRF_COOKIE_NAME,
            json=True,
        )
        for variant in (0, 1)
        for item in items
    ]


def submit_request(attempt, cookies) -> str:
    return post(reverse("records:submit", args=[attempt.key]), "", cookies, csrf=settings.CSRF_COOKIE_NAME)


def largest_course():
    """The outline of the course with the most lessons that has an assessment."""
    pages = CoursePage.objects.live().filter(locale__language_code=LANGUAGE).exclude(pool=None)
    return max((outline(page.translation_key, LANGUAGE) for page in pages), key=lambda course: len(course.lessons))


def main(arguments: list[str]) -> None:
    """Let each group make what its requests need, and write the requests to the file."""
    parser = argparse.ArgumentParser()
    parser.add_argument("target", type=Path)
    parser.add_argument("groups", nargs="*")
    parser.add_argument("--people", type=int, required=True)
    parser.add_argument("--once", type=int, required=True)
    options = parser.parse_args(arguments)
    requests = {}
    for name in options.groups:
        with translation.override(LANGUAGE), transaction.atomic():
            requests |= group(name).requests(options.people, options.once)
    options.target.write_text(json.dumps(requests))
