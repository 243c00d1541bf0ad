"""Posting rules: what statutes ask of a notice, and how a laid-out sheet compares.

The rules are data (`starter/posting_rules.yaml`) with source, date and confidence. `check` compares a sheet's own metrics
with one rule and answers each requirement with *meets*, *does not meet* or *a person must check*, always with the reason.

It says *meets* only where the law's own text was read and is recent; it never says whether a place obeys the law.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import phonenumbers
import yaml
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from kernel import languages
from posters.sizes import INCH, SIZES
from posters.spec import PosterSpec

FILE = Path(__file__).parent / "starter" / "posting_rules.yaml"
NUMBERS = FILE.with_name("posting_numbers.csv")  # numbers are kept in data files only
SLACK_PT = 0.5  # of a sheet's edge, for rounding
SHARE_SLACK = 0.05  # of the whole sheet: “about two thirds”
ALIKE = {"frc": "fr"}  # asked for, but what we have is another variety of it
# What a sheet says of itself: no law asks for it, and it may be small.
SMALL_PRINT = {"address", "issued", "draft", "topic", "strip", "strip-number", "strip-address"}
PIECES = {"wallet": (3.5, 2.0), "wallet-a4": (3.5, 2.0)}  # inches of what is cut from a sheet


class Answer(StrEnum):
    MEETS = "meets"
    FAILS = "fails"
    PERSON = "person"

    @property
    def label(self):
        return ANSWERS[self]


ANSWERS = {
    Answer.MEETS: _("Meets"),
    Answer.FAILS: _("Does not meet"),
    Answer.PERSON: _("A person must check"),
}


class Confidence(StrEnum):
    PRIMARY = "primary"
    MIXED = "mixed"
    SECONDARY = "secondary"
    UNVERIFIED = "unverified"

    @property
    def label(self):
        return CONFIDENCES[self]


CONFIDENCES = {
    Confidence.PRIMARY: _("The text of the law was read."),
    Confidence.MIXED: _("Parts of the text of the law were read."),
    Confidence.SECONDARY: _("Only what others write about the law was read."),
    Confidence.UNVERIFIED: _("Not verified."),
}
REQUIREMENTS = {
    "size": _("Size of the sheet"),
    "type": _("Smallest letters"),
    "bold": _("Bold letters"),
    "languages": _("Languages"),
    "shares": _("Shares of the languages"),
    "wording": _("Wording"),
    "numbers": _("Numbers"),
    "code": _("QR code"),
    "place": _("Where it hangs"),
}


LINE_NAMES = {"us-nhth-voice": _("the national hotline"), "us-nhth-text": _("the national hotline’s text number")}


@dataclass(frozen=True)
class Paper:
    """One sheet the rule allows: width and height in inches as the source writes them, smallest letters in points."""

    width_in: float
    height_in: float
    type_pt: float | None = None
    type_pt_other_source: float | None = None
    name: str = ""

    def holds(self, width_in: float, height_in: float, *, landscape: bool) -> bool:
        """Whether a sheet is at least as large; `landscape` when the rule fixes which way it lies."""
        slack = SLACK_PT / INCH
        wanted, got = (self.width_in, self.height_in), (width_in, height_in)
        if not landscape:
            wanted, got = sorted(wanted), sorted(got)
        return all(have >= want - slack for want, have in zip(wanted, got, strict=True))

    def __str__(self):
        return f"{self.width_in:g} × {self.height_in:g} in"


@dataclass(frozen=True)
class Number:
    """`line` is a code of the hotline registry; `number` stands in the rule; `named` is one whose digits are not known."""

    line: str = ""
    number: str = ""
    named: str = ""
    name: str = ""

    @property
    def label(self) -> str:
        return self.name or self.named or str(LINE_NAMES.get(self.line, self.line))


@dataclass(frozen=True)
class Wording:
    kind: str  # fixed, state or contents
    phrases: tuple[str, ...] = ()
    contents: tuple[str, ...] = ()
    similar: bool = False  # “substantially similar” is enough
    capitals: bool = False


@dataclass(frozen=True)
class Source:
    where: str = ""
    title: str = ""

    @property
    def address(self) -> str:
        """A link, where the source names a page and not only a site."""
        return f"https://{self.where}" if "/" in self.where else ""


@dataclass(frozen=True)
class Rule:
    """One row. `read` names the requirements read in the law's own text; `edition` is the year of a text that is old."""

    id: str
    jurisdiction: str
    citation: str
    applies: str
    sources: tuple[Source, ...]
    confidence: Confidence
    checked_on: date
    papers: tuple[Paper, ...] = ()
    size_words: str = ""
    placement: str = ""
    effective: date | None = None
    binding: bool = True
    landscape: bool = False
    electronic: bool = False
    bold: str = ""  # all, or number
    languages: tuple[str, ...] = ()
    separate: bool = False  # a sheet of its own for each language
    shares: dict[str, float] = field(default_factory=dict)
    further_languages: str = ""
    wording: Wording | None = None
    numbers: tuple[Number, ...] = ()
    code: str = ""  # required, or if-available
    code_words: str = ""
    unknown: tuple[str, ...] = ()
    read: tuple[str, ...] = ()
    edition: int | None = None
    model_notice: str = ""
    note: str = ""

    @property
    def country(self) -> str:
        return self.jurisdiction.partition("-")[0]

    @property
    def place(self) -> str:
        """The name of the state, or of the country for a federal rule."""
        return place_name(self.jurisdiction)

    @property
    def title(self) -> str:
        return f"{self.place}: {self.citation}"

    @property
    def language_names(self) -> list[str]:
        return [language_name(code) for code in self.languages]

    def was_read(self, requirement: str) -> bool:
        """Whether this requirement stood in the law's own text, and the text was not an old one."""
        return self.edition is None and requirement in self.read


def place_name(jurisdiction: str) -> str:
    country, _dash, region = jurisdiction.partition("-")
    return STATES.get(region) or languages.cldr("en").territories.get(country, country)


def language_name(code: str) -> str:
    return gettext("Louisiana French") if code == "frc" else languages.english_name(code)


# United States Postal Service, Publication 28, appendix B.
STATES = {
    "AL": "Alabama", "AR": "Arkansas", "CA": "California", "CT": "Connecticut", "FL": "Florida", "GA": "Georgia",
    "HI": "Hawaii", "IL": "Illinois", "KS": "Kansas", "KY": "Kentucky", "LA": "Louisiana", "MD": "Maryland", "ME": "Maine",
    "MN": "Minnesota", "MO": "Missouri", "MT": "Montana", "NC": "North Carolina", "NE": "Nebraska", "NJ": "New Jersey",
    "NM": "New Mexico", "NY": "New York", "OH": "Ohio", "PA": "Pennsylvania", "SC": "South Carolina", "TN": "Tennessee",
    "TX": "Texas", "VA": "Virginia", "VT": "Vermont", "WA": "Washington", "WI": "Wisconsin", "WV": "West Virginia",
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One requirement's answer. `label` and `answer.label` are for people, `reason` says why in a sentence or two."""

    requirement: str
    answer: Answer
    reason: str

    @property
    def label(self):
        return REQUIREMENTS[self.requirement]


@dataclass(frozen=True)
class Report:
    """All findings of a sheet against one rule, for the template `posters/components/rule_report.html`."""

    rule: Rule
    findings: tuple[Finding, ...]

    def count(self, answer: Answer) -> int:
        return sum(one.answer == answer for one in self.findings)

    @property
    def answer(self) -> Answer:
        """The worst of all: one requirement that is not met decides, then one that a person must check."""
        for answer in (Answer.FAILS, Answer.PERSON):
            if self.count(answer):
                return answer
        return Answer.MEETS if self.findings else Answer.PERSON

    @property
    def summary(self) -> str:
        fails, person = self.count(Answer.FAILS), self.count(Answer.PERSON)
        if fails:
            return ngettext(
                "This sheet does not meet %(count)d requirement of the rule.",
                "This sheet does not meet %(count)d requirements of the rule.",
                fails,
            ) % {"count": fails}
        if person or not self.findings:
            return ngettext(
                "Nothing measured speaks against this sheet. A person must check %(count)d point.",
                "Nothing measured speaks against this sheet. A person must check %(count)d points.",
                person,
            ) % {"count": person}
        return gettext("This sheet meets every requirement that was recorded of the rule.")

    def as_dict(self) -> dict:
        return {
            "rule": self.rule.id,
            "citation": self.rule.citation,
            "checked_on": self.rule.checked_on.isoformat(),
            "answer": str(self.answer),
            "summary": self.summary,
            "findings": [
                {"requirement": one.requirement, "answer": str(one.answer), "reason": one.reason}
                for one in self.findings
            ],
        }


# --- The table --------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def table() -> dict:
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def every() -> tuple[Rule, ...]:
    """All rules, the country's first, then by state."""
    facts = table()
    rules = [_read(row, facts["checked_on"]) for row in facts["rules"]]
    return tuple(sorted(rules, key=lambda rule: (rule.jurisdiction != rule.country, rule.place)))


def known_elsewhere() -> list[str]:
    """Places that have a rule nobody has read here."""
    return sorted(place_name(code) for code in table()["known_elsewhere"])


def get(rule_id: str) -> Rule | None:
    return next((rule for rule in every() if rule.id.casefold() == rule_id.casefold()), None)


def for_place(country: str, region: str = "") -> list[Rule]:
    """Rules of a place: its region's first, then its country's."""
    found = [rule for rule in every() if region and rule.jurisdiction == region]
    return found + [rule for rule in every() if rule.jurisdiction == country]


def search(words: str) -> list[Rule]:
    """Rules whose place, citation or places of posting contain every one of the words."""
    wanted = words.casefold().split()
    return [
        rule for rule in every()
        if all(word in f"{rule.id} {rule.place} {rule.citation} {rule.applies}".casefold() for word in wanted)
    ]  # fmt: skip


def _read(row: dict, checked_on: date) -> Rule:
    facts = dict(row)
    facts["papers"] = tuple(Paper(**paper) for paper in facts.get("papers", ()))
    facts["numbers"] = tuple(_number(**number) for number in facts.get("numbers", ()))
    facts["sources"] = tuple(Source(**source) for source in facts["sources"])
    facts["languages"] = tuple(facts.get("languages", ()))
    facts["unknown"] = tuple(facts.get("unknown", ()))
    facts["confidence"] = Confidence(facts["confidence"])
    facts["read"] = tuple(REQUIREMENTS) if facts.get("read") == "all" else tuple(facts.get("read", ()))
    if "wording" in facts:
        said = facts["wording"]
        said = said | {name: tuple(said[name]) for name in ("phrases", "contents") if name in said}
        facts["wording"] = Wording(**said)
    return Rule(checked_on=checked_on, **facts)


@lru_cache(maxsize=1)
def _listed() -> dict[str, str]:
    with NUMBERS.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["number"] for row in csv.DictReader(file)}


def _number(*, listed: str = "", **facts) -> Number:
    return Number(number=_listed()[listed] if listed else "", **facts)


# --- The comparison ---------------------------------------------------------------------------------------------------


def report(spec: PosterSpec, metrics: dict, rule: Rule) -> Report:
    return Report(rule, tuple(check(spec, metrics, rule)))


def check(spec: PosterSpec, metrics: dict, rule: Rule) -> list[Finding]:
    """Compare a sheet with a rule. `metrics` are what its layout measured (`Made.report["metrics"]`)."""
    steps = (size, letters_, bold, tongues, shares, wording, numbers, code, place)
    return [finding for step in steps for finding in step(spec, metrics, rule)]


def judged(rule: Rule, requirement: str, holds: bool, reason: str) -> Finding:
    """*Meets* only by the law's own recent text; *does not meet* by any source that was read at all."""
    if not holds and rule.confidence == Confidence.UNVERIFIED:
        return Finding(requirement, Answer.PERSON, f"{reason} {gettext('This rule is not verified.')}")
    if not holds:
        if rule.was_read(requirement):
            return Finding(requirement, Answer.FAILS, reason)
        return Finding(requirement, Answer.FAILS, f"{reason} {basis(rule)}")
    if rule.was_read(requirement):
        return Finding(requirement, Answer.MEETS, reason)
    return Finding(requirement, Answer.PERSON, f"{reason} {basis(rule)}")


def basis(rule: Rule) -> str:
    """On what this rests, where it is not the law's own recent text."""
    if rule.edition:
        return gettext("The text that was read is of %(year)d: look whether it still holds.") % {"year": rule.edition}
    return gettext("This requirement was not read in the law itself: compare it with the source.")


def by_person(requirement: str, reason: str) -> Finding:
    return Finding(requirement, Answer.PERSON, reason)


def not_known(requirement: str) -> Finding:
    return by_person(requirement, gettext("What the rule asks is not known here: look it up in the source."))


def piece(spec: PosterSpec, metrics: dict) -> tuple[float, float]:
    """Width and height, in inches, of what hangs in the end: a wallet card is cut out of its sheet."""
    return PIECES.get(spec.size) or (metrics["width"] / INCH, metrics["height"] / INCH)


def paper_of(spec: PosterSpec, metrics: dict, rule: Rule) -> Paper | None:
    """The rule's paper that this sheet is large enough for, the largest of them."""
    wide, high = piece(spec, metrics)
    return next((one for one in rule.papers if one.holds(wide, high, landscape=rule.landscape)), None)


def size(spec, metrics, rule) -> Iterable[Finding]:
    if "size" in rule.unknown:
        yield not_known("size")
        return
    if SIZES[spec.size].is_screen:
        if rule.electronic:
            yield by_person(
                "size", gettext("The rule treats electronic notices apart. This is a picture for a screen.")
            )
        elif rule.papers:
            yield judged(rule, "size", False, gettext("This is a picture for a screen, and the rule asks for a sheet."))
        return
    wide, high = piece(spec, metrics)
    ours = gettext("%(width)s × %(height)s in") % {"width": f"{wide:.4g}", "height": f"{high:.4g}"}
    if not rule.papers:
        if rule.size_words:
            yield by_person(
                "size",
                gettext("The rule says: %(rule)s. This sheet is %(ours)s.") % {"rule": rule.size_words, "ours": ours},
            )
        return
    wanted = gettext(" or ").join(str(one) for one in rule.papers)
    facts = {"ours": ours, "wanted": wanted}
    if rule.landscape:
        said = gettext("This sheet is %(ours)s; asked for is at least %(wanted)s, wider than high.") % facts
    else:
        said = gettext("This sheet is %(ours)s; asked for is at least %(wanted)s.") % facts
    yield judged(rule, "size", paper_of(spec, metrics, rule) is not None, said)


def letters_(spec, metrics, rule) -> Iterable[Finding]:
    if "type" in rule.unknown:
        yield not_known("type")
        return
    paper = paper_of(spec, metrics, rule) or next(iter(rule.papers), None)
    if paper is None or paper.type_pt is None:
        return
    smallest = min(stated(metrics), key=lambda text: text["pt"], default=None)
    if smallest is None:
        return
    said = gettext("The smallest letters of the wording are %(ours)s points (%(role)s); asked for are %(wanted)s.") % {
        "ours": f"{smallest['pt']:g}", "role": smallest["role"], "wanted": f"{paper.type_pt:g}",
    }  # fmt: skip
    other = paper.type_pt_other_source
    if other is not None and min(other, paper.type_pt) <= smallest["pt"] < max(other, paper.type_pt):
        disagree = gettext("Another source says %(other)s points.") % {"other": f"{other:g}"}
        yield by_person("type", f"{said} {disagree}")
        return
    yield judged(rule, "type", smallest["pt"] >= paper.type_pt, said)


def stated(metrics: dict) -> list[dict]:
    """The texts that speak to the reader; the sheet's address, issuer and draft note are small print."""
    return [text for text in metrics["texts"] if text["role"] not in SMALL_PRINT]


def bold(spec, metrics, rule) -> Iterable[Finding]:
    if not rule.bold:
        return
    texts = [text for text in stated(metrics) if rule.bold == "all" or text["role"] == "number"]
    thin = sorted({text["role"] for text in texts if text["weight"] < 700})
    if rule.bold == "number":
        said = gettext("The number must be bold.")
    elif thin:
        said = gettext("All letters must be bold; these are not: %(roles)s.") % {"roles": ", ".join(thin)}
    else:
        said = gettext("All letters must be bold, and are.")
    yield judged(rule, "bold", bool(texts) and not thin, said)


def tongues(spec, metrics, rule) -> Iterable[Finding]:
    if "languages" in rule.unknown:
        yield not_known("languages")
        return
    ours = [tongue.language for tongue in spec.tongues]
    if rule.languages:
        yield _fixed_languages(ours, rule)
    if rule.further_languages:
        yield by_person(
            "languages",
            gettext("Asked for besides: %(which)s. Which that is depends on the place.")
            % {"which": rule.further_languages},
        )


def _fixed_languages(ours: list[str], rule: Rule) -> Finding:
    missing = [code for code in rule.languages if code not in ours]
    wanted = ", ".join(rule.language_names)
    if rule.separate:
        if len(ours) > 1:
            return judged(
                rule, "languages", False, gettext("Each language must have a sheet of its own (%(wanted)s).") % {"wanted": wanted}
            )  # fmt: skip
        if ours[0] in rule.languages and missing:
            return by_person(
                "languages",
                gettext("Each language has a sheet of its own. Put up beside this one: %(missing)s.")
                % {"missing": ", ".join(language_name(code) for code in missing)},
            )
    alike = [code for code in missing if ALIKE.get(code) in ours]
    gone = [code for code in missing if code not in alike]
    if gone:
        said = gettext("Missing on this sheet: %(missing)s. Asked for: %(wanted)s.") % {
            "missing": ", ".join(language_name(code) for code in gone), "wanted": wanted,
        }  # fmt: skip
        return judged(rule, "languages", False, said)
    if alike:
        return by_person(
            "languages",
            gettext("Asked for is %(wanted)s; this sheet has %(ours)s.")
            % {
                "wanted": ", ".join(language_name(code) for code in alike),
                "ours": ", ".join(language_name(ALIKE[code]) for code in alike),
            },
        )
    return judged(
        rule, "languages", True, gettext("All languages asked for are there: %(wanted)s.") % {"wanted": wanted}
    )


def shares(spec, metrics, rule) -> Iterable[Finding]:
    ours = dict(zip((tongue.language for tongue in spec.tongues), spec.weights, strict=True))
    if not rule.shares or not set(rule.shares) <= set(ours):
        return  # a missing language is said already
    total = sum(rule.shares.values())
    holds = all(abs(ours[code] - share / total) <= SHARE_SLACK for code, share in rule.shares.items())
    if rule.further_languages:  # with further languages, only the proportion between those named can be compared
        most, least = (call(ours[code] / share for code, share in rule.shares.items()) for call in (max, min))
        holds = most - least <= SHARE_SLACK
    said = gettext("This sheet gives %(ours)s; asked for is %(wanted)s.") % {
        "ours": percents({code: ours[code] for code in rule.shares}),
        "wanted": percents({code: share / total for code, share in rule.shares.items()}),
    }
    yield judged(rule, "shares", holds, said)


def percents(weights: dict[str, float]) -> str:
    return ", ".join(f"{language_name(code)} {weight * 100:.0f} %" for code, weight in weights.items())


def squeezed(text: str) -> str:
    """For comparing wording: no case, no accents of quotation, one kind of space."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return re.sub(r"\s+", " ", plain).strip()


def wording(spec, metrics, rule) -> Iterable[Finding]:
    asked = rule.wording
    if asked is None:
        return
    printed = squeezed(" ".join(text["words"] for text in metrics["texts"]))
    absent = [phrase for phrase in asked.phrases if squeezed(phrase) not in printed]
    if absent:
        quoted = ", ".join(f"“{phrase}”" for phrase in absent)
        said = gettext("These words of the rule are not on the sheet: %(phrases)s.") % {"phrases": quoted}
        yield judged(rule, "wording", False, said)
        return
    if asked.kind == "state":
        said = gettext("The rule asks for the state’s own sign. This sheet is not that sign.")
    elif asked.kind == "contents":
        said = gettext("The sheet must say: %(contents)s.") % {"contents": "; ".join(asked.contents)}
    elif asked.similar:
        said = gettext("The rule prescribes a text, and allows one that is substantially similar. Compare the two.")
    else:
        said = gettext("The rule prescribes a text, which is not kept here. Compare the sheet with it.")
    if asked.capitals:
        said += " " + gettext("It must be in capital letters.")
    yield by_person("wording", said)


def numbers(spec, metrics, rule) -> Iterable[Finding]:
    printed = {digits(word) for text in metrics["texts"] for word in re.split("[ \n]", text["words"])}
    kinds = [kind for kind in ("voice", "text", "emergency") if kind in spec.numbers]
    of_line = {line: spec.numbers[kind] for line, kind in zip(spec.hotlines, kinds, strict=False)}
    for asked in rule.numbers:
        what = asked.label
        if asked.named:
            said = gettext("The rule asks for %(which)s; its digits are not known here.") % {"which": what}
            yield by_person("numbers", said)
            continue
        wanted = of_line.get(asked.line, "") if asked.line else asked.number
        holds = bool(wanted) and digits(wanted) in printed
        facts = {"which": what if asked.line else f"{asked.number} ({asked.name})"}
        said = gettext("On the sheet: %(which)s.") if holds else gettext("Not on the sheet: %(which)s.")
        yield judged(rule, "numbers", holds, said % facts)


def digits(text: str) -> str:
    """The digits to dial, without the country's 1; letters on keys count."""
    only = re.sub(r"\D", "", phonenumbers.convert_alpha_characters_in_number(text))
    return only[1:] if len(only) == 11 and only.startswith("1") else only


def code(spec, metrics, rule) -> Iterable[Finding]:
    if not rule.code:
        return
    if metrics["codes"]:
        said = gettext("The sheet has a QR code of %(mm)s mm. It leads to this site’s page about the sheet.") % {
            "mm": f"{min(one['mm'] for one in metrics['codes']):g}"
        }
    else:
        said = gettext("The sheet has no QR code.")
    if rule.code_words:
        said += " " + gettext("The rule says: %(rule)s.") % {"rule": rule.code_words}
    if rule.code == "if-available" and not metrics["codes"]:
        yield by_person("code", said)
    else:
        yield judged(rule, "code", bool(metrics["codes"]), said)


def place(spec, metrics, rule) -> Iterable[Finding]:
    where = rule.placement or rule.applies
    yield by_person("place", gettext("No file can show where it hangs. The rule says: %(where)s.") % {"where": where})
