"""Permissions of this room that belong to no single table."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RecordsPermission(models.Model):
    """Holds permissions only; it has no rows and no table."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [
            ("view_itemstatistics", _("Can see how questions perform")),
            ("view_evaluation", _("Can see evaluation results")),
            ("grant_accommodation", _("Can grant extra time or attempts")),
        ]
