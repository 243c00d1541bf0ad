"""Hand out uploaded files: sizes of pictures, films and captions. Originals and documents are not among them.

Documents go through Wagtail's own view, which asks for permission; originals of pictures are never handed out. On a large
site a web server or object storage in front does this; the rules stay the same.
"""

import mimetypes
import re
from pathlib import PurePosixPath

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import Http404, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.utils.http import http_date, parse_http_date_safe
from django.views.decorators.http import require_safe

# folder -> endings of the files in it that anyone may fetch
PUBLIC = {"images": {".png", ".jpg", ".jpeg"}, "video": {".mp4", ".webm"}, "captions": {".vtt"}}
TYPES = {".vtt": "text/vtt; charset=utf-8", ".webm": "video/webm", ".mp4": "video/mp4"}
CHUNK_BYTES = 256 * 1024
KEEP_SECONDS = 7 * 24 * 3600
RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@require_safe
def serve(request, path: str):
    """One public file, or the part of it that was asked for; 404 for everything else."""
    name = public_name(path)
    try:
        if not default_storage.exists(name):
            raise Http404
        size = default_storage.size(name)
        changed = int(default_storage.get_modified_time(name).timestamp())
    except (SuspiciousFileOperation, OSError, ValueError):
        raise Http404 from None
    since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    if since is not None and changed <= since:
        return HttpResponseNotModified()
    part = asked_part(request.headers.get("Range", ""), size)
    if part is None:
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{size}"
        return response
    first, last = part
    whole = (first, last) == (0, size - 1)
    response = StreamingHttpResponse(pieces(name, first, last) if request.method == "GET" else (), status=200)
    if not whole:
        response.status_code = 206
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    ending = PurePosixPath(name).suffix.lower()
    response["Content-Type"] = TYPES.get(ending) or mimetypes.types_map[ending]
    response["Content-Length"] = str(last - first + 1)
    response["Accept-Ranges"] = "bytes"
    response["Last-Modified"] = http_date(changed)
    response["Cache-Control"] = f"public, max-age={KEEP_SECONDS}"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def public_name(path: str) -> str:
    """The storage name for an address, if it is one anyone may fetch. Raises Http404."""
    parts = path.split("/")
    ending = PurePosixPath(path).suffix.lower()
    if len(parts) < 2 or any(part in {"", ".", ".."} for part in parts) or "\\" in path or "\x00" in path:
        raise Http404
    if ending not in PUBLIC.get(parts[0], ()):
        raise Http404
    return path


def asked_part(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte to send, both included; None if the part lies outside the file (RFC 9110, section 14).

    Several parts at once, or words that are no range, are answered with the whole file, as the RFC allows.
    """
    whole = 0, size - 1
    match = RANGE.fullmatch(header.strip())
    if not match or match.groups() == ("", "") or any(len(number) > 18 for number in match.groups()):
        return whole
    first, last = match.groups()
    if not first:  # the last so many bytes
        count = min(int(last), size)
        return (size - count, size - 1) if count else None
    begin, end = int(first), min(int(last), size - 1) if last else size - 1
    if last and int(last) < begin:
        return whole
    return (begin, end) if begin < size else None


def pieces(name: str, first: int, last: int):
    left = last - first + 1
    with default_storage.open(name, "rb") as file:
        file.seek(first)
        while left > 0 and (piece := file.read(min(CHUNK_BYTES, left))):
            left -= len(piece)
            yield piece
