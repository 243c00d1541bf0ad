"""From a coordinator's choice to sheets and kits: the right number for the place, and nothing printed that is not sure."""

import csv
import hashlib
import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from hotlines.models import Confidence, Hotline
from posters import kits, press, sheets, starter
from posters.choice import Choice, NotPossible, resolve
from posters.models import CampaignWords, CommonWords, Sheet

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
VOICE = "us-voice"


@pytest.fixture(autouse=True)
def registry(settings):
    settings.SITE_URL = "https://lodestar.example"
    row = {"is_published": True, "confidence": Confidence.HIGH, "hours": "24/7", "languages": "en|es"}
    voice = row | {"toll_free": True, "confidential": True, "interpreter_languages": 200}
    lines = [
        voice | {"code": VOICE, "country": "US", "phone_display": "1-800-555-0199", "phone_e164": "+18005550199"},
        voice | {"code": "us-nj", "country": "US", "region": "US-NJ", "phone_display": "1-800-555-0123", "phone_e164": "+18005550123"},
        row | {"code": "us-text", "country": "US", "channel": "text", "kind": "textline", "phone_display": "555019 (LETTER)",
               "short_code": "555019", "sms_keyword": "HELP or INFO"},
        row | {"code": "us-emergency", "country": "US", "kind": "emergency", "phone_display": "911", "short_code": "911"},
        voice | {"code": "gb-voice", "country": "GB", "phone_display": "0808 157 0192", "phone_e164": "+448081570192"},
    ]  # fmt: skip
    for line in lines:
        Hotline.objects.create(name_en=line["code"], **line)
    starter.load(("en", "es", "ar", "fr", "de", "pl", "ht"))


def choice(**changes) -> Choice:
    return Choice(**{"campaign": "dont-be-fooled"} | changes)


def test_a_sheet_carries_the_numbers_of_its_place_from_the_registry():
    resolved = resolve(choice(languages=("es",)), now=NOW)
    voice = Hotline.objects.get(code=VOICE)
    assert resolved.spec.numbers["voice"] == voice.number
    assert resolved.spec.numbers["keyword"] == "HELP"
    assert VOICE in resolved.spec.hotlines and set(resolved.hotlines) >= {voice}


def test_another_country_gets_its_own_number():
    here, there = (resolve(choice(country=country), now=NOW).spec for country in ("US", "GB"))
    assert here.numbers["voice"] != there.numbers["voice"]
    assert all(code.startswith("gb-") for code in there.hotlines)
    assert there.tongues[0].text == ""  # no text line known there


def test_a_place_without_any_number_is_told_so():
    with pytest.raises(NotPossible, match="no number"):
        resolve(choice(country="AQ"), now=NOW)


def test_a_weak_source_is_not_printed_without_a_persons_word():
    Hotline.objects.filter(code=VOICE).update(confidence=Confidence.LOW)
    with pytest.raises(NotPossible, match="weak"):
        resolve(choice(hotline=VOICE), now=NOW)


def test_a_hotline_that_has_been_replaced_is_printed_as_its_successor():
    successor = Hotline.objects.get(code="us-nj")
    Hotline.objects.filter(code=VOICE).update(valid_to=NOW, replaced_by=successor)
    spec = resolve(choice(hotline=VOICE), now=NOW).spec
    assert spec.numbers["voice"] == successor.number
    before = resolve(choice(hotline=VOICE), now=NOW.replace(day=1)).spec
    assert before.numbers["voice"] == Hotline.objects.get(code=VOICE).number


def test_a_draft_says_so_on_the_sheet_and_in_a_warning_until_it_is_reviewed():
    resolved = resolve(choice(languages=("es",)), now=NOW)
    assert resolved.spec.draft_note == "DRAFT: machine translation (es), not yet reviewed"
    assert any("Spanish" in warning for warning in resolved.warnings)
    for model in (CommonWords, CampaignWords):
        for words in model.objects.filter(language="es"):
            words.review(None, on=NOW.date())
    resolved = resolve(choice(languages=("es",)), now=NOW)
    assert resolved.spec.draft_note == "" and not any("Spanish" in warning for warning in resolved.warnings)
    assert resolve(choice(languages=("en",)), now=NOW).spec.draft_note == ""


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"design": "mural"}, "no design"),
        ({"size": "a0"}, "not made in the size"),
        ({"design": "tearoff", "size": "a3"}, "not made in the size"),
        ({"languages": ()}, "at least one"),
        ({"languages": ("en", "en")}, "once"),
        ({"languages": ("en", "es", "ar", "fr")}, "holds 3 languages"),
        ({"design": "tearoff", "languages": ("en", "es")}, "holds 1 language"),
        ({"size": "square", "languages": ("en", "es")}, "holds 1 language"),
        ({"languages": ("en", "es"), "shares": (1.0,)}, "share"),
        ({"languages": ("en", "es"), "shares": (1.0, 0.0)}, "share"),
        ({"size": "story", "press": True}, "no bleed"),
        ({"campaign": "nothing"}, "no campaign"),
        ({"languages": ("xx",)}, "no words"),
        ({"hotline": "nothing"}, "no hotline"),
        ({"logo": 999}, "no longer there"),
    ],
)
def test_what_does_not_go_together_is_refused_with_the_reason(changes, why):
    with pytest.raises(NotPossible, match=why):
        resolve(choice(**changes), now=NOW)


def test_a_choice_survives_being_stored():
    one = choice(languages=("en", "es"), shares=(2.0, 1.0), saver=True)
    assert Choice.read(one.as_dict()) == one
    assert Choice.read({**one.as_dict(), "unknown": 1}) == one


# --- Sheets -----------------------------------------------------------------------------------------------------------


def test_a_sheet_is_remembered_once_with_its_hotlines():
    first, made, _ = sheets.make(choice(), now=NOW)
    again, _, _ = sheets.make(choice(), now=NOW)
    assert first == again and Sheet.objects.count() == 1
    assert first.sha256 == hashlib.sha256(made.body).hexdigest()
    voice = Hotline.objects.get(code=VOICE)
    assert list(Sheet.objects.carrying(voice)) == [first]
    typed = f"{first.code[:4]}-{first.code[4:]}".lower()
    assert Sheet.objects.by_code(typed).get() == first


def test_a_sheet_holds_until_a_number_or_a_word_changes():
    sheet, _, _ = sheets.make(choice(), now=NOW)
    assert sheets.holds(sheet, now=NOW)
    CampaignWords.objects.filter(language="en").update(call="Call us any time.")
    assert not sheets.holds(sheet, now=NOW)
    newer, _, _ = sheets.make(choice(), now=NOW)
    assert newer.code != sheet.code and sheets.holds(newer, now=NOW)
    Hotline.objects.filter(code=VOICE).update(valid_to=NOW)
    assert not sheets.holds(newer, now=NOW)


def test_a_withdrawn_sheet_does_not_hold():
    sheet, _, _ = sheets.make(choice(), now=NOW)
    sheet.withdrawn_at = NOW
    assert not sheets.holds(sheet, now=NOW)


# --- Kits -------------------------------------------------------------------------------------------------------------

PAIRS = [("wall", "letter"), ("wall", "square"), ("card", "sticker")]


def kit(choices, **more) -> tuple[bytes, list]:
    target = io.BytesIO()
    failed = kits.write(choices, target, now=NOW, **more)
    return target.getvalue(), failed


def test_a_kit_lists_every_file_with_its_checksum_and_tells_how_to_print():
    body, failed = kit(kits.choices_for(choice(), ("en", "ar"), PAIRS))
    assert failed == []
    bundle = zipfile.ZipFile(io.BytesIO(body))
    rows = list(csv.DictReader(io.StringIO(bundle.read("manifest.csv").decode("utf-8-sig"))))
    files = {name for name in bundle.namelist() if name.endswith((".pdf", ".png"))}
    assert {row["file"] for row in rows} == files and len(files) == 6
    for row in rows:
        assert hashlib.sha256(bundle.read(row["file"])).hexdigest() == row["sha256"]
        assert row["code"].replace("-", "") in row["address"]
        assert VOICE in row["hotlines"]
    assert b"100 %" in bundle.read("PRINTING.txt")
    assert all(entry.compress_type == zipfile.ZIP_STORED for entry in bundle.infolist())


def test_the_same_kit_is_the_same_file():
    choices = kits.choices_for(choice(), ("en",), PAIRS)
    assert kit(choices)[0] == kit(choices)[0]


def test_a_kit_names_what_could_not_be_made_and_packs_the_rest():
    CampaignWords.objects.filter(language="es").update(headline="Unbreakable" * 7)
    body, failed = kit(kits.choices_for(choice(), ("en", "es"), PAIRS[:1]))
    assert [one.languages for one, _ in failed] == [("es",)]
    bundle = zipfile.ZipFile(io.BytesIO(body))
    assert "wall letter es" in bundle.read("MISSING.txt").decode()
    assert len([name for name in bundle.namelist() if name.endswith(".pdf")]) == 1


def test_a_cancelled_kit_stops():
    seen = []
    choices = kits.choices_for(choice(), ("en", "es", "fr", "de", "pl", "ht"), PAIRS[2:])
    kit(choices, progress=lambda one, sheet, problem: seen.append(one), cancelled=lambda: len(seen) >= 1)
    assert len(seen) < len(choices)


def test_a_size_a_design_has_not_is_left_out_and_screens_have_no_bleed():
    found = kits.choices_for(choice(press=True), ("en",), [("tearoff", "a3"), ("wall", "wide"), ("wall", "a4")])
    assert [(one.size, one.press) for one in found] == [("wide", False), ("a4", True)]


# --- Commands ---------------------------------------------------------------------------------------------------------


def test_the_command_line_makes_and_checks_a_poster(tmp_path, capsys):
    file = tmp_path / "sheet.pdf"
    call_command("poster", languages="en,es", design="notice", shares="2,1", out=file, stderr=io.StringIO())
    assert file.read_bytes().startswith(b"%PDF")
    out = io.StringIO()
    call_command("poster_check", file, stdout=out)
    assert "ok" in out.getvalue() and str(Sheet.objects.get()) in out.getvalue()


def test_the_command_line_says_how_much_to_cut():
    CampaignWords.objects.filter(language="en").update(headline="Unbreakable" * 7)
    with pytest.raises(CommandError, match=r"en, headline: cut \d+ of 77 characters"):
        call_command("poster", stderr=io.StringIO())


def test_the_check_command_fails_on_a_file_with_faults(tmp_path):
    file = tmp_path / "bad.pdf"
    file.write_bytes(b"%PDF-1.7\nnothing")
    with pytest.raises(CommandError, match="1 of 1"):
        call_command("poster_check", file, stdout=io.StringIO())


def test_the_kit_command_packs_languages_and_sizes(tmp_path):
    file = tmp_path / "kit.zip"
    out = io.StringIO()
    call_command("poster_kit", languages="en,es", sheets="card:sticker,wall:square", out=file, stdout=out)
    assert "4 sheets" in out.getvalue()
    assert len(zipfile.ZipFile(file).namelist()) == 6
    with pytest.raises(CommandError, match="no design with a size"):
        call_command("poster_kit", sheets="mural:a0", out=file)


def test_commands_refuse_bad_input_with_a_sentence_and_leave_nothing_behind(tmp_path):
    for options, said in (
        ({"languages": "en,xx"}, "no words in “xx”"),
        ({"shares": "2,many"}, "--shares takes numbers"),
        ({"campaign": "mars"}, "no campaign “mars”"),
        ({"out": tmp_path / "nowhere" / "x.pdf"}, "cannot be written: No such file"),
    ):
        with pytest.raises(CommandError, match=said):
            call_command("poster", stderr=io.StringIO(), **{"out": tmp_path / "x.pdf"} | options)
    for options, said in (
        ({"languages": ","}, "at least one language"),
        ({"campaign": "mars"}, "There are: "),
        ({"sheets": "wall:sticker"}, "Sizes of wall: letter"),
        ({"sheets": ","}, "at least one sheet"),
        ({"out": tmp_path / "nowhere" / "kit.zip"}, "cannot be written"),
    ):
        with pytest.raises(CommandError, match=said):
            call_command("poster_kit", **{"out": tmp_path / "kit.zip"} | options)
    assert list(tmp_path.glob("*.*")) == []


def test_commands_answer_scripts_with_json(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    file, out = folder / "one.pdf", io.StringIO()
    call_command(
        "poster", languages="ES", design="card", size="sticker", out=file, json=True, stdout=out, stderr=io.StringIO()
    )
    facts = json.loads(out.getvalue())
    assert facts["languages"] == ["es"] and facts["bytes"] == file.stat().st_size and facts["numbers"]["voice"]
    out = io.StringIO()
    call_command("poster_check", folder, json=True, stdout=out)
    assert json.loads(out.getvalue()) == [{"file": str(file), "what": f"sheet {facts['code']}", "findings": []}]
    CampaignWords.objects.filter(language="en").update(headline="Unbreakable" * 7)
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command(
            "poster_kit", languages="en,es", sheets="card:sticker", out=tmp_path / "k.zip", json=True, stdout=out
        )
    told = json.loads(out.getvalue())
    assert ended.value.code == 1 and told["sheets"] == 1 and "too long" in told["missing"][0]["problem"]
    assert "MISSING.txt" in zipfile.ZipFile(tmp_path / "k.zip").namelist()


def test_children_are_reused_for_the_next_sheet():
    press.make(resolve(choice(), now=NOW).spec)
    first = press.pool._free.queue[-1]._child.pid
    press.make(replace(resolve(choice(), now=NOW).spec, issued_by="Another"))
    assert first in {one._child.pid for one in press.pool._free.queue if one._child}
