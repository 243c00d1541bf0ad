"""One try at a course's assessment. It keeps what was shown, every answer when given, and the rules it began with."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from records.enrolments import Enrolment


class QuestionEdition(models.Model):
    """A question as it stood in one locale: words, choices and key, frozen. Equal content is stored once.

    `content` = {"stem", "explanation", "kind", "scoring", "concept", "lesson_key", "part", "choices": [{"key", "text", "match",
    "feedback", "category", "correct", "critical", "pinned"}], "steps": [{"text", "options": [{"key", "text", "outcome",
    "consequence", "next"}]}]}. Choice keys are translation keys (or block ids), equal in all languages. Never sent to a
    browser as it is: it holds the answer key.
    """

    digest = models.CharField(max_length=64, unique=True)
    question_key = models.UUIDField(db_index=True)
    locale = models.CharField(max_length=12)
    content = models.JSONField()
    first_shown_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self):
        return f"{self.question_key} {self.locale} {self.digest[:8]}"


class Attempt(models.Model):
    """One try. `rules` holds the course rules frozen at its start; marking is on the server."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField(_("number"))
    key = models.UUIDField(unique=True, editable=False)
    seed = models.CharField(max_length=32, editable=False)
    rules = models.JSONField(default=dict)
    course_revision = models.CharField(max_length=64, blank=True)
    languages = models.JSONField(default=list)  # codes in which questions were shown, in order of first use
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    deadline_at = models.DateTimeField(_("must be handed in by"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("handed in"), null=True, blank=True)
    score_percent = models.PositiveSmallIntegerField(_("score in percent"), null=True, blank=True)
    passed = models.BooleanField(_("passed"), null=True)
    harmed = models.BooleanField(_("failed by a harmful answer"), default=False)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["enrolment", "number"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "number"], name="one_attempt_per_number"),
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(submitted_at__isnull=True), name="one_open_attempt_per_enrolment"
            ),
        ]

    def __str__(self):
        return f"{self.enrolment} #{self.number}"

    @property
    def is_open(self) -> bool:
        return self.submitted_at is None


class AttemptItem(models.Model):
    """One question of an attempt: which, in what order its options stood, what was answered, what it earned.

    `answer` by kind: single and true_false {"choice": key}; multiple {"choices": [key]}; matching {"pairs": {key: key}};
    ordering {"order": [key]}; classify {"categories": {key: category}}; scenario {"path": [option key]}.
    `editions` maps locale code -> QuestionEdition id shown in it; `base_edition` is marked against.
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    question_key = models.UUIDField()
    base_edition = models.ForeignKey(QuestionEdition, on_delete=models.PROTECT, related_name="+")
    editions = models.JSONField(default=dict)
    option_order = models.JSONField(default=list)
    answer = models.JSONField(null=True, blank=True)
    answer_locale = models.CharField(max_length=12, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    flagged = models.BooleanField(default=False, db_default=False)  # the learner wants to come back to it; never marked
    credit = models.FloatField(null=True, blank=True)  # 0..1 after marking
    harmed = models.BooleanField(default=False)

    class Meta:
        ordering = ["attempt", "position"]
        constraints = [models.UniqueConstraint(fields=["attempt", "position"], name="one_item_per_position")]

    def __str__(self):
        return f"{self.attempt_id}/{self.position}"
