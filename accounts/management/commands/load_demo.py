from django.core.management.base import BaseCommand, CommandError

from accounts import demo


class Command(BaseCommand):
    help = "Makes the units and people of the demo and prints their sign-ins. Refuses where DEMO is off."

    def handle(self, **options):
        try:
            rows = demo.load()
        except demo.NotADemo:
            raise CommandError(
                "Demo sign-ins have known passwords and exist only in the demo: start it with `python3 manage.py run`."
            ) from None
        self.stdout.write("Sign-ins of the demo (role, e-mail, password):")
        for role, email, password in rows:
            self.stdout.write(f"  {role:<22}{email:<30}{password}")
