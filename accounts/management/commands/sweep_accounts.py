from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts import invitations, limits, second_factor


class Command(BaseCommand):
    help = (
        "Deletes sessions that ended and counts of tries that no longer matter, puts secrets of second factors under the "
        "present SECRET_KEY, and sends invitations that still wait for the mail server. Run it once a day."
    )

    def handle(self, **options):
        now = timezone.now()
        sessions, _models = Session.objects.filter(expire_date__lt=now).delete()
        resealed = second_factor.reseal()
        invited = invitations.send_waiting(now)
        self.stdout.write(f"Deleted {sessions} ended sessions and {limits.sweep(now)} old counts.")
        self.stdout.write(f"Put {resealed} second factors under the present key; sent {invited} waiting invitations.")
