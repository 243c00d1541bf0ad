"""Typing, sending to a reviewer, accepting, returning, publishing: everything a desk changes."""

from django.db import transaction
from django.utils.translation import gettext
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from kernel import drafts
from kernel.models import record_event
from translations import access, policy
from translations.matrix import Cell
from translations.models import Edit, Handover, Review, State
from translations.segments import segments
from translations.sources import content_class


class Refused(Exception):
    """A step that the rules do not allow; its words are for the person who took it."""


def begin(source: TranslationSource, locale) -> Translation:
    return Translation.objects.get_or_create(source=source, target_locale=locale)[0]


def write(source, locale, segment, text: str, *, by, way: str = Edit.Way.TYPED) -> StringTranslation | None:
    """Keep what a person typed for one text; an empty text takes the translation away. Returns the row, None if there is none.

    What breaks a rule is kept too, marked with its error, and shown to nobody else. Nothing happens when nothing changed.
    """
    text = text.replace("\r\n", "\n")
    row = StringTranslation.objects.filter(
        translation_of_id=segment.string_id, context_id=segment.context_id, locale=locale
    ).first()
    if not text.strip():
        if row is not None:
            row.delete()
        return None
    if row is not None and row.data == text:
        return row
    if row is None:
        row = StringTranslation(
            translation_of_id=segment.string_id, context_id=segment.context_id, locale=locale
        )  # fmt: skip
    row.data, row.translation_type, row.tool_name = text, StringTranslation.TRANSLATION_TYPE_MANUAL, ""
    row.last_translated_by, row.has_error, row.field_error = by, False, ""
    row.way = way
    row.save()
    return row


@transaction.atomic
def send(source, locale, *, by, note: str = "", now) -> Handover:
    """Hand a translation to a reviewer. Raises Refused while it has errors or nothing to read, or is there already."""
    cell = cell_of(segments(source, locale))
    if not cell.done:
        raise Refused(gettext("There is nothing to review yet."))
    if cell.wrong:
        raise Refused(gettext("Mend the texts with an error first."))
    translation = begin(source, locale)
    if Handover.objects.filter(translation=translation, state=Handover.State.WAITING).exists():
        raise Refused(gettext("It waits for a reviewer already."))
    handover = Handover.objects.create(translation=translation, sent_by=by, note=note, sent_at=now)
    record_event("translations.sent", actor=by, subject=_subject(source, locale), at=now)
    return handover


def waiting(source, locale) -> Handover | None:
    return (
        Handover.objects.filter(
            translation__source=source, translation__target_locale=locale, state=Handover.State.WAITING
        )
        .select_related("sent_by")
        .first()
    )


@transaction.atomic
def accept(source, locale, *, by, now, answer: str = "") -> int:
    """A reviewer stands for every text there is; returns how many. Their own words need somebody else's eyes."""
    handover = _decidable(source, locale, by)
    found = segments(source, locale)
    if any(segment.state == State.WRONG for segment in found):
        raise Refused(gettext("Mend the texts with an error first."))
    rows = [segment.translation for segment in found if segment.translation and not segment.review]
    if not access.may_manage(by) and any(row.last_translated_by_id == by.pk for row in rows):
        raise Refused(gettext("Somebody else has to review what you translated."))
    native = access.is_native(by, locale.language_code)
    Review.objects.bulk_create([Review(translation=row, by=by, is_native=native, at=now) for row in rows])
    # Read and accepted by a person: from here on it is no machine draft, and no starter file replaces it.
    StringTranslation.objects.filter(pk__in=[row.pk for row in rows]).update(
        translation_type=StringTranslation.TRANSLATION_TYPE_MANUAL
    )
    _decide(handover, Handover.State.ACCEPTED, by, now, answer)
    record_event(
        "translations.accepted", actor=by, subject=_subject(source, locale), detail={"texts": len(rows)}, at=now
    )
    return len(rows)


@transaction.atomic
def send_back(source, locale, *, by, now, answer: str) -> None:
    """A reviewer returns a translation with a reason."""
    if not answer.strip():
        raise Refused(gettext("Say what should be changed."))
    _decide(_decidable(source, locale, by), Handover.State.RETURNED, by, now, answer)
    record_event("translations.returned", actor=by, subject=_subject(source, locale), at=now)


def _decidable(source, locale, by) -> Handover:
    handover = waiting(source, locale)
    if handover is None:
        raise Refused(gettext("It does not wait for a review."))
    if not access.may_review(by, locale.language_code):
        raise Refused(gettext("You may not review this language."))
    if handover.sent_by_id == by.pk and not access.may_manage(by):
        raise Refused(gettext("Somebody else has to review what you sent."))
    return handover


def _decide(handover, state, by, now, answer) -> None:
    handover.state, handover.decided_by, handover.decided_at, handover.answer = state, by, now, answer
    handover.save()


def cell_of(found) -> Cell:
    """Figures of one object's segments, as the matrix has them."""
    states = [segment.state for segment in found]
    reviewed = [segment.review for segment in found if segment.state == State.REVIEWED]
    return Cell(
        total=len(found),
        done=sum(state in {State.MACHINE, State.HUMAN, State.REVIEWED} for state in states),
        wrong=states.count(State.WRONG),
        stale=states.count(State.STALE),
        machine=states.count(State.MACHINE),
        reviewed=len(reviewed),
        native=sum(review.is_native for review in reviewed),
    )


def publish(source, locale, *, by, now):
    """Publish the translation of an object. Raises Refused with every obstacle that the rules name."""
    model = source.specific_content_type.model_class()
    found = policy.obstacles(cell_of(segments(source, locale)), content_class(model), by)
    if found:
        raise Refused(" ".join(found))
    with transaction.atomic():
        target = drafts.publish(begin(source, locale))
        record_event("translations.published", actor=by, subject=_subject(source, locale), at=now)
    return target


def _subject(source, locale) -> str:
    return f"{source.specific_content_type.model}:{source.object_id} {locale.language_code}"
