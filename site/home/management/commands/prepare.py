"""Make the site ready to serve: words, database, cache table, roles, starter content, demo people, static files."""

import io
import time
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from kernel import stamp
from kernel.catalogues import compile_catalogues
from posters import demo as posters
from translations import demo as translators


class Command(BaseCommand):
    help = "Prepares everything the server needs. Safe to run again: it changes only what is missing or outdated."

    def handle(self, *args, **options):
        stages = [
            ("Compiling the interface words", compile_catalogues),
            ("Preparing the database", lambda: call_command("migrate", interactive=False, verbosity=0)),
            ("Making the cache table", lambda: call_command("createcachetable", verbosity=0)),
            ("Setting up roles", lambda: call_command("sync_roles", verbosity=0)),
            ("Loading starter content (the first time this takes a while)", lambda: call_command("load_starter")),
            ("Loading the directory of places", lambda: call_command("load_directory", verbosity=0)),
            *([("Creating demo people", self.demo)] if settings.DEMO else []),
            ("Collecting static files", lambda: call_command("collectstatic", interactive=False, verbosity=0)),
        ]
        for number, (title, stage) in enumerate(stages, start=1):
            self.stdout.write(f"[{number}/{len(stages)}] {title} ...")
            begun = time.monotonic()
            stage()
            self.stdout.write(f"      done in {time.monotonic() - begun:.0f} s")
        stamp.touch()

    def demo(self):
        """Create the demo people, with their list where the front door prints it from, and posters for its gallery."""
        words = io.StringIO()
        call_command("load_demo", stdout=words)
        translators.load()
        (Path(settings.VAR_DIR) / "demo-sign-ins.txt").write_text(words.getvalue())
        posters.load(now=timezone.now())
