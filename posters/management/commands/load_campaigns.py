"""Load the campaigns the posters begin with."""

import sys

from django.core.management.base import BaseCommand
from django.utils import translation
from rich.console import Console
from rich.progress import track

from posters import starter
from posters.words import LANGUAGES


class Command(BaseCommand):
    help = "Loads the shipped campaigns and their words. What a person wrote or reviewed stays as it is."

    def handle(self, *args, verbosity=1, **options):
        console = Console(file=self.stdout._out, force_terminal=sys.stdout.isatty() or None, quiet=not verbosity)
        with translation.override("en"):
            steps = iter(track(LANGUAGES, "Poster words", console=console, transient=True))
            counts = starter.load(advance=lambda: next(steps, None))
            next(steps, None)
        console.print(
            "Poster words: " + ", ".join(f"{count} {what}" for what, count in counts.items()), highlight=False
        )
