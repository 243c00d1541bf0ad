"""Opening hours at their edges: opening and closing moments, midnight, holidays, and the two nights a year clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hotlines import hours
from hotlines.hours import Hours, UnreadableHours, closing, is_open, next_opening, parse

NEW_YORK = ZoneInfo("America/New_York")
BERLIN = ZoneInfo("Europe/Berlin")
KATHMANDU = ZoneInfo("Asia/Kathmandu")
SANTIAGO = ZoneInfo("America/Santiago")  # clocks jump at midnight
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # clocks jump by half an hour


def at(zone, *parts, fold=0):
    return datetime(*parts, tzinfo=zone, fold=fold)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


OFFICE = Hours(parse("Mo-Fr 09:00-17:00"), BERLIN)
NIGHT = Hours(parse("Fr,Sa 22:00-02:00"), NEW_YORK)


@pytest.mark.parametrize(
    ("moment", "open_then"),
    [
        (at(BERLIN, 2026, 3, 2, 8, 59, 59), False),
        (at(BERLIN, 2026, 3, 2, 9, 0), True),
        (at(BERLIN, 2026, 3, 2, 16, 59, 59), True),
        (at(BERLIN, 2026, 3, 2, 17, 0), False),
        (at(BERLIN, 2026, 3, 7, 12, 0), False),
    ],
)
def test_a_line_is_open_from_its_opening_up_to_its_closing(moment, open_then):
    assert is_open(OFFICE, moment) is open_then


def test_hours_are_those_of_the_hotline_whatever_the_zone_of_the_moment():
    assert is_open(OFFICE, at(NEW_YORK, 2026, 3, 2, 3, 30))
    assert not is_open(OFFICE, at(NEW_YORK, 2026, 3, 2, 11, 30))


def test_hours_keep_a_zone_that_is_off_by_a_quarter_of_an_hour():
    line = Hours(parse("Mo 09:00-10:00"), KATHMANDU)
    assert is_open(line, utc(2026, 3, 2, 3, 15))
    assert not is_open(line, utc(2026, 3, 2, 3, 14, 59))


@pytest.mark.parametrize(
    ("moment", "open_then"),
    [
        (at(NEW_YORK, 2026, 1, 3, 1, 59), True),  # Saturday morning, of Friday's night
        (at(NEW_YORK, 2026, 1, 3, 2, 0), False),
        (at(NEW_YORK, 2026, 1, 4, 1, 0), True),
        (at(NEW_YORK, 2026, 1, 5, 1, 0), False),  # Sunday has no night
        (at(NEW_YORK, 2026, 1, 2, 21, 59), False),
    ],
)
def test_a_night_runs_past_midnight_into_the_next_day(moment, open_then):
    assert is_open(NIGHT, moment) is open_then


def test_closing_of_a_night_is_on_the_next_day():
    assert closing(NIGHT, at(NEW_YORK, 2026, 1, 2, 23, 0)) == at(NEW_YORK, 2026, 1, 3, 2, 0)


def test_days_that_touch_at_midnight_are_one_span():
    weekend = Hours(parse("Sa-Su 00:00-24:00"), NEW_YORK)
    assert closing(weekend, at(NEW_YORK, 2026, 1, 3, 12, 0)) == at(NEW_YORK, 2026, 1, 5, 0, 0)


def test_a_week_without_a_gap_never_closes():
    always = Hours(parse("Mo-Su 00:00-24:00"), NEW_YORK)
    moment = at(NEW_YORK, 2026, 3, 8, 2, 59)
    assert (always.is_always_open, is_open(always, moment), closing(always, moment), next_opening(always, moment)) == (
        True,
        True,
        None,
        None,
    )
    assert parse("24/7").days == always.week.days


def test_round_the_clock_needs_no_zone():
    assert is_open(Hours(parse("24/7")), utc(2026, 1, 1))


# --- The two nights ------------------------------------------------------------------------------------------------


def test_a_time_that_spring_skips_is_the_moment_of_the_jump():
    line = Hours(parse("Su 02:30-04:00"), NEW_YORK)  # on 2026-03-08 clocks go from 2:00 to 3:00
    assert not is_open(line, utc(2026, 3, 8, 6, 59, 59))
    assert is_open(line, utc(2026, 3, 8, 7, 0))
    assert closing(line, utc(2026, 3, 8, 7, 30)) == utc(2026, 3, 8, 8, 0)


def test_a_span_that_lies_in_the_skipped_hour_does_not_happen():
    line = Hours(parse("Su 02:10-02:50"), NEW_YORK)
    assert not is_open(line, utc(2026, 3, 8, 7, 0))
    assert next_opening(line, utc(2026, 3, 8, 5, 0)) == at(NEW_YORK, 2026, 3, 15, 2, 10)


def test_an_hour_that_autumn_repeats_is_open_both_times():
    line = Hours(parse("Su 01:15-01:45"), NEW_YORK)  # on 2026-11-01 clocks go from 2:00 back to 1:00
    assert is_open(line, at(NEW_YORK, 2026, 11, 1, 1, 15))
    assert is_open(line, at(NEW_YORK, 2026, 11, 1, 1, 44, fold=1))
    assert not is_open(line, at(NEW_YORK, 2026, 11, 1, 1, 45, fold=1))


def test_office_hours_stay_at_nine_when_the_clocks_change():
    assert next_opening(OFFICE, at(BERLIN, 2026, 3, 27, 18, 0)) == utc(2026, 3, 30, 7, 0)  # summer time since Sunday
    assert next_opening(OFFICE, at(BERLIN, 2026, 10, 23, 18, 0)) == utc(2026, 10, 26, 8, 0)


def test_a_midnight_that_does_not_exist_is_the_moment_of_the_jump():
    line = Hours(parse("Sa 20:00-24:00; Su 00:00-06:00"), SANTIAGO)  # on 2026-09-06 the day begins at 1:00
    jump = utc(2026, 9, 6, 4, 0)
    assert is_open(line, jump)
    assert closing(line, utc(2026, 9, 6, 0, 30)) == at(SANTIAGO, 2026, 9, 6, 6, 0)


def test_a_jump_of_half_an_hour_counts_as_well():
    line = Hours(parse("Su 02:10-05:00"), LORD_HOWE)  # on 2026-10-04 clocks go from 2:00 to 2:30
    assert next_opening(line, utc(2026, 10, 3, 12, 0)) == utc(2026, 10, 3, 15, 30)


# --- Holidays ------------------------------------------------------------------------------------------------------


def test_a_special_day_replaces_the_hours_of_its_weekday():
    line = Hours(parse("Mo-Fr 09:00-17:00"), BERLIN, special={date(2026, 3, 3): ()})
    assert not is_open(line, at(BERLIN, 2026, 3, 3, 12, 0))
    assert next_opening(line, at(BERLIN, 2026, 3, 2, 17, 0)) == at(BERLIN, 2026, 3, 4, 9, 0)


def test_a_day_of_every_year_holds_in_a_leap_year_too():
    line = Hours(parse("24/7"), BERLIN, yearly={(2, 29): (), (12, 25): ()})
    assert not is_open(line, at(BERLIN, 2028, 2, 29, 12, 0))
    assert is_open(line, at(BERLIN, 2027, 3, 1, 0, 0))
    assert closing(line, at(BERLIN, 2027, 12, 24, 12, 0)) == at(BERLIN, 2027, 12, 25, 0, 0)
    assert not line.is_always_open


def test_a_holiday_without_own_hours_takes_the_rule_for_holidays():
    line = Hours(parse("Mo-Fr 09:00-17:00; PH 10:00-12:00"), BERLIN, special={date(2026, 3, 3): None})
    assert is_open(line, at(BERLIN, 2026, 3, 3, 11, 0))
    assert not is_open(line, at(BERLIN, 2026, 3, 3, 12, 0))


def test_a_holiday_that_no_rule_knows_is_closed():
    line = Hours(parse("Mo-Fr 09:00-17:00"), BERLIN, special={date(2026, 3, 3): None})
    assert not is_open(line, at(BERLIN, 2026, 3, 3, 11, 0))


def test_a_night_that_began_before_a_holiday_ends_as_usual():
    line = Hours(parse("Mo-Su 22:00-02:00"), BERLIN, special={date(2026, 12, 25): ()})
    assert is_open(line, at(BERLIN, 2026, 12, 25, 1, 0))
    assert not is_open(line, at(BERLIN, 2026, 12, 25, 22, 30))


def test_a_line_that_opens_once_a_year_is_found_months_ahead():
    line = Hours(parse("Mo-Su off"), BERLIN, yearly={(7, 30): hours.parse_spans("08:00-20:00")})
    assert next_opening(line, at(BERLIN, 2026, 7, 30, 20, 0)) == at(BERLIN, 2027, 7, 30, 8, 0)


def test_a_line_that_never_opens_has_no_next_opening():
    assert next_opening(Hours(parse("Mo-Su off"), BERLIN), at(BERLIN, 2026, 1, 1)) is None


# --- Grammar -------------------------------------------------------------------------------------------------------


def test_a_later_rule_replaces_an_earlier_one_for_its_days():
    week = parse("Mo-Su 08:00-20:00; We off; Sa-Su 10:00-12:00,13:00-15:00")
    assert week.days[2] == ()
    assert week.days[6] == ((600, 720), (780, 900))
    assert week.days[0] == ((480, 1200),)


def test_a_range_of_days_may_run_over_the_weekend():
    assert [bool(spans) for spans in parse("Fr-Mo 09:00-10:00").days] == [True, False, False, False, True, True, True]


@pytest.mark.parametrize(
    "text",
    [
        "",
        ";",
        "daily",
        "Mo",
        "Mo-Xx 09:00-10:00",
        "Mo 9-17",
        "Mo 25:00-26:00",
        "Mo 09:60-10:00",
        "Mo 09:00-12:00,11:00-13:00",
        "Mo 09:00",
    ],
)
def test_hours_that_cannot_be_read_are_refused(text):
    with pytest.raises(UnreadableHours):
        parse(text)


def test_days_with_the_same_hours_stand_together():
    assert hours.grouped(parse("Mo-We 09:00-10:00; Fr 09:00-10:00")) == [
        ([0, 1, 2], ((540, 600),)),
        ([4], ((540, 600),)),
    ]


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK, KATHMANDU, SANTIAGO, LORD_HOWE])
@pytest.mark.parametrize("text", ["Mo-Fr 09:00-17:00", "Fr,Sa 22:00-02:00", "24/7", "Su 00:00-24:00; We 08:30-12:00"])
def test_what_is_certain_of_a_moment_holds_until_the_end_it_names(zone, text):
    line = Hours(parse(text), zone)
    for now in (utc(2026, month, day, 5, 7) for month in (3, 4, 10, 11) for day in range(1, 29, 3)):
        open_then, until = hours.certain(line, now)
        assert now < until <= now + timedelta(days=1)
        steps = [now + (until - now) * share / 7 for share in range(7)] + [until - timedelta(seconds=1)]
        assert {is_open(line, moment) for moment in steps} == {open_then}
