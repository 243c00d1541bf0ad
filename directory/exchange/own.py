"""Our own CSV: one line per organisation, with the columns of the shipped sample. Lines become trees like every other form."""

from datetime import date

from django.utils.translation import gettext as _

from directory import vocabulary
from directory.exchange.intake import Problem, Reading, shown
from directory.exchange.mapping import _label, attribute, made_id
from directory.exchange.trees import as_uuid
from directory.models import Organisation
from directory.models.entries import language_is_known
from hotlines.models import Hotline
from kernel import languages

CONFIRMED = {"confirmed", "verified", "active"}
REMOTE = {"hotline", "chat", "tip_line"}
# What stands at the organisation and in no field of HSDS; never part of what goes out as HSDS.
STAFF = ("source_urls", "note", "licence", "verified_on", "verified_by")


def codes(text: str) -> list[str]:
    return [code.strip() for code in text.replace("|", ";").split(";") if code.strip()]


def organizations(reading: Reading, publisher: str) -> list[tuple[dict, str, str]]:
    """(tree, place, the line's own id) for each line."""
    registry = set(Hotline.objects.values_list("code", flat=True))
    for row, place in reading.own:
        if row["hotline_code"] and row["hotline_code"] not in registry:
            reading.notices.append(
                Problem(
                    f"{place}, hotline_code",
                    _("“%(code)s” is no hotline of the registry; the number of the line is used.")
                    % {"code": shown(row["hotline_code"])},
                )
            )
            row["hotline_code"] = ""
    return [(tree(row, place, publisher, reading.notices), place, row["id"]) for row, place in reading.own]


def tree(row: dict, place: str, publisher: str, notices: list[Problem]) -> dict:
    """One line as a tree: an organisation with one service."""
    identifier = as_uuid(row["id"], "organization", publisher)
    service = made_id(identifier, "service")
    result = {
        "id": identifier,
        "name": row["name"],
        "alternate_name": row["name_local"] if row["name_local"] != row["name"] else "",
        "description": row["description"],
        "website": row["website"],
        "email": row["email"],
        "attributes": [attribute(identifier, "organization", "country", row["country"], row["country"])],
        "phones": _phones(row, identifier),
        "locations": _locations(row, identifier),
        "services": [_service(row, place, identifier, service, notices)],
        "_staff": _staff(row, publisher),
    }
    if row["org_type"] in vocabulary.OrganisationKind.values:
        name = _label(vocabulary.OrganisationKind, row["org_type"])
        result["attributes"].append(attribute(identifier, "organization", "organization_kind", row["org_type"], name))
    elif row["org_type"]:
        notices.append(_unknown(place, "org_type", row["org_type"]))
    if row["region"].startswith(f"{row['country']}-"):
        result["attributes"].append(attribute(identifier, "organization", "region", row["region"], row["region"]))
    if row["hotline_code"]:
        result["attributes"].append(
            attribute(identifier, "organization", "hotline", row["hotline_code"], row["hotline_code"])
        )
    return {key: value for key, value in result.items() if value}


def _unknown(place: str, column: str, code: str) -> Problem:
    return Problem(
        f"{place}, {column}", _("“%(code)s” is not a word of our lists and was left out.") % {"code": shown(code)}
    )


def _phones(row: dict, identifier: str) -> list[dict]:
    """The number, unless it stands in the hotline registry under the line's code: it is never copied from there."""
    if not row["phone"] or row["hotline_code"]:
        return []
    return [{"id": made_id(identifier, "phone"), "number": row["phone"], "type": "voice"}]


def _locations(row: dict, identifier: str) -> list[dict]:
    if not row["city"]:
        return []
    location = made_id(identifier, "location")
    address = {
        "id": made_id(location, "address"),
        "address_1": "",
        "city": row["city"],
        "state_province": row["region"],
        "postal_code": "",
        "country": row["country"],
        "address_type": "physical",
    }
    return [{"id": location, "location_type": "physical", "addresses": [address]}]


def _service(row: dict, place: str, identifier: str, service: str, notices: list[Problem]) -> dict:
    attributes = []
    for column, kind, choices in (
        ("services", "service_kind", vocabulary.ServiceKind),
        ("populations", "population", vocabulary.Population),
    ):
        for code in codes(row[column]):
            if code in choices.values:
                attributes.append(attribute(service, "service", kind, code, _label(choices, code)))
            else:
                notices.append(_unknown(place, column, code))
    if set(codes(row["services"])) & REMOTE:
        attributes.append(attribute(service, "service", "remote", "yes", "yes"))
    spoken = []
    for code in codes(row["languages"]):
        name, _colon, count = code.partition(":")
        if name == "interpreter" and count.rstrip("+").isdigit():
            number = count.rstrip("+")[:3]
            attributes.append(attribute(service, "service", "interpreter_languages", number, number))
        elif language_is_known(code):
            spoken.append(
                {"id": made_id(service, "language", code), "code": code, "name": languages.english_name(code)}
            )
        else:
            notices.append(_unknown(place, "languages", code))
    result = {
        "id": service,
        "name": (row["description"] or row["name"])[:255],
        "status": "active",
        "attributes": attributes,
        "languages": spoken,
        "schedules": [{"id": made_id(service, "schedule"), "description": row["hours"][:500]}] if row["hours"] else [],
    }
    locations = _locations(row, identifier)
    if locations:
        held = {"id": made_id(service, "at"), "location": {"id": locations[0]["id"]}}
        result["service_at_locations"] = [held]
    return {key: value for key, value in result.items() if value}


def _staff(row: dict, publisher: str) -> dict:
    found = {
        "source_urls": "\n".join(part.strip() for part in row["source_url"].split(" | ") if part.strip()),
        "note": row["note"],
        "licence": row["license"][:300],
    }
    if row["last_verified"] and row["status"].lower() in CONFIRMED:
        found |= {"verified_on": row["last_verified"], "verified_by": publisher}
    return {key: value for key, value in found.items() if value}


def onto(current: dict, record: dict) -> dict:
    """A line's tree with the identifiers of what stands already, so that the shipped entries are found again in their own file.

    A line has one service, one number and one place: they are those of an entry that has no more of them itself.
    """
    record = dict(record)
    swaps = {}
    for key in ("services", "phones", "locations"):
        here, there = current.get(key, []), record.get(key, [])
        if len(here) == 1 and len(there) == 1:
            swaps[there[0]["id"]] = here[0]["id"]
    if len(current.get("services", [])) == 1 == len(record.get("services", [])):
        here, there = current["services"][0], record["services"][0]
        spoken = {one.get("code"): one["id"] for one in here.get("languages", [])}
        swaps |= {one["id"]: spoken[one.get("code")] for one in there.get("languages", []) if one.get("code") in spoken}
        for key in ("schedules", "service_at_locations"):
            if len(here.get(key, [])) == 1 == len(there.get(key, [])):
                swaps[there[key][0]["id"]] = here[key][0]["id"]
    return _swapped(record, swaps)


def _swapped(value, swaps: dict[str, str]):
    if isinstance(value, dict):
        made = {key: swaps.get(one, one) if key == "id" else _swapped(one, swaps) for key, one in value.items()}
        if "link_type" in made and "taxonomy_term" in made:  # named after its owner
            owner = value["id"]
            made["id"] = next(
                (
                    made_id("attribute", new, made["link_type"], made["value"])
                    for old, new in swaps.items()
                    if owner == made_id("attribute", old, made["link_type"], made["value"])
                ),
                owner,
            )
        return made
    return [_swapped(one, swaps) for one in value] if isinstance(value, list) else value


def complete(organisation: Organisation, record: dict) -> None:
    """Write what HSDS has no field for."""
    for name, value in record.get("_staff", {}).items():
        if name == "verified_on":
            value = date.fromisoformat(value[:10])
            if organisation.verified_on and organisation.verified_on >= value:
                continue
        setattr(organisation, name, value)


def staff_differences(organisation: Organisation, record: dict) -> list[dict]:
    """Rows as `trees.differences` gives them, for what `complete` would change."""
    rows = []
    for name, value in record.get("_staff", {}).items():
        old = getattr(organisation, name)
        if name == "verified_on" and old and old >= date.fromisoformat(value[:10]):
            continue
        if name == "verified_by" and "verified_on" not in {row["field"] for row in rows}:
            continue
        if str(old or "") != str(value):
            rows.append(
                {
                    "table": "organization",
                    "id": str(organisation.pk),
                    "name": organisation.name,
                    "field": name,
                    "old": str(old or ""),
                    "new": str(value),
                }
            )
    return rows
