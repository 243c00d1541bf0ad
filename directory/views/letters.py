"""Letters from visitors: suggest an organisation, report a mistake. They wait in the editors' queue."""

from django.db import transaction
from django.shortcuts import render
from django.utils import timezone

from directory.cards import card
from directory.forms import LETTERS_PER_DAY, MistakeForm, SuggestionForm
from directory.models import MistakeReport, Suggestion
from directory.views import traceless
from directory.views.entry import shown_or_404
from kernel import languages

SAME = {Suggestion: ["name", "country", "city", "what"], MistakeReport: ["organisation", "problem", "words"]}


@traceless
def suggest(request):
    form = SuggestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.instance.language = languages.active()
        return answer(request, receive(form.instance, now=timezone.now()), "directory/suggested.html", {})
    return render(request, "directory/suggest.html", {"form": form})


@traceless
def mistake(request, key):
    now = timezone.now()
    organisation = shown_or_404(key, now)
    form = MistakeForm(request.POST or None)
    context = {"card": card(organisation, now=now), "form": form}
    if request.method == "POST" and form.is_valid():
        form.instance.organisation = organisation
        return answer(request, receive(form.instance, now=now), "directory/reported.html", context)
    return render(request, "directory/mistake.html", context)


@transaction.atomic
def receive(letter, *, now) -> bool:
    """Store a letter, the same words once; False when the site has had too many today."""
    day = timezone.localdate(now)
    rows = type(letter).objects.filter(received_on=day)
    if rows.filter(**{name: getattr(letter, name) for name in SAME[type(letter)]}).exists():
        return True
    if rows.count() >= LETTERS_PER_DAY:
        return False
    letter.received_on = day
    letter.save()
    return True


def answer(request, received: bool, template: str, context: dict):
    if received:
        return render(request, template, context)
    return render(request, "directory/too_many.html", status=429)
