"""Make typed text safe to lay out.

Without caps, 20,000 combining marks or line breaks keep a renderer busy for minutes (SAFEGUARDS U8).
"""

import unicodedata

MARKS_IN_A_ROW = 4
KEPT_FORMATS = "\u200c\u200d"  # joiners that Persian and Indic names need


def plain(text: str, *, most: int, lines: int = 1) -> str:
    """Return `text` composed (NFC), without control and direction-override characters, at most `most` signs and `lines` lines.

    Spaces run together; more than `MARKS_IN_A_ROW` combining marks in a row are dropped.
    """
    rows = (" ".join(_without_controls(row).split()) for row in str(text)[: most * 4].splitlines())
    kept = [row for row in rows if row][:lines]
    return unicodedata.normalize("NFC", _calmed("\n".join(kept)))[:most].strip()


def _without_controls(text: str) -> str:
    return "".join(
        " " if sign == "\t" else sign
        for sign in text
        if sign == "\t" or sign in KEPT_FORMATS or unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )


def _calmed(text: str) -> str:
    kept, marks = [], 0
    for sign in text:
        marks = marks + 1 if unicodedata.combining(sign) else 0
        if marks <= MARKS_IN_A_ROW:
            kept.append(sign)
    return "".join(kept)
