"""Starting, lessons, active time, the learner's overview, and who a learner is."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import caches
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from records import learners, progress
from records.attempts import Attempt
from records.certificates import Completion
from records.enrolments import Enrolment, EnrolmentQuerySet, LessonProgress, SeatTime, Visitor
from records.progress import count_time, standings, start
from tests.factories.courses import key_of, make_course
from tests.records.test_journey import answer_all, url

pytestmark = pytest.mark.django_db
NOON = timezone.now().replace(microsecond=0)


@pytest.fixture
def user():
    return User.objects.create_user("ana@agency.example", name="Ana")


@pytest.fixture
def learning(client, user):
    client.force_login(user)
    course = make_course()
    return client, course, start(user, course.key, language="en", now=NOON)


def later(seconds):
    return NOON + timedelta(seconds=seconds)


# --- Starting ------------------------------------------------------------------------------------------------------


def test_starting_twice_is_one_enrolment(learning, user):
    _client, course, enrolment = learning
    assert start(user, course.key, language="es", now=NOON) == enrolment
    assert Enrolment.objects.count() == 1


def test_a_start_that_loses_a_race_finds_the_others_enrolment(user, monkeypatch):
    course = make_course(("en",))
    theirs = start(user, course.key, language="en", now=NOON)
    current, looks = EnrolmentQuerySet.current, []

    def not_yet_there(rows):
        looks.append(rows)
        return current(rows) if len(looks) > 1 else rows.none()

    monkeypatch.setattr(EnrolmentQuerySet, "current", not_yet_there)
    assert start(user, course.key, language="en", now=NOON) == theirs


def test_the_start_page_is_never_kept_and_sends_on_who_has_begun(client, user):
    course = make_course()
    page = client.get(url("start", course.key))
    assert "no-store" in page["Cache-Control"] and "Start without an account" in page.content.decode()
    client.force_login(user)
    assert "Start now" in client.get(url("start", course.key)).content.decode()
    client.post(url("start", course.key))
    assert client.get(url("start", course.key)).url == course.lesson.get_url()
    for lesson in course.lessons["en"]:
        client.post(url("lesson_done", course.key, lesson.translation_key))
    assert client.get(url("start", course.key)).url == course.page.get_url()


def test_a_course_that_is_not_there_cannot_be_started(client):
    assert client.get(url("start", key_of("nothing"))).status_code == 404
    assert client.post(url("start", key_of("nothing"))).status_code == 404
    assert not Visitor.objects.exists()


def test_a_course_without_lessons_starts_on_its_own_page(client):
    course = make_course(("en",), lessons_per_module=(1,))
    course.modules["en"][0].live = False
    course.modules["en"][0].save()
    caches["near"].clear()
    assert client.post(url("start", course.key)).url == course.page.get_url()


# --- Lessons -------------------------------------------------------------------------------------------------------


def test_opening_a_lesson_is_noted_once_and_resumed_from(learning):
    client, course, enrolment = learning
    second = course.lessons["en"][1]
    for _time in range(2):
        client.get(second.get_url())
    row = LessonProgress.objects.get()
    assert (row.lesson_key, row.done_at, row.language) == (second.translation_key, None, "en")
    enrolment.refresh_from_db()
    (standing,) = standings([enrolment], "en")
    assert standing.next_lesson.key == second.translation_key
    client.get(course.lessons["es"][1].get_url())
    enrolment.refresh_from_db()
    assert enrolment.language == "es" and LessonProgress.objects.count() == 1


def test_reading_without_having_started_records_nothing(client, user):
    course = make_course()
    page = client.get(course.lesson.get_url())
    assert not page.cookies and "Reading only" in page.content.decode()
    client.force_login(user)
    client.get(course.lesson.get_url())
    client.get(course.page.get_url())
    assert not LessonProgress.objects.exists() and not Enrolment.objects.exists()


def test_finishing_a_lesson_leads_to_the_next_and_from_the_last_to_the_course(learning):
    client, course, _enrolment = learning
    keys = [lesson.translation_key for lesson in course.lessons["en"]]
    assert client.post(url("lesson_done", course.key, keys[0])).url == course.lessons["en"][1].get_url()
    assert client.post(url("lesson_done", course.key, keys[2])).url == f"{course.page.get_url()}#my-progress"
    first = LessonProgress.objects.get(lesson_key=keys[0]).done_at
    client.post(url("lesson_done", course.key, keys[0]))
    assert LessonProgress.objects.get(lesson_key=keys[0]).done_at == first
    text = client.get(course.lessons["en"][0].get_url()).content.decode()
    assert "You have finished this lesson." in text and "2 of 3 lessons done" in text


def test_a_lesson_of_another_course_or_a_stranger_is_not_found(learning):
    client, course, _enrolment = learning
    other = make_course(slug="other")
    assert client.post(url("lesson_done", course.key, other.lesson.translation_key)).status_code == 404
    assert client.post(url("lesson_done", other.key, other.lesson.translation_key)).status_code == 404
    client.force_login(User.objects.create_user("ben@agency.example", name="Ben"))
    assert client.post(url("lesson_done", course.key, course.lesson.translation_key)).status_code == 404
    assert client.get(url("lesson_done", course.key, course.lesson.translation_key)).status_code == 405


def test_the_last_lesson_completes_a_course_whose_assessment_is_passed(learning):
    client, course, enrolment = learning
    client.post(url("assessment", course.key))
    attempt = Attempt.objects.get()
    answer_all(client, course, attempt)
    client.post(url("submit", attempt.key))
    for lesson in course.lessons["en"]:
        assert not Completion.objects.exists()
        client.post(url("lesson_done", course.key, lesson.translation_key))
    completion = Completion.objects.get()
    assert completion.enrolment == enrolment
    for page in (url("my_learning"), course.page.get_url(), course.catalogs["en"].get_url()):
        assert "Completed" in client.get(page).content.decode()


# --- What is left --------------------------------------------------------------------------------------------------


def left(enrolment):
    (standing,) = standings(Enrolment.objects.filter(pk=enrolment.pk), "en")
    return standing.left_in_words


def test_what_is_left_is_said_in_words_and_numbers(user):
    course = make_course(seat_minutes=2)
    enrolment = start(user, course.key, language="en", now=NOON)
    assert left(enrolment) == [
        "3 lessons to finish",
        "the assessment to pass, with 80 % or more",
        "2 more active minutes",
    ]
    for lesson in course.lessons["en"][:2]:
        LessonProgress.objects.create(enrolment=enrolment, lesson_key=lesson.translation_key, done_at=NOON)
    Enrolment.objects.update(active_seconds=61)
    assert left(enrolment)[0::2] == ["1 lesson to finish", "1 more active minute"]
    Enrolment.objects.update(active_seconds=120)
    assert len(left(enrolment)) == 2


def test_the_rules_a_passed_attempt_began_with_stay_in_force(user):
    course = make_course(("en",), seat_minutes=0)
    enrolment = start(user, course.key, language="en", now=NOON)
    rules = course.page.rules()
    Attempt.objects.create(
        enrolment=enrolment, number=1, key=key_of("a"), seed="x", rules=rules, submitted_at=NOON, passed=True
    )
    course.page.seat_minutes = 60
    course.page.save()
    caches["near"].clear()
    assert left(enrolment) == ["3 lessons to finish"]


def test_the_next_step_is_an_open_attempt_a_lesson_or_the_assessment(learning):
    client, course, enrolment = learning
    text = client.get(url("my_learning")).content.decode()
    assert "Go on: Lesson 1.1" in text
    for lesson in course.lessons["en"]:
        client.post(url("lesson_done", course.key, lesson.translation_key))
    assert "Go to the assessment" in client.get(url("my_learning")).content.decode()
    client.post(url("assessment", course.key))
    assert "Continue the assessment" in client.get(url("my_learning")).content.decode()


# --- Active time ---------------------------------------------------------------------------------------------------


def test_active_time_is_the_time_between_signs_up_to_a_cap(learning):
    _client, _course, enrolment = learning
    assert count_time(enrolment, now=NOON) == 0
    assert count_time(enrolment, now=later(30)) == 30
    assert count_time(enrolment, now=later(90)) == 90
    assert count_time(enrolment, now=later(90 + 3600)) == 90 + SeatTime.IDLE_CAP_SECONDS


def test_two_tabs_do_not_double_the_time(learning):
    _client, _course, enrolment = learning
    for second in (0, 15, 30, 45, 60):  # two tabs, each every 30 seconds, 15 seconds apart
        counted = count_time(enrolment, now=later(second))
    assert counted == 60


def test_signs_close_together_are_one_and_lose_nothing(learning):
    _client, _course, enrolment = learning
    count_time(enrolment, now=NOON)
    for second in range(1, 10):
        assert count_time(enrolment, now=later(second)) == 0
    assert count_time(enrolment, now=later(10)) == 10


def test_time_away_on_purpose_does_not_count(learning):
    _client, _course, enrolment = learning
    count_time(enrolment, now=NOON)
    assert count_time(enrolment, now=later(50), resumed=True) == 0
    assert count_time(enrolment, now=later(80)) == 30


def test_a_clock_set_back_counts_nothing_and_goes_on(learning):
    _client, _course, enrolment = learning
    count_time(enrolment, now=later(3600))
    assert count_time(enrolment, now=NOON) == 0
    assert count_time(enrolment, now=later(20)) == 20


def test_quiet_is_a_sign_of_a_moment_ago(learning):
    _client, _course, enrolment = learning
    assert not progress.is_quiet(enrolment, now=NOON)
    count_time(enrolment, now=NOON)
    enrolment = Enrolment.objects.select_related("seat_time").get()
    assert progress.is_quiet(enrolment, now=later(9))
    assert not progress.is_quiet(enrolment, now=later(10))
    assert not progress.is_quiet(enrolment, now=later(-1))


def move_back(seconds):
    SeatTime.objects.update(last_sign_at=timezone.now() - timedelta(seconds=seconds))


def test_without_scripts_the_time_from_page_to_page_counts(learning):
    client, course, _enrolment = learning
    client.get(course.lessons["en"][0].get_url())
    move_back(40)
    text = client.get(course.lessons["en"][1].get_url()).content.decode()
    assert 40 <= Enrolment.objects.get().active_seconds <= 42
    assert "0 active minutes" in text
    move_back(25)
    client.get(course.lessons["en"][1].get_url())
    assert "1 active minute" in client.get(course.lessons["en"][1].get_url()).content.decode()


def test_a_sign_of_life_is_answered_with_the_time_in_words(learning):
    client, course, _enrolment = learning
    client.post(url("active", course.key))
    move_back(60)
    assert client.post(url("active", course.key)).json() == {"words": "1 active minute"}
    move_back(60)
    assert client.post(url("active", course.key), {"resumed": "1", "seconds": "9999"}).json() == {
        "words": "1 active minute"
    }
    assert client.get(url("active", course.key)).status_code == 405


def test_the_last_required_minute_completes_the_course(client, user):
    client.force_login(user)
    course = make_course(("en",), seat_minutes=1)
    for page in course.pages.values():
        page.pool = None
        page.save()
    caches["near"].clear()
    enrolment = start(user, course.key, language="en", now=NOON)
    for lesson in course.lessons["en"]:
        client.post(url("lesson_done", course.key, lesson.translation_key))
    assert not Completion.objects.exists()
    move_back(61)
    client.post(url("active", course.key))
    assert Completion.objects.get().enrolment == enrolment
    assert client.post(url("active", course.key)).status_code == 200


def test_a_stranger_gives_no_sign_of_life(learning):
    client, course, _enrolment = learning
    client.logout()
    assert client.post(url("active", course.key), headers={"Accept": "application/json"}).status_code == 401
    client.force_login(User.objects.create_user("ben@agency.example", name="Ben"))
    assert client.post(url("active", course.key)).status_code == 404


# --- Who a learner is ----------------------------------------------------------------------------------------------


@pytest.fixture
def visiting(client):
    course = make_course()
    client.post(url("start", course.key))
    return client, course


@pytest.mark.parametrize(("days", "known"), [(29.99, True), (30.01, False)])
def test_a_visitor_is_forgotten_after_the_days_of_the_setting(visiting, days, known):
    client, course = visiting
    Visitor.objects.update(seen_at=timezone.now() - timedelta(days=days))
    assert client.post(url("lesson_done", course.key, course.lesson.translation_key)).status_code == (
        302 if known else 404
    )
    text = client.get(url("my_learning")).content.decode()
    assert ("learning without an account" in text) is known


def test_a_sign_of_life_keeps_a_visitor_known(visiting):
    client, _course = visiting
    long_ago = timezone.now() - timedelta(days=20)
    Visitor.objects.update(seen_at=long_ago)
    client.get(url("my_learning"))
    assert Visitor.objects.get().seen_at > long_ago + timedelta(days=19)


def test_forgetting_takes_everything_of_a_visitor_and_nothing_of_others(visiting, user):
    client, course = visiting
    client.post(url("assessment", course.key))
    answer_all(client, course, Attempt.objects.get())
    client.post(url("submit", Attempt.objects.get().key))
    for lesson in course.lessons["en"]:
        client.post(url("lesson_done", course.key, lesson.translation_key))
    assert Completion.objects.count() == 1
    start(user, course.key, language="en", now=NOON)
    fresh, _token = learners.begin_visit()
    Visitor.objects.exclude(pk=fresh.pk).update(seen_at=timezone.now() - timedelta(days=31))
    call_command("forget_visitors", verbosity=0)
    assert list(Visitor.objects.all()) == [fresh]
    assert not Completion.objects.exists() and not Attempt.objects.exists()
    assert Enrolment.objects.get().user == user


def test_the_cookie_is_secure_where_sessions_are(client, settings):
    settings.SESSION_COOKIE_SECURE = True
    course = make_course(("en",))
    client.post(url("start", course.key))
    cookie = client.cookies[settings.VISITOR_COOKIE_NAME]
    assert cookie["secure"] and cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["path"] == "/"
    assert cookie["max-age"] == settings.VISITOR_DAYS * 86400


def test_my_learning_of_nobody_invites_and_sets_no_cookie(client):
    page = client.get(url("my_learning"))
    assert page.status_code == 200 and settings.VISITOR_COOKIE_NAME not in page.cookies
    assert "No course is in progress." in page.content.decode()


# --- Cost ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["lesson", "course", "my_learning"])
def test_no_page_grows_with_lessons_or_courses(client, user, page, django_assert_max_num_queries):
    client.force_login(user)
    counts = []
    for number, lessons in enumerate([(1,), (5, 5, 5)]):
        course = make_course(slug=f"course-{number}", lessons_per_module=lessons)
        enrolment = start(user, course.key, language="en", now=timezone.now())
        for lesson in course.lessons["en"]:
            LessonProgress.objects.create(enrolment=enrolment, lesson_key=lesson.translation_key, done_at=NOON)
        address = {
            "lesson": course.lesson.get_url(),
            "course": course.page.get_url(),
            "my_learning": url("my_learning"),
        }[page]
        for _warm in range(2):
            client.get(address)
        with django_assert_max_num_queries(60) as context:
            assert client.get(address).status_code == 200
        counts.append(len(context))
    assert counts[0] == counts[1]
