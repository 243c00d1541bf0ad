"""Compare a file with the registry, show what differs, ask, and take it over by the rules of `hotlines.imports`."""

import sys
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from hotlines import fallback, imports


class Command(BaseCommand):
    help = (
        "Shows how a CSV file of hotlines differs from the registry and takes it over after a yes. Changed numbers and new "
        "hotlines wait for a second person; nothing is ever deleted."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", type=Path, default=imports.SHIPPED)
        parser.add_argument("--as", dest="email", default="", help="e-mail of the person who proposes changed numbers")
        parser.add_argument("--reason", default="Import of a file", help="what the second person should know")
        parser.add_argument("--dry-run", action="store_true", help="only show what differs")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args, file, email, reason, dry_run, yes, **options):
        with translation.override("en"):
            try:
                rows = imports.read(file)
            except imports.UnusableFile as error:
                raise CommandError(f"Nothing was changed.\n{error}") from error
            if not rows:
                raise CommandError(f"{file} holds no hotline. Nothing was changed or deleted.")
            difference = imports.compare(rows)
            self.show(difference)
            if dry_run or difference.is_empty:
                return
            person = self.person(email) if difference.needs_person else None
            if not yes and not self.agreed():
                self.stdout.write("Nothing was changed.")
                return
            counts = imports.take_over(difference, by=person, reason=reason)
        fallback.write()
        self.stdout.write(
            f"{counts['loaded']} loaded, {counts['updated']} with new remarks, "
            f"{counts['proposed']} waiting for a second person in the admin."
        )

    def show(self, difference) -> None:
        for row in difference.new:
            self.stdout.write(f"+ {row.code}: {row.values['name_en']}")
        for title, changed in (("number", difference.numbers), ("remarks", difference.remarks)):
            for code, changes in changed.items():
                for name, change in changes.items():
                    self.stdout.write(f"~ {code} ({title}), {name}: {change['old']!r} -> {change['new']!r}")
        for code in difference.left_out:
            self.stdout.write(f"= {code}: not in the file, stays as it is")
        self.stdout.write(
            f"{len(difference.new)} new, {len(difference.numbers)} with another number, "
            f"{len(difference.remarks)} with other remarks, {difference.unchanged} the same, "
            f"{len(difference.left_out)} not in the file."
        )

    def person(self, email: str):
        if not email:
            raise CommandError(
                "Numbers would change: say who proposes it, with --as E-MAIL. Another person approves it."
            )
        user = get_user_model().objects.filter(email__iexact=email, is_active=True).first()
        if user is None or not user.has_perm("hotlines.change_hotline"):
            raise CommandError(f"{email} is not a person who keeps hotlines. Nothing was changed.")
        return user

    def agreed(self) -> bool:
        if not sys.stdin.isatty():
            raise CommandError("Nobody is here to ask. Run it again with --yes.")
        return input("Take this over? [y/N] ").strip().lower() in {"y", "yes"}
