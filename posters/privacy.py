"""What this room keeps of a person: the kits they ordered, and their name under reviews and approvals."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.privacy import Table
from posters.models import CampaignWords, CommonWords, Kit, KitNotice, Poster

STAYS = _("Reviews of words and approvals of posters stay; after erasure your name is shown with none of them.")


def export_posters(user: User) -> list[Table]:
    kits = Kit.objects.filter(made_by=user).with_counts().order_by("made_at")
    signed = [row for kind in (CommonWords, CampaignWords) for row in kind.objects.filter(reviewed_by=user)]
    return [
        Table(
            "kits",
            _("Kits of posters"),
            {"name": _("Name"), "ordered": _("Ordered"), "sheets": _("Sheets"), "state": _("State")},
            [
                {"name": kit.name, "ordered": kit.made_at, "sheets": kit.total, "state": kit.get_state_display()}
                for kit in kits
            ],
        ),
        Table(
            "reviews",
            _("Reviewed words and approved posters"),
            {"what": _("What"), "on": _("Date")},
            [
                *({"what": str(row), "on": row.reviewed_on} for row in signed),
                *(
                    {"what": poster.name, "on": poster.approved_at}
                    for poster in Poster.objects.filter(approved_by=user)
                ),
            ],
        ),
    ]


def erase_posters(user: User) -> None:
    """Kits go with the person; their sheets stay known, because printed ones hang on walls."""
    for kit in Kit.objects.filter(made_by=user):
        from posters import jobs  # with all that makes sheets

        jobs.cancel(kit, now=timezone.now())
        kit.delete()
    KitNotice.objects.filter(user=user).delete()
