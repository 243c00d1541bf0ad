"""The child that prints. Started by `press` as `python -m kernel.paper.worker`; it never sees the site's settings or secrets.

Frames on both pipes: four bytes of length, then that many bytes. It reads one frame of JSON {"html", "files": {name:
base64}}, answers one frame of JSON {"problem", "notes"} and one of PDF, and waits for the next. It ends after some seconds
without an order (first argument), when the pipe closes, or when one order takes too much CPU time (second argument).
"""

import base64
import json
import logging
import mimetypes
import os
import resource
import select
import struct
import sys

MEMORY_BYTES = 1024**3
SCHEME = "asset:"


def read_frame(source) -> bytes | None:
    head = source.read(4)
    if len(head) < 4:
        return None
    (size,) = struct.unpack(">I", head)
    body = source.read(size)
    return body if len(body) == size else None


def write_frame(target, body: bytes) -> None:
    target.write(struct.pack(">I", len(body)) + body)
    target.flush()


class Notes(logging.Handler):
    """What WeasyPrint grumbles about while it prints."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.lines = []

    def emit(self, record):
        self.lines.append((record.levelname, record.getMessage()[:500]))


class Printer:
    """WeasyPrint with one font configuration for its whole life: a new one per sheet leaks memory."""

    def __init__(self, styles: str = ""):
        """`styles` replaces the style sheet every HTML page begins with: its 200 rules are matched with every element."""
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

        from kernel.paper import shim

        shim.install()

        class Assets(URLFetcher):
            """Answers for the files that came with the order and for nothing else."""

            files: dict[str, bytes] = {}

            def fetch(self, url, headers=None):
                name = url.removeprefix(SCHEME)
                if not url.startswith(SCHEME) or name not in self.files:
                    raise FatalURLFetchingError(f"The paper asks for {url[:200]}, which did not come with it.")
                kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
                return URLFetcherResponse(url, self.files[name], {"Content-Type": kind})

        class Page(weasyprint.HTML):
            if styles:
                own = weasyprint.CSS(string=styles)

                def _ua_stylesheets(self, forms=False):
                    return [self.own]

        self.refused = FatalURLFetchingError
        self.html = Page
        self.assets = Assets()
        self.fonts = FontConfiguration()
        self.finish = shim.finish
        self.log = logging.getLogger("weasyprint")
        self.log.propagate = False

    def print(self, html: str, files: dict[str, bytes]) -> tuple[str, list, bytes]:
        """Return (problem or "", notes, PDF). An error in the notes is a problem: the PDF would not be accessible."""
        notes = Notes()
        self.log.handlers = [notes]
        self.assets.files = files
        try:
            page = self.html(string=html, base_url=SCHEME, url_fetcher=self.assets)
            pdf = page.write_pdf(finisher=self.finish, font_config=self.fonts, pdf_variant="pdf/ua-1")
        except (self.refused, Exception) as error:  # whatever the layout engine stumbles over, the web process lives on
            return f"{type(error).__name__}: {error}"[:500], notes.lines, b""
        faults = [message for level, message in notes.lines if level in {"ERROR", "CRITICAL"}]
        return " ".join(faults), notes.lines, b"" if faults else pdf


def limit_cpu(more_seconds: int) -> None:
    """Let the operating system end this process when it has used `more_seconds` from now."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + 1 + more_seconds
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def main(idle_seconds: int, cpu_seconds: int) -> None:
    source, target = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a stray print must not look like an answer
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    limit_cpu(cpu_seconds)
    printer = Printer()
    while select.select([source], [], [], idle_seconds)[0]:
        order = read_frame(source)
        if order is None:
            break
        limit_cpu(cpu_seconds)
        order = json.loads(order)
        files = {name: base64.b64decode(body) for name, body in order["files"].items()}
        problem, notes, pdf = printer.print(order["html"], files)
        write_frame(target, json.dumps({"problem": problem, "notes": notes}).encode())
        write_frame(target, pdf)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
