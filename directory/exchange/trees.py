"""HSDS records as trees: one shape for every file that comes in, and the arithmetic on it. No database.

The shape: an organization with everything under it. Each location stands once, in `locations`; a service names it by
`{"id": …}` in `service_at_locations`. Lists keep the order of the file. Identifiers are UUIDs; others are turned into UUIDs that
are the same each time the same publisher names them.
"""

import copy
import uuid
from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _

from directory.exchange import hsds
from directory.exchange.intake import Problem, Reading, UnusableFile, shown

NAMESPACE = uuid.UUID("5b0c6f0e-7f3c-5d0a-9a44-2f0e6d1b8c21")
CORE = ("organization", "service", "service_at_location", "location")


# --- One shape -----------------------------------------------------------------------------------------------------


def organizations(reading: Reading, *, publisher: str = "") -> list[tuple[dict, str, str]]:
    """Return (tree, place, the file's own id where that is no UUID) for each organization of a JSON or tabular reading.

    Raises UnusableFile for loose ends.
    """
    problems: list[Problem] = []
    if reading.kind == "json":
        found = _from_nested(reading.nested, problems)
    else:
        found = _from_rows(reading.rows, problems)
    if problems:
        raise UnusableFile(problems)
    return [
        (with_uuids(tree, publisher), place, "" if is_uuid(tree.get("id")) else str(tree.get("id", "")))
        for tree, place in found
    ]


def _from_nested(records: list[tuple[str, dict, str]], problems: list[Problem]) -> list[tuple[dict, str]]:
    trees: dict[str, tuple[dict, str]] = {}

    def organization(record: dict | None, identifier: str | None, place: str) -> dict | None:
        if record is None and identifier in trees:
            return trees[identifier][0]
        if record is None or "id" not in record:
            problems.append(Problem(place, _("The organization this belongs to is not in the file.")))
            return None
        if record["id"] not in trees:
            trees[record["id"]] = ({"services": [], "locations": []}, place)
        tree = trees[record["id"]][0]
        for key, value in record.items():
            if key == "services":
                for service in value:
                    add_service(tree, service)
            elif key == "locations":
                for location in value:
                    _add(tree["locations"], location)
            elif key not in tree:
                tree[key] = value
        return tree

    def add_service(tree: dict, record: dict) -> None:
        service = {key: value for key, value in record.items() if key not in {"organization", "organization_id"}}
        for held in service.get("service_at_locations", []):
            place_of(tree, held)
        _add(tree["services"], service)

    def place_of(tree: dict, held: dict) -> None:
        """Move a full location to the organization, leaving its id."""
        location = held.pop("location", None) or ({"id": held["location_id"]} if "location_id" in held else None)
        held.pop("location_id", None)
        held.pop("service_id", None)
        if location:
            if len(location) > 1:
                _add(tree["locations"], location)
            held["location"] = {"id": location["id"]}

    for table, record, place in records:
        record = copy.deepcopy(record)
        if table == "organization":
            organization(record, None, place)
        elif table == "service":
            if (tree := organization(record.get("organization"), record.get("organization_id"), place)) is not None:
                add_service(tree, record)
        elif table == "service_at_location":
            service = record.pop("service", None) or {}
            tree = organization(service.get("organization"), service.get("organization_id"), place)
            if tree is not None:
                service["service_at_locations"] = [*service.get("service_at_locations", []), record]
                add_service(tree, service)
        elif (tree := organization(None, record.pop("organization_id", None), place)) is not None:
            _add(tree["locations"], record)
    for tree, _place in trees.values():
        for key in ("services", "locations"):
            if not tree[key]:
                del tree[key]
    return list(trees.values())


def _add(rows: list[dict], row: dict) -> None:
    """Put a row into a list, or together with the row of the same id that stands there."""
    for one in rows:
        if one.get("id") == row.get("id"):
            for key, value in row.items():
                if key == "service_at_locations":
                    for held in value:
                        _add(one.setdefault(key, []), held)
                else:
                    one.setdefault(key, value)
            return
    rows.append(row)


# Where rows of a table go in the parent that a link column names.
_HOMES = {
    "organization_id": "organization",
    "service_id": "service",
    "location_id": "location",
    "service_at_location_id": "service_at_location",
    "contact_id": "contact",
    "phone_id": "phone",
}
_NEAREST = ("phone_id", "contact_id", "service_at_location_id", "location_id", "service_id", "organization_id")


def _from_rows(tables: dict[str, list[tuple[dict, str]]], problems: list[Problem]) -> list[tuple[dict, str]]:
    index: dict[str, dict[str, dict]] = {}
    for table, rows in tables.items():
        known = index.setdefault(table, {})
        for row, place in rows:
            if row.get("id") in known:
                problems.append(Problem(place, _("The identifier %(id)s stands twice.") % {"id": shown(row["id"])}))
            known[row.get("id", "")] = copy.deepcopy(row)
    for table, rows in tables.items():
        for row, place in rows:
            if row.get("id") in index[table]:
                _hang(table, index[table][row["id"]], index, problems, place)
    places = {row["id"]: place for row, place in tables.get("organization", []) if "id" in row}
    return [
        (tree, places[identifier]) for identifier, tree in index.get("organization", {}).items() if identifier in places
    ]


def _hang(table: str, row: dict, index: dict, problems: list[Problem], place: str) -> None:
    """Put a row under the parent that its links name, and turn links to shared tables into objects."""
    links = {link: row.pop(link) for link in hsds.TABLES[table].links if link in row}
    if table in {"organization", *hsds.SHARED}:
        if "taxonomy_id" in links and (shared := index.get("taxonomy", {}).get(links["taxonomy_id"])):
            row["taxonomy_detail"] = shared
        return
    if table == "service_at_location" and "location_id" in links:
        if links["location_id"] not in index.get("location", {}):
            problems.append(_dangling(place, "location_id", links["location_id"]))
            return
        row["location"] = {"id": links.pop("location_id")}
    if table == "service" and (program := index.get("program", {}).get(links.pop("program_id", ""))):
        row["program"] = program
    if "taxonomy_term_id" in links:
        term = index.get("taxonomy_term", {}).get(links.pop("taxonomy_term_id"))
        if term:
            row["taxonomy_term"] = term
    parents = _parents(table, row, links, index)
    if parents is None:
        for link, value in links.items():
            problems.append(_dangling(place, link, value))
        if not links:
            problems.append(Problem(place, _("This row does not say what it belongs to.")))
        return
    for parent_table, parent in parents:
        key = next(key for key, (child, many) in hsds.TABLES[parent_table].children.items() if child == table and many)
        parent.setdefault(key, []).append(row)
        if table == "location" and parent_table == "organization":
            row.pop("organization_id", None)


def _parents(table: str, row: dict, links: dict, index: dict) -> list[tuple[str, dict]] | None:
    if table in {"attribute", "metadata"}:
        wanted = links.get("link_id") or links.get("resource_id")
        entity = row.get("link_entity") or row.get("resource_type")
        names = sorted(
            hsds.TABLES, key=lambda name: name != entity
        )  # what a row says of its parent's table may be wrong
        for name in names:
            if wanted in index.get(name, {}) and table in {
                child for child, _many in hsds.TABLES[name].children.values()
            }:
                return [(name, index[name][wanted])]
        return None
    found = []
    for link in _NEAREST:
        if link in links:
            parent_table = _HOMES[link]
            parent = index.get(parent_table, {}).get(links[link])
            if parent is None:
                return None
            found.append((parent_table, parent))
    if found:
        return found
    if table == "location":  # the tabular form may leave it out: its services say whose it is
        owners = {
            id(owner): owner
            for held in index.get("service_at_location", {}).values()
            if (held.get("location") or {}).get("id", held.get("location_id")) == row.get("id")
            for owner in [_owner(held, index)]
            if owner is not None
        }
        return [("organization", owner) for owner in owners.values()] or None
    return None


def _owner(held: dict, index: dict) -> dict | None:
    for service in index.get("service", {}).values():
        if held.get("service_id") == service.get("id") or any(
            one.get("id") == held.get("id") for one in service.get("service_at_locations", [])
        ):
            for organization in index.get("organization", {}).values():
                if service.get("organization_id") == organization["id"] or any(
                    one is service for one in organization.get("services", [])
                ):
                    return organization
    return None


def _dangling(place: str, link: str, value: str) -> Problem:
    return Problem(
        f"{place}, {link}", _("There is no row with the identifier %(id)s in the file.") % {"id": shown(value)}
    )


# --- Identifiers ---------------------------------------------------------------------------------------------------


def as_uuid(identifier: str, table: str, publisher: str) -> str:
    """The identifier itself where it is a UUID, else one that is always the same for this publisher's word."""
    try:
        return str(uuid.UUID(str(identifier)))
    except ValueError:
        return str(uuid.uuid5(NAMESPACE, f"{publisher}/{table}/{identifier}"))


def is_uuid(identifier) -> bool:
    try:
        uuid.UUID(str(identifier))
    except ValueError:
        return False
    return True


def with_uuids(tree: dict, publisher: str) -> dict:
    """A copy of an organization in which every identifier is a UUID, also where a row had none."""

    def inner(table: str, row: dict, path: str) -> dict:
        known = hsds.TABLES[table]
        result = {"id": as_uuid(row.get("id") or path, table, publisher)}
        for key, value in row.items():
            if key in known.children:
                child, many = known.children[key]
                if many:
                    result[key] = [inner(child, one, f"{path}/{key}/{number}") for number, one in enumerate(value)]
                else:
                    result[key] = inner(child, value, f"{path}/{key}")
            elif key in known.links or key in {"parent_organization_id", "parent_id"}:
                target = {"parent_organization_id": "organization", "parent_id": "taxonomy_term"}
                result[key] = as_uuid(value, target.get(key, key.removesuffix("_id")), publisher)
            elif key != "id":
                result[key] = value
        return result

    return inner("organization", tree, str(tree.get("id") or tree.get("name")))


# --- Arithmetic ----------------------------------------------------------------------------------------------------


def rows_of(tree: dict, table: str = "organization") -> Iterator[tuple[str, dict]]:
    """Yield (table, row) for a row and everything under it."""
    yield table, tree
    for key, (child, many) in hsds.TABLES[table].children.items():
        if key in tree:
            for one in tree[key] if many else [tree[key]]:
                yield from rows_of(one, child)


def plain(table: str, row: dict) -> dict:
    """A row without what hangs under it."""
    return {key: value for key, value in row.items() if key not in hsds.TABLES[table].children}


def index(tree: dict) -> dict[tuple[str, str], dict]:
    """{(table, id): plain row}. A location that is only named does not hide the one that is told."""
    found: dict[tuple[str, str], dict] = {}
    for table, row in rows_of(tree):
        key = (table, row.get("id", ""))
        found[key] = found.get(key, {}) | plain(table, row)
    return found


def conflicts(tree: dict) -> list[tuple[str, str]]:
    """(table, id) of rows that stand in a tree more than once and do not say the same."""
    seen: dict[tuple[str, str], dict] = {}
    found = []
    for table, row in rows_of(tree):
        key, values = (table, row.get("id", "")), plain(table, row)
        if len(values) == 1:  # only named
            continue
        if seen.setdefault(key, values) != values and key not in found:
            found.append(key)
    return found


def spread(tree: dict, values: dict[tuple[str, str], dict]) -> dict:
    """A copy of a tree in which every copy of a row has these values."""

    def inner(table: str, row: dict) -> dict:
        result = dict(row)
        told = values.get((table, row.get("id", "")), {})
        if len(row) > 1:
            result |= told
        for key, (child, many) in hsds.TABLES[table].children.items():
            if key in row:
                result[key] = [inner(child, one) for one in row[key]] if many else inner(child, row[key])
        return result

    return inner("organization", tree)


def merged(given: dict, base: dict, ours: dict) -> dict:
    """What a file said, with everything that has changed here since it was taken over.

    `base` is what we made of `given` then, `ours` what we have now. A changed value replaces every copy of the row, a removed
    row goes wherever it stood, a new one is put where it stands with us.
    """
    if base == ours:
        return copy.deepcopy(given)
    before, after = index(base), index(ours)
    changed = {
        key: {name: row.get(name) for name in {*row, *before[key]} if row.get(name) != before[key].get(name)}
        for key, row in after.items()
        if key in before
    }
    gone = before.keys() - after.keys()
    new = after.keys() - before.keys()

    def inner(table: str, row: dict, mine: dict | None) -> dict:
        result = {}
        for key, value in row.items():
            child, many = hsds.TABLES[table].children.get(key, (None, False))
            if child is None:
                result[key] = value
                continue
            of_mine = {one["id"]: one for one in (mine or {}).get(key, [])} if many else {}
            if many:
                kept = [inner(child, one, of_mine.get(one["id"])) for one in value if (child, one["id"]) not in gone]
                if kept:
                    result[key] = kept
            elif (child, value["id"]) not in gone:
                result[key] = inner(child, value, (mine or {}).get(key))
        for key, (child, many) in hsds.TABLES[table].children.items():
            if mine and key in mine:
                if many:
                    added = [one for one in mine[key] if (child, one["id"]) in new]
                    if added:
                        result[key] = result.get(key, []) + copy.deepcopy(added)
                elif (child, mine[key]["id"]) in new:
                    result[key] = copy.deepcopy(mine[key])
        for name, value in changed.get((table, row["id"]), {}).items():
            if name in hsds.TABLES[table].fields or name in hsds.TABLES[table].links:
                result.pop(name, None)
                if value is not None:
                    result[name] = value
        return result

    return inner("organization", given, ours)


def differences(before: dict | None, after: dict) -> list[dict]:
    """Rows of {table, id, name, field, old, new}, in the order of the tree; a whole row that came or went has field ""."""
    if before is None:
        return []
    old, new = index(before), index(after)
    rows = []
    for (table, identifier), row in new.items():
        if table in hsds.SHARED:
            continue  # what a term is called is nothing of this organization's
        was = old.get((table, identifier))
        name = title_of(table, row)
        if was is None:
            rows.append(
                {"table": table, "id": identifier, "name": name, "field": "", "old": "", "new": summary(table, row)}
            )
            continue
        for field in hsds.TABLES[table].fields:
            if row.get(field) != was.get(field):
                rows.append(
                    {
                        "table": table,
                        "id": identifier,
                        "name": name,
                        "field": field,
                        "old": as_text(was.get(field)),
                        "new": as_text(row.get(field)),
                    }
                )
    for (table, identifier), row in old.items():
        if (table, identifier) not in new and table not in hsds.SHARED:
            rows.append(
                {
                    "table": table,
                    "id": identifier,
                    "name": title_of(table, row),
                    "field": "",
                    "old": summary(table, row),
                    "new": "",
                }
            )
    return rows


def as_text(value) -> str:
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def title_of(table: str, row: dict) -> str:
    return str(row.get("name") or row.get("number") or row.get("address_1") or row.get("description") or "")[:120]


def summary(table: str, row: dict) -> str:
    values = [as_text(row[name]) for name in hsds.TABLES[table].fields if name in row and name != "id"]
    return " · ".join(values)[:300]


# --- Places that are kept secret -----------------------------------------------------------------------------------

# All that may be said of a place whose position is kept secret; `name` is replaced by the area's.
OPEN_OF_SECRET = {"id", "location_type", "languages", "phones", "schedules", "attributes"}


def without_secrets(tree: dict, areas: dict[str, str]) -> dict:
    """A copy in which nothing leads closer to a secret place than its area.

    `areas` maps the id of each such location to the words for its area. With one of them in an organization, everything goes
    that could repeat an address elsewhere: polygons, histories of changes, what a service says of the place.
    """
    if not areas:
        return tree

    def inner(table: str, row: dict) -> dict:
        is_secret = table == "location" and row.get("id") in areas
        result = {}
        for key, value in row.items():
            child, many = hsds.TABLES[table].children.get(key, (None, False))
            if key == "metadata" or (is_secret and key not in OPEN_OF_SECRET):
                continue
            if table == "service_area" and key in {"extent", "extent_type", "uri"}:
                continue
            if table == "service_at_location" and key in {"description", "contacts"} and _place_id(row) in areas:
                continue
            if child is None:
                result[key] = value
            else:
                result[key] = [inner(child, one) for one in value] if many else inner(child, value)
        if is_secret and len(row) > 1:  # not where a service only names it
            result["name"] = areas[row["id"]]
        return result

    return inner("organization", tree)


def _place_id(held: dict) -> str:
    return (held.get("location") or {}).get("id", "")


def without(tree: dict, drop: Callable[[str, dict], bool]) -> dict:
    """A copy without the rows for which `drop(table, row)` holds."""

    def inner(table: str, row: dict) -> dict:
        result = {}
        for key, value in row.items():
            child, many = hsds.TABLES[table].children.get(key, (None, False))
            if child is None:
                result[key] = value
            elif many:
                kept = [inner(child, one) for one in value if not drop(child, one)]
                if kept:
                    result[key] = kept
            elif not drop(child, value):
                result[key] = inner(child, value)
        return result

    return inner("organization", tree)
