"""Orders of kits: taking them, stopping them, trying again. `posters.workshop` makes what was ordered, in a process of its own.

A kit is rows (`KitSheet`), one for each sheet that is wanted. An order only writes rows; whoever waits may close the page, and a
crash or a restart loses nothing.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import formats, timezone
from django.utils.translation import gettext, ngettext

from accounts.models import User
from kernel.models import record_event
from kernel.paper import plain
from posters import doorbell, stock
from posters.choice import Choice
from posters.kits import SHEETS_MOST
from posters.models import Kit, KitPurpose, KitSheet, KitState, RowState, Sheet

NAME_MOST = 160
HOUR = timedelta(hours=1)


class OrderRefused(ValueError):
    """The kit is not ordered; the message says why, in words for the coordinator."""


class NothingWanted(OrderRefused):
    """No sheet was chosen."""


class TooManySheets(OrderRefused):
    """More sheets than a kit may hold."""


class QueueFull(OrderRefused):
    """Too many kits of the site wait already."""


class TooManyOrders(OrderRefused):
    """This person has ordered too many kits within the hour."""


def order_kit(user, choices: Iterable[Choice], title: str, now: datetime, *, purpose: str = KitPurpose.ORDER) -> Kit:
    """Write the order of a kit and have it begun. Doubles among `choices` count once; an empty title gets one.

    The same order while the first is unfinished returns the first: a double click makes one kit. What the store holds is taken
    from there at once. Raises OrderRefused.
    """
    wanted = list(dict.fromkeys(choices))
    check_size(len(wanted))
    fingerprint = digest(wanted)
    found = stock.look(wanted, now=now)
    is_done = len(found) == len(wanted)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # two orders of one person come one after the other
        same = Kit.objects.unfinished().filter(made_by=user, digest=fingerprint).first()
        if same is not None:
            return same
        check_queue(user, now)
        kit = Kit.objects.create(
            name=plain(title, most=NAME_MOST) or title_of(wanted, now),
            purpose=purpose,
            digest=fingerprint,
            made_by=user,
            made_at=now,
            state=KitState.DONE if is_done else KitState.WAITING,
            started_at=now if is_done else None,
            finished_at=now if is_done else None,
        )
        add_rows(kit, [choice.as_dict() for choice in wanted], found=found)
        if not is_done:
            transaction.on_commit(doorbell.wake)
    return kit


def add_rows(
    kit: Kit, wanted: Iterable[dict], *, replaces: Iterable[int] = (), found: dict[int, stock.Found] | None = None
) -> None:
    """Write the rows of a kit from choices as they are stored.

    `replaces` are the sheets they take the place of; `found` are sheets that are there already, by place in the order.
    """
    old, found = list(replaces), found or {}
    rows = []
    for place, facts in enumerate(wanted):
        row = KitSheet(kit=kit, position=place + 1, choice=facts, replaces_id=old[place] if old else None)
        if place in found:
            row.state, row.sheet, row.name = RowState.MADE, found[place].sheet, found[place].name
        rows.append(row)
    KitSheet.objects.bulk_create(rows, batch_size=500)


def check_size(count: int) -> None:
    if not count:
        raise NothingWanted(gettext("Choose at least one sheet."))
    if count > SHEETS_MOST:
        raise TooManySheets(
            ngettext(
                "A kit holds at most %(most)s sheet; this one would have %(count)s. Leave out some languages or sizes.",
                "A kit holds at most %(most)s sheets; this one would have %(count)s. Leave out some languages or sizes.",
                SHEETS_MOST,
            )
            % {"most": formats.localize(SHEETS_MOST), "count": formats.localize(count)}
        )


def check_queue(user, now: datetime) -> None:
    """Raise when the site's queue is full, or this person has had their share of the hour."""
    if Kit.objects.filter(state=KitState.WAITING).count() >= settings.KITS_WAITING_MOST:
        raise QueueFull(gettext("Many kits are waiting to be made. Please order again in some minutes."))
    if Kit.objects.filter(made_by=user, made_at__gt=now - HOUR).count() >= settings.KITS_PER_HOUR:
        raise TooManyOrders(
            ngettext(
                "You have ordered %(count)s kit within an hour, which is the most. Please wait a while.",
                "You have ordered %(count)s kits within an hour, which is the most. Please wait a while.",
                settings.KITS_PER_HOUR,
            )
            % {"count": settings.KITS_PER_HOUR}
        )


def digest(choices: Iterable[Choice]) -> str:
    facts = json.dumps([choice.as_dict() for choice in choices], sort_keys=True)
    return hashlib.sha256(facts.encode()).hexdigest()


def title_of(choices: list[Choice], now: datetime) -> str:
    """A name for a kit that got none: how many sheets, in how many languages, and when."""
    languages = len({language for choice in choices for language in choice.languages})
    sheets = ngettext("%(count)s sheet", "%(count)s sheets", len(choices)) % {"count": len(choices)}
    spoken = ngettext("%(count)s language", "%(count)s languages", languages) % {"count": languages}
    day = formats.date_format(timezone.localtime(now), "DATE_FORMAT")
    return f"{sheets}, {spoken}, {day}"


def choices_of(kit: Kit) -> list[Choice]:
    return [Choice.read(facts) for facts in kit.places.values_list("choice", flat=True)]


@transaction.atomic
def cancel(kit: Kit, *, now: datetime) -> bool:
    """Stop an unfinished kit; what is made already stays. Returns False when it was finished before."""
    changed = Kit.objects.unfinished().filter(pk=kit.pk).update(state=KitState.CANCELLED, finished_at=now)
    if changed:
        kit.places.filter(state__in=[RowState.WAITING, RowState.MAKING]).update(state=RowState.CANCELLED)
    kit.refresh_from_db()
    return bool(changed)


@transaction.atomic
def retry(kit: Kit, *, now: datetime) -> int:
    """Put failed and cancelled rows in the queue again; return how many. Raises QueueFull or TooManyOrders.

    The rows keep what was made; words and numbers are read anew, so that a mended text prints.
    """
    locked = Kit.objects.select_for_update().get(pk=kit.pk)
    if locked.is_unfinished:
        return 0
    rows = kit.places.filter(state__in=[RowState.FAILED, RowState.CANCELLED])
    if not rows.exists():
        return 0
    check_queue(locked.made_by, now)
    count = rows.update(state=RowState.WAITING, tries=0, problem="")
    Kit.objects.filter(pk=kit.pk).update(state=KitState.WAITING, finished_at=None)
    kit.refresh_from_db()
    transaction.on_commit(doorbell.wake)
    return count


def repeat(kit: Kit, *, by, now: datetime) -> Kit:
    """Order the same choices again, with the words and numbers of now. Raises OrderRefused."""
    return order_kit(by, choices_of(kit), kit.name, now)


def delete(kit: Kit, *, by) -> None:
    """Forget a kit. Its sheets stay known, because printed ones hang on walls."""
    with transaction.atomic():
        record_event("posters.kit deleted", actor=by, subject=f"kit:{kit.pk}", detail={"sheets": kit.places.count()})
        kit.delete()


def outdated_choices(places=None) -> list[Choice]:
    """What to order in place of outdated sheets, each once: of those among rows, or of the whole site."""
    outdated = Sheet.objects.outdated()
    if places is not None:
        outdated = outdated.filter(pk__in=places.values("sheet"))
    facts = outdated.order_by("campaign", "languages", "design", "size", "pk").values_list("choice", flat=True)
    return list(dict.fromkeys(Choice.read(one) for one in facts))


@transaction.atomic
def make_again(kit: Kit, rows: Iterable[KitSheet]) -> None:
    """Have files made anew that the store lost."""
    if Kit.objects.select_for_update().get(pk=kit.pk).is_unfinished:
        return
    kit.places.filter(pk__in=[row.pk for row in rows]).update(state=RowState.WAITING, tries=0, problem="")
    Kit.objects.filter(pk=kit.pk).update(state=KitState.WAITING, finished_at=None)
    transaction.on_commit(doorbell.wake)
