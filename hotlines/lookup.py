"""Which line to offer: for a country and region, a language, a purpose and a moment, an ordered list with reasons.

The order, most weighty first: emergency services; lines made for the purpose before offices that also take it; open before
unknown before closed; own staff in the language before an interpreter before unknown; better source; voice before text
before the rest; free of charge. The code decides between equals, so that the order never depends on the database.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from hotlines import hours as opening
from hotlines import places
from hotlines.models import Audience, Channel, Confidence, Hotline, Kind


class Purpose(models.TextChoices):
    HELP = "help", _("Help for a person")
    TIP = "tip", _("A report")


class Speech(models.TextChoices):
    """In which way a line can be used in a language."""

    OWN = "own", _("They answer in this language")
    INTERPRETER = "interpreter", _("An interpreter may be brought in on the telephone")
    UNKNOWN = "unknown", _("It is not known whether they answer in this language")
    NONE = "none", _("They do not answer in this language")


class State(models.TextChoices):
    OPEN = "open", _("Open now")
    CLOSED = "closed", _("Closed now")
    UNKNOWN = "unknown", _("Hours not known")


class Reason(models.TextChoices):
    """Why a line stands where it stands."""

    EMERGENCY = "emergency", _("For danger now")
    MADE_FOR_IT = "made_for_it", _("Made for this purpose")
    ALSO_TAKES_IT = "also_takes_it", _("Also takes this")
    IN_REGION = "in_region", _("For your state or region")
    ALWAYS_OPEN = "always_open", _("Day and night, every day")
    OPEN_NOW = "open_now", _("Open now")
    CLOSED_NOW = "closed_now", _("Closed now")
    OWN_LANGUAGE = "own_language", _("Answers in the language")
    BY_INTERPRETER = "by_interpreter", _("Brings in an interpreter on the telephone")
    NOT_IN_LANGUAGE = "not_in_language", _("Does not answer in the language")
    WEAK_SOURCE = "weak_source", _("The source is weak")


CHANNEL_ORDER = [Channel.VOICE, Channel.TEXT, Channel.CHAT, Channel.WHATSAPP, Channel.EMAIL, Channel.WEB]
STATE_ORDER = [State.OPEN, State.UNKNOWN, State.CLOSED]
SPEECH_ORDER = [Speech.OWN, Speech.INTERPRETER, Speech.UNKNOWN, Speech.NONE]
CONFIDENCE_ORDER = [Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW, Confidence.UNVERIFIED]
LANGUAGE_TWINS = {"tl": "fil"}  # two codes for one language


@dataclass(frozen=True)
class Answer:
    """One line with what holds at the moment asked for."""

    hotline: Hotline
    state: State
    closes_at: datetime | None
    opens_at: datetime | None
    speech: Speech
    reasons: tuple[Reason, ...]
    rank: tuple


def find(
    country: str,
    *,
    now: datetime,
    purpose: str = Purpose.HELP,
    region: str = "",
    language: str = "",
    channels: Iterable[str] = (),
    hotlines: Iterable[Hotline] | None = None,
) -> list[Answer]:
    """Return the lines to offer, best first.

    `region` adds the lines of that region; without it only those of the whole country count. `language` is a BCP 47 code.
    `channels` narrows to some. `hotlines` stands in for the registry, when the caller has the rows already.
    """
    if hotlines is None:
        hotlines = Hotline.objects.published().of_country(country).with_words()
    covered, wanted = set(places.covering(country)), set(channels)
    found = [
        answer(hotline, now=now, purpose=purpose, language=language)
        for hotline in hotlines
        if hotline.is_published
        and hotline.country in covered
        and hotline.is_valid(now)
        and hotline.is_reachable
        and hotline.region in {"", region}
        and (not wanted or hotline.channel in wanted)
        and serves(hotline, purpose)
    ]
    return sorted(found, key=lambda one: one.rank)


def serves(hotline: Hotline, purpose: str) -> bool:
    """Whether a line takes calls of this purpose at all."""
    if hotline.kind == Kind.EMERGENCY or hotline.audience == Audience.BOTH:
        return True
    return hotline.audience == (Audience.VICTIMS if purpose == Purpose.HELP else Audience.TIPS)


def answer(hotline: Hotline, *, now: datetime, purpose: str = Purpose.HELP, language: str = "") -> Answer:
    """What holds of one line at a moment, and its place among others."""
    state, closes_at, opens_at = opening_at(hotline, now)
    spoken = speech(hotline, language) if language else Speech.UNKNOWN
    made_for_it = hotline.kind != Kind.TIP_LINE if purpose == Purpose.HELP else hotline.kind == Kind.TIP_LINE
    rank = (
        hotline.kind != Kind.EMERGENCY,
        not made_for_it,
        STATE_ORDER.index(state),
        SPEECH_ORDER.index(spoken),
        CONFIDENCE_ORDER.index(hotline.confidence),
        CHANNEL_ORDER.index(hotline.channel),
        hotline.toll_free is not True,
        hotline.code,
    )
    reasons = tuple(_reasons(hotline, state, spoken, made_for_it))
    return Answer(hotline, state, closes_at, opens_at, spoken, reasons, rank)


def opening_at(hotline: Hotline, now: datetime) -> tuple[State, datetime | None, datetime | None]:
    """(state, when it closes, when it opens next) at a moment."""
    hours = hotline.opening_hours
    if hours is None:
        return State.UNKNOWN, None, None
    if opening.is_open(hours, now):
        return State.OPEN, opening.closing(hours, now), None
    return State.CLOSED, None, opening.next_opening(hours, now)


def speech(hotline: Hotline, language: str) -> Speech:
    """In which way a line can be used in a language. An interpreter helps by voice only, never in text or chat."""
    base = language.lower().split("-")[0]
    base = LANGUAGE_TWINS.get(base, base)
    if base in {LANGUAGE_TWINS.get(code, code) for code in hotline.language_codes}:
        return Speech.OWN
    if hotline.interpreter_languages and hotline.channel == Channel.VOICE:
        return Speech.INTERPRETER
    return Speech.NONE if hotline.language_codes else Speech.UNKNOWN


def _reasons(hotline: Hotline, state: State, spoken: Speech, made_for_it: bool):
    if hotline.kind == Kind.EMERGENCY:
        yield Reason.EMERGENCY
    else:
        yield Reason.MADE_FOR_IT if made_for_it else Reason.ALSO_TAKES_IT
    if hotline.region:
        yield Reason.IN_REGION
    if state == State.OPEN:
        yield Reason.ALWAYS_OPEN if hotline.opening_hours.is_always_open else Reason.OPEN_NOW
    elif state == State.CLOSED:
        yield Reason.CLOSED_NOW
    told = {
        Speech.OWN: Reason.OWN_LANGUAGE,
        Speech.INTERPRETER: Reason.BY_INTERPRETER,
        Speech.NONE: Reason.NOT_IN_LANGUAGE,
    }
    if spoken in told:
        yield told[spoken]
    if hotline.is_weak:
        yield Reason.WEAK_SOURCE
