"""Posting rules: what is said of a sheet, at the edges of size, type and languages, and what is never said."""

from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from posters import press, rules
from posters.rules import REQUIREMENTS, Answer, Confidence
from posters.sizes import INCH, SIZES
from tests.factories.posters import spec

MEETS, FAILS, PERSON = Answer.MEETS, Answer.FAILS, Answer.PERSON
NATIONAL = ("us-nhth-voice", "us-nhth-text")


def metrics(size="letter", *texts, codes=()) -> dict:
    """What a layout measured; `texts` are (role, points, words) or (role, points, words, weight)."""
    texts = texts or (("notice", 16, "There is help."), ("number", 60, "1-800-555-0199"))
    named = [
        {"role": role, "pt": pt, "words": words, "weight": (more or (400,))[0], "language": "en"}
        for role, pt, words, *more in texts
    ]
    return {"width": SIZES[size].width, "height": SIZES[size].height, "texts": named, "codes": list(codes)}


def answers(rule: str, one, measured) -> dict[str, list[Answer]]:
    found = {}
    for finding in rules.check(one, measured, rules.get(rule)):
        assert finding.reason and finding.reason[-1] in ".”", finding
        found.setdefault(finding.requirement, []).append(finding.answer)
    return found


def notice(*languages, size="letter", **more):
    return spec(*languages or ("en", "es"), design="notice", size=size, hotlines=NATIONAL, **more)


# --- The table --------------------------------------------------------------------------------------------------------


def test_every_rule_names_its_source_its_date_and_how_sure_it_is():
    assert len(rules.every()) >= 25
    for rule in rules.every():
        assert rule.sources and all(source.where or source.title for source in rule.sources)
        assert rule.checked_on.year == 2026 and rule.confidence in Confidence
        assert rule.applies and rule.citation and rule.place
        assert set(rule.read) | set(rule.unknown) <= set(REQUIREMENTS)
        assert not rule.was_read("size") or rule.confidence == Confidence.PRIMARY
    assert len({rule.id for rule in rules.every()}) == len(rules.every())


def test_rules_are_found_by_place_with_the_country_after_the_state():
    assert [rule.id for rule in rules.for_place("US", "US-TX")] == [
        "US-TX-general", "US-TX-lodging", "US-TX-alcohol", "US-federal",
    ]  # fmt: skip
    assert [rule.id for rule in rules.for_place("US")] == ["US-federal"]
    assert rules.for_place("DE") == []
    assert [rule.id for rule in rules.search("illinois bars")] == ["US-IL"]


# --- Size -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "answer"),
    [
        ("letter", MEETS), ("letter-landscape", MEETS), ("tabloid", MEETS), ("a3", MEETS),
        ("a4", FAILS),  # 210 mm are less than 8.5 inches
        ("half-letter", FAILS), ("card-3x5", FAILS), ("square", FAILS),
    ],
)  # fmt: skip
def test_a_sheet_smaller_on_either_side_does_not_meet(size, answer):
    assert answers("US-FL", notice(size=size), metrics(size))["size"] == [answer]


@pytest.mark.parametrize(("short", "answer"), [(0, MEETS), (0.4, MEETS), (1, FAILS)])
def test_the_edge_of_a_size_allows_for_rounding_only(short, answer):
    measured = metrics() | {"width": 8.5 * INCH - short}
    assert answers("US-FL", notice(), measured)["size"] == [answer]


def test_a_rule_for_landscape_is_not_met_by_a_portrait_sheet():
    new_mexico = replace(rules.get("US-NM"), read=tuple(REQUIREMENTS))
    found = {
        size: next(
            f.answer for f in rules.check(notice(size=size), metrics(size), new_mexico) if f.requirement == "size"
        )
        for size in ("letter", "letter-landscape", "tabloid")
    }
    assert found == {"letter": FAILS, "letter-landscape": MEETS, "tabloid": MEETS}


def test_a_wallet_card_is_measured_as_the_card_and_not_as_its_sheet():
    cards = spec("en", "es", design="card", size="wallet")
    assert answers("US-FL", cards, metrics("wallet"))["size"] == [FAILS]
    assert answers("US-MD", spec("en", "es", design="card", size="card-3x5"), metrics("card-3x5"))["size"] == [MEETS]


def test_a_notice_on_a_screen_is_left_to_a_person_where_the_rule_knows_electronic_ones():
    assert answers("US-IL", notice(size="square"), metrics("square"))["size"] == [PERSON]


# --- Letters ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("points", "answer"), [(16, MEETS), (15.99, FAILS), (40, MEETS)])
def test_the_smallest_letters_of_the_wording_decide(points, answer):
    assert answers("US-IL", notice(), metrics("letter", ("title", 40, "Help"), ("facts", points, "Free")))["type"] == [
        answer
    ]


def test_small_print_is_no_wording():
    small = metrics("letter", ("notice", 16, "Help"), ("address", 9, "lodestar.example"), ("draft", 7, "DRAFT"))
    assert answers("US-IL", notice(), small)["type"] == [MEETS]


@pytest.mark.parametrize(("points", "answer"), [(14, FAILS), (15, PERSON), (15.5, PERSON), (16, PERSON)])
def test_sources_that_do_not_agree_leave_what_lies_between_to_a_person(points, answer):
    found = [f for f in rules.check(notice(), metrics("letter", ("notice", points, "Help")), rules.get("US-GA"))]
    (kind,) = [f for f in found if f.requirement == "type"]
    assert kind.answer == answer and ("Another source says 15" in kind.reason) == (points in {15, 15.5})


def test_a_smaller_sheet_may_have_smaller_letters_where_the_rule_says_so():
    sticker = spec("en", "es", design="card", size="sticker")
    assert answers("US-KY", sticker, metrics("sticker", ("facts", 10, "Free")))["type"] == [MEETS]
    assert answers("US-KY", sticker, metrics("sticker", ("facts", 9.9, "Free")))["type"] == [FAILS]
    assert answers("US-KY", notice(), metrics("letter", ("facts", 10, "Free")))["type"] == [FAILS]


def test_bold_is_asked_of_all_letters_or_of_the_number():
    thin = metrics("letter", ("notice", 20, "Help"), ("number", 60, "1-800-555-0199", 700))
    bold = metrics("letter", ("notice", 20, "Help", 700), ("number", 60, "1-800-555-0199", 700))
    assert answers("US-LA", notice(), thin)["bold"] == [FAILS]
    assert answers("US-LA", notice(), bold)["bold"] == [PERSON]  # the text that was read is of 2013
    assert answers("US-MD", notice(), thin)["bold"] == [MEETS]


# --- Languages --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "languages", "found"),
    [
        ("US-FL", ("en", "es"), [MEETS]),
        ("US-FL", ("es", "en", "vi"), [MEETS]),
        ("US-FL", ("en",), [FAILS]),
        ("US-IL", ("en", "es"), [MEETS, PERSON]),  # a county's language depends on the county
        ("US-CA", ("en", "es"), [PERSON, PERSON]),
        ("US-LA", ("en", "es", "fr"), [PERSON]),
        ("US-LA", ("en", "es"), [FAILS]),
        ("US-TX-lodging", ("en",), [PERSON, PERSON]),  # the Spanish one hangs beside it
        ("US-TX-lodging", ("en", "es"), [FAILS, PERSON]),
        ("US-TX-lodging", ("vi",), [FAILS, PERSON]),
    ],
)
def test_languages(rule, languages, found):
    assert answers(rule, notice(*languages), metrics("tabloid"))["languages"] == found


@pytest.mark.parametrize(("shares", "answer"), [((2, 1), MEETS), ((3, 2), FAILS), ((1, 1), FAILS), ((1, 2), FAILS)])
def test_shares_are_compared_with_what_the_rule_asks(shares, answer):
    recent = replace(rules.get("US-TX-alcohol"), edition=None)
    found = rules.check(notice("en", "es", shares=shares), metrics("letter-landscape"), recent)
    assert [f.answer for f in found if f.requirement == "shares"] == [answer]


def test_equal_parts_stay_equal_beside_a_third_language():
    sheet = notice("en", "es", "vi", shares=(2, 2, 1))
    assert answers("US-NM", sheet, metrics("letter-landscape"))["shares"] == [PERSON]
    assert answers("US-NM", replace(sheet, shares=(2, 1, 2)), metrics("letter-landscape"))["shares"] == [FAILS]


# --- Wording, numbers, codes ------------------------------------------------------------------------------------------


def test_words_the_rule_prescribes_are_looked_for_whatever_their_case_and_breaks():
    said = "This SIGN is\nrequired under  State law."
    assert answers("US-MD", notice(), metrics("letter", ("notice", 20, said)))["wording"] == [PERSON]
    assert answers("US-MD", notice(), metrics())["wording"] == [FAILS]


def test_a_prescribed_text_is_never_said_to_be_met():
    for rule in rules.every():
        found = rules.check(notice(), metrics(), rule)
        assert MEETS not in {f.answer for f in found if f.requirement in {"wording", "place"}}


def test_a_line_of_the_registry_counts_only_where_its_number_is_printed():
    with_number = metrics("letter", ("notice", 20, "Help"), ("number", 60, "1-800-555-0199"))
    without = metrics("letter", ("notice", 20, "Help"))
    assert answers("US-NY", notice(), with_number)["numbers"] == [MEETS]
    assert answers("US-NY", notice(), without)["numbers"] == [FAILS]
    assert answers("US-NY", spec("en", hotlines=("us-ga-ht",)), with_number)["numbers"] == [FAILS]


@pytest.mark.parametrize(
    ("printed", "answer"),
    [
        ("1-855-FLA-SAFE", MEETS), ("1-855-352-7233", MEETS), ("(855)\u00a0352-7233", MEETS),
        ("1-855-352-7234", FAILS), ("1-888-373-7888", FAILS),
    ],
)  # fmt: skip
def test_a_number_is_the_same_in_letters_and_digits(printed, answer):
    assert answers("US-FL", notice(), metrics("letter", ("number", 60, printed)))["numbers"] == [answer]


def test_a_code_is_asked_for_or_only_welcome():
    code = {"mm": 30.0}
    assert answers("US-MT", notice(), metrics(codes=[code]))["code"] == [MEETS]
    assert answers("US-MT", notice(), metrics())["code"] == [PERSON]
    assert answers("US-VA", notice(), metrics())["code"] == [FAILS]


# --- What is never said -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rule", [rule for rule in rules.every() if not rule.read or rule.edition], ids=lambda one: one.id
)
def test_nothing_meets_a_rule_whose_text_was_not_read_or_is_old(rule):
    best = metrics("tabloid", ("notice", 40, "Help", 700), ("number", 60, "1-800-555-0199", 700), codes=[{"mm": 40}])
    found = rules.check(notice("en", "es", "fr"), best, rule)
    assert found and MEETS not in {one.answer for one in found}


def test_an_unverified_rule_never_fails_a_sheet():
    found = rules.check(notice(size="half-letter"), metrics("half-letter"), rules.get("US-WI"))
    assert {one.answer for one in found} == {PERSON}


def test_the_summary_counts_what_is_not_met_and_never_advises():
    bad = rules.report(notice("en", size="half-letter"), metrics("half-letter"), rules.get("US-FL"))
    assert bad.answer == FAILS and "does not meet" in bad.summary
    good = rules.report(notice(), metrics("letter", ("number", 60, "1-855-FLA-SAFE")), rules.get("US-FL"))
    assert good.answer == PERSON and good.count(FAILS) == 0
    assert good.as_dict()["answer"] == "person"


# --- Sheets as they are printed ---------------------------------------------------------------------------------------


def test_a_printed_notice_is_compared_by_its_own_measures():
    made = press.make(spec("en", "es", design="notice", size="letter", hotlines=NATIONAL))
    found = {f.requirement: f for f in rules.check(made.spec, made.report["metrics"], rules.get("US-IL"))}
    assert found["size"].answer == found["type"].answer == MEETS
    wall = press.make(spec("en", "es", size="half-letter"))
    found = {f.requirement: f.answer for f in rules.check(wall.spec, wall.report["metrics"], rules.get("US-IL"))}
    assert found["size"] == found["type"] == FAILS


# --- Page, fragment, command ------------------------------------------------------------------------------------------


def test_the_page_lists_the_rules_with_source_and_date(client, db):
    page = client.get(reverse("posting_rules")).content.decode()
    assert page.count("<article") == len(rules.every())
    assert "oag.ca.gov/human-trafficking/model-notice" in page and "2026" in page
    assert "no advice on the law" in page and "West Virginia" in page


def test_the_page_is_searched_and_says_when_nothing_is_found(client, db):
    some = client.get(reverse("posting_rules"), {"q": "truck stops kentucky"}).content.decode()
    assert some.count("<article") == 1 and 'value="truck stops kentucky"' in some
    none = client.get(reverse("posting_rules"), {"q": "<b>mars</b>"}).content.decode()
    assert "<article" not in none and "does not mean" in none and "<b>mars" not in none


def test_the_page_asks_the_database_for_nothing_of_its_own(client, db, django_assert_max_num_queries):
    client.get(reverse("posting_rules"))
    with django_assert_max_num_queries(6):
        client.get(reverse("posting_rules"))


def test_the_fragment_shows_every_finding_with_its_answer():
    from django.template.loader import render_to_string

    report = rules.report(notice("en"), metrics(), rules.get("US-FL"))
    html = render_to_string("posters/components/rule_report.html", {"report": report})
    assert html.count('class="rule-report__item"') == len(report.findings)
    assert 'data-requirement="languages" data-answer="fails"' in html and "Does not meet" in html


def test_the_command_lists_and_refuses_unknown_rules(capsys, db):
    import json

    call_command("poster_rules", json=True, search="texas")
    assert {one["id"] for one in json.loads(capsys.readouterr().out)} == {
        "US-TX-general",
        "US-TX-lodging",
        "US-TX-alcohol",
    }
    with pytest.raises(CommandError, match="Near it: US-FL"):
        call_command("poster_rules", "us-fla")
    with pytest.raises(CommandError, match="No sheet with the code"):
        call_command("poster_rules", "US-FL", sheet="ABCD-EFGH")
