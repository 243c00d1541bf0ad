"""Secrets that are kept sealed in the database: whoever gets hold of a copy of it cannot make codes with them.

The keys come from `SECRET_KEY` and `SECRET_KEY_FALLBACKS`, the first of which seals. `reseal` puts what is still in the clear, or
was sealed with an older key, under the present one; after that the older key may go.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

MARK = "sealed:"  # neither base32 nor hexadecimal, in which secrets are written in the clear
PURPOSE = b"lodestar second factor 1"


class CannotUnseal(Exception):
    """It was sealed with a key that this site does not have any more."""


def _fernet(secret_key: str) -> Fernet:
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=PURPOSE)
    return Fernet(base64.urlsafe_b64encode(derive.derive(secret_key.encode())))


def _keys() -> MultiFernet:
    return MultiFernet([_fernet(key) for key in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]])


def seal(text: str) -> str:
    return MARK + _keys().encrypt(text.encode()).decode()


def unseal(kept: str) -> str:
    """Return the secret; what was kept before sealing began is returned as it is. Raises CannotUnseal."""
    if not kept.startswith(MARK):
        return kept
    try:
        return _keys().decrypt(kept.removeprefix(MARK)).decode()
    except InvalidToken as error:
        raise CannotUnseal from error


def is_current(kept: str) -> bool:
    """Whether it is sealed with the key that seals now."""
    if not kept.startswith(MARK):
        return False
    try:
        _fernet(settings.SECRET_KEY).decrypt(kept.removeprefix(MARK))
    except InvalidToken:
        return False
    return True
