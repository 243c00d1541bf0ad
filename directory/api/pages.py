"""Lists of the API: which rows, which page of them, as records."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import models
from django.http import QueryDict

from directory.exchange import mapping, records
from directory.exchange.mapping import SERVICE_CODES
from directory.models import Organisation, Service, ServiceAtLocation

PER_PAGE, PER_PAGE_MOST = 50, 100
PAGE_MOST = 100_000


class BadParameter(ValueError):
    """A parameter that cannot be understood; the text names it and says what is meant."""


@dataclass(frozen=True)
class Query:
    page: int = 1
    per_page: int = PER_PAGE
    full: bool = False
    organization_id: uuid.UUID | None = None
    taxonomy_term_id: uuid.UUID | None = None
    modified_after: datetime | None = None


def read(parameters: QueryDict) -> Query:
    """The query of an address. Raises BadParameter for names and values the API does not know."""
    readers: dict[str, Callable] = {
        "page": lambda text: _number(text, PAGE_MOST),
        "per_page": lambda text: _number(text, PER_PAGE_MOST),
        "full": _yes_no,
        "organization_id": _key,
        "taxonomy_term_id": _key,
        "modified_after": _moment,
    }
    found = {}
    for name in parameters:
        if name == "search":
            raise BadParameter("search: this API has no text search, so that no search word stands in an address.")
        if name not in readers:
            raise BadParameter(f"{name[:40]}: there is no such parameter. Known are {', '.join(readers)}.")
        try:
            found[name] = readers[name](parameters[name])
        except (ValueError, OverflowError):
            wanted = {
                "page": f"a number from 1 to {PAGE_MOST}",
                "per_page": f"a number from 1 to {PER_PAGE_MOST}",
                "full": "true or false",
                "modified_after": "a date or a date and time, such as 2026-01-31T12:00:00Z",
            }.get(name, "a UUID")
            raise BadParameter(f"{name}: expected is {wanted}.") from None
    return Query(**found)


def _number(text: str, most: int) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9 or not 1 <= int(text) <= most:
        raise ValueError
    return int(text)


def _yes_no(text: str) -> bool:
    return (
        {"true": True, "false": False, "1": True, "0": False}[text.lower()]
        if text.lower() in {"true", "false", "1", "0"}
        else _wrong()
    )


def _wrong():
    raise ValueError


def _key(text: str) -> uuid.UUID:
    return uuid.UUID(text[:60])


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text[:40].replace(" ", "+"))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


# --- Rows ----------------------------------------------------------------------------------------------------------


def rows(table: str, query: Query, *, on: date) -> models.QuerySet:
    """The rows of a list in the order of their keys."""
    shown = Organisation.objects.shown(on=on)
    if query.modified_after:
        shown = shown.filter(changed_at__gte=query.modified_after)
    if query.organization_id:
        shown = shown.filter(pk=query.organization_id)
    services = _with_term(Service.objects.all(), query.taxonomy_term_id)
    if table == "organization":
        if query.taxonomy_term_id:
            shown = shown.filter(pk__in=services.values("organisation"))
        return shown.order_by("pk")
    services = services.filter(organisation__in=shown.values("pk"))
    if table == "service":
        return services.order_by("pk")
    return ServiceAtLocation.objects.filter(service__in=services.values("pk")).order_by("pk")


def _with_term(services: models.QuerySet, identifier: uuid.UUID | None) -> models.QuerySet:
    """Services that carry a term of our own taxonomy."""
    if identifier is None:
        return services
    for term in mapping.own_terms():
        kind, _colon, code = term["code"].partition(":")
        if term["id"] == str(identifier) and kind in SERVICE_CODES:
            return services.filter(**{f"{SERVICE_CODES[kind][0]}__contains": f"|{code}|"})
    return services.none()


def page_of(table: str, query: Query, *, on: date) -> dict:
    """One page as the HSDS API describes it. A page beyond the last one is empty."""
    wanted = rows(table, query, on=on)
    total = wanted.order_by().count()
    pages = max(1, -(-total // query.per_page))
    start = (query.page - 1) * query.per_page
    found = list(wanted[start : start + query.per_page])
    contents = as_records(table, found, on=on)
    if not query.full:
        contents = [records.in_list(table, record) for record in contents]
    return {
        "total_items": total,
        "total_pages": pages,
        "page_number": query.page,
        "size": len(contents),
        "first_page": query.page == 1,
        "last_page": query.page >= pages,
        "empty": not contents,
        "contents": contents,
    }


def as_records(table: str, found: list, *, on: date) -> list[dict]:
    """Full records of some rows of one table, in their order, with a number of queries that does not grow."""
    owners = {row.pk: owner_id(row) for row in _with_owner(table, found)}
    trees = {
        organisation.pk: records.public_tree(organisation)
        for organisation in records.shown(on=on).filter(pk__in=set(owners.values()))
    }
    by_id = {(owner, record["id"]): record for owner, tree in trees.items() for record in records.records(table, tree)}
    wanted = [(owners[row.pk], str(row.pk)) for row in found]
    return [by_id[key] for key in wanted if key in by_id]


def _with_owner(table: str, found: list) -> list:
    if table != "service_at_location":
        return found
    return list(ServiceAtLocation.objects.filter(pk__in=[row.pk for row in found]).select_related("service"))


def owner_id(row) -> uuid.UUID:
    if isinstance(row, Organisation):
        return row.pk
    return row.organisation_id if isinstance(row, Service) else row.service.organisation_id


def one(table: str, identifier: uuid.UUID, *, on: date) -> dict | None:
    """The full record with an id, or None where there is none for the public."""
    found = list(rows(table, Query(), on=on).filter(pk=identifier))
    made = as_records(table, found, on=on)
    return made[0] if made else None
