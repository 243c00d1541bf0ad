"""Model instances from plain SQL, for the few queries that run by the thousand.

Django builds a query anew each time, which takes ten times as long as the database needs for it. `Rows` names the columns once
and makes instances of what comes back, with every value as the model's fields read it; fields left out load when asked for.
"""

import json
import time
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import cache
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, IntegrityError, connection, connections, models, transaction
from django.db.models.signals import post_save

# Makes one text of the column `fact` of several rows, with spaces between.
JOIN = {"sqlite": "group_concat(fact, ' ')", "postgresql": "string_agg(fact, ' ')"}


LOOK_EVERY_SECONDS = 1


class ValueTaken(IntegrityError):
    """Another row has the value that must be the only one of its kind; nothing was written, and the transaction goes on."""


class Rows:
    """The columns of a model under an alias, and the way from their values to an instance.

    `names` are attribute names (`attempt_id`); none means all. `sql` goes after SELECT; `width` is how many values it yields.
    """

    def __init__(self, model: type[models.Model], alias: str, *names: str):
        self.model = model
        fields = [field for field in model._meta.concrete_fields if not names or field.attname in names]
        unknown = set(names) - {field.attname for field in fields}
        if unknown:
            raise ValueError(f"{model.__name__} has no {', '.join(sorted(unknown))}.")
        self.names = tuple(field.attname for field in fields)  # in the order `Model.from_db` wants
        self.sql = ", ".join(f"{alias}.{field.column}" for field in fields)
        self.width = len(fields)
        self._readers = [(place, read) for place, field in enumerate(fields) if (read := _reader(field))]

    def instance(self, values) -> models.Model:
        values = list(values)
        for place, read in self._readers:
            if values[place] is not None:
                values[place] = read(values[place])
        return self.model.from_db(connection.alias, self.names, values)


def _reader(field):
    kinds = {
        models.UUIDField: key_value,
        models.DateTimeField: moment,
        models.JSONField: json.loads,
        models.BooleanField: bool,  # SQLite has numbers
    }
    return next((read for kind, read in kinds.items() if isinstance(field, kind)), None)


def key_value(value) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


def moment(value: datetime) -> datetime:
    return value if value.tzinfo else value.replace(tzinfo=UTC)  # SQLite stores UTC without saying so


def uuid_value(value: UUID):
    """A key as this database compares it."""
    return value if connection.features.has_native_uuid_field else value.hex


def moment_value(value: datetime):
    return connection.ops.adapt_datetimefield_value(value)


def json_value(value):
    return None if value is None else connection.ops.adapt_json_value(value, None)


def one(sql: str, *values) -> tuple | None:
    database = connections[DEFAULT_DB_ALIAS]
    if not _goes_straight(database):
        with database.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchone()
    with database.wrap_database_errors:
        return _straight(database, sql, values).fetchone()


def every(sql: str, *values) -> list[tuple]:
    database = connections[DEFAULT_DB_ALIAS]
    if not _goes_straight(database):
        with database.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall()
    with database.wrap_database_errors:
        return _straight(database, sql, values).fetchall()


def write(sql: str, *values) -> int:
    """Run one statement that writes; return how many rows it changed. They are safe on disk when this returns.

    On SQLite a transaction of its own takes a fair turn (`kernel.sqlite3`); PostgreSQL needs none for one statement.
    """
    database = connections[DEFAULT_DB_ALIAS]
    if _goes_straight(database) and (database.vendor == "postgresql" or not database.in_atomic_block):
        with database.wrap_database_errors:
            if database.vendor == "sqlite":
                return _write_straight(database, _with_marks(sql), values)
            return _straight(database, sql, values).rowcount
    turn = transaction.atomic(savepoint=False) if database.vendor == "sqlite" else nullcontext()
    with turn, database.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.rowcount


def _straight(database, sql: str, values):
    """Run a query on the driver's own connection and return its cursor.

    On PostgreSQL as a prepared statement: to plan one of these queries takes the server longer than to run it.
    """
    if database.vendor == "sqlite":
        return database.connection.execute(_with_marks(sql), values)
    from psycopg import Cursor

    return Cursor(database.connection).execute(sql, values, prepare=True)


def _write_straight(database, sql: str, values) -> int:
    database._start_transaction_under_autocommit()
    try:
        count = database.connection.execute(sql, values).rowcount
        database.connection.commit()
    except BaseException:
        database.connection.rollback()
        raise
    return count


def _goes_straight(database) -> bool:
    """Whether a query may go to the driver's own connection: where nobody listens to queries, as tests and debugging do.

    Django's cursors and transactions cost several times what the database needs for such a query.
    """
    if database.vendor not in {"sqlite", "postgresql"} or database.execute_wrappers or database.queries_logged:
        return False
    if database.connection is None:
        database.ensure_connection()
    elif database.vendor == "postgresql":
        _look_after(database)
    if database.in_atomic_block:
        database.validate_no_broken_transaction()
    return True


def _look_after(database) -> None:
    """Have Django's check of a connection that was kept, but not again within a second of the last one."""
    if database.health_check_done:
        return
    now = time.monotonic()
    if now - getattr(database, "lodestar_looked_at", 0) < LOOK_EVERY_SECONDS:
        database.health_check_done = True
        return
    database.close_if_health_check_failed()
    database.ensure_connection()
    database.lodestar_looked_at = now


@cache
def _with_marks(sql: str) -> str:
    return sql.replace("%s", "?")


def insert(row: models.Model, *, unless: str = "") -> None:
    """Write a new row as its model's fields write themselves, and give it its id; who listens to `post_save` is told.

    `unless` names a unique column: raises ValueTaken when another row has that value.
    """
    made = one(_insert_sql(type(row), unless), *_values(row))
    if made is None:
        raise ValueTaken(f"Another row has this {unless}.")
    _is_written(row, made[0])


def insert_pair(first: models.Model, second: models.Model, *, link: str, unless: str = "") -> None:
    """Write a new row and another one that points to it by its field `link`: in one statement where the database can do that.

    `unless` names a unique column of the second: raises ValueTaken when another row has that value. The first is written then.
    """
    if connection.vendor != "postgresql":
        insert(first)
        setattr(second, link, first)
        insert(second, unless=unless)
        return
    sql = _pair_sql(type(first), type(second), second._meta.get_field(link), unless)
    first_id, second_id = one(sql, *_values(first), *_values(second, leave_out=link))
    _is_written(first, first_id)
    setattr(second, link, first)
    if second_id is None:
        raise ValueTaken(f"Another row has this {unless}.")
    _is_written(second, second_id)


def _fields(model: type[models.Model]) -> list[models.Field]:
    return [field for field in model._meta.concrete_fields if field is not model._meta.auto_field]


def _values(row: models.Model, *, leave_out: str = "") -> list:
    database = connections[DEFAULT_DB_ALIAS]
    fields = [field for field in _fields(type(row)) if field.name != leave_out]
    return [field.get_db_prep_save(getattr(row, field.attname), database) for field in fields]


def _is_written(row: models.Model, number: int) -> None:
    row.pk, row._state.adding, row._state.db = number, False, connection.alias
    post_save.send(sender=type(row), instance=row, created=True, update_fields=None, raw=False, using=connection.alias)


@cache
def _insert_sql(model: type[models.Model], unless: str, link: models.Field | None = None) -> str:
    """An INSERT of all columns but the id; the value of `link` is the id of the row that was just written as `first`."""
    meta, fields = model._meta, _fields(model)
    columns = ", ".join(field.column for field in fields)
    signs = ", ".join("(SELECT id FROM first)" if field == link else "%s" for field in fields)
    conflict = f" ON CONFLICT ({meta.get_field(unless).column}) DO NOTHING" if unless else ""
    return f"INSERT INTO {meta.db_table} ({columns}) VALUES ({signs}){conflict} RETURNING {meta.pk.column} AS id"  # noqa: S608


@cache
def _pair_sql(first: type[models.Model], second: type[models.Model], link: models.Field, unless: str) -> str:
    parts = _insert_sql(first, ""), _insert_sql(second, unless, link)
    return "WITH first AS ({}), second AS ({}) SELECT first.id, (SELECT id FROM second) FROM first".format(*parts)


def locking(sql: str, alias: str = "") -> str:
    """The query with a lock on what it reads, where the database locks rows; SQLite's writers have the whole file."""
    if not connection.features.has_select_for_update:
        return sql
    return f"{sql} FOR UPDATE{f' OF {alias}' if alias else ''}"
