"""Keep the index in step: whoever saves or deletes a row of an entry has the entry indexed after the transaction."""

import threading

from django.db import transaction

from directory import index
from directory.models import HotlineLink, Organisation
from directory.models.entries import organisation_of

_waiting = threading.local()


def row_changed(sender, instance, raw=False, **_signal) -> None:
    """Receiver for saves and deletions of anything that belongs to an entry."""
    if raw:
        return
    organisation_id = owner_id(instance)
    if organisation_id is not None:
        later(organisation_id)


def owner_id(row):
    if isinstance(row, Organisation):
        return row.pk
    for name in ("organisation_id",):
        if getattr(row, name, None):
            return getattr(row, name)
    try:
        owner = organisation_of(row)
    except Exception as error:  # the owner is going with it
        if "DoesNotExist" not in type(error).__name__:
            raise
        return None
    return owner.pk if owner else None


def later(organisation_id) -> None:
    """Index an entry once after the transaction, however many of its rows changed."""
    waiting = getattr(_waiting, "ids", None)
    if waiting is None:
        waiting = _waiting.ids = set()
    waiting.add(organisation_id)
    transaction.on_commit(_index_waiting)


def _index_waiting() -> None:
    ids = getattr(_waiting, "ids", None)
    if ids:
        _waiting.ids = set()
        index.refresh(ids)


def entry_going(sender, instance, **_signal) -> None:
    index.forget([instance.pk])


def hotline_changed(sender, instance, raw=False, **_signal) -> None:
    """Entries that run a hotline show its number, hours and languages."""
    if raw:
        return
    for organisation_id in HotlineLink.objects.filter(hotline=instance).values_list("organisation", flat=True):
        later(organisation_id)
