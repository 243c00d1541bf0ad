from django.core.management.base import BaseCommand, CommandError

from accounts import privacy
from accounts.memberships import LastAdministrator
from accounts.models import User


class Command(BaseCommand):
    help = "Erases what is kept of a person in all rooms; evidence of training stays under a number."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--yes", action="store_true", help="erase without asking")

    def handle(self, email, yes, **options):
        user = User.objects.filter(email=email.strip().lower()).first()
        if user is None:
            raise CommandError(f"Nobody signs in with {email}.")
        for part in privacy.parts():
            if part.stays:
                self.stdout.write(f"{part.title}: {part.stays}")
        if not yes and input(f"Erase {email}? This cannot be undone. [y/N] ").strip().lower() not in {"y", "yes"}:
            self.stdout.write("Nothing was erased.")
            return
        try:
            privacy.erase(user, by=None)
        except LastAdministrator:
            raise CommandError("This is the last administrator: name another one first.") from None
        self.stdout.write(f"Erased. Records that stay now belong to person {user.pk}.")
