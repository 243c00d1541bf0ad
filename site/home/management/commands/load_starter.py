"""Load the courses, questions and pages the site begins with."""

import sys

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Column, Table

from home.starter import load as starter
from kernel.languages import SHIPPED
from kernel.starter import StarterProblem

OUTCOMES = ("created", "updated", "unchanged", "kept")


class Command(BaseCommand):
    help = "Loads the starter content. Running it again adds what is new and never overwrites what an editor changed."

    def add_arguments(self, parser):
        parser.add_argument("--again", action="store_true", help="Compare every object even if no file changed.")
        parser.add_argument(
            "--check", action="store_true", help="Only read the files of every language, and say what is wrong."
        )

    def handle(self, *args, **options):
        if options["check"]:
            return self.check_files()
        languages = starter.languages()
        call_command("load_hotlines", verbosity=0)
        call_command("load_campaigns", verbosity=0)
        if not options["again"] and starter.is_loaded(languages):
            self.stdout.write("Starter content is up to date.")
            return
        console = Console(file=self.stdout._out, force_terminal=sys.stdout.isatty() or None)
        try:
            loader = self.load(languages, console)
        except StarterProblem as problem:
            raise CommandError(f"The starter content cannot be loaded. {problem}") from problem
        console.print(table(loader))
        for reason in loader.kept:
            console.print(f"  Left as it is: {reason}", highlight=False)

    def check_files(self):
        try:
            found = starter.check(SHIPPED[1:])
        except StarterProblem as problem:
            raise CommandError(str(problem)) from problem
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write("The starter words of every language can be loaded.")

    def load(self, languages, console):
        columns = (TextColumn("{task.description:<16}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=console, transient=console.is_terminal) as progress:
            task = progress.add_task("Reading files", total=None)
            return starter.load(
                languages,
                begin=lambda total: progress.update(task, total=total),
                advance=lambda label: progress.update(task, advance=1, description=label),
            )


def table(loader) -> Table:
    """How many objects of each kind were created, updated, unchanged, or kept because an editor changed them."""
    result = Table("Starter content", *(Column(name, justify="right") for name in OUTCOMES))
    for label in dict.fromkeys(label for label, _outcome in loader.outcomes):
        result.add_row(label, *(str(loader.outcomes[label, outcome] or "") for outcome in OUTCOMES))
    return result
