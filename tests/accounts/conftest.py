import pytest
from wagtail.models import Collection, Locale, Page

from accounts.roles import Role, sync_groups
from tests.factories.accounts import member, unit


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
