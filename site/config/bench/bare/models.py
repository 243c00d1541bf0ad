"""An attempt and its answers, as plainly as the thought can be written."""

from django.db import models


class BareAttempt(models.Model):
    changed_at = models.DateTimeField(null=True)


class BareAnswer(models.Model):
    attempt = models.ForeignKey(BareAttempt, on_delete=models.CASCADE, related_name="answers")
    position = models.PositiveSmallIntegerField()
    choice = models.JSONField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attempt", "position"], name="one_bare_answer_per_position")]
