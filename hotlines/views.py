"""The page of numbers: nothing about the visitor is asked, kept, logged or written into the address."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from hotlines import lookup, places
from hotlines.cards import card
from hotlines.models import Hotline, Kind
from kernel import languages
from kernel.shared import shared_page


@csrf_exempt  # it changes nothing and asks for nothing: a token would mean a cookie
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@shared_page
def help_page(request):
    """The numbers of a country, chosen by POST so that the choice stays out of addresses, histories and logs."""
    now = timezone.now()
    countries = known_countries()
    wanted = request.POST.get("country", "").strip().upper()
    country = wanted if wanted in countries else settings.HELP_COUNTRY
    groups = groups_of(country, now)
    response = render(
        request,
        "hotlines/help.html",
        {
            "country": country,
            "country_name": places.country_name(country),
            "not_known": bool(wanted) and wanted not in countries,
            "countries": places.sorted_by_name(countries),
            "groups": groups,
            "home_groups": groups_of(settings.HELP_COUNTRY, now) if country != settings.HELP_COUNTRY else [],
            "home_name": places.country_name(settings.HELP_COUNTRY),
        },
    )
    return never_stored(response)


def known_countries() -> set[str]:
    """Countries with at least one published line, and the members of a union that has one."""
    found = set(Hotline.objects.published().order_by().values_list("country", flat=True).distinct())
    if places.EUROPEAN_UNION in found:
        found = (found - {places.EUROPEAN_UNION}) | places.EU_MEMBERS
    return found


def groups_of(country: str, now) -> list[dict]:
    """Groups of cards, in the order of need; empty ones are left out."""
    rows = list(Hotline.objects.published().of_country(country).with_words())
    regions = {hotline.region for hotline in rows}
    speak = {"now": now, "language": languages.active(), "hotlines": rows}
    help_lines = lookup.find(country, purpose=lookup.Purpose.HELP, **speak)
    tip_lines = lookup.find(country, purpose=lookup.Purpose.TIP, **speak)
    regional = {
        one.hotline.code: one
        for region in sorted(regions - {""})
        for purpose in lookup.Purpose
        for one in lookup.find(country, purpose=purpose, region=region, **speak)
        if one.hotline.region
    }
    sorted_out = [
        ("emergency", [one for one in help_lines if one.hotline.kind == Kind.EMERGENCY]),
        ("help", [one for one in help_lines if one.hotline.kind not in {Kind.EMERGENCY, Kind.TIP_LINE}]),
        ("other", [one for one in tip_lines if one.hotline.kind == Kind.TIP_LINE]),
        ("regional", list(regional.values())),
    ]
    return [
        {"key": key, "cards": [card(one.hotline, now=now) for one in answers]} for key, answers in sorted_out if answers
    ]


def never_stored(response: HttpResponse) -> HttpResponse:
    """Keep an answer out of every cache of the browser and of what stands between."""
    response["Cache-Control"] = "no-store, private, max-age=0"
    response["X-Robots-Tag"] = "noarchive"
    return response
