"""What somebody has chosen in the studio, as the address holds it: readable, shareable, and never trusted.

Whatever an address contains becomes a `State` in which everything exists; what was not understood is told in `problems`,
a sentence for each, and left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.conf import settings
from django.http import QueryDict
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from hotlines import places
from kernel import languages as tongues
from posters.choice import ISSUER_MOST, Choice, languages_most
from posters.designs import DESIGNS
from posters.rules import STATES
from posters.sizes import SIZES
from posters.words import LANGUAGES

STEPS = {
    "campaign": _("Campaign"),
    "place": _("Place"),
    "languages": _("Languages"),
    "sheets": _("Sheets"),
    "options": _("Options"),
    "make": _("Check and make"),
}
ARRANGEMENTS = {
    "each": (_("One sheet for each language"), _("The most readable: a passer-by sees one language, in large type.")),
    "paired": (
        _("Each language beside the first one"),
        _("Two languages on a sheet, the first one on every sheet. Many posting laws ask for this."),
    ),
    "together": (_("All on one sheet"), _("Up to three languages share a sheet. Wallet cards hold up to eight.")),
}
WEIGHTS = (1, 2, 3)
ZOOMS = {"fit": _("Whole sheet"), "real": "100 %", "double": "200 %"}
REGIONS = {f"US-{code}": name for code, name in STATES.items()} | places.REGION_NAMES
TYPED_MOST = 300  # signs of typed words that are kept at all
SHEET_CODES = {f"{design.code}.{size}": (design.code, size) for design in DESIGNS.values() for size in design.sizes}
LISTED_MOST = 60  # of values of one kind that are looked at


@dataclass(frozen=True)
class State:
    """`sheets` holds (design, size) pairs. `show` names the sheet of the preview, as `name_of` does."""

    campaign: str = ""
    country: str = "US"
    region: str = ""
    hotline: str = ""
    languages: tuple[str, ...] = ("en",)
    arrange: str = "each"
    first: str = ""
    weights: tuple[tuple[str, int], ...] = ()
    sheets: tuple[tuple[str, str], ...] = (("wall", "letter"),)
    saver: bool = False
    press: bool = False
    issued_by: str = ""
    logo: int | None = None
    step: str = "campaign"
    show: str = ""
    zoom: str = "fit"
    page: int = 1
    rule: str = ""

    # --- The address ---------------------------------------------------------------------------------------------

    def pairs(self, *, leave_out: Iterable[str] = ()) -> list[tuple[str, str]]:
        """(name, value) of everything that is not as it begins; `step` always, so that an empty list stays empty."""
        one_each = {
            "campaign": self.campaign, "country": self.country, "region": self.region, "hotline": self.hotline,
            "arrange": self.arrange if self.arrange != "each" else "", "first": self.first,
            "saver": "on" if self.saver else "", "press": "on" if self.press else "", "issued_by": self.issued_by,
            "logo": str(self.logo or ""), "show": self.show, "zoom": self.zoom if self.zoom != "fit" else "",
            "page": str(self.page) if self.page > 1 else "", "rule": self.rule, "step": self.step,
        }  # fmt: skip
        found = [(name, value) for name, value in one_each.items() if value]
        found += [("language", code) for code in self.languages]
        found += [(f"weight-{code}", str(weight)) for code, weight in self.weights if weight != 1]
        found += [("sheet", f"{design}.{size}") for design, size in self.sheets]
        left_out = set(leave_out)
        return [
            (name, value) for name, value in found
            if name not in left_out and not ("weight" in left_out and name.startswith("weight-"))
        ]  # fmt: skip

    def query(self, **changes) -> str:
        return urlencode(replace(self, **changes).pairs())

    # --- The sheets ----------------------------------------------------------------------------------------------

    @property
    def ordered(self) -> tuple[str, ...]:
        """The languages, the one chosen as first before the others."""
        return tuple(sorted(self.languages, key=lambda code: code != self.first))

    def groups(self, design: str, size: str) -> list[tuple[str, ...]]:
        """The languages of each sheet of one kind. Sheets that hold one language are made once for each."""
        order = self.ordered
        if not order:
            return []
        if languages_most(design, size) == 1 or self.arrange == "each":
            return [(code,) for code in order]
        if self.arrange == "paired":
            return [(order[0], other) for other in order[1:]] or [order]
        return [order]

    def shares(self, group: tuple[str, ...]) -> tuple[float, ...]:
        """The weights of a group's languages; empty when they are equal."""
        known = dict(self.weights)
        weights = tuple(float(known.get(code, 1)) for code in group)
        return weights if len(set(weights)) > 1 else ()

    def choices(self) -> list[Choice]:
        """Every sheet that this state stands for, in order: by languages, then by design and size."""
        made = {}
        for design, size in self.sheets:
            screen = SIZES[size].is_screen
            for group in self.groups(design, size):
                choice = Choice(
                    campaign=self.campaign, design=design, size=size, languages=group, shares=self.shares(group),
                    country=self.country, region=self.region, hotline=self.hotline, issued_by=self.issued_by,
                    logo=self.logo, saver=self.saver and not screen, press=self.press and not screen,
                )  # fmt: skip
                made[name_of(choice)] = choice
        place = {code: number for number, code in enumerate(self.ordered)}
        return sorted(made.values(), key=lambda one: [place[code] for code in one.languages])

    def shown(self) -> Choice | None:
        """The sheet of the preview: the one asked for, else the nearest that exists, else the first."""
        choices = self.choices()
        by_name = {name_of(one): one for one in choices}
        if self.show in by_name:
            return by_name[self.show]
        group, _dot, sheet = self.show.partition(".")
        same_sheet = [one for one in choices if name_of(one).partition(".")[2] == sheet]
        same_group = [one for one in choices if name_of(one).partition(".")[0] == group]
        return next(iter(same_sheet or same_group or choices), None)


def name_of(choice: Choice) -> str:
    """A sheet's name within a state: `es+en.wall.letter`."""
    return f"{'+'.join(choice.languages)}.{choice.design}.{choice.size}"


# --- Reading ---------------------------------------------------------------------------------------------------------


def shortened(value: str) -> str:
    return Truncator(value.replace("\x00", "")).chars(40)


def read(query: QueryDict, *, campaigns: Iterable[str], countries: Iterable[str]) -> tuple[State, list[str]]:
    """Return what an address asks for, and a sentence for each thing in it that was not understood."""
    problems: list[str] = []
    begun = "step" in query

    def one(name: str, known, start: str, sentence: str) -> str:
        value = query.get(name, "").strip()
        if not value:
            return start
        if value in known:
            return value
        problems.append(sentence % {"value": shortened(value)})
        return start

    campaigns = list(campaigns)
    state = State(
        campaign=one(
            "campaign", set(campaigns), campaigns[0] if campaigns else "", gettext("There is no campaign “%(value)s”.")
        ),
        country=one("country", set(countries), settings.HELP_COUNTRY, gettext("No number is known for “%(value)s”.")),
        languages=several(
            query.getlist("language"), LANGUAGES, () if begun else ("en",),
            gettext("There are no posters in “%(value)s”."), problems,
        ),
        arrange=one("arrange", ARRANGEMENTS, "each", gettext("There is no arrangement “%(value)s”.")),
        sheets=tuple(
            SHEET_CODES[code] for code in several(
                query.getlist("sheet"), SHEET_CODES, () if begun else ("wall.letter",),
                gettext("There is no sheet “%(value)s”."), problems,
            )
        ),
        saver=query.get("saver") == "on",
        press=query.get("press") == "on",
        step=one("step", STEPS, "campaign", gettext("There is no step “%(value)s”.")),
        zoom=one("zoom", ZOOMS, "fit", gettext("There is no enlargement “%(value)s”.")),
        issued_by=query.get("issued_by", "").replace("\x00", "").strip()[:TYPED_MOST],
        logo=number(query.get("logo", "")),
        page=number(query.get("page", "")) or 1,
        show=query.get("show", "").replace("\x00", "")[:200],
        rule=query.get("rule", "").replace("\x00", "").strip()[:60],
        hotline=query.get("hotline", "").replace("\x00", "").strip()[:60],
        region=query.get("region", "").replace("\x00", "").strip()[:10],
    )  # fmt: skip
    first = query.get("first", "")
    weights = tuple(
        (code, weight) for code in state.languages if (weight := number(query.get(f"weight-{code}", ""))) in WEIGHTS
    )
    return replace(state, first=first if first in state.languages else "", weights=weights), problems


def several(values: list[str], known, start: tuple, sentence: str, problems: list[str]) -> tuple[str, ...]:
    """The known ones of `values`, each once, in the order of `known`; `start` when there are none."""
    strange = [value for value in values[:LISTED_MOST] if value not in known]
    problems += [sentence % {"value": shortened(value)} for value in dict.fromkeys(strange[:3])]
    found = set(values[:LISTED_MOST])
    return tuple(code for code in known if code in found) or start


def number(text: str) -> int | None:
    """A positive whole number of at most nine digits, or None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0 else None


def obstacles(state: State) -> list[tuple[str, str]]:
    """(step, sentence) of what has to be mended before any sheet can be made."""
    found = []
    if not state.campaign:
        found.append(("campaign", gettext("There is no campaign yet. An administrator loads or writes one first.")))
    if not state.languages:
        found.append(("languages", gettext("Choose at least one language.")))
    if not state.sheets:
        found.append(("sheets", gettext("Choose at least one sheet.")))
    if len(state.issued_by) > ISSUER_MOST:
        cut = len(state.issued_by) - ISSUER_MOST
        sentence = ngettext(
            "“Issued by” is too long: cut %(cut)d character.", "“Issued by” is too long: cut %(cut)d characters.", cut
        )
        found.append(("options", sentence % {"cut": cut}))
    if state.arrange == "together":
        tight = [
            str(DESIGNS[design].label) for design, size in state.sheets
            if 1 < languages_most(design, size) < len(state.languages)
        ]  # fmt: skip
        if tight:
            found.append(
                (
                    "languages",
                    gettext(
                        "%(count)d languages do not fit on one sheet of “%(sheet)s”. Choose another arrangement, or fewer."
                    )
                    % {"count": len(state.languages), "sheet": tight[0]},
                )
            )
    return found


def named(code: str) -> str:
    """A language's name in the language of the page."""
    return tongues.name_in(code, tongues.active())


def language_label(code: str) -> dict[str, str]:
    """A language as it names itself, with its name for the reader and what `lang` and `dir` say of it."""
    return {
        "code": code,
        "own": tongues.own_name(code),
        "name": named(code),
        "tag": tongues.tag(code),
        "direction": tongues.direction(code),
    }


def place_named(country: str, region: str) -> str:
    """The region's name where one was chosen, else the country's."""
    return REGIONS.get(region, region) if region else places.country_name(country)


def regions_of(country: str) -> list[tuple[str, str]]:
    """(code, name) of the regions of a country that have numbers or posting rules here, by name."""
    found = [(code, name) for code, name in REGIONS.items() if code.startswith(f"{country}-")]
    return sorted(found, key=lambda pair: pair[1])
