"""Cards and tags: the same hotline in a lesson, in the footer, after a switch-over, in words for an hour and a place."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from hotlines.cards import card
from hotlines.models import SpecialDay
from tests.factories.hotlines import make_hotline, make_words

pytestmark = pytest.mark.django_db
MONDAY_NOON = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)  # 12:00 in New York
OFFICE = "Mo-Fr 09:00-17:00; Sa 10:00-12:00"


def render(text: str, **context) -> str:
    return Template("{% load hotlines %}" + text).render(Context(context))


def test_hours_are_told_in_the_time_of_the_place():
    one = card(make_hotline(hours=OFFICE), now=MONDAY_NOON)
    assert one.hours[0].replace("\u202f", " ") == "Monday to Friday: 9:00 AM to 5:00 PM"
    assert one.hours[-1] == "Local time there: Eastern Time"
    assert one.is_open and one.state_text.replace("\u202f", " ") == "Open now, until 5:00 PM"


def test_a_closed_line_says_when_it_opens():
    one = card(make_hotline(hours=OFFICE), now=MONDAY_NOON + timedelta(hours=6))
    assert one.is_closed and "Tuesday" in one.state_text and "9:00" in one.state_text


def test_hours_speak_the_language_of_the_page():
    hotline = make_hotline(hours=OFFICE)
    with translation.override("es"):
        assert "lunes" in card(hotline, now=MONDAY_NOON).hours[0]


def test_unknown_hours_and_languages_are_said_to_be_unknown():
    one = card(make_hotline(hours="", languages=""), now=MONDAY_NOON)
    assert one.unknown == ["Hours not stated by the source", "Languages not stated by the source"]
    assert one.state_text == "" and one.hours == []


def test_a_holiday_entered_by_the_staff_closes_the_line():
    hotline = make_hotline(hours="Mo-Su 09:00-17:00")
    SpecialDay.objects.create(hotline=hotline, on=date(2026, 3, 2), label="Holiday", hours="off")
    assert card(hotline, now=MONDAY_NOON).is_closed


def test_after_a_switch_over_the_old_reference_shows_the_new_line():
    new = make_hotline(name_en="New line")
    old = make_hotline(name_en="Old line", valid_to=MONDAY_NOON, replaced_by=new)
    assert card(old, now=MONDAY_NOON - timedelta(seconds=1)).name == "Old line"
    assert card(old, now=MONDAY_NOON).name == "New line"


@pytest.mark.parametrize(
    ("as_of", "shown"),
    [
        ("2024-10-02", "Source of October 2, 2024, not yet checked here"),
        ("2025-10", "Source of October 2025, not yet checked here"),
        ("2025", "Source of 2025, not yet checked here"),
        ("c.2022", "Source of about 2022, not yet checked here"),
        ("undated", "Source without a date, not yet checked here"),
        ("", "Source without a date, not yet checked here"),
        ("2024-13-45", "Source without a date, not yet checked here"),
    ],
)
def test_the_age_of_the_source_is_told_as_far_as_it_is_known(as_of, shown):
    assert card(make_hotline(source_as_of=as_of), now=MONDAY_NOON).checked == shown


@pytest.mark.parametrize(("days", "warning"), [(180, ""), (181, "Check is due")])
def test_a_check_is_due_after_180_days(days, warning):
    hotline = make_hotline(verified_on=MONDAY_NOON.date() - timedelta(days=days))
    one = card(hotline, now=MONDAY_NOON)
    assert one.warning == warning and one.checked.startswith("Last checked: ")


def test_an_emergency_number_is_never_marked_as_due():
    assert card(make_hotline(kind="emergency"), now=MONDAY_NOON).warning == ""


def test_the_card_tag_shows_number_and_escapes_words():
    hotline = make_hotline()
    make_words(hotline, name="<b>Line</b> & more")
    text = render("{% hotline_card hotline %}", hotline=hotline)
    assert 'href="tel:+12025550100"' in text
    assert "&lt;b&gt;Line&lt;/b&gt; &amp; more" in text and "<b>Line" not in text


def test_the_card_tag_shows_nothing_for_a_hotline_that_is_gone():
    assert render("{% hotline_card hotline %}", hotline=None).strip() == ""


def test_the_footer_has_one_number_of_each_kind_and_none_from_a_weak_source(registry):
    make_hotline(code="a-weak", confidence="low")
    text = render("{% help_numbers %}")
    assert text.count("<li>") == 3
    for link in ("tel:911", "tel:+18883737888", "sms:233733"):
        assert link in text


def test_the_footer_is_empty_without_hotlines():
    assert render("{% help_numbers %}").strip() == ""


def test_the_footer_asks_the_database_once(registry, django_assert_num_queries):
    first = render("{% help_numbers %}")
    with django_assert_num_queries(0):
        assert render("{% help_numbers %}") == first


def test_a_number_with_a_weak_source_is_printed_only_after_a_recorded_word(ana):
    from hotlines.checks import approve_print

    hotline = make_hotline(confidence="unverified")
    assert not hotline.may_be_printed
    approve_print(hotline, by=ana, reason="Seen on the operator's letter")
    assert hotline.may_be_printed
    hotline.phone_e164, hotline.phone_display = "+12025550177", "1-202-555-0177"
    assert not hotline.may_be_printed
    assert make_hotline(confidence="medium").may_be_printed


def test_only_a_confirmed_check_makes_a_number_fresh(ana):
    from hotlines.checks import record_check

    hotline, today = make_hotline(), timezone.localdate()
    record_check(hotline, by=ana, how="page", result="unclear", on=today)
    assert hotline.verified_on is None
    record_check(hotline, by=ana, how="page", result="confirmed", on=today)
    record_check(hotline, by=ana, how="page", result="confirmed", on=today - timedelta(days=400))
    hotline.refresh_from_db()
    assert hotline.verified_on == today and not hotline.is_due(today)
