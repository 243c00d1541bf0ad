from django.core.management.base import BaseCommand, CommandError

from kernel.models import AuditEvent, first_broken_event


class Command(BaseCommand):
    help = (
        "Recomputes the chain of the audit trail and names the first event that was changed or follows a removed one."
    )

    def handle(self, **options):
        broken = first_broken_event()
        if broken:
            raise CommandError(
                f"The trail is broken at event {broken.pk} ({broken.at:%Y-%m-%d %H:%M} UTC, {broken.action}): "
                "it was changed, or an event before it was removed."
            )
        self.stdout.write(f"The audit trail is whole: {AuditEvent.objects.count()} events.")
