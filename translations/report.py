"""The checks over everything there is in a language, object by object."""

from collections.abc import Iterator

from wagtail_localize.models import StringSegment, StringTranslation

from hotlines.guards import known_numbers
from posters.models import CampaignWords, CommonWords
from translations import catalogues, checks
from translations.segments import place_name

HEADER = ("object", "place", "rule", "level", "problem", "English", "translation")


def lines(code: str) -> Iterator[list[str]]:
    """Rows as in `HEADER`, one for each problem, in a constant number of queries."""
    known = known_numbers()
    there = {
        (row.translation_of_id, row.context_id): row.data
        for row in StringTranslation.objects.filter(locale__language_code=code)
    }
    rows = StringSegment.objects.filter(source__locale__language_code="en").select_related(
        "source", "string", "context"
    )
    for row in rows.order_by("source_id", "order").iterator(chunk_size=2000):
        text = there.get((row.string_id, row.context_id))
        if text is None:
            continue
        for problem in checks.problems(row.string.data, text, code, known=known):
            yield [
                row.source.object_repr, place_name(row.context.path), problem.rule, problem.level, problem.text,
                row.string.data, text,
            ]  # fmt: skip
    yield from _poster_lines(code, known)
    for entry in catalogues.words(code):
        for problem in [] if entry.obsolete else catalogues.problems_of(entry, code, known):
            said = entry.msgstr or " | ".join(entry.msgstr_plural.values())
            yield ["interface", entry.msgctxt or "", problem.rule, problem.level, problem.text, entry.msgid, said]


def _poster_lines(code: str, known) -> Iterator[list[str]]:
    for model, group in ((CommonWords, None), (CampaignWords, "campaign_id")):
        found = list(model.objects.filter(language__iexact=code))
        english = {getattr(words, group or "language"): words for words in model.objects.filter(language="en")}
        for words in found:
            source = english.get(getattr(words, group) if group else "en")
            for name in words.NAMES if source else ():
                most = model._meta.get_field(name).max_length
                ours, theirs = getattr(source, name), getattr(words, name)
                for problem in checks.problems(ours, theirs, code, most=most, known=known) if theirs else ():
                    yield [str(words), name, problem.rule, problem.level, problem.text, ours, theirs]
