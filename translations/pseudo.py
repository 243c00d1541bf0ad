"""Two made-up languages that show what is not marked for translation: `en-xa` with accents, `ar-xb` from right to left.

`⟦Ţàķé ţĥîš ĉöûŕšé⟧`: every text that went through gettext is accented, longer than English and stands in brackets. What
has no brackets was never marked. Blanks, tags and entities stay. Offer them with LANGUAGES=en,en-xa,ar-xb; nothing is stored.
"""

import re
from html.parser import HTMLParser

from django.conf import settings
from django.utils.translation import trans_real

CODES = ("en-xa", "ar-xb")
OPEN, CLOSE = "⟦", "⟧"
ACCENTS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "àƀĉđéƒĝĥîĵķļɱñöþɋŕšţûṽŵẋýžÀƁĈĐÉƑĜĤÎĴĶĻṀÑÖÞɊŔŠŢÛṼŴẊÝŽ"
)
KEPT = re.compile(r"(%\(\w+\)[#0\-+ ]*[\d.]*[a-zA-Z]|%[sd%]|\{\{.*?\}\}|\{\w*\}|<[^<>]*>|&\w+;|&#\w+;)")
LONGER = 0.3  # German and French need about this much more room


def pseudo(text: str) -> str:
    """The text in accents and brackets, about a third longer; what is filled in or is markup stays."""
    if not text.strip():
        return text
    body = text.strip("\n")
    parts = [part if KEPT.fullmatch(part) else part.translate(ACCENTS) for part in KEPT.split(body)]
    filler = "·" * max(1, int(len(KEPT.sub("", body)) * LONGER))
    return text.replace(body, f"{OPEN}{''.join(parts)}{filler}{CLOSE}")


class PseudoTranslation(trans_real.DjangoTranslation):
    """A language whose every text is made from the English one."""

    def __init__(self, language: str):
        super().__init__("en", domain="django")
        self._DjangoTranslation__language = language
        self._DjangoTranslation__to_language = language

    def language(self):
        return self._DjangoTranslation__language

    def to_language(self):
        return self._DjangoTranslation__to_language

    def gettext(self, message):
        return pseudo(message)

    def pgettext(self, context, message):
        return pseudo(message)

    def ngettext(self, one, many, number):
        return pseudo(one if number == 1 else many)

    def npgettext(self, context, one, many, number):
        return pseudo(one if number == 1 else many)


def install() -> None:
    """Make the pseudo-languages speak in this process."""
    for code in CODES:
        trans_real._translations[code] = PseudoTranslation(code)


def install_offered() -> None:
    """The same where the settings ask for it."""
    if settings.PSEUDO:
        install()


# --- Looking for what was not marked -------------------------------------------------------------------------------

READ = ("alt", "title", "aria-label", "placeholder")
SILENT = {"script", "style", "svg", "template"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
NAMES = {"lodestar"}  # said alike in every language
LETTERS = re.compile(r"[^\W\d_]{2,}")


class _Reader(HTMLParser):
    """Collect what is read to people in the language `tag` and not in brackets."""

    def __init__(self, tag: str):
        super().__init__()
        self.tag, self.stack, self.found, self.depth = tag, [("", "")], [], 0

    def handle_starttag(self, name, attrs):
        attrs = dict(attrs)
        language = attrs.get("lang") or self.stack[-1][1]
        if name not in VOID:
            self.stack.append((name, language))
        for attribute in READ:
            self.look(attrs.get(attribute) or "", language)
        if name == "input" and attrs.get("type") in {"submit", "button"}:
            self.look(attrs.get("value") or "", language)

    def handle_endtag(self, name):
        while len(self.stack) > 1:
            if self.stack.pop()[0] == name:
                return

    def handle_data(self, data):
        if not any(name in SILENT for name, _language in self.stack):
            self.look(data, self.stack[-1][1])

    def look(self, text: str, language: str) -> None:
        """Brackets may begin in one piece of text and end in another, where markup stands between them."""
        if language.lower() != self.tag.lower():
            return
        bare = []
        for sign in text:
            self.depth += sign == OPEN
            if self.depth == 0:
                bare.append(sign)
            self.depth -= sign == CLOSE and self.depth > 0
        rest = "".join(bare).strip()
        if any(word.casefold() not in NAMES for word in LETTERS.findall(rest)):
            self.found.append(rest)


def unmarked(html: str, tag: str) -> list[str]:
    """Texts of a page that stand in the language `tag` without having gone through gettext."""
    reader = _Reader(tag)
    reader.feed(html)
    reader.close()
    return list(dict.fromkeys(reader.found))
