"""Load the shipped organisations and make the file of places."""

from django.core.management.base import BaseCommand

from directory import gazetteer, starter


class Command(BaseCommand):
    help = "Loads the shipped organisations and makes the file of places. Leaves alone what editors changed."

    def handle(self, *args, verbosity=1, **options):
        gazetteer.prepare()
        counts = starter.load()
        if verbosity:
            self.stdout.write(", ".join(f"{count} {outcome}" for outcome, count in counts.items()))
