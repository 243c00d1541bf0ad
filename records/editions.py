"""Freezing questions as they stand, so that an attempt keeps what was shown whatever editors change later."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction

from courses.models import Question
from courses.presentation import content_of, in_words
from records.attempts import Attempt, AttemptItem, QuestionEdition


def questions_with_words(keys: Iterable[UUID], codes: Iterable[str]):
    """Live questions of these keys in these languages, with all that `content_of` reads, in two queries."""
    return (
        Question.objects.live()
        .filter(translation_key__in=list(keys), locale__language_code__in=list(codes))
        .select_related("locale", "lesson")
        .prefetch_related("choices")
    )


def freeze(questions: Iterable[Question]) -> dict[tuple[UUID, str], QuestionEdition]:
    """Return the edition of each question by (question key, language code). Equal content is stored once."""
    wanted = {}
    for question in questions:
        content, code = content_of(question), question.locale.language_code
        edition = QuestionEdition(question_key=question.translation_key, locale=code, content=content)
        edition.digest = digest_of(edition)
        wanted[edition.digest] = edition
    found = _by_digest(wanted)
    missing = [edition for digest, edition in wanted.items() if digest not in found]
    if missing:
        QuestionEdition.objects.bulk_create(missing, ignore_conflicts=True)
        found = _by_digest(wanted)
    return {(edition.question_key, edition.locale): edition for edition in found.values()}


def _by_digest(digests: Iterable[str]) -> dict[str, QuestionEdition]:
    return {edition.digest: edition for edition in QuestionEdition.objects.filter(digest__in=list(digests))}


def digest_of(edition: QuestionEdition) -> str:
    facts = [str(edition.question_key), edition.locale, edition.content]
    return hashlib.sha256(json.dumps(facts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def freeze_language(attempt: Attempt, items: Sequence[AttemptItem], code: str) -> None:
    """Keep the words of all items in the language `code` as they are now, the first time one of them is shown in it.

    `items` are all of the attempt's. The number of queries does not hang on how many they are.
    """
    new = [item for item in items if code not in item.editions]
    if not new or not attempt.is_open:
        return
    translated = [item.question_key for item in new if item.base_edition.locale != code]
    frozen = freeze(questions_with_words(translated, [code])) if translated else {}
    with transaction.atomic():
        rows = AttemptItem.objects.select_for_update().in_bulk([item.pk for item in new])
        for item in new:
            # None says that there were no words in this language: English was shown, and is not looked for again.
            edition = item.base_edition if item.base_edition.locale == code else frozen.get((item.question_key, code))
            rows[item.pk].editions[code] = item.editions[code] = edition.pk if edition else None
        AttemptItem.objects.bulk_update(rows.values(), ["editions"])


def edition_in(item: AttemptItem, code: str) -> QuestionEdition:
    """Return the edition in which an item is shown in the language `code`; the base where there are no such words."""
    edition_id = item.editions.get(code)
    if edition_id is None or edition_id == item.base_edition_id:
        return item.base_edition
    return QuestionEdition.objects.get(pk=edition_id)


def words_for_result(items: Sequence[AttemptItem], code: str) -> dict[int, tuple[dict, str]]:
    """Return (content, language of its words) by item id, for reading a result in the language `code`.

    Words as they were shown in the attempt; where it was not shown in this language, the words of today. Nothing is noted:
    the attempt is over.
    """
    frozen = QuestionEdition.objects.in_bulk({item.editions[code] for item in items if item.editions.get(code)})
    unseen = [item.question_key for item in items if not item.editions.get(code) and item.base_edition.locale != code]
    today = {question.translation_key: content_of(question) for question in questions_with_words(unseen, [code])}
    told = {}
    for item in items:
        edition = frozen.get(item.editions.get(code))
        words = edition.content if edition else today.get(item.question_key)
        base = item.base_edition
        told[item.pk] = (in_words(base.content, words), code) if words else (base.content, base.locale)
    return told


@transaction.atomic
def note_language(attempt: Attempt, code: str) -> None:
    """Add a language to those in which questions of the attempt were shown."""
    row = Attempt.objects.select_for_update().get(pk=attempt.pk)
    if code not in row.languages:
        row.languages = [*row.languages, code]
        row.save(update_fields=["languages"])
    attempt.languages = row.languages
