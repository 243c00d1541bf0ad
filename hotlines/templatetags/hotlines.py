"""Hotlines in other rooms' templates: `{% hotline_card hotline %}` and `{% help_numbers %}`."""

from django import template
from django.conf import settings
from django.core.cache import caches
from django.utils import timezone

from hotlines import lookup
from hotlines.cards import card
from hotlines.models import Channel, Kind
from kernel import languages, stamp

register = template.Library()
FOOTER_SECONDS = 300  # a scheduled switch-over shows in every footer after five minutes at the latest


@register.inclusion_tag("hotlines/components/card.html")
def hotline_card(hotline, heading: int = 3, classname: str = ""):
    """The card of one hotline, open or closed as of now. `heading` is the level of its title."""
    return {"card": card(hotline, now=timezone.now()) if hotline else None, "heading": heading, "classname": classname}


@register.inclusion_tag("hotlines/components/help_numbers.html")
def help_numbers():
    """The few numbers for the foot of a page: danger now, help by voice, help by text, in the site's own country."""
    near, key = caches["near"], f"help-numbers:{stamp.current()}:{languages.active()}"
    cards = near.get(key)
    if cards is None:
        cards = footer_cards(timezone.now())
        near.set(key, cards, FOOTER_SECONDS)
    return {"cards": cards}


def footer_cards(now) -> list:
    """Cards of the first line of each kind a reader may need; none from a weak source."""
    strong = [one.hotline for one in lookup.find(settings.HELP_COUNTRY, now=now) if not one.hotline.is_weak]
    emergency = [hotline for hotline in strong if hotline.kind == Kind.EMERGENCY]
    others = [hotline for hotline in strong if hotline.kind not in {Kind.EMERGENCY, Kind.TIP_LINE}]
    chosen = emergency[:1]
    for channel in (Channel.VOICE, Channel.TEXT):
        chosen += [hotline for hotline in others if hotline.channel == channel][:1]
    return [card(hotline, now=now) for hotline in chosen]
