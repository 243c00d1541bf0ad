"""The bare answer's transaction against the database itself: one connection, no web server, no Django."""

import json
import sqlite3
import time

SAVE = "UPDATE bare_bareanswer SET choice = {0}, answered_at = {0} WHERE attempt_id = {0} AND position = {0}"
TOUCH = "UPDATE bare_bareattempt SET changed_at = {0} WHERE id = {0}"
LEARNERS, QUESTIONS = 50, 15


def connect(address: str):
    """Return an execute function, the placeholder its SQL uses, and how a transaction begins."""
    if address.startswith("sqlite"):
        connection = sqlite3.connect(address.removeprefix("sqlite:///"), isolation_level=None, timeout=20)
        connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;")
        return connection.execute, "?", "BEGIN IMMEDIATE"
    import psycopg

    connection = psycopg.connect(address, autocommit=True)
    return connection.cursor().execute, "%s", "BEGIN"


def run(address: str, seconds: float) -> dict:
    execute, sign, begin = connect(address)
    save, touch = SAVE.format(sign), TOUCH.format(sign)
    started, count = time.perf_counter(), 0
    while time.perf_counter() - started < seconds:
        stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime()) + f".{count % 1_000_000:06d}"
        attempt = count % LEARNERS + 1
        execute(begin)
        execute(save, (json.dumps({"choice": stamp}), stamp, attempt, count % QUESTIONS))
        execute(touch, (stamp, attempt))
        execute("COMMIT")
        count += 1
    return {"requests": count, "seconds": time.perf_counter() - started, "errors": {}}
