"""Zones, colours, drawings and letters: arithmetic that needs no printing."""

import re
from xml.etree import ElementTree

import pytest
from django.conf import settings
from fontTools.ttLib import TTFont

from posters import art, layout, starter, words
from posters.colours import PALETTES, contrast
from posters.faces import letters
from posters.spec import Tongue, shown
from posters.words import LANGUAGES


@pytest.mark.parametrize(
    ("headline", "ways"),
    [
        ("One", {"One"}),
        ("No te|engañes.", {"No te\nengañes.", "No te engañes."}),
        ("别被|骗了", {"别被\n骗了", "别被骗了"}),
        ("អ្នក|បោក", {"អ្នក\nបោក", "អ្នកបោក"}),
    ],
)
def test_a_headline_ends_its_lines_only_at_the_editors_marks(headline, ways):
    assert set(layout.groupings(headline)) == ways


def test_words_are_escaped_and_numbers_read_from_left_to_right():
    lines = (f"<b> {layout.OPEN}1-800{layout.CLOSE}", f"a{layout.BREAK}b")
    assert layout.markup(lines) == '&lt;b&gt; <bdi dir="ltr">1-800</bdi>\nab'


@pytest.mark.parametrize("name", PALETTES)
def test_every_palette_can_be_read(name):
    for colours in (PALETTES[name], PALETTES[name].saving):
        for ground in (colours.light, colours.call, colours.paper):
            assert contrast(colours.ink, ground) >= 7
        assert contrast(colours.on_deep, colours.deep) >= 7
        assert contrast(colours.accent, colours.light) >= 4.5
        for ground in art.GROUNDS[name] if not colours.saver else ():
            assert contrast(colours.on_deep, ground) >= 4.5


def test_contrast_is_counted_as_wcag_does():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", art.DRAWINGS)
@pytest.mark.parametrize("saver", [False, True])
def test_a_drawing_is_flat_svg_and_mirrored_by_drawing_it_again(name, saver):
    colours = PALETTES[name].saving if saver else PALETTES[name]
    draw = art.drawing(name, colours)
    left, right = (draw(600, 300, rtl, (9, 9, 9, 9)) for rtl in (False, True))
    assert left != right
    for svg in (left, right):
        ElementTree.fromstring(svg)  # noqa: S314  our own drawing
        assert not re.search(r"gradient|opacity|filter|<text|<image|href|scale\(-", svg, re.I)


@pytest.mark.parametrize("name", art.DRAWINGS)
@pytest.mark.parametrize("box", [(612, 290), (330, 612), (216, 150)])
def test_words_beside_a_drawing_have_room(name, box):
    assert art.free_beside(name, *box) > box[0] * 0.4


# --- Letters ----------------------------------------------------------------------------------------------------------


def fonts():
    return [TTFont(file, lazy=True) for file in sorted(settings.FONT_DIR.glob("Noto*.ttf"))]


def family_of(font) -> str:
    return font["name"].getBestFamilyName()


def test_no_family_and_weight_has_two_files_and_none_varies():
    seen = [(family_of(font), font["OS/2"].usWeightClass, bool(font["post"].italicAngle)) for font in fonts()]
    assert len(seen) == len(set(seen))
    assert not [family_of(font) for font in fonts() if "fvar" in font]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sign_of_the_shipped_words_has_a_glyph_in_every_weight(language):
    said = starter.read(language)
    spoken = "".join([*said["common"].values(), *map(str, said["campaigns"].values())])
    families = letters(language).families.split(",")
    weights = {min(weight, letters(language).heaviest) for weight in (400, 700, 900)}
    for weight in weights:
        shown_signs = set()
        for font in fonts():
            if family_of(font) in families and font["OS/2"].usWeightClass == weight:
                shown_signs |= set(font.getBestCmap())
        missing = {sign for sign in spoken if ord(sign) not in shown_signs and sign not in "\n\u200c\u200d"}
        assert not missing, (weight, missing)


# --- Words ------------------------------------------------------------------------------------------------------------


def test_khmer_and_thai_get_their_breaks_from_a_dictionary_and_blanks_stay_whole():
    broken = words.with_breaks("ផ្ញើសារ {keyword} ទៅ {text}", "km")
    assert "{keyword}" in broken and "{text}" in broken
    assert broken.replace("\u200b", "") == "ផ្ញើសារ {keyword} ទៅ {text}"
    assert "\u200b" in words.with_breaks("ការងារល្អមិនដកហូតឯកសារអ្នកទេ", "km")
    assert words.with_breaks("Call {voice}", "en") == "Call {voice}"


def test_a_code_is_shown_in_two_groups():
    assert shown("1WYVDJVA") == "1WYV-DJVA"


def test_a_tongue_may_say_nothing_but_what_is_needed():
    bare = Tongue("en", "A", "B", ("C",), "D", "", (), "E")
    assert (bare.text, bare.draft) == ("", True)
