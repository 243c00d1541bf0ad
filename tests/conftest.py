"""What every test starts from."""

import pytest
from django.core.cache import caches
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import translation

from kernel import stamp
from records import express


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Without migrations their table is missing, which wagtail-localize reads when it notes a source."""
    with django_db_blocker.unblock():
        MigrationRecorder(connection).ensure_schema()


@pytest.fixture(scope="session", autouse=True)
def a_stamp_of_our_own(tmp_path_factory):
    """The stamp is a file that a running site and every other test process would touch too, whenever they please."""
    shared, stamp.FILE = stamp.FILE, (str(tmp_path_factory.mktemp("stamps") / "pages"),)
    yield
    stamp.FILE = shared


@pytest.fixture(autouse=True)
def nothing_kept_near():
    """Rendered pieces are dropped when a change is committed; a test's transaction never is."""
    caches["near"].clear()
    express.forget_editions()
    yield
    caches["near"].clear()


@pytest.fixture(autouse=True)
def begun_in_english():
    """A page read in another language leaves that language active; the next test must not begin in it."""
    translation.activate("en")
    yield
    translation.deactivate()


def pytest_collection_modifyitems(items):
    """A real browser on a busy machine may miss a moment: such a test is run once more, and the summary says so (R).

    A rule that is broken is broken both times. Nothing else gets a second try.
    """
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))
