"""What the requests of a busy day ask of the database, each in one plain query: opening lessons, saving and handing in.

Django builds each of these queries anew in a millisecond; the database answers them in a twentieth of one.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction

from accounts.presence import SESSION, USER
from courses import marking
from kernel.near import Kept
from kernel.rows import JOIN, Rows, every, json_value, key_value, locking, moment, moment_value, one, uuid_value, write
from records.attempts import Attempt, AttemptItem, QuestionEdition
from records.enrolments import Enrolment, SeatTime, is_fresh

EDITIONS_KEPT = 200
_editions: Kept = Kept(EDITIONS_KEPT)  # (id, digest) -> QuestionEdition
MARKS_KEPT = 2000
_marks: Kept = Kept(MARKS_KEPT)  # (digest, answer as stored) -> Mark

# --- Items of an attempt -------------------------------------------------------------------------------------------
ATTEMPT = Rows(Attempt, "a", "id", "enrolment_id", "number", "key", "submitted_at", "deadline_at")
WHOLE_ATTEMPT = Rows(Attempt, "a")
ENROLMENT = Rows(Enrolment, "e")
SHOWN = [name for name in ENROLMENT.names if name not in {"last_lesson_key", "language"}]
ITEM = Rows(
    AttemptItem,
    "i",
    "id",
    "position",
    "attempt_id",
    "base_edition_id",
    "editions",
    "option_order",
    "answer",
    "answer_locale",
    "answered_at",
    "flagged",
    "credit",
)
FIND_ITEM = f"""
    SELECT {SESSION}, {USER.sql}, {ATTEMPT.sql}, {ITEM.sql}, q.digest
    FROM records_attempt a
    JOIN records_enrolment e ON e.id = a.enrolment_id
    JOIN accounts_user u ON u.id = e.user_id
    JOIN records_attemptitem i ON i.attempt_id = a.id
    JOIN records_questionedition q ON q.id = i.base_edition_id
    WHERE a.key = %s AND i.position = %s
"""  # noqa: S608  names of columns, written above
FIND_ATTEMPT = f"""
    SELECT {SESSION}, {USER.sql}, {WHOLE_ATTEMPT.sql}, {ENROLMENT.sql}
    FROM records_attempt a
    JOIN records_enrolment e ON e.id = a.enrolment_id
    JOIN accounts_user u ON u.id = e.user_id
    WHERE a.key = %s
"""  # noqa: S608
FIND_SHEETS = """
    SELECT i.id, i.base_edition_id, q.digest, i.answer, CAST(i.answered_at AS text), a.submitted_at IS NULL
    FROM records_enrolment e
    JOIN records_attempt a ON a.enrolment_id = e.id
    JOIN records_attemptitem i ON i.attempt_id = a.id
    JOIN records_questionedition q ON q.id = i.base_edition_id
    WHERE a.id = %s ORDER BY i.position
"""
SAVE = (
    "UPDATE records_attemptitem SET answer = %s, answer_locale = %s, answered_at = %s WHERE id = %s AND credit IS NULL"
)
FLAG = "UPDATE records_attemptitem SET flagged = %s WHERE id = %s AND credit IS NULL"
CLOSE = "UPDATE records_attempt SET submitted_at = %s, score_percent = %s, passed = %s, harmed = %s WHERE id = %s"
MARK = "UPDATE records_attemptitem SET credit = %s, harmed = %s WHERE id = %s AND answered_at IS %s"
MARK_AND_CLOSE = f"""
    WITH closed AS ({CLOSE})
    UPDATE records_attemptitem i SET credit = m.credit, harmed = m.harmed
    FROM unnest(%s::float8[], %s::boolean[], %s::bigint[], %s::text[]) AS m (credit, harmed, id, answered)
    WHERE i.id = m.id AND CAST(i.answered_at AS text) IS NOT DISTINCT FROM m.answered
"""  # noqa: S608


class Found(NamedTuple):
    """What a request asks for, with what tells whether it may have it: a session's content and the row of the learner."""

    session: str | None
    user: tuple
    thing: AttemptItem | Attempt


def find_item(session: tuple, key: UUID, position: int) -> Found | None:
    """Return an item with its attempt, whoever asks for it: it is theirs only when `accounts.presence` confirms the user's row."""
    row = one(FIND_ITEM, *session, uuid_value(key), position)
    if row is None:
        return None
    content, *row = row
    after_user, after_attempt = USER.width, USER.width + ATTEMPT.width
    item = ITEM.instance(row[after_attempt:-1])
    item.attempt = ATTEMPT.instance(row[after_user:after_attempt])
    item.base_edition = editions({item.base_edition_id: row[-1]})[item.base_edition_id]
    return Found(content, row[:after_user], item)


def find_attempt(session: tuple, key: UUID) -> Found | None:
    """Return an attempt with its enrolment, whoever asks for it (see `find_item`)."""
    row = one(FIND_ATTEMPT, *session, uuid_value(key))
    if row is None:
        return None
    content, *row = row
    after_user, after_attempt = USER.width, USER.width + WHOLE_ATTEMPT.width
    attempt = WHOLE_ATTEMPT.instance(row[after_user:after_attempt])
    attempt.enrolment = ENROLMENT.instance(row[after_attempt:])
    return Found(content, row[:after_user], attempt)


@dataclass(slots=True)
class Sheet:
    """What one question of an attempt earned. `answered` tells one answer from the next."""

    item_id: int
    answered: str | None
    credit: float
    harmed: bool


def lock_sheets(attempt: Attempt) -> list[Sheet] | None:
    """Lock an open attempt and its enrolment; return its questions, marked, in the order of its items. None when it is closed.

    The enrolment comes first, as for everybody who locks both. Answers are not locked: `write_marks` tells when one changed.
    """
    rows = every(locking(FIND_SHEETS, "e, a"), attempt.pk)
    return _sheets(rows) if rows and rows[0][-1] else None


def find_sheets(attempt: Attempt) -> list[Sheet]:
    """Return the questions of an attempt, marked, in the order of its items."""
    return _sheets(every(FIND_SHEETS, attempt.pk))


def _sheets(rows: list[tuple]) -> list[Sheet]:
    found = editions({edition_id: digest for _item, edition_id, digest, *_rest in rows})
    sheets = []
    for item_id, edition_id, digest, answer, answered, _is_open in rows:
        mark = _mark(digest, found[edition_id].content, answer)
        sheets.append(Sheet(item_id, answered, float(mark.credit), mark.harmful))
    return sheets


def _mark(digest: str, content: dict, answer: str | None) -> marking.Mark:
    """Mark a stored answer. A digest stands for its content: most answers to a question are the same few, marked once each."""
    mark = _marks.get((digest, answer))
    if mark is None:
        mark = marking.mark(content, json.loads(answer) if answer else None)
        _marks.put((digest, answer), mark)
    return mark


def editions(digests: dict[int, str]) -> dict[int, QuestionEdition]:
    """Return editions by id, from memory if they were used lately; the others in one query.

    `digests` maps ids to digests: a digest stands for its content, so that what is kept never grows old.
    """
    found = {number: kept for number, digest in digests.items() if (kept := _editions.get((number, digest)))}
    if missing := digests.keys() - found.keys():
        for edition in QuestionEdition.objects.filter(pk__in=missing):
            found[edition.pk] = edition
            _editions.put((edition.pk, edition.digest), edition)
    return found


def forget_editions() -> None:
    _editions.clear()
    _marks.clear()


def write_answer(item: AttemptItem, answer: dict | None, *, locale: str, now: datetime) -> bool:
    """Write an answer unless the item has been marked; return whether it was written. It is safe on disk when this returns."""
    return write(SAVE, json_value(answer), locale, moment_value(now), item.pk) == 1


def write_flag(item: AttemptItem, flagged: bool) -> bool:
    """Set or take the flag of an item unless it has been marked; return whether it was written."""
    return write(FLAG, flagged, item.pk) == 1


def write_marks(attempt: Attempt, sheets: list[Sheet]) -> bool:
    """Write what the items and with them the attempt earned; return whether every answer was still the one that was marked.

    An item that has its mark takes no answer any more. One whose answer had changed gets none: read all anew, and write again.
    """
    marks = [(sheet.credit, sheet.harmed, sheet.item_id, sheet.answered) for sheet in sheets]
    result = (moment_value(attempt.submitted_at), attempt.score_percent, attempt.passed, attempt.harmed, attempt.pk)
    if connection.vendor == "postgresql":
        return write(MARK_AND_CLOSE, *result, *(list(column) for column in zip(*marks, strict=True))) == len(sheets)
    with connection.cursor() as cursor:
        cursor.executemany(MARK, marks)
        count = cursor.rowcount
    write(CLOSE, *result)
    return count == len(sheets)


# --- A learner in a course -----------------------------------------------------------------------------------------
FIND_LEARNER = f"""
    SELECT {SESSION}, {USER.sql}, {ENROLMENT.sql}, s.last_sign_at, c.id,
      u.is_superuser
        OR EXISTS (SELECT 1 FROM accounts_user_user_permissions p WHERE p.user_id = u.id)
        OR EXISTS (SELECT 1 FROM accounts_user_groups g JOIN auth_group_permissions p ON p.group_id = g.group_id
                   WHERE g.user_id = u.id),
      (SELECT {{join}} FROM (SELECT CAST(lesson_key AS text) || CASE WHEN done_at IS NULL THEN '-' ELSE '+' END AS fact
         FROM records_lessonprogress WHERE enrolment_id = e.id ORDER BY lesson_key) lesson),
      (SELECT {{join}} FROM (SELECT CAST(number AS text) || CAST(key AS text) || CASE WHEN submitted_at IS NULL THEN '-'
           WHEN passed THEN '+' ELSE '0' END || COALESCE(CAST(score_percent AS text), '') AS fact
         FROM records_attempt WHERE enrolment_id = e.id ORDER BY number) attempt),
      (SELECT {{join}} FROM (SELECT number || CASE WHEN revoked_at IS NULL THEN '' ELSE '-' END AS fact
         FROM records_certificate WHERE completion_id = c.id ORDER BY id) certificate)
    FROM accounts_user u
    LEFT JOIN records_enrolment e ON e.user_id = u.id AND e.course_key = %s
    LEFT JOIN records_seattime s ON s.enrolment_id = e.id
    LEFT JOIN records_completion c ON c.enrolment_id = e.id
    WHERE u.id = %s ORDER BY e.cycle DESC LIMIT 1
"""  # noqa: S608  names of columns, written above
OPEN = """
    INSERT INTO records_lessonprogress (enrolment_id, lesson_key, opened_at, language) VALUES (%s, %s, %s, %s)
    ON CONFLICT DO NOTHING
"""
FIRST_SIGN = "INSERT INTO records_seattime (enrolment_id, last_sign_at) VALUES (%s, %s) ON CONFLICT DO NOTHING"
# Whoever finds the sign of life they read still standing counts the time since; of two tabs that is one.
NEXT_SIGN = "UPDATE records_seattime SET last_sign_at = %s WHERE enrolment_id = %s AND last_sign_at = %s"
GO_ON = """
    UPDATE records_enrolment SET last_lesson_key = %s, language = %s, active_seconds = active_seconds + %s WHERE id = %s
"""


@dataclass
class LearnerFacts:
    """A user's row and everything a lesson page shows of how far they have come in one course.

    `lessons` are keys with + for done and - for opened; `attempts` and `certificates` are written out likewise.
    """

    session: str | None
    user: tuple
    enrolment: Enrolment | None
    last_sign_at: datetime | None
    completion_id: int | None
    has_powers: bool  # belongs to the staff in any way: their pages have more on them
    lessons: str
    attempts: str
    certificates: str

    @property
    def shown(self) -> tuple:
        """Changes whenever anything does that a lesson page may show; holds the enrolment's id, so that no two learners' are equal.

        Which lesson was opened last is not shown on a lesson: it is the one that is shown.
        """
        if self.enrolment is None:
            return ()
        row = {name: getattr(self.enrolment, name) for name in SHOWN}
        row["active_seconds"] //= 60
        done = tuple(fact for fact in self.lessons.split() if fact[-1] == "+")
        return *row.values(), self.completion_id, done, self.attempts, self.certificates

    def keys(self, signs: str) -> set[UUID]:
        """Keys of the lessons that carry one of `signs`."""
        return {key_value(fact[:-1]) for fact in self.lessons.split() if fact[-1] in signs}


def find_learner(session: tuple, user_id: int, course_key: UUID) -> LearnerFacts | None:
    """Return what is known of a user in the newest cycle of a course, in one query; None when there is no such user.

    With it comes the session that is asked for: only `accounts.presence` can tell whether it is this user's.
    """
    row = one(FIND_LEARNER.format(join=JOIN[connection.vendor]), *session, uuid_value(course_key), user_id)
    if row is None:
        return None
    content, *row = row
    after_user, after_enrolment = USER.width, USER.width + ENROLMENT.width
    columns = row[after_user:after_enrolment]
    sign, completion_id, has_powers, lessons, attempts, certificates = row[after_enrolment:]
    return LearnerFacts(
        session=content,
        user=row[:after_user],
        enrolment=ENROLMENT.instance(columns) if columns[0] is not None else None,
        last_sign_at=moment(sign) if sign else None,
        completion_id=completion_id,
        has_powers=bool(has_powers),
        lessons=lessons or "",
        attempts=attempts or "",
        certificates=certificates or "",
    )


def open_lesson(facts: LearnerFacts, lesson_key: UUID, *, language: str, now: datetime) -> None:
    """Note that the learner opened a lesson and count the time since their last sign of life; what changes nothing writes nothing.

    The same as `progress.open_lesson` and `progress.count_time`, in one short transaction. `facts` are true afterwards.
    """
    enrolment, key = facts.enrolment, str(uuid_value(lesson_key))
    is_known = key in facts.lessons
    is_quiet = facts.last_sign_at is not None and is_fresh(facts.last_sign_at, now=now)
    if is_known and is_quiet and (enrolment.last_lesson_key, enrolment.language) == (lesson_key, language):
        return
    if is_known and is_quiet:
        write(GO_ON, uuid_value(lesson_key), language, 0, enrolment.pk)
        enrolment.last_lesson_key, enrolment.language = lesson_key, language
        return
    seconds = 0
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        if not is_known:
            cursor.execute(OPEN, [enrolment.pk, uuid_value(lesson_key), moment_value(now), language])
            facts.lessons = " ".join(sorted([*facts.lessons.split(), f"{key}-"]))
        if facts.last_sign_at is None:
            cursor.execute(FIRST_SIGN, [enrolment.pk, moment_value(now)])
        elif not is_quiet:
            cursor.execute(NEXT_SIGN, [moment_value(now), enrolment.pk, moment_value(facts.last_sign_at)])
            passed = int((now - facts.last_sign_at).total_seconds())
            seconds = min(max(passed, 0), SeatTime.IDLE_CAP_SECONDS) if cursor.rowcount else 0
        cursor.execute(GO_ON, [uuid_value(lesson_key), language, seconds, enrolment.pk])
    enrolment.last_lesson_key, enrolment.language = lesson_key, language
    enrolment.active_seconds += seconds
