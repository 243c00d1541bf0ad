"""Languages of the demo's translator and editor, so that the workbench opens with something to do."""

from accounts.demo import DOMAIN
from accounts.models import User
from translations.access import targets
from translations.models import TranslatorLanguage


def load() -> None:
    """Give both every language that nobody gave them yet: the translator translates, the editor reviews."""
    for part, reviews in (("translator", False), ("editor", True)):
        user = User.objects.filter(email=f"{part}@{DOMAIN}").first()
        for code in targets() if user else ():
            TranslatorLanguage.objects.get_or_create(
                user=user, language=code, defaults={"may_review": reviews, "is_native": code == "es"}
            )
