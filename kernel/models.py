"""Pictures, documents and the audit trail."""

import hashlib
import json

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument
from wagtail.documents.models import Document as WagtailDocument
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.images.models import Image as WagtailImage


class Picture(AbstractImage):
    """An uploaded picture. Re-encoded on upload (`kernel.pictures`), so that no position or author stays in it."""

    credit = models.CharField(_("credit"), max_length=200, blank=True)
    admin_form_fields = (*WagtailImage.admin_form_fields, "credit")

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        permissions = [("choose_image", _("Can choose a picture"))]


class Rendition(AbstractRendition):
    """A picture in one size."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="one_rendition_per_size")
        ]


class SiteDocument(AbstractDocument):
    """A file to download."""

    admin_form_fields = WagtailDocument.admin_form_fields

    class Meta(AbstractDocument.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        permissions = [("choose_document", _("Can choose a document"))]


class StarterEntry(models.Model):
    """What the loader wrote last: the digest of the words it read, and of the object as it left it."""

    key = models.CharField(max_length=190)
    language = models.CharField(max_length=12)
    words_digest = models.CharField(max_length=64)
    state_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("starter entry")
        verbose_name_plural = _("starter entries")
        constraints = [models.UniqueConstraint(fields=["key", "language"], name="one_starter_entry_per_language")]

    def __str__(self):
        return f"{self.key} ({self.language})"


class AuditEvent(models.Model):
    """One thing somebody did, chained by hash to the one before: a changed or removed row shows."""

    at = models.DateTimeField(_("when"), editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    action = models.CharField(_("action"), max_length=60)
    subject = models.CharField(_("subject"), max_length=120, blank=True)
    detail = models.JSONField(_("detail"), default=dict, blank=True)
    previous_hash = models.CharField(max_length=64, editable=False)
    hash = models.CharField(max_length=64, unique=True, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.subject}"

    def digest(self) -> str:
        """SHA-256 over the previous hash and this row's facts.

        The actor is left out on purpose: erasing a person sets it to null and must not break the chain.
        """
        facts = json.dumps(
            [self.previous_hash, self.at.isoformat(), self.action, self.subject, self.detail],
            sort_keys=True,
            ensure_ascii=False,
        )
        return hashlib.sha256(facts.encode()).hexdigest()


def record_event(action: str, *, actor=None, subject: str = "", detail: dict | None = None, at=None) -> AuditEvent:
    """Append one event to the trail. Rows are only ever added."""
    with transaction.atomic():
        last = AuditEvent.objects.select_for_update().order_by("-pk").first()
        event = AuditEvent(
            at=at or timezone.now(),
            actor=actor if getattr(actor, "pk", None) else None,
            action=action,
            subject=subject,
            detail=detail or {},
            previous_hash=last.hash if last else "",
        )
        event.hash = event.digest()
        event.save(force_insert=True)
    return event


def first_broken_event() -> AuditEvent | None:
    """Return the first event whose hash or link to the one before does not fit, or None when the trail is whole."""
    previous = ""
    for event in AuditEvent.objects.order_by("pk").iterator():
        if event.previous_hash != previous or event.hash != event.digest():
            return event
        previous = event.hash
    return None


__all__ = ["AuditEvent", "Picture", "Rendition", "SiteDocument", "StarterEntry", "first_broken_event", "record_event"]
