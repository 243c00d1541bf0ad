from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TranslationsConfig(AppConfig):
    name = "translations"
    verbose_name = _("Translations")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from django.core.signals import request_started
        from django.db.models.signals import post_save, pre_save
        from wagtail.signals import page_published, published
        from wagtail_localize.models import StringTranslation

        from accounts import privacy
        from translations import catalogues, history, pseudo, sources
        from translations.privacy import STAYS, erase_translator, export_translator

        pre_save.connect(history.check, sender=StringTranslation, dispatch_uid="checks on a translation")
        post_save.connect(history.note, sender=StringTranslation, dispatch_uid="history of a translation")
        page_published.connect(sources.follow, dispatch_uid="page source follows")
        published.connect(sources.follow, dispatch_uid="snippet source follows")
        for model in sources.plain_models():
            post_save.connect(sources.follow, sender=model, dispatch_uid=f"source of {model.__name__} follows")
        request_started.connect(catalogues.reload_if_changed, dispatch_uid="interface words changed")
        pseudo.install_offered()
        privacy.register(
            "translations", _("Translations"), export=export_translator, erase=erase_translator, stays=STAYS
        )
