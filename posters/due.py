"""What came due on the wall: a date of a hotline, a change, a kit that a stop interrupted. Looked at by servers as they start.

Apart from `posters.upkeep`, which acts on it and needs all that makes sheets.
"""

from datetime import datetime

from django.db import models

from hotlines.models import Hotline
from posters import doorbell
from posters.models import Kit, Lookout, Sheet


def due(now: datetime) -> models.QuerySet:
    """Hotlines of which something took effect since the last look: a date came, or a change was approved."""
    since = Lookout.objects.values_list("looked_at", flat=True).first()
    if since is None:
        return Hotline.objects.none()
    return Hotline.objects.published().filter(
        models.Q(valid_from__gt=since, valid_from__lte=now)
        | models.Q(valid_to__gt=since, valid_to__lte=now)
        | models.Q(changed_at__gt=since, changed_at__lte=now)
    )


def wake_if_due(now: datetime) -> None:
    """For pages that coordinators open often: where no timer runs, a switch-over is noticed by whoever comes first."""
    if due(now).exists() or (not Lookout.objects.exists() and Sheet.objects.exists()):
        doorbell.wake()


def take_up(now: datetime) -> None:
    """For the start of the server: go on with what a stop interrupted, and with what came due meanwhile."""
    if Kit.objects.unfinished().exists():
        doorbell.wake()
    else:
        wake_if_due(now)
