"""How the rows of an organisation stood, kept as plain JSON, and put back on demand."""

import hashlib
import json

from django.core import serializers
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from directory import models as rows
from directory.exchange.mapping import tree_of, with_rows
from directory.exchange.models import Given
from directory.models import Organisation

# In the order in which they can be written; deleted the other way round. (model, paths to the organisation)
PARTS: list[tuple[type[models.Model], tuple[str, ...]]] = [
    (rows.HotlineLink, ("organisation",)),
    (rows.OrganisationWords, ("organisation",)),
    (rows.Service, ("organisation",)),
    (rows.ServiceWords, ("service__organisation",)),
    (rows.Location, ("organisation",)),
    (rows.ServiceAtLocation, ("service__organisation",)),
    (
        rows.Contact,
        (
            "organisation",
            "service__organisation",
            "location__organisation",
            "service_at_location__service__organisation",
        ),
    ),
    (
        rows.Phone,
        (
            "organisation",
            "service__organisation",
            "location__organisation",
            "service_at_location__service__organisation",
            "contact__organisation",
            "contact__service__organisation",
            "contact__location__organisation",
            "contact__service_at_location__service__organisation",
        ),
    ),
    (
        rows.Schedule,
        ("service__organisation", "location__organisation", "service_at_location__service__organisation"),
    ),
    (
        rows.LanguageSpoken,
        (
            "service__organisation",
            "location__organisation",
            "phone__organisation",
            "phone__service__organisation",
            "phone__location__organisation",
            "phone__service_at_location__service__organisation",
            "phone__contact__organisation",
            "phone__contact__service__organisation",
            "phone__contact__location__organisation",
        ),
    ),
    (rows.ServiceArea, ("service__organisation", "service_at_location__service__organisation")),
    (rows.CostOption, ("service__organisation",)),
    (Given, ("organisation",)),
]


def parts_of(organisation_id) -> list[models.Model]:
    """Every row that belongs to an organisation, itself first."""
    found: list[models.Model] = list(Organisation.objects.filter(pk=organisation_id))
    for model, paths in PARTS:
        mine = models.Q()
        for path in paths:
            mine |= models.Q(**{path: organisation_id})
        found += list(model.objects.filter(mine).order_by("pk"))
    return found


def taken(organisation_id) -> list[dict]:
    """The rows of an organisation as JSON."""
    return json.loads(json.dumps(serializers.serialize("python", parts_of(organisation_id)), cls=DjangoJSONEncoder))


def put_back(organisation_id, snapshot: list[dict]) -> None:
    """Make the rows of an organisation equal to a snapshot: what came since goes, what changed or went comes back."""
    wanted = {(one["model"], str(one["pk"])) for one in snapshot}
    for row in reversed(parts_of(organisation_id)):
        if (row._meta.label_lower, str(row.pk)) not in wanted:
            row.delete()
    for one in serializers.deserialize("python", snapshot):
        one.save()


def digest(organisation_id) -> str:
    """A sum over what an organisation is now, to see whether somebody changed it."""
    organisation = with_rows(Organisation.objects.filter(pk=organisation_id)).first()
    if organisation is None:
        return ""
    return digest_of(tree_of(organisation))


def digest_of(tree: dict) -> str:
    return hashlib.sha256(json.dumps(tree, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
