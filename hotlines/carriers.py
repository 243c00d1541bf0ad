"""What carries a number: the rooms above tell here where a hotline stands on paper and on pages.

A room registers a provider in its `AppConfig.ready`; the registry shows what they answer before a change is approved and after.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext
from wagtail.models import Page, ReferenceIndex

from hotlines.models import Hotline, Proposal
from hotlines.proposals import put

SHOWN = 12  # entries of a kind that are named; the rest is counted


@dataclass(frozen=True)
class Entry:
    """One thing that carries a number: what it is called, where it is edited or seen, and a remark."""

    title: str
    url: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Carriers:
    """Things of one kind. `outdated` is how many of them say something else than the registry, None where that cannot be."""

    label: str
    count: int
    entries: tuple[Entry, ...] = ()
    url: str = ""  # where all of them are listed
    outdated: int | None = None
    remark: str = ""

    @property
    def more(self) -> int:
        return self.count - len(self.entries)


Provider = Callable[[Hotline, datetime], Iterable[Carriers]]
_providers: dict[str, Provider] = {}


def register(name: str, provider: Provider) -> None:
    """`provider(hotline, moment)` answers with the things of its room that carry a number of the hotline at that moment."""
    _providers[name] = provider


def carriers_of(hotline: Hotline, moment: datetime) -> list[Carriers]:
    found = list(pages(hotline))
    for provider in _providers.values():
        found += provider(hotline, moment)
    return found


def after(proposal: Proposal, now: datetime) -> tuple[datetime, list[Carriers]]:
    """What would carry the number, and be outdated, if the change were approved: (moment it takes effect, carriers).

    The change is made, looked at, and undone; nothing is announced.
    """
    with transaction.atomic():
        hotline = Hotline.objects.get(pk=proposal.hotline_id)
        put(hotline, proposal)
        hotline.save()
        moment = takes_effect(hotline, proposal, now)
        found = carriers_of(hotline, moment)
        transaction.set_rollback(True)
    return moment, found


def takes_effect(hotline: Hotline, proposal: Proposal, now: datetime) -> datetime:
    """When a change shows: at once, or at the moment it is dated for."""
    later = [
        moment
        for field in ("valid_from", "valid_to")
        if field in proposal.changes and (moment := getattr(hotline, field)) and moment > now
    ]
    return min(later, default=now)


def pages(hotline: Hotline) -> Iterable[Carriers]:
    """Lessons and other pages, and snippets, by the index of references. They read the registry, so none gets outdated."""
    references = ReferenceIndex.get_references_to(hotline)
    keys = references.values_list("base_content_type", "object_id").distinct()
    by_type: dict[int, set[str]] = {}
    for content_type, key in keys:
        by_type.setdefault(content_type, set()).add(key)
    page_type = ContentType.objects.get_for_model(Page).pk
    found = Page.objects.filter(pk__in=by_type.pop(page_type, ())).select_related("content_type", "locale")
    live = gettext("These read the registry and show the new number at once.")
    yield Carriers(
        gettext("Lessons and pages"),
        len(found),
        tuple(
            Entry(
                page.get_admin_display_title(),
                reverse("wagtailadmin_pages:edit", args=[page.pk]),
                f"{page.cached_content_type.name} · {page.locale.get_display_name()}"
                + ("" if page.live else f" · {gettext('not published')}"),
            )
            for page in found.order_by("content_type", "title")[:SHOWN]
        ),
        remark=live,
    )
    for content_type, keys in by_type.items():
        model = ContentType.objects.get_for_id(content_type).model_class()
        if model is None:
            continue
        rows = model._default_manager.filter(pk__in=keys)
        yield Carriers(
            str(model._meta.verbose_name_plural).capitalize(),
            len(rows),
            tuple(Entry(str(row), edit_url(row)) for row in rows[:SHOWN]),
            remark=live,
        )


def edit_url(row) -> str:
    try:
        return reverse(f"wagtailsnippets_{row._meta.app_label}_{row._meta.model_name}:edit", args=[row.pk])
    except NoReverseMatch:
        return ""
