"""The API gives what the public may have, to everybody, without leaving or wanting a trace."""

import json
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from jsonschema import Draft202012Validator

from directory.api import views
from directory.exchange import hsds, mapping
from directory.models import Location, Organisation, Phone, Schedule, Service, ServiceAtLocation
from directory.models.entries import State

ROOT = "/api/hsds"


@pytest.fixture
def entry(db):
    organisation = Organisation.objects.create(
        name="Harbour House",
        description="Helps.",
        country="US",
        state=State.PUBLISHED,
        verified_on=timezone.localdate(),
        website="https://harbour.example",
        note="for the staff only",
    )
    Phone.objects.create(organisation=organisation, number="+1 202 555 0111", extension="12", description="desk")
    location = Location.objects.create(
        organisation=organisation,
        name="Pier 4",
        address_1="4 Pier Road",
        city="Boston",
        country="US",
        latitude="42.360082",
        longitude="-71.058880",
    )
    service = Service.objects.create(
        organisation=organisation,
        name="Shelter",
        kinds=["shelter", "food"],
        cost="free",
        immigration_safe=True,
        is_remote=False,
    )
    held = ServiceAtLocation.objects.create(service=service, location=location)
    Schedule.objects.create(
        service_at_location=held, freq="WEEKLY", byday="MO,TU", opens_at="09:00", timezone="America/New_York"
    )
    return organisation


def page(client, name, **query):
    answer = client.get(f"{ROOT}/{name}", query)
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


def valid(schema, value):
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert not [f"{list(error.path)}: {error.message}" for error in validator.iter_errors(value)]


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("organizations", "organization"),
        ("services", "service"),
        ("service_at_locations", "service_at_location"),
        ("taxonomies", "taxonomy"),
        ("taxonomy_terms", "taxonomy_term"),
    ],
)
@pytest.mark.parametrize("full", [False, True])
def test_lists_and_records_are_valid_hsds(client, entry, name, table, full):
    found = page(client, name, full=str(full).lower())
    valid(hsds.page_schema(table), found)
    assert not found["empty"] and found["first_page"]
    record = client.get(f"{ROOT}/{name}/{found['contents'][0]['id']}").json()
    valid(hsds.schema_of(table), record)


def test_a_record_says_what_we_know_and_nothing_for_the_staff(client, entry):
    record = client.get(f"{ROOT}/organizations/{entry.pk}").json()
    assert record["phones"][0]["number"] == "+1 202 555 0111" and record["phones"][0]["extension"] == 12
    (service,) = record["services"]
    held = service["service_at_locations"][0]
    assert held["location"]["latitude"] == 42.360082 and held["schedules"][0]["timezone"] == -5
    codes = {one["taxonomy_term"]["code"] for one in service["attributes"]}
    assert {"service_kind:shelter", "service_kind:food", "cost:free", "immigration_safe:yes"} <= codes
    assert "staff only" not in json.dumps(record)


@pytest.mark.parametrize(
    "change",
    [
        {"state": State.DRAFT},
        {"state": State.WITHDRAWN},
        {"verified_on": timezone.localdate() - timedelta(days=400)},
        {"is_fictional": True},
    ],
)
def test_what_the_public_may_not_see_is_in_no_list_and_under_no_id(client, entry, change):
    service = entry.services.get()
    Organisation.objects.update(**change)
    assert page(client, "organizations")["empty"] and page(client, "services")["empty"]
    assert page(client, "service_at_locations")["empty"]
    assert client.get(f"{ROOT}/organizations/{entry.pk}").status_code == 404
    assert client.get(f"{ROOT}/services/{service.pk}").status_code == 404


def test_a_confidential_place_is_an_area(client, entry):
    location = entry.locations.get()
    location.is_confidential = True
    location.save()
    out = "".join(
        client.get(f"{ROOT}/{name}?full=true").content.decode()
        for name in ("organizations", "services", "service_at_locations")
    )
    assert "Pier" not in out and "42.36" not in out and "confidential" not in out
    assert "Boston" in out


def test_pages_are_counted_and_one_beyond_the_last_is_empty(client, entry):
    Organisation.objects.bulk_create(
        Organisation(name=f"More {number}", description="d", state=State.PUBLISHED, verified_on=timezone.localdate())
        for number in range(4)
    )
    first = page(client, "organizations", per_page=2)
    assert (first["total_items"], first["total_pages"], first["size"], first["last_page"]) == (5, 3, 2, False)
    last = page(client, "organizations", per_page=2, page=3)
    assert last["last_page"] and last["size"] == 1
    assert page(client, "organizations", per_page=2, page=9)["empty"]
    seen = [
        one["id"] for number in (1, 2, 3) for one in page(client, "organizations", per_page=2, page=number)["contents"]
    ]
    assert len(set(seen)) == 5


def test_a_list_takes_the_same_queries_for_few_and_for_many(client, entry, django_assert_max_num_queries):
    for number in range(12):
        more = Organisation.objects.create(name=f"N{number}", state=State.PUBLISHED, verified_on=timezone.localdate())
        Phone.objects.create(organisation=more, number="1")
        Service.objects.create(organisation=more, name="S")
    with django_assert_max_num_queries(50):
        page(client, "organizations", full="true")


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=-1",
        "page=x",
        "page=" + "9" * 400,
        "page=²",
        "per_page=101",
        "full=maybe",
        "organization_id=1",
        "modified_after=yesterday",
        "modified_after=9999999-01-01",
        "search=help",
        "colour=blue",
        "page=%00",
        "taxonomy_term_id=%F0",
    ],
)
@pytest.mark.parametrize("name", ["organizations", "services"])
def test_what_cannot_be_understood_is_400_and_named(client, db, name, query):
    answer = client.get(f"{ROOT}/{name}?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(query.split("=")[0])


@pytest.mark.parametrize(
    "path", ["/organizations/1", "/nothing", "/organizations/90773dea-8459-4334-a207-268deee5d3e2", "/organizations/", "/a/b/c"]
)
def test_unknown_addresses_are_404_in_json(client, db, path):
    answer = client.get(ROOT + path)
    assert answer.status_code == 404 and answer["Content-Type"].startswith("application/json")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_is_for_reading_only(client, db, method):
    answer = getattr(client, method)(f"{ROOT}/organizations")
    assert answer.status_code == 405 and answer["Allow"] == "GET, HEAD, OPTIONS"


def test_the_same_answer_is_sent_once(client, entry):
    first = client.get(f"{ROOT}/organizations")
    again = client.get(f"{ROOT}/organizations", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    entry.name = "Other"
    entry.save()
    changed = client.get(f"{ROOT}/organizations", headers={"If-None-Match": f'W/{first["ETag"]}, "x"'})
    assert changed.status_code == 200 and changed["ETag"] != first["ETag"]


def test_no_cookie_goes_out_and_any_site_may_read(client, entry):
    client.cookies.clear()
    for path in ("/", "/organizations", "/openapi.json", "/nothing", "/organizations?page=x"):
        answer = client.get(ROOT + path)
        assert not answer.cookies and answer["Access-Control-Allow-Origin"] == "*"
        assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "Access-Control-Allow-Credentials" not in answer
    assert client.options(f"{ROOT}/organizations").status_code == 204


def test_too_many_requests_are_told_when_to_come_back(client, entry, monkeypatch):
    monkeypatch.setattr(views, "AT_MOST", 3)
    for _number in range(3):
        assert client.get(f"{ROOT}/organizations").status_code == 200
    answer = client.get(f"{ROOT}/organizations")
    assert answer.status_code == 429 and 1 <= int(answer["Retry-After"]) <= 300


def test_filters_choose_by_organization_term_and_time(client, entry):
    other = Organisation.objects.create(name="Other", state=State.PUBLISHED, verified_on=timezone.localdate())
    Service.objects.create(organisation=other, name="Law", kinds=["legal"])
    terms = {one["code"]: one["id"] for one in mapping.own_terms()}
    by_term = page(client, "services", taxonomy_term_id=terms["service_kind:legal"])
    assert [one["name"] for one in by_term["contents"]] == ["Law"]
    assert [one["name"] for one in page(client, "services", organization_id=str(entry.pk))["contents"]] == ["Shelter"]
    assert page(client, "organizations", taxonomy_term_id=str(uuid.uuid4()))["empty"]
    later = (timezone.now() + timedelta(hours=1)).isoformat()
    assert page(client, "organizations", modified_after=later)["empty"]


def test_the_api_describes_itself(client, db, settings):
    root = client.get(f"{ROOT}/").json()
    assert (
        root["version"] == "3.0"
        and root["openapi_url"] == f"{settings.SITE_URL}{ROOT}/openapi.json"
        and root["license"]
    )
    described = client.get(f"{ROOT}/openapi.json").json()
    assert described["openapi"] == "3.1.0"
    for path in described["paths"]:
        if "{id}" not in path:
            assert client.get(ROOT + path).status_code == 200
    text = json.dumps(described)
    for reference in set(__import__("re").findall(r'"\$ref": "#/components/(\w+)/(\w+)"', text)):
        assert reference[1] in described["components"][reference[0]]
    for schema in described["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
