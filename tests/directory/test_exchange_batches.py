"""Imports change what they say, all or nothing, and can be taken back; secrets stay secret."""

import json
import uuid
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.exchange import batches, records, trees
from directory.exchange.intake import UnusableFile
from directory.exchange.models import Batch, Given, Item, Pairing
from directory.models import Contact, ContactChange, Location, Organisation, Phone, Service
from directory.models.entries import State
from hotlines import imports
from tests.directory import hsds_examples as examples
from tests.factories.accounts import person as somebody

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SOURCE = batches.Source("Harbour network", "CC0")


def key(number):
    return str(uuid.UUID(int=number))


def record(**more):
    return {
        "id": key(1),
        "name": "Harbour House",
        "description": "Helps people at the port.",
        "website": "https://harbour.example",
        "phones": [{"id": key(2), "number": "+1 202 555 0111", "type": "voice"}],
        "services": [{"id": key(3), "name": "Shelter", "status": "active"}],
    } | more


def check(data, name="file.json", source=SOURCE):
    text = data if isinstance(data, str) else json.dumps(data)
    return batches.check_bytes(text.encode(), name, source=source, now=NOW)


def take(data, by=None, **options):
    batch = check(data, **options)
    return batch, batches.take_over(batch, by=by, now=NOW)


def publish():
    Organisation.objects.update(state=State.PUBLISHED, verified_on=date(2026, 11, 1))


def test_a_check_changes_nothing(db):
    batch = check(record())
    assert not Organisation.objects.exists()
    assert [(item.outcome, item.name) for item in batch.items.all()] == [("new", "Harbour House")]


def test_new_entries_wait_as_drafts_with_their_source(db):
    _batch, counts = take(record())
    entry = Organisation.objects.get()
    assert counts == {"new": 1, "changed": 0, "unchanged": 0, "waiting": 0}
    assert (entry.state, entry.source, entry.licence) == (State.DRAFT, "Harbour network", "CC0")


def test_a_difference_names_field_old_and_new_value(db):
    take(record())
    batch = check(record(description="Helps sailors."))
    (row,) = batch.items.get().differences
    assert (row["field"], row["old"], row["new"]) == ("description", "Helps people at the port.", "Helps sailors.")


def test_nothing_is_deleted_by_absence(db):
    take([record(), record(id=key(9), name="Second", phones=[], services=[])])
    batch, counts = take(record(phones=[], services=[], website=""))
    assert counts["changed"] == 0 and batch.left_out == 1
    assert Phone.objects.count() == 1 and Service.objects.count() == 1 and Organisation.objects.count() == 2


def test_a_batch_is_taken_over_once(db):
    batch, _counts = take(record())
    with pytest.raises(batches.WrongState):
        batches.take_over(batch, now=NOW)


def test_a_batch_is_refused_when_an_entry_changed_since_the_check(db):
    take(record())
    batch = check(record(description="Other."))
    Service.objects.update(name="Night shelter")
    with pytest.raises(batches.Outdated) as caught:
        batches.take_over(batch, now=NOW)
    assert caught.value.names == ["Harbour House"]
    assert Organisation.objects.get().description == "Helps people at the port."


def test_one_wrong_entry_refuses_the_whole_file(db):
    with pytest.raises(UnusableFile) as caught:
        check([record(), record(id=key(5), name="x" * 300, phones=[], services=[])])
    assert "$[1], organization.name" in str(caught.value)
    assert not Batch.objects.exists() and not Organisation.objects.exists()


def test_an_identifier_of_another_organisation_is_refused(db):
    take(record())
    with pytest.raises(UnusableFile) as caught:
        check(record(id=key(50)))
    assert "belongs to another organization" in str(caught.value)


def test_undo_puts_back_what_was_and_removes_what_is_new(db):
    take(record())
    before = batches.snapshots.digest(key(1))
    batch, _counts = take(
        [
            record(description="Other.", services=[{"id": key(4), "name": "Food", "status": "active"}]),
            record(id=key(9), name="Second", phones=[], services=[]),
        ]
    )
    assert Service.objects.count() == 2 and Organisation.objects.count() == 2
    assert batches.undo(batch, now=NOW) == 2
    assert batches.snapshots.digest(key(1)) == before
    assert [entry.name for entry in Organisation.objects.all()] == ["Harbour House"]
    with pytest.raises(batches.WrongState):
        batches.undo(batch, now=NOW)


def test_undo_withdraws_what_was_published_since(db):
    batch, _counts = take(record())
    publish()
    batches.undo(batch, now=NOW)
    assert Organisation.objects.get().state == State.WITHDRAWN


def test_undo_is_refused_when_somebody_has_changed_an_entry_since(db):
    batch, _counts = take(record())
    Phone.objects.update(number="+1 202 555 0199")
    with pytest.raises(batches.Outdated):
        batches.undo(batch, now=NOW)
    assert Phone.objects.get().number == "+1 202 555 0199"


def test_protected_contacts_of_a_published_entry_wait_for_a_second_person(db):
    take(record())
    publish()
    person = somebody()
    new = {"id": key(7), "number": "+1 202 555 0177"}
    changed = record(
        website="https://evil.example",
        phones=[{"id": key(2), "number": "+1 202 555 0166", "type": "voice"}, new],
        description="Helps sailors.",
    )
    batch, counts = take(changed, by=person)
    entry = Organisation.objects.get()
    assert counts["waiting"] == 3
    assert (entry.description, entry.website) == ("Helps sailors.", "https://harbour.example")
    assert [phone.number for phone in Phone.objects.all()] == ["+1 202 555 0111"]
    assert {change.action for change in ContactChange.objects.open()} == {"change", "add"}
    assert all(change.proposed_by == person for change in ContactChange.objects.open())
    (organisation,) = records.shown(on=NOW.date())
    out = json.dumps(records.public_tree(organisation))
    assert "0166" not in out and "0177" not in out and "evil" not in out
    batches.undo(batch, by=person, now=NOW)
    assert not ContactChange.objects.open().exists()


def test_a_likely_duplicate_is_shown_and_noted_for_a_person(db):
    take(record())
    other = record(
        id=key(20), name="Harbor House Inc.", services=[], phones=[{"id": key(21), "number": "(202) 555-0111"}]
    )
    other["phones"][0]["number"] = "+1 (202) 555-0111"
    batch, _counts = take(other)
    (suspect,) = batch.items.get().suspects
    assert suspect["id"] == key(1) and set(suspect["reasons"]) >= {"name", "phone"}
    assert Pairing.objects.get().state == Pairing.State.OPEN


def test_the_shipped_sample_is_read_whole_and_twice_is_once(db):
    imports.take_over(imports.compare(imports.read(imports.SHIPPED)))
    text = (Path(__file__).parent / "directory_sample.csv").read_text()
    _batch, counts = take(text, name="directory_sample.csv", source=batches.Source("Sample"))
    assert counts["new"] == 30
    again = check(text, name="directory_sample.csv", source=batches.Source("Sample"))
    assert [item.differences for item in again.items.all() if item.outcome != "same"] == []
    assert not Phone.objects.exists()  # every number of the sample stands in the hotline registry
    assert "note" not in json.dumps(records.full_tree(Organisation.objects.first()))


# --- Confidential places -------------------------------------------------------------------------------------------

SECRET = "Rosengasse 17b"


def secret_record():
    place = {
        "id": key(30),
        "location_type": "physical",
        "name": f"House at {SECRET}",
        "description": SECRET,
        "latitude": 48.208174,
        "longitude": 16.373819,
        "external_identifier": SECRET,
        "addresses": [
            {
                "id": key(31),
                "address_1": SECRET,
                "city": "Wien",
                "state_province": "Wien",
                "postal_code": "1010",
                "country": "AT",
                "address_type": "physical",
            }
        ],
        "accessibility": [{"id": key(32), "description": SECRET}],
        "transportation": SECRET,
        "metadata": [
            {
                "id": key(33),
                "last_action_date": "2026-01-01",
                "last_action_type": "update",
                "field_name": "address_1",
                "previous_value": SECRET,
                "replacement_value": "x",
                "updated_by": "x",
            }
        ],
    }
    held = {"id": key(34), "description": SECRET, "location": {"id": key(30)}}
    return record(
        locations=[place],
        services=[{"id": key(3), "name": "Shelter", "status": "active", "service_at_locations": [held]}],
    )


def everything_stored():
    rows = [given.tree | {"base": given.base} for given in Given.objects.all()]
    for item in Item.objects.all():
        rows += [item.tree, item.differences, item.before]
    return json.dumps(rows, ensure_ascii=False)


def everything_out():
    (organisation,) = records.shown(on=NOW.date())
    tree = records.public_tree(organisation)
    rows = [
        list(records.records(table, tree)) for table in ("organization", "service", "service_at_location", "location")
    ]
    return json.dumps([*rows, list(records.table_rows([tree]))], ensure_ascii=False)


def is_secret_kept(text):
    return not any(part in text for part in (SECRET, "48.2081", "16.3738", "1010"))


def test_making_a_place_confidential_empties_every_copy_at_once(db):
    take(secret_record())
    take(record(description="Other."))
    publish()
    assert not is_secret_kept(everything_out())
    location = Location.objects.get()
    location.is_confidential = True
    location.save()
    assert is_secret_kept(everything_out())
    stored = everything_stored()
    assert [stored[max(0, at - 200) : at + 60] for at in [stored.find(SECRET)] if at >= 0] == []
    assert is_secret_kept(stored)


def test_an_import_brings_no_exact_position_of_a_place_that_is_confidential_here(db):
    take(secret_record())
    publish()
    location = Location.objects.get()
    location.is_confidential = True
    location.save()
    batch = check(secret_record())
    assert is_secret_kept(json.dumps([item.tree for item in batch.items.all()]))
    batches.take_over(batch, now=NOW)
    assert is_secret_kept(everything_out()) and is_secret_kept(everything_stored())
    assert Location.objects.get().is_confidential


def test_undo_never_brings_a_position_back(db):
    take(secret_record())
    batch, _counts = take(record(description="Other."))
    location = Location.objects.get()
    location.is_confidential = True
    location.save()
    with pytest.raises(batches.Outdated):
        batches.undo(batch, now=NOW)
    assert is_secret_kept(everything_stored())


WORDS = st.text(alphabet="abcdefghij", min_size=8, max_size=12).map(lambda text: f"secret{text}")


@given(words=st.lists(WORDS, min_size=14, max_size=14, unique=True), latitude=st.integers(100_001, 899_999))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_word_of_a_confidential_place_stands_in_any_output(words, latitude):
    """Every text field of a location, its address, its neighbours in HSDS; positions too."""
    place = {"id": key(1), "location_type": "physical", "latitude": 40 + latitude / 1e6, "longitude": -70.123457}
    fields = ["name", "alternate_name", "description", "transportation", "external_identifier", "url"]
    place |= dict(zip(fields, words, strict=False))
    place["addresses"] = [{"id": key(2), "address_1": words[6], "postal_code": words[7], "city": words[8]}]
    place["accessibility"] = [{"id": key(3), "description": words[9]}]
    place["contacts"] = [{"id": key(4), "name": words[10]}]
    history = [{"id": key(5), "previous_value": words[11]}]
    area = {"id": key(6), "name": "Area", "extent": words[12]}
    held = {"id": key(7), "description": words[13], "location": {"id": key(1)}}
    tree = {
        "id": key(8),
        "name": "Org",
        "metadata": history,
        "locations": [place],
        "services": [
            {"id": key(9), "name": "S", "service_areas": [area], "service_at_locations": [held], "metadata": history}
        ],
    }
    safe = trees.without_secrets(tree, {key(1): "Wien, Austria"})
    out = json.dumps(
        [safe, *(list(records.records(table, safe)) for table in trees.CORE), list(records.table_rows([safe]))]
    )
    assert "secret" not in out and str(latitude) not in out and "123457" not in out
    assert "Wien, Austria" in out


def test_contact_persons_stay_with_the_staff_also_when_the_entry_is_imported_anew(db):
    take(examples.ORGANIZATION_FULL)
    publish()
    take(examples.ORGANIZATION_FULL, source=batches.Source("Harbour network", contacts_are_public=True))
    assert not Contact.objects.filter(is_public=True).exists()
    assert "Ann Persona" not in everything_out().replace('updated_by": "Ann Persona', "")


def test_a_row_that_says_two_things_in_one_file_is_refused(db):
    copy = json.loads(json.dumps(examples.ORGANIZATION_FULL))
    copy["phones"][0]["number"] = "+44 20 7946 0000"
    with pytest.raises(UnusableFile) as caught:
        check(copy)
    assert "$, phone" in str(caught.value) and "more than once" in str(caught.value)


def test_a_file_that_names_a_number_once_changes_all_its_copies_and_shows_it(db):
    take(examples.ORGANIZATION_FULL)
    short = {"id": examples.ORGANIZATION["id"], "name": examples.ORGANIZATION["name"]}
    phone = {"id": examples.PHONE["id"], "number": "+44 20 7946 0000"}
    batch, _counts = take(short | {"phones": [phone]})
    assert [(row["field"], row["new"]) for row in batch.items.get().differences] == [("number", "+44 20 7946 0000")]
    publish()
    assert "1234 234567" not in everything_out()
