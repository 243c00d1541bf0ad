"""Words of a poster campaign in one language, beside the English ones."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from hotlines.guards import known_numbers
from kernel.models import record_event
from posters.models import Campaign, CampaignWords, CommonWords, Status
from posters.words import LANGUAGES
from translations import access, checks
from translations.screens.shared import language, opened, screen


def _words(key: str, code: str):
    """The row of words in a language, unsaved where there is none, and the English one."""
    tag = next((one for one in LANGUAGES if one.lower() == code), None)
    if tag is None:
        raise Http404
    if key == "common":
        find, model = {}, CommonWords
    else:
        find, model = {"campaign": get_object_or_404(Campaign, pk=key) if key.isdigit() else None}, CampaignWords
        if find["campaign"] is None:
            raise Http404
    english = get_object_or_404(model, language="en", **find)
    return model.objects.filter(language=tag, **find).first() or model(language=tag, **find), english


@opened
def poster_words(request, code: str, key: str):
    """The form. Saving takes a review away; what breaks a rule is refused and stays in the form."""
    access.translate_or_404(request.user, code)
    words, english = _words(key, code)
    form_class = forms.modelform_factory(
        type(words), fields=list(words.NAMES), widgets={name: forms.Textarea(attrs={"rows": 2}) for name in words.NAMES}
    )
    form = form_class(request.POST or None, instance=words)
    known = known_numbers()
    if request.method == "POST":
        if "review" in request.POST:
            return _review(request, words, code, key)
        if form.is_valid() and not _add_errors(form, english, code, known):
            if form.has_changed() or words.pk is None:
                row = form.save(commit=False)
                row.edited()
                row.save()
                record_event(
                    "translations.poster_words", actor=request.user, subject=f"{key} {code}", at=timezone.now()
                )
            messages.success(request, _("Saved."))
            return redirect(request.path)
    rows = [
        (
            form[name],
            getattr(english, name),
            words._meta.get_field(name).max_length,
            _problems(words, english, name, code, known),
        )
        for name in words.NAMES
    ]
    return screen(
        request,
        "poster_words.html",
        title=str(words.campaign if key != "common" else _("Words on every poster")),
        icon="image",
        language=language(code),
        form=form,
        rows=rows,
        words=words,
        may_review=access.may_review(request.user, code) and words.pk and words.status == Status.MACHINE,
        status=422 if form.errors else 200,
    )


def _problems(words, english, name: str, code: str, known) -> list:
    text, most = getattr(words, name), words._meta.get_field(name).max_length
    return checks.problems(getattr(english, name), text, code, most=most, known=known) if text else []


def _add_errors(form, english, code: str, known) -> bool:
    for name in english.NAMES:
        most = english._meta.get_field(name).max_length
        text = form.cleaned_data.get(name) or ""
        for problem in checks.errors(getattr(english, name), text, code, most=most, known=known) if text else ():
            form.add_error(name, problem.text)
    return bool(form.errors)


def _review(request, words, code: str, key: str):
    if not access.may_review(request.user, code) or words.pk is None:
        raise Http404
    words.review(request.user, on=timezone.localdate())
    messages.success(request, _("Reviewed."))
    return redirect("workbench:poster_words", code, key)
