"""What is kept near is handed out as it is, until something public changes, its time is over or there is no more room."""

import time

import pytest

from kernel import near, stamp
from kernel.near import NearCache


@pytest.fixture
def cache():
    return NearCache("near", {"TIMEOUT": 600, "OPTIONS": {"MAX_ENTRIES": 2}})


def test_the_same_object_comes_back(cache):
    value = {"a": object()}
    cache.set("key", value)
    assert cache.get("key") is value
    assert cache.get("other", "nothing") == "nothing"


def test_it_ends_with_its_time(cache, monkeypatch):
    cache.set("short", 1, 10)
    cache.set("ever", 2, None)
    at = time.time()
    monkeypatch.setattr(near.time, "time", lambda: at + 9.9)
    assert cache.get("short") == 1
    monkeypatch.setattr(near.time, "time", lambda: at + 10.1)
    assert cache.get("short") is None
    assert cache.get("ever") == 2


def test_the_oldest_makes_room(cache):
    for key in ("first", "second", "first", "third"):
        cache.set(key, key)
    assert [cache.get(key) for key in ("first", "second", "third")] == ["first", None, "third"]


def test_it_keeps_the_promises_of_a_cache(cache):
    assert cache.add("key", 1) and not cache.add("key", 2)
    assert cache.get("key") == 1
    assert cache.touch("key", 5) and not cache.touch("other")
    assert cache.delete("key") and not cache.delete("key")
    cache.set("none", None)
    assert cache.get("none", "default") is None
    cache.clear()
    assert cache.get("none") is None


def test_what_is_near_is_made_afresh_when_something_public_changed(monkeypatch):
    made = []

    def make():
        made.append(1)
        return len(made)

    monkeypatch.setattr(stamp, "current", lambda: "one")
    assert [near.near("made", make), near.near("made", make)] == [1, 1]
    monkeypatch.setattr(stamp, "current", lambda: "two")
    assert near.near("made", make) == 2
