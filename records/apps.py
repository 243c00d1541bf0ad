from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = _("Training records")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from wagtail import hooks

        from accounts import privacy
        from hotlines import carriers
        from records import printed
        from records.privacy import STAYS, erase_training, export_training
        from records.visits import note_lesson

        hooks.register("before_serve_page", note_lesson)
        carriers.register("records", printed.carriers)
        privacy.register("records", _("Training"), export=export_training, erase=erase_training, stays=STAYS)
