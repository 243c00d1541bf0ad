"""A sheet to print: the form, and by POST one page of PDF."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from directory import sheets
from directory.forms import SheetForm
from directory.views import traceless
from kernel import languages
from kernel.paper import FontsMissing, PaperBusy, PaperError


@traceless
def sheet(request):
    first = {"country": settings.HELP_COUNTRY, "language": languages.active(), "paper": "letter", "radius": 100}
    form = SheetForm(request.POST) if request.method == "POST" else SheetForm(initial=first)
    if request.method == "POST" and form.is_valid():
        wish = sheets.Wish(
            country=form.cleaned_data["country"],
            place=form.town,
            radius_km=form.cleaned_data["radius"],
            kind=form.cleaned_data["kind"],
            language=form.cleaned_data["language"],
            paper=form.cleaned_data["paper"],
        )
        try:
            pdf = sheets.pdf_of(wish, now=timezone.now())
        except (PaperError, FontsMissing) as problem:
            context = {"form": form, "failed": True, "is_busy": isinstance(problem, PaperBusy)}
            return render(request, "directory/sheet.html", context, status=503)
        response = HttpResponse(pdf, content_type="application/pdf")
        response["Content-Disposition"] = 'inline; filename="sheet.pdf"'
        return response
    return render(request, "directory/sheet.html", {"form": form})
