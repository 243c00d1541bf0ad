"""The house: rooms import downwards only, plain folders stay plain, models and migrations agree, templates compile."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.template import engines
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ["kernel", "accounts", "hotlines", "courses", "posters", "directory", "records", "interop", "translations"]


def lint_imports(config: Path, path: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as run; run()",
            "--no-cache",
            "--config",
            str(config),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
    )


def test_rooms_import_downwards_only():
    done = lint_imports(ROOT / "pyproject.toml", f"{ROOT / 'site'}:{ROOT}")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_import_check_would_notice_a_step_upwards(tmp_path):
    for room, text in {"upper": "", "lower": "import upper\n"}.items():
        (tmp_path / room).mkdir()
        (tmp_path / room / "__init__.py").write_text(text)
    config = tmp_path / "pyproject.toml"
    config.write_text(
        '[tool.importlinter]\nroot_packages = ["upper", "lower"]\n[[tool.importlinter.contracts]]\n'
        'name = "down"\ntype = "layers"\nlayers = ["upper", "lower"]\n'
    )
    done = lint_imports(config, str(tmp_path))
    assert done.returncode != 0 and "BROKEN" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("folder", ["site", "locale", "media"])
def test_plain_folders_hide_no_module_of_python(folder):
    assert not (ROOT / folder / "__init__.py").exists()


@pytest.mark.parametrize("room", [*ROOMS, "site/home", "site/config"])
def test_every_room_says_what_it_is_for(room):
    assert (ROOT / room / "__init__.py").read_text().startswith('"""')


@pytest.mark.django_db
def test_no_model_waits_for_a_migration():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def our_templates() -> list[Path]:
    folders = [ROOT / "site" / "templates", *ROOT.glob("*/templates"), *(ROOT / "site").glob("*/templates")]
    return sorted(
        {file for folder in folders for file in folder.rglob("*") if file.suffix in {".html", ".txt", ".xml"}}
    )


def name_of(file: Path) -> str:
    return str(file).split("/templates/", 1)[1]


@pytest.mark.parametrize("file", our_templates(), ids=name_of)
def test_every_template_compiles(file):
    engines["django"].from_string(file.read_text())
    assert get_template(name_of(file))


@pytest.mark.parametrize("file", our_templates(), ids=name_of)
def test_no_template_holds_a_script_a_style_or_unescaped_words(file):
    text = file.read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)", text), "inline script"
    if "/certificates/paper" not in str(file) and "/paper/" not in str(file):
        assert not re.search(r"<style|\sstyle=", text), "inline style"
    assert not re.search(r"\son(click|load|change|submit|input|error)=", text), "inline handler"
    assert "|safe" not in text and "autoescape off" not in text
    assert not re.search(r"(src|href)=[\"']https?://", text), "another host"


@pytest.mark.parametrize("file", our_templates(), ids=name_of)
def test_no_template_sets_a_left_or_a_right(file):
    assert not re.search(r"class=\"[^\"]*\b(float|text|margin)-(left|right)\b", file.read_text())


def style_sheets() -> list[Path]:
    """Our own: `var` holds those of packages too, once the site has run."""
    found = [*(ROOT / "site" / "static").rglob("*.css"), *ROOT.glob("*/static/**/*.css")]
    return sorted(file for file in found if "var" not in file.relative_to(ROOT).parts)


@pytest.mark.parametrize("file", style_sheets(), ids=lambda file: file.name)
def test_style_sheets_use_logical_properties(file):
    text = re.sub(r"/\*.*?\*/", "", file.read_text(), flags=re.S)
    found = re.findall(
        r"(?:^|[;{\s])((?:margin|padding|border)-(?:left|right)|text-align:\s*(?:left|right)|float:\s*(?:left|right))",
        text,
    )
    assert not found


def page_types():
    from kernel.pages import BasePage

    return [model for model in apps.get_models() if issubclass(model, BasePage)]


def test_every_page_type_says_what_it_is_and_where_it_may_stand():
    assert len(page_types()) >= 6
    for model in page_types():
        assert model.__doc__ and "parent_page_types" in vars(model) and "subpage_types" in vars(model), model


# 1-800-like numbers, or seven and more digits in a row with the usual separators. Data files are where numbers belong.
PHONE = re.compile(r"(?<![\w.#/-])(?:\+?\d[\s.()-]?){2,4}\d{3}[\s.-]\d{4}(?!\d)")


def sources() -> list[Path]:
    files = subprocess.run(
        ["git", "ls-files", "*.html", "*.py", "*.js", "*.yaml", "*.md"], cwd=ROOT, capture_output=True, text=True
    )
    return [ROOT / name for name in files.stdout.split() if not name.startswith("tests/") and "migrations" not in name]


def test_no_phone_number_is_typed_outside_the_registry():
    found = {
        str(file): PHONE.findall(file.read_text())
        for file in sources()
        if file.exists() and PHONE.search(file.read_text())
    }
    assert not found
