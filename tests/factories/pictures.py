"""Pictures to upload: honest ones, and a rogues' gallery. Made here byte by byte; no file of anyone's is kept."""

import io
import struct
import zlib

from PIL import Image
from PIL.ImageCms import ImageCmsProfile, createProfile

PNG_START = b"\x89PNG\r\n\x1a\n"


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width=4, height=3, *, rows: bytes | None = None, before=b"", after=b"", end=True, depth=8, colour=2) -> bytes:
    """A PNG whose header says `width` by `height`, with whatever data `rows` holds."""
    rows = (b"\x00" + b"\x80\x40\x20" * width) * height if rows is None else rows
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return (
        PNG_START
        + chunk(b"IHDR", header)
        + before
        + chunk(b"IDAT", zlib.compress(rows, 9))
        + (chunk(b"IEND", b"") if end else b"")
        + after
    )


def saved(kind: str, *, size=(40, 30), mode="RGB", **options) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size, options.pop("colour", None) or 0).save(buffer, kind, **options)
    return buffer.getvalue()


def jpeg_with_position() -> bytes:
    """A photo as a phone writes it: lying on its side, with position, author and a comment."""
    picture = Image.new("RGB", (40, 30), (200, 30, 30))
    exif = Image.Exif()
    exif[0x0112] = 6  # turn right to see it upright
    exif[0x013B] = "A. Photographer"
    position = exif.get_ifd(0x8825)
    position[1], position[2] = "N", (38.0, 53.0, 23.0)
    position[3], position[4] = "W", (77.0, 0.0, 32.0)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", exif=exif, comment=b"taken at home", quality=95)
    return buffer.getvalue()


def profile() -> bytes:
    return ImageCmsProfile(createProfile("sRGB")).tobytes()


def huge_png(side=9000) -> bytes:
    """81 megapixels in a few kilobytes."""
    return png(side, side, rows=b"", colour=0, depth=1)


def jpeg_claiming(width: int, height: int) -> bytes:
    data = bytearray(saved("JPEG"))
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def bomb(megabytes: int) -> bytes:
    return zlib.compress(b"\x00" * megabytes * 1024 * 1024, 9)


ZIP_START = b"PK\x03\x04" + b"\x00" * 40
GIF = saved("GIF", mode="P")

# name of the file, its bytes. Each must be refused with words.
HOSTILE = {
    "an empty file": ("a.png", b""),
    "a cut PNG": ("a.png", saved("PNG", size=(300, 300))[:-40]),
    "a PNG without its end": ("a.png", png(end=False)),
    "a PNG cut in its header": ("a.png", png()[:20]),
    "a PNG with too little data for its header": ("a.png", png(400, 400, rows=b"\x00" * 10)),
    "a PNG with data that does not unpack": ("a.png", png().replace(zlib.compress(b"", 9)[:2], b"\xff\xff")),
    "a PNG of no width": ("a.png", png(0, 10)),
    "a PNG of no height": ("a.png", png(10, 0)),
    "a PNG of 81 megapixels": ("a.png", huge_png()),
    "a PNG just over the limit": ("a.png", png(24_000_001, 1, rows=b"", colour=0, depth=1)),
    "a PNG of four thousand million by four thousand million": ("a.png", png(2**32 - 1, 2**32 - 1, rows=b"")),
    "a PNG with a colour type that does not exist": ("a.png", png(colour=5)),
    "a PNG with a depth that does not exist": ("a.png", png(depth=7)),
    "a PNG whose first part is no header": ("a.png", PNG_START + chunk(b"IDAT", b"") + chunk(b"IEND", b"")),
    "a PNG with a part longer than the file": ("a.png", PNG_START + struct.pack(">I4s", 2**31, b"IHDR") + b"\x00" * 40),
    "a PNG with a text bomb": ("a.png", png(before=chunk(b"zTXt", b"k\x00\x00" + bomb(64)))),
    "a PNG with an international text bomb": ("a.png", png(before=chunk(b"iTXt", b"k\x00\x01\x00\x00\x00" + bomb(64)))),
    "a PNG with many texts": ("a.png", png(before=chunk(b"zTXt", b"k\x00\x00" + zlib.compress(b"a" * 30_000)) * 3)),
    "a PNG with a profile bomb": ("a.png", png(before=chunk(b"iCCP", b"k\x00\x00" + bomb(64)))),
    "a PNG with a text that does not unpack": ("a.png", png(before=chunk(b"zTXt", b"k\x00\x00nonsense"))),
    "a PNG with a zip behind it": ("a.png", png(after=ZIP_START)),
    "a PNG with a page behind it": ("a.png", png(after=b"<html><script>alert(1)</script>")),
    "a cut JPEG": ("a.jpg", saved("JPEG", size=(300, 300))[:-200]),
    "a JPEG of its first bytes only": ("a.jpg", b"\xff\xd8\xff\xe0"),
    "a JPEG without a frame": ("a.jpg", b"\xff\xd8\xff\xd9"),
    "a JPEG of no height": ("a.jpg", jpeg_claiming(40, 0)),
    "a JPEG of no width": ("a.jpg", jpeg_claiming(0, 30)),
    "a JPEG that claims 4 thousand megapixels": ("a.jpg", jpeg_claiming(65_000, 65_000)),
    "a JPEG with a zip behind it": ("a.jpg", saved("JPEG") + ZIP_START),
    "a JPEG with a page behind it": ("a.jpg", saved("JPEG") + b"<!DOCTYPE html><script>alert(1)</script>"),
    "a JPEG with a program behind it": ("a.jpeg", saved("JPEG") + b"<?php system($_GET[0]);"),
    "a GIF": ("a.gif", GIF),
    "a GIF that says it is a PNG": ("a.png", GIF),
    "a GIF that is also a script": ("a.jpg", b"GIF89a/*" + b"\x00" * 20 + b"*/=1;alert(1)"),
    "a PNG that says it is a JPEG": ("a.jpg", png()),
    "a JPEG that says it is a PNG": ("a.png", saved("JPEG")),
    "an SVG": ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    "an SVG that says it is a PNG": ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    "a page that says it is a JPEG": ("a.jpg", b"<html><script>alert(1)</script></html>"),
    "a WebP": ("a.webp", saved("WEBP")),
    "a TIFF that says it is a JPEG": ("a.jpg", saved("TIFF")),
    "a PSD that says it is a PNG": ("a.png", b"8BPS\x00\x01" + b"\x00" * 60),
    "a PDF that says it is a PNG": ("a.png", b"%PDF-1.7\n%%EOF"),
    "a name without an ending": ("picture", png()),
    "a name with two endings": ("a.png.html", png()),
}
