"""Links by which organisations update themselves, and what came back by them."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.exchange.models import person
from directory.models import Organisation


class UpdateLink(models.Model):
    """A way for one organisation to see and correct its entry. What is sent by it waits for an editor."""

    class Answer(models.TextChoices):
        NONE = "none", _("No answer yet")
        OPEN = "open", _("Waits for an editor")
        RETURNED = "returned", _("Sent back with a question")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="update_links")
    made_by = person(_("made by"))
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    expires_at = models.DateTimeField(_("ends"))
    mailed_at = models.DateTimeField(_("mailed"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer.choices, default=Answer.NONE, db_index=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    changes = models.JSONField(default=dict)  # {key of a value: {"old": text, "new": text}}
    remark = models.TextField(_("remark of the organisation"), blank=True, max_length=1500)
    question = models.CharField(_("question of the editor"), max_length=600, blank=True)
    decided_by = person(_("decided by"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("update by the organisation")
        verbose_name_plural = _("updates by organisations")
        ordering = ["-made_at"]

    def __str__(self):
        return f"{self.organisation}, {self.made_at:%Y-%m-%d}"

    def works(self, *, now) -> bool:
        """Whether the organisation may still use it."""
        return self.closed_at is None and now < self.expires_at
