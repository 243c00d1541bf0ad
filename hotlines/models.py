"""Hotlines, the words that explain them in each language, checks that they are still right, and changes that wait.

A number exists once, on `Hotline`, which no language copies. What people read about it is `HotlineWords`, one per language.
"""

from datetime import date, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import TranslatableMixin
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from hotlines import hours as opening
from hotlines import numbers, places
from kernel import languages

DUE_AFTER_DAYS = 180


class Kind(models.TextChoices):
    """What a line is for; the words of `data/hotlines.csv`."""

    EMERGENCY = "emergency", _("Emergency services")
    NATIONAL_HOTLINE = "national_hotline", _("Help line")
    TIP_LINE = "tip_line", _("Tip line or office")
    TEXTLINE = "textline", _("Text line")
    CHAT = "chat", _("Chat")
    EMAIL = "email", _("E-mail address")


class Channel(models.TextChoices):
    VOICE = "voice", _("Voice")
    TEXT = "text", _("Text message")
    CHAT = "chat", _("Online chat")
    WHATSAPP = "whatsapp", _("WhatsApp")
    EMAIL = "email", _("E-mail")
    WEB = "web", _("Web form")


class Audience(models.TextChoices):
    BOTH = "both", _("Help and tips")
    VICTIMS = "victims", _("Help only")
    TIPS = "tips", _("Tips only")


class Confidence(models.TextChoices):
    HIGH = "high", _("High")
    MEDIUM = "medium", _("Medium")
    LOW = "low", _("Low")
    UNVERIFIED = "unverified", _("Unverified")


class How(models.TextChoices):
    """How a number was checked. Crisis lines are never called in bulk to test them."""

    OFFICIAL_PAGE = "page", _("Read on the operator's own page")
    ANSWERED = "written", _("The operator answered in writing")
    CALLED = "called", _("One call or message, agreed with the operator")
    DOCUMENT = "document", _("Read in a dated official document")


# What people dial, write to or open, and when it holds. A change to one of these needs a second person.
NUMBER_FIELDS = [
    "channel",
    "phone_display",
    "phone_e164",
    "short_code",
    "sms_keyword",
    "tty",
    "url",
    "valid_from",
    "valid_to",
    "replaced_by",
]


def is_zone(name: str) -> bool:
    """Whether there is a time zone of this name. (The list of all of them takes 40 ms to make.)"""
    try:
        ZoneInfo(name)
    except (ValueError, KeyError, OSError):
        return False
    return "/" in name or name == "UTC"


class HotlineQuerySet(models.QuerySet):
    def published(self):
        return self.filter(is_published=True)

    def valid_at(self, now):
        """Within their dates at a moment; an open end is no limit."""
        return self.filter(
            models.Q(valid_from=None) | models.Q(valid_from__lte=now),
            models.Q(valid_to=None) | models.Q(valid_to__gt=now),
        )

    def of_country(self, country: str):
        return self.filter(country__in=places.covering(country))

    def due(self, *, on: date):
        """Published, and not confirmed by a person within the last `DUE_AFTER_DAYS` days."""
        limit = on - timedelta(days=DUE_AFTER_DAYS)
        return self.published().filter(models.Q(verified_on=None) | models.Q(verified_on__lt=limit))

    def with_words(self):
        return self.select_related("replaced_by").prefetch_related("words__locale", "special_days")


class Hotline(index.Indexed, ClusterableModel):
    """A line people can call, text, write to or open: one channel, one country, one row."""

    code = models.SlugField(
        _("code"), max_length=60, unique=True, help_text=_("Short and stable: us-example-voice. Never reused.")
    )
    country = models.CharField(
        _("country"),
        max_length=2,
        validators=[RegexValidator(r"^[A-Z]{2}$", _("Two capital letters, such as US."))],
        help_text=_("Two letters (ISO 3166); EU for a number that all its members share."),
    )
    region = models.CharField(
        _("region"),
        max_length=10,
        blank=True,
        validators=[RegexValidator(r"^[A-Z]{2}-[A-Z0-9]{1,3}$", _("Write it as ISO 3166-2 does, such as US-NY."))],
        help_text=_("Only for a line of one state or region, such as US-NY."),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.NATIONAL_HOTLINE)
    audience = models.CharField(_("for"), max_length=10, choices=Audience.choices, default=Audience.BOTH)
    name_en = models.CharField(_("name in English"), max_length=160)
    name_local = models.CharField(_("name in the country's language"), max_length=200, blank=True)
    name_local_language = models.CharField(_("language of that name"), max_length=12, blank=True)
    operator = models.CharField(_("operator"), max_length=200, blank=True)

    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices, default=Channel.VOICE)
    phone_display = models.CharField(
        _("number as printed"),
        max_length=120,
        blank=True,
        help_text=_("As the operator prints it. A form in letters may follow in brackets."),
    )
    phone_e164 = models.CharField(
        _("international form"), max_length=20, blank=True, help_text=_("With plus sign and country code, no spaces.")
    )
    short_code = models.CharField(
        _("short code"), max_length=12, blank=True, validators=[RegexValidator(r"^\d{2,8}$", _("Digits only."))]
    )
    sms_keyword = models.CharField(
        _("word to send"), max_length=60, blank=True, help_text=_("What a first message should say: HELP or INFO.")
    )
    tty = models.CharField(_("TTY"), max_length=40, blank=True, help_text=_("Number for a text telephone."))
    url = models.CharField(
        _("web or e-mail address"),
        max_length=300,
        blank=True,
        validators=[RegexValidator(r"^(https?://|mailto:)\S+$", _("Begin with https:// or mailto:."))],
    )
    toll_free = models.BooleanField(_("free of charge"), null=True, blank=True)
    confidential = models.BooleanField(_("confidential"), null=True, blank=True)

    languages = models.CharField(
        _("languages they answer in"),
        max_length=200,
        blank=True,
        help_text=_("Codes with a bar between: en|es. Only what their own staff speak or write."),
    )
    interpreter_languages = models.PositiveSmallIntegerField(
        _("languages by interpreter"),
        null=True,
        blank=True,
        help_text=_("How many they reach through an interpreter on the telephone. Never true of text or chat."),
    )
    hours_text = models.CharField(_("hours in the source's words"), max_length=200, blank=True)
    hours = models.CharField(
        _("hours"),
        max_length=200,
        blank=True,
        help_text=_("Such as 24/7, or Mo-Fr 09:00-17:00; Sa 10:00-14:00; PH off."),
    )
    time_zone = models.CharField(_("time zone"), max_length=60, blank=True, help_text=_("Such as America/New_York."))

    source_urls = models.TextField(_("sources"), blank=True, max_length=2000, help_text=_("One address per line."))
    source_as_of = models.CharField(
        _("source as of"), max_length=20, blank=True, help_text=_("A date, a month or a year; c.2022; undated.")
    )
    confidence = models.CharField(
        _("confidence"), max_length=12, choices=Confidence.choices, default=Confidence.UNVERIFIED
    )
    note = models.TextField(
        _("note for the staff"), blank=True, max_length=2000, help_text=_("Never shown to visitors.")
    )

    valid_from = models.DateTimeField(_("valid from"), null=True, blank=True)
    valid_to = models.DateTimeField(_("valid to"), null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaces",
        verbose_name=_("replaced by"),
        help_text=_("Shown in its place once it is no longer valid."),
    )
    is_published = models.BooleanField(_("published"), default=False, editable=False)
    changed_at = models.DateTimeField(_("number last changed"), default=timezone.now, editable=False)
    verified_on = models.DateField(_("last checked"), null=True, blank=True, editable=False)

    objects = HotlineQuerySet.as_manager()

    search_fields = [
        index.SearchField("name_en"),
        index.SearchField("name_local"),
        index.SearchField("operator"),
        index.SearchField("code"),
        index.AutocompleteField("name_en"),
        index.AutocompleteField("name_local"),
        index.AutocompleteField("code"),
        index.AutocompleteField("operator"),
        index.FilterField("country"),
        index.FilterField("kind"),
        index.FilterField("confidence"),
        index.FilterField("is_published"),
        index.FilterField("verified_on"),
    ]

    class Meta:
        verbose_name = _("hotline")
        verbose_name_plural = _("hotlines")
        ordering = ["country", "region", "kind", "code"]

    def __str__(self):
        return f"{self.name_en} ({self.code})"

    # --- Rules ---------------------------------------------------------------------------------------------------

    def clean(self):
        problems = {}
        for check in (
            self._clean_place,
            self._clean_number,
            self._clean_names,
            self._clean_languages,
            self._clean_hours,
            self._clean_dates,
        ):
            problems |= check()
        if problems:
            raise ValidationError(problems)

    def _clean_place(self) -> dict:
        if not places.is_country(self.country):
            return {"country": gettext("There is no country with this code.")}
        if self.region and not self.region.startswith(f"{self.country}-"):
            return {"region": gettext("The region must begin with the country's code.")}
        return {}

    def _clean_number(self) -> dict:
        if self.phone_e164:
            try:
                numbers.parsed(self.phone_e164)
            except numbers.NotANumber as problem:
                return {"phone_e164": gettext("This is no number to dial: %(problem)s.") % {"problem": problem}}
        dialled = self.short_code or self.phone_e164
        if dialled and not self.phone_display:
            return {"phone_display": gettext("Write the number as the operator prints it.")}
        if dialled and not numbers.says_the_same(self.phone_display, dialled):
            return {"phone_display": gettext("The printed number and the number to dial differ.")}
        if self.phone_display and not dialled and self.channel != Channel.EMAIL:
            return {"phone_e164": gettext("Write the international form or the short code of this number.")}
        if self.channel == Channel.EMAIL and not self.url.startswith("mailto:"):
            return {"url": gettext("An e-mail line needs an address that begins with mailto:.")}
        return {}

    def _clean_names(self) -> dict:
        """A name may hold the line's own number ("Line 123"), and no other: names change without a second person."""
        own = " ; ".join(filter(None, [self.phone_display, self.phone_e164, self.short_code, self.tty]))
        return {
            field: gettext("“%(number)s” is not the number of this line.") % {"number": found[0]}
            for field in ("name_en", "name_local", "operator")
            if (found := numbers.foreign_numbers(getattr(self, field), own))
        }

    def _clean_languages(self) -> dict:
        for code in self.language_codes:
            if code not in languages.cldr("en").languages:
                return {"languages": gettext("“%(code)s” is not the code of a language.") % {"code": code}}
        if self.interpreter_languages and self.channel != Channel.VOICE:
            return {"interpreter_languages": gettext("An interpreter helps on the telephone only.")}
        return {}

    def _clean_hours(self) -> dict:
        if self.time_zone and not is_zone(self.time_zone):
            return {"time_zone": gettext("There is no time zone of this name.")}
        if not self.hours:
            return {}
        try:
            week = opening.parse(self.hours)
        except opening.UnreadableHours as problem:
            return {"hours": gettext("These hours cannot be read: %(problem)s.") % {"problem": problem}}
        if not self.time_zone and not opening.Hours(week).is_always_open:
            return {"time_zone": gettext("Hours mean nothing without a time zone.")}
        return {}

    def _clean_dates(self) -> dict:
        if self.valid_from and self.valid_to and self.valid_from >= self.valid_to:
            return {"valid_to": gettext("The end must come after the beginning.")}
        if self.replaced_by_id and self.replaced_by_id == self.pk:
            return {"replaced_by": gettext("A hotline cannot replace itself.")}
        return {}

    def delete(self, *args, **kwargs):
        """Refuse for a published hotline: it is ended by a date, and stays as a record."""
        if self.is_published:
            raise models.ProtectedError(gettext("A published hotline is ended by a date, never deleted."), {self})
        return super().delete(*args, **kwargs)

    # --- The number ----------------------------------------------------------------------------------------------

    @property
    def number(self) -> str:
        """The number as printed, without letters and remarks."""
        return numbers.main_part(self.phone_display) if self.channel != Channel.EMAIL else ""

    @property
    def vanity(self) -> str:
        return numbers.vanity_part(self.phone_display, self.short_code or self.phone_e164)

    @property
    def dial(self) -> str:
        return numbers.dial_string(e164=self.phone_e164, short_code=self.short_code, display=self.phone_display)

    @property
    def tel_link(self) -> str:
        return numbers.tel_link(self.dial) if self.channel == Channel.VOICE else ""

    @property
    def sms_link(self) -> str:
        return numbers.sms_link(self.dial, self.sms_keyword) if self.channel == Channel.TEXT else ""

    @property
    def email(self) -> str:
        return self.url.removeprefix("mailto:") if self.url.startswith("mailto:") else ""

    @property
    def web(self) -> str:
        return "" if self.email else self.url

    @property
    def is_reachable(self) -> bool:
        """Whether the row says how: one known only by its name cannot be shown to anybody."""
        return bool(self.dial or self.url)

    @property
    def inside_only(self) -> bool:
        """Whether the number works from inside its country only: short codes, free numbers, those not dialled from abroad."""
        if not self.dial:
            return False
        return bool(self.short_code or self.toll_free or not self.dial.startswith("+")) or numbers.is_toll_free(
            self.phone_e164
        )

    # --- Languages and hours -------------------------------------------------------------------------------------

    @property
    def language_codes(self) -> list[str]:
        return [code for code in self.languages.split("|") if code]

    @cached_property
    def opening_hours(self) -> opening.Hours | None:
        """Hours with zone and special days, or None where the source does not state any."""
        if not self.hours:
            return None
        special, yearly = {}, {}
        for day in self.special_days.all():
            spans = day.spans
            if day.every_year:
                yearly[day.on.month, day.on.day] = spans
            else:
                special[day.on] = spans
        zone = ZoneInfo(self.time_zone) if self.time_zone else None
        return opening.Hours(opening.parse(self.hours), zone, special, yearly)

    # --- Age and validity ----------------------------------------------------------------------------------------

    @property
    def due_on(self) -> date | None:
        """The day from which a new check is due; None when it was never checked here."""
        return self.verified_on and self.verified_on + timedelta(days=DUE_AFTER_DAYS)

    def is_due(self, on: date) -> bool:
        return self.verified_on is None or on > self.due_on

    def is_valid(self, now) -> bool:
        return (self.valid_from is None or self.valid_from <= now) and (self.valid_to is None or now < self.valid_to)

    def in_force(self, now) -> "Hotline":
        """This hotline, or the one that has taken its place by a moment."""
        seen, current = {self.pk}, self
        while not current.is_valid(now) and current.replaced_by_id and current.replaced_by_id not in seen:
            current = current.replaced_by
            seen.add(current.pk)
        return current

    @property
    def is_weak(self) -> bool:
        """Whether its source is too weak for print without a person's word."""
        return self.confidence in {Confidence.LOW, Confidence.UNVERIFIED}

    @property
    def may_be_printed(self) -> bool:
        """Whether it may stand on paper: a good source, or a recorded word of a person for the present number."""
        return not self.is_weak or self.print_approvals.filter(number=self.dial or self.url).exists()

    # --- Words ---------------------------------------------------------------------------------------------------

    def words_for(self, language: str | None = None) -> "HotlineWords | None":
        """The words in a language, else in English, else None."""
        found = {words.locale.language_code: words for words in self.words.all()}
        return found.get(language or languages.active()) or found.get("en")


class SpecialDay(models.Model):
    """A day on which a hotline keeps other hours."""

    hotline = ParentalKey(Hotline, on_delete=models.CASCADE, related_name="special_days")
    on = models.DateField(_("day"))
    every_year = models.BooleanField(_("every year on this date"), default=False)
    label = models.CharField(_("what for"), max_length=80, blank=True)
    hours = models.CharField(
        _("hours"),
        max_length=80,
        blank=True,
        help_text=_("Such as 10:00-14:00; “off” for closed. Empty: what the hours say for public holidays (PH)."),
    )

    class Meta:
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        ordering = ["on"]
        constraints = [models.UniqueConstraint(fields=["hotline", "on"], name="one_entry_per_special_day")]

    def __str__(self):
        return f"{self.on} {self.label}".strip()

    def clean(self):
        try:
            self.spans  # noqa: B018  reading it parses the hours
        except opening.UnreadableHours as problem:
            raise ValidationError(
                {"hours": gettext("These hours cannot be read: %(problem)s.") % {"problem": problem}}
            ) from problem

    @property
    def spans(self) -> opening.DaySpans | None:
        if not self.hours:
            return None
        return () if self.hours == "off" else opening.parse_spans(self.hours)


WORDS = ("name", "note", "trace")


def known_numbers() -> set[str]:
    """Every number of the registry, as dialled."""
    found = Hotline.objects.values_list("phone_e164", "short_code", "tty")
    return {number for row in found for number in row if number}


class HotlineWords(TranslatableMixin, index.Indexed, models.Model):
    """What visitors read about one hotline in one language. The number is not here, so that no translation can touch it."""

    hotline = models.ForeignKey(Hotline, on_delete=models.CASCADE, related_name="words", verbose_name=_("hotline"))
    name = models.CharField(_("name"), max_length=200)
    note = models.CharField(
        _("note"), max_length=400, blank=True, help_text=_("What a caller should know, in one or two short sentences.")
    )
    trace = models.CharField(
        _("what a contact leaves behind"),
        max_length=300,
        blank=True,
        help_text=_("Only what is special about this line, such as that calls are recorded."),
    )

    search_fields = [index.SearchField("name"), index.AutocompleteField("name"), index.FilterField("locale_id")]
    override_translatable_fields = [
        TranslatableField("name"),
        TranslatableField("note"),
        TranslatableField("trace"),
        SynchronizedField("hotline", overridable=False),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("hotline words")
        verbose_name_plural = _("hotline words")
        constraints = [models.UniqueConstraint(fields=["hotline", "locale"], name="one_set_of_words_per_language")]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        """However words come here, from a form, a file or a translation: no number comes with them."""
        self.clean()
        super().save(*args, **kwargs)

    def clean(self):
        """Refuse numbers in every language, short codes too. What the line itself is called may hold one: “Line 123”."""
        source = f"{self.hotline.name_en} {self.hotline.name_local}" if self.hotline_id else ""
        known = known_numbers() if any(char.isdigit() for field in WORDS for char in getattr(self, field)) else ()
        problems = {
            field: gettext("“%(number)s” looks like a telephone number. Numbers stand in the registry only.")
            % {"number": found[0]}
            for field in WORDS
            if (found := numbers.foreign_numbers(getattr(self, field), source, known))
        }
        if problems:
            raise ValidationError(problems)

    @property
    def tag(self) -> str:
        return languages.tag(self.locale.language_code)


class Verification(models.Model):
    """Somebody looked whether a hotline is still right. Rows are only ever added."""

    class Result(models.TextChoices):
        CONFIRMED = "confirmed", _("It is right")
        CHANGED = "changed", _("Something has changed")
        UNCLEAR = "unclear", _("It could not be found out")

    hotline = models.ForeignKey(Hotline, on_delete=models.CASCADE, related_name="verifications")
    on = models.DateField(_("when"), default=timezone.localdate)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("who")
    )
    how = models.CharField(_("how"), max_length=12, choices=How.choices)
    result = models.CharField(_("result"), max_length=12, choices=Result.choices)
    note = models.CharField(_("note"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("check")
        verbose_name_plural = _("checks")
        ordering = ["-on", "-pk"]

    def __str__(self):
        return f"{self.hotline.code} {self.on} {self.get_result_display()}"


class PrintApproval(models.Model):
    """A person's word that a number with a weak source may be printed; it holds for that number only."""

    hotline = models.ForeignKey(Hotline, on_delete=models.CASCADE, related_name="print_approvals")
    number = models.CharField(_("number"), max_length=300, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("who")
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    reason = models.CharField(_("reason"), max_length=400)

    class Meta:
        verbose_name = _("approval for print")
        verbose_name_plural = _("approvals for print")
        ordering = ["-at"]

    def __str__(self):
        return f"{self.hotline.code} {self.at:%Y-%m-%d}"


class ProposalQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state=Proposal.State.OPEN)


class Proposal(models.Model):
    """A change to a published number, waiting for a second person."""

    class State(models.TextChoices):
        OPEN = "open", _("Waiting")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")

    hotline = models.ForeignKey(Hotline, on_delete=models.CASCADE, related_name="proposals", verbose_name=_("hotline"))
    changes = models.JSONField(_("changes"))  # {field: {"old": text, "new": text}}, values as fields write them
    publishes = models.BooleanField(_("publishes a new hotline"), default=False)
    reason = models.CharField(_("reason"), max_length=400, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed"), default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("number change")
        verbose_name_plural = _("number changes")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by=None)
                | models.Q(proposed_by=None)
                | ~models.Q(decided_by=models.F("proposed_by"))
                | ~models.Q(state="approved"),
                name="a_change_needs_two_people",
            )
        ]

    def __str__(self):
        return f"{self.hotline.code}, {self.proposed_at:%Y-%m-%d}"
