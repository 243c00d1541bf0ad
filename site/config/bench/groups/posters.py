"""Posters and kits: one sheet cold and warm, many at once, beside the plain tools that print the same page (issue 3, item 12).

The page is the same for all: the HTML that our layout writes, with its pictures inside, and the same fonts. The plain tools
only print it; ours also looks up words and numbers, fits every text, checks the finished file and keeps it.
"""

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from config.bench.rows import Figure, Goal, Row

SAMPLES = ("en", "ar", "hi", "th", "zh-Hans")
KIT_SIZES = ("letter", "a4", "tabloid", "a3")
SHEETS = {"quick": 30, "usual": 200, "long": 1000}  # for the memory of one process
SETTLED = 20  # sheets after which its memory is first read
GROWTH_MB = Goal(25, 12, at_most=True)
CHROMIUM = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


def rows():
    plain, chromium = {"baseline": "poster_plain"}, {"baseline": "poster_chromium"}
    yield Row("poster_plain", "Poster: weasyprint command line, the page alone", work="plain")
    yield Row("poster_cold", "Poster: manage.py poster, cold, checked", work="cold", **plain)
    yield Row("poster_pool", "Poster: warm processes, checked", work="pool", **plain)
    yield Row("poster_kit", "Kit: sheets of a kit, first time", work="kit", ratio=Goal(10, 15), **plain)
    yield Row("poster_chromium", "Poster: warm Chromium prints, the page alone", work="chromium")
    yield Row(
        "poster_warm", "Poster: one warm process, fitted and printed", work="warm", ratio=Goal(0.5, 2), **chromium
    )
    yield Row("poster_checked", "Poster: one warm process, fitted, printed, checked", work="checked", **chromium)
    yield Row("poster_zip", "Kit: writing the zip alone", work="zip_alone")
    yield Row(
        "poster_again", "Kit: once more, from the store", work="again", baseline="poster_zip", ratio=Goal(0.02, 0.1)
    )


def requests(people: int, once: int) -> dict:
    return {}


# --- What is printed --------------------------------------------------------------------------------------------------


def choices(languages, sizes=("letter",), issuer: str = ""):
    from posters import kits
    from posters.choice import Choice

    base = Choice(campaign="dont-be-fooled", issued_by=issuer)
    return kits.choices_for(base, languages, [("wall", size) for size in sizes])


def specs(issuer: str = "") -> list:
    from django.utils import timezone

    from posters.choice import resolve

    return [resolve(choice, now=timezone.now()).spec for choice in choices(SAMPLES, issuer=issuer)]


def studio():
    """The drawing and printing part of a worker, in this process."""
    from kernel.paper import fonts

    os.environ["FONTCONFIG_FILE"] = str(fonts.configuration())
    from posters.worker import Studio

    return Studio()


def pages() -> list[Path]:
    """The samples as HTML files with everything inside, written on first use."""
    import base64
    import mimetypes

    from django.conf import settings

    folder = Path(settings.VAR_DIR) / "bench-pages"
    if not folder.exists():
        printer = studio()
        folder.mkdir()
        for spec in specs():
            html, files, _metrics = printer.page(spec, "BENCHBEN")
            for name, body in files.items():
                kind = mimetypes.guess_type(name)[0]
                html = html.replace(f"asset:{name}", f"data:{kind};base64,{base64.b64encode(body).decode()}")
            (folder / f"{spec.tongues[0].language}.html").write_text(html)
    return sorted(folder.glob("*.html"))


def environment() -> dict[str, str]:
    from kernel.paper import fonts

    return os.environ | {"FONTCONFIG_FILE": str(fonts.configuration())}


def repeated(seconds: float, work, count: int) -> dict:
    """Do `work(number)` again and again, at least `count` times, until the time is over."""
    latencies, begun = [], time.perf_counter()
    while time.perf_counter() - begun < seconds or len(latencies) < count:
        start = time.perf_counter()
        work(len(latencies))
        latencies.append(time.perf_counter() - start)
    return {
        "requests": len(latencies),
        "seconds": time.perf_counter() - begun,
        "errors": {},
        "latencies": latencies,
    }


# --- One sheet --------------------------------------------------------------------------------------------------------


def plain(seconds: float) -> dict:
    files, own = pages(), environment()
    command = [sys.executable, "-m", "weasyprint", "--pdf-variant", "pdf/ua-1"]

    def work(number):
        file = files[number % len(files)]
        subprocess.run([*command, str(file), str(file.with_suffix(".pdf"))], env=own, check=True, capture_output=True)

    return repeated(seconds, work, 2)


def cold(seconds: float) -> dict:
    from config import door

    target = pages()[0].with_name("cold.pdf")
    begin = time.time_ns()

    def work(number):
        subprocess.run(
            [sys.executable, "-m", "django", "poster", "--languages", SAMPLES[number % len(SAMPLES)],
             "--issued-by", f"Bench {begin + number}", "--out", str(target)],
            cwd=door.ROOT, check=True, capture_output=True,
        )  # fmt: skip

    return repeated(seconds, work, 1)


def chromium(seconds: float) -> dict:
    """One browser and one tab for all; a machine without Chromium leaves the row empty."""
    import shutil

    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        return {"requests": 0, "seconds": seconds, "errors": {"There is no Chromium on this machine.": 1}}
    texts = [file.read_text() for file in pages()]
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=program, args=CHROMIUM.split(), env=environment())
        tab = browser.new_page()

        def work(number):
            tab.set_content(texts[number % len(texts)])
            tab.pdf(prefer_css_page_size=True, print_background=True, tagged=True)

        for number in range(len(texts)):
            work(number)
        told = repeated(seconds, work, 5)
        browser.close()
    return told


def warm(seconds: float) -> dict:
    printer, wanted = studio(), specs()

    def work(number):
        html, files, _metrics = printer.page(wanted[number % len(wanted)], f"{number:08}")
        problem, _notes, _pdf = printer.printer.print(html, files)
        if problem:
            raise RuntimeError(problem)

    for number in range(len(wanted)):
        work(number)
    return repeated(seconds, work, 5)


def checked(seconds: float) -> dict:
    printer, wanted = studio(), specs()

    def work(number):
        report, _pdf, _png = printer.make(wanted[number % len(wanted)], f"{number:08}")
        if report["problem"] or report["findings"]:
            raise RuntimeError(str(report)[:300])

    for number in range(len(wanted)):
        work(number)
    return repeated(seconds, work, 5)


# --- Many at once -----------------------------------------------------------------------------------------------------


@contextmanager
def pool_of_ours():
    from posters import press

    try:
        yield press
    finally:
        press.pool.stop()


def pool(seconds: float) -> dict:
    """Sheets with ever new words through all processes at once, each checked and kept."""
    from dataclasses import replace

    wanted, begin = specs(), time.time_ns()

    def many():
        number = 0
        while time.perf_counter() < end:
            yield replace(wanted[number % len(wanted)], issued_by=f"Bench {begin + number}")
            number += 1

    with pool_of_ours() as press:
        warm_up = [replace(spec, issued_by=f"Warm {begin}") for spec in wanted]
        list(press.make_many(warm_up))
        started = time.perf_counter()
        end = started + seconds
        made = [one for one in press.make_many(many())]
        return {"requests": len(made), "seconds": time.perf_counter() - started, "errors": failures(made)}


def failures(made: list) -> dict[str, int]:
    from posters.press import SheetFailed

    return {"sheets that failed": sum(isinstance(one, SheetFailed) for one in made)} if made else {"no sheet": 1}


def kit_choices(issuer: str) -> list:
    from posters.words import LANGUAGES

    few = os.environ.get("LODESTAR_BENCH") == "quick"
    return choices(LANGUAGES[:4] if few else LANGUAGES, KIT_SIZES, issuer)


def write_kit(issuer: str, target: Path) -> tuple[int, float, int]:
    """Return (sheets, seconds, failed) of one kit, from choices to the finished zip, processes started included."""
    from django.utils import timezone

    from posters import kits

    wanted = kit_choices(issuer)
    begun = time.perf_counter()
    with target.open("wb") as file:
        failed = kits.write(wanted, file, now=timezone.now())
    return len(wanted), time.perf_counter() - begun, len(failed)


def kit(seconds: float) -> dict:
    target = pages()[0].with_name("kit.zip")
    with pool_of_ours() as press:
        count, spent, failed = write_kit(f"Kit {time.time_ns()}", target)
        note(kit_mb=own_peak_mb() + sum(memory_mb(pid, "VmHWM") for pid in children(press)), kit_sheets=count)
    return {"requests": count, "seconds": spent, "errors": {"sheets that failed": failed} if failed else {}}


def again(seconds: float) -> dict:
    target = pages()[0].with_name("again.zip")
    with pool_of_ours():
        if not target.exists():
            write_kit("The same", target)
        count, spent, failed = write_kit("The same", target)
    return {"requests": count, "seconds": spent, "errors": {"sheets that failed": failed} if failed else {}}


def zip_alone(seconds: float) -> dict:
    """The files of a kit into a zip, stored, and nothing else."""
    import zipfile

    source, target = pages()[0].with_name("again.zip"), pages()[0].with_name("alone.zip")
    if not source.exists():
        with pool_of_ours():
            write_kit("The same", source)
    with zipfile.ZipFile(source) as bundle:
        files = {name: bundle.read(name) for name in bundle.namelist() if name.endswith(".pdf")}

    def work(_number):
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as bundle:
            for name, body in files.items():
                bundle.writestr(name, body)

    told = repeated(min(seconds, 1), work, 3)
    told.pop("latencies")
    return told | {"requests": told["requests"] * len(files)}


# --- Memory -----------------------------------------------------------------------------------------------------------


def children(press) -> list[int]:
    return [one._child.pid for one in press.pool._free.queue if one._child is not None]


def memory_mb(pid: int, what: str) -> float:
    """`VmRSS` or, for the most there ever was, `VmHWM` of a process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(what))


def own_peak_mb() -> float:
    return memory_mb(os.getpid(), "VmHWM")


def notes() -> Path:
    return pages()[0].with_name("notes.json")


def note(**facts) -> None:
    known = json.loads(notes().read_text()) if notes().exists() else {}
    notes().write_text(json.dumps(known | facts))


def figures() -> list[Figure]:
    from dataclasses import replace

    from posters.spec import code_of

    wanted, count = specs(), SHEETS[os.environ.get("LODESTAR_BENCH", "usual")]
    with pool_of_ours() as press:
        press.pool.stop()
        press.pool = press.Pool(1)
        read = {}
        for number in range(1, count + 1):
            spec = replace(wanted[number % len(wanted)], issued_by=f"Memory {number}")
            report, _body = press.pool.ask({"spec": spec.canonical(), "code": code_of(spec.key("bench"))})
            if report["problem"] or report["findings"]:
                raise RuntimeError(str(report)[:300])
            if number in {SETTLED, count}:
                read[number] = memory_mb(children(press)[0], "VmRSS")
        peak = memory_mb(children(press)[0], "VmHWM")
    found = [
        Figure(f"Memory of a printing process after {SETTLED} sheets", read[SETTLED], "MB"),
        Figure(f"Memory it gained until sheet {count:,}", read[count] - read[SETTLED], "MB", GROWTH_MB),
        Figure("Most memory it had", peak, "MB"),
    ]
    known = json.loads(notes().read_text()) if notes().exists() else {}
    if "kit_mb" in known:
        found.append(
            Figure(f"Most memory during a kit of {known['kit_sheets']} sheets, all processes", known["kit_mb"], "MB")
        )
    return found
