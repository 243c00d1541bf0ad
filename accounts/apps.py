from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def sync_after_migrations(**_kwargs):
    from accounts.roles import sync_groups

    sync_groups()


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from accounts import events, privacy

        privacy.register(
            "account",
            _("Account"),
            export=privacy.export_account,
            erase=privacy.erase_account,
            stays=_(
                "Entries of the audit trail stay with a number in place of your name: they prove that records are true."
            ),
        )
        events.listen()
        # Permissions of the last app exist only after its own turn, and it is the last to announce itself.
        last = [config for config in apps.get_app_configs() if config.models_module is not None][-1]
        post_migrate.connect(sync_after_migrations, sender=last, dispatch_uid="sync_roles")
