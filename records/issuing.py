"""Issue, replace and revoke certificates. Nothing printed is ever rewritten; every step leaves a trace in the audit trail."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from courses.models import CoursePage
from kernel.models import record_event
from kernel.near import near
from kernel.paper import plain
from kernel.rows import ValueTaken, insert, insert_pair
from records.certificates import Certificate, Completion, PrintedCertificate, PublicCertificate
from records.numbers import new_number
from records.validity import local_date

NAME_MOST = 150  # signs
TRIES = 5


class CertificateClosed(Exception):
    """The certificate was replaced or revoked before: what was asked can no longer be done to it."""


def issue(completion: Completion, *, now: datetime) -> Certificate:
    """Write the certificate of a completion of somebody with an account, and the completion where it is not written yet.

    Call it inside the completion's transaction.
    """
    user = completion.enrolment.user
    return _numbered(Certificate, completion, now, user=user, name=plain(user.name, most=NAME_MOST) or user.email)


@transaction.atomic
def reissue(certificate: Certificate, *, name: str, reason: str, actor, now: datetime) -> Certificate:
    """Put a new certificate, with a new number and code, in the place of this one, which then says "superseded".

    What was achieved and until when it is valid stays as it was. A revoked certificate can be replaced too, a replaced one
    cannot: raises CertificateClosed.
    """
    certificate = _locked(certificate)
    if certificate.replaced_by_id:
        raise CertificateClosed
    certificate.revoked_at = certificate.revoked_at or now
    certificate.reason = plain(reason, most=300)
    certificate.save(update_fields=["revoked_at", "reason"])
    fresh = _numbered(
        Certificate,
        certificate.completion,
        now,
        user=certificate.user,
        name=plain(name, most=NAME_MOST),
        show_name=certificate.show_name,
        show_score=certificate.show_score,
        course_title=certificate.course_title,
        titles=certificate.titles,
        issuer=certificate.issuer,
        completed_on=certificate.completed_on,
        locale=certificate.locale,
    )
    certificate.replaced_by = fresh
    certificate.save(update_fields=["replaced_by"])
    changed = ["name"] if fresh.name != certificate.name else []
    detail = {"replaced_by": fresh.number, "changed": changed}
    record_event("certificate.reissued", actor=actor, subject=certificate.number, detail=detail, at=now)
    return fresh


@transaction.atomic
def revoke(certificate: PrintedCertificate, *, reason: str, actor, now: datetime) -> None:
    """Make the certificate say "revoked" from now on. Raises CertificateClosed when it no longer stood."""
    certificate = _locked(certificate)
    if certificate.revoked_at:
        raise CertificateClosed
    certificate.revoked_at = now
    certificate.reason = plain(reason, most=300)
    certificate.save(update_fields=["revoked_at", "reason"])
    record_event("certificate.revoked", actor=actor, subject=certificate.number, at=now)


@transaction.atomic
def issue_public(completion: Completion, *, name: str, locale: str, now: datetime) -> PublicCertificate:
    """Return the certificate of a visitor's completion for this name, of which only a keyed hash is kept.

    The same name gets the same certificate again. Another name (a slip of the pen) replaces the one before, so that one
    completion never certifies two people at once. Raises CertificateClosed after it was revoked.
    """
    Completion.objects.select_for_update().get(pk=completion.pk)
    before = completion.public_certificates.filter(replaced_by=None).first()
    if before and before.revoked_at:
        raise CertificateClosed
    if before and name_matches(before, name):
        return before
    if before:
        before.revoked_at = now
        before.save(update_fields=["revoked_at"])
    fresh = _numbered(PublicCertificate, completion, now, locale=locale)
    fresh.name_hash = name_hash(fresh.code, name)
    fresh.save(update_fields=["name_hash"])
    if before:
        before.replaced_by = fresh
        before.save(update_fields=["replaced_by"])
    return fresh


def titles(course_key) -> dict[str, str]:
    """The course's title in every language it is published in."""

    def find():
        pages = CoursePage.objects.live().filter(translation_key=course_key).select_related("locale")
        return {page.locale.language_code: page.title for page in pages.only("title", "locale__language_code")}

    return near(f"titles:{course_key}", find)


def _locked(certificate):
    return type(certificate).objects.select_for_update().get(pk=certificate.pk)


def _numbered(model, completion: Completion, now: datetime, **fields):
    """Create a certificate row under a number that nobody has."""
    enrolment = completion.enrolment
    fields = {
        "completion": completion,
        "course_key": enrolment.course_key,
        "course_title": completion.course_title,
        "issuer": settings.OPERATOR_NAME,
        "locale": enrolment.language,
        "completed_on": local_date(enrolment, completion.completed_at),
        "issued_on": local_date(enrolment, max(now, completion.completed_at)),
        "valid_until": completion.valid_until,
        "score_percent": completion.score_percent,
        "minutes": completion.active_seconds // 60,
    } | fields
    fields.setdefault("titles", titles(enrolment.course_key))
    tries_left = TRIES
    while True:
        row = model(number=new_number(fields["issued_on"].year), **fields)
        try:
            if completion.pk is None:
                insert_pair(completion, row, link="completion", unless="number")
            else:
                insert(row, unless="number")
            return row
        except ValueTaken:
            tries_left -= 1
            if not tries_left:
                raise


def name_hash(code: str, name: str, *, secret: str | None = None) -> str:
    """A keyed hash of the name on one certificate: without this site's secret nobody can try names against it."""
    return salted_hmac(f"public certificate {code}", _folded(name), secret=secret, algorithm="sha256").hexdigest()


def name_matches(certificate: PrintedCertificate, name: str) -> bool:
    """Whether `name` is the one on the paper; capitals, accents' encoding and spaces do not matter."""
    if isinstance(certificate, Certificate):
        return constant_time_compare(_folded(certificate.name), _folded(name))
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    hashes = [name_hash(certificate.code, name, secret=secret) for secret in secrets]
    return any([constant_time_compare(certificate.name_hash, value) for value in hashes])


def _folded(name: str) -> str:
    return plain(name, most=NAME_MOST).casefold()
