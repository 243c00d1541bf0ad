"""The search as it stands in a frame of a partner site."""

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_exempt

from directory import finding
from directory.forms import SearchForm
from directory.views import search as whole
from directory.views import traceless


def framed(response):
    """Let the sites of the setting show this answer in a frame; without any, nobody."""
    sites = settings.DIRECTORY_EMBED_SITES
    response._csp_replace = {"frame-ancestors": list(sites) or ["'none'"]}  # read by django-csp's middleware
    response["Cross-Origin-Resource-Policy"] = "cross-origin" if sites else "same-origin"
    response["X-Robots-Tag"] = "noindex, noarchive"
    if not sites:
        response["X-Frame-Options"] = "DENY"
    return response


@xframe_options_exempt
@traceless
def embed(request):
    """The form, and after a POST what was found."""
    now = timezone.now()
    asked = request.method == "POST"
    form = SearchForm(request.POST if asked else {"country": settings.HELP_COUNTRY, "radius": finding.RADIUS_KM})
    context = {"form": form, "asked": asked, "embed_url": reverse("directory_embed:embed")}
    if asked:
        values = form.values()
        where = whole.place_of(values)
        found = finding.find(whole.wanted(values, where), now=now)
        page = whole.page_number(request.POST.get("page", ""), found.total)
        context |= whole.context(form, values, where, found, page, now)
    return framed(render(request, "directory_embed/embed.html", context))
