import time
from types import SimpleNamespace

import pytest
from allauth.mfa.totp.internal import auth
from wagtail.models import Collection, Locale, Page

from accounts.roles import Role, sync_groups
from tests.factories.accounts import member, unit


@pytest.fixture(autouse=True)
def steady_codes(monkeypatch):
    """The clock of one-time codes stands still: a half minute that ends in the middle of a test would refuse a good code."""
    now = time.time()
    monkeypatch.setattr(auth, "time", SimpleNamespace(time=lambda: now))


@pytest.fixture
def roles(db):
    """Groups and permissions as after migrations."""
    Locale.objects.get_or_create(language_code="en")
    if not Page.objects.exists():
        Page.add_root(title="Root", slug="root")
    if not Collection.objects.exists():
        Collection.add_root(name="Root")
    sync_groups()


@pytest.fixture
def agency(db):
    return unit("Agency")


@pytest.fixture
def port(agency):
    return unit("Port", below=agency)


@pytest.fixture
def other_agency(db):
    return unit("Other Agency")


@pytest.fixture
def manager(roles, agency):
    return member(agency, Role.TRAINING_MANAGER, name="Mika Manager")


@pytest.fixture
def administrator(roles, agency):
    return member(agency, Role.ADMINISTRATOR, name="Ada Administrator")
