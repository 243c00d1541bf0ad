"""One object in one locale, text by text: what it says, how far it is, what the source said when it was translated."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Prefetch
from wagtail.models import Locale
from wagtail_localize.models import StringSegment, StringTranslation, TranslationSource

from hotlines.guards import known_numbers
from translations import checks, glossary, memory
from translations.models import Comment, Edit, Review, State


@dataclass
class Segment:
    """One text in its place. `source_then` and `text_then` are set when the source changed since it was translated."""

    number: int
    string_id: int
    context_id: int
    label: str
    source: str
    translation: StringTranslation | None
    source_then: str = ""
    text_then: str = ""
    comments: list[Comment] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    problems: list[checks.Problem] = field(default_factory=list)
    suggestions: list = field(default_factory=list)
    terms: list = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.translation.data if self.translation else ""

    @property
    def review(self) -> Review | None:
        return getattr(self.translation, "review", None) if self.translation else None

    @property
    def name(self) -> str:
        """How the form calls it."""
        return f"text-{self.context_id}-{self.string_id}"

    @property
    def state(self) -> str:
        if self.translation is None:
            return State.STALE if self.text_then else State.MISSING
        if self.translation.has_error:
            return State.WRONG
        if self.review:
            return State.REVIEWED
        is_machine = self.translation.translation_type == StringTranslation.TRANSLATION_TYPE_MACHINE
        return State.MACHINE if is_machine else State.HUMAN

    @property
    def state_label(self) -> str:
        return State(self.state).label

    @property
    def is_long(self) -> bool:
        return len(self.source) > 80


def segments(source: TranslationSource, locale: Locale, *, closely: bool = False) -> list[Segment]:
    """The texts of an object in the order of the page. `closely` adds comments, history, problems, suggestions and terms.

    The number of queries does not depend on the number of texts.
    """
    rows = list(StringSegment.objects.filter(source=source).select_related("string", "context").order_by("order", "pk"))
    found, left = _translations(source, locale, {(row.string_id, row.context_id) for row in rows})
    result, seen = [], set()
    for row in rows:
        key = row.string_id, row.context_id
        if key in seen:
            continue
        seen.add(key)
        then = None if key in found else memory.closest(row.string.data, left.get(row.context_id, []))
        result.append(
            Segment(
                number=len(result) + 1,
                string_id=row.string_id,
                context_id=row.context_id,
                label=place_name(row.context.path),
                source=row.string.data,
                translation=found.get(key),
                source_then=then.translation_of.data if then else "",
                text_then=then.data if then else "",
            )
        )
    if closely:
        _look_closely(result, source, locale)
    return result


def _translations(source, locale, current: set) -> tuple[dict, dict]:
    """Translations by (string, context), and those whose source text is gone, by context."""
    found, left = {}, defaultdict(list)
    rows = (
        StringTranslation.objects.filter(context__object_id=source.object_id, locale=locale)
        .select_related("translation_of", "last_translated_by")
        .prefetch_related(Prefetch("review", queryset=Review.objects.select_related("by")))
        .order_by("-updated_at")
    )
    for row in rows:
        key = row.translation_of_id, row.context_id
        if key in current:
            found[key] = row
        else:
            left[row.context_id].append(row)
    return found, left


def _look_closely(found: list[Segment], source, locale) -> None:
    code, known = locale.language_code, known_numbers()
    contexts = {segment.context_id for segment in found}
    comments, edits = defaultdict(list), defaultdict(list)
    for comment in Comment.objects.filter(context__object_id=source.object_id, locale=locale).select_related("by"):
        comments[comment.context_id, comment.string_id].append(comment)
    for edit in Edit.objects.filter(context_id__in=contexts, locale=locale).select_related("by"):
        edits[edit.context_id].append(edit)
    remembered = memory.Memory(locale)
    for segment in found:
        segment.comments = comments[segment.context_id, segment.string_id]
        segment.edits = [edit for edit in edits[segment.context_id] if memory.alike(edit.source, segment.source) >= 50]
        segment.terms = glossary.hits(segment.source, code)
        if segment.text:
            segment.problems = checks.problems(segment.source, segment.text, code, known=known)
        segment.suggestions = remembered.suggestions(segment.source, but=segment.text)


NAMES = {"stem", "explanation", "title", "choices", "text", "feedback", "match"}


def place_name(path: str) -> str:
    """Where a text stands, readable: `body › story › answer` without the ids of blocks."""
    parts = [part for part in path.split(".") if not _is_id(part)]
    return " › ".join(part.replace("_", " ") for part in parts)


def _is_id(part: str) -> bool:
    return len(part) >= 32 and all(sign in "0123456789abcdef-" for sign in part)
