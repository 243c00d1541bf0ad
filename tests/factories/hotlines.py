"""Made-up hotlines with numbers of the ranges kept for fiction, and the people who keep them."""

from itertools import count

from wagtail.models import Locale

from accounts.models import User
from accounts.roles import Role, sync_groups
from hotlines.models import Hotline, HotlineWords
from tests.factories.accounts import member, unit

_numbers = count(100)
FICTION = {"phone_display": "1-202-555-0100", "phone_e164": "+12025550100"}


def make_hotline(**fields) -> Hotline:
    """A published voice line of the United States that is always open; `fields` differ."""
    number = next(_numbers)
    values = {
        "code": f"line-{number}",
        "country": "US",
        "name_en": f"Line {number}",
        "confidence": "high",
        "hours": "Mo-Su 00:00-24:00",
        "time_zone": "America/New_York",
        "languages": "en",
        "is_published": True,
        **FICTION,
    }
    hotline = Hotline(**(values | fields))
    hotline.full_clean()
    hotline.save()
    return hotline


def make_words(hotline: Hotline, language: str = "en", **fields) -> HotlineWords:
    locale, _created = Locale.objects.get_or_create(language_code=language)
    return HotlineWords.objects.create(hotline=hotline, locale=locale, **({"name": hotline.name_en} | fields))


def make_keeper(name: str = "Ana", role: str = Role.COORDINATOR) -> User:
    """A person with a role that may change hotlines."""
    sync_groups()
    return member(unit(), role, name=name, email=f"{name.lower()}@agency.example")
