"""Numbers: dialled and shown; and found in texts, however they are dressed up."""

import pytest

from hotlines import numbers
from hotlines.imports import SHIPPED, read

NUMBER = "+12025550100"


@pytest.mark.parametrize(
    ("fields", "dialled"),
    [
        ({"e164": NUMBER, "short_code": ""}, NUMBER),
        ({"e164": "", "short_code": "233733"}, "233733"),
        ({"e164": "", "short_code": ""}, ""),
        ({"e164": "+611800333000", "short_code": "", "display": "1800 333 000"}, "1800333000"),  # not from abroad
    ],
)
def test_a_telephone_dials_what_works_in_the_country(fields, dialled):
    assert numbers.dial_string(**fields) == dialled


@pytest.mark.parametrize(
    ("keyword", "link"),
    [("", "sms:233733"), ("HELP or INFO", "sms:233733?body=HELP"), ("HELP NOW", "sms:233733?body=HELP%20NOW")],
)
def test_a_message_link_begins_with_the_first_word_to_send(keyword, link):
    assert numbers.sms_link("233733", keyword) == link


def test_letters_in_brackets_are_shown_when_they_spell_the_number():
    assert numbers.vanity_part("1-800-843-5678 (1-800-THE-LOST)", "+18008435678") == "1-800-THE-LOST"
    assert numbers.vanity_part("1-800-843-5678 (1-800-THE-LAST)", "+18008435678") == ""
    assert numbers.vanity_part("800 5533 000 (WhatsApp)", "+528005533000") == ""


@pytest.mark.parametrize(
    ("display", "dialled", "same"),
    [
        ("1-202-555-0100", NUMBER, True),
        ("(202) 555-0100", NUMBER, True),
        ("0800 222 777", "+27800222777", True),
        ("1-202-555-0101", NUMBER, False),
        ("555-0100", NUMBER, True),
        ("0100", NUMBER, False),
        ("112", "112", True),
        ("113", "112", False),
        ("9112", "112", False),
    ],
)
def test_a_printed_number_must_be_the_one_that_is_dialled(display, dialled, same):
    assert numbers.says_the_same(display, dialled) is same


@pytest.mark.parametrize("text", ["12025550100", "+1", "+1202555010a", "+120255501001234567"])
def test_a_number_that_cannot_be_dialled_is_refused(text):
    with pytest.raises(numbers.NotANumber):
        numbers.parsed(text)


# --- In a text -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Call 1-202-555-0100 now",
        "Call (202) 555-0100",
        "Call 202.555.0100",
        "Call +1 202 555 0100.",
        "Call 2025550100",
        "Call 202–555–0100",  # en dashes
        "Call 202\u2009555\u20090100",  # thin blanks
        "Call 202\u200b5550100",  # an invisible mark inside
        "Call \u202a202 555 0100\u202c",
        "Llame al ２０２-５５５-０１００",  # full width
        "اتصل ٢٠٢-٥٥٥-٠١٠٠",
        "اتصل ۲۰۲۵۵۵۰۱۰۰",
        "फ़ोन २०२ ५५५ ०१००",
        "ফোন ২০২-৫৫৫-০১০০",
        "โทร ๒๐๒-๕๕๕-๐๑๐๐",
        "ဖုန်း ၂၀၂ ၅၅၅ ၀၁၀၀",
        "②⓪②⑤⑤⑤⓪①⓪⓪",
        "Call 202-<b>555</b>-0100",
        "Call 202&#45;555&nbsp;0100",
        '<a href="tel:+12025550100">call</a>',
        '<a href="https://wa.me/12025550100">write</a>',
        "Call 1-800-THE-LOST",
        "Call 1-202-555-0100 or 1-202-555-0101",
    ],
)
def test_a_number_is_found_in_any_dress(text):
    assert numbers.looks_like_phone(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Checked on 2024-10-02 and 02.10.2024 and 10/02/2024",
        "From 2016-2021, and again 2023/2024",
        "An estimate of 27,600,000 people",
        "Une estimation de 27\u202f600\u202f000 personnes",
        "27.600.000 personas",
        "22 U.S.C. 7102(11), 6 U.S.C. 642(b)(5)",
        "Open 09:00-17:00, 24 hours, 365 days a year",
        "Decree 162/2025",
        "Form H-2A, page 12 of 48",
        "Pi is about 3.14159265",
        "https://www.example.org/2024/10/02/1234567890",
        "Chapter 1.2.3.4",
        "1-800-HI",
    ],
)
def test_dates_figures_and_clauses_are_no_numbers(text):
    assert numbers.find_numbers(text) == []


def test_a_known_number_is_found_even_where_it_reads_like_a_figure():
    assert not numbers.looks_like_phone("800.290.290")
    assert numbers.find_numbers("800.290.290", known=["800290290"]) == ["800.290.290"]


def test_a_known_short_code_of_five_digits_is_found():
    assert numbers.find_numbers("Text 233733", known=["233733"]) == ["233733"]
    assert numbers.find_numbers("Page 145", known=["145"]) == []


def test_a_translation_may_repeat_the_numbers_of_its_source_and_no_other():
    source = "Call 1-202-555-0100 or 911"
    known = ["911", "112", "+12025550100"]
    assert numbers.foreign_numbers("Llame al ١٢٠٢٥٥٥٠١٠٠ o al 911", source, known) == []
    assert numbers.foreign_numbers("Llame al 1-202-555-0199", source, known) == ["1-202-555-0199"]
    assert numbers.foreign_numbers("Llame al 112", source, known) == ["112"]
    assert numbers.foreign_numbers("En 145 países", source, known) == []


def test_looking_through_a_long_text_takes_no_time():
    assert numbers.find_numbers("1 " * 3 + "x" * 50_000 + "-.( " * 50_000) == []


def test_every_shipped_number_is_one_that_its_own_finder_finds():
    for row in read(SHIPPED):
        if row.values["phone_e164"]:
            known = [row.values["phone_e164"]]
            assert numbers.find_numbers(row.values["phone_e164"], known), row.code
            assert numbers.find_numbers(f"Tel. {row.values['phone_display']}", known), row.code


@pytest.mark.parametrize("text", ["拨打２０２５５５０１４３", "โทร2025550143", "전화202-555-0143"])
def test_a_number_right_behind_a_letter_of_a_script_without_spaces_is_found(text):
    assert numbers.looks_like_phone(text)
