"""The interface's words in one language: Rosetta's form, with our checks before and a safe swap after each save."""

import hashlib

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, to_locale
from django.views.decorators.http import require_POST
from rosetta.views import TranslationFormView

from kernel.models import record_event
from translations import access, catalogues
from translations.models import State
from translations.screens.shared import language, opened, screen

PER_PAGE = 20


class CatalogueView(TranslationFormView):
    """Rosetta's form over the catalogue that translators change here.

    Rosetta checks nothing, writes the header and the compiled file in place: all of `post` is ours. What is refused stays in the
    form with its reason; the good entries of the page are kept.
    """

    template_name = "translations/screens/catalogue.html"

    @property
    def code(self) -> str:
        return self.kwargs["code"]

    def dispatch(self, request, *args, **kwargs):
        access.open_or_404(request.user)
        access.translate_or_404(request.user, kwargs["code"])
        self.kwargs |= {"lang_id": to_locale(kwargs["code"]), "po_filter": "project", "idx": "0"}
        self.language_id = kwargs["code"]
        self.po_file_path = str(catalogues.own_path(kwargs["code"]))
        self.po_file_is_writable = True
        self.po_file = _numbered(catalogues.words(kwargs["code"]))
        return super(TranslationFormView, self).dispatch(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        """Check what was typed, save what is good, show the rest again."""
        changed, refused, today = 0, {}, timezone.localdate()
        for entry in self.po_file:
            typed = _typed(request.POST, entry)
            if typed is None or entry.obsolete:
                continue
            before = entry.msgstr, dict(entry.msgstr_plural), list(entry.flags)
            _put(self, entry, typed)
            if "fuzzy" in entry.flags:
                entry.flags.remove("fuzzy")
            if (entry.msgstr, entry.msgstr_plural, entry.flags) == before:
                continue
            problems = catalogues.problems_of(entry, self.code)
            if any(problem.is_error for problem in problems):
                refused[entry.md5hash] = (typed, [problem.text for problem in problems if problem.is_error])
                entry.msgstr, entry.msgstr_plural, entry.flags = before
                continue
            catalogues.mark(entry, "human", on=today)
            changed += 1
        if changed:
            try:
                catalogues.save(self.code, self.po_file)
            except catalogues.BadCatalogue as problem:
                messages.error(request, _("Nothing was saved: %(reason)s") % {"reason": problem})
                return redirect(request.get_full_path())
            record_event("translations.interface", actor=request.user, subject=self.code, detail={"texts": changed})
            text = ngettext("%(count)d text saved.", "%(count)d texts saved.", changed) % {"count": changed}
            messages.success(request, text)
        if refused:
            self.refused = refused
            messages.error(
                request,
                ngettext("%(count)d text was refused.", "%(count)d texts were refused.", len(refused))
                % {"count": len(refused)},
            )
            response = self.render_to_response(self.get_context_data(**kwargs))
            response.status_code = 422
            return response
        return redirect(request.get_full_path())

    def get_context_data(self, **kwargs):
        entries = self.get_entries()
        if request_state := self.request.GET.get("state", ""):
            entries = [entry for entry in entries if catalogues.status(entry) == request_state]
        page = Paginator(entries, PER_PAGE).get_page(self.request.GET.get("p"))
        refused = getattr(self, "refused", {})
        query = self.request.GET.copy()
        query.pop("p", None)
        return {
            "page_title": _("Words of the interface"),
            "header_title": _("Words of the interface"),
            "header_icon": "wagtail-localize-language",
            "language": language(self.code),
            "page": page,
            "rows": [_row(entry, self.code, refused.get(entry.md5hash)) for entry in page],
            "counts": catalogues.counts(self.code),
            "query": self.query or "",
            "state": self.request.GET.get("state", ""),
            "others": query.urlencode(),
            "may_review": access.may_review(self.request.user, self.code),
        }


def _numbered(catalogue):
    """Give each entry the name its form fields have, as Rosetta does."""
    for entry in catalogue:
        meat = str(entry.msgid) + str(entry.msgstr) + str(entry.msgctxt or "")
        entry.md5hash = hashlib.sha256(meat.encode()).hexdigest()[:32]
    return catalogue


def _typed(post, entry) -> dict[int | None, str] | None:
    """What was typed for an entry by plural form, None for one without; None when the form did not have it."""
    if entry.msgid_plural:
        found = {form: post.get(f"m_{entry.md5hash}_{form}") for form in range(8)}
        found = {form: text for form, text in found.items() if text is not None}
        return found or None
    text = post.get(f"m_{entry.md5hash}")
    return None if text is None else {None: text}


def _put(view, entry, typed) -> None:
    for form, text in typed.items():
        text = text.replace("\r\n", "\n").replace("\0", "")
        if form is None:
            entry.msgstr = view.fix_nls(entry.msgid, text)
        else:
            entry.msgstr_plural[form] = view.fix_nls(entry.msgid_plural, text)
    if entry.msgid_plural and not any(entry.msgstr_plural.values()):
        entry.msgstr_plural = dict.fromkeys(entry.msgstr_plural, "")


def _row(entry, code: str, refused) -> dict:
    typed, reasons = refused or ({}, [])
    if entry.msgid_plural:
        forms = range(catalogues.plural_count(code))
        fields = [
            (f"m_{entry.md5hash}_{form}", typed.get(form, entry.msgstr_plural.get(form, "")), form + 1)
            for form in forms
        ]
    else:
        fields = [(f"m_{entry.md5hash}", typed.get(None, entry.msgstr), 0)]
    problems = [] if refused else [problem.text for problem in catalogues.problems_of(entry, code)]
    return {
        "entry": entry,
        "fields": fields,
        "state": catalogues.status(entry),
        "label": State(catalogues.status(entry)).label,
        "reasons": reasons,
        "problems": problems,
        "places": ", ".join(place for place, _line in entry.occurrences[:3]),
        "is_long": len(entry.msgid) > 80,
    }


@opened
@require_POST
def review(request, code: str):
    """A reviewer stands for every text of the interface that a person or a machine translated."""
    if not access.may_review(request.user, code):
        raise Http404
    catalogue, count = catalogues.words(code), 0
    native, today = access.is_native(request.user, code), timezone.localdate()
    wanted = set(request.POST.getlist("entry"))
    for entry in _numbered(catalogue):
        if entry.md5hash in wanted and catalogues.status(entry) in {"machine", "human"}:
            catalogues.mark(entry, "reviewed", on=today, native=native)
            count += 1
    try:
        if count:
            catalogues.save(code, catalogue)
            record_event("translations.interface_reviewed", actor=request.user, subject=code, detail={"texts": count})
        messages.success(
            request, ngettext("%(count)d text reviewed.", "%(count)d texts reviewed.", count) % {"count": count}
        )
    except catalogues.BadCatalogue as problem:
        messages.error(request, str(problem))
    return redirect(reverse("workbench:catalogue", args=[code]))


@opened
def take_along(request, code: str):
    """The catalogue as it should be committed to `locale/`."""
    access.translate_or_404(request.user, code)
    response = HttpResponse(catalogues.for_commit(code), content_type="text/x-gettext-translation; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{catalogues.file_name(code)}"'
    response["Cache-Control"] = "no-store"
    return response


@opened
@require_POST
def take_back(request, code: str):
    """Use the last good catalogue again."""
    if not access.may_manage(request.user):
        raise Http404
    catalogues.take_back(code)
    messages.success(request, _("The last good catalogue is in use again."))
    return redirect(reverse("workbench:catalogue", args=[code]))


interface = CatalogueView.as_view()
__all__ = ["CatalogueView", "interface", "review", "screen", "take_along", "take_back"]
