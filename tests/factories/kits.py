"""Kits without printing: choices, orders, what became of their rows."""

from dataclasses import replace

from django.urls import reverse
from django.utils import timezone

from posters import jobs
from posters.choice import Choice

LANGUAGES = ("en", "es", "fr", "de", "pl", "ar")
LETTER = Choice(campaign="dont-be-fooled")


def order(user, *languages, now=None, **more):
    choices = [replace(LETTER, languages=(language,), **more) for language in languages or ("en", "es")]
    return jobs.order_kit(user, choices, "For the clinic", now or timezone.now())


def states(kit) -> list[str]:
    return list(kit.places.values_list("state", flat=True))


def url(name, *args) -> str:
    return reverse(f"posters:{name}", args=args)
