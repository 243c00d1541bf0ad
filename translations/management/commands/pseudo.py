"""Walk every public page in a pseudo-language and name what is not marked for translation."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.test import Client
from django.test.utils import override_settings
from django.urls import translate_url
from wagtail.models import Page

from kernel.languages import django_info, own_name, tag
from translations import pseudo

NAMED = ("help/", "search/", "glossary/", "verify/", "account/login/", "account/signup/", "no-such-page/")


class Command(BaseCommand):
    help = "Looks for words on public pages that no translator can reach."

    def add_arguments(self, parser):
        parser.add_argument("--language", default="en-xa", choices=pseudo.CODES)

    def handle(self, *args, **options):
        from django.conf.locale import LANG_INFO

        code = options["language"]
        LANG_INFO.setdefault(code, django_info(code))
        languages = [*settings.LANGUAGES, *([] if code in dict(settings.LANGUAGES) else [(code, own_name(code))])]
        with override_settings(LANGUAGES=languages, ALLOWED_HOSTS=["*"]):
            pseudo.install()
            found = self.walk(code)
        for address, texts in found.items():
            self.stdout.write(address)
            for text in texts:
                self.stdout.write(f"    {text[:120]}")
        if found:
            raise CommandError(f"{len(found)} pages say something that no translator can reach.")
        self.stdout.write("Every text of the public pages can be translated.")

    def walk(self, code: str) -> dict[str, list[str]]:
        client, found = Client(), {}
        pages = Page.objects.live().filter(locale__language_code="en", depth__gt=1).order_by("path")
        addresses = [f"/{code}/", *(f"/{code}/{name}" for name in NAMED)]
        addresses += [translate_url(page.url, code) for page in pages if page.url]
        for address in dict.fromkeys(addresses):
            answer = client.get(address, follow=True, headers={"host": "localhost"})
            if "html" in answer.headers.get("Content-Type", ""):
                if texts := pseudo.unmarked(answer.content.decode(), tag(code)):
                    found[address] = texts
        return found
