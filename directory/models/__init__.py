"""The rows of the directory. Modules: `entries` what HSDS knows, `words` per language, `upkeep` who checked and who proposes,
`searching` the tables of the search index, which are made from the others and may be thrown away."""

from directory.models.entries import (
    Contact,
    CostOption,
    HotlineLink,
    LanguageSpoken,
    Location,
    Organisation,
    Phone,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
)
from directory.models.searching import SearchBits, SearchEntry, SearchHours, SearchPoint, SearchWord
from directory.models.upkeep import ContactChange, MistakeReport, Suggestion, Verification
from directory.models.words import OrganisationWords, ServiceWords

__all__ = [
    "Contact",
    "ContactChange",
    "CostOption",
    "HotlineLink",
    "LanguageSpoken",
    "Location",
    "MistakeReport",
    "Organisation",
    "OrganisationWords",
    "Phone",
    "Schedule",
    "SearchBits",
    "SearchEntry",
    "SearchHours",
    "SearchPoint",
    "SearchWord",
    "Service",
    "ServiceArea",
    "ServiceAtLocation",
    "ServiceWords",
    "Suggestion",
    "Verification",
]
