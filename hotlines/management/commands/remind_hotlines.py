"""Remind those who keep hotlines of checks that are due and of changes that wait. For a weekly timer."""

from django.conf import settings
from django.core.mail import send_mail
from django.core.management.base import BaseCommand
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from accounts.models import User
from accounts.roles import Role
from hotlines.models import Hotline, Proposal


class Command(BaseCommand):
    help = "Lists hotlines whose check is due and changes that wait; with --mail, writes to coordinators."

    def add_arguments(self, parser):
        parser.add_argument("--mail", action="store_true", help="send one mail to each campaign coordinator")

    def handle(self, *args, mail, **options):
        due = list(Hotline.objects.due(on=timezone.localdate()).order_by("verified_on", "country", "code"))
        waiting = Proposal.objects.open().count()
        self.stdout.write(f"{len(due)} hotlines are due for a check, {waiting} changes wait for a second person.")
        for hotline in due:
            self.stdout.write(f"{hotline.code}: {hotline.verified_on or 'never checked here'}")
        if mail and (due or waiting):
            keepers = User.objects.filter(is_active=True, memberships__role=Role.COORDINATOR).distinct()
            for person in keepers:
                self.write_to(person, due, waiting)
            self.stdout.write(f"{len(keepers)} mails sent.")

    def write_to(self, person, due, waiting) -> None:
        address = settings.SITE_URL + reverse("wagtailsnippets_hotlines_hotline:list") + "?due=due"
        with translation.override(person.language):
            context = {"due": due, "waiting": waiting, "address": address}
            send_mail(
                gettext("Hotlines are due for a check"),
                render_to_string("hotlines/mail/due.txt", context),
                settings.DEFAULT_FROM_EMAIL,
                [person.email],
            )
