"""Pictures people upload: checked before anything decodes them, then made anew in a child process with limits.

Stages: name and size; the first bytes; width and height from the header; what hides beside the picture (other files, texts
and profiles that unpack to megabytes); then the child (`picture_child`) verifies, decodes fully, turns upright, converts to
sRGB and writes a new file with nothing in it but pixels. Position, author and camera are gone; so is whatever was appended.
(SAFEGUARDS U5, U6, S18.)
"""

import struct
import subprocess
import sys
import threading
import zlib
from pathlib import Path

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms.fields import FileField
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

KINDS = {"png": "png", "jpg": "jpeg", "jpeg": "jpeg"}
CHILD = Path(__file__).with_name("picture_child.py")
CHILD_SECONDS = 20  # by the clock
WAIT_SECONDS = 30
AT_ONCE = threading.BoundedSemaphore(2)  # per process: each child may take a gigabyte

PNG_START = b"\x89PNG\r\n\x1a\n"
PNG_TEXT_BYTES = 64 * 1024  # unpacked, all texts together
PNG_PROFILE_BYTES = 4 * 1024 * 1024  # unpacked
PNG_PACKED = {b"zTXt", b"iTXt", b"iCCP"}
FOREIGN = (b"PK\x03\x04", b"%PDF-", b"GIF8", b"Rar!", b"<!doctype", b"<html", b"<script", b"<svg", b"<?php", b"<?xml")


class Refused(ValueError):
    """A picture we do not take; its text says why in words."""


def remade(data: bytes, extension: str) -> bytes:
    """Return the picture as a clean new file of the same kind. Raises Refused."""
    kind = kind_of(data, extension)
    width, height = png_size(data) if kind == "png" else jpeg_size(data)
    check_size(width, height)
    return _in_child(data, kind)


def kind_of(data: bytes, extension: str) -> str:
    """`png` or `jpeg`, where name and first bytes agree."""
    kind = KINDS.get(extension.lower().lstrip("."))
    if kind is None:
        raise Refused(_("Only PNG and JPEG pictures can be uploaded. Save the picture as one of them and try again."))
    if not data:
        raise Refused(_("This file is empty. Choose the picture again."))
    if not data.startswith(PNG_START if kind == "png" else b"\xff\xd8\xff"):
        raise Refused(
            _(
                "This file is not a %(kind)s picture, although its name says so. Open it in a picture editor and save it."
            )
            % {"kind": kind.upper()}
        )
    return kind


def check_size(width: int, height: int) -> None:
    if not width or not height:
        raise Refused(_("This picture has no width or no height. Save it anew in a picture editor."))
    if width * height > settings.PICTURE_MAX_PIXELS:
        raise Refused(
            _("This picture is %(width)d by %(height)d pixels. The most is %(most)d megapixels: make it smaller first.")
            % {"width": width, "height": height, "most": settings.PICTURE_MAX_PIXELS // 1_000_000}
        )


def broken() -> Refused:
    return Refused(_("This picture is damaged or incomplete. Save it anew in a picture editor and try again."))


def png_size(data: bytes) -> tuple[int, int]:
    """Width and height from the header, after a walk over all parts of the file."""
    place, size, texts, ended = len(PNG_START), None, 0, False
    while place < len(data) and not ended:
        if len(data) < place + 12:
            raise broken()
        length, name = struct.unpack(">I4s", data[place : place + 8])
        body = data[place + 8 : place + 8 + length]
        place += 12 + length
        if place > len(data):
            raise broken()
        if size is None:
            if name != b"IHDR" or length != 13:
                raise broken()
            size = struct.unpack(">II", body[:8])
        if name in PNG_PACKED:
            texts += _unpacked(name, body)
        if texts > PNG_TEXT_BYTES:
            raise _bomb()
        ended = name == b"IEND"
    if not ended:
        raise broken()
    if data[place:].strip(b"\x00"):
        _check_tail(data[place:], anything=True)
    return size


def _unpacked(name: bytes, body: bytes) -> int:
    """Bytes of text in a packed part of a PNG; a profile counts as none, but may not be too large either."""
    _keyword, _zero, rest = body.partition(b"\x00")
    if name == b"iTXt":
        if rest[:1] != b"\x01":  # not packed
            return len(rest)
        rest = rest[2:].split(b"\x00", 2)[-1]
    else:
        rest = rest[1:]
    most = PNG_PROFILE_BYTES if name == b"iCCP" else PNG_TEXT_BYTES
    try:
        length = len(zlib.decompressobj().decompress(rest, most + 1))
    except zlib.error:
        raise broken() from None
    if length > most:
        raise _bomb()
    return 0 if name == b"iCCP" else length


def _bomb() -> Refused:
    return Refused(
        _("This picture carries far too much hidden text or a far too large colour profile. Save it anew without them.")
    )


def jpeg_size(data: bytes) -> tuple[int, int]:
    """Width and height from the frame header."""
    place, size = 2, None
    while place + 4 <= len(data):
        if data[place] != 0xFF:
            raise broken()
        marker = data[place + 1]
        if marker == 0xFF:  # padding
            place += 1
            continue
        if 0xD0 <= marker <= 0xD9 or marker == 0x01:
            raise broken()  # no picture data may come before the frame header
        length = struct.unpack(">H", data[place + 2 : place + 4])[0]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            if len(data) < place + 9:
                raise broken()
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            size = width, height
        place += 2 + max(length, 2)
        if marker == 0xDA:
            break
    if size is None:
        raise broken()
    tail = data[_jpeg_end(data, place) :]
    if not tail.startswith(b"\xff\xd8"):  # phones append smaller copies, which are left out later
        _check_tail(tail, anything=False)
    return size


def _jpeg_end(data: bytes, place: int) -> int:
    """Return where the picture ends; `place` is where its first scan begins. Raises Refused if it has no end."""
    while (place := data.find(b"\xff", place)) >= 0 and place + 1 < len(data):
        marker = data[place + 1]
        if marker == 0xD9:
            return place + 2
        if marker == 0xFF:
            place += 1
        elif marker == 0 or 0xD0 <= marker <= 0xD7:  # an ordinary byte, or a restart within the scan
            place += 2
        else:
            place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    raise broken()


def _check_tail(tail: bytes, *, anything: bool) -> None:
    """Refuse a second file behind the picture. What phones append to JPEGs, such as a short film, is left out later."""
    if anything or any(mark in tail[:4096].lower() for mark in map(bytes.lower, FOREIGN)):
        raise Refused(_("Another file is hidden behind this picture. Save the picture anew in a picture editor."))


def _in_child(data: bytes, kind: str) -> bytes:
    if not AT_ONCE.acquire(timeout=WAIT_SECONDS):
        raise Refused(_("Many pictures are being uploaded at the moment. Try again in a minute."))
    try:
        done = subprocess.run(  # noqa: S603  our own interpreter and file, no words from outside
            [sys.executable, "-I", str(CHILD), kind, str(settings.PICTURE_MAX_PIXELS)],
            input=data,
            capture_output=True,
            timeout=CHILD_SECONDS,
            env={"LANG": "C.UTF-8"},
            cwd="/",
        )
    except subprocess.TimeoutExpired:
        raise Refused(_("This picture takes too long to read. Save it anew in a picture editor.")) from None
    finally:
        AT_ONCE.release()
    word, _line, body = done.stdout.partition(b"\n")
    if word == b"ok" and body:
        return body
    raise REASONS.get(word, broken)()


def _too_heavy() -> Refused:
    return Refused(_("This picture needs too much memory to read. Make it smaller and try again."))


def _empty() -> Refused:
    return Refused(_("This picture has no width or no height. Save it anew in a picture editor."))


REASONS = {b"memory": _too_heavy, b"pixels": _too_heavy, b"profile": _bomb, b"empty": _empty}


PICTURE_HELP = gettext_lazy(
    "PNG or JPEG, at most 10 MB and 24 megapixels. Position, camera and author are taken out of it."
)


class PictureField(WagtailImageField):
    """A file field that hands on the clean new picture instead of the file that came."""

    default_validators = []

    def to_python(self, data):
        upload = FileField.to_python(self, data)
        if upload is None:
            return None
        if upload.size > settings.PICTURE_MAX_BYTES:
            raise forms.ValidationError(
                _("This picture has %(size)s. The most is %(most)s: make it smaller and try again.")
                % {"size": filesizeformat(upload.size), "most": filesizeformat(settings.PICTURE_MAX_BYTES)},
                code="file_too_large",
            )
        upload.seek(0)
        path = Path(upload.name)
        try:
            clean = remade(upload.read(), path.suffix)
        except Refused as reason:
            raise forms.ValidationError(str(reason), code="invalid_image") from reason
        kind = KINDS[path.suffix.lower().lstrip(".")]
        return SimpleUploadedFile(path.name, clean, content_type=f"image/{kind}")


class PictureForm(BaseImageForm):
    """The form behind every upload of a picture: single, many at once, and from within a page."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if plain := self.fields.get("file"):  # absent where only title and tags are edited
            self.fields["file"] = PictureField(label=plain.label, required=plain.required, widget=plain.widget)
            self.fields["file"].help_text = PICTURE_HELP  # Wagtail's field writes its own over what it is given
