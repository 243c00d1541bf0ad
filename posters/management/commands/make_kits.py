"""Make the kits that wait."""

import os

from django.conf import settings
from django.core.management.base import BaseCommand

from posters import press, workshop

NICE = 5  # visitors of the site go first


class Command(BaseCommand):
    requires_system_checks = []  # the site that calls it has just passed them
    help = (
        "Makes the kits that wait, and ends. The site starts it by itself when somebody orders; "
        "run it from a timer as well, so that nothing waits after a restart."
    )

    def handle(self, *args, verbosity=1, **options):
        os.nice(NICE)
        press.pool = press.Pool(min(settings.KIT_PROCESSES, os.cpu_count() or 1))
        try:
            count = workshop.run()
        finally:
            press.pool.stop()
        if verbosity:
            self.stdout.write(f"{count} sheets came to an end.")
