"""`import_directory FILE`: say what a file would change, and with `--apply` change it."""

import hashlib
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from directory.exchange import batches, intake
from directory.exchange.models import Item

SHOWN = 20  # organisations whose differences are printed; the admin shows all


class Command(BaseCommand):
    help = "Read organisations from HSDS JSON, a tabular datapackage (zip or folder) or our own CSV."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--publisher", required=True, help="Whose data it is, such as the name of a network.")
        parser.add_argument("--licence", default="", help="The licence the data come under.")
        parser.add_argument("--source", default="", help="Web address the file comes from.")
        parser.add_argument("--by", default="", help="E-mail address of the person who answers for it.")
        parser.add_argument(
            "--contacts-public",
            action="store_true",
            help="Names of contact persons were published there and may be shown.",
        )
        parser.add_argument("--apply", action="store_true", help="Take it over. Without this nothing is changed.")

    def handle(self, *args, **options):
        by = None
        if options["by"]:
            by = get_user_model().objects.filter(email__iexact=options["by"], is_active=True).first()
            if by is None:
                raise CommandError("--by: nobody here has this e-mail address.")
        source = batches.Source(
            options["publisher"][:120], options["licence"], options["source"], options["contacts_public"]
        )
        path = options["file"]
        now = timezone.now()
        try:
            reading = intake.read_path(path)
            digest = "" if path.is_dir() else hashlib.sha256(path.read_bytes()).hexdigest()
            batch = batches.check(reading, name=path.name, digest=digest, source=source, by=by, now=now)
            self.tell(batch)
            if not options["apply"]:
                batches.drop(batch)
                self.stdout.write("Nothing was changed. Add --apply to take it over.")
                return
            counts = batches.take_over(batch, by=by, now=now)
        except intake.UnusableFile as error:
            raise CommandError("The file was not taken over.\n" + "\n".join(map(str, error.problems))) from None
        self.stdout.write(", ".join(f"{name} {count}" for name, count in counts.items()))
        self.stdout.write(f"Batch {batch.pk}. It can be undone in the admin.")

    def tell(self, batch) -> None:
        for place, text in batch.notices:
            self.stdout.write(f"{place}: {text}")
        items = batch.items.exclude(outcome=Item.Outcome.SAME)
        for item in items[:SHOWN]:
            self.stdout.write(f"{item.outcome}: {item.name} ({item.place})")
            for row in item.differences:
                self.stdout.write(f"  {row['table']} {row['name']} {row['field']}: {row['old']!r} -> {row['new']!r}")
            for one in item.suspects:
                self.stdout.write(f"  like “{one['name']}” ({one['score']})")
        rest = items.count() - SHOWN
        if rest > 0:
            self.stdout.write(f"... and {rest} more.")
        same = batch.items.filter(outcome=Item.Outcome.SAME).count()
        self.stdout.write(f"{same} unchanged; {batch.left_out} of this publisher are not in the file and stay.")
