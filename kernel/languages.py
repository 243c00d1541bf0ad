"""Languages the site can speak: code, name in itself, direction and locale data.

Names and directions come from Unicode's locale data (CLDR, by way of Babel); only the mapping from our codes to CLDR's is ours.
"""

from functools import lru_cache

from babel import Locale as CldrLocale
from babel import UnknownLocaleError
from django.utils import translation

# The languages with shipped words, in the order the switch shows them; their file formats are in CONTRIBUTING.md.
SHIPPED = (
    "en", "es", "ht", "pt-br", "ru", "zh-hans", "zh-hant", "vi", "ar", "fr", "ko", "tl", "hi", "uk", "th", "pl", "de",
)  # fmt: skip
# BCP 47 code as used in addresses and `lang` attributes -> CLDR identifier.
CLDR = {"tl": "fil", "zh-hans": "zh_Hans", "zh-hant": "zh_Hant", "pt-br": "pt_BR", "ht": "ht"}
# Scripts that devices may lack: the folder of letters below static/vendor that a page in the language offers.
LETTERS = {
    "ar": "noto-sans-arabic", "ar-xb": "noto-sans-arabic", "hi": "noto-sans-devanagari", "ko": "noto-sans-kr",
    "th": "noto-sans-thai", "zh-hans": "noto-sans-sc", "zh-hant": "noto-sans-tc",
}  # fmt: skip
# Languages missing from this version of CLDR's data: (own name, English name, is right-to-left).
EXTRA = {
    "ht": ("Kreyòl ayisyen", "Haitian Creole", False),
    "ar-xb": ("⟦عربي⟧", "Pseudo right-to-left", True),
    "en-xa": ("⟦Ēñĝļîšĥ⟧", "Pseudo accents", False),
}


@lru_cache(maxsize=128)
def cldr(code: str) -> CldrLocale:
    """Return locale data for dates, numbers and names; English where there is none."""
    code = code.lower()
    if code == "ar-xb":
        return CldrLocale.parse("ar")
    if code == "en-xa":
        return CldrLocale.parse("en")
    try:
        return CldrLocale.parse(CLDR.get(code, code).replace("-", "_"))
    except (ValueError, LookupError, UnknownLocaleError):
        return CldrLocale.parse("en")


@lru_cache(maxsize=128)
def own_name(code: str) -> str:
    """The language's name in itself, with a capital first letter where the script has one."""
    if code.lower() in EXTRA:
        return EXTRA[code.lower()][0]
    name = cldr(code).get_display_name() or code
    return name[:1].upper() + name[1:]


@lru_cache(maxsize=128)
def english_name(code: str) -> str:
    if code.lower() in EXTRA:
        return EXTRA[code.lower()][1]
    return cldr(code).get_display_name("en") or code


@lru_cache(maxsize=1024)
def name_in(code: str, reader: str) -> str:
    """A language's name in the reader's language; in English where that has no name for it."""
    name = None if code.lower() in EXTRA else cldr(code).get_display_name(cldr(reader))
    return name[:1].upper() + name[1:] if name else english_name(code)


@lru_cache(maxsize=128)
def direction(code: str) -> str:
    """`rtl` or `ltr`."""
    if code.lower() in EXTRA:
        return "rtl" if EXTRA[code.lower()][2] else "ltr"
    return "rtl" if cldr(code).text_direction == "rtl" else "ltr"


@lru_cache(maxsize=128)
def tag(code: str) -> str:
    """The code as BCP 47 writes it: `pt-BR`, `zh-Hans`."""
    parts = code.split("-")
    return "-".join([parts[0].lower(), *(p.upper() if len(p) == 2 else p.title() for p in parts[1:])])


class NoLanguage(ValueError):
    """A code that neither Unicode's locale data nor we know."""


def normal(code: str) -> str:
    """The code as addresses, settings and the database write it: `pt-br`. Raises NoLanguage for what is no language."""
    parts = code.strip().replace("_", "-").lower().split("-")
    short = "-".join(parts)
    if not all(part.isalnum() and part.isascii() for part in parts) or len(short) > 12:
        raise NoLanguage(code)
    if short in EXTRA or short in CLDR:
        return short
    try:
        CldrLocale.parse(short.replace("-", "_"))
    except (ValueError, LookupError, UnknownLocaleError) as error:
        raise NoLanguage(code) from error
    return short


def django_info(code: str) -> dict:
    """What Django wants to know of a language it has no data for (`django.conf.locale.LANG_INFO`)."""
    return {
        "bidi": direction(code) == "rtl",
        "code": code,
        "name": english_name(code),
        "name_local": own_name(code),
    }


def active() -> str:
    return translation.get_language() or "en"
