"""Make a kit: many sheets in one zip."""

import json
import sys
import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from kernel.paper import FontsMissing
from posters import kits
from posters.choice import Choice
from posters.designs import DESIGNS
from posters.management.commands.poster import add_choice_arguments, language_codes, too_long
from posters.models import Campaign
from posters.press import SheetFailed
from posters.words import LANGUAGES


class Command(BaseCommand):
    help = (
        "Makes a kit: languages × designs and sizes, as one zip with a manifest and instructions for printing. "
        "Ends with 1 when a sheet could not be made; the zip then holds the others and says which are missing."
    )

    def add_arguments(self, parser):
        add_choice_arguments(parser)
        parser.add_argument("--languages", default="en,es", help="codes with commas, or all (default: en,es)")
        parser.add_argument(
            "--sheets",
            default="wall:letter,wall:a4,wall:tabloid,wall:a3",
            help="designs and sizes with commas, such as wall:letter,card:wallet; or all",
        )
        parser.add_argument("--out", type=Path, default=Path("kit.zip"), help="default: kit.zip")
        parser.add_argument("--json", action="store_true", help="for scripts: one line of JSON about the kit")

    def handle(self, *args, verbosity=1, **options):
        choices = self.choices(options)
        out, begun = options["out"], time.monotonic()
        draft = out.with_name(f".{out.name}.part")
        try:
            with translation.override("en"), draft.open("wb") as target:
                failed = self.write(choices, target, quiet=options["json"] or not verbosity)
            draft.replace(out)
        except FontsMissing as problem:
            raise CommandError(str(problem)) from problem
        except OSError as problem:
            raise CommandError(f"{out} cannot be written: {problem.strerror}.") from problem
        finally:
            draft.unlink(missing_ok=True)  # also when somebody stops it
        self.tell(out, choices, failed, time.monotonic() - begun, as_json=options["json"])

    def choices(self, options) -> list[Choice]:
        languages = LANGUAGES if options["languages"] == "all" else language_codes(options["languages"])
        if not languages:
            raise CommandError("Choose at least one language, such as --languages en,es; or all.")
        if not Campaign.objects.filter(code=options["campaign"]).exists():
            known = ", ".join(Campaign.objects.values_list("code", flat=True)) or "none: run load_campaigns first"
            raise CommandError(f"There is no campaign “{options['campaign']}”. There are: {known}.")
        base = Choice(
            campaign=options["campaign"], country=options["country"].upper(), region=options["region"].upper(),
            hotline=options["hotline"], issued_by=options["issued_by"], saver=options["saver"], press=options["press"],
        )  # fmt: skip
        choices = kits.choices_for(base, languages, self.pairs(options["sheets"]))
        if len(choices) > kits.SHEETS_MOST:
            raise CommandError(f"A kit holds at most {kits.SHEETS_MOST} sheets; these are {len(choices)}. Make two.")
        return choices

    def pairs(self, text: str) -> list[tuple[str, str]]:
        if text == "all":
            return [(design.code, size) for design in DESIGNS.values() for size in design.sizes]
        pairs = [tuple(part.strip() for part in pair.split(":", 1)) for pair in text.split(",") if pair.strip()]
        for pair in pairs:
            if len(pair) != 2 or pair[0] not in DESIGNS or pair[1] not in DESIGNS[pair[0]].sizes:
                sizes = f" Sizes of {pair[0]}: {', '.join(DESIGNS[pair[0]].sizes)}." if pair[0] in DESIGNS else ""
                raise CommandError(
                    f"“{':'.join(pair)}” is no design with a size. For example: wall:letter, card:wallet.{sizes}"
                )
        if not pairs:
            raise CommandError("Choose at least one sheet, such as --sheets wall:letter; or all.")
        return pairs

    def write(self, choices: list[Choice], target, *, quiet: bool) -> list[tuple[Choice, Exception]]:
        """Write the zip with a bar on the standard error, which leaves the standard output to scripts."""
        console = Console(stderr=True, force_terminal=sys.stderr.isatty() or None, quiet=quiet)
        columns = (TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console, transient=console.is_terminal) as progress:
            task = progress.add_task("Making sheets", total=len(choices))

            def advance(choice, sheet, problem):
                progress.update(task, advance=1, description=kits.name(choice))

            return kits.write(choices, target, now=timezone.now(), progress=advance)

    def tell(self, out: Path, choices, failed, seconds: float, *, as_json: bool) -> None:
        made = len(choices) - len(failed)
        if as_json:
            missing = [{"sheet": kits.name(choice), "problem": str(problem)} for choice, problem in failed]
            facts = {"file": str(out), "sheets": made, "seconds": round(seconds, 1), "missing": missing}
            self.stdout.write(json.dumps(facts, ensure_ascii=False))
            if failed:
                sys.exit(1)
            return
        for choice, problem in failed:
            self.stderr.write(f"Not made: {kits.name(choice)}: {problem}")
            if isinstance(problem, SheetFailed) and problem.too_long:
                self.stderr.write(too_long(problem.too_long))
        self.stdout.write(f"{out}: {made} sheets in {seconds:.1f} s")
        if failed:
            raise CommandError(f"{len(failed)} of {len(choices)} sheets could not be made.")
