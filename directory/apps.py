from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save, pre_delete
from django.utils.translation import gettext_lazy as _


class DirectoryConfig(AppConfig):
    name = "directory"
    verbose_name = _("Directory")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from directory import models, signals
        from hotlines.models import Hotline

        rows = [
            *(models.Organisation, models.Service, models.Location, models.ServiceAtLocation, models.HotlineLink),
            *(models.Phone, models.Schedule, models.LanguageSpoken, models.ServiceArea, models.CostOption),
            *(models.OrganisationWords, models.ServiceWords, models.Contact),
        ]
        for model in rows:
            for signal in (post_save, post_delete):
                signal.connect(signals.row_changed, sender=model, dispatch_uid=f"directory index {model.__name__}")
        pre_delete.connect(signals.entry_going, sender=models.Organisation, dispatch_uid="directory entry going")
        post_save.connect(signals.hotline_changed, sender=Hotline, dispatch_uid="directory hotline")
