"""Files in and out: choose objects and languages to take along; look at a file before it is taken in."""

import secrets
import zlib

from django import forms
from django.contrib import messages
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from wagtail.models import Locale
from wagtail_localize.models import TranslationSource

from courses.models import CoursePage
from kernel import exports, languages
from kernel.models import record_event
from translations import access, catalogues, exchange, pofiles
from translations.matrix import GROUPS, Matrix, chosen
from translations.report import HEADER, lines
from translations.screens.shared import language, opened, screen

SHOWN_OUTCOMES = 500
KEPT_SECONDS = 3600  # between looking at a file and taking it in
KINDS = {
    "written": gettext_lazy("new or changed"),
    "unchanged": gettext_lazy("as it is"),
    "empty": gettext_lazy("empty, left as it is"),
    "fuzzy": gettext_lazy("marked as not sure, left out"),
    "reviewed": gettext_lazy("reviewed here, left as it is"),
    "unknown": gettext_lazy("no such text"),
    "refused": gettext_lazy("refused"),
}


class OutForm(forms.Form):
    group = forms.ChoiceField(label=gettext_lazy("Kind of text"), required=False)
    course = forms.ChoiceField(label=gettext_lazy("Course"), required=False)
    to_do = forms.BooleanField(label=gettext_lazy("Only objects with something to do"), required=False)
    codes = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one language.")},
    )  # fmt: skip
    kind = forms.ChoiceField(label=gettext_lazy("Format"), choices=[("po", "PO (gettext)"), ("xliff", "XLIFF 1.2")])

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        every = [("", _("All"))]
        wanted = {key: label for key, label in GROUPS.items() if key not in {"poster", "interface"}}
        self.fields["group"].choices = every + list(wanted.items())
        titles = CoursePage.objects.filter(locale__language_code="en", live=True).values_list(
            "translation_key", "title"
        )
        self.fields["course"].choices = every + [(str(key), title) for key, title in titles]
        self.fields["codes"].choices = _language_choices(user)


class InForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("PO or XLIFF file"))
    code = forms.ChoiceField(
        label=gettext_lazy("Language"), required=False, help_text=gettext_lazy("Empty: what the file says.")
    )
    content = forms.ChoiceField(
        label=gettext_lazy("It holds"),
        choices=[
            ("pages", gettext_lazy("texts of pages, questions and words")),
            ("interface", gettext_lazy("the interface")),
        ],
    )
    good_rows_only = forms.BooleanField(
        label=gettext_lazy("Take the good rows even if others are refused"), required=False
    )
    reviewed_too = forms.BooleanField(label=gettext_lazy("Replace reviewed texts, too"), required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = [("", "–"), *_language_choices(user)]


def _language_choices(user):
    return [(code, languages.own_name(code)) for code in access.languages_of(user)]


@opened
def files(request):
    """Both forms."""
    return _show(request, OutForm(user=request.user), InForm(user=request.user))


def _show(request, out_form, in_form, status=200):
    return screen(request, "files.html", title=_("Files in and out"), out_form=out_form, in_form=in_form, status=status)


@opened
@require_POST
def take_out(request):
    form = OutForm(request.POST, user=request.user)
    if not form.is_valid():
        return _show(request, form, InForm(user=request.user), status=422)
    codes = form.cleaned_data["codes"]
    rows = chosen(Matrix(codes).rows, group=form.cleaned_data["group"], course=form.cleaned_data["course"])
    rows = [row for row in rows if row.key.startswith("source-")]
    if form.cleaned_data["to_do"]:
        rows = [row for row in rows if any(cell.percent < 100 or cell.machine for cell in row.cells.values())]
    if not rows:
        messages.error(request, _("Nothing fits. Choose fewer filters."))
        return _show(request, form, InForm(user=request.user), status=422)
    keys = [int(row.key.removeprefix("source-")) for row in rows]
    sources = TranslationSource.objects.filter(pk__in=keys).select_related("specific_content_type").order_by("pk")
    name, content = exchange.export(
        list(sources), list(Locale.objects.filter(language_code__in=codes)), form.cleaned_data["kind"]
    )
    record_event(
        "translations.taken_out", actor=request.user, subject=name, detail={"objects": len(keys)}, at=timezone.now()
    )
    return _download(name, content)


def _download(name: str, content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


@opened
@require_POST
def look(request):
    """Read an upload and show what would become of each text. Nothing is stored."""
    form = InForm(request.POST, request.FILES, user=request.user)
    if not form.is_valid():
        return _show(request, OutForm(user=request.user), form, status=422)
    upload = form.cleaned_data["file"]
    if upload.size > pofiles.MOST_BYTES:
        form.add_error("file", _("The file is larger than 10 MB."))
        return _show(request, OutForm(user=request.user), form, status=422)
    data = upload.read()
    options = {name: form.cleaned_data[name] for name in ("code", "content", "good_rows_only", "reviewed_too")}
    try:
        code, result = _run(request, upload.name, data, options, dry=True)
    except (pofiles.Unusable, catalogues.BadCatalogue) as problem:
        form.add_error("file", str(problem))
        return _show(request, OutForm(user=request.user), form, status=422)
    options["code"] = code
    ticket = secrets.token_urlsafe(24)
    cache.set(
        f"translations:{ticket}", (request.user.pk, upload.name[:100], options, zlib.compress(data)), KEPT_SECONDS
    )
    return _show_result(request, upload.name, code, result, ticket, options)


def _run(request, name: str, data: bytes, options: dict, *, dry: bool):
    """Return (language code, result). Raises Unusable, also for a language that this person may not translate."""
    if options["content"] == "interface":
        file = pofiles.read(data)
        code = options["code"] or (file.metadata.get("Language") or "").replace("_", "-").lower()
        _may(request.user, code)
        return code, exchange.take_in_catalogue(
            file, code, dry=dry, good_rows_only=options["good_rows_only"], on=timezone.localdate()
        )
    code, texts = exchange.parse(name, data)
    code = options["code"] or code
    _may(request.user, code)
    locale = Locale.objects.get_or_create(language_code=code)[0]
    return code, exchange.take_in(
        texts, locale, by=request.user, dry=dry, good_rows_only=options["good_rows_only"],
        reviewed_too=options["reviewed_too"],
    )  # fmt: skip


def _may(user, code: str) -> None:
    if not access.may_translate(user, code):
        raise pofiles.Unusable(_("Choose one of your languages: the file does not name one."))


def _show_result(request, name, code, result, ticket, options, status=200):
    outcomes = sorted(result.outcomes, key=lambda one: (one.kind != "refused", one.kind != "unknown", one.line))
    stops = bool(result.refused) and not options["good_rows_only"]
    return screen(
        request,
        "file_result.html",
        title=name,
        crumbs=[("workbench:matrix", _("Workbench")), ("workbench:files", _("Files in and out"))],
        language=language(code),
        counts=[(KINDS[kind], count) for kind, count in result.counts.items()],
        outcomes=[(one, KINDS[one.kind]) for one in outcomes[:SHOWN_OUTCOMES]],
        more=max(0, len(outcomes) - SHOWN_OUTCOMES),
        ticket=ticket if result.counts.get("written") and not stops else "",
        stops=stops,
        status=status,
    )


@opened
@require_POST
def take_in(request):
    """Take in what was looked at."""
    kept = cache.get(f"translations:{request.POST.get('ticket', '')[:64]}")
    if kept is None or kept[0] != request.user.pk:
        messages.error(request, _("The file is no longer kept. Upload it again."))
        return redirect("workbench:files")
    _person, name, options, packed = kept
    data = zlib.decompress(packed)
    try:
        code, result = _run(request, name, data, options, dry=False)
    except (pofiles.Unusable, catalogues.BadCatalogue) as problem:
        messages.error(request, str(problem))
        return redirect("workbench:files")
    record_event(
        "translations.taken_in", actor=request.user, subject=f"{name} {code}", detail=result.counts, at=timezone.now()
    )
    count = result.counts.get("written", 0)
    messages.success(
        request, ngettext("%(count)d text taken in.", "%(count)d texts taken in.", count) % {"count": count}
    )
    return _show_result(request, name, code, result, "", options)


@opened
def report(request, code: str):
    """Every text of a language that has a problem, as a table to take along."""
    access.translate_or_404(request.user, code)
    kind = request.GET.get("export", "csv")
    return exports.table_response(kind if kind in exports.FORMATS else "csv", f"checks-{code}", HEADER, lines(code))
