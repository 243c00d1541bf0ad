"""Who checked an entry, which protected contacts wait for a second person, and what visitors sent in.

Nothing here says who a visitor is: no address, no cookie, no account; a way to answer only if they wrote one.
"""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models.entries import Organisation
from directory.vocabulary import How


class Verification(models.Model):
    """Somebody looked whether an entry is right. Rows are only ever added."""

    class Result(models.TextChoices):
        CONFIRMED = "confirmed", _("It is right")
        CHANGED = "changed", _("Something has changed")
        UNCLEAR = "unclear", _("It could not be found out")
        CLOSED = "closed", _("The organisation no longer works")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="verifications")
    on = models.DateField(_("when"), default=timezone.localdate)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    how = models.CharField(_("how"), max_length=12, choices=How.choices)
    result = models.CharField(_("result"), max_length=12, choices=Result.choices)
    note = models.CharField(_("note"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("check")
        verbose_name_plural = _("checks")
        ordering = ["-on", "-pk"]

    def __str__(self):
        return f"{self.organisation} {self.on} {self.get_result_display()}"


class ContactChangeQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state=ContactChange.State.OPEN)


class ContactChange(models.Model):
    """A new, changed or removed protected contact of a published entry, waiting for a second person."""

    class State(models.TextChoices):
        OPEN = "open", _("Waiting")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")

    class Action(models.TextChoices):
        ADD = "add", _("New")
        CHANGE = "change", _("Changed")
        REMOVE = "remove", _("Removed")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="contact_changes", verbose_name=_("organisation")
    )
    model = models.CharField(max_length=20)  # organisation, service or phone
    object_id = models.UUIDField()
    action = models.CharField(_("action"), max_length=8, choices=Action.choices)
    changes = models.JSONField(_("changes"))  # {field: {"old": text, "new": text}}
    owner_model = models.CharField(max_length=20, blank=True)  # of a new phone: organisation, service, location, ...
    owner_id = models.UUIDField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=400, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("proposed by"),
    )
    proposed_at = models.DateTimeField(_("proposed"), default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    objects = models.Manager.from_queryset(ContactChangeQuerySet)()

    class Meta:
        verbose_name = _("contact change")
        verbose_name_plural = _("contact changes")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by=None)
                | models.Q(proposed_by=None)
                | ~models.Q(decided_by=models.F("proposed_by"))
                | ~models.Q(state="approved"),
                name="a_contact_change_needs_two_people",
            )
        ]

    def __str__(self):
        return f"{self.organisation}, {self.proposed_at:%Y-%m-%d}"


class Handled(models.TextChoices):
    NEW = "new", _("New")
    DONE = "done", _("Done")
    REFUSED = "refused", _("Not taken over")


class Letter(models.Model):
    """Something a visitor sent. The day only, not the moment, so that it cannot be matched with other traces."""

    received_on = models.DateField(_("received"), default=timezone.localdate, editable=False)
    state = models.CharField(_("state"), max_length=8, choices=Handled.choices, default=Handled.NEW)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("handled by"),
    )
    staff_note = models.CharField(_("note for the staff"), max_length=400, blank=True)

    class Meta:
        abstract = True


class Suggestion(Letter):
    """An organisation that somebody thinks should be listed."""

    name = models.CharField(_("name of the organisation"), max_length=255)
    country = models.CharField(_("country"), max_length=2, blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)
    website = models.CharField(_("website"), max_length=500, blank=True)
    phone = models.CharField(_("telephone"), max_length=60, blank=True)
    what = models.TextField(_("what it does"), max_length=1500, blank=True)
    answer_to = models.EmailField(_("e-mail for questions"), blank=True)
    language = models.CharField(max_length=12, blank=True, editable=False)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="suggestions",
        verbose_name=_("entry made of it"),
    )

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        ordering = ["-received_on", "-pk"]

    def __str__(self):
        return self.name


class MistakeReport(Letter):
    """What a visitor found wrong with an entry."""

    class Problem(models.TextChoices):
        NUMBER = "number", _("The number does not work")
        CLOSED = "closed", _("The organisation is closed")
        HOURS = "hours", _("Hours or languages are wrong")
        ADDRESS = "address", _("The address is wrong, or should not be here")
        UNSAFE = "unsafe", _("It is not safe to go there")
        OTHER = "other", _("Something else")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="mistake_reports", verbose_name=_("organisation")
    )
    problem = models.CharField(_("what is wrong"), max_length=10, choices=Problem.choices)
    words = models.TextField(_("in your words"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("report of a mistake")
        verbose_name_plural = _("reports of mistakes")
        ordering = ["-received_on", "-pk"]

    def __str__(self):
        return f"{self.organisation}: {self.get_problem_display()}"
