"""From a campaign's words and a hotline's facts to what one sheet says in one language.

Nothing is promised that the registry does not say: free, confidential, day and night and interpreters are printed only for
a line of which they are known, and a text line only in the languages in which it answers.
"""

import re
from functools import lru_cache

from kernel.paper import plain
from posters.spec import Tongue

# Languages the poster words are shipped in, in the order people find them.
LANGUAGES = (
    "en", "es", "ht", "pt-BR", "ru", "zh-Hans", "zh-Hant", "vi", "ar", "fr", "ko", "tl", "hi", "uk", "th", "pl", "de",
    "fa", "ur", "am", "bn", "km",
)  # fmt: skip
# Scripts without spaces that Pango cannot break everywhere; their words come from ICU's dictionaries.
UNSPACED = {"km", "lo", "my", "th"}
MOST = {"headline": 80, "promise": 300, "sign": 120, "call": 80, "trust": 120, "notice_title": 80, "notice_body": 600}
BLANKS = {
    "text": {"keyword", "text"},
    "text_limited": {"keyword", "text"},
    "emergency": {"emergency"},
    "issued": {"issuer"},
}
ENGLISH_OR_SPANISH = {"en", "es"}


def with_breaks(text: str, language: str) -> str:
    """`text` with a zero-width space between the words of a script that has no spaces; blanks stay whole."""
    if language not in UNSPACED:
        return text
    return "".join(part if part.startswith("{") else _broken(part, language) for part in re.split(r"(\{\w+\})", text))


def _broken(text: str, language: str) -> str:
    words, kept = segments(text, language), []
    for before, word in zip([""] + words, words, strict=False):
        if before and _unspaced(before[-1]) and _unspaced(word[0]):
            kept.append("\u200b")
        kept.append(word)
    return "".join(kept)


def _unspaced(sign: str) -> bool:
    return "\u0e00" <= sign <= "\u0eff" or "\u1000" <= sign <= "\u109f" or "\u1780" <= sign <= "\u17dd"


@lru_cache(maxsize=2000)
def _segments(text: str, language: str) -> tuple[str, ...]:
    from icu4py.breakers import WordBreaker

    return tuple(str(part) for part in WordBreaker(text, language))


def segments(text: str, language: str) -> list[str]:
    return list(_segments(text, language)) if text else []


def clean(text: str, language: str, most: int = 300) -> str:
    return with_breaks(plain(text, most=most), language)


def blanks(text: str) -> set[str]:
    return set(re.findall(r"\{(\w*)\}", text)) | ({"{"} if text.count("{") != text.count("}") else set())


def facts(common: dict[str, str], hotline, language: str) -> list[str]:
    """What may be said of calling `hotline`, in the words of a language."""
    found = []
    if hotline.toll_free:
        found.append(common["free"])
    if hotline.confidential:
        found.append(common["confidential"])
    hours = hotline.opening_hours
    if hours is not None and hours.is_always_open:
        found.append(common["always"])
    if hotline.interpreter_languages and not answers(hotline, language):
        found.append(common["interpreters"])
    return found


def answers(hotline, language: str) -> bool:
    """Whether the line's own people speak or write a language."""
    from hotlines.lookup import Speech, speech

    return speech(hotline, language) == Speech.OWN


def text_line(common: dict[str, str], line, language: str) -> str:
    """How to write to the text line; empty where it would not be understood."""
    if line is None or not line.sms_keyword:
        return ""
    if answers(line, language):
        return common["text"]
    return common["text_limited"] if set(line.language_codes) == ENGLISH_OR_SPANISH else ""


def tongue(
    language: str,
    common: dict[str, str],
    words: dict,
    *,
    voice,
    text=None,
    emergency=None,
    issuer: str = "",
    draft: bool = True,
) -> Tongue:
    """The words of one sheet in one language.

    `common` and `words` are what `CommonWords` and `CampaignWords` hold; the lines are rows of the hotline registry.
    """

    def said(value: str, name: str = "") -> str:
        return clean(value, language, MOST.get(name, 300))

    return Tongue(
        language=language,
        headline=plain(words["headline"], most=MOST["headline"]),
        promise=said(words["promise"], "promise"),
        signs=tuple(said(sign, "sign") for sign in words["signs"]),
        call=said(words["call"], "call"),
        trust=said(words["trust"], "trust") if voice.confidential else "",
        facts=tuple(said(fact) for fact in facts(common, voice, language)),
        topic=said(common["topic"]),
        text=said(text_line(common, text, language)),
        emergency=said(common["emergency"]) if emergency else "",
        scan=said(common["scan"]),
        issued=said(common["issued"].replace("{issuer}", issuer)) if issuer else "",
        tab=said(common["tab"]),
        notice_title=plain(common["notice_title"], most=MOST["notice_title"]),
        notice_body=said(common["notice_body"], "notice_body"),
        draft=draft,
    )
