"""Writers on SQLite wait for their turn, and not for ever."""

import threading
import time

import pytest
from django.db import OperationalError
from django.db.utils import ConnectionHandler


@pytest.fixture
def database(tmp_path):
    """Return a function that opens one more connection to the same file."""
    handlers = []

    def connect(timeout=5):
        handler = ConnectionHandler(
            {
                "default": {
                    "ENGINE": "kernel.sqlite3",
                    "NAME": str(tmp_path / "test.sqlite3"),
                    "OPTIONS": {
                        "transaction_mode": "IMMEDIATE",
                        "timeout": timeout,
                        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
                    },
                }
            }
        )
        handlers.append(handler)
        return handler["default"]

    yield connect
    for handler in handlers:
        handler.close_all()


@pytest.fixture(autouse=True)
def real_connections(django_db_blocker):
    with django_db_blocker.unblock():
        yield


def write(connection, seconds=0.0):
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO line VALUES (1)")
    time.sleep(seconds)
    connection.commit()
    connection.set_autocommit(True)


def count(connection) -> int:
    with connection.cursor() as cursor:
        return cursor.execute("SELECT count(*) FROM line").fetchone()[0]


def make(connection):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE line (number integer)")


def test_a_writer_waits_for_another_and_then_writes(database):
    first = database()
    make(first)
    holds = threading.Event()

    def hold():
        other = database()
        other.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        holds.set()
        time.sleep(0.2)
        other.commit()
        other.close()

    thread = threading.Thread(target=hold)
    thread.start()
    holds.wait()
    write(first)
    thread.join()
    assert count(first) == 1


def test_a_writer_gives_up_after_the_timeout_and_can_write_later(database):
    first, second = database(), database(timeout=0.1)
    make(first)
    first.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    begun = time.monotonic()
    with pytest.raises(OperationalError, match="locked"):
        write(second)
    assert time.monotonic() - begun >= 0.1
    first.rollback()
    first.set_autocommit(True)
    second.set_autocommit(True)
    write(second)
    assert count(first) == 1


def test_many_writers_lose_nothing(database):
    make(database())

    def work():
        connection = database()
        for _line in range(25):
            write(connection)
        connection.close()

    threads = [threading.Thread(target=work) for _writer in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(database()) == 100


def test_reads_outside_a_transaction_take_no_turn(database):
    first, second = database(), database(timeout=0.1)
    make(first)
    first.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    assert count(second) == 0
    first.rollback()
