"""Films and captions people upload: what they must look like before they are kept."""

import re

from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

FILM_MAX_BYTES = 500 * 1024 * 1024
CAPTIONS_MAX_BYTES = 1024 * 1024
TIME = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
NOT_CAPTIONS = ("NOTE", "STYLE", "REGION")
TIMING = re.compile(rf"{TIME}[ \t]+-->[ \t]+{TIME}(?:[ \t].*)?")


def check_film(file) -> None:
    """Raise ValidationError unless the first bytes are those of an MP4 or WebM film, as the name says."""
    if file.size > FILM_MAX_BYTES:
        raise ValidationError(
            _("This film has %(size)s. The most is %(most)s.")
            % {"size": filesizeformat(file.size), "most": filesizeformat(FILM_MAX_BYTES)}
        )
    file.seek(0)
    start = file.read(64)
    file.seek(0)
    is_mp4 = start[4:8] == b"ftyp"
    is_webm = start.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in start
    if not (is_mp4 if file.name.lower().endswith(".mp4") else is_webm):
        raise ValidationError(_("This file is not a film of the kind its name says. Upload an MP4 or WebM film."))


def check_captions(file) -> None:
    """Raise ValidationError, with the line, unless the file reads as WebVTT and has at least one caption."""
    if file.size > CAPTIONS_MAX_BYTES:
        raise ValidationError(_("These captions are too long. The most is 1 MB."))
    file.seek(0)
    data = file.read()
    file.seek(0)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValidationError(_("Captions must be saved as UTF-8.")) from None
    if problem := captions_problem(text):
        raise ValidationError(problem)


def captions_problem(text: str) -> str:
    """What keeps `text` from being WebVTT (W3C, section 4.1), in words, or an empty string."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not re.fullmatch(r"WEBVTT(?:[ \t].*)?", lines[0]) or "\x00" in text:
        return _("Captions must begin with a line that says WEBVTT.")
    cues = 0
    for line, block in _blocks(lines):
        if "-->" not in block[0] and len(block) > 1 and not block[0].startswith(NOT_CAPTIONS):
            line, block = line + 1, block[1:]  # a caption may have a name of its own
        if block[0].startswith(NOT_CAPTIONS):
            continue
        if problem := _cue_problem(block, line):
            return problem
        cues += 1
    return "" if cues else _("There is no caption in this file.")


def _blocks(lines: list[str]):
    """Yield (number of its first line, lines) for each run of lines between empty ones, the heading left out."""
    block, begin = [], 0
    for number, line in enumerate([*lines[1:], ""], start=2):
        if line.strip():
            begin = begin if block else number
            block.append(line)
        elif block:
            if begin > 2:  # lines right below the first one belong to the heading
                yield begin, block
            block = []


def _cue_problem(block: list[str], line: int) -> str:
    match = TIMING.fullmatch(block[0].strip())
    if not match:
        return _("Line %(line)d of the captions has no times such as 00:01.000 --> 00:04.000.") % {"line": line}
    begin, end = _seconds(match.groups()[:4]), _seconds(match.groups()[4:])
    if end <= begin:
        return _("Line %(line)d of the captions ends before it begins.") % {"line": line}
    if not any(text.strip() for text in block[1:]):
        return _("Line %(line)d of the captions has times but no words.") % {"line": line}
    return ""


def _seconds(parts) -> float:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000
