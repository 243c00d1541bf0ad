from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts import invitations


class Command(BaseCommand):
    help = "Sends invitations again whose mail the server did not take. Run it every ten minutes or so."

    def handle(self, **options):
        self.stdout.write(f"Sent {invitations.send_waiting(timezone.now())} waiting invitations.")
