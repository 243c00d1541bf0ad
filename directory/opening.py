"""Opening times of entries: rows after RFC 5545, as HSDS has them, turned into the hours that `hotlines.hours` understands.

Only what repeats every week can be read so; the rest is shown in the source's words and never called open or closed.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

from hotlines import hours
from hotlines.models import is_zone

RFC_DAYS = dict(zip("MO TU WE TH FR SA SU".split(), range(7), strict=True))


def rules(schedules: Iterable, *, on: date) -> tuple[str, str] | None:
    """(zone, rules as `hotlines.hours` writes them) of the rows that hold on a date; None where no week can be read.

    The zone is empty for hours round the clock, which need none.
    """
    weekly = tuple((row.byday, span(row), row.timezone) for row in schedules if is_weekly(row) and holds(row, on))
    return _rules(weekly) if weekly else None


@lru_cache(maxsize=4_000)
def _rules(weekly: tuple[tuple[str, tuple[int, int], str], ...]) -> tuple[str, str] | None:
    """What rows of (days, span, zone) say together. Many entries share a week."""
    week: dict[int, set] = defaultdict(set)
    zone = ""
    for byday, minutes, named in weekly:
        zone = zone or zone_name(named)
        for day in days(byday):
            week[day].add(minutes)
    text = "; ".join(
        f"{hours.DAYS[day]} {','.join(f'{clock(begin)}-{clock(end)}' for begin, end in sorted(spans))}"
        for day, spans in sorted(week.items())
    )
    try:
        parsed = hours.parse(text)
    except hours.UnreadableHours:
        return None  # two rows of one day overlap: nobody can say what is meant
    if hours.Hours(parsed).is_always_open:
        return "", "24/7"
    return (zone, text) if zone else None


def holds(row, on: date) -> bool:
    begin, end = row.valid_from or row.dtstart, row.valid_to or row.until
    return (begin is None or begin <= on) and (end is None or on <= end)


def is_weekly(row) -> bool:
    """Whether a row says nothing but days of the week and times."""
    rare = (row.bymonthday, row.byyearday, row.byweekno, row.count)
    return (
        row.freq in {"", "WEEKLY"}
        and (row.interval or 1) == 1
        and not any(rare)
        and row.opens_at is not None
        and row.closes_at is not None
        and (not row.byday or bool(days(row.byday)))
    )


def days(byday: str) -> list[int]:
    """[0, 1] of `MO,TU`; every day of an empty text; nothing of days that are counted (`1MO`)."""
    if not byday.strip():
        return list(range(7))
    names = [name.strip().upper() for name in byday.split(",")]
    return [RFC_DAYS[name] for name in names] if all(name in RFC_DAYS for name in names) else []


def span(row) -> tuple[int, int]:
    """Minutes after midnight. 23:59 and 00:00 as an end mean midnight, as publishers of HSDS write it."""
    begin = row.opens_at.hour * 60 + row.opens_at.minute
    end = row.closes_at.hour * 60 + row.closes_at.minute
    if end in {0, hours.DAY_MINUTES - 1}:
        end = hours.DAY_MINUTES
    return begin, end if end > begin else end + hours.DAY_MINUTES


def clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def zone_name(text: str) -> str:
    """The name of a zone; an offset such as -5 or +05:00 or UTC+2 as a zone without summer time; empty if unreadable."""
    if is_zone(text):
        return text
    match = re.fullmatch(r"(?:UTC|GMT)?\s*([+-]?)(\d{1,2})(?::?(00))?", text.strip())
    if match is None or int(match[2]) > 14:
        return ""
    offset = int(match[2]) * (-1 if match[1] == "-" else 1)
    return "UTC" if offset == 0 else f"Etc/GMT{-offset:+d}"  # POSIX counts the other way round


@lru_cache(maxsize=4_000)
def read(zone: str, text: str) -> hours.Hours:
    """Hours that can be asked, of what `rules` gave. Many entries share a week."""
    return hours.Hours(hours.parse(text), ZoneInfo(zone) if zone else None)
