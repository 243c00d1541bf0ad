"""What a coordinator chose, and what becomes of it: a spec with every word and number, and warnings to show beside it."""

import base64
from dataclasses import asdict, dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext, ngettext

from hotlines import lookup
from hotlines.models import Channel, Hotline, Kind
from kernel import languages
from kernel.paper import plain
from posters import words
from posters.designs import DESIGNS
from posters.models import Campaign, CampaignWords, CommonWords
from posters.sizes import SIZES
from posters.spec import PosterSpec

ISSUER_MOST = 80


class NotPossible(ValueError):
    """The choice cannot become a sheet; the message says why, in words for the coordinator."""


@dataclass(frozen=True)
class Choice:
    """Ids and switches only: a choice stays the same while words and numbers change."""

    campaign: str
    design: str = "wall"
    size: str = "letter"
    languages: tuple[str, ...] = ("en",)
    shares: tuple[float, ...] = ()
    country: str = "US"
    region: str = ""
    hotline: str = ""  # code of the registry; empty: what `lookup` finds for the place
    issued_by: str = ""
    logo: int | None = None  # of kernel.Picture
    saver: bool = False
    press: bool = False

    def as_dict(self) -> dict:
        return asdict(self)

    @classmethod
    def read(cls, facts: dict) -> "Choice":
        known = {name: facts[name] for name in cls.__dataclass_fields__ if name in facts}
        for name in ("languages", "shares"):
            if name in known:
                known[name] = tuple(known[name])
        return cls(**known)


@dataclass(frozen=True)
class Resolved:
    """`warnings` do not hinder: they are shown, and the sheet says itself that it is a draft."""

    choice: Choice
    spec: PosterSpec
    hotlines: tuple[Hotline, ...]
    warnings: tuple[str, ...]


def languages_most(design: str, size: str) -> int:
    """How many languages one sheet of this kind holds."""
    return 1 if size in {"card-3x5", "sticker"} or SIZES[size].is_screen else DESIGNS[design].languages


def check(choice: Choice) -> None:
    """Raise NotPossible when design, size, languages or shares do not go together."""
    design, size = DESIGNS.get(choice.design), SIZES.get(choice.size)
    if design is None:
        raise NotPossible(gettext("There is no design “%(name)s”.") % {"name": choice.design})
    if size is None or choice.size not in design.sizes:
        raise NotPossible(
            gettext("%(design)s is not made in the size %(size)s.") % {"design": design.label, "size": choice.size}
        )
    if not choice.languages or len(set(choice.languages)) != len(choice.languages):
        raise NotPossible(gettext("Choose each language once, and at least one."))
    most = languages_most(choice.design, choice.size)
    if len(choice.languages) > most:
        raise NotPossible(
            ngettext("This sheet holds %(count)d language.", "This sheet holds %(count)d languages.", most)
            % {"count": most}
        )
    if choice.shares and (len(choice.shares) != len(choice.languages) or min(choice.shares) <= 0):
        raise NotPossible(gettext("Give every language a share greater than nothing."))
    if choice.press and size.is_screen:
        raise NotPossible(gettext("A picture for screens has no bleed."))


class Shelf:
    """What choices are resolved from, read once: a kit of 2,000 sheets asks the database as often as one of twenty."""

    def __init__(self):
        self._kept = {}

    def _once(self, key: tuple, read):
        if key not in self._kept:
            self._kept[key] = read()
        return self._kept[key]

    def campaign(self, code: str) -> Campaign | None:
        return self._once(("campaign", code), Campaign.objects.filter(code=code).first)

    def common(self) -> dict[str, CommonWords]:
        return self._once(("common",), lambda: {row.language: row for row in CommonWords.objects.all()})

    def own(self, campaign: Campaign) -> dict[str, CampaignWords]:
        return self._once(
            ("own", campaign.pk),
            lambda: {row.language: row for row in CampaignWords.objects.filter(campaign=campaign)},
        )

    def hotlines(self, country: str) -> list[Hotline]:
        return self._once(
            ("hotlines", country), lambda: list(Hotline.objects.published().of_country(country).with_words())
        )

    def hotline(self, code: str) -> Hotline | None:
        return self._once(("hotline", code), Hotline.objects.published().with_words().filter(code=code).first)

    def may_be_printed(self, hotline: Hotline) -> bool:
        return self._once(("print", hotline.pk), lambda: hotline.may_be_printed)

    def logo(self, picture_id: int | None) -> str:
        return self._once(("logo", picture_id), lambda: logo_of(picture_id))


def numbers_for(choice: Choice, *, now: datetime, shelf: Shelf | None = None) -> tuple[dict[str, str], list[Hotline]]:
    """The numbers that a sheet of this choice prints at `now`, by blank, and their lines. Raises NotPossible."""
    shelf = shelf or Shelf()
    voice = voice_for(choice, now, shelf)
    text = line_for(choice, now, Channel.TEXT, shelf)
    emergency = emergency_for(choice, now, shelf)
    return numbers_of(voice, text, emergency), [line for line in (voice, text, emergency) if line is not None]


def numbers_of(voice: Hotline, text: Hotline | None, emergency: Hotline | None) -> dict[str, str]:
    numbers = {"voice": voice.number}
    if text is not None:
        numbers |= {"text": text.number or text.short_code, "keyword": first_keyword(text.sms_keyword)}
    if emergency is not None:
        numbers["emergency"] = emergency.number
    return numbers


def resolve(choice: Choice, *, now: datetime, shelf: Shelf | None = None) -> Resolved:
    """Look up words and numbers as they hold at `now`. Raises NotPossible. Many choices share a `shelf`."""
    check(choice)
    shelf = shelf or Shelf()
    campaign = shelf.campaign(choice.campaign)
    if campaign is None:
        raise NotPossible(gettext("There is no campaign “%(name)s”.") % {"name": choice.campaign})
    voice = voice_for(choice, now, shelf)
    text = line_for(choice, now, Channel.TEXT, shelf)
    emergency = emergency_for(choice, now, shelf)
    common, own = shelf.common(), shelf.own(campaign)
    tongues, drafts = [], []
    issuer = plain(choice.issued_by, most=ISSUER_MOST)
    for language in choice.languages:
        if language not in common or language not in own:
            raise NotPossible(gettext("This campaign has no words in “%(language)s” yet.") % {"language": language})
        draft = common[language].is_draft or own[language].is_draft
        drafts += [language] if draft else []
        tongues.append(
            words.tongue(
                language, common[language].texts(), own[language].texts(),
                voice=voice, text=text, emergency=emergency, issuer=issuer, draft=draft,
            )
        )  # fmt: skip
    used = [line for line in (voice, text, emergency) if line is not None]
    spec = PosterSpec(
        campaign=campaign.code,
        art=campaign.art,
        design=choice.design,
        size=choice.size,
        tongues=tuple(tongues),
        numbers=numbers_of(voice, text, emergency),
        site=settings.SITE_URL,
        shares=tuple(float(share) for share in choice.shares),
        issued_by=issuer,
        logo=shelf.logo(choice.logo),
        saver=choice.saver,
        press=choice.press,
        hotlines=tuple(line.code for line in used),
        draft_note=draft_note(drafts),
    )
    return Resolved(choice, spec, tuple(used), tuple(warnings(drafts, used, now)))


def voice_for(choice: Choice, now: datetime, shelf: Shelf) -> Hotline:
    """The number across the sheet: the one chosen, as it is in force, or the best of the place that may be printed."""
    if choice.hotline:
        hotline = shelf.hotline(choice.hotline)
        if hotline is None:
            raise NotPossible(gettext("There is no hotline “%(code)s”.") % {"code": choice.hotline})
        hotline = hotline.in_force(now)
        if not hotline.is_valid(now) or not hotline.number:
            raise NotPossible(gettext("%(hotline)s is not in force.") % {"hotline": hotline.name_en})
    else:
        hotline = line_for(choice, now, Channel.VOICE, shelf)
        if hotline is None:
            raise NotPossible(gettext("The registry has no number to print for this place."))
    if not shelf.may_be_printed(hotline):
        raise NotPossible(
            gettext("The source of %(hotline)s is weak. Its number is printed only after a person has confirmed it.")
            % {"hotline": hotline.name_en}
        )
    return hotline


def line_for(choice: Choice, now: datetime, channel: str, shelf: Shelf) -> Hotline | None:
    """The best line of the place and channel that is made for help and may be printed."""
    for hotline in _lines(choice, now, channel, shelf):
        if hotline.kind not in {Kind.EMERGENCY, Kind.TIP_LINE} and hotline.number and shelf.may_be_printed(hotline):
            return hotline
    return None


def emergency_for(choice: Choice, now: datetime, shelf: Shelf) -> Hotline | None:
    for hotline in _lines(choice, now, Channel.VOICE, shelf):
        if hotline.kind == Kind.EMERGENCY and hotline.number and shelf.may_be_printed(hotline):
            return hotline
    return None


def _lines(choice: Choice, now: datetime, channel: str, shelf: Shelf) -> list[Hotline]:
    """The lines of the place, best first. Paper hangs day and night: a line that never closes goes before one open just now."""
    answers = lookup.find(
        choice.country, region=choice.region, now=now, language=choice.languages[0], channels=(channel,),
        hotlines=shelf.hotlines(choice.country),
    )  # fmt: skip

    def rank(answer) -> tuple:
        hours = answer.hotline.opening_hours
        closes = hours is None or not hours.is_always_open
        return (*answer.rank[:2], closes, *answer.rank[3:])

    return [answer.hotline for answer in sorted(answers, key=rank)]


def first_keyword(keyword: str) -> str:
    """The first of the words a text line takes: `HELP or INFO` is `HELP`."""
    return keyword.split()[0] if keyword else ""


def logo_of(picture_id: int | None) -> str:
    """The picture as a small PNG in base64; pictures were made anew when they were uploaded."""
    if picture_id is None:
        return ""
    from wagtail.images import get_image_model
    from wagtail.images.models import SourceImageIOError

    picture = get_image_model().objects.filter(pk=picture_id).first()
    if picture is None:
        raise NotPossible(gettext("The logo is no longer there."))
    try:
        with picture.get_rendition("max-600x300|format-png").file.open("rb") as file:
            return base64.b64encode(file.read()).decode()
    except (OSError, SourceImageIOError) as problem:
        raise NotPossible(gettext("The file of the logo cannot be read. Upload it again.")) from problem


def draft_note(drafts: list[str]) -> str:
    """What a sheet with unreviewed words says of itself, in English: it is for the people who print it."""
    return f"DRAFT: machine translation ({', '.join(drafts)}), not yet reviewed" if drafts else ""


def warnings(drafts: list[str], lines: list[Hotline], now: datetime):
    for language in drafts:
        yield gettext("%(language)s is a machine draft: let a reader of the language review it before you print.") % {
            "language": languages.english_name(language)
        }
    for line in lines:
        if line.is_due(now.date()):
            yield gettext("%(hotline)s is due for a check: its number was last confirmed %(when)s.") % {
                "hotline": line.name_en,
                "when": line.verified_on.isoformat() if line.verified_on else gettext("by its source only"),
            }
