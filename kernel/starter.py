"""Load starter content without ever taking back what an editor did.

Stages, for each object: read its words (English, and each translation merged over it); compare their digest with the one
remembered from the last run; when they changed, compare the object as it stands with the state the loader left it in; write
only when nobody touched it. Translations go through wagtail-localize (`kernel.drafts`), so that translators find them there.
"""

import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models.signals import post_save
from modelcluster.fields import ParentalKey
from modelcluster.models import get_serializable_data_for_fields
from modelsearch.index import get_indexed_models
from modelsearch.signal_handlers import post_save_signal_handler
from wagtail.fields import StreamField
from wagtail.models import DraftStateMixin, Locale, Page, ReferenceIndex, RevisionMixin
from wagtail.search.backends import get_search_backend
from wagtail.signal_handlers import disable_reference_index_auto_update

from kernel import drafts
from kernel.models import StarterEntry

NOT_FILLED = {
    "lesson",
    "pool",
    "path",
    "depth",
    "content_type",
    "slug",
    "url_path",
}  # checked by the database or by Wagtail
NAMESPACE = uuid.UUID("3c7f8a52-9d0e-5b61-8f4a-5d2c1e7b9a06")
SOURCE = "en"
is_loading: ContextVar[bool] = ContextVar(
    "is_loading", default=False
)  # sources of translations are then written by the loader


class StarterProblem(Exception):
    """Starter files that cannot be loaded; its text names file and key."""


def stable_key(*parts) -> uuid.UUID:
    """The same key for the same parts on every installation."""
    return uuid.uuid5(NAMESPACE, "/".join(str(part) for part in parts))


def digest(value) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


# --- Files ---------------------------------------------------------------------------------------------------------


def read(path: Path):
    """Return the content of one YAML file. Raises StarterProblem naming file and line."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster where libyaml is there
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506  both are safe loaders
    except (yaml.YAMLError, OSError, UnicodeDecodeError) as error:
        raise StarterProblem(f"{path.name} cannot be read: {error}") from error


class Untranslated(dict):
    """An entry that a language leaves out: its words are the English ones."""


def merged(source, words, place: str):
    """`source` with each text replaced by its translation. Raises StarterProblem where the shapes differ.

    Entries with a `key` or `id` are matched by it; those a language leaves out become `Untranslated`. Other lists (blocks,
    choices, sections) have the same number of entries in the same order.
    """
    if isinstance(source, dict):
        if not isinstance(words, dict):
            raise StarterProblem(f"{place}: a group of fields is expected here.")
        if extra := sorted(set(words) - set(source)):
            raise StarterProblem(f"{place}: {', '.join(map(str, extra))} is not in the English file.")
        return {
            key: merged(value, words[key], f"{place}, {key}") if key in words else untranslated(value)
            for key, value in source.items()
        }
    if isinstance(source, list):
        return _merged_list(source, words, place)
    if isinstance(words, dict | list):
        raise StarterProblem(f"{place}: one text is expected here.")
    return words


def _merged_list(source: list, words, place: str) -> list:
    keys = [key_of(item) for item in source]
    if source and all(keys) and isinstance(words, list) and all(key_of(item) for item in words):
        given = {key_of(item): item for item in words}
        if extra := [key for key in given if key not in keys]:
            raise StarterProblem(f"{place}: {', '.join(extra)} is not in the English file.")
        if len(given) < len(words):
            raise StarterProblem(f"{place}: a key stands there twice.")
        return [
            merged(item, given[key], f"{place}, {key}") if key in given else untranslated(item)
            for key, item in zip(keys, source, strict=True)
        ]
    if not isinstance(words, list) or len(words) != len(source):
        count = len(words) if isinstance(words, list) else 0
        raise StarterProblem(f"{place}: {len(source)} entries are expected, as in English; there are {count}.")
    return [
        merged(one, other, f"{place}, {item_name(one, number)}")
        for number, (one, other) in enumerate(zip(source, words, strict=True), start=1)
    ]


def untranslated(value):
    """The English value, with its entries marked as having no words of their own."""
    if isinstance(value, list):
        return [untranslated(item) for item in value]
    if isinstance(value, dict):
        inside = {name: untranslated(part) for name, part in value.items()}
        return Untranslated(inside) if key_of(value) else inside
    return value


def key_of(item) -> str:
    """The key of an entry; empty where it has none."""
    return str(item.get("key") or item.get("id") or "") if isinstance(item, dict) else ""


def item_name(item, number: int) -> str:
    return key_of(item) or str(number)


# --- Objects -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kind:
    """One kind of starter object: the fields the loader writes, and the function that writes them from words."""

    label: str
    model: type
    fields: tuple[str, ...]
    fill: Callable  # fill(instance, words)


def _children(manager) -> list[dict]:
    unimportant = {"pk", "id", "locale"}
    return [
        {
            name: value
            for name, value in get_serializable_data_for_fields(child).items()
            if name not in unimportant and not isinstance(child._meta.get_field(name), ParentalKey)
        }
        for child in manager.all()
    ]


def state(kind: Kind, instance) -> str:
    """Digest of the fields the loader writes, as an editor would see them now: latest draft, and whether it is live."""
    values = {"live": getattr(instance, "live", None), "draft": getattr(instance, "has_unpublished_changes", None)}
    if isinstance(instance, RevisionMixin):
        instance = instance.get_latest_revision_as_object()
    for name in kind.fields:
        model_field = kind.model._meta.get_field(name)
        if isinstance(model_field, models.ManyToOneRel):
            values[name] = _children(getattr(instance, name))
        elif isinstance(model_field, StreamField):
            values[name] = model_field.stream_block.get_prep_value(getattr(instance, name))
        else:
            values[name] = model_field.value_from_object(instance)
    return digest(values)


@dataclass
class Loader:
    """Writes starter objects and remembers what it wrote.

    `outcomes` counts (label, outcome) with outcome one of created, updated, unchanged, kept; `kept` lists the reasons.
    """

    languages: list[str]
    advance: Callable[[str], None] = lambda label: None
    outcomes: Counter = field(default_factory=Counter)
    kept: list[str] = field(default_factory=list)
    fresh: set = field(default_factory=set)  # (key, language) of pages planted in this run that wait for their words
    touched: dict = field(default_factory=dict)  # (model, pk) of everything written

    def __post_init__(self):
        self.locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code in [SOURCE, *self.languages]}
        self.entries = {(entry.key, entry.language): entry for entry in StarterEntry.objects.all()}

    def note(self, kind: Kind, outcome: str, reason: str = "") -> str:
        self.outcomes[kind.label, outcome] += 1
        if reason:
            self.kept.append(reason)
        self.advance(kind.label)
        return outcome

    def find(self, kind: Kind, key: str, code: str = SOURCE):
        return kind.model.objects.filter(translation_key=stable_key(key), locale=self.locales[code]).first()

    def remember(self, kind: Kind, key: str, code: str, words_digest: str, instance) -> None:
        stored = kind.model.objects.get(pk=instance.pk)
        values = {"words_digest": words_digest, "state_digest": state(kind, stored)}
        entry, _created = StarterEntry.objects.update_or_create(key=key, language=code, defaults=values)
        self.entries[key, code] = entry
        self.touched[kind.model, instance.pk] = True
        self.fresh.discard((key, code))

    def write(self, kind: Kind, key: str, words):
        """Create or update the English object; return (instance, outcome), the instance None if an editor removed it."""
        entry = self.entries.get((key, SOURCE))
        instance, words_digest = self.find(kind, key), digest(words)
        if entry is None and instance is not None and (key, SOURCE) not in self.fresh:
            return instance, self.note(kind, "kept", f"{key}: it was there before the loader")
        if entry is not None and instance is None:
            return None, self.note(kind, "kept", f"{key}: removed by an editor")
        if entry is not None and entry.words_digest == words_digest:
            return instance, self.note(kind, "unchanged")
        if entry is not None and state(kind, instance) != entry.state_digest:
            return instance, self.note(kind, "kept", f"{key}: changed by an editor")
        if instance is None:
            instance = self._unsaved(kind, key, words)
            other = None if issubclass(kind.model, Page) else self._namesake(instance)
            if other or issubclass(kind.model, Page):
                return other, self.note(kind, "kept", f"{key}: an editor's own entry has this place")
        kind.fill(instance, words)
        with named(key):
            instance.clean_fields(exclude=NOT_FILLED)
            publish(instance)
        instance = kind.model.objects.get(pk=instance.pk)
        self.remember(kind, key, SOURCE, words_digest, instance)
        return instance, self.note(kind, "created" if entry is None else "updated")

    def plant(self, kind: Kind, key: str, parent_key: str | None, slug: str, titles: dict[str, str]) -> None:
        """Give a new page its place in the tree of every language, so that others can refer to it before it has words."""
        for code, title in titles.items():
            if (key, code) in self.entries or self.find(kind, key, code) is not None:
                continue
            parent = page_of(parent_key, self.locales[code]) if parent_key else root_page()
            if parent is None or parent.get_children().filter(slug=slug).exists() and parent_key:
                continue
            page = kind.model(
                title=title, translation_key=stable_key(key), locale=self.locales[code], live=False,
                slug=slug if parent_key else f"{slug}-{code}",
            )  # fmt: skip
            self.fresh.add((key, code))
            parent.add_child(instance=page)

    def translate(self, kind: Kind, key: str, instance, outcome: str, words: dict, *, remark: str = "") -> None:
        """Bring the translations of `instance` up to date. `words` maps each language to its full set of words."""
        for code in self.languages:
            if code in words:
                self.note(kind, *self._translate(kind, key, code, instance, outcome, words, remark))

    def _translate(self, kind, key, code, instance, outcome, words, remark) -> tuple[str, str]:
        entry, target, locale = self.entries.get((key, code)), self.find(kind, key, code), self.locales[code]
        words_digest = digest(words[code])
        if entry is None and target is not None and (key, code) not in self.fresh:
            return "kept", f"{key} ({code}): it was there before the loader"
        if instance is None or entry is not None and target is None:
            return "kept", f"{key} ({code}): removed by an editor"
        if entry is None and outcome == "kept" and (key, SOURCE) not in self.entries:
            return "kept", f"{key} ({code}): the English one is an editor's own"
        if entry is not None and (outcome == "kept" or outcome == "unchanged" and entry.words_digest == words_digest):
            return outcome, ""
        pairs = self._pairs(kind, key, code, words)
        if entry is not None:
            if drafts.is_detached(instance, locale):
                return "kept", f"{key} ({code}): edited as a page of its own"
            if drafts.people_translated(instance, locale) or state(kind, target) != entry.state_digest:
                drafts.offer(instance, locale, pairs, remark=remark)
                return "kept", f"{key} ({code}): changed by a translator, who finds the new words in the editor"
        with named(f"{key} ({code})"):
            target = drafts.publish(drafts.offer(instance, locale, pairs, remark=remark))
        self.remember(kind, key, code, words_digest, target)
        return "created" if entry is None else "updated", ""

    def _pairs(self, kind, key, code, words) -> dict:
        source, translated = (self._unsaved(kind, key, words[language]) for language in (SOURCE, code))
        try:
            return drafts.pairs(source, translated)
        except drafts.ShapesDiffer as problem:
            raise StarterProblem(f"{key} ({code}): {problem}") from problem

    def _namesake(self, instance):
        """An entry of the same key and language that the loader did not make."""
        if not hasattr(instance, "key"):
            return None
        return type(instance).objects.filter(key=instance.key, locale=instance.locale).first()

    def _unsaved(self, kind, key, words):
        instance = kind.model(translation_key=stable_key(key), locale=self.locales[SOURCE])
        kind.fill(instance, words)
        return instance


@contextmanager
def named(key: str) -> Iterator[None]:
    """Say of which object a field is wrong."""
    try:
        yield
    except ValidationError as error:
        raise StarterProblem(f"{key}: {'; '.join(error.messages)}") from error


def root_page() -> Page:
    root = Page.get_first_root_node()
    return root or Page.add_root(instance=Page(title="Root", slug="root", locale=Locale.get_default()))


def page_of(key: str, locale: Locale) -> Page | None:
    return Page.objects.filter(translation_key=stable_key(key), locale=locale).first()


def publish(instance) -> None:
    """Save, and publish where the model knows drafts."""
    if not isinstance(instance, Page):
        instance.save()
    if isinstance(instance, RevisionMixin):
        revision = instance.save_revision()
        if isinstance(instance, DraftStateMixin):
            revision.publish()


# --- Indexes -------------------------------------------------------------------------------------------------------


@contextmanager
def indexes_later(touched: dict) -> Iterator[None]:
    """Leave search and reference index alone while loading, then bring them up to date for what was `touched`.

    Stages that were finished before a later one failed are in the database, and so belong in the indexes.
    """
    searched = [model for model in get_indexed_models() if getattr(model, "search_auto_update", True)]
    for model in searched:
        post_save.disconnect(post_save_signal_handler, sender=model)
    token = is_loading.set(True)
    try:
        with disable_reference_index_auto_update():
            yield
    except BaseException:
        if not connection.in_atomic_block:
            update_indexes(touched)
        raise
    else:
        update_indexes(touched)
    finally:
        is_loading.reset(token)
        for model in searched:
            post_save.connect(post_save_signal_handler, sender=model)


def update_indexes(touched: dict) -> None:
    backend = get_search_backend()
    by_model: dict[type, list[int]] = {}
    for model, pk in touched:
        by_model.setdefault(model, []).append(pk)
    for model, pks in by_model.items():
        objects = list(model.objects.filter(pk__in=pks))
        if model in get_indexed_models():
            backend.add_bulk(model, objects)
        for instance in objects:
            ReferenceIndex.create_or_update_for_object(instance)
