"""Rows of plain SQL come back as the models' own fields would read them."""

import uuid
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models.signals import post_save

from accounts.models import User
from kernel.rows import Rows, ValueTaken, every, insert, insert_pair, json_value, one, uuid_value, write
from records.models import Attempt, Enrolment, QuestionEdition

pytestmark = pytest.mark.django_db


def test_every_kind_of_value_is_what_the_field_makes_of_it():
    user = User.objects.create_user("ana@agency.example", name="Ana")
    enrolment = Enrolment.objects.create(
        user=user, course_key=uuid.uuid4(), started_at=datetime(2026, 3, 2, 17, tzinfo=UTC)
    )
    rows = Rows(Enrolment, "e")
    found = rows.instance(one(f"SELECT {rows.sql} FROM records_enrolment e WHERE e.id = %s", enrolment.pk))
    enrolment.refresh_from_db()
    for field in Enrolment._meta.concrete_fields:
        assert getattr(found, field.attname) == getattr(enrolment, field.attname), field.name


def test_json_is_read_and_written_as_data():
    edition = QuestionEdition.objects.create(
        digest="d", question_key=uuid.uuid4(), locale="es", content={"stem": "¿Qué?"}
    )
    rows = Rows(QuestionEdition, "q", "id", "content", "question_key")
    row = one(
        f"SELECT {rows.sql} FROM records_questionedition q WHERE q.question_key = %s", uuid_value(edition.question_key)
    )
    assert rows.instance(row).content == {"stem": "¿Qué?"}
    assert json_value(None) is None


def test_a_field_left_out_is_loaded_when_asked_for():
    user = User.objects.create_user("ana@agency.example", name="Ana")
    rows = Rows(User, "u", "id", "is_active")
    found = rows.instance(one(f"SELECT {rows.sql} FROM accounts_user u WHERE u.id = %s", user.pk))
    assert found.get_deferred_fields() >= {"name", "email"}
    assert found.name == "Ana"


def test_a_misspelt_name_is_refused_at_once():
    with pytest.raises(ValueError, match="pasword"):
        Rows(User, "u", "id", "pasword")


def test_no_row_is_none_and_no_rows_are_an_empty_list():
    assert one("SELECT id FROM accounts_user WHERE id = %s", 0) is None
    assert every("SELECT id FROM accounts_user WHERE id = %s", 0) == []


def test_a_new_row_is_what_the_model_itself_would_have_written():
    user = User.objects.create_user("ana@agency.example", name="Ana")
    facts = {"course_key": uuid.uuid4(), "started_at": datetime(2026, 3, 2, 17, tzinfo=UTC), "language": "es"}
    told = []

    def listen(instance, created, **_signal):
        told.append((instance, created))

    post_save.connect(listen, sender=Enrolment)
    try:
        insert(row := Enrolment(user=user, cycle=1, **facts))
    finally:
        post_save.disconnect(listen, sender=Enrolment)
    assert told == [(row, True)]
    ordinary = Enrolment.objects.create(user=user, cycle=2, **facts)
    short = Enrolment.objects.get(pk=row.pk)
    for field in Enrolment._meta.concrete_fields:
        if field.name not in {"id", "cycle"}:
            assert getattr(short, field.attname) == getattr(ordinary, field.attname), field.name
    row.language = "en"
    row.save()
    assert Enrolment.objects.get(pk=row.pk).language == "en"


def test_a_value_that_another_row_has_is_refused_and_the_transaction_goes_on():
    first = QuestionEdition(digest="d", question_key=uuid.uuid4(), locale="en", content={"stem": "Who?"})
    insert(first, unless="digest")
    with pytest.raises(ValueTaken):
        insert(
            QuestionEdition(digest="d", question_key=uuid.uuid4(), locale="en", content={"stem": "What?"}),
            unless="digest",
        )
    assert QuestionEdition.objects.get(digest="d").content == {"stem": "Who?"}


def test_two_new_rows_of_which_one_points_to_the_other_are_written_together():
    user = User.objects.create_user("ana@agency.example", name="Ana")
    key, now = uuid.uuid4(), datetime(2026, 3, 2, 17, tzinfo=UTC)
    enrolment = Enrolment(user=user, course_key=key, started_at=now)
    attempt = Attempt(number=1, key=uuid.uuid4(), started_at=now, seed="7", rules={"pass_mark": 80})
    insert_pair(enrolment, attempt, link="enrolment")
    assert (enrolment.pk, enrolment.course_key) == Enrolment.objects.values_list("pk", "course_key").get()
    found = Attempt.objects.get(enrolment=enrolment)
    for field in Attempt._meta.concrete_fields:
        assert getattr(found, field.attname) == getattr(attempt, field.attname), field.name
    assert attempt.enrolment is enrolment and not attempt._state.adding and not enrolment._state.adding


def test_of_two_rows_the_first_stands_when_the_second_has_a_value_that_is_taken():
    user = User.objects.create_user("ana@agency.example", name="Ana")
    key, now = uuid.uuid4(), datetime(2026, 3, 2, 17, tzinfo=UTC)
    insert_pair(
        Enrolment(user=user, course_key=key, started_at=now),
        taken := Attempt(number=1, key=uuid.uuid4(), started_at=now),
        link="enrolment",
    )
    again = Enrolment(user=user, course_key=key, started_at=now, cycle=2)
    second = Attempt(number=1, key=taken.key, started_at=now)
    with pytest.raises(ValueTaken):
        insert_pair(again, second, link="enrolment", unless="key")
    assert Enrolment.objects.get(cycle=2) == again
    assert second.enrolment == again and second._state.adding
    second.key = uuid.uuid4()
    insert(second, unless="key")
    assert again.attempts.get() == second


def test_writing_tells_how_many_rows_it_changed():
    User.objects.create_user("ana@agency.example", name="Ana")
    change = "UPDATE accounts_user SET name = %s WHERE email = %s"
    assert write(change, "Anna", "ana@agency.example") == 1
    assert write(change, "Anna", "ben@agency.example") == 0


@pytest.mark.django_db(transaction=True)
def test_a_statement_alone_is_safe_when_it_returns_and_leaves_nothing_behind_when_it_fails():
    user = User.objects.create_user("ana@agency.example", name="Ana")
    assert write("UPDATE accounts_user SET name = %s WHERE id = %s", "Anna", user.pk) == 1
    with pytest.raises(IntegrityError):
        write("UPDATE accounts_user SET name = NULL WHERE id = %s", user.pk)
    assert connection.get_autocommit() and not connection.in_atomic_block
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(name="Annie")
    assert one("SELECT name FROM accounts_user WHERE id = %s", user.pk) == ("Annie",)


def test_a_faulty_query_is_the_error_that_django_raises():
    with pytest.raises(DatabaseError), transaction.atomic():
        one("SELECT no_such_column FROM accounts_user WHERE id = %s", 1)


def test_nothing_is_asked_in_a_transaction_that_broke():
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(transaction.TransactionManagementError):
            one("SELECT 1 WHERE %s = 1", 1)
