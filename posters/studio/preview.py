"""The sheet that the studio shows: the file itself, from the store, or made now when it is this person's turn."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.core.cache import caches
from django.utils.formats import time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from accounts.limits import TooMany
from kernel.paper import PaperError
from kernel.paper.fonts import FontsMissing
from kernel.paper.press import PaperBusy
from posters import press, store
from posters.choice import Choice, NotPossible, Resolved, resolve
from posters.designs import DESIGNS
from posters.engine import engine
from posters.models import Sheet
from posters.press import Made, SheetFailed
from posters.sizes import SIZES
from posters.spec import code_of, shown
from posters.studio import turns
from posters.studio.state import named

REMEMBERED_SECONDS = 7 * 24 * 3600
SMALL_PRINT = {"address", "issued", "draft"}
# ADA Standards 703.5.5: characters of 16 mm can be read from 1.83 m, and each further 3.2 mm add 0.305 m.
READ_MM, READ_M, STEP_MM, STEP_M = 16, 1.83, 3.2, 0.305
SCAN_TIMES = 10  # a code is read from about ten times its edge

ROLES = {
    "headline": _("headline"), "promise": _("promise"), "sign": _("sign"), "call": _("call line"), "trust": _("trust line"),
    "topic": _("topic line"), "facts": _("line about the call"), "text": _("text line"), "emergency": _("emergency line"),
    "notice": _("wording of the notice"), "strip": _("word on a strip"), "issued": _("“issued by” line"),
    "number": _("number"), "strip-number": _("number"), "strip-address": _("address"), "address": _("address"),
    "draft": _("draft note"),
}  # fmt: skip
OF_CAMPAIGN = {"headline", "promise", "sign", "call", "trust"}


class Standing(StrEnum):
    READY = "ready"
    IMPOSSIBLE = "impossible"  # the choice itself; the sentence says what to choose instead
    WEAK = "weak"  # a number waits for a person's word
    TOO_LONG = "too long"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"  # by the check of the finished file
    BUSY = "busy"
    LIMIT = "limit"
    FAILED = "failed"


@dataclass(frozen=True)
class Fault:
    """A text that does not fit. `table` names where it is edited: "campaign" or "common"."""

    sentence: str
    language: str
    table: str


@dataclass(frozen=True)
class Preview:
    """One sheet as far as it could be made. `sentence` explains everything but READY."""

    standing: Standing
    choice: Choice
    sentence: str = ""
    resolved: Resolved | None = None
    key: str = ""
    report: dict = field(default_factory=dict)
    bytes: int = 0
    faults: tuple[Fault, ...] = ()

    @property
    def is_ready(self) -> bool:
        return self.standing == Standing.READY

    @property
    def code(self) -> str:
        return shown(code_of(self.key)) if self.key else ""

    @property
    def kind(self) -> str:
        return "png" if SIZES[self.choice.size].is_screen else "pdf"

    @property
    def number(self) -> str:
        return self.resolved.spec.numbers["voice"] if self.resolved else ""

    @property
    def facts(self) -> list[tuple[str, str]]:
        """(name, value) of what was measured on the finished sheet."""
        return facts_of(self.report.get("metrics", {})) if self.is_ready else []


def known(choice: Choice, *, now: datetime, name: str, **shared) -> Preview:
    """What is known of a sheet without making it: READY when it lies in the store, BUSY when it was never made."""
    try:
        resolved = resolve(choice, now=now, **shared)
    except NotPossible as problem:
        return Preview(Standing.IMPOSSIBLE, choice, str(problem))
    key = resolved.spec.key(name)
    kept = store.read(key, press.kind_of(resolved.spec))
    if kept:
        return ready(choice, resolved, key, *kept)
    report = caches["default"].get(refusal(key))
    if report is not None:
        return refused(choice, resolved, key, report)
    return Preview(Standing.BUSY, choice, gettext("Not made yet."), resolved, key)


def look(user, choice: Choice, *, now: datetime, **shared) -> Preview:
    """The sheet of a choice; made now when it is new, within the limits of `turns`."""
    found = known(choice, now=now, name=engine(), **shared)
    if found.is_ready:
        gone = Sheet.objects.withdrawn().filter(key=found.key).first()
        if gone is not None:
            sentence = gettext("The sheet %(code)s was withdrawn: %(why)s") % {"code": gone, "why": gone.withdrawn_why}
            return Preview(Standing.WITHDRAWN, choice, sentence, found.resolved, found.key)
    if found.standing != Standing.BUSY:
        return found
    resolved, key = found.resolved, found.key

    def told(standing: Standing, sentence: str) -> Preview:
        return Preview(standing, choice, sentence, resolved, key)

    try:
        made = make(user, resolved, key, now=now)
    except (turns.NoTurn, PaperBusy):
        return told(
            Standing.BUSY,
            gettext("Several sheets are being made at this moment. Show this one again in a few seconds."),
        )
    except TooMany as stop:
        when = time_format(localtime(now + stop.wait), "TIME_FORMAT")
        return told(
            Standing.LIMIT,
            gettext(
                "You have had many new sheets made within an hour. The next one can be made at %(when)s. Sheets made before still show, and a kit is not limited."
            )
            % {"when": when},
        )
    except SheetFailed as failure:
        if failure.report:
            caches["default"].set(refusal(key), failure.report, REMEMBERED_SECONDS)
        return refused(choice, resolved, key, failure.report)
    except FontsMissing:
        return told(
            Standing.FAILED, gettext("The fonts of the posters are not installed on this site. Tell its operator.")
        )
    except PaperError:
        return told(Standing.FAILED, gettext("This sheet could not be made within the time and memory it may take."))
    return ready(choice, resolved, key, made.body, made.report)


def make(user, resolved: Resolved, key: str, *, now: datetime) -> Made:
    """Make a new sheet when it is this person's turn. Raises NoTurn, TooMany, SheetFailed or PaperError."""
    kind = press.kind_of(resolved.spec)
    with turns.turn(str(user.pk)):
        kept = store.read(key, kind)
        if kept:  # somebody else's turn brought it
            return Made(resolved.spec, key, *kept, fresh=False)
        turns.count(user, now=now)
        return press.make(resolved.spec)


def refusal(key: str) -> str:
    return f"posters.refused:{key}"


def ready(choice: Choice, resolved: Resolved, key: str, body: bytes, report: dict) -> Preview:
    return Preview(Standing.READY, choice, "", resolved, key, report, len(body))


def refused(choice: Choice, resolved: Resolved, key: str, report: dict) -> Preview:
    """Why a sheet is not handed out, in words for the coordinator."""
    faults = tuple(fault_of(one, choice) for one in report.get("metrics", {}).get("problems", []))
    if faults:
        sentence = gettext(
            "The words do not fit on this sheet. Shorten them, or choose a larger sheet or fewer languages."
        )
        return Preview(Standing.TOO_LONG, choice, sentence, resolved, key, report, faults=faults)
    found = "; ".join(f"{one['check']}: {one['detail']}" for one in report.get("findings", [])[:3])
    sentence = gettext("The finished sheet did not pass its check, so it is not handed out. %(found)s") % {
        "found": found or report.get("problem", "")
    }
    return Preview(Standing.REFUSED, choice, sentence, resolved, key, report)


def fault_of(problem: dict, choice: Choice) -> Fault:
    role, cut = problem["role"], problem["cut"]
    sentence = ngettext(
        "%(language)s, %(role)s: cut %(count)d character. %(limit)d fit on %(sheet)s.",
        "%(language)s, %(role)s: cut %(count)d characters. %(limit)d fit on %(sheet)s.",
        cut,
    ) % {
        "language": named(problem["language"]),
        "role": ROLES.get(role, role),
        "count": cut,
        "limit": problem["limit"],
        "sheet": f"{DESIGNS[choice.design].label}, {SIZES[choice.size].label}",
    }
    table = "" if role == "issued" else "campaign" if role in OF_CAMPAIGN else "common"
    return Fault(sentence, problem["language"], table)


def facts_of(metrics: dict) -> list[tuple[str, str]]:
    texts = metrics.get("texts", [])
    if not texts:
        return []
    found = []
    digits = max((text.get("cap_mm", 0) for text in texts), default=0)
    if digits:
        value = gettext("%(mm)s mm high") % {"mm": digits}
        if digits >= READ_MM:
            metres = READ_M + (digits - READ_MM) / STEP_MM * STEP_M
            value = gettext("%(mm)s mm high, read from about %(metres).1f m") % {"mm": digits, "metres": metres}
        found.append((gettext("Number"), value))
    main = [text["pt"] for text in texts if text["role"] not in SMALL_PRINT]
    if main:
        found.append((gettext("Smallest words"), gettext("%(pt)s pt") % {"pt": round(min(main), 1)}))
    found.append((gettext("Lowest contrast"), f"{min(text['contrast'] for text in texts)}:1"))
    codes = metrics.get("codes", [])
    if codes:
        edge = min(code["mm"] for code in codes)
        found.append(
            (
                pgettext("the QR code of a sheet", "Code"),
                gettext("%(mm)s mm, scans from about %(metres).1f m")
                % {"mm": edge, "metres": edge * SCAN_TIMES / 1000},
            )
        )
    return found
