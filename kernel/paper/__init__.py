"""Paper: HTML in, accessible PDF out. The only module that knows WeasyPrint.

    text      caps and cleans what people typed before it is laid out
    fonts     a private set of fonts, the same on every machine
    press     keeps one child process and hands it work, within limits of time, memory and waiting
    worker    that child: lays out and writes PDF/UA-1; it alone imports WeasyPrint (through `shim`)

A process that never prints never starts the child, and no web process ever loads WeasyPrint.
"""

from kernel.paper.fonts import FontsMissing
from kernel.paper.press import PaperBusy, PaperError, PaperFailed, SignsMissing, html_to_pdf
from kernel.paper.text import plain

__all__ = ["FontsMissing", "PaperBusy", "PaperError", "PaperFailed", "SignsMissing", "html_to_pdf", "plain"]
