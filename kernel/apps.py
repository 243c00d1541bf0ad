from django.apps import AppConfig
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.utils.translation import gettext_lazy as _


class KernelConfig(AppConfig):
    name = "kernel"
    verbose_name = _("Foundations")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from kernel import stamp

        post_save.connect(stamp.on_change, dispatch_uid="stamp_saved")
        post_delete.connect(stamp.on_change, dispatch_uid="stamp_deleted")
        m2m_changed.connect(stamp.on_change, dispatch_uid="stamp_linked")
