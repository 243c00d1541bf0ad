"""Organisations that help, as tests need them. All of them are invented."""

import factory
from factory.django import DjangoModelFactory

from directory import models


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = models.Organisation

    name = factory.Sequence(lambda n: f"Invented House {n}")
    country = "ES"
    state = "published"


class ServiceFactory(DjangoModelFactory):
    class Meta:
        model = models.Service

    organisation = factory.SubFactory(OrganisationFactory)
    name = "Counselling"
    kinds = ["psychological"]


class LocationFactory(DjangoModelFactory):
    class Meta:
        model = models.Location

    organisation = factory.SubFactory(OrganisationFactory)
    name = "Main office"
    address_1 = "Calle Inventada 5"
    postal_code = "28999"
    city = "Madrid"
    country = "ES"
    latitude = "40.416775"
    longitude = "-3.703790"


class PhoneFactory(DjangoModelFactory):
    class Meta:
        model = models.Phone

    organisation = factory.SubFactory(OrganisationFactory)
    number = "+34 600 000 000"
    e164 = "+34600000000"
