"""What visitors read about an organisation or a service, in languages other than the one its record is written in.

Rows per language of our own and no translatable snippets: an entry may be described in Khmer long before the site speaks
Khmer, and a hundred thousand entries need no tree of locales.
"""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey

from directory.models.entries import Organisation, Service, language_is_known
from hotlines import numbers


class Status(models.TextChoices):
    MACHINE = "machine", _("Machine draft")
    HUMAN = "human", _("Translated by a person")
    REVIEWED = "reviewed", _("Reviewed")


class Words(models.Model):
    language = models.CharField(_("language"), max_length=12, help_text=_("A code such as es or zh-hant."))
    name = models.CharField(_("name"), max_length=255, blank=True)
    description = models.TextField(_("description"), blank=True, max_length=4000)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.HUMAN)

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.language}: {self.name}"

    def clean(self):
        problems = {}
        if not language_is_known(self.language):
            problems["language"] = gettext("“%(code)s” is not the code of a language.") % {"code": self.language}
        for field in ("name", "description"):
            if numbers.looks_like_phone(getattr(self, field)):
                problems[field] = gettext("This looks like a telephone number. Numbers stand at the entry only.")
        if problems:
            raise ValidationError(problems)


class OrganisationWords(Words):
    organisation = ParentalKey(Organisation, on_delete=models.CASCADE, related_name="words")

    class Meta:
        verbose_name = _("words in another language")
        verbose_name_plural = _("words in other languages")
        ordering = ["language"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "language"], name="one_set_of_words_per_organisation")
        ]


class ServiceWords(Words):
    service = ParentalKey(Service, on_delete=models.CASCADE, related_name="words")
    application_process = models.TextField(_("how to reach it"), blank=True, max_length=2000)
    eligibility_description = models.TextField(_("who may come"), blank=True, max_length=2000)

    class Meta:
        verbose_name = _("words in another language")
        verbose_name_plural = _("words in other languages")
        ordering = ["language"]
        constraints = [models.UniqueConstraint(fields=["service", "language"], name="one_set_of_words_per_service")]
