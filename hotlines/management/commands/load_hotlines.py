"""Load the shipped hotlines into an empty registry, and the words about them."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from hotlines import fallback, imports, words


class Command(BaseCommand):
    help = "Loads the shipped hotlines and their words. A registry that has hotlines keeps its numbers as they are."

    def handle(self, *args, verbosity=1, **options):
        with translation.override("en"):
            try:
                difference = imports.compare(imports.read(imports.SHIPPED))
            except imports.UnusableFile as error:
                raise CommandError(str(error)) from error
            if difference.is_first_load:
                counts = imports.take_over(difference)
                self.say(verbosity, f"{counts['loaded']} hotlines loaded.")
            elif not difference.is_empty:
                count = len(difference.new) + len(difference.numbers) + len(difference.remarks)
                self.say(verbosity, f"The shipped file differs from the registry in {count} rows. See: import_hotlines")
            loader = words.load([code for code, _name in settings.LANGUAGES])
            written = sum(
                count for (_label, outcome), count in loader.outcomes.items() if outcome in {"created", "updated"}
            )
            self.say(verbosity, f"{written} sets of words written.")
        fallback.write()

    def say(self, verbosity: int, text: str) -> None:
        if verbosity:
            self.stdout.write(text)
