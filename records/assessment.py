"""Taking an assessment: may it begin, what is asked, each answer, handing in.

Stages: `allowance` says whether an attempt may begin; `start_attempt` draws and freezes the questions; `save_answer` keeps
each answer when it is given; `submit_attempt` marks and closes. A closed attempt never changes again.
"""

import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from courses import marking
from courses.draw import CannotDraw, draw
from courses.models import Question
from courses.outline import Outline
from courses.presentation import option_order
from records import completion, editions, express
from records.attempts import Attempt, AttemptItem
from records.enrolments import Accommodation, Enrolment

GRACE_SECONDS = 15  # an answer given in the last second may still be on its way


class AttemptRefused(Exception):
    """An attempt may not begin now; the message is for the learner."""


class AttemptClosed(Exception):
    """The attempt has been handed in; its first result stands."""


@dataclass(frozen=True)
class Allowance:
    """What a learner may still try. `left` is None without a limit; `next_at` is set while they have to wait."""

    used: int
    left: int | None
    next_at: datetime | None
    open_attempt: Attempt | None
    last: Attempt | None
    has_passed: bool
    extra_time_percent: int = 0

    @property
    def may_begin(self) -> bool:
        return not self.has_passed and self.left != 0 and self.next_at is None

    def refusal(self) -> str:
        """Say why no attempt may begin; empty when one may."""
        if self.has_passed:
            return _("You have passed this assessment. There is no need to take it again.")
        if self.left == 0:
            return _("You have used all your attempts. Ask your training manager whether you may have another.")
        if self.next_at:
            when = formats.date_format(timezone.localtime(self.next_at), "DATETIME_FORMAT")
            return _("You can try again from %(when)s.") % {"when": when}
        return ""


def allowance(enrolment: Enrolment, rules: dict, *, now: datetime) -> Allowance:
    """Return what the rules, earlier attempts and accommodations leave to this learner."""
    attempts = list(enrolment.attempts.order_by("number"))
    extra_time, extra_attempts, no_wait = _accommodations(enrolment)
    closed = [attempt for attempt in attempts if not attempt.is_open]
    last = closed[-1] if closed else None
    limit = rules["attempt_limit"]
    wait = timedelta(minutes=0 if no_wait else rules["wait_minutes"])
    next_at = last.submitted_at + wait if last and not last.passed else None
    return Allowance(
        used=len(attempts),
        left=max(0, limit + extra_attempts - len(attempts)) if limit else None,
        next_at=next_at if next_at and next_at > now else None,
        open_attempt=next((attempt for attempt in attempts if attempt.is_open), None),
        last=last,
        has_passed=any(attempt.passed for attempt in closed),
        extra_time_percent=extra_time,
    )


def _accommodations(enrolment: Enrolment) -> tuple[int, int, bool]:
    """Return (extra time in percent, extra attempts, no wait): the most generous of what was granted."""
    if enrolment.user_id is None:
        return 0, 0, False
    granted = list(
        Accommodation.objects.filter(user=enrolment.user_id).filter(
            Q(course_key=None) | Q(course_key=enrolment.course_key)
        )
    )
    return (
        max((row.extra_time_percent for row in granted), default=0),
        max((row.extra_attempts for row in granted), default=0),
        any(row.no_wait for row in granted),
    )


@transaction.atomic
def start_attempt(enrolment: Enrolment, course: Outline, *, language: str, now: datetime) -> Attempt:
    """Return the open attempt of this enrolment, or begin one: questions drawn, frozen and put in order.

    Raises AttemptRefused when the rules forbid another one or the pool cannot fill it.
    """
    Enrolment.objects.select_for_update().get(pk=enrolment.pk)  # two clicks begin one attempt
    allowed = allowance(enrolment, course.rules, now=now)
    if allowed.open_attempt:
        if not is_late(allowed.open_attempt, now=now):
            return allowed.open_attempt
        submit_attempt(allowed.open_attempt, now=now)
        allowed = allowance(enrolment, course.rules, now=now)
    if not allowed.may_begin:
        raise AttemptRefused(allowed.refusal())
    seed = secrets.token_hex(16)
    keys, base_code = _drawn(course.rules, language, seed)
    frozen = editions.freeze(editions.questions_with_words(keys, [base_code]))
    attempt = Attempt.objects.create(
        enrolment=enrolment,
        number=(allowed.last.number if allowed.last else 0) + 1,
        key=uuid.uuid4(),
        seed=seed,
        rules=course.rules,
        course_revision=course.revision,
        started_at=now,
        deadline_at=_deadline(course.rules, allowed.extra_time_percent, now),
    )
    AttemptItem.objects.bulk_create(
        _item(attempt, position, key, frozen, base_code) for position, key in enumerate(keys, start=1)
    )
    return attempt


def _drawn(rules: dict, language: str, seed: str) -> tuple[list[uuid.UUID], str]:
    """Return the keys of the questions to ask, and the language of the key they are marked against."""
    bank = Question.objects.live().for_assessment().filter(pool_id=rules["pool"])
    rows = list(bank.values_list("translation_key", "concept", "locale__language_code"))
    base_code = settings.LANGUAGE_CODE if any(row[2] == settings.LANGUAGE_CODE for row in rows) else language
    pool = [(str(key), concept) for key, concept, code in rows if code == base_code]
    critical = {str(key) for key in bank.in_locale(base_code).critical_keys()}
    count, required = rules["question_count"], rules["required_concepts"]
    try:
        keys = draw(pool, count=count, required=required, seed=seed, critical=critical)
    except CannotDraw as problem:
        raise AttemptRefused(
            _("This assessment is not ready yet: it does not have enough questions. Please tell the editors.")
        ) from problem
    return [uuid.UUID(key) for key in keys], base_code


def _item(attempt: Attempt, position: int, key: uuid.UUID, frozen: dict, base_code: str) -> AttemptItem:
    base = frozen[key, base_code]
    return AttemptItem(
        attempt=attempt,
        position=position,
        question_key=key,
        base_edition=base,
        option_order=option_order(base.content, seed=f"{attempt.seed}:{key}"),
    )


def _deadline(rules: dict, extra_time_percent: int, now: datetime) -> datetime | None:
    minutes = rules["time_limit_minutes"]
    return now + timedelta(minutes=minutes * (100 + extra_time_percent) / 100) if minutes else None


def is_late(attempt: Attempt, *, now: datetime) -> bool:
    return bool(attempt.deadline_at and now > attempt.deadline_at + timedelta(seconds=GRACE_SECONDS))


def save_answer(item: AttemptItem, answer: dict | None, *, locale: str, now: datetime) -> None:
    """Keep an answer; the same one twice is kept once. Raises AttemptClosed when the item has been marked already.

    One statement: the row itself says whether it is still open, so that no lock on the attempt is needed.
    """
    if item.answer == answer and item.answer_locale == locale and item.credit is None:
        return
    if not express.write_answer(item, answer, locale=locale, now=now):
        raise AttemptClosed
    item.answer, item.answer_locale, item.answered_at = answer, locale, now


def flag(item: AttemptItem, flagged: bool) -> None:
    """Keep whether the learner wants to come back to a question. Raises AttemptClosed when it has been marked already."""
    if item.flagged == flagged:
        return
    if not express.write_flag(item, flagged):
        raise AttemptClosed
    item.flagged = flagged


def submit_attempt(attempt: Attempt, *, now: datetime, beside: Callable[[], None] | None = None) -> Attempt:
    """Mark the attempt, close it, and complete the course when everything is done.

    Raises AttemptClosed if it was handed in before: a double click counts once, and the first result stands. Answers are
    not locked: when one changed while it was marked, all are read again.
    `beside` writes something of the caller's in the same transaction.
    """
    with transaction.atomic():
        sheets = express.lock_sheets(attempt)
        if sheets is None:
            raise AttemptClosed
        attempt.submitted_at = now
        while not _write_result(attempt, sheets):
            sheets = express.find_sheets(attempt)
        if attempt.passed:
            completion.complete_if_due(attempt.enrolment, now=now, passed=attempt)
        if beside:
            beside()
    return attempt


def _write_result(attempt: Attempt, sheets: list[express.Sheet]) -> bool:
    """Sum up what the questions earned and write it; return whether every answer was still the one that was marked."""
    attempt.harmed = any(sheet.harmed for sheet in sheets)
    attempt.score_percent = marking.score_percent(sheet.credit for sheet in sheets)
    attempt.passed = marking.has_passed(
        attempt.score_percent, pass_mark=attempt.rules["pass_mark"], harmful=attempt.harmed
    )
    return express.write_marks(attempt, sheets)


def close_if_late(attempt: Attempt, *, now: datetime) -> Attempt:
    """Hand in an attempt whose time is up, with the answers saved until then; return it as it is now."""
    if attempt.is_open and is_late(attempt, now=now):
        try:
            return submit_attempt(attempt, now=now)
        except AttemptClosed:
            attempt.refresh_from_db()
    return attempt
