"""Offer one more language: note it, load the words that are shipped for it, and name who translates the rest."""

import os
import subprocess
import sys

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from wagtail.models import Locale

from accounts.models import User
from home.starter import load as starter
from kernel import languages, stamp
from kernel.catalogues import compile_catalogues
from translations import demo, sources
from translations.models import TranslatorLanguage


class Command(BaseCommand):
    help = "Adds languages to the site (add_language ko; add_language all for every shipped one). Safe to run again."

    def add_arguments(self, parser):
        parser.add_argument("codes", nargs="+", help="Codes such as ko, pt-BR or zh-Hans; `all` for every shipped one.")
        parser.add_argument("--translator", metavar="E-MAIL", help="Somebody who may translate into them.")
        parser.add_argument("--native", action="store_true", help="The translator is a native speaker.")
        parser.add_argument("--reviewer", action="store_true", help="The translator may review, too.")

    def handle(self, *args, **options):
        codes = self.read(options["codes"])
        person = self.person(options["translator"])
        if missing := [code for code in codes if code not in dict(settings.LANGUAGES)]:
            return self.note(missing)
        self.stdout.write("Loading the words that are shipped ...")
        for code in codes:
            Locale.objects.get_or_create(language_code=code)
        compile_catalogues()
        call_command("load_starter", stdout=self.stdout)
        sources.begin_missing()
        shipped = set(starter.languages())
        for code in codes:
            if person:
                TranslatorLanguage.objects.update_or_create(
                    user=person,
                    language=code,
                    defaults={"is_native": options["native"], "may_review": options["reviewer"]},
                )
            words = "with shipped words" if code in shipped else "still in English: translate it at the workbench"
            self.stdout.write(f"{languages.own_name(code)} ({languages.tag(code)}) is there, {words}.")
        if settings.DEMO:
            demo.load()
        stamp.touch()
        self.stdout.write("Start the server again: the language switch then offers it.")

    def read(self, codes) -> list[str]:
        found = []
        for code in codes:
            for one in languages.SHIPPED if code == "all" else [code]:
                try:
                    one = languages.normal(one)
                except languages.NoLanguage as error:
                    raise CommandError(
                        f"{code} is no language code. Write codes such as ko, pt-BR or zh-Hans (BCP 47)."
                    ) from error
                if one != settings.LANGUAGE_CODE and one not in found:
                    found.append(one)
        if not found:
            raise CommandError("English is there already: it is the language everything is translated from.")
        return found

    def person(self, email) -> User | None:
        if not email:
            return None
        try:
            return User.objects.get(email__iexact=email)
        except User.DoesNotExist as error:
            raise CommandError(f"Nobody signs in as {email}.") from error

    def note(self, missing) -> None:
        """Write the new languages where the settings read them, and go on in a process that knows them."""
        if os.environ.get("LANGUAGES", "").strip():
            known = [code for code, _name in settings.LANGUAGES]
            raise CommandError(
                f"The environment sets LANGUAGES. Write LANGUAGES={','.join([*known, *missing])} there, then run this again."
            )
        file = settings.LANGUAGES_FILE
        listed = file.read_text().split() if file.exists() else []
        draft = file.with_suffix(".new")
        draft.write_text("\n".join([*listed, *(code for code in missing if code not in listed)]) + "\n")
        draft.replace(file)
        path = os.pathsep.join([str(settings.SITE_DIR), str(settings.BASE_DIR), os.environ.get("PYTHONPATH", "")])
        environment = {**os.environ, "PYTHONPATH": path, "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE}
        done = subprocess.run([sys.executable, "-m", "django", *sys.argv[1:]], env=environment, check=False)
        if done.returncode:
            raise CommandError(
                "The language is noted, but loading its words failed. Mend what is said above and run it again."
            )
