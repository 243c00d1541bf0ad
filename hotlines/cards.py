"""One hotline as a reader sees it: every sentence ready, in the active language, for a moment.

Templates hold no rules: what they show or leave out is decided here.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_time, get_timezone_name
from babel.lists import format_list
from django.utils.translation import gettext, ngettext

from hotlines import hours as opening
from hotlines import lookup, places
from hotlines.models import Channel, Hotline, Kind
from kernel import languages


@dataclass(frozen=True)
class Card:
    """What a template shows of one hotline. Empty texts are left out."""

    code: str
    kind: str
    name: str
    name_tag: str  # `lang` of the name; empty when it is in the page's language
    local_name: str
    local_name_tag: str
    number: str
    number_link: str
    number_label: str  # what the link does, and the number as shown: WCAG 2.5.3 asks for the visible text in it
    sms_link: str
    sms_label: str
    keyword: str
    vanity: str
    tty: str
    email: str
    web: str
    state: str
    state_text: str
    hours: list[str] = field(default_factory=list)
    answers_in: str = ""
    unknown: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    note: str = ""
    note_tag: str = ""
    trace: str = ""
    checked: str = ""
    warning: str = ""

    @property
    def is_open(self) -> bool:
        return self.state == lookup.State.OPEN

    @property
    def is_closed(self) -> bool:
        return self.state == lookup.State.CLOSED


def card(hotline: Hotline, *, now: datetime) -> Card:
    """The card of a hotline, or of the one that has taken its place, in the active language."""
    hotline = hotline.in_force(now)
    state, closes_at, opens_at = lookup.opening_at(hotline, now)
    words = hotline.words_for()
    name, name_tag = name_of(hotline, words)
    local_name, local_tag = local_name_of(hotline, name)
    return Card(
        code=hotline.code,
        kind=hotline.kind,
        name=name,
        name_tag=name_tag,
        local_name=local_name,
        local_name_tag=local_tag,
        number=hotline.number,
        number_link=hotline.tel_link,
        number_label=gettext("Call %(hotline)s, %(number)s") % {"hotline": name, "number": hotline.number},
        sms_link=hotline.sms_link,
        sms_label=gettext("Send a text message to %(hotline)s, %(number)s")
        % {"hotline": name, "number": hotline.number},
        keyword=hotline.sms_keyword if hotline.channel == Channel.TEXT else "",
        vanity=hotline.vanity,
        tty=hotline.tty,
        email=hotline.email,
        web=hotline.web,
        state=state,
        state_text=state_text(hotline, state, closes_at, opens_at, now),
        hours=hours_lines(hotline),
        answers_in=answers_in(hotline),
        unknown=unknown(hotline),
        facts=facts(hotline),
        note=words.note if words else "",
        note_tag=foreign_tag(words),
        trace=words.trace if words else "",
        checked=checked(hotline, now),
        warning=warning(hotline, now),
    )


# --- Names ---------------------------------------------------------------------------------------------------------


def foreign_tag(words) -> str:
    """The `lang` of words that are not in the page's language."""
    return words.tag if words and words.locale.language_code != languages.active() else ""


def name_of(hotline: Hotline, words) -> tuple[str, str]:
    """(name, `lang`). The name in the country's language comes before English when it is the page's language."""
    if words and not foreign_tag(words):
        return words.name, ""
    if hotline.name_local and hotline.name_local_language == languages.active().split("-")[0]:
        return hotline.name_local, ""
    if words:
        return words.name, foreign_tag(words)
    return hotline.name_en, "" if languages.active().startswith("en") else "en"


def local_name_of(hotline: Hotline, name: str) -> tuple[str, str]:
    """The name under which the line is known in its country, when the reader would not see it otherwise."""
    known = hotline.name_local_language and hotline.name_local != name and hotline.name_local != hotline.number
    return (hotline.name_local, languages.tag(hotline.name_local_language)) if known else ("", "")


# --- Hours ---------------------------------------------------------------------------------------------------------


def state_text(hotline: Hotline, state: str, closes_at, opens_at, now: datetime) -> str:
    if state == lookup.State.OPEN:
        if closes_at is None:
            return gettext("Open now")
        return gettext("Open now, until %(time)s") % {"time": clock(closes_at, hotline)}
    if state != lookup.State.CLOSED:
        return ""
    if opens_at is None:
        return gettext("Closed now")
    days = (opens_at.astimezone(zone_of(hotline)).date() - now.astimezone(zone_of(hotline)).date()).days
    time = clock(opens_at, hotline)
    if days == 0:
        return gettext("Closed now. Opens today at %(time)s") % {"time": time}
    if days < 7:
        return gettext("Closed now. Opens on %(weekday)s at %(time)s") % {
            "weekday": there(opens_at, hotline, "EEEE"),
            "time": time,
        }
    return gettext("Closed now. Opens on %(date)s at %(time)s") % {
        "date": there(opens_at, hotline, "long"),
        "time": time,
    }


def zone_of(hotline: Hotline) -> ZoneInfo:
    return ZoneInfo(hotline.time_zone or "UTC")


def clock(moment: datetime, hotline: Hotline) -> str:
    """The time of day there, as the reader's language writes it."""
    return format_time(moment, "short", tzinfo=zone_of(hotline), locale=languages.cldr(languages.active()))


def there(moment: datetime, hotline: Hotline, form: str) -> str:
    """The local date of a moment, in one of Babel's forms."""
    return format_date(moment.astimezone(zone_of(hotline)), form, locale=languages.cldr(languages.active()))


def hours_lines(hotline: Hotline) -> list[str]:
    """One line per group of days; a last line with the zone when the hours are not round the clock."""
    hours = hotline.opening_hours
    if hours is None:
        return []
    if hours.is_always_open:
        return [gettext("24 hours a day, every day")]
    lines = [
        gettext("%(days)s: %(times)s") % {"days": days_text(days), "times": spans_text(spans)}
        for days, spans in opening.grouped(hours.week)
    ]
    if hours.week.holiday == () or any(not hours.on(day) for day in hours.special):
        lines.append(gettext("Closed on some public holidays"))
    return [*lines, gettext("Local time there: %(zone)s") % {"zone": zone_name(hotline)}]


def zone_name(hotline: Hotline) -> str:
    return get_timezone_name(zone_of(hotline), locale=languages.cldr(languages.active()))


def days_text(days: list[int]) -> str:
    names = languages.cldr(languages.active()).days["stand-alone"]["wide"]
    if len(days) == 7:
        return gettext("Every day")
    if len(days) > 2:
        return gettext("%(first)s to %(last)s") % {"first": names[days[0]], "last": names[days[-1]]}
    return format_list([names[day] for day in days], locale=languages.cldr(languages.active()))


def spans_text(spans: opening.DaySpans) -> str:
    if spans == opening.ALL_DAY:
        return gettext("day and night")
    return ", ".join(
        gettext("%(opens)s to %(closes)s") % {"opens": wall_clock(opens), "closes": wall_clock(closes)}
        for opens, closes in spans
    )


def wall_clock(minutes: int) -> str:
    """A time of day without a zone. Midnight that ends a day has its own word, lest it be taken for the morning."""
    if minutes == opening.DAY_MINUTES:
        return gettext("midnight")
    moment = datetime(2001, 1, 1, minutes // 60 % 24, minutes % 60)  # any day: only its time is shown
    return format_time(moment, "short", locale=languages.cldr(languages.active()))


# --- Languages and facts -------------------------------------------------------------------------------------------


def answers_in(hotline: Hotline) -> str:
    """In which languages they answer. Interpreters are named for the voice only."""
    if not hotline.language_codes:
        return ""
    cldr = languages.cldr(languages.active())
    named = format_list([cldr.languages.get(code, code) for code in hotline.language_codes], locale=cldr)
    if hotline.channel in {Channel.TEXT, Channel.CHAT, Channel.WHATSAPP}:
        return gettext("Answers in writing, in %(languages)s only") % {"languages": named}
    if not hotline.interpreter_languages:
        return gettext("Answers in %(languages)s") % {"languages": named}
    return ngettext(
        "Answers in %(languages)s, and in %(count)d more language through an interpreter on the telephone",
        "Answers in %(languages)s, and in %(count)d or more languages through an interpreter on the telephone",
        hotline.interpreter_languages,
    ) % {"languages": named, "count": hotline.interpreter_languages}


def unknown(hotline: Hotline) -> list[str]:
    """What the source leaves open. Said, so that nobody takes silence for day and night or for every language."""
    if hotline.kind == Kind.EMERGENCY or hotline.channel == Channel.WEB:
        return []
    gaps = []
    if not hotline.hours:
        gaps.append(gettext("Hours not stated by the source"))
    if not hotline.language_codes:
        gaps.append(gettext("Languages not stated by the source"))
    return gaps


def facts(hotline: Hotline) -> list[str]:
    found = []
    if hotline.toll_free and hotline.kind != Kind.EMERGENCY:
        found.append(gettext("Free of charge"))
    if hotline.confidential:
        found.append(gettext("Confidential, says the operator"))
    if hotline.inside_only:
        place = places.country_name(hotline.country)
        found.append(gettext("Only from inside the country: %(country)s") % {"country": place})
    if hotline.region:
        found.append(gettext("For %(region)s") % {"region": places.region_name(hotline.region)})
    if hotline.channel == Channel.WHATSAPP:
        found.append(gettext("By WhatsApp"))
    return found


# --- Age -----------------------------------------------------------------------------------------------------------


def checked(hotline: Hotline, now: datetime) -> str:
    """When somebody here last checked it; else how old the source is. Never a date that nobody stands for."""
    if hotline.verified_on:
        return gettext("Last checked: %(date)s") % {"date": long_date(hotline.verified_on)}
    if as_of := source_date(hotline.source_as_of):
        return gettext("Source of %(date)s, not yet checked here") % {"date": as_of}
    return gettext("Source without a date, not yet checked here")


def warning(hotline: Hotline, now: datetime) -> str:
    """The word for a badge: a weak source weighs more than a check that is due.

    An emergency number never carries the second one: nobody in danger should hesitate over it.
    """
    if hotline.is_weak:
        return gettext("Not confirmed")
    if hotline.is_due(now.date()) and hotline.kind != Kind.EMERGENCY:
        return gettext("Check is due")
    return ""


def long_date(day) -> str:
    return format_date(day, "long", locale=languages.cldr(languages.active()))


def source_date(text: str) -> str:
    """`2024-10-02`, `2025-10`, `c.2022` as the reader's language writes them; empty for `undated` and what is no date."""
    cldr = languages.cldr(languages.active())
    try:
        values = [int(part) for part in text.removeprefix("c.").split("-")]
        day = date(*values, *[1] * (3 - len(values)))
    except (ValueError, TypeError):
        return ""
    if len(values) == 3:
        shown = format_date(day, "long", locale=cldr)
    elif len(values) == 2:
        shown = format_skeleton("yMMMM", day, locale=cldr)
    else:
        shown = str(values[0])
    return gettext("about %(year)s") % {"year": shown} if text.startswith("c.") else shown
