"""When a course counts as completed, and what is kept of that moment."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection, connections

from records.certificates import Certificate, Completion
from records.completion import complete_if_due
from records.numbers import is_number
from records.signals import course_completed
from records.validity import TooEarly, months_later, renew, renewable_from
from tests.factories.courses import make_course
from tests.factories.records import (
    NOON,
    do_lessons,
    make_attempt,
    make_completion,
    make_enrolment,
    make_unit,
    make_user,
    make_visitor,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return make_course(seat_minutes=20, validity_months=12, renewal_days=60)


@pytest.fixture
def heard():
    """The completions announced while the test runs."""
    completions = []

    def listen(sender, completion, **kwargs):
        completions.append(completion)

    course_completed.connect(listen)
    yield completions
    course_completed.disconnect(listen)


def without_assessment(course):
    type(course.page).objects.filter(translation_key=course.key).update(pool=None)
    return course


def enrol(course, **fields):
    return make_enrolment(course, **({"user": make_user()} | fields))


def test_a_course_is_completed_when_lessons_assessment_and_minutes_are_done(course):
    enrolment = enrol(course)
    do_lessons(enrolment, course)
    make_attempt(enrolment, course, score=87)
    completion = complete_if_due(enrolment, now=NOON)
    assert completion.enrolment == enrolment
    assert completion.score_percent == 87
    assert completion.completed_at == NOON


@pytest.mark.parametrize(("lessons", "completed"), [(0, False), (2, False), (3, True)])
def test_every_lesson_must_be_done(course, lessons, completed):
    enrolment = enrol(course)
    do_lessons(enrolment, course, count=lessons)
    make_attempt(enrolment, course)
    assert (complete_if_due(enrolment, now=NOON) is not None) is completed


def test_a_lesson_that_was_only_opened_is_not_done(course):
    enrolment = enrol(course)
    do_lessons(enrolment, course)
    enrolment.lessons.filter(lesson_key=course.lesson.translation_key).update(done_at=None)
    make_attempt(enrolment, course)
    assert complete_if_due(enrolment, now=NOON) is None


@pytest.mark.parametrize(("seconds", "completed"), [(1199, False), (1200, True)])
def test_the_active_minutes_must_be_reached(course, seconds, completed):
    enrolment = enrol(course, active_seconds=seconds)
    do_lessons(enrolment, course)
    make_attempt(enrolment, course)
    assert (complete_if_due(enrolment, now=NOON) is not None) is completed


@pytest.mark.parametrize("fields", [None, {"passed": False, "score": 79}, {"passed": None, "submitted_at": None}])
def test_without_a_passed_attempt_nothing_is_completed(course, fields):
    enrolment = enrol(course)
    do_lessons(enrolment, course)
    if fields:
        make_attempt(enrolment, course, **fields)
    assert complete_if_due(enrolment, now=NOON) is None


def test_a_course_without_assessment_is_completed_by_its_lessons():
    course = without_assessment(make_course())
    enrolment = enrol(course)
    do_lessons(enrolment, course)
    completion = complete_if_due(enrolment, now=NOON)
    assert completion.attempt is None and completion.score_percent is None


def test_a_renewed_course_of_a_visitor_stands_on_its_own(course):
    visitor = make_visitor()
    make_completion(course, visitor=visitor)
    assert make_completion(course, visitor=visitor, now=NOON + timedelta(days=10), cycle=2).valid_until == date(
        2027, 3, 12
    )


def test_a_course_that_is_published_no_longer_is_not_completed(course):
    enrolment = enrol(course)
    do_lessons(enrolment, course)
    make_attempt(enrolment, course)
    type(course.page).objects.filter(translation_key=course.key).update(live=False)
    assert complete_if_due(enrolment, now=NOON) is None


def test_the_rules_of_the_attempt_count_not_those_of_today(course):
    enrolment = enrol(course, minutes=20)
    do_lessons(enrolment, course)
    make_attempt(enrolment, course)
    type(course.page).objects.filter(translation_key=course.key).update(seat_minutes=99, validity_months=1)
    completion = complete_if_due(enrolment, now=NOON)
    assert completion.rules["seat_minutes"] == 20
    assert completion.valid_until == date(2027, 3, 2)


def test_the_evidence_is_frozen(course):
    enrolment = enrol(course, language="es")
    do_lessons(enrolment, course, count=2, language="en")
    lesson = course.lessons["en"][2]
    enrolment.lessons.create(
        lesson_key=lesson.translation_key, opened_at=NOON + timedelta(minutes=1), done_at=NOON, language="es"
    )
    attempt = make_attempt(enrolment, course, languages=["es"])
    completion = complete_if_due(enrolment, now=NOON)
    assert completion.attempt == attempt
    assert completion.course_title == "Curso pequeño"
    assert completion.course_revision == "7"
    assert completion.languages == ["en", "es"]
    assert completion.active_seconds == 1800
    assert completion.rules["pass_mark"] == 80


def test_the_first_passed_attempt_is_the_evidence(course):
    enrolment = enrol(course)
    do_lessons(enrolment, course)
    make_attempt(enrolment, course, score=50, passed=False, number=1)
    make_attempt(enrolment, course, score=81, number=2)
    make_attempt(enrolment, course, score=99, number=3)
    assert complete_if_due(enrolment, now=NOON).score_percent == 81


def test_a_certificate_is_written_with_the_completion(course):
    user = make_user("Ana López")
    certificate = make_completion(course, user=user).certificates.get()
    assert is_number(certificate.number) and certificate.number.startswith("LS-2026-")
    assert certificate.name == "Ana López"
    assert certificate.titles == {"en": "Small course", "es": "Curso pequeño"}
    assert certificate.completed_on == certificate.issued_on == date(2026, 3, 2)
    assert certificate.minutes == 30
    assert certificate.issuer == "Lodestar"


def test_asking_again_gives_the_same_completion_and_one_certificate(course, heard, django_capture_on_commit_callbacks):
    enrolment = enrol(course)
    do_lessons(enrolment, course)
    make_attempt(enrolment, course)
    with django_capture_on_commit_callbacks(execute=True):
        first = complete_if_due(enrolment, now=NOON)
    with django_capture_on_commit_callbacks(execute=True):
        assert complete_if_due(enrolment, now=NOON + timedelta(days=1)) == first
    assert heard == [first]
    assert Certificate.objects.count() == 1


def test_a_listener_that_fails_is_noted_and_takes_nothing_with_it(course, caplog, django_capture_on_commit_callbacks):
    def fail(sender, **kwargs):
        raise ValueError("no mail today")

    course_completed.connect(fail)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            completion = make_completion(course, user=make_user())
    finally:
        course_completed.disconnect(fail)
    assert Completion.objects.get() == completion
    assert "no mail today" in caplog.text


def test_a_visitor_completes_without_a_certificate_in_their_name(course):
    completion = make_completion(course, visitor=make_visitor())
    assert not completion.certificates.exists()
    assert completion.valid_until == date(2027, 3, 2)


def test_a_visitor_who_comes_to_an_account_gets_the_certificate_then(course):
    completion = make_completion(course, visitor=make_visitor())
    enrolment = completion.enrolment
    enrolment.visitor, enrolment.user = None, make_user("Ana López")
    enrolment.save()
    assert complete_if_due(enrolment, now=NOON + timedelta(days=1)) == completion
    certificate = completion.certificates.get()
    assert (certificate.name, certificate.completed_on) == ("Ana López", date(2026, 3, 2))


def test_a_clock_that_was_set_back_does_not_complete_before_the_attempt_ended(course):
    enrolment = enrol(course)
    do_lessons(enrolment, course)
    make_attempt(enrolment, course, submitted_at=NOON + timedelta(minutes=50))
    assert complete_if_due(enrolment, now=NOON).completed_at == NOON + timedelta(minutes=50)


def test_a_clock_that_was_set_back_does_not_complete_before_the_course_began():
    course = without_assessment(make_course())
    enrolment = enrol(course, started_at=NOON)
    do_lessons(enrolment, course)
    assert complete_if_due(enrolment, now=NOON - timedelta(hours=1)).completed_at == NOON


@pytest.mark.parametrize(("zone", "day"), [("America/New_York", 1), ("Pacific/Guam", 2), ("Pacific/Honolulu", 1)])
def test_the_date_is_the_one_where_the_learner_works(course, zone, day):
    user = make_user(unit=make_unit(time_zone=zone))
    late = NOON.replace(day=2, hour=4, minute=30)  # 23:30 on the 1st in New York
    assert make_completion(course, user=user, now=late).certificates.get().completed_on == date(2026, 3, day)


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        (date(2026, 3, 2), 12, date(2027, 3, 2)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 11, 30), 13, date(2027, 12, 30)),
    ],
)
def test_months_end_on_the_same_day_or_the_last_of_the_month(day, months, end):
    assert months_later(day, months) == end


def test_without_validity_months_a_completion_has_no_end_and_nothing_to_renew():
    completion = make_completion(make_course(validity_months=0), user=make_user())
    assert completion.valid_until is None
    assert renewable_from(completion) is None
    with pytest.raises(TooEarly):
        renew(completion, now=NOON + timedelta(days=4000))


@pytest.mark.parametrize(
    ("day", "may"), [(date(2026, 12, 31), False), (date(2027, 1, 1), True), (date(2028, 1, 1), True)]
)
def test_a_course_may_be_renewed_from_sixty_days_before_the_end(course, day, may):
    completion = make_completion(course, user=make_user())
    now = NOON.replace(year=day.year, month=day.month, day=day.day)
    assert renewable_from(completion) == date(2027, 1, 1)
    if may:
        assert renew(completion, now=now).cycle == 2
    else:
        with pytest.raises(TooEarly):
            renew(completion, now=now)


def test_renewing_twice_begins_one_cycle(course):
    completion = make_completion(course, user=make_user())
    now = NOON + timedelta(days=340)
    assert renew(completion, now=now) == renew(completion, now=now)
    assert completion.enrolment.user.enrolments.count() == 2


def test_a_revoked_certificate_may_be_made_good_at_once(course):
    completion = make_completion(course, user=make_user())
    completion.certificates.update(revoked_at=NOON)
    assert renew(completion, now=NOON + timedelta(days=1)).cycle == 2


@pytest.mark.parametrize(
    ("renewed_on", "end"),
    [
        (date(2027, 1, 5), date(2028, 3, 2)),  # early: the anniversary stays
        (date(2027, 3, 2), date(2028, 3, 2)),  # on the last day
        (date(2027, 3, 3), date(2028, 3, 3)),  # too late: a new beginning
    ],
)
def test_early_renewal_keeps_the_anniversary(course, renewed_on, end):
    user = make_user()
    first = make_completion(course, user=user)
    now = NOON.replace(year=renewed_on.year, month=renewed_on.month, day=renewed_on.day)
    again = make_completion(course, user=user, now=now, cycle=2)
    assert again.valid_until == end
    first.refresh_from_db()
    assert first.valid_until == date(2027, 3, 2)


def test_a_revoked_certificate_lends_its_anniversary_to_nobody(course):
    user = make_user()
    make_completion(course, user=user).certificates.update(revoked_at=NOON)
    again = make_completion(course, user=user, now=NOON + timedelta(days=5), cycle=2)
    assert again.valid_until == date(2027, 3, 7)


@pytest.mark.django_db(transaction=True)
def test_ten_requests_at_once_complete_once(heard):
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("an in-memory database has one connection")
    course = make_course()
    enrolment = enrol(course)
    do_lessons(enrolment, course)
    make_attempt(enrolment, course)
    results = []

    def work():
        try:
            results.append(complete_if_due(enrolment, now=NOON).pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(10)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(results) == 10 and len(set(results)) == 1
    assert Completion.objects.count() == Certificate.objects.count() == len(heard) == 1


def test_asking_whether_a_course_is_completed_costs_the_same_for_many_lessons(django_assert_max_num_queries):
    small, large = make_course(slug="one"), make_course(slug="two", lessons_per_module=(9, 9))
    for course in (small, large):
        enrolment = enrol(course)
        do_lessons(enrolment, course, count=1)
        complete_if_due(enrolment, now=NOON)
        with django_assert_max_num_queries(5):
            assert complete_if_due(enrolment, now=NOON) is None
