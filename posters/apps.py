from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PostersConfig(AppConfig):
    name = "posters"
    verbose_name = _("Posters")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from accounts import privacy
        from hotlines import carriers
        from hotlines.signals import number_changed
        from posters import upkeep
        from posters.privacy import STAYS, erase_posters, export_posters

        privacy.register("posters", _("Posters"), export=export_posters, erase=erase_posters, stays=STAYS)
        carriers.register("posters", upkeep.carriers)
        number_changed.connect(upkeep.number_changed, dispatch_uid="posters.upkeep")
