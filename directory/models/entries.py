"""Organisations, services, locations and what belongs to them, after Open Referral HSDS 3.0.

Field names are HSDS's where HSDS has the field. Parts of HSDS that nobody here reads (funding, programmes, capacities,
attributes of other vocabularies) stay in `extra`, so that they come back when the entry is exported. `extra` of a
confidential location is empty like everything else about its address.
"""

import re
import uuid
from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from directory.ages import months_before
from directory.codes import CodesField
from directory.vocabulary import (
    Access,
    How,
    OrganisationKind,
    PhoneKind,
    Population,
    Sector,
    ServiceKind,
    TraffickingType,
)
from hotlines import places
from hotlines.models import is_zone
from kernel import languages

DUE_AFTER_MONTHS = 9
HIDDEN_AFTER_MONTHS = 12

country_code = RegexValidator(r"^[A-Z]{2}$", _("Two capital letters, such as US."))
web_address = RegexValidator(r"^https?://\S+$", _("Begin with https://."))


class UUIDModel(models.Model):
    """A row whose key is its id in HSDS."""

    id = models.UUIDField(_("id"), primary_key=True, default=uuid.uuid4, editable=False)
    extra = models.JSONField(
        _("other fields"), default=dict, blank=True, editable=False, help_text=_("Parts of HSDS kept for export.")
    )

    class Meta:
        abstract = True


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Freshness(models.TextChoices):
    """How far an entry may be trusted for its age. `lapsed` entries are hidden from the public."""

    CONFIRMED = "confirmed", _("Checked")
    DUE = "due", _("Check is due")
    UNCONFIRMED = "unconfirmed", _("Not confirmed")
    LAPSED = "lapsed", _("Hidden: not checked for a year")


class OrganisationQuerySet(models.QuerySet):
    def published(self):
        return self.filter(state=State.PUBLISHED)

    def lapsed(self, *, on: date):
        """Not confirmed within a year: since the last check, or since the entry came here when it never had one.

        An entry that only points at hotlines of the registry does not lapse before its first check: the registry asks for
        a check of each number every 180 days.
        """
        limit = months_before(on, HIDDEN_AFTER_MONTHS)
        never = models.Q(verified_on=None, added_on__lt=limit, hotline_links=None)
        return self.filter(models.Q(verified_on__lt=limit) | never)

    def due(self, *, on: date):
        """Published and in need of a check: nine months after the last one, or never checked."""
        limit = months_before(on, DUE_AFTER_MONTHS)
        return self.published().filter(models.Q(verified_on=None) | models.Q(verified_on__lt=limit))

    def shown(self, *, on: date):
        """What the public may see on a date. Fictional entries only where the site says it is a stage for them.

        Says what has not lapsed in terms of the row itself: leaving out all that has would read the whole table each time.
        """
        limit = months_before(on, HIDDEN_AFTER_MONTHS)
        linked = models.Exists(HotlineLink.objects.filter(organisation=models.OuterRef("pk")))
        never = models.Q(verified_on=None) & (models.Q(added_on__gte=limit) | linked)
        rows = self.published().filter(models.Q(verified_on__gte=limit) | never)
        return rows if settings.DIRECTORY_SHOWS_FICTION else rows.filter(is_fictional=False)


class Organisation(UUIDModel, ClusterableModel):
    """An organisation that helps. What it does are its services, where it does it its locations."""

    name = models.CharField(_("name"), max_length=255)
    alternate_name = models.CharField(
        _("other name"), max_length=255, blank=True, help_text=_("A short form, or the name in the country's language.")
    )
    language = models.CharField(
        _("language of name and description"), max_length=12, default="en", help_text=_("A code such as en or pt-br.")
    )
    description = models.TextField(_("description"), blank=True, max_length=4000)
    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind.choices, default=OrganisationKind.NGO)
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.CharField(_("website"), max_length=500, blank=True, validators=[web_address])
    uri = models.CharField(_("identifier as a web address"), max_length=500, blank=True)
    logo = models.CharField(_("address of a logo"), max_length=500, blank=True, help_text=_("Kept, never loaded."))
    legal_status = models.CharField(_("legal status"), max_length=120, blank=True)
    tax_status = models.CharField(_("tax status"), max_length=120, blank=True)
    tax_id = models.CharField(_("tax number"), max_length=120, blank=True)
    year_incorporated = models.PositiveSmallIntegerField(_("founded"), null=True, blank=True)
    parent_organisation = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="branches", verbose_name=_("belongs to")
    )
    coalitions = models.CharField(
        _("coalitions"), max_length=500, blank=True, help_text=_("Names of networks it belongs to, with a bar between.")
    )
    country = models.CharField(_("country"), max_length=2, blank=True, validators=[country_code])
    region = models.CharField(
        _("region"),
        max_length=10,
        blank=True,
        help_text=_("Only if it serves one region: as ISO 3166-2, such as US-NY."),
    )

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    is_fictional = models.BooleanField(_("fictional"), default=False, editable=False)
    added_on = models.DateField(_("added"), default=timezone.localdate, editable=False)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)
    verified_on = models.DateField(_("last checked"), null=True, blank=True, editable=False)
    verified_by = models.CharField(_("checked by"), max_length=120, blank=True, editable=False)
    verified_how = models.CharField(_("how"), max_length=12, choices=How.choices, blank=True, editable=False)

    source = models.CharField(_("source"), max_length=120, blank=True, help_text=_("Name of the data set or person."))
    source_urls = models.TextField(_("sources"), blank=True, max_length=4000, help_text=_("One address per line."))
    source_as_of = models.CharField(_("source as of"), max_length=20, blank=True)
    licence = models.CharField(_("licence of the data"), max_length=300, blank=True)
    external_id = models.CharField(_("id in the source"), max_length=190, blank=True)
    batch = models.UUIDField(_("import batch"), null=True, blank=True, editable=False, db_index=True)
    note = models.TextField(
        _("note for the staff"), blank=True, max_length=4000, help_text=_("Never shown to visitors.")
    )

    objects = models.Manager.from_queryset(OrganisationQuerySet)()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["country", "name"], name="directory_by_country")]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=~models.Q(external_id=""),
                name="one_organisation_per_external_id",
            )
        ]

    def __str__(self):
        return self.name

    def clean(self):
        problems = {}
        if self.country and not places.is_country(self.country):
            problems["country"] = gettext("There is no country with this code.")
        if self.region and not self.region.startswith(f"{self.country}-"):
            problems["region"] = gettext("The region must begin with the country's code.")
        if not language_is_known(self.language):
            problems["language"] = gettext("“%(code)s” is not the code of a language.") % {"code": self.language}
        if problems:
            raise ValidationError(problems)

    def freshness(self, *, on: date) -> str:
        """One of `Freshness` on a date. The same rule as `lapsed`, for one row."""
        if self.verified_on is None:
            lapsed = self.added_on < months_before(on, HIDDEN_AFTER_MONTHS)
            return Freshness.LAPSED if lapsed and not self.hotline_links.all() else Freshness.UNCONFIRMED
        if self.verified_on < months_before(on, HIDDEN_AFTER_MONTHS):
            return Freshness.LAPSED
        return Freshness.DUE if self.verified_on < months_before(on, DUE_AFTER_MONTHS) else Freshness.CONFIRMED

    @property
    def is_published(self) -> bool:
        return self.state == State.PUBLISHED

    @property
    def coalition_names(self) -> list[str]:
        return [name.strip() for name in self.coalitions.split("|") if name.strip()]


def language_is_known(code: str) -> bool:
    return bool(code) and code.split("-")[0].lower() in languages.cldr("en").languages


class HotlineLink(models.Model):
    """A hotline of the registry that an organisation runs: its number stays there and is never copied."""

    organisation = ParentalKey(Organisation, on_delete=models.CASCADE, related_name="hotline_links")
    hotline = models.ForeignKey(
        "hotlines.Hotline", on_delete=models.CASCADE, related_name="directory_links", verbose_name=_("hotline")
    )

    class Meta:
        verbose_name = _("hotline it runs")
        verbose_name_plural = _("hotlines it runs")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "hotline"], name="one_link_per_hotline")]

    def __str__(self):
        return self.hotline.code


class ServiceStatus(models.TextChoices):
    """The words of HSDS."""

    ACTIVE = "active", _("Active")
    INACTIVE = "inactive", _("Inactive")
    DEFUNCT = "defunct", _("Ended")
    CLOSED = "temporarily closed", _("Closed for a time")


class Cost(models.TextChoices):
    UNKNOWN = "", _("Not stated")
    FREE = "free", _("Free of charge")
    REDUCED = "reduced", _("Reduced price for people with little money")
    PAID = "paid", _("Costs money")


class Service(UUIDModel, ClusterableModel):
    """One thing an organisation does for people."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="services", verbose_name=_("organisation")
    )
    name = models.CharField(_("name"), max_length=255)
    alternate_name = models.CharField(_("other name"), max_length=255, blank=True)
    description = models.TextField(_("description"), blank=True, max_length=4000)
    url = models.CharField(_("web page"), max_length=500, blank=True, validators=[web_address])
    email = models.EmailField(_("e-mail"), blank=True)
    status = models.CharField(_("status"), max_length=20, choices=ServiceStatus.choices, default=ServiceStatus.ACTIVE)
    kinds = CodesField(_("kinds of help"), vocabulary=ServiceKind)
    trafficking_types = CodesField(_("forms of trafficking"), vocabulary=TraffickingType)
    populations = CodesField(_("for whom"), vocabulary=Population)
    sectors = CodesField(_("sectors"), vocabulary=Sector)
    is_remote = models.BooleanField(
        _("by telephone or online"), default=False, help_text=_("Whether one gets the help without going there.")
    )
    immigration_safe = models.BooleanField(
        _("safe without papers"),
        null=True,
        blank=True,
        help_text=_("Whether it says that it does not ask about papers or pass them on."),
    )
    interpretation_services = models.CharField(_("interpreters"), max_length=1000, blank=True)
    interpreter_languages = models.PositiveSmallIntegerField(
        _("languages by interpreter"), null=True, blank=True, help_text=_("How many, if the source says so.")
    )
    application_process = models.TextField(_("how to reach it"), blank=True, max_length=2000)
    eligibility_description = models.TextField(_("who may come"), blank=True, max_length=2000)
    minimum_age = models.PositiveSmallIntegerField(_("from age"), null=True, blank=True)
    maximum_age = models.PositiveSmallIntegerField(_("up to age"), null=True, blank=True)
    cost = models.CharField(_("cost"), max_length=10, choices=Cost.choices, blank=True, default=Cost.UNKNOWN)
    fees_description = models.TextField(_("about the cost"), blank=True, max_length=1000)
    accreditations = models.CharField(_("accreditations"), max_length=1000, blank=True)
    alert = models.CharField(_("notice for now"), max_length=500, blank=True)
    assured_date = models.DateField(_("assured on"), null=True, blank=True)
    assurer_email = models.EmailField(_("assured by"), blank=True)
    wait_time = models.CharField(_("waiting time"), max_length=255, blank=True)
    external_id = models.CharField(_("id in the source"), max_length=190, blank=True)
    last_modified = models.DateTimeField(_("changed"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(minimum_age=None)
                | models.Q(maximum_age=None)
                | models.Q(minimum_age__lte=models.F("maximum_age")),
                name="directory_ages_in_order",
                violation_error_message=_("The lower age must not be above the higher one."),
            )
        ]

    def __str__(self):
        return self.name

    @property
    def is_active(self) -> bool:
        return self.status == ServiceStatus.ACTIVE


# --- Places --------------------------------------------------------------------------------------------------------

# What would tell where a confidential location is. Emptied on save, refused by the database.
EXACT_TEXTS = (
    "name",
    "alternate_name",
    "description",
    "attention",
    "address_1",
    "address_2",
    "postal_code",
    "transportation",
    "accessibility_details",
    "url",
    "external_identifier",
    "external_identifier_type",
)
EXACT_POSITION = ("latitude", "longitude")


def nothing_exact() -> models.Q:
    """That a row holds an area and nothing more."""
    return models.Q(
        **{name: "" for name in EXACT_TEXTS}, **{f"{name}__isnull": True for name in EXACT_POSITION}, extra={}
    )


class Location(UUIDModel, ClusterableModel):
    """A place where services are given. A confidential one holds country, region, city and a rounded area, and no more."""

    class Type(models.TextChoices):
        PHYSICAL = "physical", _("A place one can go to")
        POSTAL = "postal", _("Postal address")
        VIRTUAL = "virtual", _("Online or by telephone")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="locations", verbose_name=_("organisation")
    )
    location_type = models.CharField(_("type"), max_length=10, choices=Type.choices, default=Type.PHYSICAL)
    is_confidential = models.BooleanField(
        _("confidential"),
        default=False,
        help_text=_("Only city and region are kept. Street, position, name and way there are deleted for good."),
    )
    name = models.CharField(_("name"), max_length=255, blank=True)
    alternate_name = models.CharField(_("other name"), max_length=255, blank=True)
    description = models.TextField(_("description"), blank=True, max_length=2000)
    attention = models.CharField(_("for the attention of"), max_length=255, blank=True)
    address_1 = models.CharField(_("street and number"), max_length=255, blank=True)
    address_2 = models.CharField(_("second line"), max_length=255, blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)
    region = models.CharField(_("county or district"), max_length=120, blank=True)
    state_province = models.CharField(_("state or province"), max_length=120, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True, validators=[country_code])
    address_id = models.UUIDField(_("id of the address"), default=uuid.uuid4, editable=False)
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    # Whole tenths of a degree (about 11 km): the columns cannot hold more.
    area_latitude_tenths = models.SmallIntegerField(null=True, blank=True, editable=False)
    area_longitude_tenths = models.SmallIntegerField(null=True, blank=True, editable=False)
    transportation = models.TextField(_("how to get there"), blank=True, max_length=1000)
    accessibility = CodesField(_("accessibility"), vocabulary=Access)
    accessibility_details = models.TextField(_("about accessibility"), blank=True, max_length=1000)
    url = models.CharField(_("web page"), max_length=500, blank=True, validators=[web_address])
    external_identifier = models.CharField(_("identifier elsewhere"), max_length=190, blank=True)
    external_identifier_type = models.CharField(_("kind of that identifier"), max_length=190, blank=True)

    class Meta:
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        ordering = ["city", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_confidential=False) | nothing_exact(),
                name="a_confidential_location_is_an_area",
                violation_error_message=_("A confidential location keeps city and region only."),
            ),
            models.CheckConstraint(
                condition=models.Q(latitude=None, longitude=None)
                | models.Q(latitude__isnull=False, longitude__isnull=False),
                name="a_position_has_two_numbers",
                violation_error_message=_("A position needs latitude and longitude."),
            ),
        ]

    def __str__(self):
        return self.name or self.area or str(self.pk)

    def save(self, *args, **kwargs):
        """Keep the rounded area in step, and nothing more than it when the location is confidential."""
        self.round_area()
        if self.is_confidential:
            self.forget_exact()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {
                *kwargs["update_fields"],
                *EXACT_TEXTS,
                *EXACT_POSITION,
                "city",
                "region",
                "state_province",
                "area_latitude_tenths",
                "area_longitude_tenths",
                "extra",
            }
        super().save(*args, **kwargs)

    def clean(self):
        if self.country and not places.is_country(self.country):
            raise ValidationError({"country": gettext("There is no country with this code.")})
        if self.is_confidential:
            self.forget_exact()
            if not (self.city or self.region or self.state_province or self.country):
                raise ValidationError({"city": gettext("Say at least the country or the region.")})

    def round_area(self) -> None:
        """Take the area from the exact position, when there is one."""
        if self.latitude is not None and self.longitude is not None:
            self.area_latitude_tenths = tenths(self.latitude)
            self.area_longitude_tenths = tenths(self.longitude)

    def forget_exact(self) -> None:
        """Delete everything that is more than an area."""
        self.round_area()
        for name in EXACT_TEXTS:
            setattr(self, name, "")
        for name in EXACT_POSITION:
            setattr(self, name, None)
        for name in ("city", "region", "state_province"):
            text = getattr(self, name)
            if any(char.isdigit() for char in text) and not re.fullmatch(r"[A-Z]{2}-[A-Z0-9]{1,3}", text):
                setattr(self, name, "")  # a house number, or a quarter so small that it tells too much
        self.extra = {}

    @property
    def area(self) -> str:
        """City, region and country as far as they are known."""
        country = places.country_name(self.country) if self.country else ""
        return ", ".join(filter(None, [self.city, self.region, self.state_province, country]))

    @property
    def point(self) -> tuple[float, float] | None:
        """(latitude, longitude) in degrees for distances: exact where it is public, else the middle of the area."""
        if self.latitude is not None and not self.is_confidential:
            return float(self.latitude), float(self.longitude)
        return self.pin

    @property
    def pin(self) -> tuple[float, float] | None:
        """(latitude, longitude) for a map: rounded for every location, so that a map never tells the two kinds apart."""
        if self.area_latitude_tenths is None:
            return None
        return self.area_latitude_tenths / 10, self.area_longitude_tenths / 10


def tenths(degrees) -> int:
    """Degrees as whole tenths."""
    return round(float(degrees) * 10)


class ServiceAtLocation(UUIDModel):
    """That a service is given at a location."""

    service = models.ForeignKey(
        Service, on_delete=models.CASCADE, related_name="at_locations", verbose_name=_("service")
    )
    location = models.ForeignKey(
        Location, on_delete=models.CASCADE, related_name="with_services", verbose_name=_("location")
    )
    description = models.TextField(_("description"), blank=True, max_length=1000)

    class Meta:
        verbose_name = _("service at a location")
        verbose_name_plural = _("services at locations")
        constraints = [models.UniqueConstraint(fields=["service", "location"], name="one_service_at_location")]

    def __str__(self):
        return f"{self.service} · {self.location}"


# --- What belongs to one of them -----------------------------------------------------------------------------------


def one_owner(names: list[str]) -> models.Q:
    """That exactly one of several links is set."""
    condition = models.Q()
    for owner in names:
        condition |= models.Q(**{f"{name}__isnull": name != owner for name in names})
    return condition


def owner_key(to: str, related_name: str):
    """A link to the owner, editable in the owner's form."""
    return ParentalKey(to, on_delete=models.CASCADE, null=True, blank=True, related_name=related_name)


class Contact(UUIDModel):
    """A person or desk to ask for. A person's name is for the staff, unless it was given for the public."""

    OWNERS = ["organisation", "service", "service_at_location", "location"]
    organisation = owner_key(Organisation, "contacts")
    service = owner_key(Service, "contacts")
    location = owner_key(Location, "contacts")
    service_at_location = models.ForeignKey(
        ServiceAtLocation, on_delete=models.CASCADE, null=True, blank=True, related_name="contacts"
    )
    name = models.CharField(_("name"), max_length=190, blank=True)
    title = models.CharField(_("role"), max_length=190, blank=True)
    department = models.CharField(_("department"), max_length=190, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    is_public = models.BooleanField(_("for the public"), default=False)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=one_owner(["organisation", "service", "service_at_location", "location"]),
                name="a_contact_has_one_owner",
            )
        ]

    def __str__(self):
        return self.name or self.title or self.department or self.email


class Phone(UUIDModel):
    """A number. A number of the hotline registry is a `HotlineLink` instead.

    Of a published entry it is a protected contact: `contact_changes` asks a second person.
    """

    OWNERS = ["organisation", "service", "service_at_location", "location", "contact"]
    organisation = owner_key(Organisation, "phones")
    service = owner_key(Service, "phones")
    location = owner_key(Location, "phones")
    service_at_location = models.ForeignKey(
        ServiceAtLocation, on_delete=models.CASCADE, null=True, blank=True, related_name="phones"
    )
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, null=True, blank=True, related_name="phones")
    number = models.CharField(_("number"), max_length=60, help_text=_("As the organisation prints it."))
    e164 = models.CharField(
        _("international form"), max_length=20, blank=True, help_text=_("With plus sign and country code, no spaces.")
    )
    extension = models.CharField(_("extension"), max_length=20, blank=True)
    type = models.CharField(_("kind"), max_length=12, choices=PhoneKind.choices, default=PhoneKind.VOICE, blank=True)
    description = models.CharField(_("remark"), max_length=255, blank=True)

    class Meta:
        verbose_name = _("phone")
        verbose_name_plural = _("phones")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=one_owner(["organisation", "service", "service_at_location", "location", "contact"]),
                name="a_phone_has_one_owner",
            )
        ]

    def __str__(self):
        return self.number

    @property
    def owner(self):
        return next(filter(None, (getattr(self, name) for name in self.OWNERS)), None)

    @property
    def owning_organisation(self) -> Organisation | None:
        return organisation_of(self.owner)


def organisation_of(row) -> Organisation | None:
    """The organisation that a row of the directory belongs to, however far below it stands."""
    if row is None or isinstance(row, Organisation):
        return row
    for name in ("organisation", "service", "location", "service_at_location", "contact", "phone"):
        owner = getattr(row, name, None)
        if owner is not None:
            return organisation_of(owner)
    return None


class Schedule(UUIDModel):
    """When something is open, as HSDS writes it after RFC 5545. `directory.opening` turns rows into hours."""

    service = owner_key(Service, "schedules")
    location = owner_key(Location, "schedules")
    service_at_location = models.ForeignKey(
        ServiceAtLocation, on_delete=models.CASCADE, null=True, blank=True, related_name="schedules"
    )
    valid_from = models.DateField(_("from date"), null=True, blank=True)
    valid_to = models.DateField(_("to date"), null=True, blank=True)
    dtstart = models.DateField(_("first day"), null=True, blank=True)
    timezone = models.CharField(
        _("time zone"), max_length=60, blank=True, help_text=_("Such as Europe/Madrid. An offset in hours is read too.")
    )
    until = models.DateField(_("last day"), null=True, blank=True)
    count = models.PositiveSmallIntegerField(_("number of times"), null=True, blank=True)
    wkst = models.CharField(_("first day of the week"), max_length=2, blank=True)
    freq = models.CharField(
        _("how often"), max_length=8, blank=True, choices=[("WEEKLY", _("Weekly")), ("MONTHLY", _("Monthly"))]
    )
    interval = models.PositiveSmallIntegerField(_("every so many"), null=True, blank=True)
    byday = models.CharField(_("days"), max_length=60, blank=True, help_text=_("Such as MO,TU,WE."))
    byweekno = models.CharField(_("weeks of the year"), max_length=120, blank=True)
    bymonthday = models.CharField(_("days of the month"), max_length=120, blank=True)
    byyearday = models.CharField(_("days of the year"), max_length=120, blank=True)
    description = models.CharField(_("in the source's words"), max_length=500, blank=True)
    opens_at = models.TimeField(_("opens"), null=True, blank=True)
    closes_at = models.TimeField(_("closes"), null=True, blank=True)
    schedule_link = models.CharField(_("web page of the hours"), max_length=500, blank=True, validators=[web_address])
    attending_type = models.CharField(_("how one attends"), max_length=60, blank=True)
    notes = models.CharField(_("remark"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("opening time")
        verbose_name_plural = _("opening times")
        ordering = ["opens_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=one_owner(["service", "location", "service_at_location"]), name="a_schedule_has_one_owner"
            )
        ]

    def __str__(self):
        return self.description or f"{self.byday} {self.opens_at or ''}-{self.closes_at or ''}".strip()

    def clean(self):
        if self.timezone and not is_zone(self.timezone) and not self.timezone.lstrip("+-").replace(".", "").isdigit():
            raise ValidationError({"timezone": gettext("There is no time zone of this name.")})


class LanguageSpoken(UUIDModel):
    """A language in which a service, a location or a phone can be used: spoken there, or through an interpreter."""

    service = owner_key(Service, "languages")
    location = owner_key(Location, "languages")
    phone = models.ForeignKey(Phone, on_delete=models.CASCADE, null=True, blank=True, related_name="languages")
    code = models.CharField(_("code"), max_length=12, blank=True, help_text=_("Such as es or zh-hant."))
    name = models.CharField(_("name"), max_length=120, blank=True, help_text=_("Only if there is no code."))
    note = models.CharField(_("remark"), max_length=255, blank=True)
    by_interpreter = models.BooleanField(_("through an interpreter"), default=False)

    class Meta:
        verbose_name = _("language")
        verbose_name_plural = _("languages")
        ordering = ["by_interpreter", "code", "id"]
        constraints = [
            models.CheckConstraint(
                condition=one_owner(["service", "location", "phone"]), name="a_language_has_one_owner"
            )
        ]

    def __str__(self):
        return self.code or self.name

    def clean(self):
        if self.code and not language_is_known(self.code):
            raise ValidationError({"code": gettext("“%(code)s” is not the code of a language.") % {"code": self.code}})
        if not self.code and not self.name:
            raise ValidationError({"code": gettext("Write the code of the language.")})


class ServiceArea(UUIDModel):
    """Where people may live to use a service."""

    service = owner_key(Service, "areas")
    service_at_location = models.ForeignKey(
        ServiceAtLocation, on_delete=models.CASCADE, null=True, blank=True, related_name="areas"
    )
    name = models.CharField(_("name"), max_length=255, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True, validators=[country_code])
    region = models.CharField(_("region"), max_length=10, blank=True, help_text=_("As ISO 3166-2: US-NY."))
    description = models.CharField(_("description"), max_length=500, blank=True)
    extent = models.TextField(_("outline"), blank=True)
    extent_type = models.CharField(_("kind of outline"), max_length=60, blank=True)
    uri = models.CharField(_("identifier as a web address"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("service area")
        verbose_name_plural = _("service areas")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=one_owner(["service", "service_at_location"]), name="an_area_has_one_owner"
            )
        ]

    def __str__(self):
        return self.name or self.region or self.country


class CostOption(UUIDModel):
    """What a service costs, for a group of people or a time."""

    service = ParentalKey(Service, on_delete=models.CASCADE, related_name="cost_options")
    option = models.CharField(_("for whom"), max_length=255, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    amount_description = models.CharField(_("about the amount"), max_length=500, blank=True)
    valid_from = models.DateField(_("from date"), null=True, blank=True)
    valid_to = models.DateField(_("to date"), null=True, blank=True)

    class Meta:
        verbose_name = _("cost")
        verbose_name_plural = _("costs")
        ordering = ["id"]

    def __str__(self):
        return self.option or self.amount_description or str(self.amount or "")
