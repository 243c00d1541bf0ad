"""How often something may be tried: counters in the database, shared by all processes and alive without a cache.

Keys are kept as keyed hashes, so that the table names neither people nor addresses. Counting comes before the deed: a
hundred parallel guesses get five chances, not a hundred. When the database is gone nothing can be counted and nothing is
let through.
"""

import math
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from accounts.models import Tally

FORGET_AFTER = timedelta(hours=24)  # a tally without new failures is as good as none

# Sign-in (SAFEGUARDS §3): 5 failures of an account from an address within a minute, then waits of 30 s, 1, 2, 4 ... 60 min.
FAILURES = 5
WINDOW = timedelta(minutes=1)
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
# From 100 failures in a row on (NIST SP 800-63B-4, 3.2.2) an account takes one try per hour, wherever it comes from.
FAILURES_IN_A_ROW = 100
# One address may fail often, because an office shares it; this stops one machine going through a list of people.
FAILURES_PER_ADDRESS = 300
ADDRESS_WINDOW = timedelta(minutes=5)
# Mails that a stranger can cause by naming an address (reset, sign-up).
MAILS_PER_ACCOUNT = 4
MAILS_PER_ADDRESS = 20
MAIL_WINDOW = timedelta(hours=1)


class TooMany(Exception):
    """The limit is reached. `wait` tells when to come back."""

    def __init__(self, wait: timedelta):
        self.wait = wait
        super().__init__()

    @property
    def seconds(self) -> int:
        return max(1, math.ceil(self.wait.total_seconds()))


def key_of(action: str, *parts: str) -> str:
    return salted_hmac("accounts.limits", "\0".join([action, *parts]), algorithm="sha256").hexdigest()


def _locked(key: str, now: datetime) -> Tally:
    """Return the row for `key`, locked until the transaction ends, with old counts forgotten."""
    Tally.objects.get_or_create(key=key, defaults={"began_at": now, "last_at": now})
    tally = Tally.objects.select_for_update().get(key=key)
    if now - tally.last_at > FORGET_AFTER:
        tally.count, tally.in_a_row, tally.waits, tally.until, tally.began_at = 0, 0, 0, None, now
    return tally


def take(action: str, *parts: str, at_most: int, within: timedelta, now: datetime) -> None:
    """Count one use of `action` by `parts`. Raises TooMany beyond `at_most` within `within`."""
    with transaction.atomic():
        tally = _locked(key_of(action, *parts), now)
        if not timedelta(0) <= now - tally.began_at < within:
            tally.began_at, tally.count = now, 0
        if tally.count >= at_most:
            raise TooMany(tally.began_at + within - now)
        tally.count += 1
        tally.last_at = now
        tally.save()


def begin_guess(account: str, address: str, *, now: datetime, kind: str = "password") -> None:
    """Count a try as failed before it is checked; `guess_was_right` takes it back. Raises TooMany while a wait runs."""
    refusal = None
    with transaction.atomic():
        everywhere = _locked(key_of(kind, account), now)
        here = _locked(key_of(kind, account, address), now)
        source = _locked(key_of(kind, "", address), now)
        waits = [tally.until - now for tally in (everywhere, here, source) if tally.until and tally.until > now]
        if waits:
            refusal = TooMany(max(waits))
        else:
            _fail_here(here, now)
            _fail_everywhere(everywhere, now)
            _fail_source(source, now)
    if refusal:
        raise refusal


def _fail_here(tally: Tally, now: datetime) -> None:
    if now - tally.last_at >= WINDOW and not tally.waits:
        tally.count = 0  # a quiet minute, so five in any minute are caught
    tally.count += 1
    if tally.count >= FAILURES or tally.waits:
        tally.waits += 1
        tally.until = now + min(FIRST_WAIT * 2 ** min(tally.waits - 1, 10), LONGEST_WAIT)
    tally.last_at = now
    tally.save()


def _fail_everywhere(tally: Tally, now: datetime) -> None:
    tally.in_a_row += 1
    if tally.in_a_row >= FAILURES_IN_A_ROW:
        tally.until = now + LONGEST_WAIT
    tally.last_at = now
    tally.save()


def _fail_source(tally: Tally, now: datetime) -> None:
    if not timedelta(0) <= now - tally.began_at < ADDRESS_WINDOW:
        tally.began_at, tally.count = now, 0
    tally.count += 1
    if tally.count >= FAILURES_PER_ADDRESS:
        tally.until = tally.began_at + ADDRESS_WINDOW
    tally.last_at = now
    tally.save()


def guess_was_right(account: str, address: str, *, now: datetime, kind: str = "password") -> None:
    """Forget the failures of this account, and the one counted for the address by `begin_guess`."""
    with transaction.atomic():
        Tally.objects.filter(key__in=[key_of(kind, account), key_of(kind, account, address)]).delete()
        source = _locked(key_of(kind, "", address), now)
        source.count = max(0, source.count - 1)
        source.until = None
        source.save()


def may_mail(account: str, address: str, *, now: datetime) -> bool:
    """Count a mail that a stranger asks for. Returns False beyond the limit; the page then looks the same as ever."""
    try:
        take("mail from", address, at_most=MAILS_PER_ADDRESS, within=MAIL_WINDOW, now=now)
        take("mail to", account.strip().lower(), at_most=MAILS_PER_ACCOUNT, within=MAIL_WINDOW, now=now)
    except TooMany:
        return False
    return True


def forget_account(account: str, *, kind: str = "password") -> None:
    """Lift the account-wide slow-down: its owner has proved themselves by mail."""
    Tally.objects.filter(key=key_of(kind, account)).delete()


def sweep(now: datetime) -> int:
    """Delete tallies that no longer count. Returns how many."""
    return Tally.objects.filter(last_at__lt=now - FORGET_AFTER).delete()[0]
