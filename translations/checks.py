"""What is looked at in a translated text, wherever it comes from: typed, imported, or read in bulk for a report.

An error keeps a text from being published or taken in; a warning is for the translator to weigh. Each problem names its rule.
Nothing here reads the database: numbers of the registry are passed in. (SAFEGUARDS U1-U3, S22)
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser

from django.utils.translation import gettext, ngettext

from hotlines import numbers
from translations import glossary

ERROR, WARNING = "error", "warning"
MOST_SIGNS = 20_000
MOST_MARKS = 4  # combining marks in a row: more of them lie over other lines, and cost layout dearly


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong. `rule` names the check, `text` is a sentence for the translator."""

    rule: str
    level: str
    text: str

    @property
    def is_error(self) -> bool:
        return self.level == ERROR


def problems(
    source: str,
    text: str,
    code: str,
    *,
    catalogue: bool = False,
    most: int | None = None,
    known: Iterable[str] = (),
    may_omit_count: bool = False,
) -> list[Problem]:
    """Everything wrong with `text` as the translation of the English `source` into the language `code`.

    `catalogue` is for interface words, which stand in attributes and are filled in by `%`. `most` is the longest it may be, in
    characters. `known` are the numbers of the registry. `may_omit_count` is for a plural form that says its number in words.
    """
    if len(text) > MOST_SIGNS:
        return [_error("length", gettext("This text is too long to be a translation."))]
    found = [*_signs(source, text, code), *_placeholders(source, text, catalogue, may_omit_count)]
    found += [*_markup(source, text, catalogue), *_links(source, text), *_phones(source, text, known)]
    if not any(problem.rule == "phone" for problem in found):
        found += _numbers(source, text)
    found += [*_length(text, most), *_end(source, text, code), *_whitespace(source, text, catalogue)]
    found += [*_words(source, text, code), *_same(source, text)]
    return found


def errors(*args, **kwargs) -> list[Problem]:
    return [problem for problem in problems(*args, **kwargs) if problem.is_error]


def _error(rule: str, text: str) -> Problem:
    return Problem(rule, ERROR, text)


def _warning(rule: str, text: str) -> Problem:
    return Problem(rule, WARNING, text)


# --- Signs that are not seen ---------------------------------------------------------------------------------------

JOINERS = {"\u200c", "\u200d"}  # needed to write Persian, Urdu, Hindi, Bengali …
BREAK = "\u200b"  # where a Thai or Khmer line may end
MARKS = {"\u200e", "\u200f", "\u061c"}  # direction of one place; overrides and isolates turn whole lines round
INVISIBLE = {"\u00ad", "\u2060", "\ufeff"}


def _signs(source: str, text: str, code: str) -> Iterator[Problem]:
    for sign in dict.fromkeys(text):
        category = unicodedata.category(sign)
        if (
            sign in source
            or sign in "\n"
            or category not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
            and sign != "\ufffd"
        ):
            continue
        name = unicodedata.name(sign, f"U+{ord(sign):04X}")
        if sign in JOINERS | MARKS | {BREAK}:
            fits = sign in JOINERS or sign == BREAK and code in {"th", "km", "lo", "my"}
            if sign in MARKS and code.split("-")[0] in {"ar", "fa", "ur", "he"}:
                fits = True
            if not fits:
                yield _warning("signs", gettext("There is an invisible sign in the text: %(sign)s.") % {"sign": name})
        elif sign in INVISIBLE:
            yield _warning("signs", gettext("There is an invisible sign in the text: %(sign)s.") % {"sign": name})
        else:
            yield _error("signs", gettext("This sign may not stand in a text: %(sign)s.") % {"sign": name})
    run = 0
    for sign in text:
        run = run + 1 if unicodedata.category(sign) in {"Mn", "Me"} else 0
        if run > MOST_MARKS:
            yield _error("signs", gettext("Too many marks are heaped on one letter."))
            return


# --- Placeholders --------------------------------------------------------------------------------------------------

PERCENT = re.compile(r"%(?:\((\w+)\))?([#0\-+]*\d*(?:\.\d+)?[hlL]?[diouxXeEfFgGcrsa])|%%")
BRACES = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{\w*\}")


def percent_blanks(text: str) -> list[tuple[str, str]]:
    """`[(name, kind)]` of the blanks `%(name)s` and `%s` in order; kind is the letter, `%%` is none."""
    return [(name, kind[-1]) for name, kind in PERCENT.findall(text) if kind]


def _placeholders(source: str, text: str, catalogue: bool, may_omit_count: bool) -> Iterator[Problem]:
    ours, theirs = percent_blanks(source), percent_blanks(text)
    if not catalogue:
        ours, theirs = ([pair for pair in pairs if pair[0]] for pairs in (ours, theirs))
    if ours or theirs or catalogue:
        named, named_there = {pair for pair in ours if pair[0]}, {pair for pair in theirs if pair[0]}
        lost = sorted(f"%({name}){kind}" for name, kind in named - named_there)
        if lost and not (may_omit_count and len(lost) == 1):
            yield _lost(lost)
        if new := sorted(f"%({name}){kind}" for name, kind in named_there - named):
            yield _new(new)
        kinds = [kind for name, kind in ours if not name]
        if kinds != [kind for name, kind in theirs if not name]:
            shown = " ".join(f"%{kind}" for kind in kinds) or "–"
            yield _error(
                "placeholder", gettext("These blanks stand here in this order: %(blanks)s.") % {"blanks": shown}
            )
        elif _alone(text) > (0 if ours else _alone(source)) or not ours and text.count("%%") > source.count("%%"):
            yield _error(
                "placeholder", gettext("A percent sign stands alone. Write it as in the source, or as a word.")
            )
    braces, braces_there = Counter(BRACES.findall(source)), Counter(BRACES.findall(text))
    if lost := sorted(set(braces) - set(braces_there)):
        yield _lost(lost)
    if new := sorted(set(braces_there) - set(braces)):
        yield _new(new)
    if (braces or catalogue) and _stray(text) > _stray(source):
        yield _error("placeholder", gettext("A brace stands alone. Blanks are written as in English."))


def _alone(text: str) -> int:
    return PERCENT.sub("", text).count("%")


def _stray(text: str) -> int:
    rest = BRACES.sub("", text)
    return rest.count("{") + rest.count("}")


def _lost(blanks) -> Problem:
    return _error("placeholder", gettext("A blank is missing: %(blanks)s.") % {"blanks": ", ".join(blanks)})


def _new(blanks) -> Problem:
    return _error(
        "placeholder", gettext("This blank is not in the source: %(blanks)s.") % {"blanks": ", ".join(blanks)}
    )


# --- Markup and links ----------------------------------------------------------------------------------------------

VOID = {"br", "hr", "img", "wbr"}
MARK = re.compile(r"<[a-zA-Z/!?]|&(?:lt|#0*60|#x0*3c);?[a-zA-Z/!?]", re.IGNORECASE)


class _Tags(HTMLParser):
    """Opening tags with their attributes, and whether they close in order."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple] = []
        self.open: list[str] = []
        self.odd = ""
        self.outside: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, tuple(sorted((name, value or "") for name, value in attrs))))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, tuple(sorted((name, value or "") for name, value in attrs))))

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.odd = tag

    def handle_data(self, data):
        self.outside.append(data)

    def handle_comment(self, data):
        self.tags.append(("!--", ()))

    def handle_decl(self, decl):
        self.tags.append(("!", ()))

    def handle_pi(self, data):
        self.tags.append(("?", ()))

    def unknown_decl(self, data):
        self.tags.append(("![", ()))


def _parsed(text: str) -> _Tags:
    parser = _Tags()
    parser.feed(text)
    parser.close()
    return parser


def _markup(source: str, text: str, catalogue: bool) -> Iterator[Problem]:
    ours, theirs = _parsed(source), _parsed(text)
    new = [tag for tag in Counter(theirs.tags) if tag not in set(ours.tags)]
    if new:
        names = ", ".join(sorted({_shown(tag) for tag in new}))
        yield _error("markup", gettext("This markup is not in the source: %(tags)s.") % {"tags": names})
    elif MARK.search(text) and not MARK.search(source):
        yield _error("markup", gettext("The source has no markup. Write < and > as words."))
    elif ("<" in unescape(text) or ">" in unescape(text)) and not re.search(r"[<>]", unescape(source)):
        yield _error("markup", gettext("The source has no markup. Write < and > as words."))
    elif theirs.open or theirs.odd:
        tag = theirs.odd or theirs.open[-1]
        yield _error("markup", gettext("The tag %(tag)s does not open and close in order.") % {"tag": f"<{tag}>"})
    lost = [tag for tag in Counter(ours.tags) if tag not in set(theirs.tags)]
    if lost:
        names = ", ".join(sorted({_shown(tag) for tag in lost}))
        problem = _error if catalogue or any(tag[0] == "a" for tag in lost) else _warning
        yield problem("markup", gettext("This markup of the source is missing: %(tags)s.") % {"tags": names})
    if catalogue and '"' in "".join(theirs.outside) and '"' not in "".join(ours.outside):
        yield _error(
            "markup", gettext('A straight quotation mark (") would end an attribute. Write the marks of your language.')
        )


def _shown(tag: tuple) -> str:
    name, attributes = tag
    return f"<{name}{''.join(f' {key}' for key, _value in attributes)}>"


ADDRESS = re.compile(
    r"(?:https?:)?//[^\s<>\"'）)]+|\bwww\.[^\s<>\"')]+|\b(?:javascript|data|vbscript):\S*", re.IGNORECASE
)
MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def addresses(text: str) -> set[str]:
    text = unescape(text)
    return {found.rstrip(".,;:!?。") for found in [*ADDRESS.findall(text), *MAIL.findall(text)]}


def _links(source: str, text: str) -> Iterator[Problem]:
    ours, theirs = addresses(source), addresses(text)
    if new := sorted(theirs - ours):
        yield _error("link", gettext("This address is not in the source: %(address)s.") % {"address": new[0]})
    if lost := sorted(ours - theirs):
        yield _error("link", gettext("An address of the source is missing: %(address)s.") % {"address": lost[0]})


# --- Numbers -------------------------------------------------------------------------------------------------------

NUMBER = re.compile(r"\d+(?:[.,'\u00a0\u202f\u2009’٫٬ ]\d{3}(?!\d)|[.,٫]\d+)*")
# As dates name them; “May” stands beside a digit, or it is no month.
MONTHS = (
    "January", "February", "March", "April", r"(?:May(?= \d)|(?<=\d )May)", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
ENGLISH_NUMBERS = {
    word: str(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen twenty".split()
    )
} | {
    "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80", "ninety": "90",
    "hundred": "100", "thousand": "1000", "first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5",
    "once": "1", "twice": "2", "both": "2", "noon": "12", "midnight": "12", "half": "50", "dozen": "12", "a": "1", "an": "1",
    "clock": "24",
}  # fmt: skip
SCALES = {
    "thousand": 10**3, "million": 10**6, "billion": 10**9, "mil": 10**3, "millones": 10**6, "millions": 10**6,
    "milhões": 10**6, "万": 10**4, "萬": 10**4, "億": 10**8, "亿": 10**8, "만": 10**4, "억": 10**8, "लाख": 10**5,
    "करोड़": 10**7, "ล้าน": 10**6, "triệu": 10**6, "مليون": 10**6, "ملايين": 10**6, "миллионов": 10**6, "мільйонів": 10**6,
    "milyon": 10**6, "milionów": 10**6, "millionen": 10**6,
}  # fmt: skip


def numbers_in(text: str) -> list[tuple[str, float]]:
    """`[(digits, value)]` of the numbers of a text, in any script's digits; the value knows `million` or 万 behind it."""
    plain = PERCENT.sub(" ", BRACES.sub(" ", numbers.folded(text)))
    found = []
    for match in NUMBER.finditer(plain):
        raw = match.group()
        value = float(re.sub(r"\D", "", raw))
        behind = plain[match.end() :].lstrip(" -")[:12].casefold()
        point = re.fullmatch(r"(\d+)[.,٫](\d{1,2})", raw)
        scaled = float(f"{point[1]}.{point[2]}") if point else value
        scale = next((size for word, size in SCALES.items() if behind.startswith(word)), 0)
        found.append((re.sub(r"\D", "", raw).lstrip("0") or "0", round(scaled * scale, 3) if scale else value))
    return found


def _months(source: str) -> set[str]:
    """Numbers of the months that the English source names: many languages write them in digits."""
    return {str(number) for number, name in enumerate(MONTHS, 1) if re.search(rf"\b{name}\b", source)}


def _numbers(source: str, text: str) -> Iterator[Problem]:
    ours, theirs = numbers_in(source), numbers_in(text)
    in_words = {ENGLISH_NUMBERS[word] for word in re.findall(r"[a-z]+", source.casefold()) if word in ENGLISH_NUMBERS}
    in_words |= _months(source)
    digits, values = {number for number, _value in ours}, {value for _number, value in ours}
    new = [
        number for number, value in theirs if number not in digits and value not in values and number not in in_words
    ]
    if new:
        yield _error(
            "number",
            gettext("The number %(number)s is not in the source, which has: %(ours)s.")
            % {"number": new[0], "ours": ", ".join(number for number, _value in ours) or gettext("none")},
        )
    said, there = {number for number, _value in theirs}, {value for _number, value in theirs}
    lost = [number for number, value in ours if number not in said and value not in there]
    if lost and not new:
        problem = _error if len(lost[0]) > 2 else _warning
        yield problem("number", gettext("The number %(number)s of the source is missing.") % {"number": lost[0]})


def _phones(source: str, text: str, known: Iterable[str]) -> Iterator[Problem]:
    if any(sign.isdigit() for sign in text) or "tel:" in text.casefold():
        for number in numbers.foreign_numbers(text, source, known)[:1]:
            yield _error(
                "phone",
                gettext(
                    "“%(number)s” looks like a telephone number that the source does not have. Numbers are never typed."
                )
                % {"number": number},
            )


# --- Length, ends, blanks, words -----------------------------------------------------------------------------------


def _length(text: str, most: int | None) -> Iterator[Problem]:
    if most and len(text) > most:
        over = len(text) - most
        yield _error(
            "length",
            ngettext(
                "There is room for %(most)d characters; this is %(over)d too long.",
                "There is room for %(most)d characters; this is %(over)d too long.",
                over,
            )
            % {"most": most, "over": over},
        )


ENDS = {
    ".": ".。．।۔።", "?": "?？؟;", "!": "!！", ":": ":：", "…": "…⋯",
}  # fmt: skip
NO_STOPS = {"th", "km", "lo", "my"}


def _end(source: str, text: str, code: str) -> Iterator[Problem]:
    ours, theirs = _last(source), _last(text)
    if not ours or not theirs or code in NO_STOPS and ours in ".?!":
        return
    wanted = next((signs for signs in ENDS.values() if ours in signs), "")
    got = next((signs for signs in ENDS.values() if theirs in signs), "")
    if wanted != got:
        if wanted:
            yield _warning(
                "end", gettext("The source ends with “%(sign)s”, the translation does not.") % {"sign": ours}
            )
        else:
            yield _warning(
                "end", gettext("The translation ends with “%(sign)s”, the source does not.") % {"sign": theirs}
            )


def _last(text: str) -> str:
    plain = re.sub(r"<[^<>]*>", "", unescape(text)).rstrip().rstrip("\"'”’»)）」』›")
    return "…" if plain.endswith("...") else plain[-1:]


def _whitespace(source: str, text: str, catalogue: bool) -> Iterator[Problem]:
    if not text.strip():
        yield _error("empty", gettext("The translation is empty."))
        return
    for name, ours, theirs in (
        ("begin", source[: len(source) - len(source.lstrip())], text[: len(text) - len(text.lstrip())]),
        ("end", source[len(source.rstrip()) :], text[len(text.rstrip()) :]),
    ):
        if ours != theirs:
            problem = _error if catalogue and "\n" in ours + theirs else _warning
            where = gettext("at its beginning") if name == "begin" else gettext("at its end")
            yield problem(
                "whitespace", gettext("The text has other blanks %(where)s than the source.") % {"where": where}
            )
    if re.search(r"[^\S\n]{2,}", text.strip()) and not re.search(r"[^\S\n]{2,}", source.strip()):
        yield _warning("whitespace", gettext("There are two blanks in a row."))


def _words(source: str, text: str, code: str) -> Iterator[Problem]:
    for entry in glossary.wrong(source, text, code):
        yield _error("forbidden", f"“{entry.word}”: {entry.reason}")
    for term in glossary.missing(source, text, code):
        yield _warning(
            "glossary",
            gettext("The glossary has “%(wanted)s” for “%(term)s” (%(status)s).")
            % {"wanted": " / ".join(term.words), "term": term.english, "status": term.status},
        )


def _same(source: str, text: str) -> Iterator[Problem]:
    if text.strip() == source.strip() and len(re.findall(r"[^\W\d_]{2,}", source)) > 3:
        yield _warning("same", gettext("This is still the English text."))
