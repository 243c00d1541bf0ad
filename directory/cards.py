"""One entry as a reader sees it: every sentence ready, in the active language, for a moment.

Templates hold no rules: what they show or leave out is decided here. A confidential location gives its area only, and the
only position that ever comes out of a card is rounded to a tenth of a degree.
"""

from dataclasses import dataclass, field
from datetime import datetime

import phonenumbers
from babel.lists import format_list
from babel.numbers import format_decimal
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from directory import opening
from directory.models import Location, Organisation, Phone, Service
from directory.models.entries import Cost, Freshness
from directory.vocabulary import (
    Access,
    OrganisationKind,
    PhoneKind,
    Population,
    Sector,
    ServiceKind,
    TraffickingType,
)
from hotlines import cards as hotline_cards
from hotlines import lookup, numbers, places
from hotlines.hours import Hours
from kernel import languages

LIST_LANGUAGES_MOST = 8


@dataclass(frozen=True)
class Text:
    """Words with the `lang` they need; an empty tag means the page's own language."""

    text: str
    tag: str = ""
    is_draft: bool = False  # a machine draft that nobody reviewed

    def __bool__(self) -> bool:
        return bool(self.text)


@dataclass(frozen=True)
class PhoneLine:
    display: str
    link: str  # tel: or sms:, empty for numbers nobody dials by hand (fax)
    label: str
    kind: str
    remark: str
    extension: str
    languages: str


@dataclass(frozen=True)
class PlaceLine:
    """Where it is. `lines` are what may be shown; `pin` is rounded."""

    lines: list[str]
    name: str
    way: str
    access: list[str]
    access_details: str
    hours: list[str]
    phones: list[PhoneLine]
    is_confidential: bool
    pin: tuple[float, float] | None


@dataclass(frozen=True)
class ServiceLine:
    name: Text
    other_name: str
    description: Text
    kinds: list[str]
    people: list[str]
    trafficking: list[str]
    sectors: list[str]
    languages: str
    hours: list[str]
    state: str
    state_text: str
    cost: str
    who: Text
    ages: str
    how: Text
    papers: str
    alert: str
    url: str
    email: str
    phones: list[PhoneLine]
    areas: str


@dataclass(frozen=True)
class EntryCard:
    key: str
    url: str
    name: Text
    other_name: str
    kind: str
    description: Text
    kinds: list[str]
    area: str
    distance: str
    languages: str
    state: str
    state_text: str
    badge: str
    checked: str
    facts: list[str]
    phones: list[PhoneLine]
    lines: list  # hotlines.cards.Card
    website: str
    email: str
    services: list[ServiceLine] = field(default_factory=list)
    places: list[PlaceLine] = field(default_factory=list)
    contacts: list[str] = field(default_factory=list)
    coalitions: list[str] = field(default_factory=list)
    source: str = ""
    licence: str = ""
    is_fictional: bool = False

    @property
    def is_open(self) -> bool:
        return self.state == lookup.State.OPEN


@dataclass(frozen=True)
class Open:
    """What `hotlines.cards` asks of a line, of hours that are none of its own."""

    opening_hours: Hours | None
    time_zone: str


# --- One entry -----------------------------------------------------------------------------------------------------


def card(organisation: Organisation, *, now: datetime, km: float | None = None) -> EntryCard:
    """The card of an entry fetched with `whole.entries`."""
    on = timezone.localdate(now)
    services = [service for service in organisation.services.all() if service.is_active]
    locations = list(organisation.locations.all())
    lines = lines_of(organisation, now)
    service_lines = [service_line(service, now=now) for service in services]
    words = words_of(organisation)
    phones = [phone_line(phone, organisation) for phone in organisation.phones.all()]
    phones += [phone for line in service_lines for phone in line.phones]
    phones += [phone_line(phone, organisation) for location in locations for phone in location.phones.all()]
    state, state_text = best_state([(one.state, one.state_text) for one in (*lines, *service_lines)])
    age = organisation.freshness(on=on)
    return EntryCard(
        key=str(organisation.pk),
        url=reverse("directory:entry", args=[organisation.pk]),
        name=text_of(organisation, words, "name"),
        other_name=other_name(organisation, words),
        kind=label(OrganisationKind, organisation.kind) if organisation.kind != OrganisationKind.OTHER else "",
        description=text_of(organisation, words, "description"),
        kinds=labels(ServiceKind, [kind for service in services for kind in service.kinds]),
        area=area_of(organisation, locations),
        distance=distance_text(km),
        languages=languages_text(organisation, services, locations),
        state=state,
        state_text=state_text,
        badge="" if age == Freshness.CONFIRMED else Freshness(age).label,
        checked=checked_text(organisation),
        facts=facts(services),
        phones=list(dict.fromkeys(phones)),
        lines=lines,
        website=organisation.website,
        email=organisation.email,
        services=service_lines,
        places=[place_line(location, now=now) for location in locations],
        contacts=[str(contact) for contact in organisation.contacts.all() if contact.is_public],
        coalitions=organisation.coalition_names,
        source=organisation.source,
        licence=organisation.licence,
        is_fictional=organisation.is_fictional,
    )


def lines_of(organisation: Organisation, now: datetime) -> list[hotline_cards.Card]:
    """The cards of the hotlines it runs."""
    return [
        hotline_cards.card(link.hotline, now=now)
        for link in organisation.hotline_links.all()
        if link.hotline.is_published and link.hotline.is_reachable
    ]


def words_of(row):
    """The row's words in the active language, or None."""
    active = languages.active().lower()
    found = {words.language.lower(): words for words in row.words.all()}
    return found.get(active) or found.get(active.split("-")[0])


def text_of(row, words, name: str, *, language: str = "") -> Text:
    """A field in the active language where there are words, else as the record has it, marked with its language."""
    value = getattr(words, name, "") if words else ""
    if value:
        return Text(value, "", words.status == "machine")
    value = getattr(row, name)
    own = (language or getattr(row, "language", "") or "en").lower()
    same = own.split("-")[0] == languages.active().split("-")[0]
    # The name of an organisation has no language: it is called so everywhere.
    return Text(value, "" if same or name == "name" and not language else languages.tag(own))


def other_name(organisation: Organisation, words) -> str:
    """The name as it is known there, when the reader does not see it already."""
    shown = words.name if words and words.name else organisation.name
    for name in (organisation.alternate_name, organisation.name):
        if name and name != shown:
            return name
    return ""


def label(vocabulary, code: str) -> str:
    member = vocabulary._value2member_map_.get(code)  # of Python's Enum; a dictionary of all choices takes far longer
    return code if member is None else str(member.label)


def labels(vocabulary, codes) -> list[str]:
    return [label(vocabulary, code) for code in dict.fromkeys(codes)]


def joined(texts) -> str:
    texts = [text for text in texts if text]
    return format_list(texts, locale=languages.cldr(languages.active())) if texts else ""


def area_of(organisation: Organisation, locations: list[Location]) -> str:
    """Towns and country in one line; the country alone for what has no place."""
    towns = list(dict.fromkeys(location.area for location in locations if location.area))
    if towns:
        return " · ".join(towns[:3])
    region = places.region_name(organisation.region) if organisation.region else ""
    country = places.country_name(organisation.country) if organisation.country else ""
    return ", ".join(filter(None, [region, country]))


def distance_text(km: float | None) -> str:
    """Whole kilometres: the places behind it are rounded too."""
    if km is None:
        return ""
    if km < 2:
        return gettext("less than 2 km away")
    shown = format_decimal(round(km), locale=languages.cldr(languages.active()))
    return gettext("about %(count)s km away") % {"count": shown}


def facts(services: list[Service]) -> list[str]:
    found = []
    if any(service.cost == Cost.FREE for service in services):
        found.append(Cost.FREE.label)
    if any(service.is_remote for service in services):
        found.append(gettext("By telephone or online"))
    if any(service.immigration_safe for service in services):
        found.append(gettext("Does not ask about papers, it says"))
    return found


def checked_text(organisation: Organisation) -> str:
    """When somebody last checked it and how; never a date that nobody stands for."""
    if organisation.verified_on is None:
        return gettext("Not yet checked here")
    day = hotline_cards.long_date(organisation.verified_on)
    how = organisation.get_verified_how_display()
    if how:
        return gettext("Last checked: %(date)s (%(how)s)") % {"date": day, "how": how}
    return gettext("Last checked: %(date)s") % {"date": day}


# --- Phones, languages, hours --------------------------------------------------------------------------------------


def phone_line(phone: Phone, organisation: Organisation) -> PhoneLine:
    dial = dial_of(phone, organisation.country)
    text = phone.type == PhoneKind.TEXT
    link = "" if not dial or phone.type in {PhoneKind.FAX, PhoneKind.PAGER} else f"{'sms' if text else 'tel'}:{dial}"
    if link and phone.extension.isdigit() and not text:
        link += f";ext={phone.extension}"
    sentence = (
        gettext("Send a text message to %(hotline)s, %(number)s") if text else gettext("Call %(hotline)s, %(number)s")
    )
    return PhoneLine(
        display=phone.number,
        link=link,
        label=sentence % {"hotline": organisation.name, "number": phone.number},
        kind=label(PhoneKind, phone.type) if phone.type not in {"", PhoneKind.VOICE} else "",
        remark=phone.description,
        extension=phone.extension,
        languages=joined(language_names(phone.languages.all())),
    )


def dial_of(phone: Phone, country: str) -> str:
    """What a telephone dials: the international form, else the number as it can be read in its country, else its digits."""
    if phone.e164:
        return phone.e164
    try:
        parsed = phonenumbers.parse(phone.number, country or None)
    except phonenumbers.NumberParseException:
        return numbers.digits(phone.number)
    if phonenumbers.is_valid_number(parsed):
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return numbers.digits(phone.number)


def language_names(spoken) -> list[str]:
    """Names of languages in the reader's language; those through an interpreter say so."""
    known = languages.cldr(languages.active()).languages
    found = {}
    for row in spoken:
        name = (
            known.get(row.code.replace("-", "_"), "") or known.get(row.code.split("-")[0], "") or row.name or row.code
        )
        if row.by_interpreter:
            name = gettext("%(language)s (interpreter)") % {"language": name}
        found[row.code, row.by_interpreter] = name
    return [name for (code, by), name in found.items() if not (by and (code, False) in found)]


def languages_text(organisation, services, locations) -> str:
    """One sentence of all languages in which the entry can be used, interpreters included."""
    rows = [spoken for service in services for spoken in service.languages.all()]
    rows += [spoken for location in locations for spoken in location.languages.all()]
    rows += [spoken for phone in organisation.phones.all() for spoken in phone.languages.all()]
    names = list(dict.fromkeys(language_names(rows)))
    known = languages.cldr(languages.active()).languages
    for link in organisation.hotline_links.all():
        names += [name for code in link.hotline.language_codes if (name := known.get(code, code)) not in names]
    more = max(
        [service.interpreter_languages or 0 for service in services]
        + [link.hotline.interpreter_languages or 0 for link in organisation.hotline_links.all()],
        default=0,
    )
    shown = joined(names)
    if more and shown:
        return ngettext(
            "%(languages)s, and %(count)d more language through an interpreter",
            "%(languages)s, and %(count)d or more languages through an interpreter",
            more,
        ) % {"languages": shown, "count": more}
    return shown


def hours_of(schedules, now: datetime) -> tuple[list[str], str, str]:
    """(lines, state, sentence) of schedule rows at a moment. What is no weekly rule is given in the source's words."""
    rows = list(schedules)
    line = open_of(rows, now)
    if line is None:
        words = list(dict.fromkeys(row.description or row.notes for row in rows if row.description or row.notes))
        return words, lookup.State.UNKNOWN, ""
    remarks = [row.description for row in rows if row.description and not opening.is_weekly(row)]
    return [*hotline_cards.hours_lines(line), *remarks], *state_at(line, now)


def open_of(schedules, now: datetime) -> Open | None:
    """The hours that schedule rows mean on a day; None where no week can be read."""
    rule = opening.rules(schedules, on=timezone.localdate(now))
    return Open(opening.read(*rule), rule[0] or "UTC") if rule else None


def state_of(schedules, now: datetime) -> tuple[str, str]:
    """(state, sentence) of schedule rows at a moment."""
    return state_at(open_of(schedules, now), now)


def state_at(line: Open | None, now: datetime) -> tuple[str, str]:
    if line is None:
        return lookup.State.UNKNOWN, ""
    state, closes_at, opens_at = lookup.opening_at(line, now)
    return state, hotline_cards.state_text(line, state, closes_at, opens_at, now)


def best_state(found: list[tuple[str, str]]) -> tuple[str, str]:
    """(state, sentence) of what is open, else of what is known to be closed, else unknown."""
    for wanted in (lookup.State.OPEN, lookup.State.CLOSED):
        for state, text in found:
            if state == wanted and text:
                return state, text
    return lookup.State.UNKNOWN, ""


# --- Services and places -------------------------------------------------------------------------------------------


def service_line(service: Service, *, now: datetime) -> ServiceLine:
    words, language = words_of(service), service.organisation.language
    hours, state, state_text = hours_of(schedules_of(service), now)
    return ServiceLine(
        name=text_of(service, words, "name", language=language),
        other_name=service.alternate_name,
        description=text_of(service, words, "description", language=language),
        kinds=labels(ServiceKind, service.kinds),
        people=labels(Population, service.populations),
        trafficking=labels(TraffickingType, service.trafficking_types),
        sectors=labels(Sector, service.sectors),
        languages=joined(language_names(service.languages.all())) or service.interpretation_services,
        hours=hours,
        state=state,
        state_text=state_text,
        cost=cost_text(service),
        who=text_of(service, words, "eligibility_description", language=language),
        ages=ages_text(service),
        how=text_of(service, words, "application_process", language=language),
        papers=papers_text(service),
        alert=service.alert,
        url=service.url,
        email=service.email,
        phones=[phone_line(phone, service.organisation) for phone in phones_of(service)],
        areas=joined(
            area.name or (places.region_name(area.region) if area.region else places.country_name(area.country))
            for area in service.areas.all()
        ),
    )


def schedules_of(service: Service) -> list:
    """Its own opening times, and those at its places."""
    return [*service.schedules.all(), *(row for pair in service.at_locations.all() for row in pair.schedules.all())]


def phones_of(service: Service) -> list[Phone]:
    return [*service.phones.all(), *(phone for pair in service.at_locations.all() for phone in pair.phones.all())]


def cost_text(service: Service) -> str:
    parts = [Cost(service.cost).label if service.cost else "", service.fees_description]
    for option in service.cost_options.all():
        amount = f"{option.amount} {option.currency}".strip() if option.amount is not None else ""
        parts.append(" ".join(filter(None, [option.option, amount, option.amount_description])))
    return ". ".join(str(part).rstrip(".") for part in parts if part)


def ages_text(service: Service) -> str:
    low, high = service.minimum_age, service.maximum_age
    if low is not None and high is not None:
        return gettext("From %(low)d to %(high)d years") % {"low": low, "high": high}
    if low is not None:
        return gettext("From %(low)d years") % {"low": low}
    return gettext("Up to %(high)d years") % {"high": high} if high is not None else ""


def papers_text(service: Service) -> str:
    if service.immigration_safe is None:
        return ""
    if service.immigration_safe:
        return gettext("It says that it does not ask about papers and passes nothing on.")
    return gettext("It may have to report people without papers. Ask before you give your name.")


def place_line(location: Location, *, now: datetime) -> PlaceLine:
    hours, _state, _text = hours_of(location.schedules.all(), now)
    phones = [phone_line(phone, location.organisation) for phone in location.phones.all()]
    if location.is_confidential:
        return PlaceLine(
            lines=[location.area],
            name="",
            way="",
            access=labels(Access, location.accessibility),
            access_details="",
            hours=hours,
            phones=phones,
            is_confidential=True,
            pin=location.pin,
        )
    town = " ".join(filter(None, [location.postal_code, location.city]))
    country = places.country_name(location.country) if location.country else ""
    return PlaceLine(
        lines=list(
            filter(
                None,
                [
                    location.attention,
                    location.address_1,
                    location.address_2,
                    town,
                    location.region,
                    location.state_province,
                    country,
                ],
            )
        ),
        name=location.name,
        way=location.transportation,
        access=labels(Access, location.accessibility),
        access_details=location.accessibility_details,
        hours=hours,
        phones=phones,
        is_confidential=False,
        pin=location.pin,
    )
