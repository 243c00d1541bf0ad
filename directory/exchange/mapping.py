"""Between rows of the directory and HSDS trees, both ways.

What HSDS has a field for goes there under its name. What only we know (kinds of help, for whom, whether a place is
confidential) goes out as `attributes` with terms of our own taxonomy, and comes back from them. Nothing here decides who may
see what: `records` does.
"""

import uuid
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from directory import vocabulary
from directory.exchange import hsds
from directory.exchange.trees import NAMESPACE
from directory.models import (
    Contact,
    CostOption,
    LanguageSpoken,
    Location,
    Organisation,
    Phone,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
)
from hotlines import places
from kernel import languages

# Our column for a field of HSDS, where the two differ.
COLUMNS = {
    (Organisation, "parent_organization_id"): "parent_organisation_id",
}
MODELS = {
    "organization": Organisation,
    "service": Service,
    "location": Location,
    "service_at_location": ServiceAtLocation,
    "phone": Phone,
    "contact": Contact,
    "schedule": Schedule,
    "language": LanguageSpoken,
    "service_area": ServiceArea,
    "cost_option": CostOption,
}
TABLES = {model: table for table, model in MODELS.items()}
OWNER_OF = {
    "organization": "organisation",
    "service": "service",
    "location": "location",
    "service_at_location": "service_at_location",
    "contact": "contact",
    "phone": "phone",
}
ADDRESS = ("attention", "address_1", "address_2", "city", "region", "state_province", "postal_code", "country")
ADDRESS_REQUIRED = ("address_1", "city", "state_province", "postal_code", "country")


def made_id(*parts) -> str:
    """The same UUID for the same words, for rows that HSDS wants and we keep as a column."""
    return str(uuid.uuid5(NAMESPACE, "/".join(map(str, parts))))


# --- Our own terms -------------------------------------------------------------------------------------------------

TAXONOMY = "Lodestar"
SERVICE_CODES = {
    "service_kind": ("kinds", vocabulary.ServiceKind),
    "trafficking_type": ("trafficking_types", vocabulary.TraffickingType),
    "population": ("populations", vocabulary.Population),
    "sector": ("sectors", vocabulary.Sector),
}
YES_NO = {"yes": True, "no": False}
# Terms that serve our own staff and never go out.
OWN_SECRET = {"confidential"}


@lru_cache(maxsize=1)
def taxonomy() -> dict:
    return {
        "id": made_id("taxonomy", TAXONOMY),
        "name": TAXONOMY,
        "description": "Kinds of help, people served and other closed lists of Lodestar.",
        "uri": f"{settings.SITE_URL}/api/hsds/taxonomies/{made_id('taxonomy', TAXONOMY)}",
        "version": "1",
    }


def term(kind: str, code: str, name: str) -> dict:
    return {
        "id": made_id("term", kind, code),
        "code": f"{kind}:{code}",
        "name": name,
        "description": f"{kind.replace('_', ' ')}: {name}",
        "taxonomy": TAXONOMY,
        "language": "en",
    }


def attribute(owner_id, entity: str, kind: str, code: str, name: str) -> dict:
    return {
        "id": made_id("attribute", owner_id, kind, code),
        "link_type": kind,
        "link_entity": entity,
        "value": code,
        "taxonomy_term": term(kind, code, name),
    }


def _label(choices, code: str) -> str:
    """The English word of a code: data speaks one language."""
    from django.utils import translation

    with translation.override("en"):
        return str(dict(choices.choices).get(code, code))


_label = lru_cache(maxsize=1000)(_label)


def own_terms() -> list[dict]:
    """Every term our attributes can use with a closed list behind it."""
    rows = [
        term(kind, code, _label(choices, code))
        for kind, (_column, choices) in SERVICE_CODES.items()
        for code in choices.values
    ]
    rows += [
        term("organization_kind", code, _label(vocabulary.OrganisationKind, code))
        for code in vocabulary.OrganisationKind.values
    ]
    return rows + [term("access", code, _label(vocabulary.Access, code)) for code in vocabulary.Access.values]


def own_values(record: dict) -> dict[str, list[str]]:
    """{kind: codes} of our own terms among the attributes of a row."""
    found: dict[str, list[str]] = {}
    for one in record.get("attributes", []):
        described = one.get("taxonomy_term", {})
        if described.get("taxonomy") == TAXONOMY and one.get("link_type") and one.get("value"):
            found.setdefault(one["link_type"], []).append(one["value"])
    return found


# --- Rows to tree --------------------------------------------------------------------------------------------------

RELATED = [
    "hotline_links__hotline",
    "phones__languages",
    "contacts__phones__languages",
    "locations__phones__languages",
    "locations__contacts__phones__languages",
    "locations__schedules",
    "locations__languages",
    "services__phones__languages",
    "services__contacts__phones__languages",
    "services__schedules",
    "services__languages",
    "services__areas",
    "services__cost_options",
    "services__at_locations__phones__languages",
    "services__at_locations__contacts__phones__languages",
    "services__at_locations__schedules",
    "services__at_locations__areas",
]


def with_rows(organisations: models.QuerySet) -> models.QuerySet:
    """A queryset that fetches everything a tree needs, with a fixed number of queries."""
    return organisations.prefetch_related(*RELATED)


def rows_in(organisation: Organisation) -> list[models.Model]:
    """The rows a tree is made of, from an organisation that was fetched `with_rows`."""
    found: list[models.Model] = [organisation]

    def below(row, *names: str) -> None:
        for name in names:
            for one in getattr(row, name).all():
                found.append(one)
                if isinstance(one, Phone):
                    below(one, "languages")
                elif isinstance(one, Contact):
                    below(one, "phones")

    below(organisation, "phones", "contacts")
    for service in organisation.services.all():
        found.append(service)
        below(service, "phones", "contacts", "schedules", "languages", "areas", "cost_options")
    for location in organisation.locations.all():
        found.append(location)
        below(location, "phones", "contacts", "schedules", "languages")
    for service in organisation.services.all():
        for held in service.at_locations.all():
            found.append(held)
            below(held, "phones", "contacts", "schedules", "areas")
    return found


def as_value(value):
    """A column's value as JSON has it; None for empty."""
    if value is None or value == "":
        return None
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, date | time | datetime):
        return value.isoformat()
    return value


def row_of(instance) -> dict:
    """The plain fields of a row under HSDS's names, and its id."""
    table = hsds.TABLES[TABLES[type(instance)]]
    row = {"id": str(instance.pk)}
    for name in table.fields:
        column = COLUMNS.get((type(instance), name), name)
        value = as_value(getattr(instance, column, None)) if name != "id" else None
        if value is not None:
            row[name] = value
    return row


def tree_of(organisation: Organisation) -> dict:
    """An organisation as a tree, everything included. `without_secrets` and `public` come after."""
    tree = row_of(organisation)
    tree["attributes"] = _organisation_attributes(organisation)
    phones = [_phone(phone) for phone in organisation.phones.all()]
    phones += [_hotline(link.hotline) for link in organisation.hotline_links.all() if _hotline(link.hotline)]
    return filled(
        tree,
        phones=phones,
        contacts=[_contact(contact) for contact in organisation.contacts.all()],
        locations=[_location(location) for location in organisation.locations.all()],
        services=[_service(service) for service in organisation.services.all()],
    )


def filled(row: dict, **children) -> dict:
    """A row with the children that are not empty. (An example of HSDS never shows an empty list.)"""
    row.update({key: value for key, value in children.items() if value})
    if not row.get("attributes", True):
        del row["attributes"]
    return row


def _organisation_attributes(organisation: Organisation) -> list[dict]:
    pk = organisation.pk
    rows = [
        attribute(
            pk,
            "organization",
            "organization_kind",
            organisation.kind,
            _label(vocabulary.OrganisationKind, organisation.kind),
        )
    ]
    if organisation.country:
        name = places.country_name(organisation.country, "en")
        rows.append(attribute(pk, "organization", "country", organisation.country, name))
    if organisation.region:
        rows.append(attribute(pk, "organization", "region", organisation.region, organisation.region))
    if organisation.language:
        rows.append(attribute(pk, "organization", "language", organisation.language, organisation.language))
    rows += [attribute(pk, "organization", "coalition", name, name) for name in organisation.coalition_names]
    return rows + [
        attribute(pk, "organization", "hotline", link.hotline.code, link.hotline.name_en)
        for link in organisation.hotline_links.all()
    ]


def hotline_phone_id(code: str) -> str:
    return made_id("hotline", code)


def _hotline(hotline) -> dict | None:
    """A number of the registry as a phone, for readers of the data; it never becomes a row of the directory."""
    number = hotline.phone_e164 or hotline.short_code or hotline.phone_display
    if not number or not hotline.is_published:
        return None
    kind = "text" if hotline.channel == "text" else "voice"
    return {"id": hotline_phone_id(hotline.code), "number": number, "type": kind, "description": hotline.name_en}


def _phone(phone: Phone) -> dict:
    row = row_of(phone)
    if "extension" in row:
        if not row["extension"].isdigit():
            row["description"] = f"{row.get('description', '')} ext. {row['extension']}".strip()
            del row["extension"]
        else:
            row["extension"] = int(row["extension"])
    return filled(row, languages=[_language(one) for one in phone.languages.all() if not one.by_interpreter])


def _contact(contact: Contact) -> dict:
    return filled(row_of(contact), phones=[_phone(phone) for phone in contact.phones.all()])


def _language(spoken: LanguageSpoken) -> dict:
    row = row_of(spoken)
    if "name" not in row and spoken.code:
        row["name"] = languages.english_name(spoken.code)
    return row


def _schedule(schedule: Schedule) -> dict:
    row = row_of(schedule)
    zone = str(row.pop("timezone", ""))
    if zone:
        offset = standard_offset_hours(zone)
        if offset is not None:
            row["timezone"] = offset
        if "/" in zone:
            row["attributes"] = [attribute(schedule.pk, "schedule", "time_zone", zone, zone)]
    return row


def standard_offset_hours(zone: str) -> float | int | None:
    """Hours east of UTC, without summer time: all HSDS can say of a zone."""
    try:
        number = float(zone)
    except ValueError:
        try:
            local = datetime(2026, 1, 1, tzinfo=ZoneInfo(zone))
        except (ValueError, KeyError, OSError):
            return None
        number = (local.utcoffset() - local.dst()).total_seconds() / 3600
    return int(number) if number == int(number) else number


def _location(location: Location) -> dict:
    row = row_of(location)
    addresses, access = [], []
    address = {name: str(getattr(location, name)) for name in ADDRESS if getattr(location, name)}
    if address:
        address = {"id": str(location.address_id)} | {name: "" for name in ADDRESS_REQUIRED} | address
        kind = location.location_type if location.location_type != Location.Type.VIRTUAL else "postal"
        addresses.append(address | {"address_type": kind})
    if location.accessibility_details:
        identifier = location.extra.get("accessibility_id") or made_id("accessibility", location.pk)
        access.append({"id": identifier, "description": location.accessibility_details})
    attributes = [
        attribute(location.pk, "location", "access", code, _label(vocabulary.Access, code))
        for code in location.accessibility
    ]
    if location.is_confidential:
        attributes.append(attribute(location.pk, "location", "confidential", "yes", "Only the area is public"))
    return filled(
        row | {"attributes": attributes},
        addresses=addresses,
        accessibility=access,
        phones=[_phone(phone) for phone in location.phones.all()],
        contacts=[_contact(contact) for contact in location.contacts.all()],
        schedules=[_schedule(schedule) for schedule in location.schedules.all()],
        languages=[_language(one) for one in location.languages.all() if not one.by_interpreter],
    )


def _service(service: Service) -> dict:
    row = row_of(service)
    row["attributes"] = [
        attribute(service.pk, "service", kind, code, _label(choices, code))
        for kind, (column, choices) in SERVICE_CODES.items()
        for code in getattr(service, column)
    ]
    plain = {
        "remote": "yes" if service.is_remote else "",
        "immigration_safe": {True: "yes", False: "no", None: ""}[service.immigration_safe],
        "cost": service.cost,
        "interpreter_languages": str(service.interpreter_languages or ""),
    }
    row["attributes"] += [attribute(service.pk, "service", kind, code, code) for kind, code in plain.items() if code]
    spoken = list(service.languages.all())
    row["attributes"] += [
        attribute(service.pk, "service", "interpreter_language", one.code, languages.english_name(one.code))
        for one in spoken
        if one.by_interpreter and one.code
    ]
    return filled(
        row,
        phones=[_phone(phone) for phone in service.phones.all()],
        schedules=[_schedule(schedule) for schedule in service.schedules.all()],
        service_areas=[_area(area) for area in service.areas.all()],
        service_at_locations=[_held(held) for held in service.at_locations.all()],
        languages=[_language(one) for one in spoken if not one.by_interpreter],
        cost_options=[row_of(cost) for cost in service.cost_options.all()],
        contacts=[_contact(contact) for contact in service.contacts.all()],
    )


def _area(area: ServiceArea) -> dict:
    row = row_of(area)
    if "name" not in row and (area.region or area.country):
        row["name"] = area.region or places.country_name(area.country, "en")
    if area.country or area.region:
        row["attributes"] = [attribute(area.pk, "service_area", "area", area.region or area.country, str(area))]
    return row


def _held(held: ServiceAtLocation) -> dict:
    return filled(
        row_of(held) | {"location": {"id": str(held.location_id)}},
        phones=[_phone(phone) for phone in held.phones.all()],
        contacts=[_contact(contact) for contact in held.contacts.all()],
        schedules=[_schedule(schedule) for schedule in held.schedules.all()],
        service_areas=[_area(area) for area in held.areas.all()],
    )


# --- Tree to rows --------------------------------------------------------------------------------------------------

# What visitors read or dial: a file whose value here does not fit is refused, not read half.
NEVER_ASIDE = {"name", "number", "description", "application_process", "eligibility_description"}


def rows_from(
    tree: dict, existing: dict[tuple[str, str], models.Model] | None = None, *, contacts_are_public: bool = False
) -> tuple[list[models.Model], list[tuple], list[tuple]]:
    """Return (unsaved rows in the order in which they can be written, what could not be held, what must not be lost).

    `existing` maps (table, id) to rows that are there: they are filled and keep their owner and what HSDS does not know. The
    last two are lists of (table, id, field, text). A row that stands under several parents is kept under the first:
    organisation, service, location, service at a location, contact.
    """
    existing = existing or {}
    kept: dict[tuple[str, str], models.Model] = {}
    aside: list[tuple] = []
    wrong: list[tuple] = []
    later: list = []
    numbers_of_registry = {hotline_phone_id(code) for code in own_values(tree).get("hotline", [])}

    def hold(table: str, record: dict, **owner) -> models.Model | None:
        key = (table, record["id"])
        if key in kept:
            return None
        if record["id"] in numbers_of_registry:
            return None
        instance = existing.get(key)
        if instance is None:
            instance = MODELS[table](pk=uuid.UUID(record["id"]), **owner)
        fill(instance, table, record)
        kept[key] = instance
        validate(instance, table, record, aside, wrong)
        return instance

    def common(record: dict, owner_name: str, owner) -> None:
        for phone in record.get("phones", []):
            if (one := hold("phone", phone, **{owner_name: owner})) is not None:
                common_languages(phone, "phone", one)
        for contact in record.get("contacts", []):
            later.append((contact, owner_name, owner))

    def common_languages(record: dict, owner_name: str, owner) -> None:
        for spoken in record.get("languages", []):
            hold("language", spoken, **{owner_name: owner})

    organisation = hold("organization", tree)
    common(tree, "organisation", organisation)
    for record in tree.get("services", []):
        service = hold("service", record, organisation=organisation)
        if service is None:
            continue
        common(record, "service", service)
        common_languages(record, "service", service)
        for code in own_values(record).get("interpreter_language", []):
            made = {"id": made_id("interpreter", record["id"], code), "code": code}
            if (spoken := hold("language", made, service=service)) is not None:
                spoken.by_interpreter = True
        for schedule in record.get("schedules", []):
            hold("schedule", schedule, service=service)
        for area in record.get("service_areas", []):
            hold("service_area", area, service=service)
        for cost in record.get("cost_options", []):
            hold("cost_option", cost, service=service)
    for record in tree.get("locations", []):
        location = hold("location", record, organisation=organisation)
        if location is None:
            continue
        common(record, "location", location)
        common_languages(record, "location", location)
        for schedule in record.get("schedules", []):
            hold("schedule", schedule, location=location)
    for record in tree.get("services", []):
        service = kept[("service", record["id"])]
        for held_record in record.get("service_at_locations", []):
            location = kept.get(("location", (held_record.get("location") or {}).get("id", "")))
            if location is None:
                continue
            held = hold("service_at_location", held_record, service=service, location=location)
            if held is None:
                continue
            common(held_record, "service_at_location", held)
            for schedule in held_record.get("schedules", []):
                hold("schedule", schedule, service_at_location=held)
            for area in held_record.get("service_areas", []):
                hold("service_area", area, service_at_location=held)
    for record, owner_name, owner in later:
        if (contact := hold("contact", record, **{owner_name: owner})) is not None:
            if contact._state.adding:
                contact.is_public = contacts_are_public
            common(record, "contact", contact)
    return list(kept.values()), aside, wrong


def fill(instance: models.Model, table: str, record: dict) -> None:
    """Write the fields of a record into a row; values of the wrong kind stay for `validate` to put aside.

    Parents are linked when all rows are there; one that is nowhere stays in what was given.
    """
    for name in hsds.TABLES[table].fields:
        column = COLUMNS.get((type(instance), name), name)
        if name in {"id", "parent_organization_id"} or name not in record or not has_column(type(instance), column):
            continue
        setattr(instance, column, fitting(instance, column, record[name]))
    special = {
        "organization": _fill_organisation,
        "service": _fill_service,
        "location": _fill_location,
        "phone": _fill_phone,
        "schedule": _fill_schedule,
        "language": _fill_language,
        "service_area": _fill_area,
    }
    if table in special:
        special[table](instance, record)


def has_column(model, column: str) -> bool:
    return any(field.attname == column for field in model._meta.concrete_fields)


def fitting(instance, column: str, value):
    """A value as the column wants it, where that is only a matter of writing."""
    field = next(field for field in instance._meta.concrete_fields if field.attname == column)
    if isinstance(field, models.CharField | models.TextField):
        return f"{value:g}" if isinstance(value, float) else str(value)
    if isinstance(field, models.DecimalField):
        places_kept = field.decimal_places
        return round(Decimal(str(value)), places_kept)
    if isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
        return str(value)[:10]
    return value


def _fill_organisation(organisation: Organisation, record: dict) -> None:
    own = own_values(record)
    organisation.kind = _known(own.get("organization_kind"), vocabulary.OrganisationKind, organisation.kind)
    organisation.country = (own.get("country") or [organisation.country or country_of(record)])[0]
    organisation.region = (own.get("region") or [organisation.region])[0]
    organisation.language = (own.get("language") or [organisation.language])[0]
    if "coalition" in own:
        organisation.coalitions = "|".join(own["coalition"])


def country_of(record: dict) -> str:
    """The country that all addresses share; empty when there are several or none."""
    found = {
        address.get("country", "").upper()
        for location in record.get("locations", [])
        for address in location.get("addresses", [])
    }
    return found.pop() if len(found) == 1 else ""


def _known(codes: list[str] | None, choices, otherwise: str) -> str:
    return next((code for code in codes or [] if code in choices.values), otherwise)


def _fill_service(service: Service, record: dict) -> None:
    own = own_values(record)
    for kind, (column, choices) in SERVICE_CODES.items():
        if kind in own:
            setattr(service, column, [code for code in own[kind] if code in choices.values])
    if "remote" in own:
        service.is_remote = own["remote"] == ["yes"]
    if "immigration_safe" in own:
        service.immigration_safe = YES_NO.get(own["immigration_safe"][0])
    if "cost" in own:
        service.cost = own["cost"][0]
    number = (own.get("interpreter_languages") or [""])[0]
    if number.isdigit() and len(number) < 4:
        service.interpreter_languages = int(number)


def _fill_location(location: Location, record: dict) -> None:
    own = own_values(record)
    location.is_confidential = location.is_confidential or own.get("confidential") == ["yes"]
    if "access" in own:
        location.accessibility = [code for code in own["access"] if code in vocabulary.Access.values]
    if record.get("addresses"):
        address = record["addresses"][0]
        for name in ADDRESS:
            setattr(location, name, str(address.get(name, "")))
        location.country = location.country.upper()
        location.address_id = uuid.UUID(address["id"])
    if record.get("accessibility"):
        first = record["accessibility"][0]
        location.accessibility_details = "\n".join(
            part for part in (first.get("description", ""), first.get("details", "")) if part
        )
        location.extra = {"accessibility_id": first["id"]}
    if location.latitude is None or location.longitude is None:
        location.latitude = location.longitude = None


def _fill_phone(phone: Phone, record: dict) -> None:
    from directory.exchange.likeness import e164

    phone.e164 = e164(phone.number, "")


def _fill_schedule(schedule: Schedule, record: dict) -> None:
    zone = own_values(record).get("time_zone")
    if zone:
        schedule.timezone = zone[0]


def _fill_language(spoken: LanguageSpoken, record: dict) -> None:
    if spoken.code and spoken.name == languages.english_name(spoken.code):
        spoken.name = ""


def _fill_area(area: ServiceArea, record: dict) -> None:
    code = (own_values(record).get("area") or [""])[0]
    if code:
        area.country, area.region = (code[:2], code) if "-" in code else (code, "")


def validate(instance: models.Model, table: str, record: dict, aside: list, wrong: list) -> None:
    """Empty the fields that a rule of ours refuses, telling of each; what visitors need is wrong instead."""
    owners = {field.name for field in instance._meta.concrete_fields if field.is_relation}
    before: dict | None = {} if instance._state.adding else None
    for _round in range(2):
        try:
            instance.clean_fields(exclude=owners)
            instance.clean()
            return
        except ValidationError as error:
            for name, errors in (error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}).items():
                text = " ".join(message for one in errors for message in one.messages)
                place = (table, record["id"], name, text)
                if not name or name in NEVER_ASIDE:
                    wrong.append(place)
                    continue
                aside.append(place)
                field = instance._meta.get_field(name)
                if before is None:
                    before = type(instance).objects.filter(pk=instance.pk).values().first() or {}
                setattr(instance, field.attname, before.get(field.attname, field.get_default()))
            if isinstance(instance, Location) and (instance.latitude is None or instance.longitude is None):
                instance.latitude = instance.longitude = None
