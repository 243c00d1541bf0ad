import json

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import privacy
from accounts.models import User


class Command(BaseCommand):
    help = "Prints everything that is kept of a person, as JSON."

    def add_arguments(self, parser):
        parser.add_argument("email")

    def handle(self, email, **options):
        user = User.objects.filter(email=email.strip().lower()).first()
        if user is None:
            raise CommandError(f"Nobody signs in with {email}.")
        self.stdout.write(json.dumps(privacy.as_json(user, now=timezone.now()), ensure_ascii=False, indent=2))
