"""How words are folded before they are compared, so that a search finds what its reader means, in any script.

folded("Señor") == "senor"; Arabic without vowel marks and with one form of alef; Cyrillic without the marks of ё and й;
Thai without tone marks; digits of every script as 0 to 9; wide and narrow forms alike.

tokens: words where spaces part them; overlapping pairs of Chinese and Japanese signs, overlapping threes of Thai, Lao,
Khmer and Burmese signs, which write no spaces.
"""

import re
import unicodedata
from functools import lru_cache

MAX_CHARACTERS = 200
MAX_TOKENS = 20
LONGEST_WORD = 40

ONE_FOR_ANOTHER = str.maketrans(
    {
        "ة": "ه", "ى": "ي", "ی": "ي", "ے": "ي", "ک": "ك", "ٱ": "ا", "ہ": "ه", "ھ": "ه", "ە": "ه", "گ": "ك",
        "đ": "d", "ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th", "ħ": "h", "ŧ": "t",
        "ґ": "г", "є": "е", "і": "и", "ў": "у", "ы": "и", "ъ": "", "ь": "",
        "ـ": "", "\u200c": "", "\u200d": "", "\u200b": "", "\u00ad": "",
        "'": "", "’": "", "ʼ": "", "ʻ": "", "`": "",
        "\u0964": " ", "\u0965": " ", "\u3000": " ", "・": " ",
    }
)  # fmt: skip
# Thai tone marks and the mark of silence; nukta of the Indian scripts.
DROPPED = frozenset("\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0ec8\u0ec9\u0eca\u0ecb\u093c\u09bc\u0a3c\u0abc\u0b3c")
IN_PAIRS = "\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
IN_THREES = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
RUNS = re.compile(rf"([{IN_PAIRS}]+)|([{IN_THREES}]+)|((?:[^\W_{IN_PAIRS}{IN_THREES}]|[\u0900-\u0dff])+)")


def folded(text: str) -> str:
    """The text as it is compared. Words stay apart by one space; no other blank, no control character is left."""
    text = text.casefold()
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).casefold().translate(ONE_FOR_ANOTHER)
        text = "".join(map(_plain, text)).translate(ONE_FOR_ANOTHER)
    else:
        text = text.replace("'", "")
    return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", text).split())


@lru_cache(maxsize=10_000)
def _plain(char: str) -> str:
    """One character without its marks. Scripts whose marks are vowels keep them."""
    code = ord(char)
    if code < 128:
        return char
    if char in DROPPED:
        return ""
    if 0x0900 <= code < 0x1200 or 0x1780 <= code < 0x1800 or 0x2E80 <= code < 0xFB00 or code >= 0x20000:
        return str(unicodedata.digit(char)) if unicodedata.category(char) == "Nd" else char
    if unicodedata.category(char) == "Nd":
        return str(unicodedata.digit(char))
    return "".join(part for part in unicodedata.normalize("NFKD", char) if not unicodedata.category(part) == "Mn")


def tokens(text: str, *, most: int | None = None) -> list[str]:
    """The tokens of a text, each once, in order; those of scripts without spaces begin with `~`."""
    found: dict[str, None] = {}
    for pairs, threes, word in RUNS.findall(folded(text)):
        if word:
            found[_stem(word)[:LONGEST_WORD]] = None
        for run, size in ((pairs, 2), (threes, 3)):
            for part in parts(run, size):
                found["~" + part] = None
        if most and len(found) >= most:
            break
    return list(found)[:most]


def index_tokens(text: str, *, most: int | None = None) -> list[str]:
    """As `tokens`, and each Chinese or Japanese sign by itself, so that a search for one sign finds something."""
    found = tokens(text, most=most)
    singles = {"~" + sign for run in re.findall(rf"[{IN_PAIRS}]+", folded(text)) for sign in run}
    return [*found, *sorted(singles - set(found))]


def query(typed: str) -> list[str]:
    """The tokens of what somebody typed: at most 200 characters and 20 tokens."""
    return tokens(typed[: MAX_CHARACTERS * 2][:MAX_CHARACTERS], most=MAX_TOKENS)


def parts(run: str, size: int) -> list[str]:
    """Overlapping pieces of a run; the run itself when it is shorter."""
    if not run:
        return []
    return [run[start : start + size] for start in range(max(1, len(run) - size + 1))]


def _stem(word: str) -> str:
    """Arabic words without their article."""
    return word[2:] if word.startswith("ال") and len(word) > 4 else word


def pairs_of(word: str) -> list[str]:
    """The pairs of letters of a word with its ends marked: what misspelt words still have in common."""
    marked = f"^{word}$"
    return list(dict.fromkeys(marked[start : start + 2] for start in range(len(marked) - 1)))
