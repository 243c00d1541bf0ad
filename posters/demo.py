"""Posters for the gallery of the demo: in English, whose words are the source, approved by the demo's coordinator."""

from datetime import datetime

from django.conf import settings

from accounts.demo import DOMAIN, NotADemo
from accounts.models import User
from kernel.paper import FontsMissing, PaperError
from posters import gallery
from posters.choice import Choice, NotPossible
from posters.designs import DESIGNS
from posters.models import Campaign, Poster

CHOICES = (
    ("dont-be-fooled", "wall", "letter"),
    ("your-papers", "tearoff", "letter"),
    ("real-friends", "wall", "story"),
    ("dont-be-fooled", "card", "wallet"),
    ("your-papers", "notice", "letter"),
    ("real-friends", "wall", "tabloid"),
)


def load(*, now: datetime) -> int:
    """Put the posters of the demo into an empty gallery; return how many. Raises NotADemo.

    What cannot be made on this machine, for want of fonts or of a number, is left out.
    """
    if not settings.DEMO:
        raise NotADemo
    if Poster.objects.exists():
        return 0
    coordinator = User.objects.get(email=f"coordinator@{DOMAIN}")
    names = dict(Campaign.objects.values_list("code", "name"))
    count = 0
    for campaign, design, size in CHOICES:
        poster = None
        try:
            poster = gallery.offer(
                f"{names.get(campaign, campaign)}: {DESIGNS[design].label}", Choice(campaign, design, size)
            )
            gallery.approve(poster, by=coordinator, now=now)
            count += 1
        except (NotPossible, PaperError, FontsMissing, gallery.DraftWords):
            if poster is not None:
                poster.delete()
    return count
