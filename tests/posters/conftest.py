"""Sheets are kept in a folder of the test run, with the fonts of the machine."""

import pytest

from posters import press, starter, store
from posters.press import Made
from posters.spec import code_of
from tests.factories.kits import LANGUAGES


@pytest.fixture(autouse=True)
def own_store(tmp_path, monkeypatch):
    monkeypatch.setattr("posters.store.place", lambda key, kind: tmp_path / "sheets" / f"{key}.{kind}")
    monkeypatch.setattr("posters.doorbell.lock_file", lambda: tmp_path / "kits.lock")  # tests run side by side


@pytest.fixture(scope="session", autouse=True)
def children_go_home():
    yield
    press.pool.stop()


@pytest.fixture
def words(db):
    starter.load(LANGUAGES)


@pytest.fixture
def fake_press(monkeypatch):
    """A press that prints nothing: the body is the code. `made` are the specs it was asked for; `act` may refuse one."""

    class Fake:
        def __init__(self):
            self.made, self.act = [], lambda spec: None

        def __call__(self, specs, *, cancelled=lambda: False):
            for spec in specs:
                if cancelled():
                    return
                self.made.append(spec)
                failure = self.act(spec)
                if failure is not None:
                    failure.spec = spec
                    yield failure
                    continue
                key = spec.key("test")
                body = f"%PDF {code_of(key)}".encode()
                store.keep(key, press.kind_of(spec), body, {"metrics": {}})
                yield Made(spec, key, body, {}, fresh=True)

    fake = Fake()
    monkeypatch.setattr(press, "make_many", fake)
    return fake
