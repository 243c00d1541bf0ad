"""Answers of the API: JSON with an ETag, the same for everybody, limited per address, no cookie in or out."""

import hashlib
import json
from datetime import timedelta
from functools import wraps
from uuid import UUID

from django.http import FileResponse, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import http_date, parse_etags
from django.views.decorators.csrf import csrf_exempt

from accounts import limits
from directory.api import LISTS, description, pages
from directory.exchange import mapping, packages
from kernel.address import client_address

AT_MOST, WITHIN = 300, timedelta(minutes=5)  # requests of one address (SAFEGUARDS, part 3)
FRESH_SECONDS = 300
PACKAGES_AT_MOST = 20  # downloads of the whole package by one address in an hour


def open_to_all(response: HttpResponseBase) -> HttpResponseBase:
    """Any site may read it: the data are public, and nothing of the reader goes with the request."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
    response["Access-Control-Allow-Headers"] = "If-None-Match"
    response["Access-Control-Expose-Headers"] = "ETag, Retry-After"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["X-Robots-Tag"] = "noindex"
    return response


def refused(status: int, text: str) -> HttpResponse:
    return JsonResponse({"error": text}, status=status)


def read_only(view):
    """Decorator: GET, HEAD and OPTIONS only, within the limit, with an ETag; the view returns plain values or an answer."""

    @csrf_exempt  # nothing is changed, and nothing of the visitor is read
    @wraps(view)
    def inner(request, *args, **kwargs):
        if request.method == "OPTIONS":
            answer = HttpResponse(status=204)
            answer["Allow"] = "GET, HEAD, OPTIONS"
            return open_to_all(answer)
        if request.method not in {"GET", "HEAD"}:
            answer = refused(405, "This API is for reading only.")
            answer["Allow"] = "GET, HEAD, OPTIONS"
            return open_to_all(answer)
        now = timezone.now()
        try:
            limits.take("directory api", client_address(request), at_most=AT_MOST, within=WITHIN, now=now)
            made = view(request, *args, **kwargs)
        except limits.TooMany as reached:
            answer = refused(429, "Too many requests. Come back later, or take the whole package.")
            answer["Retry-After"] = str(reached.seconds)
            return open_to_all(answer)
        except pages.BadParameter as error:
            return open_to_all(refused(400, str(error)))
        return open_to_all(made if isinstance(made, HttpResponseBase) else as_json(request, made))

    return inner


def as_json(request, value) -> HttpResponse:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    sent = parse_etags(request.headers.get("If-None-Match", ""))
    if "*" in sent or etag in {one.removeprefix("W/") for one in sent}:
        answer = HttpResponse(status=304)
    else:
        answer = HttpResponse(body, content_type="application/json; charset=utf-8")
    answer["ETag"] = etag
    answer["Cache-Control"] = f"public, max-age={FRESH_SECONDS}"
    return answer


@read_only
def root(request):
    return description.about()


@read_only
def openapi(request):
    return description.openapi()


@read_only
def many(request, name: str):
    table, _words, is_long = LISTS[name]
    query = pages.read(request.GET)
    if is_long:
        return pages.page_of(table, query, on=timezone.localdate())
    return _short_page(_own(table), query)


@read_only
def one(request, name: str, identifier: UUID):
    table, _words, is_long = LISTS[name]
    if is_long:
        found = pages.one(table, identifier, on=timezone.localdate())
    else:
        found = next((row for row in _own(table) if row["id"] == str(identifier)), None)
    return found if found is not None else refused(404, "There is none with this id.")


def _own(table: str) -> list[dict]:
    return [mapping.taxonomy()] if table == "taxonomy" else mapping.own_terms()


def _short_page(rows: list[dict], query: pages.Query) -> dict:
    start = (query.page - 1) * query.per_page
    contents = rows[start : start + query.per_page]
    count = max(1, -(-len(rows) // query.per_page))
    return {
        "total_items": len(rows),
        "total_pages": count,
        "page_number": query.page,
        "size": len(contents),
        "first_page": query.page == 1,
        "last_page": query.page >= count,
        "empty": not contents,
        "contents": contents,
    }


@read_only
def package(request):
    """The datapackage of last night as a download."""
    limits.take(
        "directory package",
        client_address(request),
        at_most=PACKAGES_AT_MOST,
        within=timedelta(hours=1),
        now=timezone.now(),
    )
    path = packages.stored()
    try:
        facts, file = path.stat(), path.open("rb")
    except OSError:
        return refused(404, "The package is made every night; there is none yet.")
    etag = f'"{facts.st_size:x}-{facts.st_mtime_ns:x}"'
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        file.close()
        answer = HttpResponse(status=304)
    else:
        answer = FileResponse(file, as_attachment=True, filename="directory-datapackage.zip")
    answer["ETag"] = etag
    answer["Last-Modified"] = http_date(facts.st_mtime)
    answer["Cache-Control"] = f"public, max-age={FRESH_SECONDS}"
    return answer


@read_only
def nothing(request, path: str = ""):
    return refused(404, "There is nothing at this address. The root of the API says what there is.")
