"""Sheets that were made: find one by its code, see what became of it, withdraw it with a reason."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from posters import due, kits, sheets
from posters.designs import DESIGNS
from posters.models import Campaign, Sheet, SheetState
from posters.sizes import SIZES
from posters.spec import PosterSpec
from posters.words import LANGUAGES

PER_PAGE = 50
STATES = {
    SheetState.CURRENT: lambda rows: rows.current(),
    SheetState.OUTDATED: lambda rows: rows.outdated(),
    SheetState.WITHDRAWN: lambda rows: rows.withdrawn(),
}


def makers_only(request, action: str = "view") -> None:
    """Raise PermissionDenied for people who do not look after sheets."""
    allowed = ["posters.change_sheet"] if action == "change" else ["posters.view_sheet", "posters.change_sheet"]
    if not any(request.user.has_perm(name) for name in allowed):
        raise PermissionDenied


class FilterForm(forms.Form):
    """What narrows the list; anything that does not fit narrows nothing."""

    q = forms.CharField(label=_("Code"), required=False, max_length=20, help_text=_("As printed on the sheet."))
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *SheetState.choices])
    campaign = forms.ModelChoiceField(
        label=_("Campaign"), required=False, queryset=Campaign.objects.all(), to_field_name="code", empty_label=_("All")
    )
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("All")), *((code, code) for code in LANGUAGES)]
    )
    hotline = forms.SlugField(label=_("Hotline"), required=False, help_text=_("Its code, such as us-example-voice."))


def sheet_list(request):
    makers_only(request)
    due.wake_if_due(timezone.now())
    form = FilterForm(request.GET)
    form.is_valid()
    wanted = form.cleaned_data
    rows = Sheet.objects.select_related("campaign", "replaced_by").defer("spec", "choice")
    code = wanted.get("q", "")
    if code:
        rows = rows.filter(code__startswith=Sheet.objects.all().plain_code(code))
    if wanted.get("state"):
        rows = STATES[wanted["state"]](rows)
    if wanted.get("campaign"):
        rows = rows.filter(campaign=wanted["campaign"])
    if wanted.get("language"):
        rows = of_language(rows, wanted["language"])
    if wanted.get("hotline"):
        rows = rows.filter(hotlines__code=wanted["hotline"])
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("p"))
    filters = {name: request.GET[name] for name in form.fields if request.GET.get(name)}
    return render(
        request,
        "posters/screens/sheets.html",
        {
            "page_title": gettext("Sheets"),
            "header_icon": "doc-full",
            "form": form,
            "page": page,
            "rows": [(sheet, size_label(sheet), design_label(sheet)) for sheet in page],
            "filters": urlencode(filters),
            "is_filtered": bool(filters),
            "outdated_count": Sheet.objects.outdated().count(),
            "may_order": request.user.has_perm("posters.add_kit") and request.user.has_perm("hotlines.change_hotline"),
        },
    )


def of_language(rows, code: str):
    """Sheets that speak a language; their languages stand with a bar between."""
    return rows.filter(
        Q(languages=code)
        | Q(languages__startswith=f"{code}|")
        | Q(languages__endswith=f"|{code}")
        | Q(languages__contains=f"|{code}|")
    )


def size_label(sheet: Sheet) -> str:
    return SIZES[sheet.size].label if sheet.size in SIZES else sheet.size


def design_label(sheet: Sheet) -> str:
    return DESIGNS[sheet.design].label if sheet.design in DESIGNS else sheet.design


class WithdrawForm(forms.Form):
    why = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("For colleagues; visitors who check the sheet read only that it is no longer in use."),
        error_messages={"required": _("Write why the sheet is withdrawn.")},
    )


def sheet(request, pk: int):
    """One sheet; POST withdraws it, or takes that back."""
    makers_only(request)
    found = get_object_or_404(
        Sheet.objects.select_related("campaign", "replaced_by", "withdrawn_by").prefetch_related("hotlines"), pk=pk
    )
    form = WithdrawForm(request.POST or None)
    if request.method == "POST":
        makers_only(request, "change")
        if "restore" in request.POST:
            sheets.restore(found, by=request.user, now=timezone.now())
            messages.success(request, gettext("The sheet is in use again."))
            return redirect("poster_desk:sheet", pk=pk)
        if form.is_valid():
            sheets.withdraw(found, form.cleaned_data["why"], by=request.user, now=timezone.now())
            messages.success(request, gettext("The sheet is withdrawn. Whoever checks its code is told so at once."))
            return redirect("poster_desk:sheet", pk=pk)
    spec = PosterSpec.read(found.spec)
    return render(
        request,
        "posters/screens/sheet.html",
        {
            "page_title": str(found),
            "page_subtitle": str(found.campaign),
            "header_icon": "doc-full",
            "sheet": found,
            "size": size_label(found),
            "design": design_label(found),
            "spec": spec,
            "numbers": [(name, spec.numbers[name]) for name in kits.NUMBERS if name in spec.numbers],
            "address": spec.address(found.code),
            "kits": found.kits.of(request.user).distinct()[:20],
            "kit_count": found.kits.distinct().count(),
            "form": form,
            "may_change": request.user.has_perm("posters.change_sheet"),
            "has_file": sheets.file_of(found).exists(),
        },
    )


def sheet_file(request, pk: int):
    """The file of a sheet as it was printed."""
    makers_only(request)
    found = get_object_or_404(Sheet.objects.defer("spec", "choice"), pk=pk)
    file = sheets.file_of(found)
    if not file.exists():
        raise Http404
    kind = "image/png" if file.suffix == ".png" else "application/pdf"
    return FileResponse(file.open("rb"), content_type=kind, filename=f"{found}{file.suffix}")
