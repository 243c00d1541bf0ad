"""Make one poster and write it to a file."""

import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from kernel.paper import FontsMissing, PaperError
from posters import sheets
from posters.choice import Choice, NotPossible
from posters.designs import DESIGNS
from posters.press import SheetFailed
from posters.sizes import SIZES
from posters.spec import shown
from posters.words import LANGUAGES


def add_choice_arguments(parser) -> None:
    parser.add_argument("--campaign", default="dont-be-fooled", help="code of the campaign (default: dont-be-fooled)")
    parser.add_argument("--country", default="US", help="two letters: whose hotline is printed (default: US)")
    parser.add_argument("--region", default="", help="such as US-NY, for a state's own line")
    parser.add_argument("--hotline", default="", help="code of a line of the registry, instead of the place's best")
    parser.add_argument("--issued-by", default="", help="who puts it up")
    parser.add_argument("--saver", action="store_true", help="little ink")
    parser.add_argument("--press", action="store_true", help="bleed and crop marks for a print shop")


def add_sheet_arguments(parser) -> None:
    """What makes one sheet out of a choice."""
    parser.add_argument("--design", default="wall", choices=DESIGNS, help="default: wall")
    parser.add_argument("--size", default="letter", choices=SIZES, help="default: letter")
    parser.add_argument("--languages", default="en", help="codes with commas, such as en,es (default: en)")
    parser.add_argument("--shares", default="", help="weights of the languages, such as 2,1")


def choice_from(options: dict) -> Choice:
    """The choice of one sheet. Raises CommandError when a weight is no number."""
    try:
        shares = tuple(float(share) for share in options["shares"].split(",") if share.strip())
    except ValueError as problem:
        raise CommandError(f"--shares takes numbers with commas, such as 2,1; not “{options['shares']}”.") from problem
    return Choice(
        campaign=options["campaign"],
        design=options["design"],
        size=options["size"],
        languages=language_codes(options["languages"]),
        shares=shares,
        country=options["country"].upper(),
        region=options["region"].upper(),
        hotline=options["hotline"],
        issued_by=options["issued_by"],
        saver=options["saver"],
        press=options["press"],
    )


def language_codes(text: str) -> tuple[str, ...]:
    """Codes with commas between them; upper and lower case do not matter. Raises CommandError for one we have no words in."""
    known = {code.lower(): code for code in LANGUAGES}
    codes = [code.strip() for code in text.split(",") if code.strip()]
    strange = [code for code in codes if code.lower() not in known]
    if strange:
        raise CommandError(f"There are no words in “{', '.join(strange)}”. Languages: {', '.join(LANGUAGES)}.")
    return tuple(known[code.lower()] for code in codes)


def too_long(problems: list[dict]) -> str:
    """What an editor must cut, in words."""
    return "\n".join(
        f"  {one['language']}, {one['role']}: cut {one['cut']} of {one['cut'] + one['limit']} characters"
        for one in problems
    )


class Command(BaseCommand):
    help = "Makes one poster as PDF, or PNG for screens. What was made before comes from the store."

    def add_arguments(self, parser):
        add_choice_arguments(parser)
        add_sheet_arguments(parser)
        parser.add_argument(
            "--out", type=Path, help="file to write, - for the standard output (default: named after the code)"
        )
        parser.add_argument("--json", action="store_true", help="for scripts: one line of JSON about the sheet")

    def handle(self, *args, **options):
        with translation.override("en"):
            choice = choice_from(options)
            try:
                sheet, made, resolved = sheets.make(choice, now=timezone.now())
            except SheetFailed as failed:
                details = too_long(failed.too_long)
                raise CommandError(f"{failed}\n{details}" if details else str(failed)) from failed
            except (NotPossible, FontsMissing, PaperError) as problem:
                raise CommandError(str(problem)) from problem
            for warning in resolved.warnings:
                self.stderr.write(f"Note: {warning}")
            if str(options["out"]) == "-":
                target = getattr(self.stdout._out, "buffer", None) or sys.stdout.buffer
                target.write(made.body)
                target.flush()
                return
            out = options["out"] or Path(
                f"{choice.design}-{choice.size}-{'+'.join(choice.languages)}-{shown(sheet.code)}.{made.kind}"
            )
            write(out, made.body)
            if options["json"]:
                self.stdout.write(json.dumps(facts(sheet, made, resolved, out), ensure_ascii=False))
            else:
                self.stdout.write(f"{out}  {shown(sheet.code)}  {made.spec.address(sheet.code)}")


def write(out: Path, body: bytes) -> None:
    """Write a file whole or not at all. Raises CommandError with a sentence."""
    draft = out.with_name(f".{out.name}.part")
    try:
        draft.write_bytes(body)
        draft.replace(out)
    except OSError as problem:
        draft.unlink(missing_ok=True)
        raise CommandError(f"{out} cannot be written: {problem.strerror}.") from problem


def facts(sheet, made, resolved, out: Path | str) -> dict:
    """A made sheet for scripts."""
    return {
        "file": str(out),
        "code": shown(sheet.code),
        "address": made.spec.address(sheet.code),
        "design": sheet.design,
        "size": sheet.size,
        "languages": sheet.language_codes,
        "hotlines": list(made.spec.hotlines),
        "numbers": made.spec.numbers,
        "sha256": sheet.sha256,
        "bytes": sheet.bytes,
        "fresh": made.fresh,
        "warnings": list(resolved.warnings),
    }
