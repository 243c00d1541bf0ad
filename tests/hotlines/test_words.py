"""No number comes with the words about a hotline, in whatever language and by whatever way."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from hotlines.models import HotlineWords
from tests.factories.hotlines import make_hotline, make_words

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("field", ["name", "note", "trace"])
@pytest.mark.parametrize(
    "text", ["Or call 1-202-555-0199", "Or text 233734", "Or dial 911", "٢٠٢٥٥٥٠١٩٩", "202.555.0100"]
)
def test_a_number_in_the_words_is_refused_at_save(language, field, text):
    make_hotline(code="danger", phone_display="911", phone_e164="", short_code="911")
    hotline = make_hotline()
    with pytest.raises(ValidationError, match="looks like a telephone number") as refused:
        make_words(hotline, language, **{field: text})
    assert set(refused.value.message_dict) == {field}
    assert not HotlineWords.objects.exists()


def test_a_line_that_is_called_by_its_number_may_say_so_in_every_language():
    hotline = make_hotline(name_en="Line 911", phone_display="911", phone_e164="", short_code="911")
    make_words(hotline, "en", name="Line 911")
    make_words(hotline, "es", name="Línea 911", note="Abierta 24 horas desde 2019, en 200 idiomas.")
    with pytest.raises(ValidationError):
        make_words(hotline, "es", note="O 233734")


@pytest.mark.parametrize("field", ["name_en", "name_local", "operator"])
def test_the_name_of_a_line_may_hold_its_own_number_and_no_other(field):
    make_hotline(**{field: "Line 1-202-555-0100"})
    with pytest.raises(ValidationError, match="not the number of this line"):
        make_hotline(**{field: "Line 1-202-555-0199"})


def test_the_screen_says_so_at_the_field_and_keeps_what_was_typed(client, ana):
    words = make_words(make_hotline())
    client.force_login(ana)
    address = reverse("wagtailsnippets_hotlines_hotlinewords:edit", args=[words.pk])
    typed = {"hotline": words.hotline_id, "name": words.name, "note": "Or call 1-202-555-0199", "trace": ""}
    page = client.post(address, typed).content.decode()
    assert "looks like a telephone number" in page and "Or call 1-202-555-0199" in page
    words.refresh_from_db()
    assert words.note == ""
