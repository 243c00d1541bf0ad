"""Screens of the admin: imports with their differences, and entries that may be one."""

from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from directory.exchange import batches, intake, merging
from directory.exchange.models import Batch, Item, Merge, Pairing

PER_PAGE = 50
TABLE_WORDS = {
    "organization": _("Organisation"),
    "service": _("Service"),
    "location": _("Location"),
    "service_at_location": _("Service at a location"),
    "phone": _("Phone"),
    "contact": _("Contact"),
    "address": _("Address"),
    "schedule": _("Opening time"),
    "language": _("Language"),
    "service_area": _("Service area"),
    "cost_option": _("Cost"),
    "attribute": _("Kind or property"),
}
REASON_WORDS = {"name": _("name"), "phone": _("telephone number"), "web": _("website or e-mail"), "place": _("place")}
REFUSALS = {
    batches.WrongState: _("This was decided before, by you or by somebody else."),
    batches.SamePerson: _("You took this import over. Somebody else has to publish it."),
}


def keeper_or_refused(request, permission: str = "directory.change_organisation") -> None:
    """Raise PermissionDenied for people who do not keep the directory."""
    if not request.user.has_perm(permission):
        raise PermissionDenied


def outdated(error: batches.Outdated) -> str:
    return gettext("Nothing was changed, because these entries have changed since: %(names)s.") % {
        "names": ", ".join(error.names[:10])
    }


# --- Imports -------------------------------------------------------------------------------------------------------


class UploadForm(forms.Form):
    """A file, and whose data it is."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("HSDS 3.0 as JSON, a tabular datapackage as zip, or CSV with our own columns. At most 20 MB."),
        widget=forms.FileInput(attrs={"accept": ".json,.csv,.zip"}),
    )
    publisher = forms.CharField(
        label=_("Publisher"),
        max_length=120,
        help_text=_("Whose data it is. Write it the same way each time: entries are found again by it."),
    )
    licence = forms.CharField(label=_("Licence"), max_length=300, required=False)
    source_url = forms.URLField(
        label=_("Web address of the source"), max_length=500, required=False, assume_scheme="https"
    )
    contacts_are_public = forms.BooleanField(
        label=_("Names of contact persons were published there and may be shown"), required=False
    )

    def clean_source_url(self):
        address = self.cleaned_data["source_url"]
        if address and urlsplit(address).scheme not in {"http", "https"}:
            raise ValidationError(_("Begin with https://."))
        return address

    def clean_file(self):
        if self.cleaned_data["file"].size > intake.LONGEST_FILE:
            raise ValidationError(
                _("This file is larger than %(most)d MB."), params={"most": intake.LONGEST_FILE // 1024 // 1024}
            )
        return self.cleaned_data["file"]

    def source(self) -> batches.Source:
        data = self.cleaned_data
        return batches.Source(data["publisher"], data["licence"], data["source_url"], data["contacts_are_public"])


def imports(request):
    """The form for a file, and the imports so far."""
    keeper_or_refused(request, "directory.add_organisation")
    problems = []
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_bound and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            batch = batches.check_bytes(
                upload.read(), upload.name, source=form.source(), by=request.user, now=timezone.now()
            )
            return redirect("directory_exchange:batch", pk=batch.pk)
        except intake.UnusableFile as error:
            problems = error.problems
    found = Batch.objects.select_related("checked_by", "taken_by").annotate(entries=Count("items"))
    found = found.order_by("-checked_at", "-pk")
    return render(
        request,
        "directory_exchange/imports.html",
        {
            "page_title": gettext("Imports"),
            "header_icon": "upload",
            "form": form,
            "problems": problems,
            "too_many": len(problems) >= intake.PROBLEMS_MOST,
            "page": Paginator(found, PER_PAGE).get_page(request.GET.get("p")),
        },
        status=422 if problems or form.errors else 200,
    )


def batch(request, pk):
    """One import: what it would change or has changed, and what may be done now."""
    keeper_or_refused(request, "directory.add_organisation")
    found = get_object_or_404(Batch.objects.select_related("checked_by", "taken_by", "undone_by"), pk=pk)
    outcome = request.GET.get("outcome", "")
    items = found.items.filter(outcome=outcome) if outcome in Item.Outcome.values else found.items.all()
    tally = found.items.aggregate(
        **{name: Count("pk", filter=Q(outcome=name)) for name in Item.Outcome.values},
        alike=Count("pk", filter=~Q(suspects=[])),
    )
    page = Paginator(items, PER_PAGE).get_page(request.GET.get("p"))
    for item in page:
        item.rows = [in_words(row) for row in item.differences]
        item.like = [
            one | {"why": ", ".join(str(REASON_WORDS.get(reason, reason)) for reason in one["reasons"])}
            for one in item.suspects
        ]
    waiting = batches.waiting_entries(found).count()
    return render(
        request,
        "directory_exchange/batch.html",
        {
            "page_title": gettext("Import"),
            "page_subtitle": found.file_name,
            "header_icon": "upload",
            "batch": found,
            "tally": tally,
            "page": page,
            "outcome": outcome,
            "outcomes": [(value, label, tally[value]) for value, label in Item.Outcome.choices],
            "can_take": found.state == Batch.State.CHECKED and tally["new"] + tally["changed"] > 0,
            "can_drop": found.state == Batch.State.CHECKED,
            "can_undo": found.state == Batch.State.TAKEN,
            "waiting": waiting,
            "can_publish": found.state == Batch.State.TAKEN and waiting and found.taken_by_id != request.user.pk,
        },
    )


def in_words(row: dict) -> dict:
    """A difference with the words of the interface for its table."""
    field = row["field"].replace("_", " ") if row["field"] else ""
    return row | {"what": TABLE_WORDS.get(row["table"], row["table"].replace("_", " ")), "field": field}


@require_POST
def decide_batch(request, pk):
    """Take over, drop, publish or undo."""
    keeper_or_refused(request, "directory.add_organisation")
    found = get_object_or_404(Batch, pk=pk)
    now = timezone.now()
    try:
        if "take" in request.POST:
            counts = batches.take_over(found, by=request.user, now=now)
            messages.success(request, taken_words(counts))
        elif "drop" in request.POST:
            batches.drop(found)
            messages.success(request, gettext("The import was dropped. Nothing was changed."))
            return redirect("directory_exchange:imports")
        elif "publish" in request.POST:
            count = batches.publish(found, by=request.user, now=now)
            messages.success(
                request,
                ngettext("%(count)d entry was published.", "%(count)d entries were published.", count)
                % {"count": count},
            )
        elif "undo" in request.POST:
            count = batches.undo(found, by=request.user, now=now)
            messages.success(
                request,
                ngettext("%(count)d entry was put back.", "%(count)d entries were put back.", count) % {"count": count},
            )
    except batches.Outdated as error:
        messages.error(request, outdated(error))
    except (batches.WrongState, batches.SamePerson) as error:
        messages.error(request, REFUSALS[type(error)])
    except intake.UnusableFile as error:
        messages.error(request, " ".join(map(str, error.problems[:3])))
    return redirect("directory_exchange:batch", pk=pk)


def taken_words(counts: dict[str, int]) -> str:
    text = gettext("Taken over: %(new)d new, %(changed)d changed, %(unchanged)d unchanged.") % counts
    if counts["waiting"]:
        text += " " + ngettext(
            "%(count)d contact waits for a second person.",
            "%(count)d contacts wait for a second person.",
            counts["waiting"],
        ) % {"count": counts["waiting"]}
    return text


def undo_batch(request, pk):
    """Ask before an import is undone."""
    keeper_or_refused(request, "directory.add_organisation")
    found = get_object_or_404(Batch, pk=pk, state=Batch.State.TAKEN)
    return render(
        request,
        "directory_exchange/undo.html",
        {
            "page_title": gettext("Undo an import"),
            "page_subtitle": found.file_name,
            "header_icon": "undo",
            "batch": found,
            "new": found.items.filter(outcome=Item.Outcome.NEW).count(),
            "changed": found.items.filter(outcome=Item.Outcome.CHANGED).count(),
        },
    )


# --- Duplicates ----------------------------------------------------------------------------------------------------


def pairings(request):
    """Entries that may be one, the likest first; on POST look through the whole directory."""
    keeper_or_refused(request)
    if request.method == "POST":
        count = batches.find_pairings(now=timezone.now())
        messages.success(
            request,
            ngettext("%(count)d new pair was found.", "%(count)d new pairs were found.", count) % {"count": count},
        )
        return redirect("directory_exchange:pairings")
    state = request.GET.get("state", Pairing.State.OPEN)
    state = state if state in Pairing.State.values else Pairing.State.OPEN
    found = Pairing.objects.filter(state=state).select_related("one", "other", "decided_by")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("p"))
    for pairing in page:
        pairing.why = ", ".join(str(REASON_WORDS.get(reason, reason)) for reason in pairing.reasons)
    return render(
        request,
        "directory_exchange/pairings.html",
        {
            "page_title": gettext("Possible duplicates"),
            "header_icon": "copy",
            "page": page,
            "state": state,
            "states": Pairing.State.choices,
            "merges": Merge.objects.select_related("kept", "gone", "made_by").order_by("-made_at")[:20],
        },
    )


def pairing(request, pk: int):
    """Two entries side by side: choose field by field, merge, or say that they are two."""
    keeper_or_refused(request)
    pair = get_object_or_404(Pairing.objects.select_related("one", "other"), pk=pk)
    sides = {"one": pair.one, "other": pair.other}
    problem = ""
    if request.method == "POST":
        kept = request.POST.get("kept", "")
        try:
            if "different" in request.POST:
                merging.decide_different(pair, by=request.user, now=timezone.now())
                messages.success(request, gettext("Noted: these are two organisations."))
                return redirect("directory_exchange:pairings")
            if "again" in request.POST:
                merging.ask_again(pair, by=request.user)
                return redirect("directory_exchange:pairing", pk=pk)
            if kept not in sides:
                problem = gettext("Say which of the two entries stays.")
            elif "merge" in request.POST:
                return _merge(request, pair, kept)
        except batches.WrongState:
            messages.error(request, REFUSALS[batches.WrongState])
            return redirect("directory_exchange:pairings")
        except ValidationError as error:
            problem = " ".join(error.messages)
    return render(
        request,
        "directory_exchange/pairing.html",
        {
            "page_title": gettext("Are these one organisation?"),
            "header_icon": "copy",
            "pairing": pair,
            "why": ", ".join(str(REASON_WORDS.get(reason, reason)) for reason in pair.reasons),
            "problem": problem,
            "is_open": pair.state == Pairing.State.OPEN,
            "rows": chosen_rows(request, pair),
            "parts": {name: merging.parts_of(entry) for name, entry in sides.items()},
            "kept": request.POST.get(
                "kept", "one" if pair.one.is_published or not pair.other.is_published else "other"
            ),
            "taken_parts": set(request.POST.getlist("part")) if request.method == "POST" else None,
            "merge": Merge.objects.filter(
                kept__in=[pair.one_id, pair.other_id], gone__in=[pair.one_id, pair.other_id], undone_at=None
            ).first(),
        },
        status=422 if problem else 200,
    )


def chosen_rows(request, pair: Pairing) -> list[dict]:
    """The fields with the side that was marked, empty where none was."""
    rows = merging.choosable(pair.one, pair.other)
    for row in rows:
        wanted = request.POST.get(f"field-{row['name']}")
        row["side"] = wanted if wanted in {"one", "other"} else ""
    return rows


def _merge(request, pair: Pairing, kept: str):
    gone = "other" if kept == "one" else "one"
    # What is not marked stays as the kept entry has it; where that has nothing, the other's value is taken.
    values = {
        row["name"]
        for row in chosen_rows(request, pair)
        if row["differs"] and (row["side"] == gone or not (row["side"] or row[kept]))
    }
    done, waiting = merging.merge(
        getattr(pair, kept),
        getattr(pair, gone),
        values=values,
        parts=set(request.POST.getlist("part")),
        by=request.user,
        now=timezone.now(),
    )
    text = gettext("Merged into “%(name)s”.") % {"name": done.kept.name}
    if waiting:
        text += " " + ngettext(
            "%(count)d contact waits for a second person.", "%(count)d contacts wait for a second person.", waiting
        ) % {"count": waiting}
    messages.success(request, text)
    return redirect("directory_exchange:pairings")


@require_POST
def undo_merge(request, pk: int):
    keeper_or_refused(request)
    done = get_object_or_404(Merge, pk=pk)
    try:
        merging.undo(done, by=request.user, now=timezone.now())
        messages.success(request, gettext("The merge was undone. There are two entries again."))
    except batches.Outdated as error:
        messages.error(request, outdated(error))
    except batches.WrongState:
        messages.error(request, REFUSALS[batches.WrongState])
    return redirect("directory_exchange:pairings")
