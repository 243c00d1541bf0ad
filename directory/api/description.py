"""What the API says of itself: the answer at its root, and the OpenAPI document, made from the facts in `hsds`."""

from django.conf import settings
from django.urls import reverse

from directory.api import LISTS
from directory.api.pages import PER_PAGE, PER_PAGE_MOST
from directory.exchange import hsds

def address(name: str, *args) -> str:
    """An absolute address of the API, made from the one setting that knows where the site is."""
    return f"{settings.SITE_URL}{reverse(f'directory_api:{name}', args=args)}"


def about() -> dict:
    return {
        "version": hsds.VERSION,
        "profile": hsds.PROFILE,
        "openapi_url": address("openapi"),
        "description": "Organisations that help people affected by human trafficking. Places kept confidential are given "
        "as an area only. An entry without a recent check is marked by its date or left out.",
        "publisher": {"name": settings.OPERATOR_NAME, "website": settings.SITE_URL}
        | ({"email": settings.CONTACT_EMAIL} if settings.CONTACT_EMAIL else {}),
        "license": settings.DIRECTORY_LICENCE,
        "license_url": settings.DIRECTORY_LICENCE_URL,
        "datapackage_url": address("package"),
    }


def openapi() -> dict:
    paths = {"/": _get("Information about this API and its relationship with HSDS.", {"type": "object"}, [])}
    for name, (table, words, is_long) in LISTS.items():
        parameters = ["page", "per_page"] + (
            ["full", "organization_id", "taxonomy_term_id", "modified_after"] if is_long else []
        )
        paths[f"/{name}"] = _get(f"A page of {words}.", _page(table), parameters)
        paths[f"/{name}/{{id}}"] = _get(f"One of the {words}, with everything that belongs to it.", _ref(table), [])
        paths[f"/{name}/{{id}}"]["parameters"] = [{"name": "id", "in": "path", "required": True, "schema": _uuid()}]
        paths[f"/{name}/{{id}}"]["get"]["responses"]["404"] = {
            "description": "There is none with this id for the public."
        }
    schemas = {table: _moved(schema) for table, schema in hsds.definitions().items()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{settings.OPERATOR_NAME}: directory of help",
            "version": "1.0.0",
            "description": about()["description"],
            "license": {"name": settings.DIRECTORY_LICENCE, "url": settings.DIRECTORY_LICENCE_URL},
        },
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "servers": [{"url": address("root").rstrip("/")}],
        "paths": paths,
        "components": {"schemas": schemas, "parameters": _parameters()},
    }


def _uuid() -> dict:
    return {"type": "string", "format": "uuid"}


def _ref(table: str) -> dict:
    return {"$ref": f"#/components/schemas/{table}"}


def _moved(value):
    """A schema whose references point into this document."""
    if isinstance(value, dict):
        return {
            key: one.replace("#/$defs/", "#/components/schemas/") if key == "$ref" else _moved(one)
            for key, one in value.items()
        }
    return [_moved(one) for one in value] if isinstance(value, list) else value


def _page(table: str) -> dict:
    page = {key: value for key, value in hsds.page_schema(table).items() if key not in {"$schema", "$defs"}}
    return _moved(page)


def _get(summary: str, schema: dict, parameters: list[str]) -> dict:
    return {
        "get": {
            "summary": summary,
            "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in parameters],
            "responses": {
                "200": {
                    "description": summary,
                    "headers": {"ETag": {"schema": {"type": "string"}}},
                    "content": {"application/json": {"schema": schema}},
                },
                "304": {"description": "Nothing has changed since the ETag that was sent."},
                "400": {"description": "A parameter cannot be understood; the answer says which."},
                "429": {
                    "description": "Too many requests.",
                    "headers": {"Retry-After": {"description": "seconds", "schema": {"type": "integer"}}},
                },
            },
        }
    }


def _parameters() -> dict:
    said = {
        "page": ("Number of the page, from 1.", {"type": "integer", "minimum": 1, "default": 1}),
        "per_page": (
            "Records on a page.",
            {"type": "integer", "minimum": 1, "maximum": PER_PAGE_MOST, "default": PER_PAGE},
        ),
        "full": ("Whether each record comes with everything below it.", {"type": "boolean", "default": False}),
        "organization_id": ("Only what belongs to this organization.", _uuid()),
        "taxonomy_term_id": ("Only services that carry this term, and whose they are.", _uuid()),
        "modified_after": ("Only what changed at or after this moment.", {"type": "string", "format": "date-time"}),
    }
    return {
        name: {"name": name, "in": "query", "required": False, "description": words, "schema": schema}
        for name, (words, schema) in said.items()
    }
