"""A table of hotlines from a file: first what it would change, then, after a yes, the changes. Nothing is ever deleted."""

import hashlib
import json
from dataclasses import asdict

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hotlines import imports
from hotlines.models import Hotline
from hotlines.screens.changes import in_words, keeper_or_refused

LONGEST_BYTES = 1_000_000  # it comes back with the second form, whose limit is DATA_UPLOAD_MAX_MEMORY_SIZE
SHOWN_PROBLEMS = 50


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Table (CSV, UTF-8)"),
        help_text=gettext_lazy("At most 1 MB. Nothing is changed before you have seen what would change."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("For the second person, such as where the table comes from."),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LONGEST_BYTES:
            raise ValidationError(_("This file is larger than 1 MB. Split it into smaller ones."))
        try:
            self.text = file.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ValidationError(
                _("This file is not a table in UTF-8. Save it as “CSV UTF-8” and choose it again.")
            ) from error
        return file


class AgreedForm(forms.Form):
    """What the dry run has shown, sent back: it is read and compared again."""

    text = forms.CharField(max_length=LONGEST_BYTES, strip=False, widget=forms.HiddenInput)
    reason = forms.CharField(max_length=200, widget=forms.HiddenInput)
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)


def upload(request):
    keeper_or_refused(request)
    if "seen" in request.POST:
        return _take_over(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return _ask_for_file(request, form)
    difference = _difference(form.text, form)
    if difference is None:
        return _ask_for_file(request, form)
    return _show(request, difference, text=form.text, reason=form.cleaned_data["reason"])


def _ask_for_file(request, form):
    context = {"form": form, "columns": imports.COLUMNS, "problems": getattr(form, "problems", [])}
    return _page(request, "hotlines/screens/upload.html", **context)


def _page(request, template: str, **context):
    return render(
        request, template, {"page_title": _("Import a table of hotlines"), "header_icon": "mobile-alt"} | context
    )


def _difference(text: str, form) -> imports.Difference | None:
    """What taking over a table would change; None, with errors in the form, when it cannot be read."""
    try:
        rows = imports.read_text(text, name=_("The table"))
    except imports.UnusableFile as error:
        form.add_error("file" if "file" in form.fields else None, _("This table has mistakes, so nothing was changed."))
        form.problems = error.problems[:SHOWN_PROBLEMS]
        return None
    if not rows:
        form.add_error(
            "file" if "file" in form.fields else None,
            _("There is no hotline in this table. Nothing was changed, and nothing was deleted."),
        )
        return None
    difference = imports.compare(rows)
    difference.is_first_load = False  # on this screen nobody publishes a number alone
    return difference


def _digest(difference: imports.Difference) -> str:
    return hashlib.sha256(json.dumps(asdict(difference), sort_keys=True, default=str).encode()).hexdigest()


def _show(request, difference: imports.Difference, *, text: str, reason: str):
    agreed = AgreedForm({"text": text, "reason": reason, "seen": _digest(difference)})
    names = dict(Hotline.objects.values_list("code", "name_en"))
    return _page(
        request,
        "hotlines/screens/upload_check.html",
        difference=difference,
        numbers=_rows(difference.numbers, names),
        remarks=_rows(difference.remarks, names),
        left_out=[(code, names.get(code, "")) for code in difference.left_out],
        agreed=agreed,
        proposed=len(difference.new) + len(difference.numbers),
    )


def _rows(changes: dict[str, dict], names: dict[str, str]) -> list[dict]:
    """Rows of {code, name, label, old, new}, in words."""
    rows = []
    for code, fields in changes.items():
        for name, change in fields.items():
            field = Hotline._meta.get_field(name)
            words = {"old": in_words(field, change["old"]), "new": in_words(field, change["new"])}
            rows.append({"code": code, "name": names.get(code, ""), "label": field.verbose_name} | words)
    return rows


def _take_over(request):
    """Write what was agreed to, if it is still what was shown."""
    form = AgreedForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Something is missing, and nothing was changed. Choose the file again."))
        return redirect("hotline_desk:upload")
    text, reason = form.cleaned_data["text"], form.cleaned_data["reason"]
    difference = _difference(text, form)
    if difference is None:
        messages.error(request, _("The table cannot be read any more, and nothing was changed. Choose the file again."))
        return redirect("hotline_desk:upload")
    if _digest(difference) != form.cleaned_data["seen"]:
        messages.warning(request, _("The registry has changed meanwhile. Look again; nothing was changed yet."))
        return _show(request, difference, text=text, reason=reason)
    try:
        counts = imports.take_over(difference, by=request.user, reason=reason)
    except ValidationError as error:
        messages.error(request, _("Nothing was changed: %(problem)s") % {"problem": " ".join(error.messages)})
        return redirect("hotline_desk:upload")
    messages.success(request, _told(counts))
    return redirect("hotline_desk:changes" if counts["proposed"] else "wagtailsnippets_hotlines_hotline:list")


def _told(counts: dict[str, int]) -> str:
    waiting = ngettext(
        "%(count)d change of a number waits for a second person.",
        "%(count)d changes of numbers wait for a second person.",
        counts["proposed"],
    ) % {"count": counts["proposed"]}
    updated = ngettext(
        "%(count)d hotline has new remarks.", "%(count)d hotlines have new remarks.", counts["updated"]
    ) % {"count": counts["updated"]}
    return " ".join(words for words, count in ((waiting, counts["proposed"]), (updated, counts["updated"])) if count)
