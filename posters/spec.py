"""What one sheet says and how: all words, numbers and choices, and nothing that must be looked up.

Two equal specs print equal bytes. The key of a sheet is made from the spec and from everything of the machine that touches
the bytes, so a changed number, word, font or version of a library is another key, and an old one stays what it was.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, field

LAYOUT_VERSION = 3  # raise it when a design, drawing or the layout changes what is printed
CODE_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
CODE_LENGTH = 8


@dataclass(frozen=True)
class Tongue:
    """The words of a sheet in one language. `{voice}`, `{text}`, `{keyword}` and `{emergency}` stand for numbers."""

    language: str
    headline: str
    promise: str
    signs: tuple[str, ...]
    call: str
    trust: str
    facts: tuple[str, ...]
    topic: str
    text: str = ""
    emergency: str = ""
    scan: str = ""
    issued: str = ""
    tab: str = ""
    notice_title: str = ""
    notice_body: str = ""
    draft: bool = True


@dataclass(frozen=True)
class PosterSpec:
    """`shares` weighs the languages of one sheet; `site` is the address the code leads to; `logo` a PNG, base64."""

    campaign: str
    art: str
    design: str
    size: str
    tongues: tuple[Tongue, ...]
    numbers: dict[str, str]
    site: str
    shares: tuple[float, ...] = ()
    issued_by: str = ""
    logo: str = ""
    saver: bool = False
    press: bool = False
    hotlines: tuple[str, ...] = field(default=())  # codes of the registry's rows the numbers came from
    draft_note: str = ""  # printed until every language was reviewed

    def canonical(self) -> str:
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    def key(self, engine: str) -> str:
        """SHA-256 in hexadecimal; `engine` names fonts and libraries (`posters.press.engine`)."""
        return hashlib.sha256(f"{LAYOUT_VERSION}\n{engine}\n{self.canonical()}".encode()).hexdigest()

    @classmethod
    def read(cls, canonical: str) -> "PosterSpec":
        facts = json.loads(canonical)
        tongues = tuple(
            Tongue(**{**tongue, "signs": tuple(tongue["signs"]), "facts": tuple(tongue["facts"])})
            for tongue in facts.pop("tongues")
        )
        shares, hotlines = tuple(facts.pop("shares")), tuple(facts.pop("hotlines"))
        return cls(tongues=tongues, shares=shares, hotlines=hotlines, **facts)

    @property
    def weights(self) -> tuple[float, ...]:
        """The languages' shares of the sheet, adding up to 1."""
        given = self.shares or (1,) * len(self.tongues)
        return tuple(share / sum(given) for share in given)

    def address(self, code: str) -> str:
        """Where the QR code leads."""
        return f"{self.site}/s/{code}"


def code_of(key: str) -> str:
    """The short code printed on the sheet: eight signs that are hard to misread, from the key."""
    number = int(key[:16], 16)
    signs = []
    for _ in range(CODE_LENGTH):
        number, place = divmod(number, 32)
        signs.append(CODE_SIGNS[place])
    return "".join(signs)


def shown(code: str) -> str:
    """The code as people read it out: in two groups."""
    return f"{code[:4]}-{code[4:]}"
