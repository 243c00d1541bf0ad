"""Entries with all that belongs to them, in a number of queries that does not grow with the entries.

Rows with one of several owners (a phone of an organisation, a service or a location) are fetched once for all owners, and each
owner is handed a plain list. A list of results spends most of its time here: Django's `prefetch_related` asked once for every
kind of owner and built a query for every single row, which took twice as long.
"""

from collections.abc import Iterable

from django.db.models import Q, prefetch_related_objects

from directory.models import (
    Contact,
    CostOption,
    HotlineLink,
    LanguageSpoken,
    Location,
    Organisation,
    OrganisationWords,
    Phone,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceWords,
)

BATCH = 200  # entries whose keys stand in one query


class Rows(list):
    """What `owner.phones.all()` gives: rows that are here already, in the model's own order."""

    def all(self) -> "Rows":
        return self


def entries(organisations: Iterable[Organisation], *, for_list: bool = False) -> list[Organisation]:
    """The same entries with what a document, a card or a sheet reads; `for_list` with what a row of results reads."""
    found = list(organisations)
    for start in range(0, len(found), BATCH):
        _complete(found[start : start + BATCH], for_list=for_list)
    return found


def _complete(organisations: list[Organisation], *, for_list: bool) -> None:
    services = _fetch(Service, "services", organisation=organisations)
    locations = _fetch(Location, "locations", organisation=organisations)
    pairs = _fetch(ServiceAtLocation, "at_locations", service=services)
    owners = {"service": services, "service_at_location": pairs}
    phones = _fetch(Phone, "phones", organisation=organisations, location=locations, **owners)
    _fetch(LanguageSpoken, "languages", phone=phones, service=services, location=locations)
    _fetch(Schedule, "schedules", **owners, **({} if for_list else {"location": locations}))
    _fetch(OrganisationWords, "words", organisation=organisations)
    links = _fetch(HotlineLink, "hotline_links", organisation=organisations)
    prefetch_related_objects(links, "hotline__words__locale", "hotline__special_days")
    if not for_list:
        _fetch(Contact, "contacts", organisation=organisations)
        _fetch(ServiceWords, "words", service=services)
        _fetch(ServiceArea, "areas", **owners)
        _fetch(CostOption, "cost_options", service=services)


def _fetch(model, name: str, **owners: list) -> list:
    """Give every owner its rows of a model under `name`, every row its owner; return the rows. `owners` by foreign key."""
    by_key: dict[str, dict] = {}
    condition = Q()
    for key, rows in owners.items():
        for row in rows:
            kept = row.__dict__.setdefault("_prefetched_objects_cache", {})
            kept[name] = Rows()
        if rows:
            by_key[f"{key}_id"] = {row.pk: row for row in rows}
            condition |= Q(**{f"{key}__in": list(by_key[f"{key}_id"])})
    if not by_key:
        return []
    found = list(model.objects.filter(condition))
    for row in found:
        for attribute, rows in by_key.items():
            owner = rows.get(getattr(row, attribute))
            if owner is not None:
                row._state.fields_cache[attribute.removesuffix("_id")] = owner
                owner._prefetched_objects_cache[name].append(row)
    return found
