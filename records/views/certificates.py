"""A learner's own certificates: the page, the PDF, what others may see, renewal; and the certificate without an account."""

from datetime import timedelta

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import limits
from courses.outline import outline
from kernel.address import network
from kernel.paper import FontsMissing, PaperBusy, PaperError, SignsMissing
from records import learners
from records.certificates import Certificate, State
from records.completion import complete_if_due
from records.enrolments import Enrolment, Visitor
from records.forms import DownloadForm, HolderForm, PublicCertificateForm
from records.issuing import CertificateClosed, issue_public
from records.papers import paper_of, pdf_of
from records.validity import TooEarly, renew, renewable_from

PDFS_PER_HOUR = 30
PDFS_PER_ADDRESS = 300  # an office may sit behind one address


def own_certificate_or_404(request, number: str) -> Certificate:
    """Return the signed-in learner's own certificate; anyone else's is a 404."""
    if not request.user.is_authenticated:
        raise Http404
    return get_object_or_404(
        Certificate.objects.select_related("completion__enrolment", "replaced_by"), number=number, user=request.user
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def certificate(request, number: str):
    """Show a certificate as a page with the words of its PDF; POST sets what others may see."""
    if not request.user.is_authenticated and request.method != "POST":
        return learners.nobody(request, back=request.get_full_path())
    held = own_certificate_or_404(request, number)
    if request.method == "POST":
        form = HolderForm(request.POST)
        form.full_clean()  # two boxes, ticked or not: nothing in them can be wrong
        held.show_name, held.show_score = form.cleaned_data["show_name"], form.cleaned_data["show_score"]
        held.save(update_fields=["show_name", "show_score"])
        messages.success(request, _("Your choice is saved."))
        return redirect("records:certificate", number=held.number)
    today, opens_on = timezone.localdate(), renewable_from(held.completion)
    context = {
        "certificate": held,
        "paper": paper_of(held, name=held.name, locale=get_language()),
        "state": held.state(on=today),
        "stands": held.revoked_at is None,
        "download": DownloadForm(initial={"language": held.locale}),
        "choices": HolderForm(initial={"show_name": held.show_name, "show_score": held.show_score}),
        "opens_on": opens_on,
        "may_renew": opens_on is not None and opens_on <= today and not _is_renewed(held),
    }
    return render(request, "records/certificate.html", context)


def _is_renewed(held: Certificate) -> bool:
    enrolment = held.completion.enrolment
    newer = Enrolment.objects.filter(user=held.user_id, course_key=enrolment.course_key, cycle__gt=enrolment.cycle)
    return newer.exists()


@never_cache
@require_GET
def certificate_pdf(request, number: str):
    """Hand out the PDF in the language and on the sheet that were chosen."""
    held = own_certificate_or_404(request, number)
    form = DownloadForm(request.GET)
    if held.revoked_at or not form.is_valid():
        return redirect("records:certificate", number=held.number)
    try:
        _count(f"user:{request.user.pk}", at_most=PDFS_PER_HOUR)
        return _pdf(held, held.name, form)
    except (limits.TooMany, PaperError, FontsMissing) as stop:
        return not_printed(request, stop)


def _count(who: str, *, at_most: int) -> None:
    limits.take("certificate-pdf", who, at_most=at_most, within=timedelta(hours=1), now=timezone.now())


def _pdf(held, name: str, form) -> HttpResponse:
    locale = form.cleaned_data["language"]
    pdf = pdf_of(paper_of(held, name=name, locale=locale), sheet=form.cleaned_data["sheet"])
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="certificate-{held.number}-{locale}.pdf"'
    return response


def not_printed(request, stop: Exception):
    """Say in words why there is no PDF now, and what to do."""
    if isinstance(stop, limits.TooMany):
        sentence, status = _("You have made many PDFs in a short time. Please come back in an hour."), 429
    elif isinstance(stop, SignsMissing):
        sentence = _("This site has no font yet for these signs: %(signs)s. Please tell whoever runs it.")
        sentence, status = sentence % {"signs": stop.signs}, 503
    elif isinstance(stop, PaperBusy):
        sentence, status = _("Many certificates are being made at the moment. Please try again in a minute."), 503
    else:
        sentence, status = _("The PDF could not be made. Your certificate is safe; please try again later."), 503
    response = render(request, "records/not_printed.html", {"sentence": sentence}, status=status)
    if status == 429 or isinstance(stop, PaperBusy):
        response["Retry-After"] = str(stop.seconds) if status == 429 else "60"
    return response


@never_cache
@require_POST
def renew_course(request, number: str):
    """Begin the next cycle of a certificate's course."""
    held = own_certificate_or_404(request, number)
    course = outline(held.course_key, get_language())
    if course is None:
        raise Http404
    try:
        renew(held.completion, now=timezone.now())
    except TooEarly:
        messages.warning(request, _("It is too early to renew this certificate."))
        return redirect("records:certificate", number=held.number)
    messages.success(request, _("You can take the course again. Your certificate stays valid until its own end."))
    return redirect(course.url)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def public_certificate(request, course_key):
    """Certify somebody without an account: the name is typed, printed and forgotten."""
    if request.user.is_authenticated:
        return redirect("records:my_learning")
    visitor = learners.visitor_of(request)
    course = outline(course_key, get_language())
    if visitor is None or course is None:
        raise Http404
    completion = _completed(visitor, course_key)
    if completion is None:
        messages.info(request, _("There is still something left to do in this course."))
        return redirect(course.url)
    form = PublicCertificateForm(request.POST or None, initial={"language": get_language()})
    if request.method == "POST" and form.is_valid():
        try:
            return _handed_out(request, visitor, completion, form)
        except CertificateClosed:
            form.add_error(None, _("This certificate was revoked, and cannot be made again."))
        except (limits.TooMany, PaperError, FontsMissing) as stop:
            return not_printed(request, stop)
    context = {"course": course, "form": form, "completion": completion}
    return render(request, "records/public_certificate.html", context)


def _completed(visitor: Visitor, course_key):
    enrolment = Enrolment.objects.of(visitor).filter(course_key=course_key).order_by("-cycle").first()
    return complete_if_due(enrolment, now=timezone.now()) if enrolment else None


def _handed_out(request, visitor, completion, form):
    """Return the certificate as a page or a PDF. Forgetting comes last: a paper that failed must not cost the progress."""
    name, is_page = form.cleaned_data["name"], "page" in request.POST
    if not is_page:
        _count(f"address:{network(request)}", at_most=PDFS_PER_ADDRESS)
    with transaction.atomic():
        held = issue_public(completion, name=name, locale=form.cleaned_data["language"], now=timezone.now())
        if is_page:
            paper = paper_of(held, name=name, locale=form.cleaned_data["language"])
            context = {"paper": paper, "certificate": held, "state": State.VALID, "stands": True}
            response = render(request, "records/certificate.html", context)
        else:
            response = _pdf(held, name, form)
        if form.cleaned_data["forget"]:
            learners.forget(visitor)
            learners.forget_cookie(response)
    return response
