"""The front door: stages run again only when their inputs changed, and a machine that lacks something is told what."""

import pytest

from config import door


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(door, "VAR", tmp_path / "var")
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "a.txt").write_text("a")
    return tmp_path / "room"


def test_a_stage_fits_only_after_it_was_finished(folder):
    assert not door.Stamp("stage", folder).fits
    door.Stamp("stage", folder).set()
    assert door.Stamp("stage", folder).fits


@pytest.mark.parametrize("change", ["new file", "other content", "other word"])
def test_a_stage_runs_again_when_its_inputs_change(folder, change):
    door.Stamp("stage", folder, "word").set()
    if change == "new file":
        (folder / "b.txt").write_text("b")
    elif change == "other content":
        (folder / "a.txt").write_text("longer")
    assert not door.Stamp("stage", folder, "other" if change == "other word" else "word").fits


@pytest.mark.parametrize("made", ["django.mo", "__pycache__/a.cpython-311.pyc"])
def test_what_a_stage_writes_itself_does_not_make_it_run_again(folder, made):
    door.Stamp("stage", folder).set()
    (folder / made).parent.mkdir(exist_ok=True)
    (folder / made).write_text("made")
    assert door.Stamp("stage", folder).fits


@pytest.mark.parametrize("arguments", [["localhost"], ["localhost:web"], ["8000", "9000"], [":"]])
def test_run_refuses_an_address_it_cannot_read(arguments):
    with pytest.raises(SystemExit, match="Usage"):
        door.run(arguments)


def without_root(monkeypatch, *, sudo: bool, terminal: bool, answer: str = "n"):
    ran = []
    monkeypatch.setattr(door.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(door.shutil, "which", lambda name: f"/usr/bin/{name}" if name == "apt-get" or sudo else None)
    monkeypatch.setattr(door.sys.stdin, "isatty", lambda: terminal, raising=False)
    monkeypatch.setattr("builtins.input", lambda prompt: answer)
    monkeypatch.setattr(
        door.subprocess, "run", lambda command, **kw: ran.append(command) or type("Done", (), {"returncode": 0})
    )
    return ran


def test_without_root_and_sudo_the_line_for_an_administrator_is_told(monkeypatch, capsys):
    ran = without_root(monkeypatch, sudo=False, terminal=True)
    assert not door.system_packages(["libpango-1.0-0"], "to make PDFs")
    words = capsys.readouterr().out
    assert "to make PDFs" in words and "sudo apt-get install libpango-1.0-0" in words and not ran


@pytest.mark.parametrize(("answer", "installs"), [("y", True), ("yes", True), ("", False), ("n", False)])
def test_sudo_is_used_only_after_a_yes(monkeypatch, answer, installs):
    ran = without_root(monkeypatch, sudo=True, terminal=True, answer=answer)
    assert door.system_packages(["chromium"], "for tests") is installs
    assert [command[0] for command in ran] == (["sudo"] if installs else [])


def test_sudo_is_never_used_where_nobody_can_answer(monkeypatch):
    ran = without_root(monkeypatch, sudo=True, terminal=False, answer="y")
    assert not door.system_packages(["chromium"], "for tests")
    assert not ran


def test_a_system_without_apt_is_told_to_use_its_own_tool(monkeypatch, capsys):
    monkeypatch.setattr(door.shutil, "which", lambda name: None)
    assert not door.system_packages(["libpango-1.0-0"], "to make PDFs")
    assert "not a Debian system" in capsys.readouterr().out
