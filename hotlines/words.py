"""Load the shipped words about hotlines, and leave alone what editors and translators changed."""

from django.db import transaction

from hotlines.imports import SHIPPED
from hotlines.models import Hotline, HotlineWords
from kernel.starter import SOURCE, Kind, Loader, StarterProblem, indexes_later, read

FIELDS = ("name", "note", "trace")


def fill(words: HotlineWords, entry: dict) -> None:
    words.hotline_id = entry["hotline"]
    for field in FIELDS:
        setattr(words, field, entry.get(field, ""))


KIND = Kind("Hotline words", HotlineWords, FIELDS, fill)


def files() -> dict[str, dict]:
    """{language: {code: {field: text}}} of the shipped files: `words.pt-BR.yaml` and so on."""
    return {path.name.split(".")[1].lower(): read(path) or {} for path in sorted(SHIPPED.parent.glob("words.*.yaml"))}


@transaction.atomic
def load(languages: list[str]) -> Loader:
    """Write the words of all hotlines in English and in those of `languages` that have a file."""
    shipped = files()
    used = [code for code in languages if code in shipped and code != SOURCE]
    hotlines = {hotline.code: hotline for hotline in Hotline.objects.all()}
    check(shipped)
    loader = Loader(used)
    with indexes_later(loader.touched):
        for code, hotline in hotlines.items():
            english = {"hotline": hotline.pk, "name": hotline.name_en} | shipped[SOURCE].get(code, {})
            found = {language: english | words[code] for language, words in shipped.items() if code in words}
            instance, outcome = loader.write(KIND, f"hotline/{code}", english)
            loader.translate(KIND, f"hotline/{code}", instance, outcome, {**found, SOURCE: english})
    return loader


def check(shipped: dict) -> None:
    """Raise StarterProblem for fields nobody knows, or that a translation has and English lacks."""
    for language, words in shipped.items():
        for code, entry in words.items():
            known = set(FIELDS) if language == SOURCE else {"name", *shipped[SOURCE].get(code, {})}
            extra = set(entry) - known
            if extra:
                raise StarterProblem(f"words.{language}.yaml, {code}: {', '.join(sorted(extra))} is not in English.")
