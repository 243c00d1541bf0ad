"""The short way says what the ordinary way says, to the same people, and to nobody else."""

import re
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.models import Session
from django.db import connection
from django.middleware.csrf import _get_new_csrf_string, _unmask_cipher_token
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts import presence
from accounts.models import User
from config.express import masked
from courses.outline import outline
from kernel import stamp
from records import express, progress
from records.assessment import save_answer, start_attempt, submit_attempt
from records.attempts import Attempt
from records.certificates import Completion
from records.enrolments import Enrolment, LessonProgress
from records.progress import finish_lesson, start
from tests.factories.courses import make_course, right_answer, wrong_answer

pytestmark = pytest.mark.django_db
EXPRESS = "config.express.ExpressMiddleware"
NO_SESSION = ("", timezone.now())


@pytest.fixture(autouse=True)
def english():
    """Requests leave their language behind."""
    with translation.override("en"):
        yield


@pytest.fixture
def course():
    return make_course(lessons_per_module=(3, 2))


@contextmanager
def queries():
    """Count what reaches the database; savepoints are the tests' own."""
    seen = []

    def note(execute, sql, params, many, context):
        if "SAVEPOINT" not in sql:
            seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield seen


def learner(course, name="Ana"):
    user = User.objects.create_user(f"{name.lower()}@agency.example", name=name)
    start(user, course.key, language="en", now=timezone.now())
    return user


def browser(user=None, **options) -> Client:
    client = Client(**options)
    if user:
        client.force_login(user)
    return client


def path_of(course, number=0, code="en") -> str:
    with translation.override(code):
        return outline(course.key, code).lessons[number].url


def open_lesson(client, path, times=1) -> str:
    for _time in range(times):
        response = client.get(path)
        assert response.status_code == 200
    return response.content.decode()


def warm(course, path) -> None:
    """Let somebody else read the page until its shell is kept."""
    reader = learner(course, f"Reader{User.objects.count()}")
    open_lesson(browser(reader), path, times=3)


def without_tokens(page: str) -> list[str]:
    """The page line by line, without what differs each time and without empty lines."""
    page = re.sub(r'(value|data-token)="\w{64}"', r'\1=""', page)
    return [line.rstrip() for line in page.splitlines() if line.strip()]


# --- A lesson ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["en", "es"])
@pytest.mark.parametrize("number", [0, 1, 4])
def test_a_lesson_is_the_same_page_by_either_way(course, settings, number, code):
    user, path = learner(course), path_of(course, number, code)
    finish_lesson(user.enrolments.get(), course.lessons["en"][1].translation_key, language="en", now=timezone.now())
    client = browser(user)
    open_lesson(client, path, times=3)
    with queries() as seen:
        short = client.get(path)
    assert len(seen) == 1
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != EXPRESS]
    ordinary_client = Client()
    ordinary_client.cookies = client.cookies
    ordinary = ordinary_client.get(path)
    assert without_tokens(short.content.decode()) == without_tokens(ordinary.content.decode())
    ordinary_headers = {name: value for name, value in ordinary.items() if name != "Content-Length"}
    assert {name: value for name, value in short.items() if name != "Content-Length"} == ordinary_headers


def test_the_token_in_the_page_is_good_for_a_form(course):
    user, path = learner(course), path_of(course)
    client = browser(user, enforce_csrf_checks=True)
    page = open_lesson(client, path, times=4)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    lesson_key = course.lessons["en"][0].translation_key
    done = reverse("records:lesson_done", args=[course.key, lesson_key])
    assert client.post(done, {"csrfmiddlewaretoken": token}).status_code == 302
    assert LessonProgress.objects.get(enrolment__user=user, lesson_key=lesson_key).done_at
    assert client.post(done, {"csrfmiddlewaretoken": "x" * 64}).status_code == 403


def test_a_masked_token_is_what_django_takes_for_the_secret():
    secret = _get_new_csrf_string()
    token = masked(secret)
    assert len(token) == 64
    assert _unmask_cipher_token(token) == secret
    assert masked(secret) != token


def test_a_csrf_cookie_that_is_no_good_is_replaced(course):
    client, path = browser(learner(course)), path_of(course)
    open_lesson(client, path, times=3)
    client.cookies[django_settings.CSRF_COOKIE_NAME] = "no good"
    open_lesson(client, path)
    assert len(client.cookies[django_settings.CSRF_COOKIE_NAME].value) == 32


def test_every_page_masks_the_token_anew(course):
    client, path = browser(learner(course)), path_of(course)
    open_lesson(client, path, times=3)
    tokens = {re.search(r'data-token="(\w+)"', open_lesson(client, path))[1] for _time in range(3)}
    assert len(tokens) == 3


def test_each_learner_sees_their_own_progress_and_nobodys_name(course):
    path = path_of(course)
    ana, ben = learner(course, "Ana"), learner(course, "Ben")
    finish_lesson(ana.enrolments.get(), course.lessons["en"][0].translation_key, language="en", now=timezone.now())
    pages = {}
    for _round in range(3):
        for user in (ana, ben):
            pages[user.name] = open_lesson(browser(user), path, times=3)
    assert "1 of 5 lessons done" in pages["Ana"]
    assert "0 of 5 lessons done" in pages["Ben"]
    assert "Ana" not in pages["Ben"] and "ana@" not in pages["Ben"]


def test_a_step_forward_shows_at_once(course):
    user, path = learner(course), path_of(course)
    client = browser(user)
    assert "0 of 5 lessons done" in open_lesson(client, path, times=3)
    finish_lesson(user.enrolments.get(), course.lessons["en"][2].translation_key, language="en", now=timezone.now())
    assert "1 of 5 lessons done" in open_lesson(client, path)


def test_opening_another_lesson_is_noted(course):
    user, first, second = learner(course), path_of(course, 0), path_of(course, 1)
    warm(course, first)
    warm(course, second)
    client = browser(user)
    open_lesson(client, first)
    open_lesson(client, second)
    enrolment = Enrolment.objects.get(user=user)
    assert enrolment.last_lesson_key == course.lessons["en"][1].translation_key
    assert enrolment.lessons.count() == 2


def test_reading_time_is_counted_by_the_short_way_too(course):
    user, path = learner(course), path_of(course)
    client = browser(user)
    open_lesson(client, path, times=3)
    seat = user.enrolments.get().seat_time
    seat.last_sign_at = timezone.now() - timedelta(seconds=40)
    seat.save()
    open_lesson(client, path)
    assert 39 <= user.enrolments.get().active_seconds <= 42


def test_two_tabs_count_the_time_once(course):
    user, key = learner(course), course.lessons["en"][0].translation_key
    now = timezone.now()
    first = express.find_learner(NO_SESSION, user.pk, course.key)
    express.open_lesson(first, key, language="en", now=now)
    tabs = [express.find_learner(NO_SESSION, user.pk, course.key) for _tab in range(2)]
    for facts in tabs:
        express.open_lesson(facts, key, language="en", now=now + timedelta(seconds=30))
    assert user.enrolments.get().active_seconds == 30


@pytest.mark.parametrize(("away_seconds", "counted"), [(9, 0), (10, 10), (59, 59), (60, 60), (61, 60), (-5, 0)])
def test_time_is_counted_as_by_the_ordinary_way(course, away_seconds, counted):
    key = course.lessons["en"][0].translation_key
    now = timezone.now()
    for name, short in (("Ana", True), ("Ben", False)):
        user = learner(course, name)
        for at in (now, now + timedelta(seconds=away_seconds)):
            if short:
                express.open_lesson(express.find_learner(NO_SESSION, user.pk, course.key), key, language="en", now=at)
            else:
                enrolment = user.enrolments.get()
                progress.open_lesson(enrolment, key, is_known=False, language="en", now=at)
                progress.count_time(enrolment, now=at)
        enrolment = user.enrolments.get()
        assert (enrolment.active_seconds, enrolment.last_lesson_key) == (counted, key)
        assert enrolment.lessons.get().language == "en"


def test_facts_are_true_after_a_lesson_was_opened(course):
    user = learner(course)
    for lesson in reversed(course.lessons["en"]):
        facts = express.find_learner(NO_SESSION, user.pk, course.key)
        express.open_lesson(facts, lesson.translation_key, language="es", now=timezone.now())
        assert facts.shown == express.find_learner(NO_SESSION, user.pk, course.key).shown


def test_somebody_who_has_completed_the_course_reads_on(course, ending):
    ending.submit()
    page = open_lesson(ending.client, path_of(course), times=4)
    assert "5 of 5 lessons done" in page


def test_somebody_who_has_not_begun_is_offered_to(course):
    path = path_of(course)
    warm(course, path)
    user = User.objects.create_user("new@agency.example", name="New")
    page = open_lesson(browser(user), path, times=3)
    assert "Start the course to keep your progress" in page
    assert not user.enrolments.exists()


@pytest.mark.parametrize("how", ["signed out", "all sessions ended", "disabled", "new password", "session expired"])
def test_a_session_that_ended_is_dead_at_once(course, how):
    user, path = learner(course), path_of(course)
    client = browser(user)
    assert "learner-bar" in open_lesson(client, path, times=4)
    if how == "signed out":
        Session.objects.all().delete()
    elif how == "all sessions ended":
        user.end_sessions()
    elif how == "disabled":
        User.objects.filter(pk=user.pk).update(is_active=False)
    elif how == "new password":
        user.set_password("quite another one 7")
        user.save()
    else:
        Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert "learner-bar" not in open_lesson(client, path)


def test_an_idle_session_ends_by_the_short_way_too(course, settings):
    user, path = learner(course), path_of(course)
    client = browser(user)
    open_lesson(client, path, times=3)
    session = client.session
    session["seen_at"] = int((timezone.now() - timedelta(minutes=settings.IDLE_MINUTES)).timestamp())
    session.save()
    assert "learner-bar" not in open_lesson(client, path)


@pytest.mark.parametrize(("away_seconds", "written"), [(59, False), (60, True), (899, True)])
def test_a_sign_of_life_is_written_once_a_minute_and_the_page_stays_near(course, away_seconds, written):
    user, path = learner(course), path_of(course)
    client = browser(user)
    open_lesson(client, path, times=3)
    session = client.session
    before = session["seen_at"] = int(timezone.now().timestamp()) - away_seconds
    session.save()
    with queries() as seen:
        response = client.get(path)
    assert len(seen) == 1 + written
    assert (client.session["seen_at"] > before) is written
    assert (django_settings.SESSION_COOKIE_NAME in response.cookies) is written
    with queries() as seen:
        open_lesson(client, path)
    assert len(seen) == 1


def test_a_session_ended_meanwhile_does_not_come_back_by_a_sign_of_life(course, monkeypatch):
    user, path = learner(course), path_of(course)
    client = browser(user)
    open_lesson(client, path, times=3)
    session = client.session
    session["seen_at"] = int(timezone.now().timestamp()) - 100
    session.save()
    find_learner = express.find_learner

    def find_then_sign_out(*arguments):
        found = find_learner(*arguments)
        Session.objects.all().delete()
        return found

    monkeypatch.setattr(express, "find_learner", find_then_sign_out)
    assert client.get(path).status_code == 400
    assert not Session.objects.exists()


def test_a_page_found_for_the_wrong_person_is_shown_to_nobody(course):
    """Whose session a key belongs to is only a guess of this process."""
    ana, ben, path = learner(course), learner(course, "Ben"), path_of(course)
    finish_lesson(ben.enrolments.get(), course.lessons["en"][0].translation_key, language="en", now=timezone.now())
    client = browser(ana)
    before = open_lesson(client, path, times=3)
    presence._owners.put(client.session.session_key, ben.pk)
    with queries() as seen:
        after = open_lesson(client, path)
    assert len(seen) > 2  # the ordinary way
    assert without_tokens(after) == without_tokens(before)


def test_a_changed_page_shows_its_new_words(course, monkeypatch):
    user, path = learner(course), path_of(course)
    client = browser(user)
    assert "Quite another title" not in open_lesson(client, path, times=3)
    page = course.lessons["en"][0]
    page.title = "Quite another title"
    page.save()
    monkeypatch.setattr(stamp, "current", lambda: "later")
    assert "Quite another title" in open_lesson(client, path)


def test_an_unpublished_page_is_gone(course, monkeypatch):
    user, path = learner(course), path_of(course)
    client = browser(user)
    open_lesson(client, path, times=3)
    course.lessons["en"][0].unpublish()
    monkeypatch.setattr(stamp, "current", lambda: "later")
    assert client.get(path).status_code == 404


def test_staff_keep_their_way_into_the_admin(course):
    user, path = learner(course), path_of(course)
    warm(course, path)
    group = Group.objects.create(name="editors")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    user.groups.add(group)
    assert reverse("wagtailadmin_home") in open_lesson(browser(user), path, times=3)


def test_a_message_that_waits_is_shown(course):
    user, path = learner(course), path_of(course)
    warm(course, path)
    client = browser(user)
    open_lesson(client, path, times=3)
    client.cookies["messages"] = "anything"
    with queries() as seen:
        open_lesson(client, path)
    assert len(seen) > 3


def test_an_unknown_host_is_refused(course):
    user, path = learner(course), path_of(course)
    client = browser(user)
    open_lesson(client, path, times=3)
    assert client.get(path, headers={"host": "evil.example"}).status_code == 400


def test_no_query_count_grows_with_the_lessons(course):
    long = make_course(slug="long", lessons_per_module=(6, 6))
    counts = []
    for which in (course, long):
        user = learner(which, f"Learner{which.key}")
        client, path = browser(user), path_of(which)
        open_lesson(client, path, times=3)
        with queries() as seen:
            open_lesson(client, path)
        counts.append(len(seen))
    assert counts[0] == counts[1] == 1


# --- An answer -----------------------------------------------------------------------------------------------------


@pytest.fixture
def sitting(course):
    """A learner in an open attempt whose first single-choice question can be answered with `choices`."""
    user = learner(course)
    enrolment = user.enrolments.get()
    attempt = start_attempt(enrolment, outline(course.key, "en"), language="en", now=timezone.now())
    item = next(i for i in attempt.items.select_related("base_edition") if i.base_edition.content["kind"] == "single")
    return Sitting(user, attempt, item)


class Sitting:
    def __init__(self, user, attempt, item):
        self.user, self.attempt, self.item = user, attempt, item
        self.client = browser(user, enforce_csrf_checks=True)
        self.client.cookies[django_settings.CSRF_COOKIE_NAME] = self.token = "a" * 32
        self.path = reverse("records:answer", args=[attempt.key, item.position])

    def answer(self, place, *, client=None, token=None, path=None):
        return (client or self.client).post(
            path or self.path,
            {"choice": self.item.option_order[place]},
            headers={"Accept": "application/json", "X-CSRFToken": token or self.token},
        )

    def saved(self):
        self.item.refresh_from_db()
        return self.item.answer


def test_an_answer_takes_two_queries_and_says_what_the_ordinary_way_says(sitting):
    ordinary = sitting.answer(0)
    sitting.answer(1)
    sitting.answer(0)
    with queries() as seen:
        short = sitting.answer(1)
    assert len(seen) == 2
    assert sitting.saved() == {"choice": sitting.item.option_order[1]}
    assert set(short.json()) == set(ordinary.json()) and short.json()["saved"]
    times = {"Expires", "Content-Length"}
    assert {n: v for n, v in short.items() if n not in times} == {n: v for n, v in ordinary.items() if n not in times}


def test_an_answer_without_the_right_token_is_refused(sitting):
    sitting.answer(0)
    assert sitting.answer(1, token="b" * 32).status_code == 403
    assert sitting.saved() == {"choice": sitting.item.option_order[0]}


def test_an_answer_from_another_origin_is_refused(sitting):
    sitting.answer(0)
    headers = {"Accept": "application/json", "X-CSRFToken": sitting.token, "Origin": "https://evil.example"}
    response = sitting.client.post(sitting.path, {"choice": sitting.item.option_order[1]}, headers=headers)
    assert response.status_code == 403
    assert sitting.saved() == {"choice": sitting.item.option_order[0]}


def test_nobody_answers_in_anothers_attempt(sitting, course):
    sitting.answer(0)
    client = browser(learner(course, "Ben"), enforce_csrf_checks=True)
    client.cookies[django_settings.CSRF_COOKIE_NAME] = sitting.token
    assert sitting.answer(1, client=client).status_code == 404
    assert sitting.saved() == {"choice": sitting.item.option_order[0]}


def test_an_attempt_that_was_handed_in_takes_no_answer(sitting):
    sitting.answer(0)
    submit_attempt(sitting.attempt, now=timezone.now())
    response = sitting.answer(1)
    assert response.status_code == 409 and response.json()["closed"]
    assert sitting.saved() == {"choice": sitting.item.option_order[0]}


def test_an_option_that_was_not_offered_is_refused_with_words(sitting):
    sitting.answer(0)
    headers = {"Accept": "application/json", "X-CSRFToken": sitting.token}
    response = sitting.client.post(sitting.path, {"choice": "something else"}, headers=headers)
    assert response.status_code == 422 and response.json()["message"]
    assert sitting.saved() == {"choice": sitting.item.option_order[0]}


@pytest.mark.parametrize("place", ["99", "0"])
def test_a_question_that_was_not_asked_is_unknown(sitting, place):
    sitting.answer(0)
    path = sitting.path.replace(f"/{sitting.item.position}/answer/", f"/{place}/answer/")
    assert sitting.answer(1, path=path).status_code == 404


def test_a_session_that_ended_saves_nothing_and_says_so(sitting):
    sitting.answer(0)
    sitting.user.end_sessions()
    response = sitting.answer(1)
    assert response.status_code == 401 and response.json()["signed_out"]
    assert sitting.saved() == {"choice": sitting.item.option_order[0]}


def test_the_words_are_in_the_language_of_the_page(sitting):
    path = sitting.path.replace("/en/", "/es/")
    for place in (0, 1):
        response = sitting.answer(place, path=path)
        assert response.json()["saved"] and response.headers["Content-Language"] == "es"


# --- Handing in ----------------------------------------------------------------------------------------------------


class Ending(Sitting):
    """A sitting with everything else of the course done."""

    def __init__(self, user, attempt, item, course):
        super().__init__(user, attempt, item)
        self.submit_path = reverse("records:submit", args=[attempt.key])
        for lesson in course.lessons["en"]:
            finish_lesson(user.enrolments.get(), lesson.translation_key, language="en", now=timezone.now())
        questions = {question.translation_key: question for question in course.questions["en"].values()}
        for item in attempt.items.all():
            save_answer(item, right_answer(questions[item.question_key]), locale="en", now=timezone.now())

    def submit(self, *, client=None, token=None):
        return (client or self.client).post(self.submit_path, headers={"X-CSRFToken": token or self.token})


@pytest.fixture
def ending(course):
    return ending_of(course)


def ending_of(course, name="Ana"):
    user = learner(course, name)
    attempt = start_attempt(user.enrolments.get(), outline(course.key, "en"), language="en", now=timezone.now())
    return Ending(user, attempt, attempt.items.first(), course)


def test_handing_in_is_the_same_by_either_way(course, settings):
    first, ordinary, short = ending_of(course, "Cy"), ending_of(course, "Ana"), ending_of(course, "Ben")
    first.submit()
    first.client.cookies = short.client.cookies  # the one that has learned the way
    with queries() as seen:
        response = short.submit(client=first.client)
    assert not any("accounts_user_groups" in sql for sql in seen)
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != EXPRESS]
    client = browser(ordinary.user, enforce_csrf_checks=True)
    client.cookies[django_settings.CSRF_COOKIE_NAME] = ordinary.token
    expected = ordinary.submit(client=client)
    assert response.url == reverse("records:result", args=[short.attempt.key])
    differ = {"Location", "Expires"}
    headers = [{name: value for name, value in r.items() if name not in differ} for r in (response, expected)]
    assert headers[0] == headers[1]
    for sitting in (ordinary, short):
        sitting.attempt.refresh_from_db()
        assert (sitting.attempt.score_percent, sitting.attempt.passed) == (100, True)
        completion = Completion.objects.get(enrolment__user=sitting.user)
        assert completion.attempt == sitting.attempt
        assert completion.certificates.get().name == sitting.user.name


def test_handing_in_takes_few_queries_and_one_turn_to_write(course, ending):
    """The same few whatever the number of questions and lessons; a sign of life that is due goes along."""
    first = ending_of(course, "Cy")
    first.submit()
    session = ending.client.session
    before = session["seen_at"] = int(timezone.now().timestamp()) - 100
    session.save()
    first.client.cookies = ending.client.cookies  # the one that has learned the way
    with queries() as seen:
        ending.submit(client=first.client)
    assert ending.client.session["seen_at"] > before
    on_postgres = connection.vendor == "postgresql"
    seen = [sql for sql in seen if 'FROM "records_questionedition"' not in sql]  # asked for once, and kept
    assert len(seen) == (6 if on_postgres else 8), seen
    first_write = next(place for place, sql in enumerate(seen) if sql.lstrip().startswith("UPDATE"))
    assert "django_session" in seen[-1]
    assert not any("FROM records_attemptitem" in sql and "UPDATE" not in sql for sql in seen[first_write:])


def test_handing_in_twice_shows_the_first_result(course, ending):
    ending_of(course, "Cy").submit()
    client = ending.client
    for _time in range(2):
        assert ending.submit().url == reverse("records:result", args=[ending.attempt.key])
    assert Completion.objects.filter(enrolment__user=ending.user).count() == 1
    assert client.get(reverse("records:result", args=[ending.attempt.key])).status_code == 200


def test_nobody_hands_in_for_another_nor_without_the_token(course, ending):
    ending_of(course, "Cy").submit()
    stranger = browser(learner(course, "Ben"), enforce_csrf_checks=True)
    stranger.cookies[django_settings.CSRF_COOKIE_NAME] = ending.token
    assert ending.submit(client=stranger).status_code == 404
    assert ending.submit(token="b" * 32).status_code == 403
    ending.attempt.refresh_from_db()
    assert ending.attempt.is_open


def test_an_attempt_whose_time_is_up_is_handed_in_as_it_was(course, ending):
    ending_of(course, "Cy").submit()
    Attempt.objects.filter(pk=ending.attempt.pk).update(deadline_at=timezone.now() - timedelta(hours=1))
    assert ending.submit().status_code == 302
    ending.attempt.refresh_from_db()
    assert ending.attempt.passed


def test_an_answer_that_changes_while_it_is_marked_is_the_one_that_counts(course, ending, monkeypatch):
    """Another tab saves between the reading and the writing of the marks."""
    item = ending.item
    wrong = wrong_answer(next(q for q in course.questions["en"].values() if q.translation_key == item.question_key))
    read = express.lock_sheets

    def read_then_late_answer(attempt):
        sheets = read(attempt)
        fresh = attempt.items.get(pk=item.pk)
        save_answer(fresh, wrong, locale="en", now=timezone.now() + timedelta(seconds=1))
        return sheets

    monkeypatch.setattr(express, "lock_sheets", read_then_late_answer)
    submit_attempt(ending.attempt, now=timezone.now())
    item.refresh_from_db()
    assert item.answer == wrong and item.credit == 0
    assert ending.attempt.score_percent == 85  # six of seven, rounded down


def test_a_page_with_a_form_tells_its_origin_even_where_a_reader_without_one_came_first(course):
    reader = User.objects.create_user("reader@agency.example", name="Reader")
    client, path = browser(reader), path_of(course)
    open_lesson(client, path)
    before = client.get(path)
    start(reader, course.key, language="en", now=timezone.now())
    client.get(reverse("account_login"))
    open_lesson(client, path, times=2)
    after = client.get(path)
    assert "csrfmiddlewaretoken" not in before.content.decode()
    assert before["Referrer-Policy"] == "no-referrer"
    assert "csrfmiddlewaretoken" in after.content.decode()
    assert after["Referrer-Policy"] == "same-origin"
