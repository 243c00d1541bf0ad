"""What a password must be: long enough and not among those that are guessed first (NIST SP 800-63B-4, 3.1.1.2).

No rule about kinds of characters, no change by calendar, nothing cut off. A refusal says why.
"""

import re
import unicodedata
from functools import lru_cache

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

LEAST = 15
MOST = 256  # a bound for the hashing alone; nobody types more
# Refused below this many guesses (zxcvbn: "safely unguessable" starts at 10 to the 10th).
LEAST_GUESSES_LOG10 = 10
READ_BY_ESTIMATOR = 72  # characters; the estimator refuses longer ones, and so many decide
# Words that everyone who looks at this site would try.
SITE_WORDS = (
    "lodestar", "training", "course", "lesson", "learner", "learn", "certificate", "trafficking", "human", "awareness",
    "hotline", "customs", "border", "protection", "homeland", "security", "department", "agency", "officer", "password",
    "admin", "administrator", "manager", "editor", "welcome",
)  # fmt: skip
LEAST_OWN_LETTERS = 6  # letters and digits that must remain when those words and the person's own are taken out


class LengthValidator:
    """At least 15 and at most 256 characters, spaces and all scripts included."""

    def validate(self, password, user=None):
        length = len(unicodedata.normalize("NFC", password))
        if length < LEAST:
            missing = LEAST - length
            raise ValidationError(
                ngettext(
                    "This password is too short: add at least %(missing)d more character. A few words together are easy to remember.",
                    "This password is too short: add at least %(missing)d more characters. A few words together are easy to remember.",
                    missing,
                ),
                code="password_too_short",
                params={"missing": missing},
            )
        if length > MOST:
            raise ValidationError(
                _("This password is too long: use at most %(most)d characters."),
                code="password_too_long",
                params={"most": MOST},
            )

    def get_help_text(self):
        return _(
            "At least %(least)d characters. Any characters are fine, spaces too; a few words together work well."
        ) % {"least": LEAST}


class GuessableValidator:
    """Not a common password, nor one made of words, rows of keys or the person's own name that are guessed first.

    The lists are those of Django (20,000 common passwords) and of zxcvbn (30,000 passwords, 64,000 words and names).
    """

    def validate(self, password, user=None):
        own = own_words(user)
        reason = why_guessable(password, own)
        if reason:
            raise ValidationError(reason, code="password_guessable")

    def get_help_text(self):
        return _("Not a common password, a row of keys, or your name and the name of this site.")


@lru_cache(maxsize=1)
def _common() -> frozenset:
    return frozenset(CommonPasswordValidator().passwords)


def own_words(user) -> list[str]:
    """Parts of a person's name and address, and of the operator's name, of three letters or more."""
    texts = [
        settings.OPERATOR_NAME,
        getattr(user, "name", ""),
        getattr(user, "email", ""),
        getattr(user, "agency_id", ""),
    ]
    return sorted({word for text in texts for word in re.split(r"[\W_]+", str(text).casefold()) if len(word) >= 3})


def why_guessable(password: str, own: list[str]) -> str:
    """Return a sentence that says why a password is easily guessed, or an empty text."""
    plain = unicodedata.normalize("NFKC", password).casefold().strip()
    if plain in _common() or plain.replace(" ", "") in _common():
        return _("This password is on the list of common passwords. Choose another one.")
    rest = plain
    for word in sorted({*SITE_WORDS, *own}, key=len, reverse=True):
        rest = rest.replace(word, " ")
    rest = re.sub(r"(19|20)\d\d", " ", rest)
    if rest != plain and len(re.sub(r"[\W_]", "", rest)) < LEAST_OWN_LETTERS:
        return _(
            "This password is made of your name, the name of this site or words that belong to it. Add words of your own."
        )
    return _estimate(password, own)


def _estimate(password: str, own: list[str]) -> str:
    from zxcvbn import zxcvbn  # its word lists take 20 MB, and only who sets a password needs them

    found = zxcvbn(password.strip()[:READ_BY_ESTIMATOR], user_inputs=[*SITE_WORDS, *own])
    if float(found["guesses_log10"]) >= LEAST_GUESSES_LOG10:
        return ""
    kinds = {part["pattern"] for part in found["sequence"]}
    if "repeat" in kinds:
        return _("This password repeats itself. Choose one that does not.")
    if kinds & {"sequence", "spatial"}:
        return _("This password follows a row of keys, letters or digits. Choose one that does not.")
    return _("This password is close to a common one. Add words that do not belong together.")
