from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "directory.exchange"
    label = "directory_exchange"
    verbose_name = _("Directory: import and export")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from django.db.models.signals import post_save

        from directory.exchange import secrets
        from directory.models import Location

        post_save.connect(secrets.forget_copies, sender=Location, dispatch_uid="copies of a confidential location")
