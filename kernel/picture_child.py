"""The child that opens a picture nobody trusts. Started by `kernel.pictures` as a script, once per upload.

Arguments: `png` or `jpeg`, most pixels. Reads the file on standard input, writes one word and a line end on standard output:
`ok` followed by the new file, or the reason for refusing. It knows no settings and no secrets, and the limits below hold for
all it does: decoders have had holes, and a few bytes can ask for gigabytes.
"""

import io
import resource
import sys

MEMORY_BYTES = 1024**3
CPU_SECONDS = 12
PROFILE_BYTES = 4 * 1024 * 1024
JPEG_QUALITY = 90


class Refused(Exception):
    pass


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # writes no file; pipes are not files
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def open_picture(data: bytes, kind: str, pixels: int):
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = pixels
    picture = Image.open(io.BytesIO(data), formats=[kind.upper()])
    width, height = picture.size
    if not width or not height:
        raise Refused("empty")
    if width * height > pixels:
        raise Refused("pixels")
    return picture


def to_srgb(picture):
    """Return the picture in sRGB, without a profile. A profile that makes no sense is left out."""
    from PIL import ImageCms

    profile = picture.info.get("icc_profile")
    if profile and len(profile) > PROFILE_BYTES:
        raise Refused("profile")
    target = {"CMYK": "RGB", "L": "L", "LA": "LA"}.get(picture.mode, picture.mode)
    if profile and picture.mode in {"RGB", "RGBA", "CMYK"}:
        try:
            return ImageCms.profileToProfile(
                picture, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode=target
            )
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass
    return picture.convert(target) if picture.mode != target else picture


def plain_mode(picture, kind: str):
    """Return the picture in a mode that web browsers know and that carries no palette."""
    if picture.mode.startswith("I") or picture.mode == "F":  # 16 bits for each grey
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if picture.mode in {"P", "PA"}:
        picture = picture.convert("RGBA" if "transparency" in picture.info or picture.mode == "PA" else "RGB")
    elif picture.mode == "1":
        picture = picture.convert("L")
    elif picture.mode in {"RGB", "L"} and "transparency" in picture.info:
        picture = picture.convert("RGBA" if picture.mode == "RGB" else "LA")
    if kind == "jpeg" and picture.mode not in {"L", "RGB", "CMYK"}:
        picture = picture.convert("RGB")
    return picture


def remake(data: bytes, kind: str, pixels: int) -> bytes:
    """Return the picture as a new file of the same kind: upright, in sRGB, nothing in it but pixels."""
    from PIL import ImageOps

    open_picture(data, kind, pixels).verify()
    picture = open_picture(data, kind, pixels)
    picture.load()
    picture = plain_mode(ImageOps.exif_transpose(picture), kind)
    picture = to_srgb(picture)
    picture.info = {}
    result = io.BytesIO()
    if kind == "png":
        picture.save(result, "PNG")
    else:
        picture.save(result, "JPEG", quality=JPEG_QUALITY, progressive=True)
    return result.getvalue()


def main() -> None:
    limit()
    kind, pixels = sys.argv[1], int(sys.argv[2])
    try:
        word, body = b"ok", remake(sys.stdin.buffer.read(), kind, pixels)
    except Refused as reason:
        word, body = str(reason).encode(), b""
    except MemoryError:
        word, body = b"memory", b""
    except Exception:  # whatever a decoder raises, the file is not a picture we take
        word, body = b"broken", b""
    sys.stdout.buffer.write(word + b"\n" + body)


if __name__ == "__main__":
    main()
