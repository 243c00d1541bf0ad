"""The editors' screens for questions and what courses draw from."""

import io
import json

import openpyxl
import pytest
from django.urls import reverse
from wagtail.blocks.base import Block
from wagtail.models import Collection, ReferenceIndex
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from accounts.roles import Role, sync_groups
from courses.blocks.lesson import LessonBody
from courses.faults import fault_of
from courses.models import CoursePage, LessonPage, Question
from courses.questions import duplicate
from courses.snippets import with_usage
from tests.factories.accounts import member, unit
from tests.factories.courses import QUESTIONS, make_course


@pytest.fixture
def course(db):
    return make_course(languages=("en",))


@pytest.fixture
def admin(client, django_user_model, course):
    Collection.objects.exists() or Collection.add_root(name="Root")
    client.force_login(django_user_model.objects.create_superuser("admin@lodestar.example", name="Ada"))
    return client


def url(name: str, *args, model: str = "question") -> str:
    return reverse(f"wagtailsnippets_courses_{model}:{name}", args=args)


CHOICE = {"text": "", "match": "", "category": "", "feedback": "Because.", "correct": "", "critical": "", "pinned": ""}


def form_data(course, choices, **fields) -> dict:
    """What the browser sends for a new question."""
    rows = [{name: value for name, value in (CHOICE | row).items() if value} for row in choices]
    return nested_form_data(
        {
            "key": "new-question",
            "kind": "single",
            "scoring": "all_or_nothing",
            "concept": "act",
            "use": "assessment",
            "stem": "What is an act?",
            "explanation": "An act is what was done.",
            "pool": course.pool.pk,
            "lesson": course.lesson.pk,
            "choices": inline_formset(rows),
            "steps": streamfield([]),
        }
        | fields
    )


RIGHT = {"text": "What was done", "correct": "on"}
WRONG = {"text": "Why it was done"}


def publish(admin, data):
    return admin.post(url("add"), data | {"action-publish": "1"})


# --- Lists ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_the_exported_list_is_a_formula(admin, course, start):
    question = Question.objects.first()
    Question.objects.filter(pk=question.pk).update(stem=f"{start}HYPERLINK(1)")
    text = b"".join(admin.get(url("list"), {"export": "csv"}).streaming_content).decode()
    assert f"'{start}HYPERLINK(1)" in text
    book = openpyxl.load_workbook(io.BytesIO(b"".join(admin.get(url("list"), {"export": "xlsx"}).streaming_content)))
    cells = [str(cell.value) for row in book.active.iter_rows() for cell in row]
    assert [cell[0] for cell in cells if cell.endswith("HYPERLINK(1)")] == ["'"]


@pytest.mark.parametrize("model", ["question", "questionpool", "definition", "statistic", "glossaryterm", "video"])
def test_every_list_and_form_opens(admin, model):
    assert admin.get(url("list", model=model)).status_code == 200
    assert admin.get(url("add", model=model)).status_code == 200


def test_the_list_of_questions_is_searched_by_key_stem_and_choice_whatever_is_typed(admin):
    for words in ("small-matching", "question matching", "Confront", '"', "' OR 1=1", "\x00", "(" * 300, " "):
        assert admin.get(url("list"), {"q": words}).status_code == 200, words
    found = admin.get(url("list"), {"q": "small-matching"}).content.decode()
    assert "Question matching" in found and "Question ordering" not in found


def test_the_list_of_questions_is_filtered_by_kind_and_concept(admin):
    page = admin.get(url("list"), {"kind": "matching"}).content.decode()
    assert "Question matching" in page and "Question ordering" not in page
    page = admin.get(url("list"), {"concept": "response"}).content.decode()
    assert "Question ordering" in page and "Question matching" not in page


def test_the_list_says_where_a_question_is_used(admin, course):
    question = course.questions["en"]["check"]
    ReferenceIndex.create_or_update_for_object(LessonPage.objects.get(pk=course.lesson.pk))
    page = admin.get(url("list"), {"q": question.key}).content.decode()
    assert "1 place" in page and url("usage", question.pk) in page
    assert "Nowhere" in admin.get(url("list"), {"q": "small-ordering"}).content.decode()
    assert course.lesson.title in admin.get(url("usage", question.pk)).content.decode()


def test_how_often_rows_are_used_is_found_in_one_query(course, django_assert_num_queries):
    question = course.questions["en"]["check"]
    ReferenceIndex.create_or_update_for_object(LessonPage.objects.get(pk=course.lesson.pk))
    with django_assert_num_queries(1):
        found = {row.key: row.usage_count for row in with_usage(Question.objects.all())}
    assert found[question.key] == 1 and set(found.values()) == {0, 1}


# --- The form ------------------------------------------------------------------------------------------------------


def test_a_question_with_its_choices_is_published_in_one_step(admin, course):
    answer = publish(admin, form_data(course, [RIGHT, WRONG, WRONG | {"text": "Where", "critical": "on"}]))
    assert answer.status_code == 302
    question = Question.objects.get(key="new-question")
    assert question.live and question.choices.count() == 3 and question.is_critical


@pytest.mark.parametrize(
    ("kind", "choices", "words"),
    [
        ("single", [], "Add choices"),
        ("single", [RIGHT], "at least two choices"),
        ("single", [WRONG, WRONG | {"text": "Where"}], "exactly one choice"),
        ("single", [RIGHT, RIGHT | {"text": "Where"}], "exactly one choice"),
        ("single", [RIGHT | {"critical": "on"}, WRONG], "at the same time"),
        ("single", [RIGHT, WRONG | {"text": "what was done "}], "say the same"),
        ("true_false", [RIGHT, WRONG, WRONG | {"text": "Where"}], "exactly two choices"),
        ("multiple", [RIGHT, WRONG], "at least three choices"),
        ("multiple", [WRONG, WRONG | {"text": "b"}, WRONG | {"text": "c"}], "at least one as right"),
        ("matching", [RIGHT | {"match": "a"}, WRONG], "right-hand side"),
        ("matching", [RIGHT | {"match": "a"}, WRONG | {"match": "a "}], "right-hand side"),
        ("ordering", [RIGHT], "at least two choices"),
        ("classify", [RIGHT | {"category": "force"}, WRONG], "where it belongs"),
        ("scenario", [], "at least one step"),
        ("single", [WRONG | {"text": str(n)} for n in range(10)] + [RIGHT], "too many choices"),
    ],
)
def test_a_question_that_cannot_be_answered_is_not_published_and_what_was_typed_stays(
    admin, course, kind, choices, words
):
    answer = publish(admin, form_data(course, choices, kind=kind, stem="A stem I typed"))
    page = answer.content.decode()
    assert answer.status_code == 200 and words in page and "A stem I typed" in page
    for choice in choices:
        assert choice["text"].strip() in page
    assert not Question.objects.filter(key="new-question").exists()


def test_an_unfinished_question_is_kept_as_a_draft(admin, course):
    assert admin.post(url("add"), form_data(course, [WRONG])).status_code == 302
    assert not Question.objects.get(key="new-question").live


def test_choices_taken_out_in_the_form_do_not_count(admin, course):
    question = course.questions["en"]["true-false"]
    rows = [
        {"id": choice.pk, "text": choice.text, "correct": "on" if choice.correct else "", "DELETE": ""}
        for choice in question.choices.all()
    ]
    rows = [{name: value for name, value in row.items() if value} for row in rows]
    rows[1]["DELETE"] = "on"
    data = form_data(course, [], key=question.key, kind="true_false", stem=question.stem)
    data |= nested_form_data({"choices": inline_formset(rows, initial=2)}) | {"action-publish": "1"}
    answer = admin.post(url("edit", question.pk), data)
    assert answer.status_code == 200 and "exactly two choices" in answer.content.decode()


def test_a_scenario_is_published_with_its_steps_and_refused_when_an_option_leads_back(admin, course):
    option = {"text": "Ask", "outcome": "best", "consequence": "They answer.", "next": "0"}
    worse = option | {"text": "Shout", "outcome": "harmful"}

    def steps(target):
        options = {
            "count": "2",
            **{f"{n}-{k}": v for n in "01" for k, v in {"deleted": "", "order": n, "type": "item", "id": ""}.items()},
            **{f"0-value-{k}": v for k, v in (option | {"next": target}).items()},
            **{f"1-value-{k}": v for k, v in worse.items()},
        }
        return streamfield([("step", {"text": rich_text("<p>Two people step up.</p>"), "options": options})])

    refused = publish(admin, form_data(course, [], kind="scenario", steps=steps("1")))
    assert refused.status_code == 200 and "Options lead forward or end" in refused.content.decode()
    assert publish(admin, form_data(course, [], kind="scenario", steps=steps("0"))).status_code == 302
    assert Question.objects.get(key="new-question").is_critical


@pytest.mark.parametrize("field", ["stem", "explanation"])
def test_a_telephone_number_typed_into_a_question_is_refused_with_words(admin, course, field):
    number = "1-" + "-".join(["555", "010", "4477"])
    answer = publish(admin, form_data(course, [RIGHT, WRONG], **{field: f"Call {number} now."}))
    page = answer.content.decode()
    assert answer.status_code == 200 and "looks like a telephone number" in page and number in page


def test_a_telephone_number_typed_into_a_choice_is_refused_in_any_script(admin, course):
    number = "".join(chr(0x0660 + int(digit)) for digit in "15550104477")
    answer = publish(admin, form_data(course, [RIGHT, WRONG | {"feedback": number}]))
    assert answer.status_code == 200 and "looks like a telephone number" in answer.content.decode()


def test_a_law_and_a_year_are_not_telephone_numbers(admin, course):
    words = "See Pub. L. 110-457 (2008), 22 U.S.C. 7102(11) and 27.6 million people in 2021."
    assert publish(admin, form_data(course, [RIGHT, WRONG], explanation=words)).status_code == 302


# --- Copies, and many at once --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_is_duplicated_as_a_draft_with_keys_of_its_own(admin, course, name):
    question = course.questions["en"][name]
    assert admin.get(url("copy", question.pk)).status_code == 200
    assert not Question.objects.filter(key=f"{question.key}-copy").exists()
    answer = admin.post(url("copy", question.pk))
    copy = Question.objects.get(key=f"{question.key}-copy")
    assert answer.url == url("edit", copy.pk) and not copy.live
    assert copy.translation_key != question.translation_key and copy.stem == question.stem
    before, after = list(question.choices.all()), list(copy.choices.all())
    assert [c.text for c in before] == [c.text for c in after]
    assert not {c.translation_key for c in before} & {c.translation_key for c in after}
    assert admin.get(answer.url).status_code == 200
    assert duplicate(question).key == f"{question.key}-copy-2"


def bulk(action: str, *questions) -> str:
    ids = "&".join(f"id={question.pk}" for question in questions)
    return reverse("wagtail_bulk_action", args=["courses", "question", action]) + f"?{ids}&next=/admin/"


def test_several_questions_are_published_and_those_that_cannot_be_answered_stay_drafts(admin, course):
    good, bad = duplicate(course.questions["en"]["single"]), duplicate(course.questions["en"]["multiple"])
    bad.choices = []
    bad.save_revision(clean=False)
    assert admin.get(bulk("publish", good, bad)).status_code == 200
    answer = admin.post(bulk("publish", good, bad), follow=True)
    assert "1 question published" in answer.content.decode() and "1 cannot be answered yet" in answer.content.decode()
    good.refresh_from_db(), bad.refresh_from_db()
    assert good.live and not bad.live


def test_several_questions_are_taken_out_of_use(admin, course):
    questions = [course.questions["en"]["single"], course.questions["en"]["ordering"]]
    admin.post(bulk("unpublish", *questions))
    assert not Question.objects.filter(pk__in=[q.pk for q in questions], live=True).exists()


def test_someone_who_may_only_look_cannot_publish_or_duplicate(client, django_user_model, course):
    from django.contrib.auth.models import Permission

    person = django_user_model.objects.create_user("viewer@lodestar.example", name="Vi")
    person.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", "view_question"]))
    client.force_login(person)
    question = duplicate(course.questions["en"]["single"])
    client.post(bulk("publish", question))
    client.post(url("copy", question.pk))
    question.refresh_from_db()
    assert not question.live and not Question.objects.filter(key=f"{question.key}-copy").exists()


@pytest.fixture
def as_role(client, course):
    Collection.objects.exists() or Collection.add_root(name="Root")
    sync_groups()
    organisation = unit()

    def sign_in(role):
        client.force_login(member(organisation, role))
        return client

    return sign_in


def test_an_editor_writes_and_publishes_questions(as_role, course):
    editor = as_role(Role.EDITOR)
    assert editor.get(url("list")).status_code == 200
    assert publish(editor, form_data(course, [RIGHT, WRONG])).status_code == 302
    assert Question.objects.get(key="new-question").live


def test_a_translator_neither_adds_nor_publishes_questions(as_role, course):
    translator = as_role(Role.TRANSLATOR)
    assert translator.get(url("list")).status_code == 200
    publish(translator, form_data(course, [RIGHT, WRONG]))
    draft = duplicate(course.questions["en"]["single"])
    translator.post(bulk("publish", draft))
    draft.refresh_from_db()
    assert not Question.objects.filter(key="new-question").exists() and not draft.live


@pytest.mark.parametrize("role", [Role.LEARNER, Role.COORDINATOR, Role.TRAINING_MANAGER])
def test_others_see_no_answer_key_in_the_admin(as_role, course, role):
    person, question = as_role(role), course.questions["en"]["single"]
    names = ("edit", "copy", "usage", "history", "preview_on_edit")
    for address in (url("list"), *(url(name, question.pk) for name in names)):
        answer = person.get(address)
        assert answer.status_code in {302, 403, 404} and question.stem not in answer.content.decode(), address


# --- Previews ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("mode", ["question", "right", "wrong"])
def test_a_question_is_previewed_asked_and_answered(rf, course, name, mode):
    question = course.questions["en"][name]
    page = question.make_preview_request(rf.get("/admin/"), mode).content.decode()
    assert "cannot be asked" not in page
    assert ("Right</h3>" in page) is (mode == "right")
    if mode == "question":
        assert "Explanation" not in page and "Feedback" not in page


def test_the_preview_of_an_unfinished_question_says_what_is_missing(rf, course):
    question = duplicate(course.questions["en"]["single"])
    question.choices = []
    assert "Add choices" in question.make_preview_request(rf.get("/admin/"), "question").content.decode()


@pytest.mark.parametrize(
    ("mode", "words"),
    [("new", "Start the course"), ("in_progress", "1 of 3 lessons done"), ("completed", "You completed this course")],
)
def test_a_course_is_previewed_as_a_learner_at_each_point(rf, course, mode, words):
    page = course.page.make_preview_request(rf.get("/admin/"), mode).content.decode()
    assert words in page


@pytest.mark.parametrize(("mode", "words"), [("new", "Reading only"), ("completed", "You have finished this lesson")])
def test_a_lesson_is_previewed_as_a_learner_at_each_point(rf, course, mode, words):
    answer = course.lesson.make_preview_request(rf.get("/admin/"), mode)
    assert words in answer.content.decode()


def test_previews_may_stand_in_a_frame_of_the_admin_and_pages_may_not(rf, client, course):
    policy = course.lesson.make_preview_request(rf.get("/admin/"), "new")["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy and "'unsafe-inline'" not in policy
    assert "frame-ancestors 'none'" in client.get(course.lesson.url)["Content-Security-Policy"]


def test_the_preview_panel_of_a_new_and_of_a_present_lesson_opens(admin, course):
    page = course.lesson
    data = nested_form_data(
        {
            "title": "A lesson",
            "slug": "a-lesson",
            "minutes": "2",
            "objectives": streamfield([("objective", "Say it")]),
            "body": streamfield([("prose", rich_text("<p>Words of the draft.</p>"))]),
            "comments": inline_formset([]),
        }
    )
    modules = course.modules["en"]
    for address in (
        reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk]),
        reverse("wagtailadmin_pages:preview_on_add", args=["courses", "lessonpage", modules[0].pk]),
    ):
        assert admin.post(address, data).json()["is_valid"], address
        for mode in ("new", "in_progress", "completed"):
            answer = admin.get(address, {"mode": mode})
            assert answer.status_code == 200 and "Words of the draft" in answer.content.decode()


@pytest.mark.parametrize("name", list(LessonBody().child_blocks))
def test_every_block_of_a_lesson_says_what_it_is_and_shows_itself(admin, name):
    block = LessonPage.body.field.stream_block.child_blocks[name]
    assert block.meta.icon and block.meta.description and block.meta.template and block.is_previewable
    assert block.definition_prefix in Block.definition_registry
    answer = admin.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix})
    assert answer.status_code == 200 and len(answer.content) > 400


# --- Pages ---------------------------------------------------------------------------------------------------------


def course_data(page, concepts=("act", "means"), **fields) -> dict:
    return {"required_concepts": list(concepts)} | nested_form_data(
        {
            "title": page.title,
            "slug": page.slug,
            "summary": page.summary,
            "who_for": "",
            "introduction": rich_text("<p>Hello.</p>"),
            "minutes": "10",
            "pool": page.pool_id,
            "question_count": "7",
            "pass_mark": "80",
            "attempt_limit": "0",
            "wait_minutes": "0",
            "time_limit_minutes": "0",
            "seat_minutes": "0",
            "validity_months": "12",
            "renewal_days": "60",
            "comments": inline_formset([]),
        }
        | fields
    )


def edit(admin, page, data):
    return admin.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data | {"action-publish": "1"})


def test_the_concepts_of_a_course_are_ticked(admin, course):
    form = admin.get(reverse("wagtailadmin_pages:edit", args=[course.page.pk])).content.decode()
    assert form.count('name="required_concepts"') == 15
    edit(admin, course.page, course_data(course.page, concepts=["force", "sex"]))
    assert CoursePage.objects.get(pk=course.page.pk).required_concepts == ["force", "sex"]


def test_a_course_that_requires_more_concepts_than_it_asks_questions_is_refused_with_words(admin, course):
    answer = edit(admin, course.page, course_data(course.page, question_count="1"))
    assert answer.status_code == 200 and "more concepts than questions" in answer.content.decode()


def test_a_concept_that_does_not_exist_is_refused(admin, course):
    answer = edit(admin, course.page, course_data(course.page, concepts=["nonsense"]))
    assert answer.status_code == 200
    assert CoursePage.objects.get(pk=course.page.pk).required_concepts == ["act", "means"]


def test_a_telephone_number_typed_into_a_lesson_is_refused_even_as_a_link(admin, course):
    number = "1-" + "-".join(["555", "010", "4477"])
    block = {"entityMap": {}, "blocks": [{"key": "a", "text": f"Call {number}", "type": "unstyled", "depth": 0}]}
    for body in (rich_text(f"<p>Call {number}</p>"), json.dumps(block)):
        data = nested_form_data(
            {
                "title": course.lesson.title,
                "slug": course.lesson.slug,
                "minutes": "2",
                "objectives": streamfield([]),
                "body": streamfield([("prose", body)]),
                "comments": inline_formset([]),
            }
        )
        answer = edit(admin, course.lesson, data)
        assert answer.status_code == 200 and "looks like a telephone number" in answer.content.decode()


# --- The rules of the kinds ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_small_course_has_no_question_with_a_fault(course, name):
    question = course.questions["en"][name]
    assert question.fault() == "" == fault_of(question.kind, question.choices.all(), len(question.steps))
