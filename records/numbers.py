"""Certificate numbers and verify codes: how they are made, written and read back."""

import unicodedata

from records.certificates import CODE_LENGTH, CODE_SIGNS, drawn

GROUP = 3  # signs of a code that are read in one breath
SERIAL_SIGNS = 6


def new_number(year: int) -> str:
    """Return a number such as `LS-2026-7K3M9Q-T`: random within its year, with a sign that shows a slip of the pen."""
    serial = drawn(SERIAL_SIGNS)
    return f"LS-{year:04d}-{serial}-{_check_sign(f'{year:04d}', serial)}"


def is_number(text: str) -> bool:
    """Whether `text` is written like a certificate number and its check sign fits."""
    parts = text.strip().upper().split("-")
    if len(parts) != 4 or parts[0] != "LS" or not (parts[1].isascii() and parts[1].isdigit() and len(parts[1]) == 4):
        return False
    if len(parts[2]) != SERIAL_SIGNS or not set(parts[2]) <= set(CODE_SIGNS):
        return False
    return parts[3] == _check_sign(parts[1], parts[2])


def _check_sign(year: str, serial: str) -> str:
    """Weighted sum modulo 31. As 31 is prime, every single wrong sign and every swap of two neighbours changes it."""
    values = [*map(int, year), *map(CODE_SIGNS.index, serial)]
    return CODE_SIGNS[sum(weight * value for weight, value in enumerate(values, start=1)) % len(CODE_SIGNS)]


def grouped(code: str) -> str:
    return " ".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def read_code(typed: str) -> str:
    """Return what was typed as a code, whatever the spaces, dashes, case or width of its signs; "" if it cannot be one."""
    text = unicodedata.normalize("NFKC", typed[:200]).upper()
    code = "".join(sign for sign in text if sign.isalnum())
    return code if len(code) == CODE_LENGTH and set(code) <= set(CODE_SIGNS) else ""
