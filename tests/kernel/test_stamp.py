"""The stamp that tells every process of a site that something public changed."""

from pathlib import Path

import pytest
from django.conf import settings

from kernel import stamp
from tests.factories.courses import make_home


def test_tests_keep_a_stamp_that_no_other_process_touches():
    assert Path(settings.VAR_DIR) not in stamp._file().parents
    before = stamp.current()
    Path(settings.VAR_DIR, "stamps").mkdir(parents=True, exist_ok=True)
    Path(settings.VAR_DIR, "stamps", "pages").touch()
    assert stamp.current() == before


@pytest.mark.django_db
def test_a_change_moves_the_stamp_once_it_is_safe_on_disk(django_capture_on_commit_callbacks):
    before = stamp.current()
    with django_capture_on_commit_callbacks() as callbacks:
        make_home()
    assert stamp.current() == before and callbacks
    for callback in callbacks:
        callback()
    assert stamp.current() != before
