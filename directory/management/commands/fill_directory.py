"""Fill the directory with invented entries, to try it at its full size, or take them away again."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from directory import fiction


class Command(BaseCommand):
    help = "Makes clearly invented entries until there are so many (0 takes all of them away). Shown with DIRECTORY_SHOWS_FICTION only."

    def add_arguments(self, parser):
        parser.add_argument("count", type=int)

    def handle(self, *args, count, verbosity=1, **options):
        if count <= 0:
            text = f"{fiction.empty()} invented entries taken away."
        else:
            text = f"{fiction.fill(count, on=timezone.localdate())} invented entries made."
        if verbosity:
            self.stdout.write(text)
