"""The entries the site begins with: shipped organisations, and those who run the lines of the hotline registry.

Running it again adds what is new, brings up to date what nobody touched, and leaves alone what an editor changed or removed.
None of the entries is confirmed by us: they have sources, and are shown as not confirmed.
"""

import csv
import re
from pathlib import Path

from django.db import transaction

from directory import index, letters
from directory.models import HotlineLink, Organisation, Service
from directory.models.entries import State
from hotlines.models import Hotline
from hotlines.models import Kind as LineKind
from kernel.models import StarterEntry
from kernel.starter import digest, stable_key

SHIPPED = Path(__file__).parent / "data" / "organisations.csv"
SOURCE = "Lodestar starter data"
REGISTRY = "Lodestar hotline registry"
LICENCE = "Facts compiled for this project; no third-party database copied"
KINDS = {LineKind.TIP_LINE: "tip_line", LineKind.CHAT: "chat"}  # every other kind of line is a help line


def shipped() -> list[dict]:
    """Entries of the shipped file, as `write` takes them."""
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        return [_of_row(row) for row in csv.DictReader(file)]


def _of_row(row: dict[str, str]) -> dict:
    return {
        "external_id": row["id"],
        "source": SOURCE,
        "hotlines": [row["hotline_code"]] if row["hotline_code"] else [],
        "fields": {
            "name": row["name"],
            "alternate_name": "" if row["name_local"] == row["name"] else row["name_local"],
            "kind": row["org_type"],
            "country": row["country"],
            "region": row["region"],
            "website": row["website"],
            "email": row["email"],
            "source_urls": "\n".join(part.strip() for part in row["source_url"].split(" | ") if part.strip()),
            "licence": row["license"],
            "note": row["note"],
        },
        "service": {
            "name": row["description"],
            "kinds": [code for code in row["services"].split(";") if code],
            "populations": [code for code in row["populations"].split(";") if code],
            "is_remote": True,
        },
    }


def operators(taken: dict[str, str]) -> list[dict]:
    """Entries of those who run published lines, each once per country. `taken` maps a hotline to a shipped entry's id.

    A line without a named operator, and emergency services, stay on the page of numbers only.
    """
    groups: dict[tuple, list[Hotline]] = {}
    for line in Hotline.objects.published().exclude(kind=LineKind.EMERGENCY).exclude(operator="").order_by("code"):
        groups.setdefault((line.country, letters.folded(operator_name(line))), []).append(line)
    entries = []
    for (country, _name), lines in sorted(groups.items()):
        codes = [line.code for line in lines]
        owner = next((taken[code] for code in codes if code in taken), None)
        if owner:
            entries.append({"external_id": owner, "more_hotlines": codes})
            continue
        first = lines[0]
        regions = {line.region for line in lines}
        entries.append(
            {
                "external_id": f"operator-{first.code}",
                "source": REGISTRY,
                "hotlines": codes,
                "fields": {
                    "name": operator_name(first),
                    "alternate_name": "",
                    "kind": "other",
                    "country": country,
                    "region": regions.pop() if len(regions) == 1 else "",
                    "website": next((line.web for line in lines if line.web), ""),
                    "source_urls": "\n".join(dict.fromkeys("\n".join(line.source_urls for line in lines).split("\n"))),
                    "licence": LICENCE,
                    "note": "Made from the operator of these hotlines; what else it does is not known here yet.",
                },
                "service": {
                    "name": first.name_en,
                    "kinds": list(dict.fromkeys(KINDS.get(line.kind, "hotline") for line in lines)),
                    "is_remote": True,
                },
            }
        )
    return entries


def operator_name(line: Hotline) -> str:
    """The operator without what the source remarks about it."""
    return re.split(r"\s+\(|;|, funded|, financed", line.operator, maxsplit=1)[0].strip()


@transaction.atomic
def load() -> dict[str, int]:
    """Write what is new or changed; return counts of created, updated, unchanged and kept."""
    counts = {"created": 0, "updated": 0, "unchanged": 0, "kept": 0}
    first = shipped()
    found = {entry["external_id"]: entry for entry in first}
    taken = {code: entry["external_id"] for entry in first for code in entry["hotlines"]}
    for entry in operators(taken):
        if "more_hotlines" in entry:
            known = found[entry["external_id"]]["hotlines"]
            known += [code for code in entry["more_hotlines"] if code not in known]
        else:
            found[entry["external_id"]] = entry
    lines = dict(Hotline.objects.values_list("code", "pk"))
    changed = []
    for entry in found.values():
        outcome, organisation = write(entry, lines)
        counts[outcome] += 1
        if outcome in {"created", "updated"}:
            changed.append(organisation.pk)
    index.refresh(changed)
    return counts


def write(entry: dict, lines: dict[str, int]) -> tuple[str, Organisation | None]:
    """Create or update one entry; (outcome, entry)."""
    key = f"directory/{entry['external_id']}"
    remembered = StarterEntry.objects.filter(key=key, language="").first()
    organisation = Organisation.objects.filter(pk=stable_key(key)).first()
    words = digest(entry)
    if remembered and organisation is None:
        return "kept", None  # removed by an editor
    if remembered and remembered.words_digest == words:
        return "unchanged", organisation
    if remembered and remembered.state_digest != state(organisation):
        return "kept", organisation
    if remembered is None and organisation is not None:
        return "kept", organisation
    outcome = "created" if organisation is None else "updated"
    organisation = organisation or Organisation(id=stable_key(key), state=State.PUBLISHED)
    organisation.source, organisation.external_id = entry["source"], entry["external_id"]
    for name, value in entry["fields"].items():
        setattr(organisation, name, value)
    organisation.full_clean()
    organisation.save()
    service = organisation.services.filter(pk=stable_key(key, "service")).first()
    service = service or Service(id=stable_key(key, "service"), organisation=organisation)
    for name, value in entry["service"].items():
        setattr(service, name, value)
    service.full_clean()
    service.save()
    for code in entry["hotlines"]:
        if code in lines:
            HotlineLink.objects.get_or_create(organisation=organisation, hotline_id=lines[code])
    StarterEntry.objects.update_or_create(
        key=key, language="", defaults={"words_digest": words, "state_digest": state(organisation)}
    )
    return outcome, organisation


def state(organisation: Organisation) -> str:
    """Digest of what an editor could have changed."""
    skip = {"changed_at", "extra"}
    rows = [organisation, *organisation.services.order_by("pk")]
    values = [
        {field.name: field.value_from_object(row) for field in row._meta.concrete_fields if field.name not in skip}
        for row in rows
    ]
    return digest([values, sorted(organisation.hotline_links.values_list("hotline__code", flat=True))])
