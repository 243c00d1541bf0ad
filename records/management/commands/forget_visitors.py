"""Forget visitors who have been away for `VISITOR_DAYS`. Run it once a day."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from records.learners import forget_visitors


class Command(BaseCommand):
    help = "Delete what is kept of visitors without an account who have been away for VISITOR_DAYS."

    def handle(self, *args, **options):
        count = forget_visitors(now=timezone.now())
        self.stdout.write(f"{count} visitors forgotten.")
