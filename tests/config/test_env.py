"""Settings read from the environment refuse what they cannot read, all at once and in words."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config import env

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def no_problems():
    env.problems.clear()
    yield
    env.problems.clear()


def start(module: str, **environment) -> subprocess.CompletedProcess:
    clean = {key: value for key, value in os.environ.items() if key in {"PATH", "HOME", "LANG"}}
    return subprocess.run(
        [sys.executable, "-c", f"import {module}"],
        cwd=ROOT,
        env={**clean, "PYTHONPATH": f"{ROOT / 'site'}:{ROOT}", **environment},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(("value", "read"), [("true", True), ("ON", True), ("0", False), ("", True)])
def test_a_flag_is_read_in_any_usual_spelling(monkeypatch, value, read):
    monkeypatch.setenv("FLAG", value)
    assert env.flag("FLAG", True) is read


@pytest.mark.parametrize(
    ("value", "good"), [("5", True), ("480", True), ("4", False), ("481", False), ("ten", False), ("-5", False)]
)
def test_a_number_outside_its_bounds_is_a_problem(monkeypatch, value, good):
    monkeypatch.setenv("IDLE", value)
    number = env.number("IDLE", 15, least=5, most=480)
    assert (number == int(value)) if good else (number == 15 and len(env.problems) == 1)


@pytest.mark.parametrize("value", ["example.org", "ftp://example.org", "http://", "http://example.org:port"])
def test_an_address_that_is_none_is_a_problem(monkeypatch, value):
    monkeypatch.setenv("SITE_URL", value)
    env.url("SITE_URL", "http://localhost")
    assert len(env.problems) == 1


def test_finish_tells_every_problem_once(monkeypatch):
    monkeypatch.setenv("FLAG", "perhaps")
    monkeypatch.setenv("NUMBER", "ten")
    env.flag("FLAG")
    env.number("NUMBER", 1)
    with pytest.raises(env.WrongEnvironment) as stop:
        env.finish()
    assert "FLAG" in str(stop.value) and "NUMBER" in str(stop.value)
    env.finish()


GOOD = {
    "SECRET_KEY": "k" * 25 + "0123456789" * 3,
    "SITE_URL": "https://training.example.gov",
    "CONTACT_EMAIL": "training@example.gov",
}


def test_production_starts_with_secret_address_and_contact(tmp_path):
    done = start("config.settings.production", **GOOD, LODESTAR_VAR=str(tmp_path))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "short"),
        ("SITE_URL", ""),
        ("SITE_URL", "http://training.example.gov"),
        ("CONTACT_EMAIL", ""),
        ("LODESTAR_DEMO", "true"),
        ("DEBUG", "true"),
        ("ALLOWED_HOSTS", "*"),
        ("DATABASE_URL", "nonsense"),
        ("REDIS_URL", "http://localhost"),
        ("IDLE_MINUTES", "soon"),
    ],
)
def test_production_refuses_a_wrong_environment_by_the_variables_name(tmp_path, name, value):
    done = start("config.settings.production", **{**GOOD, name: value}, LODESTAR_VAR=str(tmp_path))
    assert done.returncode != 0
    assert f"- {name}" in done.stderr
    assert "Traceback" not in done.stderr
