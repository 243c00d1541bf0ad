"""Make links, send them, take answers, decide them."""

import uuid
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from accounts.adapter import send
from directory.models import Organisation, Verification
from directory.upkeep import values
from directory.upkeep.models import UpdateLink
from directory.vocabulary import How
from kernel.letters import written
from kernel.models import record_event

SALT = "directory.upkeep"
WORKS_DAYS = 30
ASK_AGAIN_DAYS = 60  # between two mails to one organisation
MAILS_PER_RUN = 200


class NotDecidable(Exception):
    """An answer cannot be decided in this way; subclasses say why."""


class SamePerson(NotDecidable):
    """Who made the link cannot approve contacts that came by it: they might have sent them themselves."""


class AlreadyDecided(NotDecidable):
    """There is no answer waiting."""


def make(organisation: Organisation, *, by=None, now: datetime) -> UpdateLink:
    """A new link; those that wait unanswered for the same organisation stop working."""
    organisation.update_links.filter(closed_at=None, answer=UpdateLink.Answer.NONE).update(closed_at=now)
    link = UpdateLink.objects.create(
        organisation=organisation, made_by=by, made_at=now, expires_at=now + timedelta(days=WORKS_DAYS)
    )
    record_event("directory.update link made", actor=by, subject=str(organisation.pk))
    return link


def token_of(link: UpdateLink) -> str:
    return signing.Signer(salt=SALT).sign(link.pk.hex)


def address_of(link: UpdateLink, language: str = "en") -> str:
    """The full address, made from the one setting that knows where the site is."""
    with translation.override(language):
        return settings.SITE_URL + reverse("directory_upkeep:update", args=[token_of(link)])


def find(token: str, *, now: datetime) -> UpdateLink | None:
    """The link of a token while it works; None for one that is forged, unknown, used up or ended."""
    try:
        key = uuid.UUID(signing.Signer(salt=SALT).unsign(token[:200]))
    except (signing.BadSignature, ValueError):
        return None
    link = UpdateLink.objects.select_related("organisation").filter(pk=key).first()
    return link if link is not None and link.works(now=now) else None


def mail(link: UpdateLink, *, now: datetime) -> bool:
    """Write to the organisation's own address. Returns whether there was one and the letter went out."""
    organisation = link.organisation
    if not organisation.email:
        return False
    language = organisation.language if organisation.language in settings.LANGUAGE_NAMES else "en"
    with translation.override(language):
        subject, body = written(
            "directory_upkeep/mail/update",
            {
                "organisation": organisation,
                "address": address_of(link, language),
                "ends_on": link.expires_at,
                "operator": settings.OPERATOR_NAME,
                "site": settings.SITE_URL,
            },
        )
    if not send(EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [organisation.email])):
        return False
    link.mailed_at = now
    link.save(update_fields=["mailed_at"])
    return True


def ask_due(*, on: date, now: datetime, most: int = MAILS_PER_RUN) -> int:
    """Write to published organisations whose check is due, the oldest first; one mail in two months. Returns how many went."""
    asked = UpdateLink.objects.filter(mailed_at__gte=now - timedelta(days=ASK_AGAIN_DAYS)).values("organisation")
    due = Organisation.objects.due(on=on).filter(is_fictional=False).exclude(email="").exclude(pk__in=asked)
    count = 0
    for organisation in due.order_by("verified_on", "pk")[: min(most, MAILS_PER_RUN)]:
        count += mail(make(organisation, now=now), now=now)
    return count


# --- Answers -------------------------------------------------------------------------------------------------------


@transaction.atomic
def answer(link: UpdateLink, *, changes: dict, remark: str, now: datetime) -> None:
    """Keep what the organisation sent; a later answer by the same link takes its place. Raises AlreadyDecided when it closed."""
    link = UpdateLink.objects.select_for_update().get(pk=link.pk)
    if not link.works(now=now):
        raise AlreadyDecided
    link.changes, link.remark, link.answered_at, link.answer = changes, remark, now, UpdateLink.Answer.OPEN
    link.question = ""
    link.save()
    record_event("directory.update sent", subject=str(link.organisation_id), detail={"values": len(changes)})


def check(link: UpdateLink, *, by) -> None:
    """Raise the reason why this person cannot approve this answer."""
    if link.answer != UpdateLink.Answer.OPEN:
        raise AlreadyDecided
    if any(values.is_protected(key) for key in link.changes) and (by is None or by.pk == link.made_by_id):
        raise SamePerson


@transaction.atomic
def approve(link: UpdateLink, *, by, on: date, now: datetime) -> None:
    """Put an answer in force, note it as a check, and use the link up.

    Raises SamePerson, AlreadyDecided, `values.Changed` or ValidationError.
    """
    link = UpdateLink.objects.select_for_update().select_related("organisation").get(pk=link.pk)
    check(link, by=by)
    values.write(link.organisation, link.changes)
    result = Verification.Result.CHANGED if link.changes else Verification.Result.CONFIRMED
    organisation = Organisation.objects.get(pk=link.organisation_id)
    verify(organisation, how=How.SELF, result=result, by=by, on=on, fresh=True)
    link.answer, link.decided_by, link.decided_at, link.closed_at = UpdateLink.Answer.APPROVED, by, now, now
    link.save(update_fields=["answer", "decided_by", "decided_at", "closed_at"])
    detail = {"values": sorted({key.split(":")[0] for key in link.changes})}
    record_event("directory.update approved", actor=by, subject=str(link.organisation_id), detail=detail)


@transaction.atomic
def give_back(link: UpdateLink, *, by, question: str, now: datetime) -> None:
    """Ask the organisation again: the question stands on its page, and what it wrote stays."""
    _decide(link, UpdateLink.Answer.RETURNED, by, now, question=question)


@transaction.atomic
def refuse(link: UpdateLink, *, by, now: datetime) -> None:
    """Close an answer without effect; the link stops working."""
    _decide(link, UpdateLink.Answer.REFUSED, by, now, closed_at=now)


def _decide(link: UpdateLink, state: str, by, now: datetime, **more) -> None:
    changed = UpdateLink.objects.filter(pk=link.pk, answer=UpdateLink.Answer.OPEN).update(
        answer=state, decided_by=by, decided_at=now, **more
    )
    if not changed:
        raise AlreadyDecided
    record_event(f"directory.update {state}", actor=by, subject=str(link.organisation_id))


# --- Checks --------------------------------------------------------------------------------------------------------


def verify(
    organisation: Organisation, *, how: str, result: str, by, on: date, note: str = "", fresh: bool = False
) -> Verification:
    """Add a check to the log. One that confirms an entry, or `fresh`, begins its year anew."""
    done = Verification.objects.create(organisation=organisation, by=by, how=how, result=result, on=on, note=note)
    if (fresh or result == Verification.Result.CONFIRMED) and (
        organisation.verified_on is None or on >= organisation.verified_on
    ):
        organisation.verified_on, organisation.verified_how = on, how
        organisation.verified_by = organisation.name[:120] if how == How.SELF else settings.OPERATOR_NAME[:120]
        organisation.save(update_fields=["verified_on", "verified_how", "verified_by", "changed_at"])
    detail = {"how": how, "result": result}
    record_event("directory.checked", actor=by, subject=str(organisation.pk), detail=detail)
    return done
