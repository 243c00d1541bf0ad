"""The page of one entry. Its address is a number that says nothing, its title names nobody."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone

from directory import whole
from directory.cards import card
from directory.models import Organisation
from directory.views import traceless
from kernel.shared import shared_page


def shown_or_404(key, now) -> Organisation:
    """An entry that the public may see; hidden and missing ones look alike."""
    rows = Organisation.objects.shown(on=timezone.localdate(now)).filter(pk=key)
    for organisation in whole.entries(rows):
        return organisation
    raise Http404


@traceless
@shared_page
def entry(request, key):
    now = timezone.now()
    return render(request, "directory/entry.html", {"card": card(shown_or_404(key, now), now=now)})
