"""Translations out of the house and back in: many objects and languages at once, as PO or XLIFF.

Each text carries its place (`object|path`), its English words and what is known of it. A file may come back incomplete, in another
order, twice: what it leaves out stays as it is, what it repeats changes nothing, what it breaks is refused with its line.
"""

import io
import re
import zipfile
from collections import Counter
from dataclasses import dataclass, field

import polib
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext
from lxml import etree
from translate.storage import xliff
from wagtail.models import Locale
from wagtail_localize.models import StringSegment, StringTranslation, TranslationSource

from hotlines.guards import known_numbers
from kernel.languages import tag
from translations import catalogues, checks, pofiles, review
from translations.models import Edit, State
from translations.pofiles import Unusable
from translations.segments import Segment, segments

FORMATS = ("po", "xliff")
MOST_OBJECTS = 2000


# --- Out -----------------------------------------------------------------------------------------------------------


def place_of(source: TranslationSource, path: str) -> str:
    return f"{source.object_id}|{path}"


def export(sources, locales, kind: str) -> tuple[str, bytes]:
    """Return (file name, content) with the texts of `sources` in each of `locales`; several files come as a zip."""
    make = {"po": to_po, "xliff": to_xliff}[kind]
    files = []
    for locale in locales:
        rows = [(source, segments(source, locale)) for source in sources]
        files.append((f"lodestar-{tag(locale.language_code)}.{'po' if kind == 'po' else 'xlf'}", make(rows, locale)))
    if len(files) == 1:
        return files[0]
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return f"lodestar-translations-{slugify(kind)}.zip", box.getvalue()


def _paths(sources) -> dict[tuple[int, int], str]:
    found = StringSegment.objects.filter(source__in=sources).values_list("source_id", "context_id", "context__path")
    return {(source, context): path for source, context, path in found}


def to_po(rows, locale: Locale) -> bytes:
    code = locale.language_code
    file = polib.POFile(wrapwidth=100)
    file.metadata = catalogues.header(code) | {"X-Lodestar-Locale": code}
    paths, seen = _paths([source for source, _found in rows]), set()
    for source, found in rows:
        for segment in found:
            place = place_of(source, paths[source.pk, segment.context_id])
            if (place, segment.source) in seen:
                continue
            seen.add((place, segment.source))
            entry = polib.POEntry(
                msgctxt=place,
                msgid=segment.source,
                msgstr=segment.text or segment.text_then,
                comment=f"{source.object_repr} · {segment.label} · {segment.state}",
            )
            if segment.state == State.STALE:
                entry.flags, entry.previous_msgid = ["fuzzy"], segment.source_then
            file.append(entry)
    return str(file).encode()


def to_xliff(rows, locale: Locale) -> bytes:
    store = xliff.xlifffile()
    store.setsourcelanguage("en")
    store.settargetlanguage(tag(locale.language_code))
    paths = _paths([source for source, _found in rows])
    for source, found in rows:
        name = f"{source.specific_content_type.model}/{source.object_id}"
        for segment in found:
            unit = store.addsourceunit(segment.source, name, createifmissing=True)
            unit.setid(f"{place_of(source, paths[source.pk, segment.context_id])}|{segment.string_id}")
            unit.addnote(f"{source.object_repr} · {segment.label}", origin="developer")
            if segment.text or segment.text_then:
                unit.target = segment.text or segment.text_then
                unit.markapproved(segment.state == State.REVIEWED)
            if segment.state == State.STALE:
                unit.markfuzzy()
    _name_languages(store, locale)
    return bytes(store)


def _name_languages(store, locale: Locale) -> None:
    for node in store.document.getroot().iter(f"{{{store.namespace}}}file"):
        node.set("source-language", "en")
        node.set("target-language", tag(locale.language_code))


# --- In ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Text:
    """One text of an uploaded file."""

    line: int
    place: str
    source: str
    text: str
    is_fuzzy: bool = False


@dataclass(frozen=True)
class Outcome:
    """What becomes of one text: written, unchanged, empty, fuzzy, reviewed, unknown or refused."""

    line: int
    kind: str
    source: str
    text: str
    reason: str = ""


@dataclass
class Result:
    """Everything an import did, or would do."""

    outcomes: list[Outcome] = field(default_factory=list)
    is_dry: bool = True

    @property
    def counts(self) -> dict[str, int]:
        return dict(Counter(outcome.kind for outcome in self.outcomes))

    @property
    def refused(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.kind == "refused"]


def parse(name: str, data: bytes) -> tuple[str, list[Text]]:
    """Return (language code or an empty text, texts) of an upload. Raises Unusable."""
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return _parse_xliff(data)
    file = pofiles.read(data)
    code = (file.metadata.get("X-Lodestar-Locale") or file.metadata.get("Language") or "").replace("_", "-").lower()
    texts = [
        Text(entry.linenum, entry.msgctxt or "", entry.msgid, entry.msgstr, "fuzzy" in entry.flags)
        for entry in file
        if not entry.obsolete
    ]
    return code, texts


def _parse_xliff(data: bytes) -> tuple[str, list[Text]]:
    text = pofiles.decoded(data)
    if found := re.search(r"<!(?:DOCTYPE|ENTITY)", text):
        raise Unusable(gettext("The file declares entities."), text[: found.start()].count("\n") + 1)
    try:
        etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
        store = xliff.xlifffile.parsestring(text.encode())
    except (etree.XMLSyntaxError, ValueError, AttributeError, TypeError, StopIteration) as error:
        line = getattr(error, "lineno", 0) or 0
        raise Unusable(gettext("This is no XLIFF file that can be read."), line) from error
    units = [unit for unit in store.units if not unit.isheader()]
    if len(units) > pofiles.MOST_ENTRIES:
        reason = gettext("The file has %(count)d entries; at most %(most)d are read.")
        raise Unusable(reason % {"count": len(units), "most": pofiles.MOST_ENTRIES})
    if not units:
        raise Unusable(gettext("The file has no texts."))
    found = [
        Text(
            unit.xmlelement.sourceline or 0,
            unit.getid().split("\x04")[-1].rpartition("|")[0],
            str(unit.source or ""),
            str(unit.target or ""),
            unit.isfuzzy(),
        )
        for unit in units
    ]
    return (store.gettargetlanguage() or "").lower(), found


def take_in(
    texts: list[Text], locale: Locale, *, by, dry: bool, good_rows_only: bool = False, reviewed_too: bool = False
) -> Result:
    """Take the texts of a file in, or only say what would become of each.

    One refused text stops the whole file, unless only its good rows are wanted. Nothing is ever taken away.
    """
    result = Result(is_dry=dry)
    places = _places({text.place for text in texts}, locale)
    known, to_write = known_numbers(), []
    for text in texts:
        found = places.get((text.place, text.source))
        outcome = _judge(text, found, places, locale.language_code, known, reviewed_too)
        result.outcomes.append(outcome)
        if outcome.kind == "written":
            to_write.append((found, text.text))
    if dry or result.refused and not good_rows_only:
        result.is_dry = True
        return result
    with transaction.atomic():
        for (source, segment), words in to_write:
            review.write(source, locale, segment, words, by=by, way=Edit.Way.IMPORTED)
        for source in {source.pk: source for (source, _segment), _words in to_write}.values():
            review.begin(source, locale)
    return result


def _places(names: set[str], locale: Locale) -> dict:
    """{(place, English text): (source, segment)} of every object the file names, in a few queries."""
    objects = {name.partition("|")[0] for name in names}
    valid = [one for one in objects if re.fullmatch(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", one)]
    sources = TranslationSource.objects.filter(object_id__in=valid[:MOST_OBJECTS], locale__language_code="en")
    by_id = {source.pk: source for source in sources}
    rows = StringSegment.objects.filter(source__in=by_id).select_related("string", "context").order_by("order", "pk")
    pairs = [(row.string_id, row.context_id) for row in rows]
    there = {
        (row.translation_of_id, row.context_id): row
        for row in StringTranslation.objects.filter(
            context_id__in={context for _string, context in pairs}, locale=locale
        ).select_related("review")
    }
    found = {}
    for row in rows:
        source = by_id[row.source_id]
        segment = Segment(
            0,
            row.string_id,
            row.context_id,
            row.context.path,
            row.string.data,
            there.get((row.string_id, row.context_id)),
        )
        found[place_of(source, row.context.path), row.string.data] = source, segment
    return found


def _judge(text: Text, found, places, code: str, known, reviewed_too: bool) -> Outcome:
    def outcome(kind: str, reason: str = "") -> Outcome:
        return Outcome(text.line, kind, text.source, text.text, reason)

    if found is None:
        known_place = any(place == text.place for place, _source in places)
        if known_place:
            return outcome("unknown", gettext("The English text of this place is another one now."))
        return outcome("unknown", gettext("There is no such place."))
    if not text.text.strip():
        return outcome("empty")
    if text.is_fuzzy:
        return outcome("fuzzy")
    segment = found[1]
    if segment.text == text.text:
        return outcome("unchanged")
    problems = checks.errors(text.source, text.text, code, known=known)
    if problems:
        return outcome("refused", problems[0].text)
    if segment.review and not reviewed_too:
        return outcome("reviewed", gettext("The text here is reviewed and stays."))
    return outcome("written")


def take_in_catalogue(file: polib.POFile, code: str, *, dry: bool, good_rows_only: bool, on) -> Result:
    """The same for the words of the interface: entries are matched by context and text, headers are ours.

    Raises `catalogues.BadCatalogue` when the changed catalogue cannot be loaded; the one in use stays.
    """
    catalogue, result = catalogues.words(code), Result(is_dry=dry)
    ours = {catalogues.key_of(entry): entry for entry in catalogue if not entry.obsolete}
    known, changed = known_numbers(), 0
    for entry in file:
        if entry.obsolete:
            continue
        own = ours.get(catalogues.key_of(entry))
        said = " | ".join(entry.msgstr_plural[form] for form in sorted(entry.msgstr_plural)) or entry.msgstr

        def note(kind, reason="", entry=entry, said=said):
            result.outcomes.append(Outcome(entry.linenum, kind, entry.msgid, said, reason))

        if own is None or own.msgid_plural != entry.msgid_plural:
            note("unknown", gettext("The interface has no such text."))
        elif not said.replace("|", "").strip():
            note("empty")
        elif "fuzzy" in entry.flags:
            note("fuzzy")
        elif (own.msgstr, own.msgstr_plural) == (entry.msgstr, entry.msgstr_plural):
            note("unchanged")
        elif found := [one for one in catalogues.problems_of(entry, code, known) if one.is_error]:
            note("refused", found[0].text)
        else:
            own.msgstr, own.msgstr_plural = entry.msgstr, dict(entry.msgstr_plural)
            own.flags = [flag for flag in own.flags if flag != "fuzzy"]
            catalogues.mark(own, "human", on=on)
            changed += 1
            note("written")
    if not dry and changed and (good_rows_only or not result.refused):
        catalogues.save(code, catalogue)
    elif result.refused and not good_rows_only:
        result.is_dry = True
    return result
