"""The starter site: what it holds, and that loading it again takes nothing back."""

import copy
import io
import re

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.test import Client
from wagtail.models import Locale, Page, ReferenceIndex, Site
from wagtail.search.models import IndexEntry
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from courses.concepts import Concept, Kind, Use
from courses.forms import typed_numbers
from courses.models import CoursePage, Definition, GlossaryTerm, LessonPage, ModulePage, Question, Statistic
from courses.starter import checks
from courses.starter import load as courses
from home.models import HomePage, InformationPage
from home.starter import load as starter
from hotlines.models import Hotline
from kernel import drafts
from kernel.models import StarterEntry
from kernel.starter import StarterProblem, merged
from kernel.translation import draft_status
from tests.factories.starter import loaded

pytestmark = pytest.mark.django_db
SNIPPETS = [Question, Definition, Statistic, GlossaryTerm]
PAGES = [HomePage, InformationPage, CoursePage, ModulePage, LessonPage]


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    with loaded(django_db_blocker) as loader:
        yield loader


@pytest.fixture(autouse=True)
def _loaded(site):
    """Every test here begins with the starter site."""


@pytest.fixture
def words(monkeypatch):
    """The starter words, to be changed as a new release would change them."""
    read = courses.read_words(["es"])
    pages = starter.read_pages(["es"])
    read, pages = copy.deepcopy(read), copy.deepcopy(pages)
    monkeypatch.setattr(courses, "read_words", lambda languages: read)
    monkeypatch.setattr(starter, "read_pages", lambda languages: pages)
    return read


def english(model):
    return model.objects.filter(locale__language_code="en")


def spanish(model):
    return model.objects.filter(locale__language_code="es")


def outcomes(loader) -> dict[str, int]:
    found = {}
    for (_label, outcome), count in loader.outcomes.items():
        found[outcome] = found.get(outcome, 0) + count
    return found


def everything() -> list:
    """All starter objects as the database has them, revisions and strings included."""
    rows = [list(model.objects.order_by("pk").values()) for model in [*SNIPPETS, *PAGES, Site]]
    return [*rows, list(StringTranslation.objects.order_by("pk").values()), list(StarterEntry.objects.values())]


# --- What it holds -------------------------------------------------------------------------------------------------


def test_both_courses_are_live_in_both_languages_with_the_lessons_of_the_outline():
    for code in ("en", "es"):
        found = CoursePage.objects.live().filter(locale__language_code=code)
        assert {course.slug for course in found} == {"awareness", "port"}
        lessons = {c.slug: LessonPage.objects.live().descendant_of(c).count() for c in found}
        assert lessons == {"awareness": 20, "port": 5}


@pytest.mark.parametrize("model", [*SNIPPETS, *PAGES])
def test_spanish_has_the_same_keys_as_english_and_everything_is_live(model):
    keys = set(english(model).values_list("translation_key", flat=True))
    assert keys and keys == set(spanish(model).values_list("translation_key", flat=True))
    assert not model.objects.filter(live=False).exists()


def test_lessons_have_the_same_blocks_with_the_same_ids_in_both_languages():
    for lesson in english(LessonPage):
        other = spanish(LessonPage).get(translation_key=lesson.translation_key)
        assert [(b.id, b.block_type) for b in lesson.body] == [(b.id, b.block_type) for b in other.body]
        assert [o.id for o in lesson.objectives] == [o.id for o in other.objectives]


def test_spanish_lessons_point_at_spanish_entries_and_at_the_one_hotline_registry():
    checks_found = hotlines_found = 0
    for lesson in spanish(LessonPage):
        for block in lesson.body:
            for name in ("question", "definition", "statistic"):
                if block.block_type in {name, "check"} and name in block.value:
                    assert block.value[name].locale.language_code == "es"
                    checks_found += 1
            if block.block_type == "hotline":
                assert isinstance(block.value["hotline"], Hotline)
                hotlines_found += 1
    assert checks_found > 60 and hotlines_found >= 3


def test_choices_have_the_same_keys_and_the_same_rules_in_both_languages():
    for question in english(Question).prefetch_related("choices"):
        other = spanish(Question).get(translation_key=question.translation_key)
        rules = [(c.translation_key, c.correct, c.critical, c.category, c.pinned) for c in question.choices.all()]
        assert rules == [(c.translation_key, c.correct, c.critical, c.category, c.pinned) for c in other.choices.all()]
        assert (question.kind, question.concept, question.use, question.scoring, question.pool_id, question.key) == (
            other.kind, other.concept, other.use, other.scoring, other.pool_id, other.key,
        )  # fmt: skip
        assert [o.id for s in question.steps for o in s.value["options"].bound_blocks] == [
            o.id for s in other.steps for o in s.value["options"].bound_blocks
        ]
        assert other.stem != question.stem and other.explanation != question.explanation


def test_the_bank_is_large_covers_every_concept_and_kind_and_explains_every_choice():
    bank = english(Question).filter(pool__key="awareness").for_assessment()
    assert bank.count() >= 60
    assert set(bank.values_list("concept", flat=True)) == set(Concept.values)
    assert set(bank.values_list("kind", flat=True)) == set(Kind.values)
    for question in Question.objects.prefetch_related("choices"):
        assert not question.fault(), question.key
        assert question.explanation and question.lesson_id
        assert all(choice.feedback for choice in question.choices.all()), question.key


def test_every_course_can_draw_its_assessment_and_some_answers_do_harm():
    for course in english(CoursePage):
        bank = Question.objects.filter(pool=course.pool, locale=course.locale).for_assessment()
        assert set(course.required_concepts) <= set(bank.values_list("concept", flat=True))
        assert len(course.required_concepts) <= course.question_count <= bank.count()
        assert course.pass_mark == 80 and course.validity_months == 12
        assert any(question.is_critical for question in bank)
    assert english(CoursePage).get(slug="awareness").question_count == 15


def test_parts_that_questions_lead_to_stand_in_their_lessons_in_both_languages():
    linked = Question.objects.exclude(part="").select_related("lesson", "locale")
    assert {question.locale.language_code for question in linked} == {"en", "es"} and len(linked) > 60
    for question in linked:
        assert question.part in {block.id for block in question.lesson.body}, question.key


def test_every_lesson_passes_the_checks_an_editor_meets():
    for lesson in LessonPage.objects.all():
        lesson.body.stream_block.clean(lesson.body)
        lesson.full_clean()
    for question in Question.objects.filter(kind=Kind.SCENARIO):
        question.steps.stream_block.clean(question.steps)


def test_no_text_holds_a_telephone_number_or_the_wrong_spanish_term():
    for row in StringTranslation.objects.select_related("translation_of", "context"):
        if row.context.path not in {"citation", "publisher"}:
            assert not typed_numbers(row.data) and not typed_numbers(row.translation_of.data), row.data
        assert not re.search(r"tráfico de personas", row.data, re.IGNORECASE), row.data
        assert not row.has_error


def test_every_translation_is_complete_and_marked_as_a_machine_draft():
    assert {translation.get_status_display() for translation in Translation.objects.all()} == {"Up to date"}
    assert not StringTranslation.objects.exclude(drafts.OURS).exists()
    assert draft_status(spanish(LessonPage).first()) == "machine"
    assert draft_status(english(LessonPage).first()) == "source"


def test_terms_that_no_source_confirms_are_remarked_for_the_reviewer():
    assert StringTranslation.objects.filter(tool_name="Starter draft (unverified term)").exists()


def test_the_home_page_is_the_root_of_the_site_and_nothing_else_stands_beside_it():
    site = Site.objects.get()
    home = english(HomePage).get()
    assert site.root_page_id == home.pk and site.is_default_site
    assert f"https://{site.hostname}" == settings.SITE_URL and site.port == 443
    assert set(Page.objects.filter(depth=2)) == {page.page_ptr for page in HomePage.objects.all()}
    first = home.sections[0].value["page"]
    assert first.slug == "courses"


@pytest.mark.parametrize("code", ["en", "es"])
def test_every_page_opens(code):
    client = Client()
    for page in Page.objects.live().filter(locale__language_code=code, depth__gte=2):
        answer = client.get(page.url)
        assert answer.status_code == 200, page.url
        assert page.title in answer.content.decode()


def test_what_was_loaded_is_found_by_search_and_in_the_list_of_uses():
    question = english(Question).get(key="check-force-1")
    assert ReferenceIndex.get_references_to(question).count() == 1
    for model in (LessonPage, Question, GlossaryTerm):
        kept = IndexEntry.objects.filter(content_type=ContentType.objects.get_for_model(model))
        assert kept.count() == model.objects.count()


# --- Again ---------------------------------------------------------------------------------------------------------


def test_loading_again_changes_nothing():
    before = everything()
    again = starter.load(["es"])
    assert set(outcomes(again)) == {"unchanged"} and not again.kept
    assert everything() == before


def test_the_command_says_that_nothing_is_to_do():
    said = io.StringIO()
    call_command("load_starter", stdout=said)
    assert "up to date" in said.getvalue()


def test_the_command_compares_everything_when_asked_and_tells_in_a_table():
    said = io.StringIO()
    call_command("load_starter", "--again", stdout=said)
    assert "Questions" in said.getvalue() and "unchanged" in said.getvalue()


def force(code="en"):
    return LessonPage.objects.get(slug="force", locale__language_code=code)


def lesson_words(words, code="en"):
    return words.courses["awareness"][code]["modules"][1]["lessons"][0]


def reworded(words):
    """A new release words one lesson anew, in both languages."""
    lesson_words(words)["title"] = "Force, reworded"
    lesson_words(words)["body"][0]["prose"] += "<p>One more sentence.</p>"
    lesson_words(words, "es")["title"] = "Fuerza, con otras palabras"
    lesson_words(words, "es")["body"][0]["prose"] += "<p>Una frase más.</p>"


def test_new_words_replace_what_nobody_touched_in_both_languages(words):
    reworded(words)
    again = starter.load(["es"])
    assert outcomes(again)["updated"] == 2 and not again.kept
    assert force().title == "Force, reworded" and "One more sentence" in str(force().body[0].value)
    assert force("es").title == "Fuerza, con otras palabras" and "Una frase más" in str(force("es").body[0].value)
    assert not force().has_unpublished_changes and not force("es").has_unpublished_changes
    assert set(outcomes(starter.load(["es"]))) == {"unchanged"}


def test_a_lesson_an_editor_changed_is_kept_in_both_languages(words):
    lesson = force()
    lesson.title = "Our own title"
    lesson.save_revision().publish()
    reworded(words)
    again = starter.load(["es"])
    assert outcomes(again)["kept"] == 2 and "changed by an editor" in again.kept[0]
    assert force().title == "Our own title" and force("es").title == "Fuerza"


def test_an_unpublished_draft_of_an_editor_is_kept_too(words):
    lesson = force()
    lesson.title = "A draft"
    lesson.save_revision()
    reworded(words)
    assert outcomes(starter.load(["es"]))["kept"] == 2
    assert force().title == "Force" and force().get_latest_revision_as_object().title == "A draft"


def test_a_lesson_taken_offline_stays_offline(words):
    force().unpublish()
    reworded(words)
    starter.load(["es"])
    assert not force().live


def test_a_removed_lesson_does_not_come_back(words):
    force().delete()
    reworded(words)
    again = starter.load(["es"])
    assert any("removed by an editor" in reason for reason in again.kept)
    assert not LessonPage.objects.filter(slug="force", locale__language_code="en").exists()


def test_a_string_a_person_translated_is_kept_and_the_new_words_wait_in_the_editor(words):
    spanish_page = force("es")
    row = StringTranslation.objects.get(context__object_id=spanish_page.translation_key, context__path="title")
    row.data, row.translation_type, row.tool_name = "Fuerza física", StringTranslation.TRANSLATION_TYPE_MANUAL, ""
    row.save()
    lesson_words(words)["objectives"][0] = "Recognize force in a story"
    lesson_words(words, "es")["objectives"][0] = "Reconocer la fuerza en un relato"
    again = starter.load(["es"])
    assert outcomes(again)["updated"] == 1 and "changed by a translator" in again.kept[0]
    row.refresh_from_db()
    assert row.data == "Fuerza física"
    assert "Reconocer la fuerza en un relato" not in str(force("es").objectives)
    assert StringTranslation.objects.filter(data="Reconocer la fuerza en un relato").exists()


def test_a_better_draft_of_the_translation_replaces_the_old_draft_alone(words):
    lesson_words(words, "es")["title"] = "La fuerza"
    again = starter.load(["es"])
    assert outcomes(again)["updated"] == 1
    assert force("es").title == "La fuerza" and force().title == "Force"


def test_a_translation_edited_on_its_own_is_kept(words):
    Translation.objects.filter(source__object_id=force().translation_key).update(enabled=False)
    page = force("es")
    page.title = "Aparte"
    page.save_revision().publish()
    reworded(words)
    assert any("page of its own" in reason for reason in starter.load(["es"]).kept)
    assert force("es").title == "Aparte" and force().title == "Force, reworded"


def test_a_new_question_is_added_and_a_changed_choice_keeps_its_key(words):
    for code in ("en", "es"):
        listed = words.questions["port"][code]
        new = copy.deepcopy(listed[0]) | {"key": "brand-new", "stem": f"New in {code}?"}
        listed.append(new)
        listed[1]["choices"][0]["text"] = f"Changed in {code}"
    key = words.questions["port"]["en"][1]["key"]
    keys = [choice.translation_key for choice in english(Question).get(key=key).choices.all()]
    pks = set(english(Question).get(key=key).choices.values_list("pk", flat=True))
    again = starter.load(["es"])
    assert outcomes(again) | {"unchanged": 0} == {"created": 2, "updated": 2, "unchanged": 0}
    assert spanish(Question).get(key="brand-new").stem == "New in es?"
    question = english(Question).get(key=key)
    assert [choice.translation_key for choice in question.choices.all()] == keys
    assert set(question.choices.values_list("pk", flat=True)) == pks
    assert spanish(Question).get(key=key).choices.first().text == "Changed in es"


def test_an_entry_an_editor_made_under_the_same_key_is_left_alone(words):
    entry = copy.deepcopy(words.facts["en"]["glossary"][0]) | {"id": "editors-own"}
    words.facts["en"]["glossary"].append(entry)
    words.facts["es"]["glossary"].append(copy.deepcopy(entry))
    own = GlossaryTerm.objects.create(
        key="editors-own", term="Ours", meaning="Ours.", locale=Locale.objects.get(language_code="en")
    )
    again = starter.load(["es"])
    assert any("editors-own" in reason for reason in again.kept)
    own.refresh_from_db()
    assert own.term == "Ours" and english(GlossaryTerm).filter(key="editors-own").count() == 1


def test_the_address_of_the_site_follows_the_setting_and_an_editors_root_stays(settings):
    other = InformationPage.objects.first()
    home = english(HomePage).get()
    Site.objects.update(hostname="old.example", port=80)
    settings.SITE_URL = "http://127.0.0.1:8106"
    starter.load(["es"])
    site = Site.objects.get()
    assert (site.hostname, site.port, site.root_page_id) == ("127.0.0.1", 8106, home.pk) and other


# --- Wrong files ---------------------------------------------------------------------------------------------------


def problems(words) -> str:
    return "\n".join(checks.problems(words, {}, set(Hotline.objects.values_list("code", flat=True))))


@pytest.mark.parametrize(
    ("spoil", "words_said"),
    [
        (lambda lesson, question: lesson["body"].append({"prosee": "x"}), "no block called “prosee”"),
        (lambda lesson, question: lesson["body"].append({"check": "nowhere"}), "no check “nowhere”"),
        (lambda lesson, question: lesson["body"].append({"hotline": "nowhere"}), "no hotline “nowhere”"),
        (lambda lesson, question: lesson["body"].append({"definition": "nowhere"}), "no definition “nowhere”"),
        (lambda lesson, question: lesson["body"].append({"prose": "<p>open"}), "the tag p is not closed"),
        (lambda lesson, question: lesson["body"].append({"prose": "<p><b>x</p></b>"}), "closes where it is not open"),
        (lambda lesson, question: lesson["body"].append({"prose": "<script>x</script>"}), "the tag script"),
        (lambda lesson, question: lesson["body"].append({"prose": "<a href='x'>y"}), "a tag cannot be read"),
        (lambda lesson, question: lesson["body"].append({"prose": "Call 555" + "-010-4477"}), "telephone number"),
        (lambda lesson, question: lesson.pop("title"), "title is missing"),
        (lambda lesson, question: question.update(kind="quiz"), "“quiz” is no kind"),
        (lambda lesson, question: question.update(concept="money"), "“money” is no concept"),
        (lambda lesson, question: question.update(lesson="a/b"), "no lesson “a/b”"),
        (lambda lesson, question: question.update(part="definition:def-coercion/1"), "no part “definition:def-coercion/1”"),
        (lambda lesson, question: question.update(key="check-three-elements-2"), "stands there twice"),
        (lambda lesson, question: question["choices"][0].pop("feedback"), "has no feedback"),
        (lambda lesson, question: question["choices"][2].pop("correct"), "exactly one choice"),
        (lambda lesson, question: question.update(stem="x" * 1501), "longer than 1500"),
    ],
)
def test_a_wrong_file_is_named_with_its_key(words, spoil, words_said):
    assert problems(words) == ""
    lesson = words.courses["awareness"]["en"]["modules"][0]["lessons"][0]
    spoil(lesson, words.questions["awareness"]["en"][0])
    said = problems(words)
    assert words_said in said and "awareness/" in said


def test_the_wrong_spanish_term_is_found(words):
    lesson_words(words, "es")["body"][0]["prose"] += "<p>El tráfico de personas.</p>"
    assert "awareness/course.es.yaml" in problems(words) and "wrong term" in problems(words)


def test_a_wrong_file_stops_the_command_before_anything_is_changed(words):
    lesson_words(words)["body"].append({"check": "nowhere"})
    lesson_words(words)["title"] = "Never loaded"
    before = everything()
    with pytest.raises(CommandError, match="awareness/course.en.yaml, force-fraud-coercion/force, block"):
        call_command("load_starter", "--again")
    assert everything() == before


@pytest.mark.parametrize(
    ("english_words", "spanish_words", "said"),
    [
        ({"a": 1}, {"b": 2}, "b is not in the English file"),
        ({"a": [1, 2]}, {"a": [1]}, "2 entries are expected"),
        ({"a": [{"key": "x", "t": "1"}]}, {"a": [{"key": "x", "t": ["1"]}]}, "file, a, x, t: one text"),
        ({"a": {"b": 1}}, {"a": 1}, "file, a: a group"),
    ],
)
def test_a_translation_of_another_shape_is_named(english_words, spanish_words, said):
    with pytest.raises(StarterProblem, match=said):
        merged(english_words, spanish_words, "file")


def test_a_translation_with_other_paragraphs_is_named(words):
    lesson_words(words, "es")["body"][0]["prose"] += "<p>Una frase de más.</p>"
    with pytest.raises(StarterProblem, match="force-fraud-coercion/force"):
        starter.load(["es"])


def test_a_course_that_fails_half_way_leaves_nothing_of_itself(words, monkeypatch):
    lesson_words(words)["title"] = "Half loaded"
    words.courses["awareness"]["en"]["title"] = "x" * 300  # longer than a title may be
    with pytest.raises(StarterProblem, match="course/awareness"):
        starter.load(["es"])
    assert force().title == "Force"


def test_every_use_of_a_question_is_known():
    assert set(english(Question).values_list("use", flat=True)) <= set(Use.values)
    assert TranslationSource.objects.count() == Translation.objects.count()


def test_sources_are_written_as_the_translation_package_writes_them():
    kinds = ["stringsegment", "templatesegment", "relatedobjectsegment", "overridablesegment"]
    for key in [
        force().translation_key,
        english(HomePage).get().translation_key,
        english(Question).first().translation_key,
    ]:
        source = TranslationSource.objects.get(object_id=key)

        def segments(source=source):
            return [set(getattr(source, f"{kind}_set").values_list("pk", "context__field_path")) for kind in kinds]

        before = segments()
        assert before[0] and all(path for found in before for _pk, path in found)
        source.refresh_segments()
        assert segments() == before
        assert not TranslationSource.update_or_create_from_instance(source.get_source_instance())[1]
