"""The wall stays right: when a number changes, the sheets that print the old one are marked, made again, and their makers told.

Stages: a change is approved or the moment of a scheduled one comes → `mark` finds the sheets whose numbers are no longer those
of their place → a kit of the purpose "renewal" makes them again (`posters.workshop`), which sets `replaced_by` → `notify`
writes to those who made kits with them. What was printed is never changed; a sheet knows only that it is outdated and by what
it is replaced.
"""

import logging
from datetime import datetime
from functools import partial

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from accounts.adapter import absolute, send
from accounts.models import User
from hotlines import places
from hotlines.carriers import SHOWN, Carriers, Entry
from hotlines.models import Hotline
from kernel import letters
from kernel.models import record_event
from posters import doorbell, jobs
from posters.choice import Choice, NotPossible, Shelf, numbers_for
from posters.due import due
from posters.kits import SHEETS_MOST
from posters.models import Kit, KitNotice, KitPurpose, Lookout, Poster, Sheet

log = logging.getLogger("posters.upkeep")


# --- Which sheets ---


def candidates(hotline: Hotline) -> models.QuerySet:
    """Sheets that nobody withdrew and whose numbers a change of this hotline may touch: those that print it, and those of its
    place, for which it may now be the best line."""
    country = hotline.country
    covered = places.EU_MEMBERS | {country} if country == places.EUROPEAN_UNION else {country}
    return Sheet.objects.filter(
        models.Q(hotlines=hotline) | models.Q(choice__country__in=sorted(covered)), withdrawn_at=None
    ).distinct()


def numbers_today(sheet: Sheet, now: datetime, shelf: Shelf, known: dict) -> dict[str, str] | None:
    """The numbers a sheet of the same choice would print; None when there is none to print. Equal places are asked once."""
    try:
        choice = Choice.read(sheet.choice)
        place = (choice.country, choice.region, choice.hotline, choice.languages[0])
    except (TypeError, AttributeError, IndexError):
        return None
    if place not in known:
        try:
            known[place] = numbers_for(choice, now=now, shelf=shelf)[0]
        except NotPossible:
            known[place] = None
    return known[place]


def compare(sheets: models.QuerySet, now: datetime) -> tuple[list[int], list[int]]:
    """Ids of sheets that hold no longer, and of those that were outdated and hold again."""
    shelf, known = Shelf(), {}
    outdated, revived = [], []
    for sheet in sheets.only("pk", "choice", "numbers", "outdated_at").order_by("pk").iterator(chunk_size=500):
        holds = numbers_today(sheet, now, shelf, known) == sheet.numbers
        if holds and sheet.outdated_at is not None:
            revived.append(sheet.pk)
        elif not holds and sheet.outdated_at is None:
            outdated.append(sheet.pk)
    return outdated, revived


# --- A change takes effect ---


def number_changed(sender, hotline, proposal=None, **_rest) -> None:
    """Receiver of `hotlines.signals.number_changed`, inside the transaction that changes the number."""
    by = proposal.decided_by_id if proposal is not None else None
    # `robust`: the change stands whatever happens here, and the next look finds what was missed.
    transaction.on_commit(partial(after_change, hotline.pk, by), robust=True)


def after_change(hotline_id: int, by_id: int | None) -> None:
    hotline = Hotline.objects.get(pk=hotline_id)
    renew(hotline, by=User.objects.filter(pk=by_id).first(), now=timezone.now())
    doorbell.wake()


@transaction.atomic
def renew(hotline: Hotline, *, now: datetime, by=None) -> list[Kit]:
    """Mark what no longer holds after a change of `hotline`, and order it made again. Harmless to repeat."""
    outdated, revived = compare(candidates(hotline), now)
    for ids in pieces(revived):
        Sheet.objects.filter(pk__in=ids).update(outdated_at=None, replaced_by=None)
    stale: list[Sheet] = []
    for ids in pieces(outdated):
        rows = Sheet.objects.select_for_update(of=("self",)).filter(pk__in=ids, outdated_at=None, withdrawn_at=None)
        stale += rows.only("pk", "choice").order_by("pk")
        Sheet.objects.filter(pk__in=ids, outdated_at=None).update(outdated_at=now, replaced_by=None)
    kits = []
    for begin in range(0, len(stale), SHEETS_MOST):
        part = stale[begin : begin + SHEETS_MOST]
        with translation.override(getattr(by, "language", "") or settings.LANGUAGE_CODE):
            name = gettext("Made again: %(hotline)s") % {"hotline": hotline.name_en}
        kit = Kit.objects.create(
            name=name[: jobs.NAME_MOST], purpose=KitPurpose.RENEWAL, hotline=hotline, made_by=by, made_at=now
        )
        jobs.add_rows(kit, [sheet.choice for sheet in part], replaces=[sheet.pk for sheet in part])
        kits.append(kit)
    if stale:
        record_event("posters.outdated", actor=by, subject=hotline.code, detail={"sheets": len(stale)}, at=now)
    return kits


def pieces(ids: list[int], size: int = 500):
    return (ids[begin : begin + size] for begin in range(0, len(ids), size))


def look(now: datetime) -> list[Kit]:
    """Do what came due since the last look: scheduled switch-overs, and what a crash left undone after an approval."""
    with transaction.atomic():
        kits = [kit for hotline in due(now) for kit in renew(hotline, now=now)]
        Lookout.objects.update_or_create(pk=1, defaults={"looked_at": now})
    return kits


# --- Telling ---


def notify(now: datetime) -> int:
    """Write to everybody whose kits hold sheets that got outdated since their last letter; once per person and day.

    A letter that the mail server does not take is tried again with the next run. Returns how many went out.
    """
    sent = 0
    today = timezone.localdate(now)
    people = User.objects.filter(is_active=True, kits__in=Kit.objects.for_reissue()).distinct().order_by("pk")
    for person in people:
        with transaction.atomic():
            notice, _created = KitNotice.objects.get_or_create(user=person)
            notice = KitNotice.objects.select_for_update().get(pk=notice.pk)
            if notice.sent_at is not None and timezone.localdate(notice.sent_at) >= today:
                continue
            kits = list(Kit.objects.for_reissue(since=notice.sent_at).filter(made_by=person).with_counts())
            if kits and send(letter(person, kits)):
                KitNotice.objects.filter(pk=notice.pk).update(sent_at=now)
                sent += 1
    return sent


def letter(person, kits: list[Kit]) -> EmailMessage:
    with translation.override(person.language or settings.LANGUAGE_CODE):
        context = {
            "name": person.name,
            "kits": kits,
            "count": sum(kit.outdated_count for kit in kits),
            "url": absolute("posters:kits") + "?state=outdated",
        }
        subject, body = letters.written("posters/mail/outdated", context)
    return EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [person.email])


# --- What carries a number ---


def carriers(hotline: Hotline, moment: datetime):
    """Sheets, kits and gallery posters that print a number of the hotline (`hotlines.carriers`)."""
    carrying = Sheet.objects.carrying(hotline)
    wrong, _revived = compare(candidates(hotline).filter(outdated_at=None), moment)
    outdated = set(carrying.outdated().values_list("pk", flat=True)) | set(wrong)
    sheets = Sheet.objects.filter(models.Q(pk__in=carrying.values("pk")) | models.Q(pk__in=wrong))
    listed = reverse("poster_desk:sheets") + f"?hotline={hotline.code}"
    yield Carriers(
        gettext("Printed sheets"),
        sheets.count(),
        tuple(
            Entry(str(sheet), reverse("poster_desk:sheet", args=[sheet.pk]), f"{sheet.campaign} · {sheet.spoken}")
            for sheet in sheets.select_related("campaign").defer("spec", "choice").order_by("-made_at")[:SHOWN]
        ),
        url=listed,
        outdated=len(outdated),
    )
    kits = Kit.objects.filter(models.Exists(sheets.filter(places__kit=models.OuterRef("pk"))))
    old = Kit.objects.filter(places__sheet__in=outdated).distinct() if outdated else Kit.objects.none()
    yield Carriers(
        gettext("Kits"),
        kits.count(),
        tuple(
            Entry(kit.name, reverse("posters:kit", args=[kit.pk]), str(kit.made_by or ""))
            for kit in kits.select_related("made_by")[:SHOWN]
        ),
        outdated=old.count(),
    )
    posters = Poster.objects.filter(sheet__in=sheets)
    yield Carriers(
        gettext("Posters of the gallery"),
        posters.count(),
        tuple(Entry(poster.name, reverse("poster_desk:poster", args=[poster.pk])) for poster in posters[:SHOWN]),
        outdated=posters.filter(sheet__in=outdated).count(),
    )
