"""The page behind a link: an organisation sees its entry, corrects it or says that it is right. No account, no cookie."""

from datetime import timedelta

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import limits
from directory.upkeep import links, values
from kernel.address import client_address

TRIES, WITHIN = 60, timedelta(minutes=10)  # of one address


def alone(response):
    """Keep a page out of caches, search engines and the addresses of other sites."""
    response["Cache-Control"] = "no-store, private, max-age=0"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    return response


@csrf_exempt  # the address itself is the secret; a token would mean a cookie
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def update(request, token: str):
    now = timezone.now()
    try:
        limits.take("directory update", client_address(request), at_most=TRIES, within=WITHIN, now=now)
    except limits.TooMany as reached:
        answer = render(request, "directory_upkeep/closed.html", {"too_many": True}, status=429)
        answer["Retry-After"] = str(reached.seconds)
        return alone(answer)
    link = links.find(token, now=now)
    if link is None:
        return closed(request)
    known = values.values_of(link.organisation)
    form = values.UpdateForm(known, request.POST if request.method == "POST" else None, link.changes)
    if request.method == "GET":
        form.fields["remark"].initial = link.remark
    if form.is_bound and form.is_valid():
        try:
            links.answer(link, changes=form.changes(), remark=form.cleaned_data["remark"], now=now)
        except links.AlreadyDecided:
            return closed(request)
        return alone(render(request, "directory_upkeep/sent.html", {"organisation": link.organisation}))
    context = {"organisation": link.organisation, "link": link, "form": form, "groups": form.groups()}
    return alone(render(request, "directory_upkeep/update.html", context, status=422 if form.errors else 200))


def closed(request):
    """The same answer for every link that does not work, whatever the reason."""
    return alone(render(request, "directory_upkeep/closed.html", status=404))
