"""The nightly package: the same bytes for the same data, readable by others and by ourselves."""

import csv
import io
import json
import zipfile
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from directory.exchange import batches, hsds, intake, packages, records, trees
from directory.models import Organisation
from directory.models.entries import State
from tests.directory import hsds_examples as examples

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SOURCE = batches.Source("Example data", "CC BY-SA 4.0", contacts_are_public=True)


@pytest.fixture
def shown(db):
    batch = batches.check_bytes(json.dumps(examples.ORGANIZATION_FULL).encode(), "a.json", source=SOURCE, now=NOW)
    batches.take_over(batch, now=NOW)
    Organisation.objects.update(state=State.PUBLISHED, verified_on=NOW.date())
    return Organisation.objects.get()


def tables(path):
    with zipfile.ZipFile(path) as archive:
        return {
            name: list(csv.DictReader(io.StringIO(archive.read(name).decode(), newline="")))
            for name in archive.namelist()
            if name.endswith(".csv")
        }


def test_the_same_data_are_the_same_bytes(shown, tmp_path):
    packages.write(tmp_path / "a.zip", on=NOW.date())
    packages.write(tmp_path / "b.zip", on=NOW.date())
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "b.zip"]


def test_the_description_states_licence_source_and_every_column(shown, tmp_path):
    packages.write(tmp_path / "a.zip", on=NOW.date())
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        described = json.loads(archive.read("datapackage.json"))
        names = set(archive.namelist())
    assert described["licenses"][0]["path"].startswith("https://creativecommons.org")
    assert described["sources"] == [{"title": "Example data", "licence": "CC BY-SA 4.0"}]
    assert {one["path"] for one in described["resources"]} | {"datapackage.json"} == names
    for resource in described["resources"]:
        rows = tables(tmp_path / "a.zip")[resource["path"]]
        assert [one["name"] for one in resource["schema"]["fields"]] == list(rows[0])
        assert len({row["id"] for row in rows}) == len(rows)


def test_the_package_comes_back_as_what_went_out(shown, tmp_path):
    """A row that stood under several parents names them all; the tabular form has one link per kind of parent."""
    packages.write(tmp_path / "a.zip", on=NOW.date())
    tree = next(packages.trees(on=NOW.date()))
    ((back, _place, _external),) = trees.organizations(intake.read_path(tmp_path / "a.zip"), publisher="x")
    assert trees.index(back).keys() == trees.index(tree).keys()
    for key, row in trees.index(tree).items():
        given = {
            name: value for name, value in row.items() if name in hsds.TABLES[key[0]].fields and name != "link_entity"
        }
        assert {name: trees.index(back)[key].get(name) for name in given} == {
            name: value.strip() if isinstance(value, str) else value for name, value in given.items()
        }
    assert back["services"][0]["service_at_locations"][0]["location"] == {"id": examples.LOCATION["id"]}
    assert back["phones"][0]["number"] == examples.PHONE["number"]


def test_what_a_spreadsheet_would_run_gets_an_apostrophe_and_numbers_stay(shown, tmp_path):
    Organisation.objects.update(alternate_name="=1+1")
    assert packages.cell('=HYPERLINK("x")') == '\'=HYPERLINK("x")'
    assert packages.cell("-cmd|' /C calc'!A0").startswith("'")
    assert [packages.cell(value) for value in (-71.05, "+1 202 555 0111", "@x")] == ["-71.05", "+1 202 555 0111", "'@x"]
    packages.write(tmp_path / "a.zip", on=NOW.date())
    assert tables(tmp_path / "a.zip")["organizations.csv"][0]["alternate_name"] == "'=1+1"


def test_an_empty_directory_makes_an_empty_package(db, tmp_path):
    assert packages.write(tmp_path / "a.zip", on=NOW.date()) == {}


def test_the_command_writes_what_the_api_hands_out(shown, client, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    assert client.get("/api/hsds/datapackage.zip").status_code == 404
    call_command("export_directory")
    answer = client.get("/api/hsds/datapackage.zip")
    assert answer.status_code == 200 and answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content).startswith(b"PK") and not answer.cookies
    again = client.get("/api/hsds/datapackage.zip", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_the_import_command_tells_first_and_changes_on_demand(db, tmp_path, capsys):
    file = tmp_path / "one.json"
    file.write_text(json.dumps(examples.ORGANIZATION_FULL))
    call_command("import_directory", str(file), "--publisher=Example")
    assert "new: Example Organization Inc." in capsys.readouterr().out and not Organisation.objects.exists()
    call_command("import_directory", str(file), "--publisher=Example", "--apply")
    assert Organisation.objects.get().source == "Example"
    file.write_text("{")
    with pytest.raises(CommandError, match="line 1, column 2"):
        call_command("import_directory", str(file), "--publisher=Example", "--apply")


def test_records_are_in_the_order_of_their_keys(shown):
    Organisation.objects.create(name="Second", state=State.PUBLISHED, verified_on=NOW.date())
    found = [tree["id"] for tree in packages.trees(on=NOW.date())]
    assert found == sorted(found) and len(found) == len(list(records.shown(on=NOW.date())))
