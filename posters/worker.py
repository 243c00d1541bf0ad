"""The child that makes sheets. Started by `posters.press` as `python -m posters.worker`; it knows no settings and no database.

Stages for one order: spec and code in → a design draws zones on canvases → HTML → PDF → preflight; for screens also a PNG.
Frames on both pipes as in `kernel.paper.worker`: in, one frame of JSON; out, one of JSON and one with the file.
"""

import json
import os
import resource
import select
import sys

from kernel.paper.measure import Measurer
from kernel.paper.worker import MEMORY_BYTES, Printer, limit_cpu, read_frame, write_frame
from posters import preflight
from posters.designs import DESIGNS
from posters.designs.parts import Scene, palette
from posters.faces import letters
from posters.layout import BASICS, Canvas, clean, document
from posters.sizes import SIZES
from posters.spec import PosterSpec, shown

BLEED = 9.0  # points, an eighth of an inch
SCREEN_SCALE = 96 / 72


class Studio:
    """Draws, prints and checks sheets, with one font configuration for its whole life."""

    def __init__(self):
        from weasyprint.text.ffi import ffi

        self.printer = Printer(BASICS)
        self.measurer = Measurer(int(ffi.cast("intptr_t", self.printer.fonts.font_map)))

    def canvas(self, spec: PosterSpec, code: str) -> Canvas:
        """Return the drawn page of a spec; its `problems` say what is too long."""
        size, design = SIZES[spec.size], DESIGNS[spec.design]
        numbers = {**spec.numbers, "address": spec.address(code).partition("://")[2].replace(code, shown(code))}
        canvas = Canvas(
            size.width, size.height, self.measurer, numbers,
            rtl=letters(spec.tongues[0].language).rtl, bleed=BLEED if spec.press else 0,
        )  # fmt: skip
        unit = min(size.width, size.height) / 100
        if size.is_landscape:
            unit *= 0.93
        if size.width / size.height < 0.6 and size.is_screen:
            unit *= 1.12
        design.draw(Scene(spec, size, canvas, code, unit, 6.2 * unit, palette(spec)))
        return canvas

    def page(self, spec: PosterSpec, code: str) -> tuple[str, dict[str, bytes], dict]:
        """Return the laid-out sheet as (HTML, files it shows, metrics). Texts too long are among the metrics' `problems`."""
        canvas, first = self.canvas(spec, code), spec.tongues[0]
        title = f"{clean(first.headline.replace('|', ' '))} ({shown(code)})"
        html = document([canvas], title=title, language=first.language, marks=spec.press)
        return html, canvas.files, canvas.metrics()

    def make(self, spec: PosterSpec, code: str) -> tuple[dict, bytes, bytes]:
        """Return (report, PDF, PNG of a screen or nothing). The report holds problem, metrics and findings."""
        html, files, metrics = self.page(spec, code)
        if metrics["problems"]:
            return {"problem": "too long", "metrics": metrics, "findings": []}, b"", b""
        problem, notes, pdf = self.printer.print(html, files)
        if problem:
            return {"problem": problem, "metrics": metrics, "findings": []}, b"", b""
        findings = preflight.check(pdf, metrics, spec.numbers["voice"])
        findings += [{"check": "warnings", "detail": message} for _, message in notes]
        png = b""
        if SIZES[spec.size].is_screen:
            png = preflight.picture(pdf, SCREEN_SCALE)
        return {"problem": "", "metrics": metrics, "findings": findings}, pdf, png


def main(idle_seconds: int, cpu_seconds: int) -> None:
    source, target = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a stray print must not look like an answer
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    limit_cpu(cpu_seconds)
    studio = Studio()
    while select.select([source], [], [], idle_seconds)[0]:
        frame = read_frame(source)
        if frame is None:
            break
        limit_cpu(cpu_seconds)
        order = json.loads(frame)
        try:
            report, pdf, png = studio.make(PosterSpec.read(order["spec"]), order["code"])
        except Exception as error:  # whatever a design stumbles over, the child answers and lives on
            report, pdf, png = (
                {"problem": f"{type(error).__name__}: {error}"[:500], "metrics": {}, "findings": []},
                b"",
                b"",
            )
        write_frame(target, json.dumps(report).encode())
        write_frame(target, png or pdf)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
