"""What training managers see and take along: one set of cells for the screen, the CSV and the workbook."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.models import Membership
from courses.models import CoursePage
from records.certificates import Certificate
from records.enrolments import Accommodation, Enrolment

EXPIRING_DAYS = 60

STATES = [
    ("in_progress", _("In progress")),
    ("valid", _("Completed and valid")),
    ("expiring", _("Valid, ends within 60 days")),
    ("expired", _("Expired")),
    ("revoked", _("Revoked")),
]


def may_see_enrolments(user) -> bool:
    return user.is_active and user.has_perm("records.view_enrolment")


def may_see_certificates(user) -> bool:
    return user.is_active and user.has_perm("records.view_certificate")


def may_change_certificates(user) -> bool:
    return user.is_active and user.has_perm("records.change_certificate")


def may_grant(user) -> bool:
    return user.is_active and user.has_perm("records.grant_accommodation")


def may_see_items(user) -> bool:
    return user.is_active and user.has_perm("records.view_itemstatistics")


def may_see_evaluations(user) -> bool:
    return user.is_active and user.has_perm("records.view_evaluation")


def course_titles() -> dict:
    """Titles by course key, in English."""
    pages = CoursePage.objects.filter(locale__language_code="en").order_by("title")
    return dict(pages.values_list("translation_key", "title"))


def enrolments_seen_by(user):
    """Enrolments of people in the units this person looks after, with what a row of the overview needs."""
    standing = Certificate.objects.filter(completion__enrolment=OuterRef("pk"), revoked_at=None)
    units = Membership.objects.managed_by(user).select_related("organisation")
    return (
        Enrolment.objects.filter(user__in=access.people_seen_by(user))
        .select_related("user", "completion")
        .annotate(has_standing=Exists(standing))
        .prefetch_related(
            Prefetch("user__memberships", queryset=units, to_attr="seen_memberships"),
            Prefetch(
                "completion__certificates", queryset=Certificate.objects.filter(revoked_at=None), to_attr="standing"
            ),
        )
    )


def in_state(enrolments, state: str, *, on):
    """Those of `enrolments_seen_by` in one of `STATES` on the date `on`."""
    end = "completion__valid_until"
    valid = Q(completion__isnull=False, has_standing=True) & (Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": on}))
    conditions = {
        "in_progress": Q(completion__isnull=True),
        "valid": valid,
        "expiring": valid & Q(**{f"{end}__lte": on + timedelta(days=EXPIRING_DAYS)}),
        "expired": Q(has_standing=True, **{f"{end}__lt": on}),
        "revoked": Q(completion__isnull=False, has_standing=False),
    }
    return enrolments.filter(conditions[state])


def state_of(enrolment: Enrolment, *, on) -> str:
    """The state of one row, in words."""
    labels = dict(STATES)
    completion = getattr(enrolment, "completion", None)
    if completion is None:
        return labels["in_progress"]
    if not enrolment.has_standing:
        return labels["revoked"]
    if completion.valid_until and completion.valid_until < on:
        return labels["expired"]
    if completion.valid_until and completion.valid_until <= on + timedelta(days=EXPIRING_DAYS):
        return labels["expiring"]
    return labels["valid"]


@dataclass(frozen=True)
class Cell:
    """A column: its label, and what of a row stands in it."""

    label: str
    value: object  # row -> value

    def __call__(self, row):
        return self.value(row)


def _completion(name: str):
    return lambda row: getattr(getattr(row, "completion", None), name, None)


def _standing_number(row) -> str:
    completion = getattr(row, "completion", None)
    return completion.standing[0].number if completion and completion.standing else ""


def enrolment_cells() -> dict[str, Cell]:
    """The columns of the overview. Titles and today's date are read once for all rows."""
    titles, today = course_titles(), timezone.localdate()
    return {
        "name": Cell(_("Name"), lambda row: row.user.name or row.user.email),
        "email": Cell(_("E-mail"), lambda row: row.user.email),
        "agency_id": Cell(_("Agency id"), lambda row: row.user.agency_id),
        "units": Cell(
            _("Units"), lambda row: "; ".join(sorted({m.organisation.name for m in row.user.seen_memberships}))
        ),
        "course": Cell(_("Course"), lambda row: titles.get(row.course_key, str(row.course_key))),
        "cycle": Cell(_("Cycle"), lambda row: row.cycle),
        "state": Cell(_("State"), lambda row: str(state_of(row, on=today))),
        "started": Cell(_("Started"), lambda row: timezone.localtime(row.started_at).date()),
        "completed": Cell(_("Completed"), lambda row: _local_day(_completion("completed_at")(row))),
        "valid_until": Cell(_("Valid until"), _completion("valid_until")),
        "score": Cell(_("Score in percent"), _completion("score_percent")),
        "minutes": Cell(_("Active minutes"), lambda row: row.active_seconds // 60),
        "certificate": Cell(_("Certificate"), _standing_number),
    }


def _local_day(moment):
    return timezone.localtime(moment).date() if moment else None


def certificates_seen_by(user):
    return Certificate.objects.filter(user__in=access.people_seen_by(user)).select_related("user", "replaced_by")


def certificates_changed_by(user):
    """Nobody corrects or revokes their own."""
    return certificates_seen_by(user).exclude(user=user)


def may_change_public_certificates(user) -> bool:
    """Certificates without account belong to no unit: administrators look after them."""
    return may_change_certificates(user) and user.is_administrator


def accommodations_seen_by(user):
    seen = access.people_seen_by(user)
    return Accommodation.objects.filter(user__in=seen).select_related("user", "granted_by").order_by("user__name", "pk")


def people_accommodated_by(user):
    """Whom this person may grant extra time: people of their units, and not themselves."""
    return access.people_seen_by(user).exclude(pk=user.pk).order_by("name", "email")
