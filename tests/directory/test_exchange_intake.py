"""What is refused, and where it says the fault lies."""

import io
import json
import zipfile

import pytest

from directory.exchange import intake, trees

ORG = {"id": "8d2a0f6e-30a6-4c1e-8f2e-0f7f9f3c1a11", "name": "House of Help", "description": "Helps."}


def refused(data, name="file.json"):
    with pytest.raises(intake.UnusableFile) as caught:
        trees.organizations(intake.read(data if isinstance(data, bytes) else data.encode(), name), publisher="Test")
    return "\n".join(map(str, caught.value.problems))


def zipped(members, kind=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", kind) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def org(**more):
    return json.dumps(ORG | more)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "file.json"),
        ('{"id": ', "line 1, column 8"),
        ('{"id": "x", "name": "a", "name": "b"}', "$: “name” stands twice"),
        (org(year_incorporated=2011).replace("2011", "NaN"), "$.year_incorporated"),
        (org(year_incorporated=2011).replace("2011", "-Infinity"), "$.year_incorporated"),
        (org(year_incorporated=2011).replace("2011", "1e400"), "$.year_incorporated"),
        (org(year_incorporated=2011).replace("2011", "1" + "0" * 400), "$.year_incorporated"),
        ("[" * 5000 + "]" * 5000, "nested deeper"),
        (json.dumps({"a": {}}).replace("{}", '{"a":' * 30 + "1" + "}" * 30), "nested deeper"),
        (org(name="a\u0000b"), "$.name"),
        (org(name="\u202egnp.exe"), "$.name"),
        ('{"id": "x", "description": "d", "name": "\\ud800"}', "$.name"),
        (org(name='=HYPERLINK("https://example.org")'), "$.name"),
        (org(name="@SUM(A1:A9)"), "$.name"),
        (org(website="javascript:alert(1)"), "$.website"),
        (org(website="ftp://example.org"), "$.website"),
        (org(email="nobody"), "$.email"),
        (org(name=["a"]), "$.name"),
        (org(name="x" * 10_001), "$.name"),
        (org(services=[{"id": "s", "name": "S", "status": "open"}]), "$.services[0].status"),
        (org(services=[{"id": "s", "status": "active"}]), "$.services[0]"),
        (org(phones=[{"id": "p"}]), "$.phones[0]"),
        (org(phones={"id": "p", "number": "1"}), "$.phones"),
        (org(phones=["1"]), "$.phones[0]"),
        (org(locations=[{"id": "l", "location_type": "physical", "latitude": "north"}]), "$.locations[0].latitude"),
        ("[1]", "$[0]"),
        ("[]", "nothing in this file"),
        ('{"service": [{"id": "s", "organization_id": "o", "name": "n", "status": "active"}]}', "organization_id"),
        ('{"id": "s", "name": "n", "status": "active"}', "organization this belongs to"),
    ],
)
def test_hostile_json_is_refused_with_the_place_named(text, place):
    assert place in refused(text)


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ("name,country\nA,US\n", "columns id are missing"),
        ("id,name,country\na,A,USA\n", "line 2, country"),
        ("id,name,country\na,,US\n", "line 2, name"),
        ("id,name,country\na,A,US\nb,=1+1,US\n", "line 3, name"),
        ("id,name,country\na,A,US,more\n", "line 2"),
        ("id,name,name,country\na,A,A,US\n", "“name” stands twice"),
        ("id,name,country\na,\u202eA,US\n", "line 2, name"),
        ("id,name,country,website\na,A,US,javascript:1\n", "line 2, website"),
        ('id,name,country\na,"A,US\n', "line 2"),
        (",".join(f"c{number}" for number in range(200)) + "\n", "more than 120 columns"),
        ("id,name,country\na,A,US\n".encode("utf-16"), "UTF-16"),
        ("id,name,country\na,A,US\nb,Ä,US\n".encode("latin-1"), "line 3"),
        (b"id,name,country\na,A\x00,US\n", "line 2"),
        (b"\x1f\x8b\x08\x00rest", "Packed files other than zip"),
    ],
)
def test_hostile_tables_are_refused_with_the_place_named(data, place):
    assert place in refused(data, "list.csv")


@pytest.mark.parametrize(
    ("members", "place"),
    [
        ({"../organizations.csv": "id,name\n"}, "leads out of the zip"),
        ({"/etc/organizations.csv": "id,name\n"}, "leads out of the zip"),
        ({"C:\\organizations.csv": "id,name\n"}, "leads out of the zip"),
        ({"more.zip": "x"}, "packed file inside"),
        ({"organizations.csv": b"PK\x03\x04 hidden"}, "packed file inside"),
        ({f"{number}.csv": "id\n" for number in range(61)}, "more than 60 files"),
        ({"organizations.csv": "id,name\n" + "a" * 3_000_000}, "unpacks to far more"),
        ({"a/organizations.csv": "id,name\n", "b/organizations.csv": "id,name\n"}, "Two files have this name"),
        ({"readme.txt": "hello"}, "nothing in this file"),
        ({"datapackage.json": "{}", "organizations.csv": "id,name\n"}, "list of resources"),
        (
            {
                "datapackage.json": '{"resources":[{"name":"organization","path":"http://localhost/a.csv"}]}',
                "organizations.csv": "id,name\n",
            },
            "another computer",
        ),
        (
            {
                "organizations.csv": "id,name,description\no,Org,d\n",
                "services.csv": "id,name,status,organization_id\ns,S,active,nobody\n",
            },
            "services.csv, line 2, organization_id",
        ),
    ],
)
def test_hostile_packages_are_refused_with_the_place_named(members, place):
    assert place in refused(zipped(members), "package.zip")


def test_a_zip_that_lies_about_its_sizes_is_damaged_not_unpacked():
    data = bytearray(zipped({"organizations.csv": "id,name\n" + "a" * 50_000}))
    directory = data.rindex(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = (10).to_bytes(4, "little")
    assert "package.zip" in refused(bytes(data), "package.zip")


def test_a_file_beyond_the_limit_is_not_even_parsed(monkeypatch):
    monkeypatch.setattr(intake, "LONGEST_FILE", 100)
    assert "larger than" in refused("[" + " " * 200 + "]")


def test_problems_stop_at_a_number_that_a_person_can_read(monkeypatch):
    rows = [{"id": str(number), "name": f"=A{number}", "description": "d"} for number in range(500)]
    assert len(refused(json.dumps(rows)).splitlines()) == intake.PROBLEMS_MOST


@pytest.mark.parametrize(
    "name", ["+1 (888) 373-7888", "- by bus", "@handle", "Ärztehaus (north)", "رقم", "帮助", "ช่วย"]
)
def test_what_only_looks_odd_is_taken(name):
    reading = intake.read(org(description=name).encode(), "file.json")
    assert reading.nested[0][1]["description"] == name


def test_an_apostrophe_of_an_exporter_is_taken_off_again():
    reading = intake.read(b"id,name,country,phone\na,A,US,'+1 888 373 7888\n", "list.csv")
    assert reading.own[0][0]["phone"] == "+1 888 373 7888"


def test_semicolons_of_european_spreadsheets_are_read():
    reading = intake.read("id;name;country\na;Ärzte;DE\n".encode("utf-8-sig"), "liste.csv")
    assert reading.own[0][0]["name"] == "Ärzte"


def test_unknown_fields_are_told_and_left_out():
    reading = intake.read(org(favourite_colour="blue").encode(), "file.json")
    assert "favourite_colour" not in reading.nested[0][1]
    assert any("organization.favourite_colour" in notice.text for notice in reading.notices)


def test_ids_that_are_no_uuids_become_the_same_uuid_every_time_and_another_for_another_publisher():
    def key(publisher):
        reading = intake.read(json.dumps(ORG | {"id": "42"}).encode(), "file.json")
        ((tree, _place, external),) = trees.organizations(reading, publisher=publisher)
        assert external == "42"
        return tree["id"]

    assert key("A") == key("A") != key("B")


def test_a_folder_is_read_like_its_zip_and_links_in_it_are_not_followed(tmp_path):
    (tmp_path / "organizations.csv").write_text("id,name,description\no,Org,Helps\n")
    (tmp_path / "services.csv").write_text("id,name,status,organization_id\ns,S,active,o\n")
    (tmp_path / "phones.csv").symlink_to("/etc/passwd")
    ((tree, place, _external),) = trees.organizations(intake.read_path(tmp_path), publisher="A")
    assert [service["name"] for service in tree["services"]] == ["S"] and "line 2" in place
