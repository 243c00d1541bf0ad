"""Opening hours: what they mean at a moment. Pure functions; the moment comes in, nothing asks the clock.

Hours are written in a small part of OpenStreetMap's opening_hours: `Mo-Fr 09:00-17:00; Sa 10:00-14:00; PH off`, `24/7`.
A time after 24:00 or before its beginning runs past midnight (`Fr 22:00-02:00`). `PH` is for the public holidays that are
listed with the hotline. Later rules replace earlier ones for the same day.

Stages: text -> `Week` (spans of minutes per weekday) -> `Hours` (with zone and special days) -> spans of instants in UTC.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

DAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
DAY_MINUTES = 24 * 60
SEARCH_DAYS = 400  # how far ahead a next opening is looked for: a year and a bit

Span = tuple[int, int]  # minutes after local midnight: opens, closes; closes may lie beyond 24:00
DaySpans = tuple[Span, ...]
ALL_DAY: DaySpans = ((0, DAY_MINUTES),)


class UnreadableHours(ValueError):
    """Hours that do not follow the grammar; the text names the part."""


@dataclass(frozen=True)
class Week:
    """Spans for Monday to Sunday, and for public holidays (None: a holiday is like any other day)."""

    days: tuple[DaySpans, ...]
    holiday: DaySpans | None = None


@dataclass(frozen=True)
class Hours:
    """A week in a time zone, with days that differ.

    `special` maps a date, `yearly` a (month, day), to that day's spans; None stands for the week's holiday rule.
    """

    week: Week
    zone: ZoneInfo | None = None
    special: Mapping[date, DaySpans | None] = field(default_factory=dict)
    yearly: Mapping[tuple[int, int], DaySpans | None] = field(default_factory=dict)

    def on(self, day: date) -> DaySpans:
        """The spans that begin on a day."""
        for table, key in ((self.special, day), (self.yearly, (day.month, day.day))):
            if key in table:
                spans = table[key]
                return (self.week.holiday or ()) if spans is None else spans
        return self.week.days[day.weekday()]

    @property
    def is_always_open(self) -> bool:
        return all(spans == ALL_DAY for spans in self.week.days) and not self.special and not self.yearly


# --- Text to week --------------------------------------------------------------------------------------------------


def parse(text: str) -> Week:
    """Return the week a text describes. Raises UnreadableHours; a text without any rule is unreadable too."""
    rules = [rule.strip() for rule in text.split(";") if rule.strip()]
    if not rules:
        raise UnreadableHours("there is no rule in it")
    week: list[DaySpans] = [()] * 7
    holiday = None
    for rule in rules:
        days, on_holidays, spans = _rule(rule)
        for day in days:
            week[day] = spans
        if on_holidays:
            holiday = spans
    return Week(tuple(week), holiday)


def _rule(rule: str) -> tuple[set[int], bool, DaySpans]:
    if rule == "24/7":
        return set(range(7)), False, ALL_DAY
    match = re.fullmatch(r"(?:([A-Za-z, -]+?)\s+)?(off|closed|\d.*)", rule)
    if match is None:
        raise UnreadableHours(f"“{rule}” is not a rule such as Mo-Fr 09:00-17:00")
    names, times = match.groups()
    days, on_holidays = _days(names) if names else (set(range(7)), False)
    return days, on_holidays, () if times in {"off", "closed"} else parse_spans(times)


def _days(text: str) -> tuple[set[int], bool]:
    days, on_holidays = set(), False
    for part in (part.strip() for part in text.split(",")):
        first, _, last = part.partition("-")
        if part == "PH":
            on_holidays = True
        elif first in DAYS and (not last or last in DAYS):
            begin = DAYS.index(first)
            length = (DAYS.index(last or first) - begin) % 7
            days |= {(begin + step) % 7 for step in range(length + 1)}
        else:
            raise UnreadableHours(f"“{part}” is not a day such as Mo, Tu-Fr or PH")
    return days, on_holidays


def parse_spans(text: str) -> DaySpans:
    """Return the spans of `09:00-12:00,13:00-17:00`, in order and apart from each other."""
    spans = []
    for part in (part.strip() for part in text.split(",")):
        match = re.fullmatch(r"(\d{1,2}):(\d\d)\s*-\s*(\d{1,2}):(\d\d)", part)
        if match is None:
            raise UnreadableHours(f"“{part}” is not a time such as 09:00-17:00")
        opens_hour, opens_minute, closes_hour, closes_minute = map(int, match.groups())
        opens, closes = opens_hour * 60 + opens_minute, closes_hour * 60 + closes_minute
        if max(opens_minute, closes_minute) > 59 or opens >= DAY_MINUTES or closes > 2 * DAY_MINUTES:
            raise UnreadableHours(f"“{part}” is not a time of day")
        if closes <= opens:
            closes += DAY_MINUTES
        if closes - opens > DAY_MINUTES:
            raise UnreadableHours(f"“{part}” is longer than a day")
        spans.append((opens, closes))
    spans.sort()
    for (_opens, closes), (opens, _closes) in zip(spans, spans[1:], strict=False):
        if opens < closes:
            raise UnreadableHours("two times of one day overlap")
    return tuple(spans)


# --- Wall clock to instants ----------------------------------------------------------------------------------------


def instant(day: date, minutes: int, zone: ZoneInfo, *, closing: bool = False) -> datetime:
    """The moment in UTC at which clocks in the zone show that many minutes after midnight of a day.

    A time the clocks skip in spring is the moment of the jump. A time they show twice in autumn is the first one for an
    opening and the second for a closing: somebody sits at the telephone in between.
    """
    naive = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)
    early, late = (naive.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if early <= late:
        return late if closing else early
    return _jump(late, early, zone)


def _jump(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The moment between two in UTC at which the zone's offset changes, to the second."""
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low).total_seconds() // 2)
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high


def spans_from(hours: Hours, first: date, days: int) -> Iterator[tuple[datetime, datetime]]:
    """Spans of instants that begin on the given local days, those that touch joined to one. Needs a zone."""
    current = None
    for step in range(days):
        day = first + timedelta(days=step)
        for opens, closes in hours.on(day):
            span = instant(day, opens, hours.zone), instant(day, closes, hours.zone, closing=True)
            if span[1] <= span[0]:
                continue
            if current and span[0] <= current[1]:
                current = current[0], max(current[1], span[1])
                continue
            if current:
                yield current
            current = span
    if current:
        yield current


# --- Questions -----------------------------------------------------------------------------------------------------


def is_open(hours: Hours, now: datetime) -> bool:
    """Whether the line is open at a moment. It is at the opening itself, and no longer at the closing."""
    return hours.is_always_open or any(begin <= now < end for begin, end in _around(hours, now, 3))


def certain(hours: Hours, now: datetime) -> tuple[bool, datetime]:
    """(whether the line is open at a moment, until when that surely stays so): its next opening or closing, or a day."""
    day = now + timedelta(days=1)
    if hours.is_always_open:
        return True, day
    spans = list(_around(hours, now, 3))
    is_open = any(begin <= now < end for begin, end in spans)
    return is_open, min([day, *(edge for span in spans for edge in span if edge > now)])


def closing(hours: Hours, now: datetime) -> datetime | None:
    """When a line that is open now closes; None when it is closed, or open without end as far as two weeks show."""
    if hours.is_always_open:
        return None
    for begin, end in _around(hours, now, 16):
        if begin <= now < end:
            return end if end < now + timedelta(days=13) else None
    return None


def next_opening(hours: Hours, now: datetime) -> datetime | None:
    """When a line that is closed opens next; None when it is open, or will not open within a year."""
    if is_open(hours, now):
        return None
    for days in (9, SEARCH_DAYS):  # nearly always within a week
        for begin, _end in _around(hours, now, days):
            if begin > now:
                return begin
    return None


def _around(hours: Hours, now: datetime, days: int) -> Iterator[tuple[datetime, datetime]]:
    zone = hours.zone or ZoneInfo("UTC")
    hours = hours if hours.zone else Hours(hours.week, zone, hours.special, hours.yearly)
    first = now.astimezone(zone).date() - timedelta(days=2)  # a span of 48 hours at most may still run
    return spans_from(hours, first, days + 2)


def grouped(week: Week) -> list[tuple[list[int], DaySpans]]:
    """Rows of (weekdays, spans) for print: days with the same spans together, in order, days off left out."""
    rows: list[tuple[list[int], DaySpans]] = []
    for day, spans in enumerate(week.days):
        if not spans:
            continue
        if rows and rows[-1][1] == spans and rows[-1][0][-1] == day - 1:
            rows[-1][0].append(day)
        else:
            rows.append(([day], spans))
    return rows
