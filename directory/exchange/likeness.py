"""How alike two organisations are: by name, number and place. Pure functions; who looks and who merges is elsewhere.

A pair is offered to a person, never merged by itself. The score is 0 to 100: the likeness of the names counts 55, a shared
number 35 (or a shared website or e-mail address 20), the same place 10. From `SUSPECT` on a pair is shown.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import phonenumbers
from rapidfuzz import fuzz, process

SUSPECT = 60
NAME_WEIGHT, PHONE_WEIGHT, WEB_WEIGHT, PLACE_WEIGHT = 55, 35, 20, 10
NAME_LEAST = 60  # names less alike than this count nothing
FORMS = re.compile(
    r"\b(?:inc|incorporated|llc|ltd|limited|gmbh|ggmbh|e ?v|asbl|ong|ngo|a ?c|s ?a|plc|co|corp|the|of|de|la|el|for|and|y|und)\b"
)


@dataclass(frozen=True)
class Features:
    """What is compared. `names` plain, `phones` international, `webs` host names and addresses, `place` folded."""

    key: str
    names: tuple[str, ...]
    phones: frozenset[str] = frozenset()
    webs: frozenset[str] = frozenset()
    country: str = ""
    places: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Pair:
    """Two keys, a score of 0 to 100, and why: the parts that were alike."""

    one: str
    other: str
    score: int
    reasons: tuple[str, ...]


@lru_cache(maxsize=100_000)
def e164(number: str, country: str) -> str:
    """The international form of a number; digits alone for a short code, empty for what is no number.

    `country` is two letters, used where the number itself has no country code.
    """
    text = number.split(";")[0].strip().strip("\"'")
    try:
        parsed = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(parsed):
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def phone_key(number: str, country: str) -> str:
    """What two writings of one number share; a short code counts within its country."""
    full = e164(number, country)
    if full:
        return full
    digits = re.sub(r"\D", "", number.split(";")[0])
    return f"{country}:{digits}" if 3 <= len(digits) <= 15 else ""


def folded(text: str) -> str:
    """A name without case, accents, legal forms and signs. Other scripts keep their letters."""
    text = unicodedata.normalize("NFKD", text.casefold())
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    text = re.sub(r"[^\w]+", " ", text).replace("_", " ").strip()
    return re.sub(r"\s+", " ", FORMS.sub(" ", text)).strip() or text


def web_key(address: str) -> str:
    """The host of a web address without www, or an e-mail address in small letters."""
    address = address.strip().lower()
    if "@" in address:
        return address.removeprefix("mailto:")
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", address).split("/")[0]


def features(key: str, *, names, phones=(), webs=(), country: str = "", places=()) -> Features:
    return Features(
        key,
        tuple(dict.fromkeys(name for name in map(folded, names) if name)),
        frozenset(filter(None, (phone_key(number, country) for number in phones))),
        frozenset(filter(None, map(web_key, webs))),
        country,
        frozenset(filter(None, map(folded, places))),
    )


def compare(one: Features, other: Features) -> Pair:
    """Return how alike two organisations are."""
    names = max((fuzz.token_sort_ratio(a, b) for a in one.names for b in other.names), default=0)
    parts = max((fuzz.token_set_ratio(a, b) for a in one.names for b in other.names), default=0)
    likeness = max(names, parts * 0.9)
    score, reasons = 0.0, []
    if likeness >= NAME_LEAST:
        score += NAME_WEIGHT * likeness / 100
        reasons.append("name")
    if one.phones & other.phones:
        score += PHONE_WEIGHT
        reasons.append("phone")
    elif one.webs & other.webs:
        score += WEB_WEIGHT
        reasons.append("web")
    if one.country and one.country == other.country:
        score += PLACE_WEIGHT / 2
        if one.places & other.places or not (one.places or other.places):
            score += PLACE_WEIGHT / 2
            reasons.append("place")
    elif one.country and other.country:
        score -= 25  # the same name in two countries is most often two organisations
    return Pair(one.key, other.key, max(0, min(100, round(score))), tuple(reasons))


class Finder:
    """Finds those in a directory that are like a newcomer, without comparing with everybody.

    Candidates share a number, a website, or a country and most of a name.
    """

    def __init__(self, known: Iterable[Features]):
        self.by_key: dict[str, Features] = {}
        self.by_sign: dict[str, set[str]] = defaultdict(set)
        self.names: dict[str, dict[str, str]] = defaultdict(dict)
        for one in known:
            self.add(one)

    def add(self, one: Features) -> None:
        self.by_key[one.key] = one
        for sign in one.phones | one.webs:
            self.by_sign[sign].add(one.key)
        for number, name in enumerate(one.names):
            self.names[one.country][f"{one.key} {number}"] = name

    def like(self, one: Features, *, least: int = SUSPECT) -> list[Pair]:
        """The pairs from `least` on, the likest first. The newcomer's own key is left out."""
        keys: set[str] = set()
        for sign in one.phones | one.webs:
            if len(self.by_sign.get(sign, ())) <= 50:  # a host that many share tells nothing
                keys |= self.by_sign.get(sign, set())
        for name in one.names:
            for country in {one.country, ""}:
                found = process.extract(
                    name, self.names.get(country, {}), scorer=fuzz.token_sort_ratio, score_cutoff=80, limit=10
                )
                keys |= {match[2].split(" ")[0] for match in found}
        keys.discard(one.key)
        pairs = [compare(one, self.by_key[key]) for key in keys]
        return sorted((pair for pair in pairs if pair.score >= least), key=lambda pair: (-pair.score, pair.other))

    def pairs(self, *, least: int = SUSPECT) -> Iterator[Pair]:
        """Every pair in the directory from `least` on, each once."""
        seen = set()
        for one in self.by_key.values():
            for pair in self.like(one, least=least):
                both = frozenset((pair.one, pair.other))
                if both not in seen:
                    seen.add(both)
                    yield pair
