"""One entry in a list of results: the little that a row shows, in the active language, for a moment.

A list has twenty of them. `directory.cards` has the whole entry, for its own page and for a sheet.
"""

from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from directory import cards
from directory.cards import PhoneLine, Text
from directory.models import Organisation
from directory.models.entries import Freshness
from directory.vocabulary import ServiceKind
from hotlines import cards as hotline_cards

KINDS_MOST = 5


@dataclass(frozen=True)
class Row:
    key: str
    url: str
    name: Text
    other_name: str
    area: str
    distance: str
    first_call: PhoneLine | None
    website: str
    state: str
    state_text: str
    kinds: list[str]
    languages: str
    badge: str
    checked: str
    is_fictional: bool
    pins: list[tuple[float, float]]


def row(organisation: Organisation, *, now: datetime, km: float | None = None) -> Row:
    """The row of an entry fetched with `whole.entries`."""
    services = [service for service in organisation.services.all() if service.is_active]
    locations = list(organisation.locations.all())
    lines = cards.lines_of(organisation, now)
    states = [(line.state, line.state_text) for line in lines]
    states += [cards.state_of(cards.schedules_of(service), now) for service in services]
    state, state_text = cards.best_state(states)
    words = cards.words_of(organisation)
    age = organisation.freshness(on=timezone.localdate(now))
    return Row(
        key=str(organisation.pk),
        url=reverse("directory:entry", args=[organisation.pk]),
        name=cards.text_of(organisation, words, "name"),
        other_name=cards.other_name(organisation, words),
        area=cards.area_of(organisation, locations),
        distance=cards.distance_text(km),
        first_call=first_call(organisation, services, locations, lines),
        website=organisation.website,
        state=state,
        state_text=state_text,
        kinds=cards.labels(ServiceKind, [kind for service in services for kind in service.kinds])[:KINDS_MOST],
        languages=cards.languages_text(organisation, services, locations),
        badge="" if age == Freshness.CONFIRMED else Freshness(age).label,
        checked=cards.checked_text(organisation),
        is_fictional=organisation.is_fictional,
        pins=sorted({location.pin for location in locations if location.pin}),
    )


def first_call(organisation, services, locations, lines: list[hotline_cards.Card]) -> PhoneLine | None:
    """The one number a list shows: a line of the registry, else a phone; None where there is none."""
    for line in lines:
        if line.number_link:
            return PhoneLine(line.number, line.number_link, line.number_label, "", "", "", "")
    for line in lines:
        if line.sms_link:
            return PhoneLine(line.number, line.sms_link, line.sms_label, gettext("Text"), "", "", "")
    phones = chain(
        organisation.phones.all(),
        *(cards.phones_of(service) for service in services),
        *(location.phones.all() for location in locations),
    )
    return next((line for phone in phones if (line := cards.phone_line(phone, organisation)).link), None)
