"""In which letters a language is set: family, line height and direction."""

from dataclasses import dataclass

from kernel.paper.measure import Face

LATIN = "Noto Sans"


@dataclass(frozen=True)
class Letters:
    """The letters of one language. `leading` is the line height, in ems, of running text; headlines are set tighter."""

    families: str = LATIN
    leading: float = 1.3
    headline_leading: float = 1.06
    rtl: bool = False
    heaviest: int = 900
    foreign: str = ""  # a letter of the script, where the first family does not have it

    def face(self, language: str, weight: int) -> Face:
        return Face(self.families, min(weight, self.heaviest), language, self.rtl)


def own(family: str, leading: float, headline: float, **more) -> Letters:
    return Letters(f"{family},{LATIN}", leading, headline, **more)


ARABIC = own("Noto Sans Arabic", 1.45, 1.28, rtl=True)
BY_LANGUAGE = {
    "ar": ARABIC,
    "fa": ARABIC,
    # Nastaliq's own Latin letters and spaces are poor: Latin first.
    "ur": Letters(f"{LATIN},Noto Nastaliq Urdu", 2.05, 1.95, rtl=True, heaviest=700, foreign="\u06a9"),
    "hi": own("Noto Sans Devanagari", 1.4, 1.25),
    "bn": own("Noto Sans Bengali", 1.4, 1.25),
    "am": own("Noto Sans Ethiopic", 1.38, 1.2),
    "km": own("Noto Sans Khmer", 1.6, 1.5),
    "my": own("Noto Sans Myanmar", 1.6, 1.55),
    "th": own("Noto Sans Thai", 1.4, 1.35),
    "zh-Hans": own("Noto Sans SC", 1.42, 1.14),
    "zh-Hant": own("Noto Sans TC", 1.42, 1.14),
    "ko": own("Noto Sans KR", 1.42, 1.18),
    "vi": Letters(leading=1.36, headline_leading=1.2),
}


def letters(language: str) -> Letters:
    return BY_LANGUAGE.get(language, Letters())
