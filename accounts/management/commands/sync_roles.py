from django.core.management.base import BaseCommand

from accounts.models import User
from accounts.roles import missing_permissions, sync_groups, sync_person


class Command(BaseCommand):
    help = (
        "Makes groups and permissions equal to the table of roles, and everybody's groups equal to their memberships."
    )

    def handle(self, **options):
        sync_groups()
        for user in User.objects.filter(memberships__isnull=False).distinct().iterator():
            sync_person(user)
        missing = missing_permissions()
        if missing:
            self.stderr.write(f"Permissions named in accounts/roles.py do not exist yet: {', '.join(missing)}")
        self.stdout.write("Roles are in step.")
