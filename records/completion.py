"""When a course counts as completed, and the evidence frozen at that moment.

Due when every lesson is done, the assessment is passed (where the course has one) and the active minutes are reached. The
completion and the certificate's number are written in one transaction, once per enrolment, whatever runs beside it.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from accounts.models import User
from courses.outline import Outline, outline
from kernel.rows import JOIN, Rows, insert, locking, one
from records.attempts import Attempt
from records.certificates import Completion
from records.enrolments import Enrolment
from records.issuing import issue, titles
from records.signals import course_completed
from records.validity import know_zone, local_date, valid_until

log = logging.getLogger("records")


def complete_if_due(enrolment: Enrolment, *, now: datetime, passed: Attempt | None = None) -> Completion | None:
    """Return the enrolment's completion, made now when it is due and not there yet; None when something is left to do.

    Safe to call after every step of a learner and from two requests at once. `records.signals.course_completed` is sent
    once, after the transaction. `passed`: the attempt that has just been passed; whoever knows it holds the enrolment's lock.
    """
    with transaction.atomic(savepoint=False):
        if passed is None:
            _lock(enrolment)
        case = _case(enrolment)
        enrolment = case.enrolment
        if case.completion_id:
            done = Completion.objects.get(pk=case.completion_id)
            if enrolment.user_id and not done.certificates.exists():
                issue(done, now=now)  # completed as a visitor, and brought into an account since
            return done
        course = outline(enrolment.course_key, settings.LANGUAGE_CODE)
        if course is None or not case.has_done(course):
            return None
        attempt = passed or _passed_attempt(enrolment)
        rules = attempt.rules if attempt else course.rules
        if rules["pool"] is not None and attempt is None:
            return None
        if enrolment.active_seconds < rules["seat_minutes"] * 60:
            return None
        completion = _completion(enrolment, attempt, course, rules, case.languages(attempt), now)
        if enrolment.user_id:
            issue(completion, now=now)
        else:
            insert(completion)
        transaction.on_commit(lambda: _announce(completion))
    return completion


ENROLMENT, HOLDER = Rows(Enrolment, "e"), Rows(User, "u", "id", "name", "email")
LOCK = "SELECT id FROM records_enrolment WHERE id = %s"
CASE = f"""
    SELECT {ENROLMENT.sql}, {HOLDER.sql}, c.id,
      (SELECT o.time_zone FROM accounts_membership m JOIN accounts_organisation o ON o.id = m.organisation_id
         WHERE m.user_id = e.user_id ORDER BY m.since, m.id LIMIT 1),
      (SELECT {{join}} FROM (SELECT CAST(lesson_key AS text) || CASE WHEN done_at IS NULL THEN ':-:' ELSE ':+:' END || language AS fact
         FROM records_lessonprogress WHERE enrolment_id = e.id ORDER BY opened_at, id) lesson)
    FROM records_enrolment e
    LEFT JOIN accounts_user u ON u.id = e.user_id
    LEFT JOIN records_completion c ON c.enrolment_id = e.id
    WHERE e.id = %s
"""  # noqa: S608  names of columns, written above


@dataclass
class Case:
    """An enrolment as it stands with its user, its completion, and its lessons: rows of (key as text, is done, language)."""

    enrolment: Enrolment
    completion_id: int | None
    lessons: list[tuple[str, bool, str]]

    def has_done(self, course: Outline) -> bool:
        done = {key.replace("-", "") for key, is_done, _language in self.lessons if is_done}
        return all(lesson.key.hex in done for lesson in course.lessons)

    def languages(self, attempt: Attempt | None) -> list[str]:
        """Every language the course was taken in, each once, in order of first use."""
        used = [language for _key, _is_done, language in self.lessons]
        return list(dict.fromkeys([*used, *(attempt.languages if attempt else []), self.enrolment.language]))


def _lock(enrolment: Enrolment) -> None:
    if connection.features.has_select_for_update:
        one(locking(LOCK), enrolment.pk)


def _case(enrolment: Enrolment) -> Case:
    """Return what a completion hangs on.

    Ask it after the lock has been given: what another request wrote while this one waited is seen then.
    """
    row = one(CASE.format(join=JOIN[connection.vendor]), enrolment.pk)
    fresh = ENROLMENT.instance(row[: ENROLMENT.width])
    completion_id, zone, lessons = row[-3:]
    if fresh.user_id:
        fresh.user = HOLDER.instance(row[ENROLMENT.width : -3])
    know_zone(fresh, zone)
    facts = [fact.split(":") for fact in (lessons or "").split()]
    return Case(fresh, completion_id, [(key, sign == "+", language) for key, sign, language in facts])


def _passed_attempt(enrolment: Enrolment) -> Attempt | None:
    return enrolment.attempts.filter(passed=True, submitted_at__isnull=False).order_by("number").first()


def _completion(enrolment, attempt, course: Outline, rules: dict, languages: list[str], now: datetime) -> Completion:
    # A clock set back must not let a course end before it began.
    moments = [now, enrolment.started_at, *([attempt.submitted_at] if attempt else [])]
    completed_at = max(moments)
    return Completion(
        enrolment=enrolment,
        attempt=attempt,
        completed_at=completed_at,
        course_title=titles(enrolment.course_key).get(enrolment.language) or course.title,
        course_revision=(attempt.course_revision if attempt else "") or course.revision,
        rules=rules,
        score_percent=attempt.score_percent if attempt else None,
        languages=languages,
        active_seconds=enrolment.active_seconds,
        valid_until=valid_until(
            enrolment, months=rules["validity_months"], completed_on=local_date(enrolment, completed_at)
        ),
    )


def _announce(completion: Completion) -> None:
    for receiver, answer in course_completed.send_robust(sender=Completion, completion=completion):
        if isinstance(answer, Exception):
            log.error("A listener to course_completed failed: %s", receiver, exc_info=answer)
