"""Snippets lessons refer to: definitions, statistics, glossary terms, videos."""

from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import DraftStateMixin, RevisionMixin, TranslatableMixin
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from courses.forms import ProseForm
from kernel import films


class Confidence(models.TextChoices):
    """How sure the fact base is; see its `confidence_scale`."""

    HIGH = "high", _("High: an official source, or two that agree")
    MEDIUM = "medium", _("Medium: one reliable source, or an old official one")
    LOW = "low", _("Low: seen once in a weak or old source")
    UNVERIFIED = "unverified", _("Unverified: not to be published")


class Sourced(models.Model):
    """Where a fact comes from, as of when, and how sure that is."""

    source_url = models.CharField(_("source"), max_length=600, blank=True)
    as_of = models.CharField(
        _("as of"), max_length=40, blank=True, help_text=_("A date or year; “undated” if the source has none.")
    )
    confidence = models.CharField(_("confidence"), max_length=12, choices=Confidence.choices, default=Confidence.HIGH)

    class Meta:
        abstract = True


class Definition(DraftStateMixin, RevisionMixin, TranslatableMixin, Sourced, index.Indexed, models.Model):
    """A term of law: the statute's own words, the citation, and plain words beside them.

    The statute stays in English in every language, because only that text is the law; the plain words are translated.
    """

    key = models.SlugField(_("key"), max_length=80)
    term = models.CharField(_("term"), max_length=160)
    citation = models.CharField(_("citation"), max_length=200)
    statute = models.TextField(
        _("words of the statute"), blank=True, help_text=_("Exactly as printed. Leave empty to quote nothing.")
    )
    plain = models.TextField(_("plain words"))

    base_form_class = ProseForm
    panels = [
        FieldPanel("term"),
        FieldPanel("plain"),
        MultiFieldPanel(
            [
                FieldPanel("key"),
                FieldPanel("citation"),
                FieldPanel("statute"),
                FieldPanel("source_url"),
                FieldPanel("as_of"),
                FieldPanel("confidence"),
            ],
            heading=_("Law and source"),
        ),
    ]
    search_fields = [
        index.SearchField("term"),
        index.SearchField("plain"),
        index.AutocompleteField("term"),
        index.FilterField("locale_id"),
    ]
    override_translatable_fields = [
        TranslatableField("term"),
        TranslatableField("plain"),
        TranslatableField("citation"),
        SynchronizedField("key", overridable=False),
        SynchronizedField("statute", overridable=False),
        SynchronizedField("source_url", overridable=False),
        SynchronizedField("as_of", overridable=False),
        SynchronizedField("confidence", overridable=False),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("definition")
        verbose_name_plural = _("definitions")
        constraints = [models.UniqueConstraint(fields=["key", "locale"], name="one_definition_per_key_and_locale")]

    def __str__(self):
        return self.term


class Statistic(DraftStateMixin, RevisionMixin, TranslatableMixin, Sourced, index.Indexed, models.Model):
    """A figure, never shown without its year, publisher and kind."""

    class Kind(models.TextChoices):
        ESTIMATE = "estimate", _("Estimate")
        DETECTED = "detected", _("Victims detected by authorities")
        CONTACTS = "contacts", _("Contacts to a hotline")
        OTHER = "other", _("Count")

    key = models.SlugField(_("key"), max_length=80)
    claim = models.TextField(_("claim"), max_length=400)
    note = models.TextField(_("how to read it"), max_length=500, blank=True)
    year = models.PositiveSmallIntegerField(_("year"))
    publisher = models.CharField(_("publisher"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    historical = models.BooleanField(
        _("historical"), default=False, help_text=_("Shown with a label that newer figures exist.")
    )

    base_form_class = ProseForm
    panels = [
        FieldPanel("claim"),
        FieldPanel("note"),
        MultiFieldPanel(
            [
                FieldPanel("key"),
                FieldPanel("year"),
                FieldPanel("publisher"),
                FieldPanel("kind"),
                FieldPanel("historical"),
            ],
            heading=_("What it is"),
        ),
        MultiFieldPanel([FieldPanel("source_url"), FieldPanel("as_of"), FieldPanel("confidence")], heading=_("Source")),
    ]
    search_fields = [index.SearchField("claim"), index.AutocompleteField("claim"), index.FilterField("locale_id")]
    override_translatable_fields = [
        TranslatableField("claim"),
        TranslatableField("note"),
        TranslatableField("publisher"),
        SynchronizedField("key", overridable=False),
        SynchronizedField("year", overridable=False),
        SynchronizedField("kind", overridable=False),
        SynchronizedField("historical", overridable=False),
        SynchronizedField("source_url", overridable=False),
        SynchronizedField("as_of", overridable=False),
        SynchronizedField("confidence", overridable=False),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("statistic")
        verbose_name_plural = _("statistics")
        constraints = [models.UniqueConstraint(fields=["key", "locale"], name="one_statistic_per_key_and_locale")]

    def __str__(self):
        return f"{self.claim[:80]} ({self.year})"


class GlossaryTerm(DraftStateMixin, RevisionMixin, TranslatableMixin, index.Indexed, models.Model):
    """A word the courses use, explained in a sentence or two."""

    key = models.SlugField(_("key"), max_length=80)
    term = models.CharField(_("term"), max_length=160)
    meaning = models.TextField(_("meaning"), max_length=600)

    base_form_class = ProseForm
    panels = [FieldPanel("term"), FieldPanel("meaning"), FieldPanel("key")]
    search_fields = [
        index.SearchField("term"),
        index.SearchField("meaning"),
        index.AutocompleteField("term"),
        index.FilterField("locale_id"),
    ]
    override_translatable_fields = [
        TranslatableField("term"),
        TranslatableField("meaning"),
        SynchronizedField("key", overridable=False),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("glossary term")
        verbose_name_plural = _("glossary terms")
        constraints = [models.UniqueConstraint(fields=["key", "locale"], name="one_term_per_key_and_locale")]

    def __str__(self):
        return self.term


class Video(TranslatableMixin, index.Indexed, models.Model):
    """A film on our own server. It cannot be saved without captions and a transcript in its language."""

    title = models.CharField(_("title"), max_length=160)
    file = models.FileField(_("film"), upload_to="video/", validators=[FileExtensionValidator(["mp4", "webm"])])
    poster = models.ForeignKey(
        "kernel.Picture",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("still picture"),
    )
    captions = models.FileField(
        _("captions"),
        upload_to="captions/",
        validators=[FileExtensionValidator(["vtt"])],
        help_text=_("A WebVTT file in the language of this entry."),
    )
    transcript = RichTextField(
        _("transcript"), features=["bold", "italic"], help_text=_("Everything said, and what is seen and matters.")
    )

    base_form_class = ProseForm
    panels = [
        FieldPanel("title"),
        FieldPanel("file"),
        FieldPanel("poster"),
        FieldPanel("captions"),
        FieldPanel("transcript"),
    ]
    search_fields = [index.SearchField("title"), index.AutocompleteField("title"), index.FilterField("locale_id")]
    override_translatable_fields = [
        TranslatableField("title"),
        TranslatableField("transcript"),
        SynchronizedField("file"),
        SynchronizedField("captions"),
        SynchronizedField("poster"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("video")
        verbose_name_plural = _("videos")

    def __str__(self):
        return self.title

    def clean(self):
        super().clean()
        problems = {}
        for name, check in (("file", films.check_film), ("captions", films.check_captions)):
            file = getattr(self, name)
            if file and not file._committed:
                try:
                    check(file)
                except ValidationError as problem:
                    problems[name] = problem
        if problems:
            raise ValidationError(problems)
