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
        from posters.privacy import STAYS, erase_posters, export_posters

        privacy.register("posters", _("Posters"), export=export_posters, erase=erase_posters, stays=STAYS)
        carriers.register("posters", carriers_of)
        number_changed.connect(after_number_changed, dispatch_uid="posters.upkeep")


# What makes sheets is loaded when a number changes, not with every process of the site.


def carriers_of(hotline, moment):
    from posters import upkeep

    return upkeep.carriers(hotline, moment)


def after_number_changed(sender, **facts):
    from posters import upkeep

    upkeep.number_changed(sender, **facts)
