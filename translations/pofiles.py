"""PO files from outside, read with suspicion: size, charset, header and number of entries before a single text is looked at."""

import re
import tempfile
from pathlib import Path

import polib
from django.utils.translation import gettext

MOST_BYTES = 10 * 1024 * 1024
MOST_ENTRIES = 20_000
CHARSETS = {"utf-8", "utf8", "us-ascii", "ascii", "charset"}  # the last is what an empty template says
PLURAL = re.compile(r"nplurals\s*=\s*[1-6]\s*;\s*plural\s*=\s*[n\d\s()?:<>=!&|%+*/-]{1,400};?\s*")


class Unusable(Exception):
    """A file that is refused whole. `line` is where, 0 when it is the file as such."""

    def __init__(self, reason: str, line: int = 0):
        self.reason, self.line = reason, line
        super().__init__(gettext("Line %(line)d: %(reason)s") % {"line": line, "reason": reason} if line else reason)


def decoded(data: bytes) -> str:
    """The text of an upload. Raises Unusable for what is too large or not UTF-8."""
    if len(data) > MOST_BYTES:
        raise Unusable(gettext("The file is larger than 10 MB."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Unusable(gettext("The file is not UTF-8. Save it as UTF-8 and upload it again."), line) from error


def read(data: bytes) -> polib.POFile:
    """Parse an upload. Raises Unusable with the line and the reason."""
    text = decoded(data)
    if "\0" in text:
        raise Unusable(gettext("The file holds a NUL sign."), text[: text.index("\0")].count("\n") + 1)
    entries = len(re.findall(r"^msgid ", text, re.MULTILINE))
    if entries > MOST_ENTRIES:
        reason = gettext("The file has %(count)d entries; at most %(most)d are read.")
        raise Unusable(reason % {"count": entries, "most": MOST_ENTRIES})
    if not entries:
        raise Unusable(gettext("This is no PO file: it has no entries."))
    _check_header(text)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload.po"  # polib takes a text that names a file for that file
        path.write_text(text, encoding="utf-8", newline="")
        try:
            return polib.pofile(str(path), encoding="utf-8", check_for_duplicates=False)
        except (OSError, UnicodeError, ValueError, IndexError, KeyError) as error:
            found = re.search(r"line (\d+)", str(error))
            reason = gettext("The file cannot be read here.")
            raise Unusable(reason, int(found[1]) if found else 0) from error


def _check_header(text: str) -> None:
    """Refuse headers that would harm whoever believed them; ours never takes anything from them."""
    for line, content in enumerate(text.splitlines(), start=1):
        if found := re.search(r"charset=([^\\\"\s]+)", content):
            if "Content-Type" in content and found[1].lower() not in CHARSETS:
                raise Unusable(gettext("The charset %(charset)s is not UTF-8.") % {"charset": found[1][:40]}, line)
        if found := re.search(r"Plural-Forms:\s*(.*?)(?:\\n)?\"?\s*$", content):
            rule = found[1]
            if rule and "EXPRESSION" not in rule and not _is_whole(rule, text, line):
                raise Unusable(gettext("The plural rule is not one."), line)


def _is_whole(rule: str, text: str, line: int) -> bool:
    """Whether the rule, with what lines after it continue, is made of nothing but numbers, n and operators."""
    whole = rule
    for content in text.splitlines()[line : line + 6]:
        if whole.rstrip().endswith(";") and "plural=" in whole.replace(" ", "") or not content.startswith('"'):
            break
        whole += content.strip().strip('"').replace("\\n", "")
    return bool(PLURAL.fullmatch(whole.replace("\\n", "").strip()))
