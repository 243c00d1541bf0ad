"""SQLite's search table is made by a migration, and tests run without migrations."""

import pytest
from django.db import connection
from wagtail.search.models import IndexEntry

TABLE = IndexEntry._meta.db_table
STATEMENTS = (
    f"DROP TABLE IF EXISTS {TABLE}_fts",
    f"CREATE VIRTUAL TABLE {TABLE}_fts USING fts5(autocomplete, body, title)",
    f"CREATE TRIGGER insert_{TABLE}_fts AFTER INSERT ON {TABLE} BEGIN INSERT INTO {TABLE}_fts(title, body, autocomplete, "
    "rowid) VALUES (NEW.title, NEW.body, NEW.autocomplete, NEW.id); END",
    f"CREATE TRIGGER update_{TABLE}_fts AFTER UPDATE ON {TABLE} BEGIN UPDATE {TABLE}_fts SET title=NEW.title, "
    "body=NEW.body, autocomplete=NEW.autocomplete WHERE rowid=NEW.id; END",
    f"CREATE TRIGGER delete_{TABLE}_fts AFTER DELETE ON {TABLE} BEGIN DELETE FROM {TABLE}_fts WHERE rowid=OLD.id; END",
)


@pytest.fixture
def search_index(db):
    """A search table as the migrations make it."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for statement in STATEMENTS:
                cursor.execute(statement)
