"""A language may bring words for a part of the starter content; the rest stays English."""

from types import SimpleNamespace

import pytest

from courses.starter.load import by_language
from home.starter import load as starter
from kernel.languages import SHIPPED
from kernel.starter import StarterProblem, Untranslated, merged

SOURCE = {
    "title": "Course",
    "minutes": 5,
    "modules": [
        {"key": "one", "title": "One", "lessons": [{"key": "a", "body": ["x", "y"]}]},
        {"key": "two", "title": "Two"},
    ],
}


def test_an_entry_that_is_left_out_is_no_translation():
    found = merged(SOURCE, {"title": "Cours", "modules": [{"key": "two", "title": "Deux"}]}, "course.fr.yaml")
    assert found["title"] == "Cours" and found["minutes"] == 5
    both = {"en": SOURCE, "fr": found}
    assert list(by_language(both, "modules", 0)) == ["en"]
    assert list(by_language(both, "modules", 0, "lessons", 0)) == ["en"]
    assert by_language(both, "modules", 1)["fr"]["title"] == "Deux"


def test_a_list_that_is_left_out_leaves_every_entry_english():
    found = merged(SOURCE, {"title": "Cours"}, "course.fr.yaml")
    assert all(isinstance(module, Untranslated) for module in found["modules"])
    assert "fr" in by_language({"en": SOURCE, "fr": found})


def test_entries_are_found_by_key_in_any_order():
    words = {"modules": [{"key": "two", "title": "Deux"}, {"key": "one", "title": "Un"}]}
    assert [module["title"] for module in merged(SOURCE, words, "f")["modules"]] == ["Un", "Deux"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"modules": [{"key": "three", "title": "Trois"}]}, "three is not in the English file"),
        ({"modules": [{"key": "one"}, {"key": "one"}]}, "a key stands there twice"),
        ({"modules": [{"key": "one", "lessons": [{"key": "a", "body": ["x"]}]}]}, "2 entries are expected"),
        ({"modules": "none"}, "2 entries are expected"),
        ({"note": "?"}, "note is not in the English file"),
    ],
)
def test_what_does_not_fit_is_named(words, says):
    with pytest.raises(StarterProblem, match=says):
        merged(SOURCE, words, "course.fr.yaml")


def test_the_shipped_words_of_every_language_can_be_loaded():
    assert starter.check(SHIPPED[1:]) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [("En 2023", "2023"), ("<b>En</b> 2024", "markup"), ("En 2024, tráfico de personas", "smuggling"), ("En 2024", "")],
)
def test_a_translated_file_is_checked_as_a_typed_text_is(text, says):
    words = SimpleNamespace(
        catalog={"en": {"title": "In 2024"}, "es": {"title": text}}, facts={}, courses={}, questions={}
    )
    found = list(starter.wrong_texts(words, {}, {"en": {}}))
    assert len(found) == bool(says) and all(says in problem and "catalog.es, title" in problem for problem in found)
