"""What learners say after the course (6 U.S.C. 642(b)(5)). Anonymous: an answer points at nobody."""

import uuid
from datetime import datetime

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.paper import plain
from records.enrolments import Enrolment

# Name -> question. Each is answered from 1 to 5, or left out.
QUESTIONS = {
    "useful": _("How useful was this course for your work or daily life?"),
    "before": _("Before the course: how sure were you that you could recognise human trafficking?"),
    "after": _("Now: how sure are you that you could recognise human trafficking?"),
    "understood": _("How easy was the course to understand?"),
    "safe": _("How sure are you that you know what to do, and what not to do, without putting anybody in danger?"),
}
SCALE = {1: _("1: not at all"), 2: "2", 3: "3", 4: "4", 5: _("5: very")}
COMMENT = "comment"
COMMENT_MOST = 1000  # signs


class AlreadyAnswered(Exception):
    """This learner has answered for this enrolment before."""


class EvaluationAnswer(models.Model):
    """One answered form. Only the day's month is kept, so that a clock cannot tell whose it is; nor can a running number.

    `answers` maps question name -> 1..5, or text for the open question.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    course_key = models.UUIDField(db_index=True)
    locale = models.CharField(max_length=12)
    month = models.DateField(_("month"))
    answers = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("evaluation answer")
        verbose_name_plural = _("evaluation answers")

    def __str__(self):
        return f"{self.course_key} {self.month:%Y-%m}"


@transaction.atomic
def answer(enrolment: Enrolment, answers: dict, *, locale: str, now: datetime) -> None:
    """Keep the answers, and separately that this enrolment has answered. Nothing joins the two.

    Raises AlreadyAnswered the second time.
    """
    if not Enrolment.objects.filter(pk=enrolment.pk, evaluation_done=False).update(evaluation_done=True):
        raise AlreadyAnswered
    kept = {name: int(answers[name]) for name in QUESTIONS if answers.get(name)}
    comment = plain(answers.get(COMMENT, ""), most=COMMENT_MOST, lines=12)
    if comment:
        kept[COMMENT] = comment
    if kept:
        month = timezone.localtime(now).date().replace(day=1)
        EvaluationAnswer.objects.create(course_key=enrolment.course_key, locale=locale, month=month, answers=kept)
