"""Make sheets from choices and remember them: what was printed, with which numbers, and whether it still holds."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext

from hotlines.models import Hotline
from kernel.models import record_event
from posters import press, store
from posters.choice import Choice, NotPossible, Resolved, Shelf, resolve
from posters.models import Campaign, Poster, Sheet, SheetState
from posters.press import Made, SheetFailed
from posters.sizes import SIZES
from posters.spec import PosterSpec


def make(choice: Choice, *, now: datetime) -> tuple[Sheet, Made, Resolved]:
    """Make the sheet of a choice as words and numbers hold at `now`.

    Raises NotPossible (SheetWithdrawn among it), SheetFailed or PaperError.
    """
    resolved = resolve(choice, now=now)
    made = press.make(resolved.spec)
    return remember(made, resolved), made, resolved


def make_many(
    choices: Iterable[Choice], *, now: datetime, cancelled: Callable[[], bool] = lambda: False
) -> Iterator[tuple[Choice, Sheet | None, Made | None, Exception | None]]:
    """Make many sheets with all children; yield (choice, sheet, made, problem) in order, one problem never stopping the rest."""
    resolved, problems, shelf = {}, {}, Shelf()
    choices = list(choices)
    for number, choice in enumerate(choices):
        try:
            resolved[number] = resolve(choice, now=now, shelf=shelf)
        except NotPossible as problem:
            problems[number] = problem
    answers = press.make_many((one.spec for one in resolved.values()), cancelled=cancelled)
    for number, choice in enumerate(choices):
        if number in problems:
            yield choice, None, None, problems[number]
            continue
        made = next(answers, None)
        if made is None:  # cancelled
            return
        if isinstance(made, SheetFailed):
            yield choice, None, None, made
            continue
        try:
            sheet = remember(made, resolved[number], known=None if made.fresh else _known(made.key))
        except SheetWithdrawn as problem:
            yield choice, None, None, problem
        else:
            yield choice, sheet, made, None


def _known(key: str) -> Sheet | None:
    """The row of a sheet from the store; writing it again would ask for its campaign and hotlines as well."""
    return Sheet.objects.filter(key=key).first()


class SheetWithdrawn(NotPossible):
    """A person withdrew exactly this sheet; it is not given out again."""


def remember(made: Made, resolved: Resolved, *, known: Sheet | None = None) -> Sheet:
    """Return the row of a made sheet, written on first sight; `known` is the row when the caller has it.

    A sheet that was outdated and holds again, because a number was changed back, is current from now on. Raises SheetWithdrawn.
    """
    sheet = known or _written(made, resolved)
    if sheet.withdrawn_at is not None:
        raise SheetWithdrawn(
            gettext("The sheet %(code)s was withdrawn: %(why)s") % {"code": sheet, "why": sheet.withdrawn_why}
        )
    if sheet.outdated_at is not None or sheet.replaced_by_id is not None:
        sheet.outdated_at = sheet.replaced_by = None
        Sheet.objects.filter(pk=sheet.pk).update(outdated_at=None, replaced_by=None)
    return sheet


@transaction.atomic
def _written(made: Made, resolved: Resolved) -> Sheet:
    sheet, created = Sheet.objects.get_or_create(
        key=made.key,
        defaults={
            "code": made.code,
            "campaign": Campaign.objects.get(code=made.spec.campaign),
            "design": made.spec.design,
            "size": made.spec.size,
            "languages": "|".join(tongue.language for tongue in made.spec.tongues),
            "choice": resolved.choice.as_dict(),
            "spec": made.spec.canonical(),
            "sha256": hashlib.sha256(made.body).hexdigest(),
            "bytes": len(made.body),
            "numbers": made.spec.numbers,
        },
    )
    if created:
        sheet.hotlines.set(resolved.hotlines)
    return sheet


@transaction.atomic
def withdraw(sheet: Sheet, why: str, *, by, now: datetime) -> None:
    """Take a sheet out of use, with a reason; posters of the gallery that offer it are taken down."""
    sheet.withdrawn_at, sheet.withdrawn_why, sheet.withdrawn_by = now, why, by
    sheet.save(update_fields=["withdrawn_at", "withdrawn_why", "withdrawn_by"])
    Poster.objects.filter(sheet=sheet).update(is_public=False, approved_by=None, approved_at=None)
    record_event("posters.withdrawn", actor=by, subject=f"sheet:{sheet.code}", detail={"why": why}, at=now)


@transaction.atomic
def restore(sheet: Sheet, *, by, now: datetime) -> None:
    """Take a withdrawal back. Posters of the gallery wait for a new approval."""
    sheet.withdrawn_at, sheet.withdrawn_why, sheet.withdrawn_by = None, "", None
    sheet.save(update_fields=["withdrawn_at", "withdrawn_why", "withdrawn_by"])
    record_event("posters.restored", actor=by, subject=f"sheet:{sheet.code}", at=now)


def file_of(sheet: Sheet) -> Path:
    """Where its file lies, if the store still has it."""
    return store.place(sheet.key, "png" if SIZES[sheet.size].is_screen else "pdf")


def replacement(sheet: Sheet) -> Sheet | None:
    """The current sheet at the end of the line of replacements, or None when there is none to offer."""
    seen = {sheet.pk}
    while sheet.replaced_by_id is not None and sheet.replaced_by_id not in seen:
        sheet = sheet.replaced_by
        seen.add(sheet.pk)
        if sheet.state == SheetState.CURRENT:
            return sheet
    return None


def holds(sheet: Sheet, *, now: datetime, shelf: Shelf | None = None) -> bool:
    """Whether the same choice would say the same today: words, numbers and drawing."""
    if sheet.withdrawn_at is not None:
        return False
    try:
        return resolve(Choice.read(sheet.choice), now=now, shelf=shelf).spec.canonical() == sheet.spec
    except NotPossible:
        return False


class Standing(StrEnum):
    """What a printed sheet is worth today."""

    CURRENT = "current"
    NUMBERS = "numbers"  # a number on it is no longer the one of its place
    WORDS = "words"  # its numbers still hold, something else is newer
    REPLACED = "replaced"
    GONE = "gone"  # withdrawn, or nothing could be printed in its place


def standing(sheet: Sheet, *, now: datetime, shelf: Shelf | None = None) -> tuple[Standing, list[Hotline]]:
    """Return how a sheet stands, and the lines the same choice would print today (none when it is gone)."""
    try:
        today = resolve(Choice.read(sheet.choice), now=now, shelf=shelf)
    except NotPossible:
        return Standing.GONE, []
    lines = list(today.hotlines)
    if today.spec.numbers != PosterSpec.read(sheet.spec).numbers:
        return Standing.NUMBERS, lines
    if sheet.withdrawn_at is not None:
        return Standing.GONE, lines
    if sheet.replaced_by_id is not None:
        return Standing.REPLACED, lines
    return (Standing.CURRENT if holds(sheet, now=now, shelf=shelf) else Standing.WORDS), lines
