"""Search, glossary, quick exit, robots."""

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from home import glossary as terms
from home import search as finder
from kernel import languages
from kernel.shared import mark, shared_page


@csrf_exempt  # stateless: it reads, and the form stands on pages that hold no token
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def search(request):
    """Find pages and glossary terms. The form posts, so that no search word gets into an address or a log."""
    typed = (request.POST if request.method == "POST" else request.GET).get("q", "")
    query = finder.clean(typed)
    response = render(
        request,
        "home/search.html",
        {"query": query, "typed": bool(typed), "results": finder.find(query, languages.active()) if query else None},
    )
    response["X-Robots-Tag"] = "noindex"
    return mark(response) if request.method == "GET" and not request.GET else response


@require_safe
@shared_page
def glossary(request):
    query = finder.clean(request.GET.get("q", ""))
    found = terms.glossary(languages.active(), query)
    return render(request, "home/glossary.html", {"groups": found.groups, "words_tag": found.tag, "query": query})


@require_safe
@never_cache
def leave(request):
    """Quick exit: end the session of whoever is signed in, drop cached pages, go to `QUICK_EXIT_URL` and nowhere else.

    A page of another site that sends people here cannot sign them out: browsers name such requests `cross-site`.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "cross-site" and request.user.is_authenticated:
        logout(request)
    response = HttpResponseRedirect(settings.QUICK_EXIT_URL)
    response["Clear-Site-Data"] = '"cache"'
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


ROBOTS = "User-agent: *\nDisallow: /admin/\nDisallow: /exit/\nDisallow: /v/\n"


@require_safe
@cache_control(max_age=86400)
def robots(request):
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")
