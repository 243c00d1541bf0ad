"""`remind_directory`: what is due; with --mail to the keepers, with --ask to the organisations themselves. For a weekly timer."""

from django.conf import settings
from django.core.mail import send_mail
from django.core.management.base import BaseCommand
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from accounts.models import User
from accounts.roles import Role
from directory.upkeep import links, screens


class Command(BaseCommand):
    help = "Counts entries whose check is due, entries hidden for their age, and answers that wait."

    def add_arguments(self, parser):
        parser.add_argument("--mail", action="store_true", help="send one mail to each editor and campaign coordinator")
        parser.add_argument(
            "--ask",
            action="store_true",
            help=f"write to organisations that are due, each at most once in {links.ASK_AGAIN_DAYS} days, "
            f"{links.MAILS_PER_RUN} in one run",
        )

    def handle(self, *args, mail, ask, **options):
        on = timezone.localdate()
        counts = {name: screens.rows_of(name, on).count() for name in ("due", "lapsed", "sent")}
        self.stdout.write(
            f"{counts['due']} entries are due for a check, {counts['lapsed']} are hidden, {counts['sent']} answers wait."
        )
        if ask:
            self.stdout.write(f"{links.ask_due(on=on, now=timezone.now())} organisations were asked.")
        if mail and any(counts.values()):
            keepers = User.objects.filter(
                is_active=True, memberships__role__in=[Role.EDITOR, Role.COORDINATOR]
            ).distinct()
            for person in keepers:
                self.write_to(person, counts)
            self.stdout.write(f"{len(keepers)} mails sent.")

    def write_to(self, person, counts: dict[str, int]) -> None:
        with translation.override(person.language):
            address = settings.SITE_URL + reverse("directory_upkeep_desk:worklist")
            text = render_to_string("directory_upkeep/mail/due.txt", {"counts": counts, "address": address})
            send_mail(
                gettext("The directory has checks that are due"), text, settings.DEFAULT_FROM_EMAIL, [person.email]
            )
