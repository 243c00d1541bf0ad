"""What the public may have of the directory, as HSDS: the one way out, for the API, the nightly package and the tests.

Every record is made here from the rows of today: published and not lapsed, without contact persons who were not given for
the public, and with nothing of a confidential place but its area.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet

from directory.exchange import hsds, trees
from directory.exchange.mapping import OWN_SECRET, tree_of, with_rows
from directory.models import Contact, Organisation

TO_ONE_OF_LISTS = {
    "service": ("organization", "program"),
    "service_at_location": ("location", "service"),
    "service_capacity": ("unit",),
}


def shown(*, on: date) -> QuerySet:
    """The organisations of which anything may go out on a date, with everything their records need."""
    return with_rows(Organisation.objects.shown(on=on)).select_related("given")


def full_tree(organisation: Organisation) -> dict:
    """Everything known of an organisation, for the staff's own work: what was given, with every change since."""
    ours = tree_of(organisation)
    try:
        given = organisation.given
    except ObjectDoesNotExist:
        return ours
    return trees.merged(given.tree, given.base, ours)


def public_tree(organisation: Organisation) -> dict:
    """What may go out of an organisation."""
    areas = {str(place.pk): place.area for place in organisation.locations.all() if place.is_confidential}
    public = {str(contact.pk) for contact in contacts_of(organisation) if contact.is_public}
    tree = trees.without_secrets(full_tree(organisation), areas)
    return trees.without(
        tree,
        lambda table, row: (
            (table == "contact" and row["id"] not in public)
            or (table == "attribute" and row.get("link_type") in OWN_SECRET)
        ),
    )


def contacts_of(organisation: Organisation) -> Iterator[Contact]:
    yield from organisation.contacts.all()
    for location in organisation.locations.all():
        yield from location.contacts.all()
    for service in organisation.services.all():
        yield from service.contacts.all()
        for held in service.at_locations.all():
            yield from held.contacts.all()


# --- Records in the shapes of the API ------------------------------------------------------------------------------


def organization(tree: dict) -> dict:
    """An organization with its services, each service with the locations where it is given."""
    record = dict(tree)
    if "services" in tree:
        record["services"] = [_with_locations(service, tree) for service in tree["services"]]
    return record


def service(tree: dict, one: dict) -> dict:
    """A service with its organization and its locations."""
    return _with_locations(one, tree) | {"organization": _without_services(tree)}


def service_at_location(tree: dict, one: dict, held: dict) -> dict:
    """A service at a location, with both."""
    inner = {key: value for key, value in one.items() if key != "service_at_locations"}
    return _located(held, tree) | {"service": inner | {"organization": _without_services(tree)}}


def _without_services(tree: dict) -> dict:
    return {key: value for key, value in tree.items() if key != "services"}


def _with_locations(one: dict, tree: dict) -> dict:
    if "service_at_locations" not in one:
        return dict(one)
    return one | {"service_at_locations": [_located(held, tree) for held in one["service_at_locations"]]}


def _located(held: dict, tree: dict) -> dict:
    wanted = (held.get("location") or {}).get("id")
    location = next((place for place in tree.get("locations", []) if place["id"] == wanted), None)
    return held | {"location": location} if location else {key: held[key] for key in held if key != "location"}


def in_list(table: str, record: dict) -> dict:
    """A record as it stands in a list: plain fields and what there is one of."""
    row = trees.plain(table, record)
    for key in TO_ONE_OF_LISTS.get(table, ()):
        if key in record:
            row[key] = in_list(hsds.TABLES[table].children[key][0], record[key])
    return row


def records(table: str, tree: dict) -> Iterator[dict]:
    """Every record of a table in an organization, full."""
    if table == "organization":
        yield organization(tree)
    elif table == "location":
        yield from tree.get("locations", [])
    for one in tree.get("services", []) if table in {"service", "service_at_location"} else []:
        if table == "service":
            yield service(tree, one)
        else:
            for held in one.get("service_at_locations", []):
                if "location" in _located(held, tree):
                    yield service_at_location(tree, one, held)


# --- Records as tables ---------------------------------------------------------------------------------------------


LINK = {
    "organization": "organization_id",
    "service": "service_id",
    "location": "location_id",
    "service_at_location": "service_at_location_id",
    "contact": "contact_id",
    "phone": "phone_id",
}


def table_rows(some: Iterable[dict]) -> Iterator[tuple[str, dict]]:
    """Yield (table, row with links) of trees for the tabular form.

    A row that stands under several parents comes once and names them all; terms that many use come once altogether.
    """
    shared: set[str] = set()
    for tree in some:
        found: dict[tuple[str, str], dict] = {}
        _gather("organization", tree, None, found)
        for (table, identifier), row in found.items():
            if table in hsds.SHARED:
                if identifier in shared:
                    continue
                shared.add(identifier)
            yield table, row


def _gather(table: str, row: dict, owner: tuple[str, str] | None, found: dict) -> None:
    known = hsds.TABLES[table]
    result = found.setdefault((table, row["id"]), {})
    for name, value in trees.plain(table, row).items():
        result.setdefault(name, value)
    for name, value in _links(table, row, owner).items():
        result.setdefault(name, value)
    for key, (child, many) in known.children.items():
        if key not in row or (table == "service_at_location" and key == "location"):
            continue
        for one in row[key] if many else [row[key]]:
            _gather(child, one, (table, row["id"]), found)


def _links(table: str, row: dict, owner: tuple[str, str] | None) -> dict:
    """What a row of the tabular form says of the rows it belongs to and uses."""
    links = {}
    if owner:
        owner_table, owner_id = owner
        if table == "attribute":
            links |= {"link_id": owner_id, "link_entity": owner_table}
        elif table == "metadata":
            links |= {"resource_id": owner_id, "resource_type": owner_table}
        elif LINK.get(owner_table) in hsds.TABLES[table].links:
            links[LINK[owner_table]] = owner_id
    used = {
        "location_id": "location",
        "program_id": "program",
        "taxonomy_term_id": "taxonomy_term",
        "taxonomy_id": "taxonomy_detail",
    }
    for link, key in used.items():
        if link in hsds.TABLES[table].links and isinstance(row.get(key), dict):
            links[link] = row[key]["id"]
    return links
