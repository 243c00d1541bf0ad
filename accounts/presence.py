"""Who sends a request, found out with the query that finds what they ask for: for the few kinds that come by the thousand.

It comes to the same verdict as the middleware for sessions, authentication and idleness, or to none: whenever anything is out
of the ordinary (no such session, away for too long, a clock set back, a changed password, messages waiting) the answer is
None, and the ordinary middleware decides. A sign of life that is due is left to `accounts.idle.see`, as there.
"""

import time
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.messages.storage.session import SessionStorage
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.idle import SEEN
from accounts.models import User
from kernel.near import Kept
from kernel.rows import Rows, moment_value, one, write

# What the caller's own query brings of the session; its values are those of `session_values`.
SESSION = "(SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s)"
SAVE_SESSION = "UPDATE django_session SET session_data = %s, expire_date = %s WHERE session_key = %s"
SESSIONS_KEPT = 200
_read: Kept = Kept(SESSIONS_KEPT)
OWNERS_KEPT = 2000
_owners: Kept = Kept(OWNERS_KEPT)  # session key -> user id, as it was last seen: a guess, which `confirm` tests
# What it brings of the user, under the alias u.
USER = Rows(User, "u", "id", "password", "session_epoch", "is_active")


class PlainSession(SessionStore):
    """A session that was found, and is saved again in one plain statement."""

    key_salt = SessionStore().key_salt  # Django makes it from the name of the class

    is_written = False

    def save(self, must_create=False):
        """Write it, unless that was done. Raises UpdateError when the session was ended meanwhile."""
        if self.is_written:
            return
        data = self.encode(self._session_cache)
        if not write(SAVE_SESSION, data, moment_value(self.get_expiry_date()), self.session_key):
            raise UpdateError
        self.is_written = True


@dataclass(frozen=True)
class Presence:
    """A session that names a user. It is worth nothing until `confirm` has seen that user's row."""

    session: PlainSession
    user_id: int
    session_hash: str

    def confirm(self, row: tuple) -> User | None:
        """Return the user of the row (of `USER`) when the session is theirs and still good. Other fields load late."""
        user = USER.instance(row)
        if user.pk != self.user_id or not user.is_active:
            return None
        return user if constant_time_compare(self.session_hash, user.get_session_auth_hash()) else None


def read_session(session: PlainSession, text: str) -> dict:
    """Return what a session's row holds. The same text means the same, so that its signature is checked once per process."""
    kept = _read.get(text)
    if kept is None:
        kept = session.decode(text)
        _read.put(text, kept)
    return dict(kept)


def session_values(request) -> tuple | None:
    """Return the values of `SESSION` for this request; None when it names no session."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    return (key, moment_value(timezone.now())) if key else None


def owner_of(values: tuple) -> int | None:
    """Return whose session this is, as far as this process knows, else as the database does: who to look for."""
    if (known := _owners.get(values[0])) is not None:
        return known
    row = one(f"SELECT {SESSION}", *values)
    found = presence_of(values, row[0])
    return found and found.user_id


def presence_of(values: tuple, text: str | None) -> Presence | None:
    """Return the session that was found under `values` with the content `text`, if it may simply go on."""
    if text is None:
        return None
    session = PlainSession(values[0])
    data = session._session_cache = read_session(session, text)
    user_id = data.get(SESSION_KEY)
    if not user_id or data.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    now = int(time.time())
    if not 0 <= now - data.get(SEEN, now) < settings.IDLE_MINUTES * 60 or SessionStorage.session_key in data:
        return None
    owner = User._meta.pk.to_python(user_id)
    _owners.put(values[0], owner)
    return Presence(session, owner, data.get(HASH_SESSION_KEY, ""))
