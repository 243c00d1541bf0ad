"""Check PDFs: any file for accessibility and fonts, our own sheets also against what they should say."""

import json
import sys
from pathlib import Path

import pypdfium2
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import track

from posters import preflight, store
from posters.models import Sheet
from posters.spec import PosterSpec, shown


class Command(BaseCommand):
    help = (
        "Checks PDF files: PDF/UA-1 and fonts, and for sheets made here words, numbers, QR codes, sizes, overflow and contrast. "
        "Ends with 1 when a file has faults or cannot be read."
    )

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", type=Path, help="PDF files, or folders of them")
        parser.add_argument("--json", action="store_true", help="for scripts: one JSON document")

    def handle(self, *args, files, verbosity=1, **options):
        files = [one for file in files for one in (sorted(file.rglob("*.pdf")) if file.is_dir() else [file])]
        if not files:
            raise CommandError("There is no PDF in that folder.")
        quiet = len(files) < 3 or not verbosity or options["json"]
        console = Console(stderr=True, force_terminal=sys.stderr.isatty() or None)
        reports = [
            self.look_at(file) for file in track(files, "Checking", console=console, disable=quiet, transient=True)
        ]
        faulty = sum(bool(one["findings"]) for one in reports)
        if options["json"]:
            self.stdout.write(json.dumps(reports, ensure_ascii=False, indent=2))
        else:
            for one in reports:
                self.stdout.write(f"{'FAULT' if one['findings'] else 'ok   '} {one['file']} ({one['what']})")
                for finding in one["findings"]:
                    self.stdout.write(f"      {finding['check']}: {finding['detail']}")
        if faulty and options["json"]:
            sys.exit(1)
        if faulty:
            raise CommandError(f"{faulty} of {len(files)} files have faults.")

    def look_at(self, file: Path) -> dict:
        """One file's report: `file`, `what` it is and `findings`."""
        try:
            what, findings = self.findings(file.read_bytes())
        except OSError as problem:
            what, findings = "unreadable", [preflight.finding("file", f"{problem.strerror or problem}")]
        except (pypdfium2.PdfiumError, ValueError) as problem:
            what, findings = "unreadable", [preflight.finding("file", f"This is no PDF that can be read: {problem}")]
        return {"file": str(file), "what": what, "findings": findings}

    def findings(self, body: bytes) -> tuple[str, list[dict]]:
        code = code_in(preflight.title(body))
        sheet = Sheet.objects.by_code(code).first() if code else None
        kept = sheet and store.read(sheet.key, "pdf")
        if not kept:
            return "not made here", preflight.check_any(body)
        spec = PosterSpec.read(sheet.spec)
        return f"sheet {shown(sheet.code)}", preflight.check(body, kept[1]["metrics"], spec.numbers["voice"])


def code_in(title: str) -> str:
    """The code our sheets carry at the end of their title, in brackets."""
    return title[-10:-1].replace("-", "") if title.endswith(")") and title[-11:-10] == "(" else ""
