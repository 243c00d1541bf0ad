"""Who translated, reviewed, asked and decided what. The texts themselves are wagtail-localize's."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """How far one translated text, or the weakest text of a page, has come."""

    MISSING = "missing", _("Missing")
    STALE = "stale", _("The source changed")
    WRONG = "wrong", _("Has an error")
    MACHINE = "machine", _("Machine draft")
    HUMAN = "human", _("Translated by a person")
    REVIEWED = "reviewed", _("Reviewed")


class ContentClass(models.TextChoices):
    """What kind of text it is: strictness goes by it."""

    ASSESSMENT = "assessment", _("Questions")
    COURSE = "course", _("Courses and lessons")
    REFERENCE = "reference", _("Definitions, terms and hotline words")
    PAGE = "page", _("Pages")


def person(label, **more) -> models.ForeignKey:
    """Somebody who may leave: the fact stays, the name goes."""
    options = {"on_delete": models.SET_NULL, "null": True, "blank": True, "related_name": "+", "verbose_name": label}
    return models.ForeignKey(settings.AUTH_USER_MODEL, **{**options, **more})


class TranslatorLanguage(models.Model):
    """A language somebody may translate into. Administrators may translate into all."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="translator_languages",
        verbose_name=_("person"),
    )
    language = models.CharField(_("language"), max_length=12)
    is_native = models.BooleanField(_("native speaker"), default=False)
    may_review = models.BooleanField(_("may review"), default=False)

    class Meta:
        verbose_name = _("translator’s language")
        verbose_name_plural = _("translators’ languages")
        ordering = ["language", "user"]
        constraints = [models.UniqueConstraint(fields=["user", "language"], name="one_row_per_translator_and_language")]

    def __str__(self):
        return f"{self.user} ({self.language})"


class Review(models.Model):
    """Somebody read this translation and stands for it. The row goes when the words change."""

    translation = models.OneToOneField(
        "wagtail_localize.StringTranslation", on_delete=models.CASCADE, related_name="review"
    )
    by = person(_("reviewed by"))
    is_native = models.BooleanField(_("native speaker"), default=False)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")

    def __str__(self):
        return f"{self.translation_id} {self.at:%Y-%m-%d}"


class Edit(models.Model):
    """What a translation said from some moment on, and what its source said then."""

    class Way(models.TextChoices):
        DRAFT = "draft", _("machine draft")
        TYPED = "typed", _("typed")
        IMPORTED = "imported", _("imported")
        RESTORED = "restored", _("taken back")

    context = models.ForeignKey("wagtail_localize.TranslationContext", on_delete=models.CASCADE, related_name="+")
    locale = models.ForeignKey("wagtailcore.Locale", on_delete=models.CASCADE, related_name="+")
    source = models.TextField(_("source then"))
    text = models.TextField(_("translation"))
    way = models.CharField(_("how"), max_length=10, choices=Way.choices, default=Way.TYPED)
    by = person(_("by"))
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("edit")
        verbose_name_plural = _("edits")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["context", "locale"], name="edits_of_a_place")]

    def __str__(self):
        return f"{self.context_id} {self.at:%Y-%m-%d %H:%M}"


class Comment(models.Model):
    """Something to say about one text in one locale."""

    context = models.ForeignKey("wagtail_localize.TranslationContext", on_delete=models.CASCADE, related_name="+")
    string = models.ForeignKey("wagtail_localize.String", on_delete=models.CASCADE, related_name="+")
    locale = models.ForeignKey("wagtailcore.Locale", on_delete=models.CASCADE, related_name="+")
    text = models.TextField(_("comment"), max_length=1000)
    by = person(_("by"))
    at = models.DateTimeField(_("when"), default=timezone.now)
    resolved_at = models.DateTimeField(_("settled"), null=True, blank=True)

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["at", "pk"]

    def __str__(self):
        return self.text[:60]


class Handover(models.Model):
    """A translation that was sent to a reviewer."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for a reviewer")
        ACCEPTED = "accepted", _("Accepted")
        RETURNED = "returned", _("Returned")

    translation = models.ForeignKey("wagtail_localize.Translation", on_delete=models.CASCADE, related_name="handovers")
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    sent_by = person(_("sent by"))
    sent_at = models.DateTimeField(_("sent"), default=timezone.now)
    note = models.TextField(_("note to the reviewer"), max_length=1000, blank=True)
    decided_by = person(_("decided by"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    answer = models.TextField(_("answer of the reviewer"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["translation"], condition=models.Q(state="waiting"), name="one_open_handover_per_translation"
            )
        ]

    def __str__(self):
        return f"{self.translation_id} {self.state}"


class Policy(models.Model):
    """What a translation of one content class needs before people of an organisation may publish it.

    Without an organisation it holds for the whole site; units take over what stands above them.
    """

    organisation = models.ForeignKey(
        "accounts.Organisation",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organisation"),
        help_text=_("Empty: the whole site."),
    )
    content_class = models.CharField(_("kind of text"), max_length=12, choices=ContentClass.choices)
    complete = models.BooleanField(_("complete"), default=True, help_text=_("No text is missing."))
    fresh = models.BooleanField(_("not stale"), default=True, help_text=_("No source changed since."))
    reviewed = models.BooleanField(_("reviewed"), default=False, help_text=_("Somebody other read every text."))
    native = models.BooleanField(_("by a native speaker"), default=False)
    notice = models.BooleanField(
        _("always say that English counts"),
        default=False,
        help_text=_("Reviewed pages, too, carry the note that English is the authoritative version."),
    )

    class Meta:
        verbose_name = _("publishing rule")
        verbose_name_plural = _("publishing rules")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "content_class"], name="one_rule_per_organisation_and_class"
            ),
            models.UniqueConstraint(
                fields=["content_class"],
                condition=models.Q(organisation=None),
                name="one_rule_of_the_site_per_class",
            ),
        ]

    def __str__(self):
        return f"{self.organisation or _('Whole site')}: {self.get_content_class_display()}"


class WorkbenchPermission(models.Model):
    """Holds permissions only; it has no rows and no table."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [
            ("translate", _("Can translate into their languages")),
            ("manage_translation", _("Can translate into every language, name translators and set publishing rules")),
        ]
