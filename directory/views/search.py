"""The search: by POST, or in the page; page by page, with buttons that ask for the same again."""

import json
from dataclasses import dataclass

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from directory import finding, gazetteer
from directory.forms import SearchForm
from directory.rows import row
from directory.views import traceless
from hotlines import places
from kernel.headers import PERMISSIONS_POLICY
from kernel.shared import shared_page

PER_PAGE = 20
MAP_MOST = 300  # entries whose points a page carries for the map
PAGES_MOST = 10_000


@dataclass(frozen=True)
class Where:
    """What became of the place that was typed."""

    place: gazetteer.Place | None = None
    others: tuple[gazetteer.Place, ...] = ()
    is_unknown: bool = False


@traceless
@shared_page
def search(request):
    now = timezone.now()
    asked = request.method == "POST"
    form = SearchForm(request.POST if asked else {"country": settings.HELP_COUNTRY, "radius": finding.RADIUS_KM})
    values = form.values()
    where = place_of(values)
    found = finding.find(wanted(values, where), now=now)
    page = page_number(request.POST.get("page", ""), found.total)
    response = render(request, "directory/search.html", context(form, values, where, found, page, now))
    # The button “near me” may ask the device, in the page only; no other page of the site may ask at all.
    response["Permissions-Policy"] = PERMISSIONS_POLICY.replace("geolocation=()", "geolocation=(self)")
    return response


def place_of(values: dict) -> Where:
    """The place meant: the one chosen from several, else the likeliest, in the country chosen if it is there."""
    typed = values["place"].strip()
    if not typed:
        return Where()
    everywhere = gazetteer.find(typed)
    at_home = gazetteer.find(typed, country=values["country"]) if values["country"] else []
    known = {place.key: place for place in (*everywhere, *at_home)}
    if values["place_key"] != "" and values["place_key"] in known:
        place = known[values["place_key"]]
    else:
        exact_elsewhere = everywhere and not same_name(at_home[:1], everywhere[:1]) and at_home
        place = next(iter([*(at_home if not exact_elsewhere else []), *everywhere, *at_home]), None)
    if place is None:
        return Where(is_unknown=True)
    return Where(place, tuple(other for other in known.values() if other.key != place.key)[:4])


def same_name(some: list, others: list) -> bool:
    """Whether the likeliest place of a country is called as the likeliest of all: then the country decides."""
    return bool(some and others) and some[0].name == others[0].name


def wanted(values: dict, where: Where) -> finding.Search:
    """With a place its country no longer matters: the nearest help may stand across a border."""
    return finding.Search(
        words=values["words"],
        country="" if where.place else values["country"],
        kind=values["kind"],
        population=values["population"],
        trafficking=values["trafficking"],
        language=values["language"],
        open_now=bool(values["open_now"]),
        remote=bool(values["remote"]),
        free=bool(values["free"]),
        papers=bool(values["papers"]),
        step_free=bool(values["step_free"]),
        place=where.place,
        radius_km=values["radius"] or finding.RADIUS_KM,
    )


def page_number(typed: str, total: int) -> int:
    """A page that exists; the first one for everything else."""
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 1
    return max(1, min(number, pages_of(total), PAGES_MOST))


def pages_of(total: int) -> int:
    return max(1, -(-total // PER_PAGE))


def context(form, values: dict, where: Where, found: finding.Found, page: int, now) -> dict:
    start = (page - 1) * PER_PAGE
    distances = found.distances
    rows = [
        {"number": number, "card": row(entry, now=now, km=distances.get(number)), "is_near": number in distances}
        for number, entry in finding.entries(found.numbers(start, start + PER_PAGE), now=now, for_list=True)
    ]
    pages = pages_of(found.total)
    return {
        "form": form,
        "more_is_open": any(values[name] for name in ("population", "trafficking", "papers", "step_free", "free")),
        "hidden": [pair for pair in form.hidden() if pair[0] != "place_key"],
        "where": where,
        "place_key": where.place.key if where.place else "",
        "near_rows": [one for one in rows if one["is_near"]],
        "wide_rows": [one for one in rows if not one["is_near"]],
        "found": found,
        "grown": bool(where.place) and found.near and found.radius_km > (values["radius"] or finding.RADIUS_KM),
        "none_near": bool(where.place) and not found.near,
        "summary": summary(found, where, values),
        "place_country": places.country_name(where.place.country) if where.place else "",
        "page_number": page,
        "pages": pages,
        "page_links": page_links(page, pages),
        "points": json.dumps(map_points(found, start), separators=(",", ":")),
        "middle": json.dumps(where.place.point if where.place else None),
        "search_url": reverse("directory:search"),
    }


def summary(found: finding.Found, where: Where, values: dict) -> str:
    """How many, and where, in one sentence."""
    count = {"count": found.total}
    if where.place:
        return ngettext("%(count)d place for %(town)s", "%(count)d places for %(town)s", found.total) % (
            count | {"town": where.place.label()}
        )
    if values["country"]:
        return ngettext("%(count)d place in %(country)s", "%(count)d places in %(country)s", found.total) % (
            count | {"country": places.country_name(values["country"])}
        )
    return ngettext("%(count)d place", "%(count)d places", found.total) % count


def page_links(page: int, pages: int) -> list[dict]:
    """First, last and those around; `gap` where some are left out."""
    shown = sorted({1, pages, *range(max(1, page - 1), min(pages, page + 1) + 1)})
    links, before = [], 0
    for number in shown:
        links.append({"number": number, "gap": number > before + 1 and before > 0, "is_current": number == page})
        before = number
    return links


def map_points(found: finding.Found, start: int) -> list[list]:
    """[[latitude, longitude, how many, [place on this page], page, whether they serve the whole country]].

    Of the first entries found; rounded by a tenth of a degree. Entries without a place stand at their country's capital.
    """
    numbers = found.numbers(0, MAP_MOST)
    points = finding.points_of(numbers)
    middles = finding.middles_of([number for number in numbers if number not in points])
    groups: dict[tuple, list[int]] = {}
    for place, number in enumerate(numbers):
        for point in points.get(number, ())[:3]:
            groups.setdefault((*point, 0), []).append(place)
        if number in middles:
            groups.setdefault((*middles[number], 1), []).append(place)
    return [
        [lat, lon, len(all_), [p - start for p in all_ if 0 <= p - start < PER_PAGE], all_[0] // PER_PAGE + 1, is_wide]
        for (lat, lon, is_wide), all_ in groups.items()
    ]
