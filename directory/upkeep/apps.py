from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UpkeepConfig(AppConfig):
    name = "directory.upkeep"
    label = "directory_upkeep"
    verbose_name = _("Directory: upkeep")
    default_auto_field = "django.db.models.BigAutoField"
