import pytest

from hotlines import imports
from tests.factories.hotlines import make_keeper


@pytest.fixture(autouse=True)
def own_var_directory(settings, tmp_path):
    """The copy for outages goes where no other test reads it."""
    settings.VAR_DIR = tmp_path
    return tmp_path


@pytest.fixture
def registry(db):
    """All lines of the shipped file, as after the first load."""
    imports.take_over(imports.compare(imports.read(imports.SHIPPED)))


@pytest.fixture
def ana(db):
    return make_keeper("Ana")


@pytest.fixture
def ben(db):
    return make_keeper("Ben")
