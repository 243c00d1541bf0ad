"""`export_directory`: write the nightly datapackage."""

from pathlib import Path

from django.core.management.base import BaseCommand
from django.utils import timezone

from directory.exchange import packages


class Command(BaseCommand):
    help = "Write the public directory as a tabular datapackage (HSDS 3.0). Run it every night."

    def add_arguments(self, parser):
        parser.add_argument(
            "path", nargs="?", type=Path, help="Where to write it. Default: the file that the API hands out."
        )

    def handle(self, *args, path: Path | None, **options):
        path = path or packages.stored()
        counts = packages.write(path, on=timezone.localdate())
        self.stdout.write(f"{path}: {counts.get('organization', 0)} organisations, {sum(counts.values())} rows.")
        self.stdout.write(f"sha256 {packages.digest(path)}")
