"""The shipped file loads as a whole; later files are compared, and take nothing away."""

import csv

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from hotlines import imports, words
from hotlines.models import Hotline, HotlineWords, Proposal
from kernel.models import AuditEvent
from kernel.starter import StarterProblem

pytestmark = pytest.mark.django_db


def shipped() -> list[dict]:
    with imports.SHIPPED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path, rows, columns=None):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns or imports.COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture
def file(tmp_path):
    return tmp_path / "hotlines.csv"


def test_all_rows_of_the_shipped_file_load_with_their_provenance(registry):
    rows = shipped()
    assert len(rows) == Hotline.objects.published().count() == 104
    for row in rows:
        hotline = Hotline.objects.get(code=row["code"])
        hotline.full_clean()
        assert hotline.source_urls.split("\n") == [part.strip() for part in row["source_url"].split(" | ")]
        assert (hotline.source_as_of, hotline.confidence, hotline.note) == (
            row["source_asof"],
            row["confidence"],
            row["note"],
        )
        assert hotline.phone_e164 == row["phone_e164"] and hotline.short_code == row["short_code"]
        assert hotline.verified_on is None


def test_channel_and_languages_are_read_out_of_the_file(registry):
    line = Hotline.objects.get(code="us-nhth-voice")
    assert (line.channel, line.language_codes, line.interpreter_languages, line.tty) == (
        "voice",
        ["en", "es"],
        200,
        "711",
    )
    kinds = dict(Hotline.objects.values_list("code", "channel"))
    assert kinds["us-nhth-text"] == "text"
    assert kinds["us-nhth-chat"] == "chat"
    assert kinds["mx-lnctp-whatsapp"] == kinds["br-whatsapp-2020"] == "whatsapp"
    assert kinds["es-pn-trata-email"] == "email"
    assert kinds["us-cbp-eallegations"] == "web"


def test_every_published_line_but_one_says_how_to_reach_it(registry):
    assert [hotline.code for hotline in Hotline.objects.all() if not hotline.is_reachable] == ["de-kok-online"]


def test_the_same_file_again_changes_nothing(registry):
    difference = imports.compare(imports.read(imports.SHIPPED))
    assert difference.is_empty and difference.unchanged == 104
    events = AuditEvent.objects.count()
    imports.take_over(difference)
    assert (Proposal.objects.count(), AuditEvent.objects.count()) == (0, events)


@pytest.mark.parametrize("content", ["", ",".join(imports.COLUMNS) + "\n"])
def test_an_empty_file_deletes_nothing(registry, file, content):
    file.write_text(content)
    with pytest.raises(CommandError, match="Nothing was changed or deleted"):
        call_command("import_hotlines", str(file), "--yes")
    assert Hotline.objects.published().count() == 104


def test_a_shrunken_file_deletes_nothing_and_names_what_it_leaves_out(registry, file, capsys):
    write(file, shipped()[:3])
    call_command("import_hotlines", str(file), "--yes")
    assert Hotline.objects.published().count() == 104
    assert "101 not in the file" in capsys.readouterr().out


def test_a_changed_number_waits_for_a_second_person_and_the_old_one_stands(registry, file, ana):
    rows = shipped()
    rows[0] |= {"phone_display": "1-202-555-0100", "phone_e164": "+12025550100"}
    call_command("import_hotlines", str(write(file, rows)), "--yes", "--as", ana.email)
    proposal = Proposal.objects.get()
    assert proposal.hotline.code == rows[0]["code"] and proposal.proposed_by == ana
    assert proposal.changes["phone_e164"] == {"old": "+18883737888", "new": "+12025550100"}
    assert Hotline.objects.get(code=rows[0]["code"]).phone_e164 == "+18883737888"


def test_the_same_changed_file_twice_proposes_once(registry, file, ana):
    rows = shipped()
    rows[0] |= {"phone_display": "1-202-555-0100", "phone_e164": "+12025550100"}
    for _time in range(2):
        call_command("import_hotlines", str(write(file, rows)), "--yes", "--as", ana.email)
    assert Proposal.objects.count() == 1


def test_nobody_proposes_numbers_without_a_name(registry, file):
    rows = shipped()
    rows[0] |= {"phone_display": "1-202-555-0100", "phone_e164": "+12025550100"}
    with pytest.raises(CommandError, match="--as"):
        call_command("import_hotlines", str(write(file, rows)), "--yes")
    with pytest.raises(CommandError, match="not a person who keeps hotlines"):
        call_command("import_hotlines", str(file), "--yes", "--as", "nobody@agency.example")
    with pytest.raises(imports.NeedsPerson):
        imports.take_over(imports.compare(imports.read(file)))
    assert not Proposal.objects.exists()


def test_a_new_line_is_not_shown_before_a_second_person_agrees(registry, file, ana):
    row = shipped()[0] | {"code": "us-new", "name_en": "A new line"}
    call_command("import_hotlines", str(write(file, [row])), "--yes", "--as", ana.email)
    assert not Hotline.objects.get(code="us-new").is_published
    assert Proposal.objects.get().publishes


def test_a_changed_remark_is_written_at_once(registry, file):
    rows = shipped()
    rows[0] |= {"note": "Another note", "confidence": "medium"}
    call_command("import_hotlines", str(write(file, rows)), "--yes")
    hotline = Hotline.objects.get(code=rows[0]["code"])
    assert (hotline.note, hotline.confidence) == ("Another note", "medium")
    assert not Proposal.objects.exists()


def test_a_dry_run_changes_nothing(registry, file, capsys):
    rows = shipped()
    rows[0] |= {"note": "Another note"}
    call_command("import_hotlines", str(write(file, rows)), "--dry-run")
    assert "Another note" in capsys.readouterr().out
    assert Hotline.objects.get(code=rows[0]["code"]).note != "Another note"


def test_without_a_yes_and_without_anybody_to_ask_nothing_changes(registry, file, monkeypatch):
    rows = shipped()
    rows[0] |= {"note": "Another note"}
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    with pytest.raises(CommandError, match="--yes"):
        call_command("import_hotlines", str(write(file, rows)))


def test_a_file_with_mistakes_is_refused_as_a_whole_and_names_each_of_them(registry, file):
    rows = shipped()[:5]
    rows[0]["phone_e164"] = "+1"
    rows[1]["hours_struct"] = "always"
    rows[2]["confidence"] = "sure"
    rows[3]["code"] = rows[4]["code"]
    with pytest.raises(imports.UnusableFile) as refusal:
        imports.read(write(file, rows))
    text = "\n".join(refusal.value.problems)
    assert len(refusal.value.problems) == 4
    for word in ("Line 2", "phone_e164", "Line 3", "hours", "Line 4", "confidence", "twice"):
        assert word in text


def test_a_printed_number_that_is_not_the_dialled_one_is_refused(file):
    rows = shipped()[:1]
    rows[0]["phone_display"] = "1-888-373-7889"
    with pytest.raises(imports.UnusableFile, match="differ"):
        imports.read(write(file, rows))


@pytest.mark.parametrize("content", [b"code,country\nx,US\n", b"\xff\xfe\x00", b"a" * (imports.LONGEST_FILE + 1)])
def test_a_file_of_another_kind_is_refused(file, content):
    file.write_bytes(content)
    with pytest.raises(imports.UnusableFile):
        imports.read(file)


def test_a_missing_file_is_refused_in_words(file):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_hotlines", str(file))


# --- Words ---------------------------------------------------------------------------------------------------------


def test_words_load_in_both_languages_and_again_change_nothing(registry):
    first = words.load(["en", "es"])
    assert first.outcomes["Hotline words", "created"] == 208
    again = words.load(["en", "es"])
    assert again.outcomes["Hotline words", "unchanged"] == 208
    spanish = HotlineWords.objects.get(hotline__code="us-nhth-voice", locale__language_code="es")
    assert "trata" in spanish.name.lower()


def test_no_spanish_name_calls_trafficking_smuggling():
    for code, entry in words.files()["es"].items():
        assert "tráfico" not in " ".join(entry.values()).lower(), code


def test_shipped_words_hold_no_number_and_cover_every_line(registry):
    files = words.files()
    assert set(files["es"]) == set(Hotline.objects.values_list("code", flat=True))
    for language, found in files.items():
        for code, entry in found.items():
            hotline = HotlineWords(hotline=Hotline.objects.get(code=code), **({"name": "x"} | entry))
            hotline.clean()
            if language == "es":
                assert set(entry) - {"name"} == set(files["en"].get(code, {})) - {"name"}, code


def test_words_that_an_editor_changed_stay(registry):
    words.load(["en"])
    mine = HotlineWords.objects.get(hotline__code="us-ncmec", locale__language_code="en")
    mine.note = "My own note."
    mine.save()
    words.load(["en"])
    mine.refresh_from_db()
    assert mine.note == "My own note."


def test_words_with_an_unknown_field_are_refused(monkeypatch, registry):
    monkeypatch.setattr(words, "files", lambda: {"en": {"us-911": {"number": "x"}}})
    with pytest.raises(StarterProblem, match="number"):
        words.load(["en"])


def test_the_load_command_fills_an_empty_registry_and_keeps_a_full_one(db, capsys):
    call_command("load_hotlines")
    hotline = Hotline.objects.get(code="us-911")
    hotline.note = "Ours"
    hotline.save()
    call_command("load_hotlines")
    assert Hotline.objects.get(code="us-911").note == "Ours"
    out = capsys.readouterr().out
    assert "104 hotlines loaded" in out and "differs from the registry in 1 rows" in out
