"""What HSDS 3.0 says about its tables: fields, kinds, what is required, what hangs under what.

Facts of the Human Services Data Specification 3.0 (https://docs.openreferral.org/, Open Referral, CC BY-SA 4.0), written down
in the shape this room needs; `README.md` beside this file says where each comes from. From them come the JSON schemas that
output is held against, the columns of the tabular form, and the OpenAPI document. Fields that 3.1 and 3.2 added are known
too, so that newer files lose nothing.
"""

from dataclasses import dataclass
from functools import lru_cache

VERSION = "3.0"
PROFILE = "https://docs.openreferral.org/en/3.0/"
ANY = "any"


@dataclass(frozen=True)
class Field:
    """One value of a table. `kind` is text, number, uuid, email, uri, date or time; `choices` is empty when free."""

    name: str
    kind: str = "text"
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """`children` maps a property to (table, is a list); `links` are the columns that name a parent in the tabular form."""

    name: str
    path: str
    fields: dict[str, Field]
    children: dict[str, tuple[str, bool]]
    links: tuple[str, ...]
    tabular_required: tuple[str, ...] = ()


# name, file, links, fields (`!` required, `:kind`), children (`*` a list)
_TABLES = """
organization | organizations.csv | |
id:uuid! name! alternate_name description! email:email website:uri tax_status tax_id year_incorporated:number legal_status
logo uri:uri parent_organization_id |
additional_websites=url* funding=funding* contacts=contact* phones=phone* locations=location* programs=program*
organization_identifiers=organization_identifier* services=service* attributes=attribute* metadata=metadata*

program | programs.csv | organization_id! |
id:uuid! name! alternate_name description! | attributes=attribute* metadata=metadata*

service | services.csv | organization_id! program_id |
id:uuid! name! alternate_name description url:uri email:email status! interpretation_services application_process
fees_description wait_time fees accreditations eligibility_description minimum_age:number maximum_age:number
assured_date:date assurer_email:email licenses alert last_modified |
additional_urls=url* phones=phone* schedules=schedule* service_areas=service_area* service_at_locations=service_at_location*
languages=language* organization=organization funding=funding* cost_options=cost_option* program=program
required_documents=required_document* contacts=contact* service_capacities=service_capacity* attributes=attribute*
metadata=metadata*

attribute | attributes.csv | link_id! taxonomy_term_id! |
id:uuid! link_type link_entity value label | taxonomy_term=taxonomy_term metadata=metadata*

service_at_location | service_at_location.csv | service_id! location_id! |
id:uuid! description | service_areas=service_area* contacts=contact* phones=phone* schedules=schedule* location=location
service=service attributes=attribute* metadata=metadata*

location | locations.csv | organization_id |
id:uuid! location_type! url:uri name alternate_name description transportation latitude:number longitude:number
external_identifier external_identifier_type |
languages=language* addresses=address* contacts=contact* accessibility=accessibility* phones=phone* schedules=schedule*
attributes=attribute* metadata=metadata*

phone | phones.csv | location_id service_id organization_id contact_id service_at_location_id |
id:uuid! number! extension:number type description | languages=language* attributes=attribute* metadata=metadata*

contact | contacts.csv | organization_id service_id service_at_location_id location_id |
id:uuid! name title department email:email | phones=phone* attributes=attribute* metadata=metadata*

address | addresses.csv | location_id |
id:uuid! attention address_1! address_2 city! region state_province! postal_code! country! address_type! |
attributes=attribute* metadata=metadata*

schedule | schedules.csv | service_id location_id service_at_location_id |
id:uuid! valid_from:date valid_to:date dtstart:date timezone:number until:date count:number wkst freq interval:number byday
byweekno bymonthday byyearday description opens_at:time closes_at:time schedule_link:uri attending_type notes |
attributes=attribute* metadata=metadata*

funding | funding.csv | organization_id service_id | id:uuid! source | attributes=attribute* metadata=metadata*

service_area | service_areas.csv | service_id service_at_location_id |
id:uuid! name description extent extent_type uri | attributes=attribute* metadata=metadata*

required_document | required_documents.csv | service_id | id:uuid! document uri | attributes=attribute* metadata=metadata*

language | languages.csv | service_id location_id phone_id | id:uuid! name code note | attributes=attribute* metadata=metadata*

accessibility | accessibility.csv | location_id |
id:uuid! description details url:uri | attributes=attribute* metadata=metadata*

taxonomy_term | taxonomy_terms.csv | taxonomy_id |
id:uuid! code name! description! parent_id taxonomy language term_uri:uri | taxonomy_detail=taxonomy metadata=metadata*

metadata | metadata.csv | resource_id! |
id:uuid! resource_type last_action_date:date! last_action_type! field_name! previous_value! replacement_value! updated_by! |

cost_option | cost_options.csv | service_id! |
id:uuid! valid_from:date valid_to:date option currency amount:number amount_description | attributes=attribute*
metadata=metadata*

organization_identifier | organization_identifiers.csv | organization_id! |
id:uuid! identifier_scheme identifier_type! identifier! | attributes=attribute* metadata=metadata*

taxonomy | taxonomies.csv | | id:uuid! name! description! uri:uri version | metadata=metadata*

url | urls.csv | organization_id service_id | id:uuid! label url! | attributes=attribute* metadata=metadata*

service_capacity | service_capacities.csv | service_id |
id:uuid! available:number maximum:number description updated | unit=unit attributes=attribute* metadata=metadata*

unit | units.csv | | id:uuid! name! scheme identifier uri | attributes=attribute* metadata=metadata*
"""
_CHOICES = {
    ("service", "status"): ("active", "inactive", "defunct", "temporarily closed"),
    ("location", "location_type"): ("physical", "postal", "virtual"),
    ("address", "address_type"): ("physical", "postal", "virtual"),
    ("schedule", "wkst"): ("MO", "TU", "WE", "TH", "FR", "SA", "SU"),
    ("schedule", "freq"): ("WEEKLY", "MONTHLY"),
}
# Tables whose rows stand on their own in the tabular form and are named by others, rather than hanging under a parent.
SHARED = ("taxonomy_term", "taxonomy", "unit")


def _tables() -> dict[str, Table]:
    found = {}
    for chunk in _TABLES.strip().split("\n\n"):
        name, path, links, fields, children = (part.split() for part in chunk.split("|"))
        table = name[0]
        parsed = {}
        for word in fields:
            field, _, kind = word.rstrip("!").partition(":")
            parsed[field] = Field(field, kind or "text", word.endswith("!"), _CHOICES.get((table, field), ()))
        found[table] = Table(
            table,
            path[0],
            parsed,
            {
                key: (target.rstrip("*"), target.endswith("*"))
                for key, target in (child.split("=") for child in children)
            },
            tuple(link.rstrip("!") for link in links),
            tuple(link.rstrip("!") for link in links if link.endswith("!")),
        )
    return found


TABLES = _tables()


# --- JSON schemas --------------------------------------------------------------------------------------------------


def _value_schema(field: Field) -> dict:
    if field.kind == "number":
        return {"type": "number"}
    schema: dict = {"type": "string"}
    if field.kind in {"uuid", "email", "uri"}:
        schema["format"] = field.kind
    if field.choices:
        schema["enum"] = list(field.choices)
    return schema


def _table_schema(table: Table) -> dict:
    properties = {name: _value_schema(field) for name, field in table.fields.items()}
    properties |= {link: {"type": "string"} for link in table.links}
    for key, (target, many) in table.children.items():
        reference = {"$ref": f"#/$defs/{target}"}
        properties[key] = {"type": "array", "items": reference} if many else reference
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name, field in table.fields.items() if field.required],
        "additionalProperties": False,
    }


@lru_cache(maxsize=1)
def definitions() -> dict[str, dict]:
    """{table: JSON schema of one row with what hangs under it}, for `$defs`."""
    return {name: _table_schema(table) for name, table in TABLES.items()}


def schema_of(table: str) -> dict:
    """A JSON schema (2020-12) for one nested row of `table`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": table,
        "$ref": f"#/$defs/{table}",
        "$defs": definitions(),
    }


def page_schema(table: str) -> dict:
    """A JSON schema for one page of a list, as the HSDS API describes it."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "required": ["empty", "contents"],
        "properties": {
            "total_items": {"type": "integer", "minimum": 0},
            "total_pages": {"type": "integer", "minimum": 0},
            "page_number": {"type": "integer", "minimum": 1},
            "size": {"type": "integer", "minimum": 0},
            "first_page": {"type": "boolean"},
            "last_page": {"type": "boolean"},
            "empty": {"type": "boolean"},
            "contents": {"type": "array", "items": {"$ref": f"#/$defs/{table}"}},
        },
        "$defs": definitions(),
    }


# --- Tabular form --------------------------------------------------------------------------------------------------


def columns(table: Table) -> list[str]:
    """The columns of a table's CSV: its id, what it hangs under, its values."""
    names = [name for name in table.fields if name != "id"]
    return ["id", *table.links, *names]


def datapackage_field(table: Table, name: str) -> dict:
    """One column as Frictionless Data's Table Schema describes it."""
    field = table.fields.get(name)
    if field is None:
        return {"name": name, "type": "string", "constraints": {"required": name in table.tabular_required}}
    kinds = {"number": "number", "date": "date", "time": "time"}
    described: dict = {"name": name, "type": kinds.get(field.kind, "string")}
    if field.kind in {"uuid", "email", "uri"}:
        described["format"] = field.kind
    described["constraints"] = {"required": field.required}
    if name == "id":
        described["constraints"]["unique"] = True
    if field.choices:
        described["constraints"]["enum"] = list(field.choices)
    return described


def resource(table: Table) -> dict:
    """One table as a resource of `datapackage.json`."""
    references = [
        {"fields": link, "reference": {"resource": link.removesuffix("_id"), "fields": "id"}}
        for link in table.links
        if link.removesuffix("_id") in TABLES
    ]
    schema: dict = {"fields": [datapackage_field(table, name) for name in columns(table)], "primaryKey": "id"}
    if references:
        schema["foreignKeys"] = references
    return {
        "name": table.name,
        "path": table.path,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }
