"""Certificates of the viewer's people: find one, revoke it, issue it anew, correct the name. Every step asks why."""

import django_filters
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn

from accounts.access import or_404
from kernel.models import AuditEvent
from records import overview
from records.certificates import Certificate, PublicCertificate, State
from records.forms import ReasonForm, ReissueForm
from records.issuing import CertificateClosed, reissue, revoke
from records.overview import Cell
from records.screens.enrolments import course_choices
from records.screens.shared import ExportedListing, screen

CRUMBS = [("training:certificates", gettext_lazy("Certificates"))]


class PublicCertificateFilter(WagtailFilterSet):
    course_key = django_filters.ChoiceFilter(label=gettext_lazy("Course"), choices=course_choices)
    state = django_filters.ChoiceFilter(label=gettext_lazy("State"), choices=State.choices, method="in_state")

    class Meta:
        model = PublicCertificate
        fields = []

    def in_state(self, queryset, _name, state):
        today = timezone.localdate()
        if state == State.SUPERSEDED:
            return queryset.filter(replaced_by__isnull=False)
        if state == State.REVOKED:
            return queryset.filter(replaced_by=None, revoked_at__isnull=False)
        standing = queryset.filter(revoked_at=None)
        expired = standing.filter(valid_until__lt=today)
        return expired if state == State.EXPIRED else standing.exclude(pk__in=expired.values("pk"))


class CertificateFilter(PublicCertificateFilter):
    class Meta:
        model = Certificate
        fields = []


def certificate_cells() -> dict[str, Cell]:
    today = timezone.localdate()
    return {
        "number": Cell(gettext_lazy("Number"), lambda row: row.number),
        "name": Cell(gettext_lazy("Name as printed"), lambda row: row.name),
        "course": Cell(gettext_lazy("Course"), lambda row: row.course_title),
        "completed_on": Cell(gettext_lazy("Completed on"), lambda row: row.completed_on),
        "issued_on": Cell(gettext_lazy("Issued on"), lambda row: row.issued_on),
        "valid_until": Cell(gettext_lazy("Valid until"), lambda row: row.valid_until),
        "state": Cell(gettext_lazy("State"), lambda row: str(State(row.state(on=today)).label)),
        "replaced_by": Cell(gettext_lazy("Replaced by"), lambda row: row.replaced_by.number if row.replaced_by else ""),
    }


class CertificateList(ExportedListing):
    allowed = staticmethod(overview.may_see_certificates)
    model = Certificate
    page_title = gettext_lazy("Certificates")
    verbose_name_plural = gettext_lazy("certificates")
    header_icon = "doc-full"
    index_url_name = "training:certificates"
    index_results_url_name = "training:certificates_results"
    search_fields = ["number", "name", "user__name", "user__email"]
    default_ordering = ("-issued_on", "-pk")
    filterset_class = CertificateFilter
    export_name = "certificates"
    link_url_name = "training:certificate"

    def cells(self):
        return certificate_cells()

    @property
    def columns(self):
        cells = self.cells()
        number = cells.pop("number")
        first = TitleColumn("number", label=number.label, accessor=number, url_name=self.link_url_name)
        return [first, *(Column(name, label=cell.label, accessor=cell) for name, cell in cells.items())]

    def get_base_queryset(self):
        return overview.certificates_seen_by(self.request.user)


class PublicCertificateList(CertificateList):
    """Certificates without account: no name is known, only what else was printed."""

    allowed = staticmethod(overview.may_change_public_certificates)
    model = PublicCertificate
    page_title = gettext_lazy("Certificates without account")
    verbose_name_plural = gettext_lazy("certificates without account")
    index_url_name = "training:public_certificates"
    index_results_url_name = "training:public_certificates_results"
    search_fields = ["number"]
    filterset_class = PublicCertificateFilter
    export_name = "certificates-without-account"
    link_url_name = "training:revoke_public"

    def cells(self):
        cells = certificate_cells()
        del cells["name"]
        return cells

    def get_base_queryset(self):
        return PublicCertificate.objects.select_related("replaced_by")


@or_404(overview.may_see_certificates)
def certificate(request, pk: int):
    """All that is kept of one certificate, its trail, and what may be done to it."""
    held = get_object_or_404(overview.certificates_seen_by(request.user).select_related("completion__enrolment"), pk=pk)
    may_change = overview.may_change_certificates(request.user) and held.user_id != request.user.pk
    return screen(
        request,
        "certificate.html",
        title=held.number,
        crumbs=CRUMBS,
        icon="doc-full",
        certificate=held,
        state=State(held.state(on=timezone.localdate())).label,
        predecessor=Certificate.objects.filter(replaced_by=held).first(),
        may_reissue=may_change and not held.replaced_by_id,
        may_revoke=may_change and not held.revoked_at,
        events=AuditEvent.objects.filter(subject=held.number).select_related("actor"),
    )


def _changed_or_404(request, pk: int) -> Certificate:
    return get_object_or_404(overview.certificates_changed_by(request.user), pk=pk)


@or_404(overview.may_change_certificates)
def revoke_certificate(request, pk: int):
    held = _changed_or_404(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _confirmed(request, held, form, _revoke, title=_("Revoke certificate"), serious=True)
    return _ask(request, held, form, title=_("Revoke certificate"))


@or_404(overview.may_change_public_certificates)
def revoke_public_certificate(request, pk: int):
    held = get_object_or_404(PublicCertificate, pk=pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _confirmed(request, held, form, _revoke, title=_("Revoke certificate"), serious=True)
    return _ask(request, held, form, title=_("Revoke certificate"))


@or_404(overview.may_change_certificates)
def reissue_certificate(request, pk: int):
    held = _changed_or_404(request, pk)
    form = ReissueForm(request.POST or None, initial={"name": held.name})
    if request.method == "POST" and form.is_valid():
        return _confirmed(request, held, form, _reissue, title=_("Issue anew"))
    return _ask(request, held, form, title=_("Issue anew"))


def _ask(request, held, form, *, title):
    crumbs = [*CRUMBS, (None, held.number)]
    context = {"certificate": held, "form": form, "back": _place(held)}
    return screen(request, "ask.html", title=title, crumbs=crumbs, icon="doc-full", **context)


def _place(held) -> str:
    """Where one reads about the certificate."""
    if isinstance(held, PublicCertificate):
        return reverse("training:public_certificates")
    return reverse("training:certificate", args=[held.pk])


def _confirmed(request, held, form, act, *, title, serious=False):
    """Show what will happen, and do it when the page that shows it was sent."""
    if "confirmed" not in request.POST:
        crumbs = [*CRUMBS, (None, held.number)]
        context = {"certificate": held, "form": form, "serious": serious, "back": _place(held)}
        return screen(request, "confirm.html", title=title, crumbs=crumbs, icon="doc-full", **context)
    try:
        shown = act(request, held, form.cleaned_data)
    except CertificateClosed:
        messages.error(request, _("Somebody else has changed this certificate in the meantime. Nothing was done."))
        shown = held
    return redirect(_place(shown))


def _revoke(request, held, data):
    revoke(held, reason=data["reason"], actor=request.user, now=timezone.now())
    messages.success(request, _("The certificate is revoked. Whoever checks it sees that from now on."))
    return held


def _reissue(request, held, data):
    now = timezone.now()
    fresh = reissue(held, name=data["name"], reason=data["reason"], actor=request.user, now=now)
    messages.success(request, _("The new certificate is issued. The old code now answers that it was replaced."))
    return fresh
