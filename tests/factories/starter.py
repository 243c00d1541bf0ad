"""The whole starter site, loaded once for all tests of a module and rolled back after them."""

from contextlib import contextmanager

from django.core.management import call_command
from django.db import transaction

from home.starter import load as starter


@contextmanager
def loaded(blocker):
    """Load hotlines and starter content inside a transaction that never ends well; yield the loader."""
    with blocker.unblock():
        with transaction.atomic():
            call_command("load_hotlines", verbosity=0)
            yield starter.load(starter.languages())
            transaction.set_rollback(True)
