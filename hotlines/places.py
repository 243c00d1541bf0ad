"""Countries and regions: their names in the reader's language, and which of them share an emergency number."""

import unicodedata

from kernel import languages

EUROPEAN_UNION = "EU"  # a reserved code of ISO 3166; rows under it hold for every member
# Member states since 2020-02-01, https://european-union.europa.eu/principles-countries-history/eu-countries_en
EU_MEMBERS = frozenset("AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE".split())
REGION_NAMES = {  # the regions of the registry; CLDR, as Babel ships it, has no names below countries
    "US-AZ": "Arizona",
    "US-CO": "Colorado",
    "US-GA": "Georgia",
    "US-NE": "Nebraska",
    "US-NJ": "New Jersey",
    "US-NY": "New York",
    "US-TN": "Tennessee",
    "DE-BY": "Bayern",
    "IN-JH": "Jharkhand",
    "PH-08": "Eastern Visayas",
}


def country_name(code: str, language: str | None = None) -> str:
    return languages.cldr(language or languages.active()).territories.get(code, code)


def region_name(code: str) -> str:
    """A region's name; the code itself where none is known."""
    return REGION_NAMES.get(code, code)


def covering(country: str) -> list[str]:
    """The codes whose rows hold for a country: its own, and that of a union it belongs to."""
    return [country, EUROPEAN_UNION] if country in EU_MEMBERS else [country]


def sorted_by_name(codes, language: str | None = None) -> list[tuple[str, str]]:
    """Rows of (code, name), sorted as a reader looks for them: accents and case do not count."""
    named = [(code, country_name(code, language)) for code in codes]
    return sorted(
        named, key=lambda pair: unicodedata.normalize("NFKD", pair[1]).encode("ascii", "ignore") or pair[1].encode()
    )


def is_country(code: str) -> bool:
    return code == EUROPEAN_UNION or code in languages.cldr("en").territories and len(code) == 2 and code.isalpha()
