"""The desk: what is typed is kept, what breaks a rule is shown with its reason, and nothing goes public before its rule is met."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from wagtail_localize.models import StringTranslation, Translation

from accounts.roles import Role
from courses.models import Question
from kernel.translation import draft_status
from tests.factories.accounts import unit
from tests.factories.courses import locale_of
from tests.factories.translations import make_sources, source_of, translate, translator
from translations import machine, memory, policy, privacy, review
from translations.models import Comment, ContentClass, Edit, Handover, Policy, Review
from translations.screens.desk import difference, fingerprint
from translations.segments import segments

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def course():
    return make_sources()


@pytest.fixture
def question(course):
    return course.questions["en"]["single"]


@pytest.fixture
def person():
    return translator("es", name="Tara Translator")


@pytest.fixture
def desk(client, person, question):
    client.force_login(person)
    return Desk(client, source_of(question))


class Desk:
    """A translator at work in a browser."""

    def __init__(self, client, source, code="es"):
        self.client, self.source, self.code = client, source, code
        self.url = reverse("workbench:desk", args=[code, source.pk])

    def texts(self):
        return segments(self.source, locale_of(self.code))

    def see(self):
        return self.client.get(self.url).content.decode()

    def type(self, words: dict[int, str], **more):
        found = self.texts()
        data = {}
        for number, text in words.items():
            data[found[number].name] = text
            data[f"was-{found[number].name}"] = fingerprint(found[number].text)
        return self.client.post(self.url, data | more)


def test_english_stands_beside_a_field_for_every_text(desk):
    page = desk.see()
    for segment in desk.texts():
        assert f'name="{segment.name}"' in page
    assert 'lang="es" dir="ltr"' in page and "Missing" in page


def test_what_is_typed_is_kept_with_who_and_when(desk, person):
    assert desk.type({0: "¿Qué es un acto?", 1: "Porque sí."}, save="1").status_code == 302
    first = desk.texts()[0].translation
    assert (first.data, first.translation_type, first.last_translated_by) == ("¿Qué es un acto?", "manual", person)
    assert Edit.objects.filter(by=person).count() == 2
    desk.type({0: "¿Qué es un acto?"}, save="1")
    assert Edit.objects.count() == 2, "nothing changed, nothing is noted"


def test_a_text_with_a_number_or_a_forbidden_word_is_kept_shown_with_its_reason_and_not_published(desk, question):
    desk.type({0: "Llame al 202-555-0143", 1: "El tráfico de personas"}, save="1")
    page = desk.see()
    assert "looks like a telephone number" in page and "smuggling of migrants" in page and "202-555-0143" in page
    desk.type({}, publish="1")
    assert not Question.objects.filter(translation_key=question.translation_key, locale__language_code="es").exists()


def test_nothing_is_lost_when_two_people_change_the_same_text(desk, client):
    segment = desk.texts()[0]
    review.write(desk.source, locale_of("es"), segment, "De otra persona", by=None)
    answer = client.post(desk.url, {segment.name: "De mí", f"was-{segment.name}": fingerprint(""), "save": "1"})
    page = answer.content.decode()
    assert answer.status_code == 409 and "De mí" in page and "De otra persona" in page
    assert desk.texts()[0].text == "De otra persona"


def test_one_text_is_saved_as_it_is_typed(desk, client):
    url, segment = reverse("workbench:save_one", args=["es", desk.source.pk]), desk.texts()[0]
    answer = client.post(url, {"name": segment.name, "text": "¿Qué", "was": fingerprint("")})
    assert answer.json()["state"] == "human" and desk.texts()[0].text == "¿Qué"
    assert client.post(url, {"name": segment.name, "text": "x", "was": "stale"}).status_code == 409
    assert client.post(url, {"name": "text-0-0", "text": "x", "was": ""}).status_code == 410
    assert client.get(url).status_code == 405
    wrong = client.post(url, {"name": segment.name, "text": "<script>", "was": fingerprint("¿Qué")}).json()
    assert wrong["state"] == "wrong" and wrong["problems"][0]["level"] == "error"


@pytest.mark.parametrize("code", ["fr", "ar-xb", "xx", "en"])
def test_only_own_languages_can_be_opened(desk, client, code):
    assert client.get(reverse("workbench:desk", args=[code, desk.source.pk])).status_code == 404


def test_a_translator_without_a_language_can_translate_into_none(client, question):
    client.force_login(translator())
    assert client.get(reverse("workbench:desk", args=["es", source_of(question).pk])).status_code == 404


def test_suggestions_come_from_all_content_with_how_alike_their_sources_are(course, desk):
    other = source_of(course.questions["en"]["multiple"])
    translate(other, "es", lambda text: f"Memoria: {text}", by=None)
    found = segments(desk.source, locale_of("es"), closely=True)
    assert {one.percent for segment in found for one in segment.suggestions} & {100}
    fuzzy = [one for segment in found for one in segment.suggestions if one.percent < 100]
    assert fuzzy and all(memory.LEAST_PERCENT <= one.percent < 100 for one in fuzzy)
    segment = next(one for one in found if one.suggestions)
    desk.type({}, use=f"{segment.name}:0")
    assert desk.texts()[segment.number - 1].text == segment.suggestions[0].text


def test_memory_of_nothing_suggests_nothing_and_ranks_people_before_machines(desk):
    assert memory.Memory(locale_of("es")).suggestions("Anything") == []
    assert memory.alike("same", "same") == 100 and memory.alike("Same.", "same") == 99


def test_comments_are_said_and_settled(desk, person):
    name = desk.texts()[0].name
    desk.type({}, **{f"comment-{name}": "What does this mean?"}, save="1")
    comment = Comment.objects.get()
    assert comment.by == person and "What does this mean?" in desk.see()
    desk.type({}, settle=str(comment.pk))
    assert Comment.objects.get().resolved_at


def test_history_shows_the_source_then_and_now_and_gives_an_older_text_back(desk, question):
    desk.type({0: "Primera versión"}, save="1")
    desk.type({0: "Segunda versión"}, save="1")
    edit = Edit.objects.get(text="Primera versión")
    desk.type({}, restore=f"{desk.texts()[0].name}:{edit.pk}")
    assert desk.texts()[0].text == "Primera versión" and Edit.objects.filter(way="restored").exists()
    question.stem = f"{question.stem} and more"
    question.save_revision().publish()
    page = desk.see()
    assert "<ins> and more</ins>" in page.replace("<ins> and</ins>", "") or "<ins>" in page
    assert "What changed since it was translated" in page and "Primera versión" in page


def test_a_difference_names_what_went_and_what_came():
    assert difference("one two three", "one four three") == [
        ("same", "one "), ("gone", "two"), ("new", "four"), ("same", " three"),
    ]  # fmt: skip
    assert difference("same", "same") == [] and difference("", "new") == []


def test_a_draft_of_the_starter_is_noted_before_it_is_replaced(desk, person):
    segment = desk.texts()[0]
    StringTranslation.objects.bulk_create([StringTranslation(
        translation_of_id=segment.string_id, context_id=segment.context_id, locale=locale_of("es"), data="Borrador",
        translation_type="machine", tool_name="Starter draft",
    )])  # fmt: skip
    assert desk.texts()[0].state == "machine"
    desk.type({0: "Mejor"}, save="1")
    assert list(Edit.objects.order_by("pk").values_list("text", "way")) == [("Borrador", "draft"), ("Mejor", "typed")]


# --- Review and the gate -------------------------------------------------------------------------------------------


def test_a_question_goes_public_only_when_complete_fresh_and_reviewed_by_somebody_else(desk, person, client, question):
    def public():
        return Question.objects.filter(
            translation_key=question.translation_key, locale__language_code="es", live=True
        ).first()

    found = {number: f"Es: {segment.source}" for number, segment in enumerate(desk.texts())}
    assert "texts are missing" in client.get(desk.url).content.decode()
    desk.type(found, publish="1")
    assert public() is None
    assert "not reviewed" in desk.see()
    desk.type({}, send="1", note="Please read")
    assert Handover.objects.get().note == "Please read"
    desk.type({}, accept="1")
    assert not Review.objects.exists(), "a translator cannot review"

    reader = translator("es", may_review=True, native=True)
    client.force_login(reader)
    assert "Please read" in desk.see()
    desk.type({}, **{"return": "1"}, answer="The second one is unclear.")
    assert Handover.objects.get().state == "returned"
    client.force_login(person)
    assert "The second one is unclear." in desk.see()
    desk.type({}, send="1")
    client.force_login(reader)
    desk.type({}, accept="1")
    assert Review.objects.filter(by=reader, is_native=True).count() == len(found)
    client.force_login(person)
    desk.type({}, publish="1")
    assert public().stem == found[0]
    choices = public().choices.all()
    assert [c.correct for c in choices] == [c.correct for c in question.choices.all()]
    assert draft_status(public()) == "human"

    desk.type({0: "Otra cosa"}, save="1")
    assert desk.texts()[0].review is None, "a changed text is no longer reviewed"
    assert public().stem == found[0]


def test_who_translated_it_cannot_review_it(question):
    both = translator("es", may_review=True)
    source = source_of(question)
    translate(source, "es", by=both)
    review.send(source, locale_of("es"), by=translator("es"), now=NOW)
    with pytest.raises(review.Refused, match="Somebody else"):
        review.accept(source, locale_of("es"), by=both, now=NOW)


def test_what_is_empty_wrong_or_sent_is_not_sent(question):
    source, person = source_of(question), translator("es")
    with pytest.raises(review.Refused, match="nothing to review"):
        review.send(source, locale_of("es"), by=person, now=NOW)
    translate(source, "es", lambda text: f"<b>{text}", by=person, count=1)
    with pytest.raises(review.Refused):
        review.send(source, locale_of("es"), by=person, now=NOW)
    translate(source, "es", by=person)
    review.send(source, locale_of("es"), by=person, now=NOW)
    with pytest.raises(review.Refused, match="already"):
        review.send(source, locale_of("es"), by=person, now=NOW)
    with pytest.raises(review.Refused, match="Say what"):
        review.send_back(source, locale_of("es"), by=translator("es", may_review=True), now=NOW, answer=" ")


def test_rules_of_units_hold_for_their_people_and_the_strictest_of_several():
    agency = unit("Agency")
    port = unit("Port", below=agency)
    person = translator("es", organisation=port)
    assert not policy.needs(ContentClass.COURSE, person).reviewed
    Policy.objects.create(organisation=agency, content_class="course", reviewed=True)
    assert policy.needs(ContentClass.COURSE, person).reviewed
    assert not policy.needs(ContentClass.COURSE, translator("es")).reviewed
    Policy.objects.create(organisation=port, content_class="course", reviewed=False)
    assert not policy.needs(ContentClass.COURSE, person).reviewed, "the nearer unit's rule holds"
    Policy.objects.create(content_class="page", complete=True, notice=True)
    assert policy.needs(ContentClass.PAGE).complete and not policy.needs(ContentClass.PAGE).native


def test_news_is_loose_and_a_lesson_needs_to_be_complete(course, client):
    person = translator("es")
    client.force_login(person)
    home, lesson = Desk(client, source_of(course.homes["en"])), Desk(client, source_of(course.lesson))
    home.type({0: "Inicio"}, publish="1")
    assert Translation.objects.get(source=home.source).get_target_instance().title == "Inicio"
    lesson.type({0: "Lección"}, publish="1")
    assert "missing" in lesson.see()


def test_the_gate_holds_in_the_other_editor_too(course, client):
    editor = translator("es", role=Role.ADMINISTRATOR)
    source = source_of(course.lesson)
    found = translate(source, "es", by=editor)
    for instance in (course.homes["en"], course.catalogs["en"], course.pages["en"], course.modules["en"][0]):
        translate(source_of(instance), "es", by=editor)
        review.publish(source_of(instance), locale_of("es"), by=editor, now=NOW)
    target = review.publish(source, locale_of("es"), by=editor, now=NOW)
    StringTranslation.objects.filter(pk=found[-1].translation.pk).delete()
    client.force_login(editor)
    url = reverse("wagtailadmin_pages:edit", args=[target.pk])
    revisions = target.revisions.count()
    answer = client.post(url, {"action": "publish"}, follow=True)
    assert "is missing" in answer.content.decode() and target.revisions.count() == revisions


# --- Machine translation -------------------------------------------------------------------------------------------


def echo(texts, source, target):
    """A back end for tests."""
    return [f"{target}: {text}" if "<" not in text else "<script>" for text in texts]


def broken(texts, source, target):
    raise ConnectionError


def test_machine_translation_is_off_until_a_back_end_is_named(desk, settings):
    assert "by machine" not in desk.see()
    with pytest.raises(machine.NoAnswer):
        machine.draft(desk.source, locale_of("es"))
    settings.TRANSLATION_MACHINE = "tests.translations.test_desk.echo"
    assert "by machine" in desk.see()
    desk.type({0: "De una persona"}, machine="1")
    states = [segment.state for segment in desk.texts()]
    assert states[0] == "human" and set(states[1:]) == {"machine"}
    settings.TRANSLATION_MACHINE = "tests.translations.test_desk.broken"
    StringTranslation.objects.filter(translation_type="machine").delete()
    assert desk.type({}, machine="1").status_code == 302
    assert "does not answer" in desk.see()


def test_the_dashboard_names_what_waits_for_a_reviewer_and_what_came_back(question, client, person):
    source, es, reader = source_of(question), locale_of("es"), translator("es", may_review=True)
    home = reverse("wagtailadmin_home")
    translate(source, "es", by=person)
    review.send(source, es, by=person, now=NOW)
    client.force_login(reader)
    assert "1 translation waits for your review" in client.get(home).content.decode()
    client.force_login(translator("fr", may_review=True))
    assert "waits for your review" not in client.get(home).content.decode()
    review.send_back(source, es, by=reader, now=NOW, answer="Too formal.")
    client.force_login(person)
    page = client.get(home).content.decode()
    assert "1 translation came back to you" in page and "Too formal." in page


def test_what_is_kept_of_a_translator_is_handed_out_and_the_name_goes(desk, person):
    desk.type({0: "Mío"}, save="1")
    tables = {table.key: table.rows for table in privacy.export_translator(person)}
    assert tables["languages"][0]["language"] == "es" and tables["edits"][0]["text"] == "Mío"
    privacy.erase_translator(person)
    assert Edit.objects.get().by is None and desk.texts()[0].translation.last_translated_by is None
    assert not person.translator_languages.exists()
