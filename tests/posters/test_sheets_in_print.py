"""Sheets as they leave the press: every design, size and language, read back by other software."""

import io
import time
from dataclasses import replace

import pypdf
import pypdfium2
import pytest

from kernel.paper import PaperError
from kernel.paper.press import Press
from posters import preflight, press
from posters.designs import DESIGNS
from posters.sizes import SIZES
from posters.spec import PosterSpec, code_of
from posters.words import LANGUAGES
from tests.factories.posters import CAMPAIGNS, NUMBERS, spec

ALL = [(design.code, size) for design in DESIGNS.values() for size in design.sizes]


def cover(language: str) -> list[tuple[str, str, str]]:
    """(design, size, campaign) of the sheets a language is printed in every time: each design once.

    Over all languages every size of a design comes with several scripts, and every design with every campaign.
    """
    turn = LANGUAGES.index(language)
    return [
        (design.code, design.sizes[turn % len(design.sizes)], CAMPAIGNS[(turn // 2 + place) % len(CAMPAIGNS)])
        for place, design in enumerate(DESIGNS.values())
    ]


def made_all(specs) -> list:
    made = list(press.make_many(specs))
    failed = {
        f"{one.spec.design} {one.spec.size} {one.spec.tongues[0].language}": [str(one), one.too_long]
        for one in made
        if isinstance(one, press.SheetFailed)
    }
    assert not failed
    return made


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_design_is_printed_and_checked_in(language):
    made = made_all(
        spec(language, campaign=campaign, design=design, size=size) for design, size, campaign in cover(language)
    )
    assert all(one.report["findings"] == [] and len(one.body) < 400_000 for one in made)


def test_what_is_printed_every_time_covers_every_size_and_every_pair_of_design_and_campaign():
    covered = [(language, *one) for language in LANGUAGES for one in cover(language)]
    assert {(design, size) for _language, design, size, _campaign in covered} == set(ALL)
    assert {(design, campaign) for _language, design, _size, campaign in covered} == {
        (design, campaign) for design in DESIGNS for campaign in CAMPAIGNS
    }
    assert len({(language, design) for language, design, *_rest in covered}) == len(LANGUAGES) * len(DESIGNS)


@pytest.mark.slow
@pytest.mark.parametrize("campaign", CAMPAIGNS)
@pytest.mark.parametrize(("design", "size"), ALL)
def test_every_size_is_printed_in_every_language(design, size, campaign):
    made_all(spec(language, campaign=campaign, design=design, size=size) for language in LANGUAGES)


@pytest.mark.parametrize(("design", "size"), ALL)
def test_every_size_is_printed_with_little_ink(design, size):
    made_all([spec("es", design=design, size=size, saver=True)])


@pytest.mark.parametrize(("design", "size"), [pair for pair in ALL if not SIZES[pair[1]].is_screen])
def test_a_sheet_for_a_print_shop_has_bleed_around_its_trim(design, size):
    (made,) = made_all([spec("ar", design=design, size=size, press=True)])
    sheet = pypdf.PdfReader(io.BytesIO(made.body)).pages[0]
    assert float(sheet.trimbox.width) == pytest.approx(SIZES[size].width, abs=0.1)
    assert float(sheet.bleedbox.width) == pytest.approx(SIZES[size].width + 18, abs=0.1)


@pytest.mark.parametrize("code", [size.code for size in SIZES.values() if size.is_screen])
def test_a_picture_for_screens_has_exactly_its_pixels(code):
    from PIL import Image

    (made,) = made_all([spec("en", size=code)])
    assert made.kind == "png"
    assert Image.open(io.BytesIO(made.body)).size == SIZES[code].pixels


def test_statutory_words_are_never_smaller_than_sixteen_points_on_full_sheets():
    made = made_all(spec(language, design="notice", size="letter") for language in LANGUAGES)
    for one in made:
        stated = [text for text in one.report["metrics"]["texts"] if text["role"] in {"title", "notice", "facts"}]
        assert min(text["pt"] for text in stated) >= 16


def test_two_and_three_languages_share_a_sheet_by_their_weights():
    one, other, three = made_all(
        [
            spec("en", "es", design="notice", shares=(2, 1)),
            spec("en", "es", design="notice", shares=(1, 1)),
            spec("en", "es", "ar", design="notice"),
        ]
    )
    size = {
        made.key: [t["pt"] for t in made.report["metrics"]["texts"] if t["role"] == "notice"] for made in (one, other)
    }
    assert size[one.key][0] > size[other.key][0]
    assert [text["language"] for text in three.report["metrics"]["texts"] if text["role"] == "title"] == [
        "en",
        "es",
        "ar",
    ]


@pytest.mark.parametrize("design", ["wall", "notice"])
def test_english_shares_a_letter_sheet_with_every_other_language(design):
    others = [language for language in LANGUAGES if language != "en"]
    made_all(spec("en", other, design=design, campaign="your-papers") for other in others)


@pytest.mark.parametrize("size", ["letter", "a4", "tabloid", "a3"])
def test_three_languages_share_a_wall_poster(size):
    made_all(spec(*three, size=size) for three in (("en", "es", "vi"), ("es", "ar", "ur"), ("zh-Hans", "km", "de")))


def test_wallet_cards_take_eight_languages_and_eight_codes():
    (made,) = made_all([spec("en", "es", "ar", "zh-Hans", "hi", "vi", "ur", "am", design="card", size="wallet")])
    assert len(made.report["metrics"]["codes"]) == 8
    assert {text["language"] for text in made.report["metrics"]["texts"]} >= {"ar", "ur", "am"}


def test_the_number_is_as_wide_as_the_sheet_and_tall_enough_for_six_feet():
    (made,) = made_all([spec("en")])
    (number,) = [text for text in made.report["metrics"]["texts"] if text["role"] == "number"]
    assert number["cap_mm"] >= 16  # ADA 703.5.5: 16 mm up to 1.83 m


def test_the_code_leads_to_the_sheet_and_stands_in_the_title():
    (made,) = made_all([spec("en")])
    (code,) = made.report["metrics"]["codes"]
    assert code["address"] == f"https://lodestar.example/s/{made.code}"
    title = pypdf.PdfReader(io.BytesIO(made.body)).metadata.title
    assert title == f"Don’t be fooled. ({made.code[:4]}-{made.code[4:]})"


def test_the_same_spec_is_the_same_bytes_in_two_processes():
    wanted = spec("hi", "en")
    order = __import__("json").dumps({"spec": wanted.canonical(), "code": "ABCDEFGH"}).encode()
    bodies = []
    for _ in range(2):
        child = Press(module="posters.worker")
        try:
            bodies.append(child.print(order)[1])
        finally:
            child.stop()
    assert bodies[0] == bodies[1] and bodies[0].startswith(b"%PDF")


def test_another_number_word_or_look_is_another_sheet():
    first = spec("en")
    others = [
        replace(first, numbers={**NUMBERS, "voice": "1-800-555-0100"}),
        spec("en", words={"call": "Call us."}),
        spec("en", saver=True),
        replace(first, site="https://elsewhere.example"),
    ]
    keys = {one.key("engine") for one in (first, *others)}
    assert len(keys) == 5
    assert first.key("engine") == PosterSpec.read(first.canonical()).key("engine") != first.key("another engine")
    assert len({code_of(key) for key in keys}) == 5


def test_what_was_made_before_comes_from_the_store(monkeypatch):
    first = press.make(spec("en"))
    monkeypatch.setattr(press.pool, "ask", lambda order: pytest.fail("made again"))
    again = press.make(spec("en"))
    assert (first.fresh, again.fresh) == (True, False)
    assert first.body == again.body and first.report == again.report


# --- Too long ---------------------------------------------------------------------------------------------------------


def test_a_text_that_is_too_long_is_an_error_that_says_how_much_to_cut():
    with pytest.raises(press.SheetFailed, match="too long") as failed:
        press.make(spec("fr", "en", words={"headline": "Unbreakable" * 7}))
    assert {(one["language"], one["role"]) for one in failed.value.too_long} == {("fr", "headline"), ("en", "headline")}
    assert all(0 < one["cut"] <= 77 and one["cut"] + one["limit"] == 77 for one in failed.value.too_long)


def test_cutting_as_many_characters_as_asked_for_makes_it_fit():
    promise = ("WARNING WORDS " * 30)[:299] + "X"
    with pytest.raises(press.SheetFailed) as failed:
        press.make(spec("en", size="square", words={"promise": promise}))
    (problem,) = failed.value.too_long
    assert problem["role"] == "promise" and problem["cut"] + problem["limit"] == 300
    assert press.make(spec("en", size="square", words={"promise": promise[: problem["limit"]]})).fresh
    with pytest.raises(press.SheetFailed):
        press.make(spec("en", size="square", words={"promise": promise[: problem["limit"] + 12]}))


def test_one_sheet_that_fails_does_not_stop_the_others():
    good, bad = spec("en"), spec("en", words={"headline": "Unbreakable" * 7})
    answers = list(press.make_many([good, bad, spec("es")]))
    assert [isinstance(one, press.SheetFailed) for one in answers] == [False, True, False]


# --- Hostile words ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        {"promise": "w" * 100_000},
        {"promise": "a " * 50_000},
        {"promise": "Z" + "\u0301" * 20_000},
        {"headline": "\u202eevil\u202c" * 2000},
        {"promise": "line\n" * 20_000},
        {"promise": "<div style='display:flex'>" * 5000},
        {"headline": "|" * 79},
        {"headline": "a|b|c|d|e|f|g|h|i|j|k|l|m|n|o|p|q|r|s|t|u|v|w|x|y|z"},
        {"call": "<img src=http://127.0.0.1/x> <link rel=attachment href=file:///etc/passwd>"},
        {"call": "{voice"},
        {"call": "{secret}"},
        {"call": "\U0001f600"},
    ],
    ids=lambda words: repr(words)[:30],
)
def test_hostile_words_are_refused_or_printed_as_words_within_ten_seconds(words):
    begun = time.monotonic()
    try:
        made = press.make(spec("en", words=words))
    except (PaperError, ValueError):
        made = None
    assert time.monotonic() - begun < 10
    if made:
        assert b"/EmbeddedFile" not in made.body and b"/Launch" not in made.body
    assert press.make(spec("es", design="card", size="sticker")).body  # the press goes on


@pytest.mark.parametrize(
    "issuer",
    [
        "\u202e" * 500 + "Agency",
        "Z" + "\u0301" * 5000,
        "w" * 10_000,
        "<a href=file:///etc/passwd>Agency</a>",
        "{voice}",
    ],
)
def test_a_hostile_issuer_is_contained_within_ten_seconds(issuer):
    from posters import words as poster_words

    begun = time.monotonic()
    one = spec("en")
    said = poster_words.clean("Issued by {issuer}".replace("{issuer}", issuer), "en", 300)
    try:
        made = press.make(replace(one, tongues=(replace(one.tongues[0], issued=said),)))
    except PaperError:
        made = None
    assert time.monotonic() - begun < 10
    if made:
        assert b"/EmbeddedFile" not in made.body and b"/URI" not in made.body


def test_markup_in_words_is_printed_as_it_was_typed():
    made = press.make(spec("en", words={"call": "<b>Call</b> & ask"}))
    assert "<b>Call</b> & ask" in preflight.spoken(pypdfium2.PdfDocument(made.body)[0])


# --- The check itself -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sheet():
    child = Press(module="posters.worker")
    import json

    wanted = spec("en")
    try:
        report, body = child.print(json.dumps({"spec": wanted.canonical(), "code": "ABCDEFGH"}).encode())
    finally:
        child.stop()
    return body, report["metrics"]


def checks(body, metrics, number=NUMBERS["voice"]) -> set[str]:
    return {one["check"] for one in preflight.check(body, metrics, number)}


def test_a_good_sheet_has_no_findings(sheet):
    assert checks(*sheet) == set()


@pytest.mark.parametrize(
    ("spoilt", "found"),
    [
        (lambda m: m["texts"][0].update(words="Something else"), "words"),
        (lambda m: m["texts"][0].update(missing=2), "glyphs"),
        (lambda m: m["texts"][0].update(contrast=2.9), "contrast"),
        (lambda m: m["codes"][0].update(address="https://elsewhere.example/s/ABCDEFGH"), "code"),
        (lambda m: m.update(width=595.28), "size"),
        (lambda m: m["texts"][2].update(pt=m["texts"][2]["pt"] + 0.5), "size overflow"),
        (lambda m: m["texts"][0].update(zone=[0, 700, 20, 10]), "overflow"),
        (lambda m: m["codes"][0].update(mm=12), "code"),
    ],
)
def test_the_check_notices(sheet, spoilt, found):
    import copy

    metrics = copy.deepcopy(sheet[1])
    spoilt(metrics)
    assert checks(sheet[0], metrics) == set(found.split())


def printed(html: str) -> bytes:
    """A page of one's own, as the press prints it."""
    child = Press()
    import json

    try:
        return child.print(json.dumps({"html": html, "files": {}}).encode())[1]
    finally:
        child.stop()


def test_the_check_notices_words_over_words_and_words_off_the_sheet():
    def page(*places):
        words = "".join(
            f'<p style="position:absolute;margin:0;left:{x}pt;top:{y}pt;font:20pt/26pt Noto Sans">Words</p>'
            for x, y in places
        )
        style = "<style>@page{size:300pt 300pt;margin:0}</style>"
        return printed(f'<html lang="en"><title>A page</title>{style}<body>{words}</body></html>')

    def found(*places):
        texts = [
            {"role": f"text{number}", "language": "en", "pt": 20.0, "zone": [x, y, 80, 26], "words": "Words"}
            for number, (x, y) in enumerate(places)
        ]
        document = pypdfium2.PdfDocument(page(*places))
        pieces = list(preflight.printed(document[0], offset=0, top=300))
        document.close()
        return [one["detail"] for one in preflight.overflow(pieces, {"texts": texts, "width": 300, "height": 300})]

    assert found((20, 20), (20, 60)) == []
    assert found((20, 20), (30, 30)) == ["text0 and text1 lie over each other"]
    assert "leaves the sheet" in found((20, 20), (270, 60))[0]


def test_the_check_notices_another_number(sheet):
    assert checks(*sheet, number="1-800-555-0123") == {"number"}


def test_the_check_notices_a_file_that_is_not_accessible(sheet):
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(sheet[0]))
    del writer.root_object["/Lang"]
    spoilt = io.BytesIO()
    writer.write(spoilt)
    assert "accessible" in {one["check"] for one in preflight.accessibility(spoilt.getvalue())}
