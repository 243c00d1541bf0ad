"""What a coordinator should know before sheets are printed, in words."""

import base64
import io
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext
from PIL import Image

from hotlines import lookup, places
from hotlines.models import Channel, Hotline, Kind
from kernel import languages
from kernel.near import near
from posters import words
from posters.choice import Resolved
from posters.colours import contrast
from posters.studio.state import named

LOW_CONTRAST = 7  # WCAG 2.2, 1.4.6: what is below passes, and is hard to read from far or in poor light
LARGE_PT = 18
LOGO_CONTRAST, LOGO_SHARE = 3, 0.05


@dataclass(frozen=True)
class Note:
    """`kind` is draft, due, weak, inside, speech, text, contrast or logo; `weight` warning or info."""

    kind: str
    text: str
    weight: str = "warning"


def notes_on(resolved: Resolved, report: dict | None = None) -> list[Note]:
    """Everything to know about one sheet, most weighty first."""
    found = [Note("draft" if is_draft_note(text, resolved) else "due", text) for text in resolved.warnings]
    voice = resolved.hotlines[0]
    found += [*weak_lines(resolved.hotlines), *inside_only(voice), *spoken(voice, resolved)]
    found += texted(resolved)
    if report:
        found += faint(report)
    if resolved.spec.logo:
        found += logo_of(resolved)
    return sorted(found, key=lambda note: note.weight != "warning")


def gathered(many: list[Resolved]) -> list[Note]:
    """The notes on several sheets, each said once."""
    found = {note.text: note for resolved in many for note in notes_on(resolved)}
    return sorted(found.values(), key=lambda note: note.weight != "warning")


def is_draft_note(text: str, resolved: Resolved) -> bool:
    return any(
        text.startswith(languages.english_name(tongue.language)) and tongue.draft for tongue in resolved.spec.tongues
    )


def weak_lines(lines: tuple[Hotline, ...]):
    for line in lines:
        if not line.is_weak:
            continue
        word = line.print_approvals.filter(number=line.dial or line.url).select_related("by").first()
        if word is not None:
            yield Note(
                "weak",
                gettext(
                    "The source of %(hotline)s is weak. %(who)s confirmed its number for print on %(when)s: %(why)s"
                )
                % {
                    "hotline": line.name_en,
                    "who": word.by or gettext("Somebody whose account is gone"),
                    "when": date_format(word.at, "DATE_FORMAT"),
                    "why": word.reason,
                },
            )


def inside_only(voice: Hotline):
    if voice.inside_only:
        yield Note(
            "inside",
            gettext("%(number)s can be dialled from inside %(country)s only.")
            % {"number": f"\u2066{voice.number}\u2069", "country": places.country_name(voice.country)},
            "info",
        )
    if voice.kind == Kind.TIP_LINE:
        yield Note(
            "purpose",
            gettext("%(hotline)s takes reports. It is not a line that people in need call for help.")
            % {"hotline": voice.name_en},
        )


def spoken(voice: Hotline, resolved: Resolved):
    sentences = {
        lookup.Speech.INTERPRETER: (gettext("%(hotline)s answers in %(language)s through an interpreter."), "info"),
        lookup.Speech.UNKNOWN: (
            gettext("It is not known whether %(hotline)s answers in %(language)s. The sheet does not promise it."),
            "warning",
        ),
        lookup.Speech.NONE: (gettext("%(hotline)s does not answer in %(language)s."), "warning"),
    }
    for tongue in resolved.spec.tongues:
        found = sentences.get(lookup.speech(voice, tongue.language))
        if found:
            said = {"hotline": voice.name_en, "language": named(tongue.language)}
            yield Note("speech", found[0] % said, found[1])


def texted(resolved: Resolved):
    line = next((one for one in resolved.hotlines if one.channel == Channel.TEXT), None)
    if line is None:
        return
    for tongue in resolved.spec.tongues:
        if words.answers(line, tongue.language):
            continue
        sentence = (
            gettext("Text messages are not answered in %(language)s: the sheet says in which languages they are.")
            if tongue.text
            else gettext("Text messages are not answered in %(language)s: the sheet leaves the text line out.")
        )
        yield Note("text", sentence % {"language": named(tongue.language)}, "info")


def faint(report: dict):
    """Words of running size whose contrast is enough by WCAG AA and not by AAA."""
    texts = report.get("metrics", {}).get("texts", [])
    weak = [
        text for text in texts if text["contrast"] < LOW_CONTRAST and text["pt"] < LARGE_PT and text["role"] != "draft"
    ]
    if weak:
        least = min(weak, key=lambda text: text["contrast"])
        yield Note(
            "contrast",
            gettext("Some small words have a contrast of %(ratio)s:1. That passes, and is hard to read in poor light.")
            % {"ratio": least["contrast"]},
        )


def logo_of(resolved: Resolved):
    share = near(f"poster-logo-share:{resolved.choice.logo}", lambda: visible_share(resolved.spec.logo), seconds=300)
    if share < LOGO_SHARE:
        yield Note("logo", gettext("The logo is hardly to be seen: it is too pale for the white of the paper."))


def visible_share(logo: str) -> float:
    """The part of a logo's drawn pixels that stand out from white paper. `logo` is a PNG in base64."""
    image = Image.open(io.BytesIO(base64.b64decode(logo))).convert("RGBA").resize((60, 30))
    drawn = [pixel for pixel in image.getdata() if pixel[3] > 127]
    strong = sum(contrast("#{:02x}{:02x}{:02x}".format(*pixel[:3]), "#ffffff") >= LOGO_CONTRAST for pixel in drawn)
    return strong / len(drawn) if drawn else 0.0
