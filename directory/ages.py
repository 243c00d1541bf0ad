"""Calendar arithmetic for entries that age."""

import calendar
from datetime import date


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or its last day where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
