"""What HSDS publishes as examples comes in, and goes out as it came."""

import json
from datetime import UTC, date, datetime

import pytest
from jsonschema import Draft202012Validator

from directory.exchange import batches, hsds, records, trees
from directory.models import Organisation, Phone
from directory.models.entries import State
from tests.directory import hsds_examples as examples

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
OPEN = batches.Source("Example data", "CC BY-SA 4.0", "https://openreferral.org", contacts_are_public=True)


def brought_in(record, source=OPEN, name="example.json"):
    batch = batches.check_bytes(json.dumps(record).encode(), name, source=source, now=NOW)
    batches.take_over(batch, now=NOW)
    return batch


def published_tree():
    Organisation.objects.update(state=State.PUBLISHED, verified_on=date(2026, 11, 1))
    (organisation,) = records.shown(on=NOW.date())
    return records.public_tree(organisation)


def validate(table, record):
    validator = Draft202012Validator(hsds.schema_of(table), format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert not [f"{list(error.path)}: {error.message}" for error in validator.iter_errors(record)]


@pytest.mark.parametrize(
    ("table", "record"),
    [
        ("organization", examples.ORGANIZATION_FULL),
        ("service", examples.SERVICE_FULL),
        ("service_at_location", examples.SERVICE_AT_LOCATION_FULL),
    ],
)
def test_a_public_example_comes_back_equal(db, table, record):
    brought_in(record)
    (back,) = records.records(table, published_tree())
    assert back == record
    validate(table, back)


def test_an_example_in_a_page_of_a_list_is_read_too(db):
    batch = brought_in({"contents": [examples.ORGANIZATION_FULL], "empty": False})
    assert [item.outcome for item in batch.items.all()] == ["new"]


def test_taking_the_same_file_over_twice_changes_nothing(db):
    brought_in(examples.ORGANIZATION_FULL)
    again = batches.check_bytes(json.dumps(examples.ORGANIZATION_FULL).encode(), "again.json", source=OPEN, now=NOW)
    assert [(item.outcome, item.differences) for item in again.items.all()] == [("same", [])]


def test_contact_persons_are_for_the_staff_unless_the_file_is_said_to_be_open(db):
    brought_in(examples.ORGANIZATION_FULL, batches.Source("Example data"))
    tree = published_tree()
    assert not any(table == "contact" for table, _row in trees.rows_of(tree))
    assert published_tree()["phones"]


def test_a_number_changed_here_replaces_every_copy_the_file_had(db):
    brought_in(examples.ORGANIZATION_FULL)
    Phone.objects.update(number="+1 202 555 0100")
    text = json.dumps(published_tree())
    assert "1234 234567" not in text and text.count("+1 202 555 0100") >= 3


def test_a_phone_deleted_here_goes_from_every_place_the_file_had_it(db):
    brought_in(examples.ORGANIZATION_FULL)
    Phone.objects.all().delete()
    tree = published_tree()
    assert "1234 234567" not in json.dumps(tree)
    validate("organization", records.organization(tree))
