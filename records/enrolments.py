"""One learner taking one course, in any language, and how far they have come."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

QUIET_SECONDS = 10  # signs of life closer together than this are one: the next counts from the first


class Visitor(models.Model):
    """Somebody learning without an account. Known only by a random cookie, of which the hash is kept.

    Forgotten, with everything that hangs on it, `VISITOR_DAYS` after the last sign of life.
    """

    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("visitor")
        verbose_name_plural = _("visitors")

    def __str__(self):
        return f"visitor {self.pk}"


class EnrolmentQuerySet(models.QuerySet):
    def of(self, learner):
        """Of a user or of a visitor; of nobody for anyone else."""
        if isinstance(learner, Visitor):
            return self.filter(visitor=learner)
        if getattr(learner, "pk", None) and getattr(learner, "is_authenticated", False):
            return self.filter(user=learner)
        return self.none()

    def current(self):
        """The newest cycle of each course."""
        newer = self.model.objects.filter(
            course_key=models.OuterRef("course_key"), cycle__gt=models.OuterRef("cycle")
        ).filter(Q(user=models.OuterRef("user")) | Q(visitor=models.OuterRef("visitor")))
        return self.filter(~models.Exists(newer))


class Enrolment(models.Model):
    """One cycle of one course for one learner. Recertification begins a new cycle; nothing is deleted."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="enrolments",
        verbose_name=_("learner"),
    )
    visitor = models.ForeignKey(
        Visitor, on_delete=models.CASCADE, null=True, blank=True, related_name="enrolments", verbose_name=_("visitor")
    )
    course_key = models.UUIDField(_("course"), db_index=True)
    cycle = models.PositiveSmallIntegerField(_("cycle"), default=1)
    started_at = models.DateTimeField(_("started"), default=timezone.now, editable=False)
    language = models.CharField(_("language last used"), max_length=12, default="en")
    last_lesson_key = models.UUIDField(null=True, blank=True)
    active_seconds = models.PositiveIntegerField(_("active seconds"), default=0)
    evaluation_done = models.BooleanField(default=False)  # that it was answered, never what

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["-started_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, visitor__isnull=True) | Q(user__isnull=True, visitor__isnull=False),
                name="enrolment_has_one_learner",
            ),
            models.UniqueConstraint(
                fields=["user", "course_key", "cycle"],
                condition=Q(user__isnull=False),
                name="one_enrolment_per_user_course_cycle",
            ),
            models.UniqueConstraint(
                fields=["visitor", "course_key", "cycle"],
                condition=Q(visitor__isnull=False),
                name="one_enrolment_per_visitor_course_cycle",
            ),
        ]

    def __str__(self):
        return f"{self.user or self.visitor}: {self.course_key} ({self.cycle})"

    @property
    def learner(self):
        return self.user or self.visitor


class LessonProgress(models.Model):
    """A lesson opened, and perhaps finished."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="lessons")
    lesson_key = models.UUIDField()
    opened_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=12, default="en")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "lesson_key"], name="one_progress_per_lesson")]

    def __str__(self):
        return f"{self.lesson_key}"


class SeatTime(models.Model):
    """The last acknowledged sign of life in an enrolment, from which active time is counted by the server's clock.

    Each sign of life adds the seconds since the one before, at most `IDLE_CAP_SECONDS`; two tabs share one row, so they
    cannot double the time.
    """

    IDLE_CAP_SECONDS = 60

    enrolment = models.OneToOneField(Enrolment, on_delete=models.CASCADE, related_name="seat_time", primary_key=True)
    last_sign_at = models.DateTimeField()

    def __str__(self):
        return f"{self.last_sign_at:%H:%M:%S}"

    def is_quiet(self, *, now: datetime) -> bool:
        return is_fresh(self.last_sign_at, now=now)


def is_fresh(sign_at: datetime, *, now: datetime) -> bool:
    """Whether a sign of life is so fresh that another would change nothing."""
    return 0 <= (now - sign_at).total_seconds() < QUIET_SECONDS


class Accommodation(models.Model):
    """Extra time or attempts for one person, in one course or in all. Private: never on a certificate."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="accommodations", verbose_name=_("learner")
    )
    course_key = models.UUIDField(_("course"), null=True, blank=True, help_text=_("Empty: in every course."))
    extra_time_percent = models.PositiveSmallIntegerField(_("extra time in percent"), default=0)
    extra_attempts = models.PositiveSmallIntegerField(_("extra attempts"), default=0)
    no_wait = models.BooleanField(_("no wait between attempts"), default=False)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    granted_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("accommodation")
        verbose_name_plural = _("accommodations")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "course_key"],
                condition=Q(course_key__isnull=False),
                name="one_accommodation_per_user_course",
                violation_error_message=_("This person has an accommodation in this course already: change that one."),
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(course_key__isnull=True),
                name="one_accommodation_in_all_courses",
                violation_error_message=_("This person has an accommodation in every course already: change that one."),
            ),
        ]

    def __str__(self):
        return f"{self.user}"
