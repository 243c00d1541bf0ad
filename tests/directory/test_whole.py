"""Entries with all that belongs to them: the same rows the database has, few queries, each row with its owner."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from directory import whole
from directory.models import Contact, CostOption, LanguageSpoken, Organisation, Schedule, ServiceArea, ServiceAtLocation
from directory.models.words import OrganisationWords, ServiceWords
from tests.factories.directory import LocationFactory, OrganisationFactory, PhoneFactory, ServiceFactory

pytestmark = pytest.mark.django_db
PARTS = {
    "organisation": ["words", "phones", "contacts", "hotline_links", "services", "locations"],
    "service": ["words", "phones", "languages", "schedules", "areas", "cost_options", "at_locations"],
    "serviceatlocation": ["schedules", "phones", "areas"],
    "location": ["phones", "languages", "schedules"],
    "phone": ["languages"],
}


def full_entry() -> Organisation:
    entry = OrganisationFactory()
    OrganisationWords.objects.create(organisation=entry, language="es", name="Casa")
    Contact.objects.create(organisation=entry, name="Desk")
    for _ in range(2):
        service, location = ServiceFactory(organisation=entry), LocationFactory(organisation=entry)
        pair = ServiceAtLocation.objects.create(service=service, location=location)
        ServiceWords.objects.create(service=service, language="es", name="Ayuda")
        CostOption.objects.create(service=service, option="A little")
        for owner in ({"service": service}, {"service_at_location": pair}):
            ServiceArea.objects.create(**owner, country="ES")
        phones = [
            PhoneFactory(organisation=None, **owner)
            for owner in ({"service": service}, {"service_at_location": pair}, {"location": location})
        ] + [PhoneFactory(organisation=entry)]
        for owner in ({"service": service}, {"location": location}, *({"phone": phone} for phone in phones)):
            for code in ("es", "ar"):
                LanguageSpoken.objects.create(**owner, code=code)
        for owner in ({"service": service}, {"service_at_location": pair}, {"location": location}):
            Schedule.objects.create(**owner, byday="MO")
    return entry


def same(fetched, fresh) -> int:
    """Compare a row and all below it with the database; return how many rows there were."""
    count = 1
    for name in PARTS.get(fetched._meta.model_name, []):
        have, wanted = list(getattr(fetched, name).all()), list(getattr(fresh, name).all())
        assert have == wanted, name
        count += sum(same(one, other) for one, other in zip(have, wanted, strict=True))
    return count


def test_every_part_is_there_once_and_in_its_order():
    full_entry(), full_entry()
    fetched = whole.entries(Organisation.objects.all())
    fresh = [Organisation.objects.get(pk=entry.pk) for entry in fetched]
    with CaptureQueriesContext(connection) as seen:
        own = [list(service.at_locations.all()) for entry in fetched for service in entry.services.all()]
        assert all(service.organisation is entry for entry in fetched for service in entry.services.all())
    assert own and not seen.captured_queries
    assert sum(same(*pair) for pair in zip(fetched, fresh, strict=True)) > 80


@pytest.mark.parametrize("for_list", [True, False])
def test_queries_do_not_grow_with_the_entries(for_list):
    counts = []
    for _round in range(2):
        full_entry()
        rows = Organisation.objects.all()
        with CaptureQueriesContext(connection) as seen:
            whole.entries(rows, for_list=for_list)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= (9 if for_list else 13)
