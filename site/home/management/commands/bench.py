"""Measure the running site against bare baselines. `config.bench` does it, in processes apart from this one."""

import subprocess
import sys

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Measures speed and memory of the site as ratios to bare baselines. `bench --help` shows the options."
    requires_system_checks = []

    def run_from_argv(self, argv):
        """Hand the options on unread: the benchmark has its own."""
        raise SystemExit(subprocess.run([sys.executable, "-m", "config.bench", *argv[2:]]).returncode)

    def handle(self, *args, **options):
        subprocess.run([sys.executable, "-m", "config.bench", *args], check=True)
