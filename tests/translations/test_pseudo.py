"""No word of the learner's and public pages is out of a translator's reach: everything in a pseudo-language is in brackets."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from django.utils.translation import trans_real

from records.attempts import Attempt
from tests.factories.courses import make_course
from tests.records.test_journey import answer_all, url
from translations import pseudo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def installed():
    pseudo.install()
    yield
    for code in pseudo.CODES:
        trans_real._translations.pop(code, None)


def test_a_text_is_accented_longer_and_in_brackets_and_its_blanks_stay():
    text = pseudo.pseudo('Hi %(name)s, <a href="/x">read</a> {place} &amp; go 80 %%')
    assert text.startswith("⟦Ĥî ") and text.endswith("·⟧")
    assert '%(name)s, <a href="/x">ŕéàđ</a> {place} &amp; ' in text and text.count("%%") == 1
    assert pseudo.pseudo("\nHi\n").startswith("\n⟦") and pseudo.pseudo("") == ""
    with translation.override("ar-xb"):
        assert translation.gettext("Go on").startswith("⟦Ĝö öñ")
        assert translation.ngettext("%(n)d day", "%(n)d days", 2) % {"n": 2} == "⟦2 đàýš·⟧"
        assert translation.get_language_bidi()


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>⟦Ĥî⟧ 24</p>", []),
        ("<p>Hi there</p>", ["Hi there"]),
        ("<p>⟦Ĥî⟧ there</p>", ["there"]),
        ('<p lang="en">Hi there</p>', []),
        ("<p>⟦Ĥî <b>ţĥéŕé</b> ÿöû⟧</p>", []),
        ('<img alt="A door">', ["A door"]),
        ('<input type="submit" value="Send">', ["Send"]),
        ('<input type="text" value="Ana">', []),
        ("<script>var x = 'Hi there'</script>", []),
        ("<p>Lodestar 24/7</p>", []),
    ],
)
def test_what_was_never_marked_is_found(html, found):
    assert pseudo.unmarked(f'<html lang="ar-XB">{html}</html>', "ar-XB") == found


@pytest.fixture
def course():
    return make_course(["en"], question_count=7)


def test_public_pages_have_no_unmarked_word(course):
    out = io.StringIO()
    call_command("pseudo", language="ar-xb", stdout=out)
    assert "can be translated" in out.getvalue()


def test_the_command_would_notice_one(course, monkeypatch):
    monkeypatch.setattr(pseudo, "NAMES", set())
    with pytest.raises(CommandError, match="no translator can reach"):
        call_command("pseudo", language="ar-xb", stdout=io.StringIO())


def test_a_learner_meets_no_unmarked_word_from_the_start_to_the_certificate(course, client):
    found = {}

    def look(name, *args, **query):
        answer = client.get(url(name, *args, code="ar-xb"), query)
        assert answer.status_code == 200, name
        if texts := pseudo.unmarked(answer.content.decode(), "ar-XB"):
            found[name, *args[1:]] = texts

    look("start", course.key)
    client.post(url("start", course.key, code="ar-xb"))
    look("my_learning")
    for lesson in course.lessons["en"]:
        client.post(url("lesson_done", course.key, lesson.translation_key, code="ar-xb"))
    look("assessment", course.key)
    client.post(url("assessment", course.key, code="ar-xb"))
    attempt = Attempt.objects.get()
    look("attempt", attempt.key)
    for item in attempt.items.all():
        look("question", attempt.key, item.position)
    answer_all(client, course, attempt, code="ar-xb")
    look("submit", attempt.key)
    client.post(url("submit", attempt.key, code="ar-xb"))
    look("result", attempt.key)
    look("evaluation", course.key)
    look("public_certificate", course.key)
    look("verify")
    assert not found, json.dumps([[" ".join(map(str, key)), texts] for key, texts in found.items()])
