"""Imports and merges as they happened, with what is needed to take them back."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models import Organisation


def person(label, **options):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=label,
        **options,
    )


class Given(models.Model):
    """What a file said of an organisation, whole, and what we made of it then (`base`).

    Together with what we have now they give back everything HSDS knows and we don't, with every change made here since.
    """

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, primary_key=True, related_name="given")
    tree = models.JSONField()
    base = models.JSONField()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return str(self.organisation_id)


class Batch(models.Model):
    """One file: checked first, taken over on a person's word, undone if need be."""

    class State(models.TextChoices):
        CHECKED = "checked", _("Checked, not taken over")
        TAKEN = "taken", _("Taken over")
        UNDONE = "undone", _("Undone")
        DROPPED = "dropped", _("Dropped")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file_name = models.CharField(_("file"), max_length=190)
    digest = models.CharField(max_length=64)  # SHA-256 of the file
    kind = models.CharField(_("form"), max_length=10)  # json, package or csv
    publisher = models.CharField(_("publisher"), max_length=120)
    licence = models.CharField(_("licence"), max_length=300, blank=True)
    source_url = models.CharField(_("address of the source"), max_length=500, blank=True)
    contacts_are_public = models.BooleanField(_("contact persons may be shown"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.CHECKED)
    notices = models.JSONField(default=list)  # rows of (place, text)
    left_out = models.PositiveIntegerField(default=0)  # entries of this publisher that the file does not name
    checked_by = person(_("checked by"))
    checked_at = models.DateTimeField(_("checked"), default=timezone.now)
    taken_by = person(_("taken over by"))
    taken_at = models.DateTimeField(_("taken over"), null=True, blank=True)
    undone_by = person(_("undone by"))
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-checked_at"]

    def __str__(self):
        return f"{self.file_name}, {self.checked_at:%Y-%m-%d %H:%M}"


class Item(models.Model):
    """One organisation of a batch: what the file says, how that differs, and how it was before."""

    class Outcome(models.TextChoices):
        NEW = "new", _("New")
        CHANGED = "changed", _("Changed")
        SAME = "same", _("Unchanged")

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="items")
    number = models.PositiveIntegerField()
    place = models.CharField(max_length=190)
    organisation_id = models.UUIDField(db_index=True)
    external_id = models.CharField(max_length=190, blank=True)
    name = models.CharField(max_length=255)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    tree = models.JSONField()
    differences = models.JSONField(default=list)  # rows of trees.differences
    suspects = models.JSONField(default=list)  # rows of {id, name, score, reasons}
    current_digest = models.CharField(max_length=64, blank=True)  # of our tree when the difference was made
    before = models.JSONField(null=True)  # rows as they were, to take it back
    waiting = models.JSONField(default=list)  # keys of contact changes that came with it
    after_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["batch", "organisation_id"], name="one_item_per_organisation")]

    def __str__(self):
        return self.name


class Pairing(models.Model):
    """Two entries that may be one. A person decides; the answer is remembered, so that nobody is asked twice."""

    class State(models.TextChoices):
        OPEN = "open", _("To be looked at")
        MERGED = "merged", _("Merged")
        DIFFERENT = "different", _("Two different organisations")

    # `one` is the smaller id, so that a pair has one row.
    one = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    score = models.PositiveSmallIntegerField(_("likeness"))
    reasons = models.JSONField(default=list)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN, db_index=True)
    found_at = models.DateTimeField(_("found"), default=timezone.now)
    decided_by = person(_("decided by"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        ordering = ["-score", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="one_pairing_per_pair"),
            models.CheckConstraint(condition=models.Q(one__lt=models.F("other")), name="a_pair_has_one_order"),
        ]

    def __str__(self):
        return f"{self.one} / {self.other}"


class Merge(models.Model):
    """That of two entries one was made: which stayed, which was withdrawn, and how both were before."""

    kept = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="merges")
    gone = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="merged_into")
    before = models.JSONField()  # {"kept": rows, "gone": rows}
    after_digest = models.CharField(max_length=64)
    made_by = person(_("merged by"))
    made_at = models.DateTimeField(_("merged"), default=timezone.now)
    undone_by = person(_("undone by"))
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        ordering = ["-made_at"]

    def __str__(self):
        return f"{self.gone} → {self.kept}"
