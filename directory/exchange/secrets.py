"""Forget what copies know of a place that has become confidential.

The location itself forgets on save (`directory.models.Location`). Its exact address may also stand in what a file once said,
in the differences of an import, in the snapshots that undo needs and in what a service says of the place: there it goes too, at once.
"""

from directory.exchange.models import Given, Item, Merge
from directory.models import Location, ServiceAtLocation
from directory.models.entries import EXACT_POSITION, EXACT_TEXTS


def forget_copies(sender, instance: Location, raw=False, **_signal) -> None:
    """Called whenever a location is saved."""
    if not instance.is_confidential or raw:
        return
    areas = {str(instance.pk): instance.area}
    organisation_id = instance.organisation_id
    ServiceAtLocation.objects.filter(location=instance).exclude(description="").update(description="")
    for given in Given.objects.filter(pk=organisation_id):
        given.tree, given.base = without_secrets(given.tree, areas), without_secrets(given.base, areas)
        given.save()
    for item in Item.objects.filter(organisation_id=organisation_id):
        item.tree = without_secrets(item.tree, areas)
        item.differences = [row for row in item.differences if row["table"] not in {"location", "address", "metadata"}]
        item.before = forgotten(item.before, areas)
        item.save()
    merges = Merge.objects.filter(kept=organisation_id) | Merge.objects.filter(gone=organisation_id)
    for merge in merges:
        merge.before = {name: forgotten(rows, areas) for name, rows in merge.before.items()}
        merge.save()


def without_secrets(tree, areas: dict[str, str]):
    from directory.exchange import trees  # with all that reads files: few saves need it

    return trees.without_secrets(tree, areas)


def forgotten(snapshot: list[dict] | None, areas: dict[str, str]) -> list[dict] | None:
    """A snapshot in which a location is as confidential as it is now."""
    for row in snapshot or []:
        fields = row["fields"]
        if row["model"] == "directory.location" and str(row["pk"]) in areas:
            fields |= (
                dict.fromkeys(EXACT_TEXTS, "") | dict.fromkeys(EXACT_POSITION) | {"extra": {}, "is_confidential": True}
            )
        elif row["model"] == "directory.serviceatlocation" and str(fields["location"]) in areas:
            fields["description"] = ""
        elif row["model"] == "directory_exchange.given":
            for name in ("tree", "base"):
                fields[name] = without_secrets(fields[name], areas)
    return snapshot
