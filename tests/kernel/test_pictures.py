"""Uploaded pictures: what is refused, what is kept of those that are taken, and who may fetch what."""

import io
import struct
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import Form
from django.urls import reverse
from PIL import Image
from wagtail.models import Collection

from kernel import pictures
from kernel.models import Picture
from kernel.pictures import PictureField
from tests.factories.pictures import (
    HOSTILE,
    bomb,
    chunk,
    huge_png,
    jpeg_with_position,
    png,
    profile,
    saved,
)


class Upload(Form):
    file = PictureField()


def upload(name: str, data: bytes) -> Upload:
    return Upload({}, {"file": SimpleUploadedFile(name, data)})


def taken(name: str, data: bytes) -> Image.Image:
    form = upload(name, data)
    assert form.is_valid(), form.errors
    return Image.open(io.BytesIO(form.cleaned_data["file"].read()))


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def admin(client, django_user_model, db):
    Collection.objects.exists() or Collection.add_root(name="Root")
    client.force_login(django_user_model.objects.create_superuser("admin@lodestar.example", name="Ada"))
    return client


@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: case.replace(" ", "-"))
def test_a_hostile_picture_is_refused_with_words(case):
    name, data = HOSTILE[case]
    form = upload(name, data)
    assert not form.is_valid()
    (message,) = form.errors["file"]
    assert len(message) > 20 and message.endswith(".")


def test_every_hostile_picture_sent_to_the_admin_gets_a_page_and_leaves_nothing(admin, media):
    for name, data in HOSTILE.values():
        answer = admin.post(
            reverse("wagtailimages:add"), {"title": "Kept title", "file": SimpleUploadedFile(name, data)}
        )
        assert answer.status_code == 200, name
        assert "Kept title" in answer.content.decode()
    assert not Picture.objects.exists()
    assert not [path for path in media.rglob("*") if path.is_file()]


def test_many_at_once_are_refused_in_words_too(admin, media):
    name, data = HOSTILE["a PNG with a profile bomb"]
    answer = admin.post(reverse("wagtailimages:add_multiple"), {"files[]": SimpleUploadedFile(name, data)})
    assert answer.status_code == 200
    assert answer.json()["success"] is False and "far too much" in answer.json()["error_message"]


def test_a_picture_that_is_too_heavy_is_refused_before_it_is_read(settings, monkeypatch):
    settings.PICTURE_MAX_BYTES = 1000
    monkeypatch.setattr(pictures, "remade", lambda *args: pytest.fail("it was read"))
    assert not upload("a.png", b"\x00" * 1001).is_valid()


@pytest.mark.parametrize(("pixels", "accepted"), [(24, True), (25, False)])
def test_pixels_are_counted_from_the_header_at_the_limit(settings, pixels, accepted):
    settings.PICTURE_MAX_PIXELS = 24
    assert upload("a.png", png(pixels, 1)).is_valid() is accepted


def test_a_small_file_with_81_megapixels_is_refused_without_starting_a_child(monkeypatch):
    monkeypatch.setattr(pictures.subprocess, "run", lambda *a, **k: pytest.fail("a child was started"))
    assert len(huge_png()) < 10_000
    assert not upload("a.png", huge_png()).is_valid()


def test_a_photo_loses_position_author_and_comment_and_stands_upright(admin, media):
    admin.post(
        reverse("wagtailimages:add"),
        {
            "title": "Door",
            "collection": Collection.objects.first().pk,
            "file": SimpleUploadedFile("door.jpg", jpeg_with_position()),
        },
    )
    picture = Picture.objects.get()
    kept = (media / picture.file.name).read_bytes()
    assert (picture.width, picture.height) == (30, 40)
    for trace in (b"Exif", b"Photographer", b"taken at home", b"GPS"):
        assert trace not in kept
    assert not Image.open(io.BytesIO(kept)).getexif()


def test_a_photo_with_a_preview_appended_by_the_phone_is_taken_without_it():
    photo = saved("JPEG", size=(80, 60))
    picture = taken("a.jpg", photo + saved("JPEG", size=(8, 6)))
    assert picture.size == (80, 60)
    assert upload("a.jpg", photo + b"\x00" * 16 + b"MotionPhoto_Data" + b"\x00\x00\x00\x18ftypmp42").is_valid()


def test_a_progressive_photo_is_taken():
    noise = Image.effect_noise((120, 90), 80).convert("RGB")
    buffer = io.BytesIO()
    noise.save(buffer, "JPEG", progressive=True, quality=80)
    assert taken("a.JPG", buffer.getvalue()).size == (120, 90)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_ordinary_kind_of_png_is_taken(mode):
    picture = taken("a.png", saved("PNG", mode=mode, size=(10, 8)))
    assert picture.size == (10, 8) and picture.mode in {"L", "LA", "RGB", "RGBA"}


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_every_ordinary_kind_of_jpeg_is_taken(mode):
    assert taken("a.jpeg", saved("JPEG", mode=mode)).mode in {"L", "RGB"}


def test_sixteen_bit_grey_keeps_its_light():
    rows = b"\x00" + struct.pack(">4H", 0, 0x4000, 0x8000, 0xFFFF)
    picture = taken("a.png", png(4, 1, rows=rows, depth=16, colour=0))
    assert list(picture.convert("L").getdata()) == [0, 0x40, 0x80, 0xFF]


def test_see_through_palette_colours_stay_see_through():
    buffer = io.BytesIO()
    picture = Image.new("P", (4, 4), 1)
    picture.putpalette([0, 0, 0, 255, 0, 0])
    picture.save(buffer, "PNG", transparency=1)
    assert taken("a.png", buffer.getvalue()).getpixel((0, 0)) == (255, 0, 0, 0)


def test_a_colour_profile_is_applied_and_left_out():
    picture = taken("a.png", saved("PNG", colour=(200, 100, 50), icc_profile=profile()))
    assert "icc_profile" not in picture.info
    assert all(abs(a - b) <= 2 for a, b in zip(picture.getpixel((0, 0)), (200, 100, 50), strict=True))


def test_a_colour_profile_of_nonsense_is_left_out_and_the_colours_stay():
    picture = taken("a.png", saved("PNG", colour=(200, 100, 50), icc_profile=b"nonsense" * 40))
    assert picture.getpixel((0, 0)) == (200, 100, 50)


def test_a_short_text_in_a_png_is_taken_and_left_out():
    picture = taken("a.png", png(before=chunk(b"tEXt", b"Author\x00A. Photographer")))
    assert not picture.text


def test_refusing_a_bomb_costs_neither_memory_nor_time():
    begun = time.monotonic()
    assert not upload("a.png", png(before=chunk(b"iCCP", b"k\x00\x00" + bomb(200)))).is_valid()
    assert time.monotonic() - begun < 5


def test_the_child_that_hangs_is_ended_and_said_so(monkeypatch, tmp_path):
    sleeper = tmp_path / "child.py"
    sleeper.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(pictures, "CHILD", sleeper)
    monkeypatch.setattr(pictures, "CHILD_SECONDS", 0.5)
    form = upload("a.png", png())
    assert not form.is_valid() and "too long" in str(form.errors)


def test_the_child_that_dies_or_runs_out_of_memory_is_said_in_words(monkeypatch, tmp_path):
    for text, words in (("import os\nos.abort()\n", "damaged"), ("print('memory')", "memory")):
        child = tmp_path / "child.py"
        child.write_text(text)
        monkeypatch.setattr(pictures, "CHILD", child)
        form = upload("a.png", png())
        assert not form.is_valid() and words in str(form.errors)


def test_the_child_may_take_a_gigabyte_and_no_more(monkeypatch, tmp_path):
    from pathlib import Path

    greedy = tmp_path / "greedy.py"
    source = Path(pictures.CHILD).read_text()
    greedy.write_text(
        source.replace('word, body = b"ok", remake(', 'bytearray(2 * 1024**3); word, body = b"ok", remake(')
    )
    monkeypatch.setattr(pictures, "CHILD", greedy)
    form = upload("a.png", png())
    assert not form.is_valid() and "memory" in str(form.errors)


def test_title_and_tags_of_a_picture_are_edited_without_uploading_it_again(admin, media):
    collection = Collection.objects.first().pk
    file = SimpleUploadedFile("door.png", png())
    admin.post(reverse("wagtailimages:add"), {"title": "Door", "collection": collection, "file": file})
    picture = Picture.objects.get()
    answer = admin.post(reverse("wagtailimages:edit", args=[picture.pk]), {"title": "A door", "collection": collection})
    picture.refresh_from_db()
    assert answer.status_code == 302 and picture.title == "A door"
