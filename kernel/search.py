"""The search index, asked only with words it can stand.

SQLite's full-text search raises on quotes, NUL, blanks and very long queries, and builds a tree as deep as there are words.
Every search of the site and of the admin (lists, choosers, pictures) comes through here, so that none answers 500.
"""

import copy
import re
import unicodedata

from modelsearch.query import SearchQuery
from wagtail.search.backends import database

MAX_CHARACTERS = 200
MAX_WORDS = 20
NOTHING = "nothing"


def clean(typed: str) -> str:
    """Return the words of a query, single-spaced: at most 200 characters and 20 words, nothing but letters and digits."""
    text = unicodedata.normalize("NFC", typed[: MAX_CHARACTERS * 4])[:MAX_CHARACTERS]
    return " ".join(re.findall(r"[^\W_]+", text)[:MAX_WORDS])


def cleaned(query):
    """The same for a query that was put together: each of its texts is cleaned, the rest stays."""
    if isinstance(query, str):
        return clean(query)
    if not isinstance(query, SearchQuery):
        return query
    result = copy.copy(query)
    if hasattr(query, "query_string"):
        result.query_string = clean(query.query_string)
    if hasattr(query, "subquery"):
        result.subquery = cleaned(query.subquery)
    if hasattr(query, "subqueries"):
        result.subqueries = [cleaned(part) for part in query.subqueries if not is_empty(cleaned(part))][:MAX_WORDS]
    return result


def is_empty(query) -> bool:
    """Whether nothing to search for is left in a cleaned query."""
    if isinstance(query, str):
        return not query
    parts = getattr(query, "subqueries", None)
    return not getattr(query, "query_string", "x") or parts == []


def rows_of(model_or_queryset):
    return getattr(model_or_queryset, "objects", model_or_queryset)


def SearchBackend(params):  # noqa: N802  the name under which Wagtail looks for it
    """Return the database's own back end with cleaned queries."""
    inner = type(database.SearchBackend(params))

    def _search(self, query_compiler_class, query, model_or_queryset, **kwargs):
        query = cleaned(query)
        if is_empty(query):
            # Results of no rows. (For an empty text Wagtail gives results without a model, on which its lists stumble.)
            query, model_or_queryset = NOTHING, rows_of(model_or_queryset).none()
        return inner._search(self, query_compiler_class, query, model_or_queryset, **kwargs)

    return type(f"Clean{inner.__name__}", (inner,), {"_search": _search})(params)
