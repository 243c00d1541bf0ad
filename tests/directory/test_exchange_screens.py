"""Editors import, compare, publish by a second person, merge and undo, in the admin."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from directory.exchange import batches, merging, snapshots
from directory.exchange.models import Batch, Merge, Pairing
from directory.models import ContactChange, Location, Organisation, Phone, Service, ServiceAtLocation
from directory.models.entries import State
from tests.directory import hsds_examples as examples
from tests.factories.accounts import member, unit

IMPORTS = "/admin/directory/imports/"
DUPLICATES = "/admin/directory/duplicates/"


@pytest.fixture
def desk(db, client):
    where = unit()

    def sign_in(role=Role.EDITOR):
        user = member(where, role)
        client.force_login(user)
        client.user = user
        return client

    return sign_in


def upload(client, content, name="example.json", **more):
    data = {
        "file": SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode()),
        "publisher": "Example",
    }
    return client.post(IMPORTS, data | more)


def brought_in(client, record=examples.ORGANIZATION_FULL):
    answer = upload(client, json.dumps(record))
    assert answer.status_code == 302, answer.content
    return Batch.objects.latest("checked_at")


def decide(client, batch, what):
    return client.post(f"{IMPORTS}{batch.pk}/decide/", {what: "1"}, follow=True)


def test_a_file_is_shown_before_it_changes_anything_and_taken_over_on_demand(desk):
    client = desk()
    batch = brought_in(client)
    shown = client.get(f"{IMPORTS}{batch.pk}/").content.decode()
    assert "Example Organization Inc." in shown and "Take it over" in shown
    assert not Organisation.objects.exists()
    assert "Taken over: 1 new" in decide(client, batch, "take").content.decode()
    assert Organisation.objects.get().state == State.DRAFT


def test_new_entries_are_published_by_somebody_else(desk):
    client = desk()
    batch = brought_in(client)
    decide(client, batch, "take")
    assert "Somebody else has to publish it" in decide(client, batch, "publish").content.decode()
    assert Organisation.objects.get().state == State.DRAFT
    second = desk()
    assert "Publish 1 new entry" in second.get(f"{IMPORTS}{batch.pk}/").content.decode()
    decide(second, batch, "publish")
    assert Organisation.objects.get().state == State.PUBLISHED


def test_undo_asks_first_and_a_second_undo_says_so(desk):
    client = desk()
    batch = brought_in(client)
    decide(client, batch, "take")
    assert "1 new entry goes" in client.get(f"{IMPORTS}{batch.pk}/undo/").content.decode()
    assert "1 entry was put back" in decide(client, batch, "undo").content.decode()
    assert not Organisation.objects.exists()
    assert "decided before" in decide(client, batch, "undo").content.decode()
    assert client.get(f"{IMPORTS}{batch.pk}/undo/").status_code == 404


def test_dropping_forgets_what_was_checked(desk):
    client = desk()
    batch = brought_in(client)
    decide(client, batch, "drop")
    assert not batch.items.exists() and Batch.objects.get().state == Batch.State.DROPPED


def test_a_wrong_file_is_told_with_its_places_and_what_was_typed_stays(desk):
    answer = upload(desk(), '{"name": "=1"}', licence="CC0")
    text = answer.content.decode()
    assert answer.status_code == 422 and "example.json, $" in text and 'value="CC0"' in text
    assert not Batch.objects.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00",
        b"PK\x03\x04",
        b"PK\x03\x04" + b"\x00" * 100,
        b"\xff\xfe",
        b"{",
        b"[" * 100_000,
        b"id,name\n",
        b"\xed\xa0\x80",
        b'"x"',
    ],
)
def test_nothing_uploaded_ends_in_an_error_page(desk, content):
    assert upload(desk(), content).status_code == 422


def test_a_form_without_file_or_publisher_says_what_is_missing(desk):
    answer = desk().post(IMPORTS, {})
    assert answer.status_code == 422 and answer.content.decode().count("This field is required") >= 2


@pytest.mark.parametrize("role", [Role.LEARNER, Role.TRANSLATOR, Role.TRAINING_MANAGER])
def test_other_roles_do_not_reach_any_of_it(desk, role):
    batch = Batch.objects.create(file_name="a", digest="", kind="json", publisher="x")
    client = desk(role)
    for path in (IMPORTS, f"{IMPORTS}{batch.pk}/", f"{IMPORTS}{batch.pk}/undo/", DUPLICATES):
        answer = client.get(path)
        assert answer.status_code in {302, 403, 404} and b"Example" not in answer.content
    client.post(f"{IMPORTS}{batch.pk}/decide/", {"drop": "1"})
    assert Batch.objects.get().state == Batch.State.CHECKED


def test_a_long_import_is_shown_in_pages_with_few_queries(desk, django_assert_max_num_queries):
    client = desk()
    records = [
        examples.ORGANIZATION
        | {
            "id": f"no-{number}",
            "name": f"N {number}",
            "phones": [],
            "locations": [],
            "contacts": [],
            "programs": [],
            "funding": [],
            "additional_websites": [],
            "organization_identifiers": [],
        }
        for number in range(60)
    ]
    batch = brought_in(client, records)
    with django_assert_max_num_queries(40):
        text = client.get(f"{IMPORTS}{batch.pk}/").content.decode()
    assert "Page 1 of 2" in text


# --- Duplicates ----------------------------------------------------------------------------------------------------


@pytest.fixture
def pair(db):
    today = timezone.localdate()
    one = Organisation.objects.create(
        name="Harbour House", country="US", email="a@harbour.example", state=State.PUBLISHED, verified_on=today
    )
    other = Organisation.objects.create(
        name="Harbor House Inc.",
        country="US",
        description="Helps.",
        email="b@harbour.example",
        state=State.PUBLISHED,
        verified_on=today,
    )
    Phone.objects.create(organisation=one, number="+1 202 555 0111")
    Phone.objects.create(organisation=other, number="(202) 555-0111")
    Phone.objects.create(organisation=other, number="+1 202 555 0199")
    place = Location.objects.create(organisation=other, city="Boston", country="US")
    service = Service.objects.create(organisation=other, name="Shelter")
    ServiceAtLocation.objects.create(service=service, location=place)
    assert batches.find_pairings(now=timezone.now()) == 1
    return Pairing.objects.get()


def side(pair, entry_name):
    return "one" if pair.one.name == entry_name else "other"


def choices(pair, keep="Harbour House", **more):
    kept = side(pair, keep)
    gone = "other" if kept == "one" else "one"
    return {
        "kept": kept,
        "field-description": gone,
        "field-name": kept,
        "field-email": gone,
        "merge": "1",
        "part": [str(row.pk) for _kind, row in merging.parts_of(getattr(pair, gone))],
    } | more


def test_two_entries_become_one_as_chosen_and_two_again_on_undo(desk, pair):
    client = desk()
    before = {entry.pk: snapshots.digest(entry.pk) for entry in (pair.one, pair.other)}
    assert "Harbor House Inc." in client.get(f"{DUPLICATES}{pair.pk}/").content.decode()
    client.post(f"{DUPLICATES}{pair.pk}/", choices(pair))
    kept = Organisation.objects.get(name="Harbour House")
    gone = Organisation.objects.get(name="Harbor House Inc.")
    assert (kept.description, kept.email, gone.state) == ("Helps.", "b@harbour.example", State.WITHDRAWN)
    assert kept.phones.count() == 3 and kept.services.count() == 1 and kept.locations.count() == 1
    assert kept.services.get().at_locations.count() == 1
    pair.refresh_from_db()
    assert pair.state == Pairing.State.MERGED
    client.post(f"/admin/directory/merges/{Merge.objects.get().pk}/undo/")
    assert {pk: snapshots.digest(pk) for pk in before} == before
    assert set(Organisation.objects.values_list("state", flat=True)) == {State.PUBLISHED}
    assert Pairing.objects.get().state == Pairing.State.OPEN


def test_what_is_not_marked_stays_with_the_entry_that_goes(desk, pair):
    desk().post(f"{DUPLICATES}{pair.pk}/", choices(pair, part=[]))
    assert Organisation.objects.get(name="Harbour House").phones.count() == 1
    assert Organisation.objects.get(name="Harbor House Inc.").phones.count() == 2


def test_a_merge_cannot_be_undone_over_a_later_change(desk, pair):
    client = desk()
    client.post(f"{DUPLICATES}{pair.pk}/", choices(pair))
    Organisation.objects.filter(name="Harbour House").update(description="Newer.")
    answer = client.post(f"/admin/directory/merges/{Merge.objects.get().pk}/undo/", follow=True)
    assert "have changed since: Harbour House" in answer.content.decode()
    assert Organisation.objects.get(name="Harbour House").description == "Newer."


def test_numbers_of_an_unpublished_entry_wait_for_a_second_person(desk, pair):
    Organisation.objects.filter(name="Harbor House Inc.").update(state=State.DRAFT)
    service = Service.objects.get()
    Phone.objects.create(service=service, number="+1 202 555 0155")
    client = desk()
    client.post(f"{DUPLICATES}{pair.pk}/", choices(Pairing.objects.get()))
    kept = Organisation.objects.get(name="Harbour House")
    assert kept.email == "a@harbour.example" and kept.description == "Helps."
    assert [phone.number for phone in kept.phones.all()] == ["+1 202 555 0111"]
    assert kept.services.get().phones.count() == 0
    assert ContactChange.objects.open().filter(organisation=kept, proposed_by=client.user).count() == 4
    client.post(f"/admin/directory/merges/{Merge.objects.get().pk}/undo/")
    assert not ContactChange.objects.open().exists()
    assert Phone.objects.count() == 4


def test_two_organisations_are_not_asked_about_again(desk, pair):
    client = desk()
    client.post(f"{DUPLICATES}{pair.pk}/", {"different": "1"})
    assert "No pair waits here" in client.get(DUPLICATES).content.decode()
    client.post(DUPLICATES)
    assert Pairing.objects.get().state == Pairing.State.DIFFERENT
    assert (
        "decided before"
        in client.post(f"{DUPLICATES}{pair.pk}/", choices(pair) | {"different": "1"}, follow=True).content.decode()
    )
    client.post(f"{DUPLICATES}{pair.pk}/", {"again": "1"})
    assert Pairing.objects.get().state == Pairing.State.OPEN


def test_without_a_choice_which_stays_nothing_is_merged(desk, pair):
    answer = desk().post(f"{DUPLICATES}{pair.pk}/", {"merge": "1"})
    assert answer.status_code == 422 and "Say which of the two entries stays" in answer.content.decode()
    assert not Merge.objects.exists()


def test_an_entry_that_was_merged_away_is_left_alone_by_later_imports(desk, pair):
    record = {"id": str(pair.other_id), "name": "Back again", "description": "x"}
    desk().post(f"{DUPLICATES}{pair.pk}/", choices(pair, keep=pair.one.name))
    batch = batches.check_bytes(json.dumps(record).encode(), "a.json", source=batches.Source("x"), now=timezone.now())
    assert not batch.items.exists() and "was merged into" in batch.notices[0][1]


def test_same_name_in_two_countries_and_withdrawn_entries_are_no_pair(db):
    today = timezone.localdate() - timedelta(days=1)
    Organisation.objects.create(name="Salvation", country="US", state=State.PUBLISHED, verified_on=today)
    Organisation.objects.create(name="Salvation", country="FR", state=State.PUBLISHED, verified_on=today)
    Organisation.objects.create(name="Salvation", country="US", state=State.WITHDRAWN, verified_on=today)
    assert batches.find_pairings(now=timezone.now()) == 0


def test_the_screens_stand_in_the_menu_of_those_who_may(desk):
    assert IMPORTS in desk().get(reverse("wagtailadmin_home")).content.decode()


def test_what_is_not_marked_stays_as_the_kept_entry_has_it_and_gaps_are_filled(desk, pair):
    kept = side(pair, "Harbour House")
    desk().post(f"{DUPLICATES}{pair.pk}/", {"kept": kept, "merge": "1"})
    entry = Organisation.objects.get(pk=getattr(pair, kept).pk)
    assert (entry.name, entry.email, entry.description) == ("Harbour House", "a@harbour.example", "Helps.")
