"""Whether certificates carry a hotline's number (`hotlines.carriers`): they print none of their own."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext

from hotlines.carriers import Carriers, Entry
from hotlines.models import Hotline
from records.certificates import Certificate, PublicCertificate

SHOWN = 12


def carriers(hotline: Hotline, moment: datetime):
    """Standing certificates whose frozen words hold the number: a course may be named after a line, or an issuer give its own."""
    number = hotline.number
    names = Q(course_title__icontains=number) | Q(issuer__icontains=number)
    standing = Q(revoked_at=None, replaced_by=None)
    kinds = (Certificate, PublicCertificate) if number else ()
    found = [row for kind in kinds for row in kind.objects.filter(names, standing).only("pk", "number")[:SHOWN]]
    yield Carriers(
        gettext("Certificates"),
        sum(kind.objects.filter(names, standing).count() for kind in kinds),
        tuple(Entry(row.number) for row in found[:SHOWN]),
        remark=gettext(
            "Certificates print no hotline. Counted are those whose course or issuer has the number in its name."
        ),
    )
