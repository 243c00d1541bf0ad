"""SQLite with one change: who waits to write asks again every fraction of a millisecond.

SQLite itself waits longer and longer, up to 100 ms, and whoever comes fresh takes the turn meanwhile: with two workers that
write all the time, answers stood in line for a second although each write takes a fraction of a millisecond. Asking
often costs little, and every waiting writer has the same chance.
"""

import random
import sqlite3
import time

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

ASK_EVERY_SECONDS = 0.0002


class DatabaseWrapper(base.DatabaseWrapper):
    def _start_transaction_under_autocommit(self):
        """Begin a transaction that may write. Raises OperationalError when no turn came within the `timeout` option."""
        if self.transaction_mode != "IMMEDIATE":
            return super()._start_transaction_under_autocommit()
        seconds = self.settings_dict["OPTIONS"].get("timeout", 5)
        execute = self.connection.execute
        execute("PRAGMA busy_timeout = 0")
        try:
            end = 0
            while True:
                try:
                    return execute("BEGIN IMMEDIATE")
                except sqlite3.OperationalError as error:
                    if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                        raise OperationalError(*error.args) from error
                    now = time.monotonic()
                    end = end or now + seconds
                    if now > end:
                        raise OperationalError(*error.args) from error
                time.sleep(ASK_EVERY_SECONDS * random.uniform(0.5, 1.5))  # noqa: S311  chance, not a secret
        finally:
            execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")
