"""Campaigns and their words, posters somebody approved, sheets that were made of them, and kits.

Words of posters are kept apart from the site's languages on purpose: a place may need Khmer sheets long before the site speaks
Khmer. So they are rows per language of our own, each with its own review, and no translatable snippets.
"""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kernel import languages
from kernel.models import record_event
from posters import words
from posters.spec import CODE_SIGNS, shown


class Art(models.TextChoices):
    """The drawings. None shows a victim, a chain, a bar or an injury."""

    DOOR = "door", _("An open door and morning light")
    PAPERS = "papers", _("Passport, pay slip and key")
    THREAD = "thread", _("A telephone and a heart on a thread")


class Campaign(models.Model):
    """A theme with its drawing; the words are in `CampaignWords`."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    audience = models.CharField(_("for whom"), max_length=200, blank=True)
    art = models.CharField(_("drawing"), max_length=20, choices=Art.choices, default=Art.DOOR)

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["pk"]

    def __str__(self):
        return self.name


class Status(models.TextChoices):
    SOURCE = "source", _("Source text")
    MACHINE = "machine", _("Machine draft")
    REVIEWED = "reviewed", _("Reviewed by a person")


class Words(models.Model):
    """Words of one language, with their review.

    `edited` is what an editor's screen calls after a change: the review is gone, and starter files leave the row alone.
    """

    language = models.CharField(_("language"), max_length=12, choices=[(code, code) for code in words.LANGUAGES])
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.MACHINE, editable=False
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("reviewed by"),
    )
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True, editable=False)
    reviewer_is_native = models.BooleanField(_("read by a native speaker"), default=False, editable=False)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)
    written_by_person = models.BooleanField(default=False, editable=False)

    class Meta:
        abstract = True

    @property
    def language_name(self) -> str:
        return languages.english_name(self.language)

    @property
    def is_draft(self) -> bool:
        return self.status == Status.MACHINE

    def texts(self) -> dict:
        """The words by name, as `posters.words.tongue` takes them."""
        raise NotImplementedError

    def clean(self):
        problems = {}
        for name, text in self.texts().items():
            if not isinstance(text, str):
                continue
            unknown = words.blanks(text) - words.BLANKS.get(name, set())
            missing = words.BLANKS.get(name, set()) - words.blanks(text)
            if unknown or missing:
                problems[name] = gettext("The blanks here are %(blanks)s, each once, as they stand.") % {
                    "blanks": ", ".join(f"{{{blank}}}" for blank in sorted(words.BLANKS.get(name, set()))) or "–"
                }
            elif any(sign.isdigit() for sign in text) and name not in {"always", "promise", "notice_body"}:
                problems[name] = gettext("Numbers come from the hotline registry and are never typed.")
        if problems:
            raise ValidationError(problems)

    def edited(self) -> None:
        """A person changed the words: they wait for a review again, unless they are the source."""
        self.written_by_person = True
        if self.status == Status.REVIEWED:
            self.status, self.reviewed_by, self.reviewed_on = Status.MACHINE, None, None
            self.reviewer_is_native = False

    def review(self, person, *, on, is_native: bool = False) -> None:
        """A reader of the language signs these words, and says whether it is their own."""
        self.status, self.reviewed_by, self.reviewed_on = Status.REVIEWED, person, on
        self.reviewer_is_native = is_native
        self.save(update_fields=["status", "reviewed_by", "reviewed_on", "reviewer_is_native", "changed_at"])
        subject = f"{self._meta.model_name}:{self.pk}"
        record_event("posters.reviewed", actor=person, subject=subject, detail={"native": is_native})


def text_field(label, most: int, **more) -> models.CharField:
    return models.CharField(label, max_length=most, **more)


class CommonWords(Words):
    """What every sheet of a language says, whatever the campaign."""

    topic = text_field(_("topic line"), 80)
    free = text_field(_("free of charge"), 60)
    confidential = text_field(_("confidential"), 60)
    always = text_field(_("day and night"), 100)
    interpreters = text_field(_("interpreters"), 100)
    text = text_field(_("text line"), 120, help_text=_("With {keyword} and {text}."))
    text_limited = text_field(_("text line that answers in English or Spanish only"), 160)
    emergency = text_field(_("emergency"), 120, help_text=_("With {emergency}."))
    scan = text_field(_("more help"), 60)
    issued = text_field(_("who issued it"), 80, help_text=_("With {issuer}."))
    tab = text_field(_("word on a strip"), 60, help_text=_("Neutral: the strip must be safe to be found with."))
    notice_title = text_field(_("title of the notice"), 80)
    notice_body = models.TextField(_("wording of the notice"), max_length=600, validators=[MaxLengthValidator(600)])

    class Meta:
        verbose_name = _("common words")
        verbose_name_plural = _("common words")
        ordering = ["language"]
        constraints = [models.UniqueConstraint(fields=["language"], name="one_set_of_common_words_per_language")]

    def __str__(self):
        return self.language_name

    NAMES = (
        "topic", "free", "confidential", "always", "interpreters", "text", "text_limited", "emergency", "scan", "issued",
        "tab", "notice_title", "notice_body",
    )  # fmt: skip

    def texts(self) -> dict:
        return {name: getattr(self, name) for name in self.NAMES}


class CampaignWords(Words):
    """A campaign in one language. `|` in the headline marks where a line may end."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="words")
    headline = text_field(
        _("headline"), 80, help_text=_("Three to five words. A bar | marks where a line may end, and only there.")
    )
    promise = text_field(_("promise"), 300, help_text=_("One or two sentences: what is right, and that there is help."))
    sign_1 = text_field(_("first sign"), 120)
    sign_2 = text_field(_("second sign"), 120)
    sign_3 = text_field(_("third sign"), 120)
    call = text_field(_("call line"), 80, help_text=_("Stands above the number."))
    trust = text_field(_("trust line"), 120, help_text=_("Printed only for lines known to be confidential."))

    class Meta:
        verbose_name = _("campaign words")
        verbose_name_plural = _("campaign words")
        ordering = ["campaign", "language"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "language"], name="one_set_of_words_per_campaign_and_language")
        ]

    def __str__(self):
        return f"{self.campaign}: {self.language_name}"

    NAMES = ("headline", "promise", "sign_1", "sign_2", "sign_3", "call", "trust")

    def texts(self) -> dict:
        return {**{name: getattr(self, name) for name in self.NAMES}, "signs": [self.sign_1, self.sign_2, self.sign_3]}


class PosterQuerySet(models.QuerySet):
    def public(self):
        """Posters for the public gallery: approved by a person, and not taken down."""
        return self.filter(is_public=True, approved_at__isnull=False)


class Poster(models.Model):
    """A choice somebody approved: it stands in the gallery, and its sheet is made again when a number or word changes.

    `sheet` is the sheet the gallery offers, empty until it was made; `posters.gallery` approves and takes down.
    """

    name = models.CharField(_("name"), max_length=160)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="posters", verbose_name=_("campaign"))
    choice = models.JSONField(
        _("choice"), help_text=_("Design, size, languages, place and look, as `posters.choice` reads it.")
    )
    sheet = models.ForeignKey(
        "posters.Sheet",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="posters",
        verbose_name=_("sheet"),
    )
    is_public = models.BooleanField(_("in the public gallery"), default=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)

    objects = PosterQuerySet.as_manager()

    class Meta:
        verbose_name = _("poster")
        verbose_name_plural = _("posters")
        ordering = ["-pk"]

    def __str__(self):
        return self.name


class SheetState(models.TextChoices):
    CURRENT = "current", _("Current")
    OUTDATED = "outdated", _("Outdated")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class SheetQuerySet(models.QuerySet):
    def current(self):
        return self.filter(withdrawn_at=None, outdated_at=None)

    def outdated(self):
        """Sheets whose numbers are no longer those of their place, and which nobody withdrew."""
        return self.filter(withdrawn_at=None, outdated_at__isnull=False)

    def withdrawn(self):
        return self.filter(withdrawn_at__isnull=False)

    def carrying(self, hotline):
        """Sheets that print a number of `hotline`, and were not withdrawn."""
        return self.filter(hotlines=hotline, withdrawn_at=None)

    def by_code(self, code: str):
        """The sheet of a printed code, as people type it."""
        plain = self.plain_code(code)
        return self.filter(code=plain) if set(plain) <= set(CODE_SIGNS) else self.none()

    @staticmethod
    def plain_code(typed: str) -> str:
        """A code, or the beginning of one, without dashes and with the signs people mistake for others put right."""
        return typed.upper().translate(str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": ""}))


class Sheet(models.Model):
    """One sheet that was made: its words and numbers for good, and whether it still holds."""

    key = models.CharField(_("key"), max_length=64, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=8, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="sheets", verbose_name=_("campaign"))
    design = models.CharField(_("design"), max_length=20)
    size = models.CharField(_("size"), max_length=20)
    languages = models.CharField(_("languages"), max_length=200, help_text=_("Codes with a bar between."))
    choice = models.JSONField(_("choice"), editable=False)
    spec = models.TextField(_("everything it says"), editable=False)
    sha256 = models.CharField(_("checksum of the file"), max_length=64, editable=False)
    bytes = models.PositiveIntegerField(_("bytes"), editable=False)
    hotlines = models.ManyToManyField("hotlines.Hotline", related_name="sheets", verbose_name=_("hotlines"))
    numbers = models.JSONField(_("numbers"), default=dict, editable=False)  # by blank, as `posters.spec` holds them
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    outdated_at = models.DateTimeField(_("outdated since"), null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_why = models.CharField(_("why"), max_length=200, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )
    replaced_by = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="replaces",
        verbose_name=_("replaced by"),
    )

    is_behind_the_counter = True
    objects = SheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("sheet")
        verbose_name_plural = _("sheets")
        ordering = ["-made_at", "-pk"]

    def __str__(self):
        return shown(self.code)

    @property
    def language_codes(self) -> list[str]:
        return self.languages.split("|")

    @property
    def spoken(self) -> str:
        """Its languages by their English names."""
        return ", ".join(languages.english_name(code) for code in self.language_codes)

    @property
    def state(self) -> str:
        """What the record says; `posters.sheets.standing` asks the registry and the words of this moment."""
        if self.withdrawn_at is not None:
            return SheetState.WITHDRAWN
        return SheetState.OUTDATED if self.outdated_at is not None else SheetState.CURRENT

    @property
    def state_label(self) -> str:
        return SheetState(self.state).label


class KitState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    WORKING = "working", _("Being made")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class KitPurpose(models.TextChoices):
    ORDER = "order", _("Ordered")
    REISSUE = "reissue", _("Re-issue of outdated sheets")
    RENEWAL = "renewal", _("Made again after a number changed")


ROW_COUNTS = ("waiting", "making", "made", "failed", "cancelled")


class KitQuerySet(models.QuerySet):
    def of(self, user):
        """Kits this person may see: their own; an administrator all."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_administrator else self.filter(made_by=user)

    def unfinished(self):
        return self.filter(state__in=[KitState.WAITING, KitState.WORKING])

    def with_outdated(self):
        """Those that hold a sheet whose numbers are no longer right."""
        rows = KitSheet.objects.filter(kit=models.OuterRef("pk"), sheet__in=Sheet.objects.outdated())
        return self.filter(models.Exists(rows))

    def for_reissue(self, *, since=None):
        """Those with outdated sheets whose owner has ordered no current one of their kind since; `since` leaves out older ones."""
        got = KitSheet.objects.filter(
            kit__made_by=models.OuterRef("kit__made_by"),
            kit__purpose__in=[KitPurpose.ORDER, KitPurpose.REISSUE],
            kit__made_at__gte=models.OuterRef("sheet__outdated_at"),
            sheet__outdated_at=None,
            **{
                f"sheet__{name}": models.OuterRef(f"sheet__{name}")
                for name in ("campaign", "languages", "design", "size")
            },
        )
        rows = KitSheet.objects.filter(kit=models.OuterRef("pk"), sheet__in=Sheet.objects.outdated())
        if since is not None:
            rows = rows.filter(sheet__outdated_at__gt=since)
        return self.exclude(purpose=KitPurpose.RENEWAL).filter(models.Exists(rows.filter(~models.Exists(got))))

    def with_counts(self):
        """Adds `total`, one count for each state of a row, and `outdated_count`."""
        counts = {f"{state}_count": models.Count("places", models.Q(places__state=state)) for state in ROW_COUNTS}
        outdated = models.Q(places__sheet__outdated_at__isnull=False, places__sheet__withdrawn_at=None)
        return self.annotate(total=models.Count("places"), outdated_count=models.Count("places", outdated), **counts)


class Kit(models.Model):
    """The sheets that somebody takes to the printer together. Rows (`places`) hold what is wanted and what became of it."""

    name = models.CharField(_("name"), max_length=160)
    purpose = models.CharField(
        _("purpose"), max_length=10, choices=KitPurpose.choices, default=KitPurpose.ORDER, editable=False
    )
    state = models.CharField(
        _("state"), max_length=10, choices=KitState.choices, default=KitState.WAITING, db_index=True, editable=False
    )
    digest = models.CharField(max_length=64, blank=True, db_index=True, editable=False)  # SHA-256 of what is wanted
    hotline = models.ForeignKey(
        "hotlines.Hotline",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="renewals",
        verbose_name=_("changed hotline"),
    )
    sheets = models.ManyToManyField(
        Sheet, through="KitSheet", through_fields=("kit", "sheet"), related_name="kits", verbose_name=_("sheets")
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="kits",
        verbose_name=_("made by"),
    )
    made_at = models.DateTimeField(_("ordered"), default=timezone.now)
    started_at = models.DateTimeField(_("begun"), null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    is_behind_the_counter = True
    objects = KitQuerySet.as_manager()

    class Meta:
        verbose_name = _("kit")
        verbose_name_plural = _("kits")
        ordering = ["-made_at", "-pk"]

    def __str__(self):
        return self.name

    @property
    def is_unfinished(self) -> bool:
        return self.state in {KitState.WAITING, KitState.WORKING}


class RowState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    MAKING = "making", _("Being made")
    MADE = "made", _("Made")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class KitSheet(models.Model):
    """A sheet's place in a kit: what is wanted, how far it is, and the sheet once it is there."""

    is_behind_the_counter = True

    kit = models.ForeignKey(Kit, on_delete=models.CASCADE, related_name="places")
    position = models.PositiveIntegerField()
    choice = models.JSONField(_("choice"), default=dict, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=RowState.choices, default=RowState.WAITING, editable=False
    )
    tries = models.PositiveSmallIntegerField(_("tries"), default=0, editable=False)
    problem = models.TextField(_("what went wrong"), blank=True, editable=False)
    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, null=True, blank=True, related_name="places")
    name = models.CharField(_("file"), max_length=200, blank=True)
    replaces = models.ForeignKey(
        Sheet, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="renewals"
    )

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["kit", "position"], name="one_sheet_per_place_in_a_kit")]
        indexes = [models.Index(fields=["kit", "state"], name="rows_of_a_kit_by_state")]

    def __str__(self):
        return self.name or f"{self.kit} {self.position}"


class KitNotice(models.Model):
    """When somebody was last written to about outdated sheets in their kits."""

    is_behind_the_counter = True
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)

    def __str__(self):
        return f"{self.user}: {self.sent_at or '–'}"


class Lookout(models.Model):
    """The one row that says up to which moment changes of numbers were looked at."""

    is_behind_the_counter = True
    looked_at = models.DateTimeField()

    def __str__(self):
        return str(self.looked_at)
