#!/usr/bin/env python3
"""The front door: sets itself up, then runs the site, its tests, its benchmark or any Django command.

    python3 manage.py run [ADDRESS:PORT]    everything needed, starter content, and the server
    python3 manage.py test [PYTEST OPTIONS] the tests
    python3 manage.py bench                 the table of speeds
    python3 manage.py COMMAND ...           any other command of the site; `help` lists them

Stages: a virtual environment in .venv with what requirements.txt pins; from there on inside it: system libraries, fonts and
front-end assets, then the command. Until the environment exists, only Python's standard library is used. Every stage leaves
a stamp, so that a second start is quick.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
OLDEST = (3, 11)


def say(text: str) -> None:
    print(text, flush=True)


def stop(text: str) -> None:
    raise SystemExit(f"\nLodestar: {text}")


def digest(*parts: str | bytes | Path) -> str:
    """One hash over texts and the contents of files."""
    total = hashlib.sha256()
    for part in parts:
        total.update(
            part.read_bytes() if isinstance(part, Path) else part if isinstance(part, bytes) else part.encode()
        )
    return total.hexdigest()


def make_environment() -> None:
    """Create .venv when it is missing and install the pinned packages when the pins changed."""
    if sys.version_info < OLDEST:
        stop(f"Python {'.'.join(map(str, OLDEST))} or newer is needed; this is {sys.version.split()[0]}.")
    stamp = VENV / "lodestar-stamp"
    wanted = digest(ROOT / "requirements.txt", sys.version)
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    if not PYTHON.exists():
        say("Making a Python environment in .venv ...")
        made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True)
        if made.returncode:
            shutil.rmtree(VENV, ignore_errors=True)
            stop(
                "Python could not make a virtual environment. On Debian and Ubuntu its package is missing: "
                f"install python3-venv (as an administrator: apt-get install python3-venv) and run this again.\n\n{made.stdout}{made.stderr}"
            )
    say("Installing the Python packages that requirements.txt pins (about a minute the first time) ...")
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    with subprocess.Popen(
        [*pip, "-r", str(ROOT / "requirements.txt")], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        lines, count = [], 0
        for line in process.stdout:
            lines.append(line)
            if line.startswith("Collecting "):
                count += 1
                if count % 10 == 0:
                    say(f"  {count} packages found ...")
            elif line.startswith("Installing collected"):
                say(f"  {count} packages, unpacking ...")
    if process.returncode:
        stop("the packages could not be installed. What pip said:\n\n" + "".join(lines[-25:]))
    stamp.write_text(wanted)


def enter_environment() -> None:
    """Go on inside .venv, with the rooms on the import path."""
    environment = dict(os.environ)
    environment["PYTHONPATH"] = os.pathsep.join(
        [str(ROOT / "site"), str(ROOT), *filter(None, [environment.get("PYTHONPATH", "")])]
    )
    environment["LODESTAR_ENTERED"] = str(VENV)
    arguments = [str(PYTHON), str(ROOT / "manage.py"), *sys.argv[1:]]
    if os.name == "nt":
        raise SystemExit(subprocess.call(arguments, env=environment))
    os.execve(arguments[0], arguments, environment)  # noqa: S606  our own file


def main() -> None:
    if os.environ.get("LODESTAR_ENTERED") != str(VENV):
        make_environment()
        enter_environment()
    sys.path[:0] = [path for path in (str(ROOT / "site"), str(ROOT)) if path not in sys.path]
    from config import door

    door.open(sys.argv)


if __name__ == "__main__":
    main()
