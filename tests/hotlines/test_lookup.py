"""Which line is offered first, and why."""

from datetime import UTC, datetime, timedelta

import pytest

from hotlines import lookup
from hotlines.lookup import Reason, Speech, State, find
from tests.factories.hotlines import make_hotline

pytestmark = pytest.mark.django_db
MONDAY_NOON = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)  # 12:00 in New York
OFFICE = {"hours": "Mo-Fr 09:00-17:00"}


def codes(*args, now=MONDAY_NOON, **kwargs):
    return [one.hotline.code for one in find(*args, now=now, **kwargs)]


def test_emergency_comes_first_and_tip_lines_last_for_somebody_who_needs_help():
    make_hotline(code="tips", kind="tip_line")
    make_hotline(code="help")
    make_hotline(code="emergency", kind="emergency")
    assert codes("US") == ["emergency", "help", "tips"]
    assert codes("US", purpose="tip") == ["emergency", "tips", "help"]


def test_a_line_for_tips_only_is_never_offered_for_help_nor_the_other_way_round():
    make_hotline(code="tips", kind="tip_line", audience="tips")
    make_hotline(code="victims", audience="victims")
    assert codes("US") == ["victims"]
    assert codes("US", purpose="tip") == ["tips"]


def test_an_open_line_comes_before_one_with_unknown_hours_and_a_closed_one_is_last():
    make_hotline(code="closed", hours="Mo-Fr 13:00-17:00")
    make_hotline(code="unknown", hours="")
    make_hotline(code="open", **OFFICE)
    found = find("US", now=MONDAY_NOON)
    assert [(one.hotline.code, one.state) for one in found] == [
        ("open", State.OPEN),
        ("unknown", State.UNKNOWN),
        ("closed", State.CLOSED),
    ]
    assert found[0].closes_at == MONDAY_NOON + timedelta(hours=5)
    assert found[2].opens_at == MONDAY_NOON + timedelta(hours=1)


def test_own_staff_in_the_language_come_before_an_interpreter():
    make_hotline(code="interpreter", languages="en", interpreter_languages=200)
    make_hotline(code="own", languages="en|vi")
    make_hotline(code="not", languages="en")
    found = find("US", now=MONDAY_NOON, language="vi")
    assert [(one.hotline.code, one.speech) for one in found] == [
        ("own", Speech.OWN),
        ("interpreter", Speech.INTERPRETER),
        ("not", Speech.NONE),
    ]


def test_an_interpreter_on_the_telephone_is_no_help_in_text(registry):
    found = {one.hotline.code: one for one in find("US", now=MONDAY_NOON, language="vi")}
    assert found["us-nhth-voice"].speech == Speech.INTERPRETER
    assert Reason.BY_INTERPRETER in found["us-nhth-voice"].reasons
    assert found["us-nhth-text"].speech == found["us-nhth-chat"].speech == Speech.NONE
    assert Reason.NOT_IN_LANGUAGE in found["us-nhth-text"].reasons


@pytest.mark.parametrize(("asked", "kept"), [("tl", "fil"), ("fil", "tl"), ("pt-BR", "pt"), ("zh-hant", "zh")])
def test_codes_of_one_language_find_each_other(asked, kept):
    hotline = make_hotline(languages=kept)
    assert lookup.speech(hotline, asked) == Speech.OWN


def test_a_regional_line_is_offered_only_to_its_region():
    make_hotline(code="national")
    make_hotline(code="jersey", region="US-NJ")
    assert codes("US") == ["national"]
    assert set(codes("US", region="US-NJ")) == {"national", "jersey"}
    assert codes("US", region="US-NY") == ["national"]
    assert Reason.IN_REGION in find("US", region="US-NJ", now=MONDAY_NOON)[0].reasons


def test_members_of_the_union_share_its_emergency_number(registry):
    assert codes("DE")[0] == codes("AT")[0] == "eu-112"
    assert "eu-112" not in codes("GB")
    assert codes("GB")[0] == "gb-999"


def test_a_line_counts_from_its_first_moment_and_no_longer_at_its_last():
    make_hotline(code="old", valid_to=MONDAY_NOON)
    make_hotline(code="new", valid_from=MONDAY_NOON)
    assert codes("US", now=MONDAY_NOON - timedelta(seconds=1)) == ["old"]
    assert codes("US", now=MONDAY_NOON) == ["new"]


def test_lines_that_wait_or_cannot_be_reached_are_not_offered(registry):
    make_hotline(code="waits", is_published=False)
    assert "waits" not in codes("US")
    assert "de-kok-online" not in codes("DE")


def test_channels_narrow_the_answer(registry):
    assert codes("US", channels=["text"]) == ["us-nhth-text"]


def test_a_weak_source_comes_after_a_good_one_and_says_so():
    make_hotline(code="a-weak", confidence="low")
    make_hotline(code="b-good", confidence="high")
    found = find("US", now=MONDAY_NOON)
    assert [one.hotline.code for one in found] == ["b-good", "a-weak"]
    assert Reason.WEAK_SOURCE in found[1].reasons


def test_the_number_of_queries_does_not_grow_with_the_registry(registry, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        assert len(find("US", now=MONDAY_NOON)) == 7
