"""Bringing what was done without an account into the account."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import User
from courses.outline import outline
from records import joining
from records.assessment import start_attempt, submit_attempt
from records.attempts import Attempt
from records.certificates import Certificate, Completion
from records.completion import complete_if_due
from records.enrolments import Enrolment, LessonProgress, Visitor
from records.learners import begin_visit
from records.progress import start
from tests.factories.courses import key_of, make_course
from tests.records.test_journey import url

pytestmark = pytest.mark.django_db
NOON = timezone.now().replace(microsecond=0)


@pytest.fixture
def user():
    return User.objects.create_user("ana@agency.example", name="Ana")


@pytest.fixture
def visitor():
    return begin_visit()[0]


@pytest.fixture
def course():
    return make_course(("en",))


def do(enrolment, course, *numbers, at=NOON):
    for number in numbers:
        key = course.lessons["en"][number].translation_key
        LessonProgress.objects.create(enrolment=enrolment, lesson_key=key, opened_at=at, done_at=at)


def begin(learner, course):
    return start(learner, course.key, language="en", now=NOON)


def attempt_of(enrolment, course):
    return start_attempt(enrolment, outline(course.key, "en"), language="en", now=NOON)


def complete(enrolment, course):
    do(enrolment, course, 0, 1, 2)
    attempt = attempt_of(enrolment, course)
    submit_attempt(attempt, now=NOON)
    Attempt.objects.filter(pk=attempt.pk).update(passed=True, score_percent=100)
    return complete_if_due(enrolment, now=NOON)


def test_a_course_the_account_never_began_moves_over_whole(user, visitor, course):
    theirs = begin(visitor, course)
    do(theirs, course, 0)
    attempt = attempt_of(theirs, course)
    assert joining.join(visitor, user, now=NOON) == 1
    moved = Enrolment.objects.get()
    assert (moved.pk, moved.user, moved.visitor) == (theirs.pk, user, None)
    attempt.refresh_from_db()
    assert attempt.enrolment == moved and attempt.is_open
    assert not Visitor.objects.exists()


def test_lessons_time_and_closed_attempts_are_added_to_what_is_there(user, visitor, course):
    ours, theirs = begin(user, course), begin(visitor, course)
    earlier = NOON - timedelta(days=1)
    do(ours, course, 0)
    do(theirs, course, 0, at=earlier)
    do(theirs, course, 1)
    LessonProgress.objects.create(enrolment=ours, lesson_key=course.lessons["en"][1].translation_key)
    do(theirs, course, 2)
    LessonProgress.objects.create(enrolment=ours, lesson_key=key_of("gone"), done_at=earlier)
    LessonProgress.objects.create(enrolment=theirs, lesson_key=key_of("gone"), done_at=NOON)
    Enrolment.objects.update(active_seconds=100)
    submit_attempt(attempt_of(ours, course), now=NOON)
    mine = attempt_of(ours, course)
    submit_attempt(attempt_of(theirs, course), now=NOON)
    attempt_of(theirs, course)
    joining.join(visitor, user, now=NOON)
    ours.refresh_from_db()
    assert list(Enrolment.objects.all()) == [ours] and ours.active_seconds == 200
    assert ours.lessons.filter(done_at__isnull=False).count() == 4
    assert ours.lessons.get(lesson_key=key_of("gone")).done_at == earlier
    assert ours.lessons.get(lesson_key=course.lesson.translation_key).done_at == earlier
    assert list(ours.attempts.values_list("number", flat=True)) == [1, 2, 3]
    assert ours.attempts.get(submitted_at=None) == mine


def test_an_open_attempt_comes_along_where_the_account_has_none(user, visitor, course):
    ours = begin(user, course)
    attempt = attempt_of(begin(visitor, course), course)
    joining.join(visitor, user, now=NOON)
    attempt.refresh_from_db()
    assert attempt.enrolment == ours and attempt.is_open


def test_what_was_left_may_have_been_done_by_the_visitor(user, visitor, course):
    ours, theirs = begin(user, course), begin(visitor, course)
    do(ours, course, 0, 1)
    do(theirs, course, 2)
    attempt = attempt_of(ours, course)
    submit_attempt(attempt, now=NOON)
    Attempt.objects.update(passed=True, score_percent=100)
    joining.join(visitor, user, now=NOON)
    assert Completion.objects.get().enrolment == ours


def test_a_completed_course_becomes_the_newest_cycle_with_a_certificate(user, visitor, course):
    ours, theirs = begin(user, course), begin(visitor, course)
    completion = complete(theirs, course)
    joining.join(visitor, user, now=NOON)
    theirs.refresh_from_db()
    assert (theirs.user, theirs.cycle) == (user, 2)
    assert Enrolment.objects.of(user).current().get() == theirs
    assert Enrolment.objects.filter(pk=ours.pk).exists()
    assert Certificate.objects.get().completion == completion and Certificate.objects.get().user == user


def test_what_the_account_has_completed_itself_is_left_alone(user, visitor, course):
    ours, theirs = begin(user, course), begin(visitor, course)
    complete(ours, course)
    complete(theirs, course)
    assert joining.join(visitor, user, now=NOON) == 0
    theirs.refresh_from_db()
    assert theirs.visitor == visitor and Enrolment.objects.of(user).get() == ours


# --- By the pages --------------------------------------------------------------------------------------------------


@pytest.fixture
def signed_in_after_visiting(client, user, course):
    client.post(url("start", course.key))
    client.force_login(user)
    return client


def test_after_signing_in_it_is_offered_and_never_done_unasked(signed_in_after_visiting, user):
    text = signed_in_after_visiting.get(url("my_learning")).content.decode()
    assert "Begun on this device without an account" in text
    assert Enrolment.objects.get().user is None


def test_added_on_request_and_offered_no_more(signed_in_after_visiting, user):
    client = signed_in_after_visiting
    text = client.post(url("join"), {"add": "1"}, follow=True).content.decode()
    assert "1 course was added to your record." in text and "Begun on this device" not in text
    assert Enrolment.objects.get().user == user
    assert client.cookies[settings.VISITOR_COOKIE_NAME].value == ""


def test_left_on_request_with_the_cookie_gone(signed_in_after_visiting):
    client = signed_in_after_visiting
    text = client.post(url("join"), {"leave": "1"}, follow=True).content.decode()
    assert "Nothing was added" in text and "Begun on this device" not in text
    assert Enrolment.objects.get().user is None


def test_nobody_joins_without_signing_in_or_without_a_visit(client, course, user):
    client.post(url("start", course.key))
    assert client.post(url("join"), {"add": "1"}).status_code == 404
    client.cookies.clear()
    client.force_login(user)
    assert client.post(url("join"), {"add": "1"}).status_code == 404
    assert client.get(url("join")).status_code == 405
