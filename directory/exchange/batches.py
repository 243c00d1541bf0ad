"""Imports: what a file would change, the change itself, and the way back.

Stages: `check` reads a file into a `Batch` with one `Item` per organisation and writes nothing else; `take_over` writes all of
it or nothing; `undo` puts every organisation back as it was, unless somebody has changed it since. Nothing is deleted because a
file leaves it out, neither an organisation nor a phone of one. New organisations wait as drafts, and protected contacts of
published ones wait for a second person.
"""

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from directory.exchange import contacts, intake, likeness, own, snapshots, trees
from directory.exchange.intake import Problem, UnusableFile
from directory.exchange.mapping import TABLES, own_values, rows_from, rows_in, tree_of, with_rows
from directory.exchange.models import Batch, Given, Item, Merge, Pairing
from directory.exchange.records import full_tree
from directory.models import HotlineLink, Location, Organisation
from directory.models.entries import State
from hotlines.models import Hotline
from kernel.models import record_event

CHUNK = 200
NOTICES_MOST = 500
SUSPECTS_MOST = 5


class Outdated(Exception):
    """Entries have changed since the file was checked; `names` says which."""

    def __init__(self, names: list[str]):
        super().__init__(", ".join(names))
        self.names = names


class WrongState(Exception):
    """The batch is not in the state for this: taken over already, or undone."""


@dataclass(frozen=True)
class Source:
    """Whose data it is, under which licence, and whether its contact persons were published there."""

    publisher: str
    licence: str = ""
    url: str = ""
    contacts_are_public: bool = False


# --- Check ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def check(reading: intake.Reading, *, name: str, digest: str, source: Source, by=None, now: datetime) -> Batch:
    """Store what a file would change, and change nothing. Raises UnusableFile for what no row of ours can hold."""
    found = (
        own.organizations(reading, source.publisher)
        if reading.kind == "csv"
        else trees.organizations(reading, publisher=source.publisher)
    )
    batch = Batch(
        file_name=name[:190],
        digest=digest,
        kind=reading.kind,
        publisher=source.publisher,
        licence=source.licence,
        source_url=source.url,
        contacts_are_public=source.contacts_are_public,
        checked_by=by,
        checked_at=now,
    )
    notices = list(reading.notices)
    problems: list[Problem] = []
    items, seen = [], set()
    finder = None
    gone = dict(Merge.objects.filter(undone_at=None).values_list("gone_id", "kept__name"))
    for tree, place, external_id, current in _with_current(found, source.publisher):
        if current is not None and current.pk in gone:
            text = _("This entry was merged into “%(name)s” and is left as it is.") % {"name": gone[current.pk]}
            notices.append(Problem(place, text))
            continue
        if tree["id"] in seen:
            problems.append(Problem(place, _("The organization %(id)s stands twice.") % {"id": tree["id"]}))
            continue
        seen.add(tree["id"])
        for table, identifier in trees.conflicts(tree):
            text = _("The row %(id)s stands here more than once and does not say the same each time.")
            problems.append(Problem(f"{place}, {table}", text % {"id": identifier}))
        item, more, wrong = _item(batch, len(items) + 1, tree, place, external_id, current)
        notices += more
        problems += wrong
        if item.outcome == Item.Outcome.NEW:
            finder = finder or likeness.Finder(features_of_all())
            item.suspects = _suspects(item, finder)
            finder.add(features_of_tree(item.tree))
        items.append(item)
        if len(problems) >= intake.PROBLEMS_MOST:
            break
    problems += _taken_identifiers(items)
    if problems:
        raise UnusableFile(problems[: intake.PROBLEMS_MOST])
    batch.notices = [[one.place, one.text] for one in notices[:NOTICES_MOST]]
    batch.left_out = Organisation.objects.filter(source=source.publisher).exclude(pk__in=seen).count()
    batch.save()
    Item.objects.bulk_create(items, batch_size=CHUNK)
    return batch


def check_bytes(data: bytes, name: str, *, source: Source, by=None, now: datetime) -> Batch:
    """The same from the file's bytes."""
    reading = intake.read(data, name)
    return check(reading, name=name, digest=hashlib.sha256(data).hexdigest(), source=source, by=by, now=now)


def _with_current(found, publisher: str) -> Iterator[tuple[dict, str, str, Organisation | None]]:
    """(tree, place, external id, the organisation as it stands here or None), fetched a chunk at a time."""
    for start in range(0, len(found), CHUNK):
        chunk = found[start : start + CHUNK]
        by_id = {
            str(one.pk): one for one in _loaded(models.Q(pk__in=[tree["id"] for tree, _place, _external in chunk]))
        }
        names = [external_id for _tree, _place, external_id in chunk if external_id]
        by_name = {
            one.external_id: one
            for one in _loaded(models.Q(source=publisher, external_id__in=names))
            if one.external_id
        }
        for tree, place, external_id in chunk:
            current = by_id.get(tree["id"]) or by_name.get(external_id)
            if current is not None and str(current.pk) != tree["id"]:
                tree = tree | {"id": str(current.pk)}
            yield tree, place, external_id, current


def _loaded(condition: models.Q) -> models.QuerySet:
    return with_rows(Organisation.objects.filter(condition)).select_related("given")


def _item(batch, number: int, tree: dict, place: str, external_id: str, current: Organisation | None):
    """An item with what would change, remarks, and what makes it impossible."""
    before = full_tree(current) if current else None
    if before and batch.kind == "csv":
        tree = own.onto(before, tree)
    after = overlaid(before, tree, _areas(current))
    changes = trees.differences(before, after) + (own.staff_differences(current, tree) if current else [])
    existing, aside, wrong = {}, [], []
    if current is None or changes:
        # Sums are taken before rows are filled: the same rows make the tree.
        current_digest = snapshots.digest_of(tree_of(current)) if current else ""
        existing = existing_rows(current) if current else {}
        rows, aside, wrong = rows_from(after, existing, contacts_are_public=batch.contacts_are_public)
        after = trees.without_secrets(after, _areas_of(rows))
        changes = [row for row in changes if row["table"] != "metadata"] if _areas_of(rows) else changes
    else:
        current_digest = snapshots.digest_of(tree_of(current))
    outcome = Item.Outcome.NEW if current is None else Item.Outcome.CHANGED if changes else Item.Outcome.SAME
    item = Item(
        batch=batch,
        number=number,
        place=place[:190],
        organisation_id=uuid.UUID(tree["id"]),
        external_id=external_id[:190],
        name=str(after.get("name", ""))[:255],
        outcome=outcome,
        tree=after,
        differences=changes,
        current_digest=current_digest,
    )
    item.own_keys = existing.keys()
    codes = own_values(after).get("hotline", [])
    known = set(Hotline.objects.filter(code__in=codes).values_list("code", flat=True)) if codes else set()
    notices = [
        Problem(place, _("“%(code)s” is no hotline of the registry and was left out.") % {"code": code})
        for code in codes
        if code not in known
    ]
    notices += [
        Problem(f"{place}, {table}.{name}", _("Kept for export, but not shown: %(why)s") % {"why": text})
        for table, _id, name, text in aside
    ]
    return item, notices, [Problem(f"{place}, {table}.{name}", text) for table, _id, name, text in wrong]


def overlaid(before: dict | None, incoming: dict, areas: dict[str, str]) -> dict:
    """What we know, with what a file says on top. What the file leaves out stays; secret places take nothing exact."""
    incoming = trees.without_secrets(incoming, areas)
    if areas:  # the words for the area are ours
        incoming = {
            **incoming,
            "locations": [
                {key: value for key, value in place.items() if key != "name" or place["id"] not in areas}
                for place in incoming.get("locations", [])
            ],
        }
        if not incoming["locations"]:
            del incoming["locations"]
    return trees.spread(_over(before, incoming), trees.index(incoming)) if before else incoming


def _over(before: dict, after: dict) -> dict:
    result = dict(before)
    for key, value in after.items():
        if isinstance(value, list) and key in before:
            theirs = {one["id"]: one for one in value}
            kept = [_over(one, theirs.pop(one["id"])) if one["id"] in theirs else one for one in before[key]]
            result[key] = kept + list(theirs.values())
        elif isinstance(value, dict) and isinstance(before.get(key), dict) and before[key].get("id") == value.get("id"):
            result[key] = _over(before[key], value)
        else:
            result[key] = value
    return result


def _areas(organisation: Organisation | None) -> dict[str, str]:
    if organisation is None:
        return {}
    return {str(place.pk): place.area for place in organisation.locations.all() if place.is_confidential}


def _areas_of(rows) -> dict[str, str]:
    return {str(row.pk): row.area for row in rows if isinstance(row, Location) and row.is_confidential}


def existing_rows(organisation: Organisation) -> dict[tuple[str, str], models.Model]:
    """{(table, id): row} of what an organisation has, fetched `with_rows`."""
    return {(TABLES[type(row)], str(row.pk)): row for row in rows_in(organisation)}


def _taken_identifiers(items: list[Item]) -> list[Problem]:
    """Rows whose identifier belongs to another organisation, here or in the same file."""
    owners: dict[tuple[str, str], Item] = {}
    problems = []
    for item in items:
        for key in trees.index(item.tree):
            if key[0] not in TABLES.values() or key in item.own_keys:
                continue
            first = owners.setdefault(key, item)
            if first is not item:
                problems.append(_taken(item, key))
    for model, table in TABLES.items():
        ids = [identifier for (name, identifier) in owners if name == table]
        for start in range(0, len(ids), CHUNK):
            for row in model.objects.filter(pk__in=ids[start : start + CHUNK]).select_related():
                item = owners[(table, str(row.pk))]
                if contacts.organisation_id_of(row) != item.organisation_id:
                    problems.append(_taken(item, (table, str(row.pk))))
    return problems


def _taken(item: Item, key: tuple[str, str]) -> Problem:
    return Problem(
        f"{item.place}, {key[0]}", _("The identifier %(id)s belongs to another organization.") % {"id": key[1]}
    )


# --- Likeness ------------------------------------------------------------------------------------------------------


def features_of_all() -> Iterator[likeness.Features]:
    rows = Organisation.objects.exclude(state=State.WITHDRAWN).prefetch_related(
        "phones", "services__phones", "locations", "hotline_links__hotline"
    )
    for organisation in rows.iterator(chunk_size=1000):
        phones = [phone.number for phone in organisation.phones.all()]
        phones += [phone.number for service in organisation.services.all() for phone in service.phones.all()]
        phones += [link.hotline.phone_e164 or link.hotline.short_code for link in organisation.hotline_links.all()]
        yield likeness.features(
            str(organisation.pk),
            names=(organisation.name, organisation.alternate_name),
            phones=phones,
            webs=(organisation.website, organisation.email),
            country=organisation.country,
            places=[place.city for place in organisation.locations.all()],
        )


def features_of_tree(tree: dict) -> likeness.Features:
    from directory.exchange.mapping import country_of

    rows = list(trees.rows_of(tree))
    own_codes = own_values(tree)
    return likeness.features(
        tree["id"],
        names=(tree.get("name", ""), tree.get("alternate_name", "")),
        phones=[row["number"] for table, row in rows if table == "phone"],
        webs=(tree.get("website", ""), tree.get("email", "")),
        country=(own_codes.get("country") or [country_of(tree)])[0],
        places=[row.get("city", "") for table, row in rows if table == "address"],
    )


def _suspects(item: Item, finder: likeness.Finder) -> list[dict]:
    pairs = finder.like(features_of_tree(item.tree))[:SUSPECTS_MOST]
    names = dict(Organisation.objects.filter(pk__in=[pair.other for pair in pairs]).values_list("pk", "name"))
    return [
        {
            "id": pair.other,
            "name": names.get(uuid.UUID(pair.other), ""),
            "score": pair.score,
            "reasons": list(pair.reasons),
        }
        for pair in pairs
    ]


# --- Take over -----------------------------------------------------------------------------------------------------


def take_over(batch: Batch, *, by=None, now: datetime) -> dict[str, int]:
    """Write a checked batch, all or nothing. Returns counts of new, changed, unchanged and waiting.

    Raises Outdated when an entry has changed since the check, WrongState when it was decided before, and UnusableFile when the
    database refuses a row after all.
    """
    try:
        with transaction.atomic():
            return _take_over(batch, by, now)
    except IntegrityError as error:
        raise UnusableFile(
            [Problem(batch.file_name, _("The database refused a row: %(why)s") % {"why": error})]
        ) from error


def _take_over(batch: Batch, by, now: datetime) -> dict[str, int]:
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.state != Batch.State.CHECKED:
        raise WrongState
    items = list(batch.items.exclude(outcome=Item.Outcome.SAME))
    _refuse_outdated(items, lambda item: item.current_digest)
    counts = {"new": 0, "changed": 0, "unchanged": batch.items.count() - len(items), "waiting": 0}
    created: dict[type, list] = {}
    for item in items:
        counts["waiting"] += _write(batch, item, created, by)
        counts[item.outcome] += 1
    for model in TABLES:
        model.objects.bulk_create(created.get(model, []), batch_size=CHUNK)
    parents = [(item, item.tree["parent_organization_id"]) for item in items if "parent_organization_id" in item.tree]
    here = set(
        map(str, Organisation.objects.filter(pk__in=[parent for _item, parent in parents]).values_list("pk", flat=True))
    )
    for item, parent in parents:
        if parent in here and parent != str(item.organisation_id):
            Organisation.objects.filter(pk=item.organisation_id).update(parent_organisation_id=parent)
    _link_hotlines(items)
    _remember(batch, items)
    _note_suspects(items, now)
    batch.state, batch.taken_by, batch.taken_at = Batch.State.TAKEN, by, now
    batch.save(update_fields=["state", "taken_by", "taken_at"])
    refresh([item.organisation_id for item in items])
    record_event("directory.import", actor=by, subject=batch.file_name[:120], detail=counts | {"batch": str(batch.pk)})
    return counts


def _refuse_outdated(items: list[Item], expected) -> None:
    """Raise Outdated for organisations that are not what the item remembers."""
    names = []
    for start in range(0, len(items), CHUNK):
        chunk = items[start : start + CHUNK]
        found = {
            one.pk: snapshots.digest_of(tree_of(one))
            for one in _loaded(models.Q(pk__in=[item.organisation_id for item in chunk]))
        }
        names += [item.name for item in chunk if found.get(item.organisation_id, "") != expected(item)]
    if names:
        raise Outdated(names)


def _write(batch: Batch, item: Item, created: dict[type, list], by) -> int:
    """Write one item; rows that are new are only collected. Returns how many contacts wait for a second person."""
    if item.outcome == Item.Outcome.NEW:
        rows, _aside, _wrong = rows_from(item.tree, contacts_are_public=batch.contacts_are_public)
        organisation = rows[0]
        organisation.state = State.DRAFT
        organisation.source, organisation.licence = batch.publisher, batch.licence
        organisation.source_urls = organisation.source_urls or batch.source_url
        organisation.external_id = item.external_id
        organisation.batch = batch.pk
        own.complete(organisation, item.tree)
        for row in rows:
            _ready(row)
            created.setdefault(type(row), []).append(row)
        return 0
    existing = existing_rows(_loaded(models.Q(pk=item.organisation_id)).get())
    item.before = snapshots.taken(item.organisation_id)
    old = {key: _values(row) for key, row in existing.items()}
    rows, _aside, _wrong = rows_from(item.tree, existing, contacts_are_public=batch.contacts_are_public)
    organisation = rows[0]
    own.complete(organisation, item.tree)
    waiting = (
        contacts.hold_back(organisation, rows, old, by=by, reason=batch.file_name) if organisation.is_published else []
    )
    held = {(TABLES[type(row)], str(row.pk)) for row, fields, _proposal in waiting if fields is None}
    item.waiting = [proposal for _row, _fields, proposal in waiting]
    for row in rows:
        key = (TABLES[type(row)], str(row.pk))
        if key in held or (key[0] == "language" and ("phone", str(row.phone_id)) in held):
            continue
        if key not in existing:
            _ready(row)
            created.setdefault(type(row), []).append(row)
        elif _values(row) != old[key]:
            row.save()
    item.tree = contacts.without_waiting(item.tree, waiting, old)
    return len(waiting)


def _values(row: models.Model) -> dict:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def _ready(row: models.Model) -> None:
    """What `save` would do, for rows written in bulk."""
    if isinstance(row, Location):
        row.round_area()
        if row.is_confidential:
            row.forget_exact()


def _link_hotlines(items: list[Item]) -> None:
    wanted = {item.organisation_id: own_values(item.tree).get("hotline", []) for item in items}
    codes = {code for some in wanted.values() for code in some}
    if not codes:
        return
    known = {hotline.code: hotline for hotline in Hotline.objects.filter(code__in=codes)}
    for organisation_id, some in wanted.items():
        for code in some:
            if code in known:
                HotlineLink.objects.get_or_create(organisation_id=organisation_id, hotline=known[code])


def _remember(batch: Batch, items: list[Item]) -> None:
    """Keep what was given and what we made of it, and the sum of what stands now."""
    for start in range(0, len(items), CHUNK):
        chunk = items[start : start + CHUNK]
        now_here = {one.pk: one for one in _loaded(models.Q(pk__in=[item.organisation_id for item in chunk]))}
        for item in chunk:
            organisation = now_here[item.organisation_id]
            base = tree_of(organisation)
            item.after_digest = snapshots.digest_of(base)
            if batch.kind != "csv":
                item.tree = trees.without_secrets(item.tree, _areas(organisation))
                Given.objects.update_or_create(organisation=organisation, defaults={"tree": item.tree, "base": base})
        Item.objects.bulk_update(chunk, ["before", "after_digest", "tree", "waiting"])


def _note_suspects(items: list[Item], now: datetime) -> None:
    here = set(
        Organisation.objects.filter(pk__in=[one["id"] for item in items for one in item.suspects]).values_list(
            "pk", flat=True
        )
    )
    pairs = {}
    for item in items:
        for one in item.suspects:
            if uuid.UUID(one["id"]) in here:
                first, second = ordered(item.organisation_id, uuid.UUID(one["id"]))
                pairs[first, second] = Pairing(
                    one_id=first, other_id=second, score=one["score"], reasons=one["reasons"], found_at=now
                )
    Pairing.objects.bulk_create(pairs.values(), batch_size=CHUNK, ignore_conflicts=True)


def ordered(one: uuid.UUID, other: uuid.UUID) -> tuple[uuid.UUID, uuid.UUID]:
    return (one, other) if one.hex < other.hex else (other, one)


def note_pairing(one: uuid.UUID, other: uuid.UUID, score: int, reasons: list[str], *, now: datetime) -> Pairing:
    """Ask a person whether two entries are one; a pair that was decided is not asked again."""
    first, second = ordered(one, other)
    pairing, _new = Pairing.objects.get_or_create(
        one_id=first, other_id=second, defaults={"score": score, "reasons": reasons, "found_at": now}
    )
    return pairing


def find_pairings(*, now: datetime) -> int:
    """Look through the whole directory for pairs that may be one. Returns how many are new."""
    before = Pairing.objects.count()
    for pair in likeness.Finder(features_of_all()).pairs():
        note_pairing(uuid.UUID(pair.one), uuid.UUID(pair.other), pair.score, list(pair.reasons), now=now)
    return Pairing.objects.count() - before


def refresh(organisation_ids: list) -> None:
    """Bring the search index and the cached pages up to date for rows that were written in bulk."""
    from directory import index
    from kernel import stamp

    index.refresh(organisation_ids)
    stamp.touch()


# --- Publish -------------------------------------------------------------------------------------------------------


class SamePerson(Exception):
    """The one who took a batch over cannot publish it: a second person looks at new numbers."""


@transaction.atomic
def publish(batch: Batch, *, by, now: datetime) -> int:
    """Publish the new entries of a batch that still wait. Returns how many.

    Raises SamePerson for who took it over, WrongState for a batch that is not taken over.
    """
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.state != Batch.State.TAKEN:
        raise WrongState
    if by is None or by.pk == batch.taken_by_id:
        raise SamePerson
    ids = list(waiting_entries(batch).values_list("pk", flat=True))
    Organisation.objects.filter(pk__in=ids).update(state=State.PUBLISHED, changed_at=now)
    refresh(ids)
    record_event("directory.import published", actor=by, subject=batch.file_name[:120], detail={"count": len(ids)})
    return len(ids)


def waiting_entries(batch: Batch) -> models.QuerySet:
    """Entries a batch brought that nobody has published yet."""
    return Organisation.objects.filter(batch=batch.pk, state=State.DRAFT)


# --- Drop and undo -------------------------------------------------------------------------------------------------


@transaction.atomic
def drop(batch: Batch) -> None:
    """Forget a checked batch that nobody wants. Raises WrongState for one that was taken over."""
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.state != Batch.State.CHECKED:
        raise WrongState
    batch.items.all().delete()
    batch.state = Batch.State.DROPPED
    batch.save(update_fields=["state"])


@transaction.atomic
def undo(batch: Batch, *, by=None, now: datetime) -> int:
    """Put back what a batch changed; what it made new goes, or is withdrawn once it was published. Returns how many.

    Raises Outdated when an entry was changed after the batch, and WrongState when it was not taken over or is undone.
    """
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.state != Batch.State.TAKEN:
        raise WrongState
    items = list(batch.items.exclude(outcome=Item.Outcome.SAME).order_by("-number"))
    _refuse_outdated(items, lambda item: item.after_digest)
    contacts.withdraw([proposal for item in items for proposal in item.waiting], by=by, now=now)
    for item in items:
        if item.outcome == Item.Outcome.CHANGED:
            snapshots.put_back(item.organisation_id, item.before)
            continue
        made = Organisation.objects.get(pk=item.organisation_id)
        if made.state == State.DRAFT:
            made.delete()
        else:
            made.state = State.WITHDRAWN
            made.save(update_fields=["state"])
    batch.state, batch.undone_by, batch.undone_at = Batch.State.UNDONE, by, now
    batch.save(update_fields=["state", "undone_by", "undone_at"])
    refresh([item.organisation_id for item in items])
    record_event("directory.import undone", actor=by, subject=batch.file_name[:120], detail={"batch": str(batch.pk)})
    return len(items)
