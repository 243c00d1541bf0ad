"""Posters for the public gallery: who may offer one, who approved it and when. `Poster.objects.public()` is what visitors see."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from kernel.models import record_event
from kernel.paper import plain
from posters import sheets
from posters.choice import Choice, NotPossible, check
from posters.models import Campaign, Poster

NAME_MOST = 160


class DraftWords(ValueError):
    """Its words were not reviewed; the message names the languages."""


def approve(poster: Poster, *, by, now: datetime) -> Poster:
    """Make the poster's sheet and put it in the gallery; the approval is recorded.

    Raises DraftWords while any of its words wait for a reviewer, and what `posters.sheets.make` raises.
    """
    sheet, made, _resolved = sheets.make(Choice.read(poster.choice), now=now)
    drafts = [tongue.language for tongue in made.spec.tongues if tongue.draft]
    if drafts:
        raise DraftWords(
            gettext("These words are machine drafts: %(languages)s. Let a reader of the language review them first.")
            % {"languages": ", ".join(drafts)}
        )
    with transaction.atomic():
        poster.sheet, poster.is_public, poster.approved_by, poster.approved_at = sheet, True, by, now
        poster.save(update_fields=["sheet", "is_public", "approved_by", "approved_at"])
        record_event("posters.approved", actor=by, subject=f"poster:{poster.pk}", detail={"sheet": sheet.code}, at=now)
    return poster


def take_down(poster: Poster, *, by, now: datetime) -> None:
    """Take a poster out of the gallery; the record of its approval stays in the trail."""
    with transaction.atomic():
        poster.is_public, poster.approved_by, poster.approved_at = False, None, None
        poster.save(update_fields=["is_public", "approved_by", "approved_at"])
        record_event("posters.taken down", actor=by, subject=f"poster:{poster.pk}", at=now)


def offer(name: str, choice: Choice) -> Poster:
    """Write a poster down that waits for approval. Raises NotPossible when it cannot become a sheet."""
    check(choice)
    campaign = Campaign.objects.filter(code=choice.campaign).first()
    if campaign is None:
        raise NotPossible(gettext("There is no campaign “%(name)s”.") % {"name": choice.campaign})
    return Poster.objects.create(
        name=plain(name, most=NAME_MOST) or str(campaign), campaign=campaign, choice=choice.as_dict()
    )
