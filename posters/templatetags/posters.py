"""Posters in other rooms' templates: `{% newest_posters 4 as entries %}`."""

from django import template
from django.utils import timezone

from posters.choice import Shelf
from posters.gallery_views import Entry, shown_posters

register = template.Library()


@register.simple_tag
def newest_posters(count: int) -> list[Entry]:
    """The newest posters of the gallery that are given out, at most `count`."""
    now, shelf = timezone.now(), Shelf()
    newest = shown_posters().order_by("-approved_at", "-pk")[: count * 3]
    return [entry for poster in newest if (entry := Entry.of(poster, now=now, shelf=shelf)).is_given_out][:count]
