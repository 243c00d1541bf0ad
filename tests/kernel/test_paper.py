"""Paper: what is printed is accessible, the same every time, and no order takes the site with it."""

import hashlib
import inspect
import io
import os
import shutil
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

import page as pdf_checker
import pypdf
import pytest

from kernel.paper import FontsMissing, PaperBusy, PaperFailed, SignsMissing, fonts, html_to_pdf, plain
from kernel.paper import press as press_module

FONTS_SOURCE = "fc551bef35d0d6c3d288f686fd21b5ea8c1efadb8f2f3b4d379cfa6045c02230"  # weasyprint 70.0
MARKED_SOURCE = "f1bbd92cb52769b7e08dcf2abd530589b36f5ca8b3b57b74a1e70d466a3983bc"
STYLE_SOURCE = "4ff0512c0af12674b13e48f340df75722c65089b78feaa4ccb0295b0a60c0af6"
PATH_SOURCE = "194cd562b8d98251583c45d30938f4665547c796a15119e9ba05c25bb80f51d6"
STYLE = "<style>body { font-family: 'Noto Sans' }</style>"
HELLO = f'<!doctype html><html lang="es"><title>Una hoja</title>{STYLE}<h1>Hola</h1><p>Texto con <b>peso</b>.</p>'


@pytest.fixture
def press():
    """A press of our own, so that breaking it does not slow the others."""
    press = press_module.Press()
    yield press
    press.stop()


def order(html, files=None):
    import base64
    import json

    files = {name: base64.b64encode(body).decode() for name, body in (files or {}).items()}
    return json.dumps({"html": html, "files": files}).encode()


def test_a_page_becomes_pdf_ua_with_title_language_and_text():
    pdf = html_to_pdf(HELLO)
    report = pdf_checker.validate_pdf_bytes(pdf, profile=pdf_checker.ValidationProfile.PDF_UA_1)
    assert report.is_compliant, [failure.message for failure in report.failures]
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert reader.metadata.title == "Una hoja"
    assert reader.trailer["/Root"]["/Lang"] == "es"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "Texto con peso." in reader.pages[0].extract_text()


def test_only_the_fonts_of_the_font_folder_are_embedded():
    reader = pypdf.PdfReader(io.BytesIO(html_to_pdf(HELLO)))
    names = {str(font.get_object()["/BaseFont"]) for font in reader.pages[0]["/Resources"]["/Font"].values()}
    assert names and all("Noto-Sans" in name or "NotoSans" in name for name in names)


def test_a_pdf_names_no_author_and_no_software():
    pdf = html_to_pdf(HELLO)
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert set(reader.metadata) == {"/Title"}
    assert "WeasyPrint" not in reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()


def test_the_same_page_is_the_same_bytes_from_another_process(press):
    first = press.print(order(HELLO))[1]
    press.stop()
    assert press.print(order(HELLO))[1] == first


def test_a_text_in_another_language_says_so():
    html = HELLO + '<p><span lang="en">English words</span></p>'
    reader = pypdf.PdfReader(io.BytesIO(html_to_pdf(html)))
    spans = [item.get_object() for item in reader.trailer["/Root"]["/StructTreeRoot"]["/K"]]
    languages, words = set(), []
    while spans:
        item = spans.pop()
        if not hasattr(item, "get"):
            continue
        if "/ActualText" in item:
            words.append(item["/ActualText"])
            languages.add((item["/ActualText"], item.get("/Lang")))
        kids = item.get("/K", [])
        spans += [kid.get_object() for kid in (kids if isinstance(kids, list) else [kids])]
    assert ("English words", "en") in languages
    assert ("Hola", None) in languages


def test_the_source_that_the_shim_replaces_is_the_one_it_was_written_for():
    """A new WeasyPrint must be read before it is trusted: see kernel/paper/shim.py."""
    from weasyprint import css
    from weasyprint.pdf import fonts, stream
    from weasyprint.svg.path import path

    source = inspect.getsource(fonts.build_fonts_dictionary)
    assert hashlib.sha256(source.encode()).hexdigest() == FONTS_SOURCE
    source = inspect.getsource(stream.Stream)
    marked = source[
        source.index("    @contextmanager\n    def marked") : source.index("    @contextmanager\n    def artifact")
    ]
    assert hashlib.sha256(marked.encode()).hexdigest() == MARKED_SOURCE
    assert hashlib.sha256(inspect.getsource(css.ComputedStyle).encode()).hexdigest() == STYLE_SOURCE
    assert hashlib.sha256(inspect.getsource(path).encode()).hexdigest() == PATH_SOURCE


def test_properties_that_begin_filled_in_come_to_what_the_engine_works_out_itself():
    from weasyprint import HTML, css

    from kernel.paper import shim

    page = (
        '<html lang="en" dir="rtl" style="font:12pt/1.4 Noto Sans;color:#123456;direction:rtl"><title>x</title>'
        '<body style="margin:3pt 4pt"><section style="position:relative;border:1pt solid red">'
        '<p style="margin-inline-start:2em;font-size:1.5em">One</p><h1 style="position:absolute;width:50%;float:left">Two</h1>'
        '<ul style="text-decoration:underline"><li style="padding:calc(1em + 2pt)">Three</ul></section></body></html>'
    )

    def computed(begin):
        original, css.ComputedStyle.__init__ = css.ComputedStyle.__init__, begin
        try:
            style_for = css.get_all_computed_styles(HTML(string=page))
        finally:
            css.ComputedStyle.__init__ = original
        return [
            {name: style[name] for name in css.INITIAL_VALUES} for style in style_for.get_computed_styles().values()
        ]

    ours, theirs = computed(shim.begin_style), computed(shim._begin_style)
    assert len(ours) > 8 and repr(ours) == repr(theirs)


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/hostname",
        "http://127.0.0.1:1/x.svg",
        "ftp://127.0.0.1/x",
        "data:image/svg+xml,<svg/>",
        "asset:other.svg",
    ],
)
@pytest.mark.parametrize(
    "element",
    [
        '<img alt="x" src="{}">',
        '<link rel="stylesheet" href="{}">',
        '<link rel="attachment" href="{}">',
        '<object data="{}"></object>',
        '<div style="background: url({})">x</div>',
        '<style>@import url("{}");</style>',
        '<style>@font-face {{ font-family: X; src: url("{}") }}</style><p style="font-family: X">x',
    ],
)
def test_nothing_is_fetched_but_the_files_that_came_along(element, address):
    with pytest.raises(PaperFailed, match="did not come with it"):
        html_to_pdf(HELLO + element.format(address))


def test_a_file_that_came_along_is_drawn():
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="#123456"/></svg>'
    html = HELLO + '<img alt="A square" src="asset:square.svg" width="90" height="90">'
    pdf = html_to_pdf(html, base_files={"square.svg": svg})
    content = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].get_contents().get_data()
    assert b"0.070588" in content


def test_a_picture_without_a_description_is_refused():
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
    with pytest.raises(PaperFailed, match="alt"):
        html_to_pdf(HELLO + '<img src="asset:square.svg">', base_files={"square.svg": svg})


def test_signs_without_a_font_are_named_instead_of_printed_as_boxes():
    with pytest.raises(SignsMissing) as refusal:
        html_to_pdf(HELLO + "<p>\U00012000 and \U00012001, \U00012000")
    assert refusal.value.signs == "\U00012000\U00012001"


def test_what_the_layout_ignores_is_logged(caplog):
    html_to_pdf(HELLO + "<p style='width: 3,5mm'>x")
    assert "3,5mm" in caplog.text


def test_an_svg_cannot_fetch_either():
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><image href="file:///etc/hostname" width="9" height="9"/></svg>'
    with pytest.raises(PaperFailed, match="SVG image asset:a.svg"):
        html_to_pdf(HELLO + '<img alt="x" src="asset:a.svg">', base_files={"a.svg": svg})


def test_an_oversized_page_is_refused_before_it_is_sent():
    with pytest.raises(PaperFailed, match="too large"):
        html_to_pdf(HELLO + "x" * press_module.HTML_MOST)


def test_a_page_that_is_nested_too_deeply_is_refused_and_the_press_goes_on(press):
    answer, pdf = press.print(order(HELLO + "<div>" * 900 + "x"))
    problem = answer["problem"]
    assert problem and not pdf
    assert press.print(order(HELLO))[1].startswith(b"%PDF")


ENDLESS = HELLO + "<div style='display: flex'>" * 14 + "x" + "</div>" * 14


def test_an_endless_layout_is_ended_by_its_cpu_time_and_the_next_order_is_printed():
    press = press_module.Press(cpu_seconds=1)
    with pytest.raises(PaperFailed, match="ended"):
        press.print(order(ENDLESS))
    assert press.print(order(HELLO))[1].startswith(b"%PDF")
    press.stop()


def test_an_endless_layout_is_ended_by_the_clock(press, monkeypatch):
    monkeypatch.setattr(press_module, "KILL_AFTER_SECONDS", 1.5)
    monkeypatch.setattr(press_module, "START_SECONDS", 0)
    before = time.monotonic()
    with pytest.raises(PaperFailed, match="ended"):
        press.print(order(ENDLESS))
    assert time.monotonic() - before < 8


def test_the_child_goes_home_when_idle_and_another_comes_for_the_next_order():
    press = press_module.Press(idle_seconds=1)
    press.print(order(HELLO))
    assert press._child.wait(timeout=10) == 0
    assert press.print(order(HELLO))[1].startswith(b"%PDF")
    press.stop()


@pytest.mark.parametrize("is_gone", [True, False])
@pytest.mark.parametrize("size", [1, 150_000])
def test_an_order_that_meets_a_child_on_its_way_home_is_printed_by_the_next(press, size, is_gone):
    def leaving():
        child = subprocess.Popen([sys.executable, "-c", ""], stdin=-1, stdout=-1)
        if is_gone:
            os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        return child

    starts = [leaving, press._start]
    press._start = lambda: starts.pop(0)()
    assert press.print(order(HELLO + "<!--" + "x" * size + "-->"))[1].startswith(b"%PDF")


@pytest.mark.parametrize("size", [1, 150_000])
def test_a_child_that_falls_silent_or_fails_is_replaced_for_the_next_order(press, size):
    start = press._start
    silent = "import os, time; os.close(0); os.close(1); time.sleep(60)"
    press._start = lambda: subprocess.Popen([sys.executable, "-c", silent], stdin=-1, stdout=-1)
    with pytest.raises(PaperFailed, match="ended"):
        press.print(order("x" * size))
    press._start = start
    assert press.print(order(HELLO))[1].startswith(b"%PDF")


def test_too_many_waiting_orders_are_turned_away(press, monkeypatch):
    for _ in range(press_module.WAITING_MOST):
        press._queue.acquire()
    with pytest.raises(PaperBusy):
        press.print(order(HELLO))


def test_an_order_that_waits_too_long_is_turned_away(press, monkeypatch):
    monkeypatch.setattr(press_module, "WAIT_SECONDS", 0.05)
    press._turn.acquire()
    with pytest.raises(PaperBusy):
        press.print(order(HELLO))
    press._turn.release()
    assert press._queue._value == press_module.WAITING_MOST


def test_a_web_process_never_loads_the_layout_engine():
    code = (
        "import django, sys; django.setup(); from kernel.paper import html_to_pdf; "
        f"assert html_to_pdf({HELLO!r}).startswith(b'%PDF'); assert 'weasyprint' not in sys.modules"
    )
    root = str(Path(press_module.__file__).parents[2])
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings.test", "PYTHONPATH": f"{root}/site:{root}"}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)


def test_the_font_configuration_is_written_once_and_again_when_the_folder_moves(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    first = fonts.configuration()
    assert str(settings.FONT_DIR) in first.read_text()
    stamp = first.stat().st_mtime_ns
    assert fonts.configuration().stat().st_mtime_ns == stamp
    settings.FONT_DIR = shutil.copytree(settings.FONT_DIR, tmp_path / "a & b")
    assert "a &amp; b" in fonts.configuration().read_text()


def test_missing_fonts_are_named_with_the_way_to_get_them(settings, tmp_path, press):
    settings.FONT_DIR = tmp_path
    (tmp_path / "NotoSans_400Regular.ttf").touch()
    with pytest.raises(FontsMissing, match=r"Noto Sans Bold not found .*manage.py run"):
        press.print(order(HELLO))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ana   María \t López ", "Ana María López"),
        ("A\u202eB\u0000C\u2066", "ABC"),
        ("e" + "\u0301" * 50, unicodedata.normalize("NFC", "e" + "\u0301" * 4)),
        ("line 1\n\nline 2\r\nline 3", "line 1"),
        ("نام\u200cها", "نام\u200cها"),
        ("", ""),
        ("\u200b", ""),
    ],
)
def test_typed_text_is_cleaned_before_it_is_laid_out(typed, kept):
    assert plain(typed, most=80) == kept


def test_typed_text_is_cut_at_its_cap():
    assert plain("x" * 500, most=80) == "x" * 80
    assert plain("a\nb\nc", most=80, lines=2) == "a\nb"


def test_stacked_letters_are_placed_without_empty_strings():
    """PDFium (Chrome, Edge, Android) forgets a shift after one, and letters run into each other."""
    words = "<p lang='bn' style=\"font-family:'Noto Sans Bengali'\">বন্ধু</p><p lang='ur' style=\"font-family:'Noto Nastaliq Urdu'\">ہفتے</p>"
    reader = pypdf.PdfReader(io.BytesIO(html_to_pdf(HELLO + words)))
    drawn = reader.pages[0].get_contents().get_data()
    assert b" Ts" in drawn and b"<>" not in drawn
