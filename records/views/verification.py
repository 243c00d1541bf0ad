"""Anyone may check a certificate by its code. The page shows what is printed, and what it is worth today; it lists nothing.

No cookie, no token, no cache, no search engine. Right and wrong codes are answered in the same shape, and counted.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import wraps

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language, get_language_from_request
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from accounts import limits
from kernel.address import network
from records.certificates import Certificate, PrintedCertificate, PublicCertificate, State
from records.issuing import name_matches
from records.numbers import grouped, read_code
from records.papers import Fact, facts_of, long_date

LOOK_UPS = 30  # per address (SAFEGUARDS §3)
WITHIN = timedelta(minutes=10)


@dataclass
class Finding:
    """What the page says of one code. `name_question`: the name is not shown, but one can be compared."""

    state: str
    sentence: str
    facts: list[Fact] = field(default_factory=list)
    name_question: bool = False
    name_answer: bool | None = None

    @property
    def tone(self) -> str:
        """The kind of alert that goes with the state."""
        return {State.VALID: "success", State.EXPIRED: "warning", State.SUPERSEDED: "warning"}.get(self.state, "error")


def private(view):
    """Keep the answer out of caches and search engines."""

    @wraps(view)
    def inner(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return inner


@require_GET
@private
def short(request, code: str):
    """The address in the QR code: go to the page in the language the browser asks for. Looks nothing up."""
    with translation.override(get_language_from_request(request)):
        return redirect(reverse("records:verify_code", args=[code[:80]]))


@require_GET
@private
def verify(request):
    """Ask for a code."""
    typed = request.GET.get("code", "")
    code = read_code(typed)
    if code:
        return redirect("records:verify_code", code=code)
    return render(request, "records/verify.html", {"typed": typed[:80], "is_unreadable": bool(typed.strip())})


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private
def verify_code(request, code: str):
    """Say what is known of a code. A name is compared by POST, so that it stands in no address and no log."""
    try:
        limits.take("certificate-lookup", network(request), at_most=LOOK_UPS, within=WITHIN, now=timezone.now())
    except limits.TooMany as stop:
        response = render(request, "records/verify_too_many.html", status=429)
        response["Retry-After"] = str(stop.seconds)
        return response
    held = find(read_code(code))
    finding = finding_of(held, typed_name=request.POST.get("name", "")[:400])
    return render(request, "records/verified.html", {"finding": finding, "code": grouped(read_code(code))})


def find(code: str) -> PrintedCertificate | None:
    if not code:
        return None
    return Certificate.objects.filter(code=code).first() or PublicCertificate.objects.filter(code=code).first()


def finding_of(held: PrintedCertificate | None, *, typed_name: str = "") -> Finding:
    """Return what to say of a certificate in the active language; of None, that none is known."""
    if held is None:
        sentence = _("No certificate with this code is known here. Compare each sign with the paper, and try again.")
        return Finding("unknown", sentence)
    locale = get_language()
    state = held.state(on=timezone.localdate())
    finding = Finding(state, _sentence(held, state, locale))
    finding.name_question = not (isinstance(held, Certificate) and held.show_name)
    name = _("Not kept") if isinstance(held, PublicCertificate) else held.name if held.show_name else masked(held.name)
    finding.facts = [
        Fact("name", _("Awarded to"), name),
        Fact("course", _("Course completed"), held.title_in(locale)),
        *facts_of(held, locale),
        Fact("issuer", _("Issued by"), held.issuer),
        Fact("issued", _("Issued on"), long_date(held.issued_on, locale)),
        Fact("number", _("Certificate number"), held.number),
        Fact("code", _("Verify code"), grouped(held.code)),
    ]
    if finding.name_question and typed_name.strip():
        finding.name_answer = name_matches(held, typed_name)
    return finding


def _sentence(held, state: str, locale: str) -> str:
    if state == State.VALID:
        return _("This certificate is valid.")
    if state == State.EXPIRED:
        end = long_date(held.valid_until, locale)
        return _("This certificate was valid until %(date)s. It has expired.") % {"date": end}
    day = long_date(timezone.localtime(held.revoked_at).date(), locale)
    if state == State.SUPERSEDED:
        words = _("This certificate was replaced by a newer one on %(date)s. Ask its holder for the newer one.")
        return words % {"date": day}
    return _("This certificate was revoked on %(date)s. It is not valid.") % {"date": day}


def masked(name: str) -> str:
    """The first letter of each part of a name."""
    return " ".join(f"{part[0]}…" for part in name.split())
