"""Measure text with Pango, in the font map that WeasyPrint lays out with: the same lines, for a hundredth of the time.

Fitting asks for the same text again and again, a little smaller or narrower. Widths grow with the size (nothing is hinted), and
lines that were broken for a width stay the same for every smaller width that still holds the longest of them: so each text
is broken once for each way it can be broken, whatever the number of questions.

Everything is in points. A text may hold zero-width spaces (a break is welcome), word joiners (no break here) and direction
isolates; they steer the breaking and have no width.
"""

from bisect import bisect_left
from collections import OrderedDict
from dataclasses import dataclass, field

import cffi

SCALE = 1024  # Pango units in a point
WRAP_WORD = 0
CANON = 100.0  # points: the size at which everything is measured
TEXTS_MOST = 3000  # remembered in one process

ffi = cffi.FFI()
ffi.cdef(
    """
    typedef struct { int x; int y; int width; int height; } PangoRectangle;
    typedef struct { void *layout; int start_index; int length; } PangoLayoutLine;
    void *pango_font_map_create_context(void *fontmap);
    void pango_context_set_round_glyph_positions(void *context, int round);
    void *pango_language_from_string(const char *language);
    void pango_context_set_language(void *context, void *language);
    void pango_context_set_base_dir(void *context, int direction);
    void *pango_layout_new(void *context);
    void pango_layout_context_changed(void *layout);
    void pango_layout_set_auto_dir(void *layout, int automatic);
    void pango_layout_set_text(void *layout, const char *text, int length);
    void pango_layout_set_width(void *layout, int width);
    void pango_layout_set_wrap(void *layout, int wrap);
    void pango_layout_set_font_description(void *layout, void *description);
    int pango_layout_get_line_count(void *layout);
    int pango_layout_get_unknown_glyphs_count(void *layout);
    PangoLayoutLine *pango_layout_get_line_readonly(void *layout, int line);
    void pango_layout_line_get_extents(PangoLayoutLine *line, PangoRectangle *ink, PangoRectangle *logical);
    void *pango_font_description_new(void);
    void pango_font_description_free(void *description);
    void pango_font_description_set_family(void *description, const char *family);
    void pango_font_description_set_weight(void *description, int weight);
    void pango_font_description_set_absolute_size(void *description, double size);
    void g_object_unref(void *object);
""".replace("; ...; }", "; }")
)  # only the first three fields are read


@dataclass(frozen=True)
class Face:
    """What a text is set in. `families` as CSS writes them, without quotation marks."""

    families: str
    weight: int
    language: str
    rtl: bool = False


@dataclass(frozen=True)
class Lines:
    """A text broken into lines: their words, their widths, and how many glyphs are missing."""

    texts: tuple[str, ...]
    widths: tuple[float, ...]
    missing: int

    @property
    def width(self) -> float:
        return max(self.widths, default=0)


@dataclass
class Known:
    """The ways a text was broken so far, at `CANON` points: `(longest, asked)` widths each way holds for, by rising `asked`."""

    asked: list[float] = field(default_factory=list)
    ways: list[tuple[float, Lines]] = field(default_factory=list)

    def find(self, width: float) -> Lines | None:
        place = bisect_left(self.asked, width)
        if place < len(self.ways) and self.ways[place][0] <= width:
            return self.ways[place][1]
        return None

    def add(self, width: float, lines: Lines) -> None:
        place = bisect_left(self.asked, width)
        self.asked.insert(place, width)
        self.ways.insert(place, (lines.width, lines))


class Measurer:
    """Lines of a text in a face, size and width. Keep one per process: it holds a layout of Pango's."""

    def __init__(self, font_map):
        """`font_map` is the pointer that a WeasyPrint `FontConfiguration` holds, as an integer."""
        self.pango = ffi.dlopen("libpango-1.0.so.0")
        self.gobject = ffi.dlopen("libgobject-2.0.so.0")
        self.context = self.pango.pango_font_map_create_context(ffi.cast("void *", font_map))
        self.pango.pango_context_set_round_glyph_positions(self.context, 0)
        self.layout = self.pango.pango_layout_new(self.context)
        self.pango.pango_layout_set_auto_dir(self.layout, 0)
        self.pango.pango_layout_set_wrap(self.layout, WRAP_WORD)
        self.rectangle = ffi.new("PangoRectangle *")
        self.known: OrderedDict[tuple[str, Face], Known] = OrderedDict()

    def lines(self, text: str, face: Face, size: float, width: float | None = None) -> Lines:
        """Break `text` at `width` points (never, without one) and at its own line ends."""
        asked = float("inf") if width is None else width * CANON / size
        known = self.known.get((text, face))
        if known is None:
            known = self.known[text, face] = Known()
            if len(self.known) > TEXTS_MOST:
                self.known.popitem(last=False)
        lines = known.find(asked)
        if lines is None:
            lines = self.measured(text, face, CANON, None if width is None else asked)
            known.add(asked, lines)
        return Lines(lines.texts, tuple(one * size / CANON for one in lines.widths), lines.missing)

    def drift(self, text: str, face: Face) -> float:
        """By how many ems a line of `text` grows when the glyphs come from another family than the face's first.

        CSS puts the middle of each family's ascent and descent on the middle of the line, but aligns their baselines.
        """
        middles = []
        for words, one in ((text, face), ("x", Face(face.families.partition(",")[0], face.weight, "en"))):
            self.measured(words, one, CANON)
            line = self.pango.pango_layout_get_line_readonly(self.layout, 0)
            self.pango.pango_layout_line_get_extents(line, ffi.NULL, self.rectangle)
            middles.append((self.rectangle[0].y + self.rectangle[0].height / 2) / SCALE / CANON)
        return abs(middles[0] - middles[1])

    def measured(self, text: str, face: Face, size: float, width: float | None = None) -> Lines:
        """What Pango makes of it, asked anew."""
        pango = self.pango
        pango.pango_context_set_language(self.context, pango.pango_language_from_string(face.language.encode()))
        pango.pango_context_set_base_dir(self.context, int(face.rtl))
        description = pango.pango_font_description_new()
        pango.pango_font_description_set_family(description, face.families.encode())
        pango.pango_font_description_set_weight(description, face.weight)
        pango.pango_font_description_set_absolute_size(description, size * SCALE)
        pango.pango_layout_set_font_description(self.layout, description)
        pango.pango_font_description_free(description)
        encoded = text.encode()
        pango.pango_layout_context_changed(self.layout)
        pango.pango_layout_set_text(self.layout, encoded, len(encoded))
        pango.pango_layout_set_width(self.layout, -1 if width is None else int(width * SCALE))
        texts, widths = [], []
        logical = self.rectangle
        for number in range(pango.pango_layout_get_line_count(self.layout)):
            line = pango.pango_layout_get_line_readonly(self.layout, number)
            pango.pango_layout_line_get_extents(line, ffi.NULL, logical)
            texts.append(encoded[line.start_index : line.start_index + line.length].decode().strip(" "))
            widths.append(logical[0].width / SCALE)
        missing = pango.pango_layout_get_unknown_glyphs_count(self.layout)
        return Lines(tuple(texts), tuple(widths), missing)
