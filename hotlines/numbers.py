"""Telephone numbers: how they are shown and dialled, and where something that looks like one stands in a text.

Nothing here reads the database; what the registry knows is passed in.
"""

import html
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote

import phonenumbers
from phonenumbers import PhoneNumberFormat

LEAST_DIGITS = 7  # shorter runs are short codes, which only the registry can tell from other numbers

# --- One number ----------------------------------------------------------------------------------------------------


class NotANumber(ValueError):
    """A text that cannot be a telephone number; its words say why."""


def parsed(e164: str) -> phonenumbers.PhoneNumber:
    """Return the number of an international form such as +44..., or raise NotANumber."""
    if not re.fullmatch(r"\+[1-9]\d{4,14}", e164):
        raise NotANumber("an international number is a plus sign and 5 to 15 digits")
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException as error:
        raise NotANumber(str(error)) from error
    if not phonenumbers.is_possible_number(number):
        raise NotANumber("its length does not fit its country")
    return number


def is_toll_free(e164: str) -> bool:
    """Whether the numbering plan of its country makes the number free, and so mostly dead from abroad."""
    return phonenumbers.number_type(parsed(e164)) == phonenumbers.PhoneNumberType.TOLL_FREE


def national(e164: str) -> str:
    """As written inside its country."""
    return phonenumbers.format_number(parsed(e164), PhoneNumberFormat.NATIONAL)


def digits(text: str) -> str:
    """The digits of a text in ASCII, whatever script they are in."""
    return "".join(str(unicodedata.digit(char)) for char in text if unicodedata.digit(char, None) is not None)


def keypad(text: str) -> str:
    """Digits, and letters as the keypad has them."""
    return digits(phonenumbers.convert_alpha_characters_in_number(text.upper()))


def main_part(display: str) -> str:
    """The number of a printed form without what stands in brackets after it, or after a semicolon."""
    return re.split(r"\s+\(|;", display.strip(), maxsplit=1)[0].strip()


def vanity_part(display: str, number: str) -> str:
    """The form in letters that a printed number carries in brackets, if it spells the same number; else an empty text."""
    for inside in re.findall(r"\s\(([^()]+)\)", display):
        if re.search(r"[A-Z]{3}", inside) and digits(number).endswith(keypad(inside).removeprefix("1")):
            return inside
    return ""


def says_the_same(display: str, number: str) -> bool:
    """Whether a printed form and the number to dial agree.

    A national form may begin with digits that are dialled at home only (0, 1, 01); what follows must be the end of the
    number.
    """
    shown, dialled = digits(main_part(display)), digits(number)
    if not shown:
        return not dialled
    if shown == dialled:
        return True
    home_only = len(shown) - len(shown.lstrip("01"))
    return any(dialled.endswith(shown[skip:]) and len(shown) - skip >= 6 for skip in range(min(home_only, 3) + 1))


@lru_cache(maxsize=4096)  # the same few hundred numbers are asked for on every page and for every sheet
def dial_string(*, e164: str, short_code: str, display: str = "") -> str:
    """What a telephone dials: the short code, the international form, or the national one where no other works."""
    if short_code:
        return digits(short_code)
    if not e164:
        return ""
    number = parsed(e164)
    if phonenumbers.is_valid_number(number) and phonenumbers.can_be_internationally_dialled(number):
        return e164
    return digits(main_part(display)) or digits(national(e164))


def tel_link(number: str) -> str:
    return f"tel:{number}" if number else ""


def sms_link(number: str, keyword: str = "") -> str:
    """A link that opens a message to `number`, with the first of the keywords already written (RFC 5724)."""
    if not number:
        return ""
    first = re.split(r"\s+or\s+|[,;/]", keyword)[0].strip()
    return f"sms:{number}?body={quote(first)}" if first else f"sms:{number}"


# --- Numbers in a text ---------------------------------------------------------------------------------------------

TAG = re.compile(r"<[^<>]{0,2000}>")
ADDRESS = re.compile(r"(?:https?://|www\.)(?!wa\.me/)\S+", re.IGNORECASE)
DIAL_LINK = re.compile(r"(?:tel|sms|smsto|callto|whatsapp)\s*:[^\"'\s<>]*\d[^\"'\s<>]*|wa\.me/\d+", re.IGNORECASE)
# Letters of scripts without spaces may stand right before a number: 拨打…, โทร….
CANDIDATE = re.compile(r"(?<![A-Za-z\d_#])[+(]{0,2}\d(?:[ \u00a0\-./()·•~]{0,3}\d){6,}")
LETTERS = re.compile(r"(?<![\w])(?:\+?1[-. ]?)?\(?8(?:00|33|44|55|66|77|88)\)?[-. ][A-Z0-9][A-Z0-9. -]{5,14}")
YEAR = r"(?:1[5-9]|20|21)\d\d"
DATES = re.compile(
    rf"(?:{YEAR}[-./ ]{{1,3}}[01]?\d[-./ ]{{1,3}}[0-3]?\d|[0-3]?\d[-./ ]{{1,3}}[0-3]?\d[-./ ]{{1,3}}{YEAR}"
    rf"|{YEAR}(?:[-./() \u00a0]{{1,3}}{YEAR})+|{YEAR}[01]\d[0-3]\d|\d{{1,4}}/{YEAR})"
)
THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+|[1-9]\d{0,2}(?:\u00a0\d{3})+")
DECIMAL = re.compile(r"\d{1,4}\.\d{4,}")


def folded(text: str) -> str:
    """The text as an eye reads it: digits of every script in ASCII, one kind of dash and blank, invisible marks gone.

    Blanks that do not break stay apart (as U+00A0): they group thousands, as in 27 600 000.
    """
    text = html.unescape(TAG.sub("", text))
    out = []
    for char in text:
        digit = unicodedata.digit(char, None)
        category = unicodedata.category(char)
        if digit is not None:
            out.append(str(digit))
        elif char in "\u00a0\u202f\u2007":
            out.append("\u00a0")
        elif category == "Pd" or char == "\u2212":
            out.append("-")
        elif category in {"Zs", "Zl", "Zp"} or char in "\t\n\r":
            out.append(" ")
        elif category not in {"Cf", "Mn", "Me"}:
            out.append(unicodedata.normalize("NFKC", char))
    return "".join(out)


def find_numbers(text: str, known: Iterable[str] = ()) -> list[str]:
    """Return what looks like a telephone number in a text (plain or HTML), as it reads, in order.

    Dates, years, decimals and grouped thousands are let pass unless they are `known`: digit strings of the registry.
    Known numbers of five digits or more are found whatever stands around them; shorter ones look like any other number.
    """
    known_digits = {digits(number) for number in known}
    found = [match.group() for match in DIAL_LINK.finditer(html.unescape(text))]
    plain = ADDRESS.sub(" ", folded(text))
    for match in CANDIDATE.finditer(plain):
        candidate = match.group().strip()
        if digits(candidate) in known_digits or not _harmless(candidate):
            found.append(candidate)
    for match in LETTERS.finditer(plain):
        word = match.group().strip(" .-")
        if sum(char.isalpha() for char in word) >= 3 and len(keypad(word)) >= 10:
            found.append(word)
    for number in known_digits:
        if 5 <= len(number) < LEAST_DIGITS:
            pattern = r"(?<!\d)" + r"[ \u00a0\-.]?".join(number) + r"(?!\d)"
            found += [match.group() for match in re.finditer(pattern, plain)]
    return found


def _harmless(candidate: str) -> bool:
    bare = candidate.strip("()")
    return any(shape.fullmatch(bare) for shape in (DATES, THOUSANDS, DECIMAL))


def looks_like_phone(text: str) -> bool:
    """Whether a text holds anything like a telephone number, in any script's digits."""
    return bool(find_numbers(text))


def foreign_numbers(text: str, source: str = "", known: Iterable[str] = ()) -> list[str]:
    """Numbers in a translated text that its source does not hold: each is a number typed by a translator.

    Short codes of the registry count here too, from three digits up, and any five or six digits in a row, when the source
    has no such number (with or without separators).
    """
    known = set(known)
    in_source = folded(source)
    allowed = {digits(number) for number in find_numbers(source, known)}
    found = [number for number in find_numbers(text, known) if digits(number) not in allowed]
    source_runs = set(re.findall(r"\d+", in_source)) | {
        digits(run) for run in re.findall(r"\d[\d.,' \u00a0]*\d", in_source)
    }
    short = {digits(number) for number in known if 3 <= len(digits(number)) < 5}
    found += [run for run in re.findall(r"(?<!\d)\d{3,4}(?!\d)", folded(text)) if run in short - source_runs]
    codes = re.findall(r"(?<!\d)\d{5,6}(?!\d)", ADDRESS.sub(" ", folded(text)))
    return found + [run for run in codes if run not in source_runs | {digits(number) for number in found}]
