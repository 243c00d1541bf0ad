"""What WeasyPrint 70 gets wrong about text that assistive technology reads, put right.

Stock output fails PDF/UA-1 (ISO 14289-1, 7.21.7) in eleven of 38 languages: the second and later glyphs of a cluster map to
no text. And because a glyph keeps the text of its first use, Devanagari, Khmer or Burmese words read back wrong. So: empty
mappings become a zero-width space, every run of text carries its own words as ActualText, and text in another language than
the document's carries its language. Tests pin the source of what is replaced here.

And what it does slowly: a QR code is one path of some hundred squares, and a drawing that returns is parsed again each time.
Squares are written as rectangles, and what a path came to is kept. And each of some hundred properties of each element was worked
out by itself: those that nobody set begin with what they would come to.

And what PDFium (Chrome, Edge, Android) gets wrong about it: where an array of glyphs holds an empty string, PDFium forgets
the last shift, and letters of Bengali, Urdu and whatever else stacks its marks run into each other. So: no empty strings.
"""

import re
from contextlib import contextmanager

import pydyf
from weasyprint import css as weasyprint_css
from weasyprint import pdf as weasyprint_pdf
from weasyprint import svg as weasyprint_svg
from weasyprint.formatting_structure import boxes
from weasyprint.pdf import stream

ZERO_WIDTH_SPACE = "\u200b"
# Scripts whose glyphs are clusters: marked content carries the words too. Right-to-left runs must not (Poppler turns them).
CLUSTERED = re.compile("[\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\ua9e0-\ua9ff\uaa60-\uaa7f]")
PRINT_FLAG = 4  # annotation flag "Print", ISO 32000-1, 12.5.3

SQUARES = re.compile(r"(?:M\d+ \d+h\d+v1h-\d+z)+")  # as `posters.designs.parts.qr` writes them
SQUARE = re.compile(r"M(\d+) (\d+)h(\d+)")
KEPT_MOST = 400  # paths

# Properties that are their initial value unless they are set, without any computing.
PLAIN = {
    name: value
    for name, value in weasyprint_css.INITIAL_VALUES.items()
    if name not in weasyprint_css.INHERITED
    and name not in weasyprint_css.INITIAL_NOT_COMPUTED
    and name not in {"page", "position", "float", "display"}
    and not name.startswith(("text_decoration_", "__"))
}
SIDES = ("inline", "block")  # in names of logical properties, which stand for physical ones

_kept: dict[str, list[bytes]] = {}
_path = weasyprint_svg.TAGS["path"]
_begin_style = weasyprint_css.ComputedStyle.__init__
_base = stream.Stream.__mro__[1]
_build_fonts_dictionary = weasyprint_pdf.build_fonts_dictionary


@contextmanager
def marked(self, box, tag):
    """Replace `Stream.marked`: remember which words each piece of marked content shows."""
    if self._tags is not None:
        number = len(self._tags)
        self._tags[box] = {"tag": tag, "mcid": number}
        properties = {"MCID": number}
        if isinstance(box, boxes.TextBox) and box.text:
            self.__dict__.setdefault("words", {})[number] = (box.text, box.style["lang"])
            if CLUSTERED.search(box.text):
                properties["ActualText"] = pydyf.String(box.text)
        _base.begin_marked_content(self, tag, pydyf.Dictionary(properties))
    try:
        yield
    finally:
        if self._tags is not None:
            _base.end_marked_content(self)


def show_text(self, text):
    """Wrap `Stream.show_text`: the same shifts without empty strings between them."""
    _base.show_text(self, text.replace("<>", " "))


def build_fonts_dictionary(pdf, fonts, *arguments):
    """Wrap WeasyPrint's: no glyph maps to nothing."""
    for font in fonts.values():
        for glyph, text in font.to_unicode.items():
            if text == "":
                font.to_unicode[glyph] = ZERO_WIDTH_SPACE
    return _build_fonts_dictionary(pdf, fonts, *arguments)


def path(svg, node, font_size):
    """Wrap the drawing of SVG paths: the same operators, found faster. Paths with markers go the long way."""
    drawn = node.get("d", "")
    if any(name.startswith("marker") for name in node.attrib):
        return _path(svg, node, font_size)
    if drawn not in _kept:
        if SQUARES.fullmatch(drawn):
            svg.stream.stream += [f"{x} {y} {wide} 1 re".encode() for x, y, wide in SQUARE.findall(drawn)]
            return None
        begun = len(svg.stream.stream)
        _path(svg, node, font_size)
        if len(_kept) >= KEPT_MOST:
            _kept.clear()
        _kept[drawn] = svg.stream.stream[begun:]
        return None
    svg.stream.stream += _kept[drawn]
    return None


def begin_style(self, parent_style, cascaded, *arguments):
    """Wrap `ComputedStyle.__init__`: fill in what needs no computing, and what is inherited and known."""
    _begin_style(self, parent_style, cascaded, *arguments)
    if any(side in name for name in cascaded for side in SIDES):
        return
    self.update(PLAIN)
    if parent_style is not None:
        self.update((name, parent_style[name]) for name in weasyprint_css.INHERITED if name in parent_style)
    for name in cascaded:
        self.pop(name, None)


def install() -> None:
    weasyprint_css.ComputedStyle.__init__ = begin_style
    weasyprint_svg.TAGS["path"] = path
    stream.Stream.marked = marked
    stream.Stream.show_text = show_text
    weasyprint_pdf.build_fonts_dictionary = build_fonts_dictionary


def finish(document, pdf) -> None:
    """`finisher` of `write_pdf`: put words and languages on the structure, and take the software's name out."""
    words = {
        item.reference: item.words for item in pdf.objects if isinstance(item, stream.Stream) and hasattr(item, "words")
    }
    dictionaries = [item for item in pdf.objects if isinstance(item, pydyf.Dictionary)]
    pages = {item.reference: words.get(item["Contents"], {}) for item in dictionaries if item.get("Type") == "/Page"}
    for item in dictionaries:
        if item.get("Type") == "/Annot":
            item["F"] = PRINT_FLAG
        if item.get("Type") == "/StructElem" and item.get("S") == "/Span" and len(item["K"]) == 1:
            text, language = pages.get(item.get("Pg"), {}).get(item["K"][0], ("", None))
            if text:
                item["ActualText"] = pydyf.String(text)
            if language and language != document.metadata.lang:
                item["Lang"] = pydyf.String(language)
    _without_software(pdf)


def _without_software(pdf) -> None:
    producer = pdf.info.pop("Producer", None)
    for item in pdf.objects:
        if isinstance(item, pydyf.Stream) and item.extra.get("Type") == "/Metadata" and producer:
            item.stream = [re.sub(rb' pdf:Producer="[^"]*"', b"", part) for part in item.stream]
