"""Queries are cleaned before they reach the index, whatever built them."""

import pytest
from modelsearch.query import And, Boost, Fuzzy, MatchAll, Not, Phrase, PlainText
from wagtail.models import Page
from wagtail.search.backends import get_search_backend

from kernel.search import MAX_CHARACTERS, MAX_WORDS, clean, cleaned, is_empty


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("trata de personas", "trata de personas"),
        ('"quoted', "quoted"),
        ("O'Neil-Smith", "O Neil Smith"),
        ("  a\x00b\nc ", "a b c"),
        ("عمل قسري", "عمل قسري"),
        ("a AND (b", "a AND b"),
        ('"', ""),
        ("\x00", ""),
        (" ", ""),
        ("💥", ""),
    ],
)
def test_only_letters_and_digits_are_left(typed, words):
    assert clean(typed) == words


def test_a_query_is_cut_to_what_the_index_can_stand():
    assert len(clean("word " * 700).split()) == MAX_WORDS
    assert len(clean("x" * 5000)) == MAX_CHARACTERS
    assert len(cleaned(And([PlainText("a")] * 700)).subqueries) == MAX_WORDS


def test_queries_that_were_put_together_are_cleaned_inside_and_stay_as_they_were_outside():
    query = And([PlainText('say "x', operator="or"), Phrase('"'), Boost(Fuzzy("b\x00c"), 2), Not(PlainText("d'e"))])
    result = cleaned(query)
    assert repr(result) == repr(And([PlainText("say x", operator="or"), Boost(Fuzzy("b c"), 2), Not(PlainText("d e"))]))
    assert query.subqueries[0].query_string == 'say "x'


def test_a_query_for_everything_is_not_empty_and_one_of_signs_only_is():
    assert not is_empty(cleaned(MatchAll()))
    assert is_empty(cleaned(And([Phrase('"'), PlainText("(")])))
    assert is_empty(cleaned(PlainText("*")))


@pytest.mark.django_db
@pytest.mark.parametrize("query", ['"', "\x00", " ", "", "()", Phrase('"')])
@pytest.mark.parametrize("way", ["search", "autocomplete"])
def test_a_query_of_signs_only_finds_nothing_and_knows_its_model(query, way):
    results = getattr(get_search_backend(), way)(query, Page)
    assert (list(results), results.count(), results.model) == ([], 0, Page)
