"""Documents, films and captions: what is refused, and how files are handed out."""

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.models import Collection, Locale
from wagtail.test.utils.form_data import nested_form_data, rich_text

from kernel import documents, media
from kernel.films import captions_problem, check_captions, check_film
from kernel.models import Picture, SiteDocument
from tests.factories.pictures import jpeg_with_position, png

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def packed(members: dict[str, bytes | str], *, method=zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def docx(**more) -> bytes:
    return packed({"[Content_Types].xml": "<Types/>", "word/document.xml": "<document/>"} | more)


def locked(data: bytes) -> bytes:
    """The same archive, said to be encrypted."""
    spoilt = bytearray(data)
    for start, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = spoilt.find(start)
        spoilt[place + offset] |= 1
    return bytes(spoilt)


@pytest.fixture
def storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def admin(client, django_user_model, db, storage):
    Collection.objects.exists() or Collection.add_root(name="Root")
    client.force_login(django_user_model.objects.create_superuser("admin@lodestar.example", name="Ada"))
    return client


# --- Documents -----------------------------------------------------------------------------------------------------

GOOD = {
    "a PDF": ("a.pdf", PDF),
    "a text": ("a.txt", "Grüße\n".encode()),
    "a table": ("a.csv", b"a,b\n1,2\n"),
    "a Word file": ("a.docx", docx()),
    "an Excel file": ("a.xlsx", packed({"[Content_Types].xml": "x", "xl/workbook.xml": "x"})),
    "slides": ("a.PPTX", packed({"[Content_Types].xml": "x", "ppt/presentation.xml": "x"})),
}
BAD = {
    "nothing": ("a.pdf", b"", "empty"),
    "a page": ("a.html", b"<html></html>", "cannot be uploaded"),
    "an SVG": ("a.svg", b"<svg/>", "cannot be uploaded"),
    "a program": ("a.exe", b"MZ", "cannot be uploaded"),
    "a name without an ending": ("file", PDF, "cannot be uploaded"),
    "a page that says it is a PDF": ("a.pdf", b"<html><script>alert(1)</script>", "not a PDF"),
    "a page before a PDF": ("a.pdf", b"<html></html>" + PDF, "not a PDF"),
    "a cut PDF": ("a.pdf", PDF[:20], "not a PDF"),
    "a picture that says it is a text": ("a.txt", b"\x89PNG\r\n\x1a\n\x00", "not a TXT"),
    "a text in another encoding": ("a.csv", "Grüße".encode("latin-1"), "not a CSV"),
    "a zip that says it is Word": ("a.docx", packed({"word/document.xml": "x"}), "not a DOCX"),
    "an Excel file that says it is Word": ("a.docx", GOOD["an Excel file"][1], "not a DOCX"),
    "a cut Word file": ("a.docx", docx()[:60], "not a DOCX"),
    "a Word file with macros": ("a.docx", docx(**{"word/vbaProject.bin": b"x"}), "program"),
    "a Word file with a page in it": ("a.docx", docx(**{"word/x.html": b"x"}), "program"),
    "a Word file with an archive in it": ("a.docx", docx(**{"word/x.ZIP": b"x"}), "program"),
    "a Word file that climbs out": ("a.docx", docx(**{"../../etc/passwd": b"x"}), "wrong names"),
    "a Word file that begins at the root": ("a.docx", docx(**{"/etc/passwd": b"x"}), "wrong names"),
    "a Word file that climbs out backwards": ("a.docx", docx(**{"..\\..\\x": b"x"}), "wrong names"),
    "a locked Word file": ("a.docx", locked(docx()), "locked"),
    "a bomb": ("a.docx", docx(**{"word/a.xml": b"\x00" * 50_000_000}), "unpacks"),
    "a bomb of many parts": ("a.docx", docx(**{f"word/{n}": b"" for n in range(5001)}), "unpacks"),
}


@pytest.mark.parametrize("case", GOOD)
def test_an_honest_document_is_taken(case):
    name, data = GOOD[case]
    documents.check(data, name)


@pytest.mark.parametrize("case", BAD)
def test_a_dishonest_document_is_refused_with_words(case):
    name, data, words = BAD[case]
    with pytest.raises(documents.Refused, match=words):
        documents.check(data, name)


def test_the_admin_refuses_with_a_page_and_keeps_nothing(admin, storage):
    for name, data, _words in BAD.values():
        answer = admin.post(reverse("wagtaildocs:add"), {"title": "Kept title", "file": SimpleUploadedFile(name, data)})
        assert answer.status_code == 200 and "Kept title" in answer.content.decode(), name
    assert not SiteDocument.objects.exists()
    assert not [path for path in storage.rglob("*") if path.is_file()]


def test_a_document_that_is_too_heavy_is_refused(admin, monkeypatch):
    monkeypatch.setattr(documents, "DOCUMENT_MAX_BYTES", 10)
    answer = admin.post(reverse("wagtaildocs:add"), {"title": "x", "file": SimpleUploadedFile("a.pdf", PDF)})
    assert "The most is" in answer.content.decode() and not SiteDocument.objects.exists()


def test_a_document_is_handed_out_as_a_download_that_can_run_nothing(admin, client):
    collection = Collection.objects.first().pk
    file = SimpleUploadedFile("guide.pdf", PDF)
    admin.post(reverse("wagtaildocs:add"), {"title": "Guide", "collection": collection, "file": file})
    document = SiteDocument.objects.get()
    client.logout()
    answer = client.get(document.url)
    assert answer.status_code == 200 and b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert client.get(f"/media/{document.file.name}").status_code == 404


# --- Films and captions --------------------------------------------------------------------------------------------

MP4 = b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 40
WEBM = b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm" + b"\x00" * 40


@pytest.mark.parametrize(("name", "data"), [("a.mp4", MP4), ("a.MP4", MP4), ("a.webm", WEBM)])
def test_a_film_is_taken(name, data):
    check_film(ContentFile(data, name))


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.mp4", WEBM), ("a.webm", MP4), ("a.mp4", b"<html>"), ("a.mp4", b""), ("a.webm", b"\x1a\x45\xdf\xa3matroska")],
)
def test_a_file_that_is_no_film_is_refused(name, data):
    with pytest.raises(ValidationError, match="not a film"):
        check_film(ContentFile(data, name))


VTT = "WEBVTT\n\n00:01.000 --> 00:04.000\nShe waits at the counter.\n"


@pytest.mark.parametrize(
    "text",
    [
        VTT,
        "WEBVTT - Title\nKind: captions\n\n" + VTT.split("\n\n", 1)[1],
        VTT.replace("\n", "\r\n"),
        VTT
        + "\nNOTE to the reviewer\nmore of it\n\nname of a caption\n01:00:05.000 --> 01:00:06.500 align:start\nYes.\n",
        "WEBVTT\n\nSTYLE\n::cue { color: red }\n\n" + VTT.split("\n\n", 1)[1],
    ],
)
def test_captions_are_taken(text):
    assert captions_problem(text) == ""
    check_captions(ContentFile(b"\xef\xbb\xbf" + text.encode(), "a.vtt"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "WEBVTT"),
        ("WEBVTTX\n\n", "WEBVTT"),
        ("<html>", "WEBVTT"),
        ("WEBVTT\n", "no caption"),
        ("WEBVTT\n\nNOTE only a note\n", "no caption"),
        ("WEBVTT\n\n00:01 --> 00:04\nHello\n", "Line 3"),
        ("WEBVTT\n\n00:01.000 -> 00:04.000\nHello\n", "has no times"),
        ("WEBVTT\n\n00:61.000 --> 00:64.000\nHello\n", "has no times"),
        ("WEBVTT\n\n00:04.000 --> 00:04.000\nHello\n", "ends before it begins"),
        ("WEBVTT\n\n00:01.000 --> 00:04.000\n\n", "no words"),
        ("1\n00:00:01,000 --> 00:00:04,000\nSubRip\n", "WEBVTT"),
        ("WEBVTT\n\n00:01.000 --> 00:04.000\nHel\x00lo\n", "WEBVTT"),
    ],
)
def test_captions_that_cannot_be_read_are_refused_with_the_line(text, words):
    assert words in captions_problem(text)


def test_captions_in_another_encoding_or_too_long_are_refused():
    with pytest.raises(ValidationError, match="UTF-8"):
        check_captions(ContentFile("WEBVTT\n\nGrüße".encode("utf-16"), "a.vtt"))
    with pytest.raises(ValidationError, match="too long"):
        check_captions(ContentFile(b"WEBVTT" + b" " * 1024 * 1024, "a.vtt"))


def test_a_video_needs_captions_that_can_be_read(admin):
    Locale.objects.get_or_create(language_code="en")
    address = reverse("wagtailsnippets_courses_video:add")

    def send(film, captions):
        data = nested_form_data({"title": "Door", "transcript": rich_text("<p>A door.</p>")})
        files = {
            "file": SimpleUploadedFile("door.mp4", film),
            "captions": SimpleUploadedFile("door.vtt", captions),
        }
        return admin.post(address, data | files)

    assert "not a film" in send(b"<html>", VTT.encode()).content.decode()
    assert "no caption" in send(MP4, b"WEBVTT\n").content.decode()
    assert send(MP4, VTT.encode()).status_code == 302


# --- Handing out ---------------------------------------------------------------------------------------------------


@pytest.fixture
def film(storage):
    default_storage.save("video/door.mp4", ContentFile(bytes(range(256)) * 4))
    return "/media/video/door.mp4"


def body(answer) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_film_is_handed_out_whole_with_guards(client, film):
    answer = client.get(film)
    assert answer.status_code == 200 and len(body(answer)) == 1024
    assert answer["Content-Type"] == "video/mp4" and answer["Accept-Ranges"] == "bytes"
    assert "sandbox" in answer["Content-Security-Policy"] and answer["X-Content-Type-Options"] == "nosniff"
    assert not answer.cookies


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-99", 0, 99),
        ("bytes=1000-", 1000, 1023),
        ("bytes=1000-9999", 1000, 1023),
        ("bytes=-24", 1000, 1023),
        ("bytes=-9999", 0, 1023),
    ],
)
def test_a_part_of_a_film_is_handed_out(client, film, asked, first, last):
    answer = client.get(film, headers={"range": asked})
    whole = bytes(range(256)) * 4
    assert body(answer) == whole[first : last + 1]
    assert answer["Content-Length"] == str(last - first + 1)
    if (first, last) != (0, 1023):
        assert answer.status_code == 206 and answer["Content-Range"] == f"bytes {first}-{last}/1024"


@pytest.mark.parametrize("asked", ["bytes=1024-", "bytes=9999-10000", "bytes=-0"])
def test_a_part_beyond_the_end_is_416(client, film, asked):
    answer = client.get(film, headers={"range": asked})
    assert answer.status_code == 416 and answer["Content-Range"] == "bytes */1024"


@pytest.mark.parametrize(
    "asked", ["bytes=5-2", "bytes=0-1,5-6", "lines=1-2", "bytes=-", "bytes=x-y", "bytes=" + "9" * 400]
)
def test_a_range_that_makes_no_sense_gets_the_whole(client, film, asked):
    answer = client.get(film, headers={"range": asked})
    assert answer.status_code == 200 and len(body(answer)) == 1024


def test_a_file_that_did_not_change_is_not_sent_again(client, film):
    stamp = client.get(film)["Last-Modified"]
    assert client.get(film, headers={"if-modified-since": stamp}).status_code == 304
    assert client.get(film, headers={"if-modified-since": "nonsense"}).status_code == 200


def test_only_looking_is_allowed(client, film):
    assert body(client.head(film)) == b"" and client.head(film)["Content-Length"] == "1024"
    assert client.post(film).status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "original_images/a.png",
        "documents/a.pdf",
        "video/../original_images/a.png",
        "video/%2e%2e/original_images/a.png",
        "video/a.html",
        "images/a.svg",
        "images/a.png/",
        "images//a.png",
        "images",
        "a.png",
        "..",
        "images/..%5ca.png",
        "images/a%00.png",
        "images/missing.png",
        "captions/" + "x" * 3000 + ".vtt",
    ],
)
def test_everything_else_is_404(client, db, storage, path):
    for name in ("original_images/a.png", "documents/a.pdf", "video/a.html", "images/a.svg", "a.png"):
        default_storage.exists(name) or default_storage.save(name, ContentFile(b"secret"))
    assert client.get(f"/media/{path}").status_code == 404


def test_a_public_name_stays_inside_its_folder():
    assert media.public_name("images/a.max-800x600.jpg") == "images/a.max-800x600.jpg"


def test_sizes_of_a_picture_are_handed_out_and_the_original_is_not(admin, client):
    collection = Collection.objects.first().pk
    for name, data in (("door.jpg", jpeg_with_position()), ("plan.png", png(30, 20))):
        file = SimpleUploadedFile(name, data)
        admin.post(reverse("wagtailimages:add"), {"title": name, "collection": collection, "file": file})
    client.logout()
    for picture in Picture.objects.all():
        small = picture.get_rendition("width-20")
        answer = client.get(small.url)
        assert answer.status_code == 200 and answer["Content-Type"] in {"image/jpeg", "image/png"}
        assert "max-age" in answer["Cache-Control"]
        assert client.get(picture.file.url).status_code == 404
