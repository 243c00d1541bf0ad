"""List the posting rules, or compare a poster with one of them."""

import json

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from rich.console import Console
from rich.table import Table

from kernel.paper import FontsMissing, PaperError
from posters import press, rules
from posters.choice import NotPossible, resolve
from posters.management.commands.poster import add_choice_arguments, add_sheet_arguments, choice_from
from posters.models import Sheet
from posters.rules import Answer
from posters.spec import PosterSpec

MARKS = {Answer.MEETS: "meets         ", Answer.FAILS: "does not meet ", Answer.PERSON: "person checks "}


class Command(BaseCommand):
    help = (
        "Lists the posting rules that are known here, with source and date. With a rule, compares one poster with it: "
        "a sheet that was made (--sheet CODE), or the one the other options describe. Ends with 1 when the poster does not "
        "meet the rule. It compares and does not advise on the law."
    )

    def add_arguments(self, parser):
        parser.add_argument("rule", nargs="?", default="", help="id of a rule, such as US-CA; without one, the list")
        parser.add_argument("--search", default="", help="in the list: words of the place, the law or where it applies")
        parser.add_argument("--sheet", default="", help="code printed on a sheet that was made here")
        parser.add_argument("--json", action="store_true", help="for scripts: one JSON document")
        add_choice_arguments(parser)
        add_sheet_arguments(parser)

    def handle(self, *args, **options):
        with translation.override("en"):
            if not options["rule"]:
                return self.list(rules.search(options["search"]), as_json=options["json"])
            rule = rules.get(options["rule"])
            if rule is None:
                near = ", ".join(one.id for one in rules.every() if options["rule"][:5].casefold() in one.id.casefold())
                raise CommandError(
                    f"There is no rule “{options['rule']}”. "
                    + (f"Near it: {near}." if near else "`poster_rules` without a rule lists all.")
                )
            report = rules.report(*self.sheet(options), rule)
            self.tell(report, as_json=options["json"])
            if report.answer == Answer.FAILS:
                raise SystemExit(1)

    def list(self, found, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps([self.row(rule) for rule in found], ensure_ascii=False, indent=2))
            return
        table = Table("Rule", "Law", "Sheet", "Languages", "Read", box=None, pad_edge=False, header_style="bold")
        for rule in found:
            papers = "\n".join(
                f"{one}" + (f", {one.type_pt:g} pt" if one.type_pt else "") for one in rule.papers
            )  # fmt: skip
            table.add_row(rule.id, rule.citation, papers or "–", " ".join(rule.languages) or "–", str(rule.confidence))
        console = Console(file=self.stdout._out, highlight=False)
        console.print(table)
        console.print(
            f"{len(found)} rules, looked up on {rules.table()['checked_on']}. Laws change; this is no advice."
        )

    def row(self, rule) -> dict:
        return {
            "id": rule.id, "place": rule.place, "citation": rule.citation, "applies": rule.applies,
            "placement": rule.placement, "binding": rule.binding,
            "papers": [[one.width_in, one.height_in, one.type_pt] for one in rule.papers],
            "languages": list(rule.languages), "further_languages": rule.further_languages,
            "numbers": [one.number or one.line or one.named for one in rule.numbers],
            "confidence": str(rule.confidence), "read": list(rule.read), "edition": rule.edition,
            "sources": [" ".join(filter(None, (one.where, one.title))) for one in rule.sources],
            "checked_on": rule.checked_on.isoformat(),
        }  # fmt: skip

    def sheet(self, options) -> tuple[PosterSpec, dict]:
        """The spec and the metrics of the sheet to compare."""
        try:
            if options["sheet"]:
                sheet = Sheet.objects.by_code(options["sheet"]).first()
                if sheet is None:
                    raise CommandError(f"No sheet with the code “{options['sheet']}” was made here.")
                spec = PosterSpec.read(sheet.spec)
            else:
                spec = resolve(choice_from(options), now=timezone.now()).spec
            return spec, press.make(spec).report["metrics"]
        except (NotPossible, FontsMissing, PaperError) as problem:
            raise CommandError(str(problem)) from problem

    def tell(self, report, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False, indent=2))
            return
        self.stdout.write(f"{report.rule.title}")
        for one in report.findings:
            self.stdout.write(f"  {MARKS[one.answer]} {one.label}: {one.reason}")
        self.stdout.write(report.summary)
        sources = "; ".join(" ".join(filter(None, (one.where, one.title))) for one in report.rule.sources)
        self.stdout.write(f"Source: {sources}. Looked up on {report.rule.checked_on}. No advice on the law.")
