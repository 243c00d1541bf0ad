"""Completions and the papers that show them. Both are evidence: written once, never rewritten."""

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from records.enrolments import Enrolment

# Without 0/O, 1/I/L: read aloud and typed by hand. 31 signs ** 27 = 133 bits (SAFEGUARDS S7 asks 128).
CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 27


def new_code() -> str:
    return drawn(CODE_LENGTH)


def drawn(length: int) -> str:
    """Signs drawn by the system's generator, every row of them as likely as any other: one number gives them all."""
    number, signs = secrets.randbelow(len(CODE_SIGNS) ** length), []
    for _ in range(length):
        number, place = divmod(number, len(CODE_SIGNS))
        signs.append(CODE_SIGNS[place])
    return "".join(signs)


class Completion(models.Model):
    """The fact that an enrolment was completed: what was in force, what was reached, how long it is valid."""

    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="completion")
    attempt = models.OneToOneField(
        "records.Attempt", on_delete=models.PROTECT, null=True, blank=True, related_name="completion"
    )
    completed_at = models.DateTimeField(_("completed"))
    course_title = models.CharField(max_length=255)
    course_revision = models.CharField(max_length=64, blank=True)
    rules = models.JSONField(default=dict)
    score_percent = models.PositiveSmallIntegerField(null=True, blank=True)
    languages = models.JSONField(default=list)
    active_seconds = models.PositiveIntegerField(default=0)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)  # frozen at issue

    class Meta:
        verbose_name = _("completion")
        verbose_name_plural = _("completions")
        ordering = ["-completed_at"]

    def __str__(self):
        return f"{self.course_title} {self.completed_at:%Y-%m-%d}"


class State(models.TextChoices):
    VALID = "valid", _("Valid")
    EXPIRED = "expired", _("Expired")
    SUPERSEDED = "superseded", _("Superseded")
    REVOKED = "revoked", _("Revoked")


class PrintedCertificate(models.Model):
    """What stands on the paper, copied at issue, so that a later change of course or name never rewrites it."""

    number = models.CharField(_("number"), max_length=24, unique=True)
    code = models.CharField(_("verify code"), max_length=32, unique=True, default=new_code, editable=False)
    locale = models.CharField(max_length=12, default="en")
    course_key = models.UUIDField()
    course_title = models.CharField(max_length=255)
    titles = models.JSONField(default=dict)  # language code -> title of the course when issued
    issuer = models.CharField(max_length=160)
    completed_on = models.DateField(_("completed on"))
    issued_on = models.DateField(_("issued on"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    score_percent = models.PositiveSmallIntegerField(null=True, blank=True)
    show_score = models.BooleanField(_("print the score"), default=False)
    minutes = models.PositiveIntegerField(_("active minutes"), default=0)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)  # of a replaced one: when it was replaced
    replaced_by = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaces")
    reason = models.CharField(_("reason for revoking or replacing"), max_length=300, blank=True)

    class Meta:
        abstract = True

    def __str__(self):
        return self.number

    def title_language(self, code: str) -> str:
        """The language in which `title_in` answers."""
        if code in self.titles:
            return code
        return next((language for language, title in self.titles.items() if title == self.course_title), self.locale)

    def title_in(self, code: str) -> str:
        """The course's title as it was in that language at issue, else in the language of issue."""
        return self.titles.get(code) or self.course_title

    def state(self, *, on) -> str:
        """One of `State` on the date `on`. The last day of validity is still valid."""
        if self.replaced_by_id:
            return State.SUPERSEDED
        if self.revoked_at:
            return State.REVOKED
        if self.valid_until and on > self.valid_until:
            return State.EXPIRED
        return State.VALID


class Certificate(PrintedCertificate):
    """The paper of a completion of somebody with an account."""

    completion = models.ForeignKey(Completion, on_delete=models.PROTECT, related_name="certificates")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="certificates", verbose_name=_("holder")
    )
    name = models.CharField(_("name as printed"), max_length=150)
    show_name = models.BooleanField(_("show my name to whoever has the code"), default=True)

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-issued_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["completion"],
                condition=models.Q(replaced_by__isnull=True, revoked_at__isnull=True),
                name="one_standing_certificate_per_completion",
            )
        ]


class PublicCertificate(PrintedCertificate):
    """The paper of somebody without an account: the name was typed, printed and forgotten; a keyed hash of it is kept.

    `completion` is emptied when the visitor is forgotten; until then it keeps one completion from certifying many names.
    """

    completion = models.ForeignKey(
        Completion, on_delete=models.SET_NULL, null=True, blank=True, related_name="public_certificates"
    )
    name_hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("certificate without account")
        verbose_name_plural = _("certificates without account")
        constraints = [
            models.UniqueConstraint(
                fields=["completion"],
                condition=models.Q(completion__isnull=False, replaced_by__isnull=True, revoked_at__isnull=True),
                name="one_standing_public_certificate_per_completion",
            )
        ]
