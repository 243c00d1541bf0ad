from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save, pre_save
from django.utils.translation import gettext_lazy as _


class HotlinesConfig(AppConfig):
    name = "hotlines"
    verbose_name = _("Hotlines")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from wagtail_localize.models import StringTranslation

        from hotlines import fallback, guards
        from hotlines.models import Hotline, HotlineWords, SpecialDay

        for model in (Hotline, HotlineWords, SpecialDay):
            for signal in (post_save, post_delete):
                signal.connect(fallback.write_later, sender=model, dispatch_uid=f"fallback {model.__name__}")
        pre_save.connect(guards.refuse_numbers, sender=StringTranslation, dispatch_uid="numbers in translations")
