"""A confidential location is an area, whichever way somebody tries to make it more."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from directory.models import Location
from directory.models.entries import EXACT_TEXTS
from tests.factories.directory import LocationFactory, OrganisationFactory

pytestmark = pytest.mark.django_db
STREET = "Calle Inventada 5"


def stored(pk) -> dict:
    """The row as the database holds it."""
    return Location.objects.filter(pk=pk).values().get()


def test_a_public_location_keeps_its_address():
    row = stored(LocationFactory().pk)
    assert row["address_1"] == STREET and row["latitude"] == Decimal("40.416775")
    assert (row["area_latitude_tenths"], row["area_longitude_tenths"]) == (404, -37)


def test_making_a_location_confidential_deletes_all_but_the_area():
    location = LocationFactory(**{name: "x" for name in EXACT_TEXTS if name != "url"}, url="https://x.example/")
    location.extra = {"addresses": [STREET]}
    location.save()
    location.is_confidential = True
    location.save(update_fields=["is_confidential"])
    row = stored(location.pk)
    assert not any(row[name] for name in EXACT_TEXTS)
    assert row["latitude"] is None and row["longitude"] is None and row["extra"] == {}
    assert row["city"] == "Madrid" and row["area_latitude_tenths"] == 404


@pytest.mark.parametrize(
    "change",
    [
        *({name: "x"} for name in EXACT_TEXTS),
        {"latitude": "40.416775", "longitude": "-3.70379"},
        {"extra": {"addresses": [STREET]}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_database_refuses_more_than_an_area_past_save(change):
    location = LocationFactory(is_confidential=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Location.objects.filter(pk=location.pk).update(**change)
    new = Location(organisation=location.organisation, country="ES", is_confidential=True, **change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Location.objects.bulk_create([new])
    with pytest.raises(IntegrityError), transaction.atomic():
        public = LocationFactory()
        Location.objects.filter(pk=public.pk).update(is_confidential=True)


def test_the_area_columns_hold_tenths_of_a_degree_whatever_is_written():
    location = LocationFactory(is_confidential=True)
    Location.objects.filter(pk=location.pk).update(area_latitude_tenths=Decimal("404.167"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT area_latitude_tenths FROM directory_location")
        assert cursor.fetchone()[0] == 404


@pytest.mark.parametrize(("typed", "kept"), [("Madrid", "Madrid"), ("Madrid, Calle Inventada 5", "")])
def test_a_city_with_a_house_number_is_not_kept_for_a_confidential_location(typed, kept):
    location = LocationFactory(is_confidential=True, city=typed, state_province="PH-08")
    assert stored(location.pk)["city"] == kept and stored(location.pk)["state_province"] == "PH-08"


def test_half_a_position_is_refused():
    with pytest.raises(IntegrityError), transaction.atomic():
        LocationFactory(organisation=OrganisationFactory(), longitude=None)
