"""The matrix: its figures are those one counts by hand, and they cost the same number of queries for any number of rows."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail_localize.models import StringSegment, StringTranslation

from accounts.roles import Role
from tests.factories.courses import locale_of, make_question
from tests.factories.translations import make_sources, source_of, translate, translator
from translations import policy, review, sources
from translations.matrix import Cell, Matrix, chosen, next_task, ordered
from translations.segments import segments

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def cell_of(instance, code="es") -> Cell:
    rows = {row.object_id: row for row in Matrix([code]).rows}
    return rows[str(instance.translation_key)].cells[code]


@pytest.fixture
def course():
    return make_sources()


def test_figures_agree_with_a_count_by_hand(course):
    question = course.questions["en"]["single"]
    source = source_of(question)
    by_hand = {(row.string_id, row.context_id) for row in StringSegment.objects.filter(source=source)}
    assert len(by_hand) == 2 + 2 * question.choices.count()  # question, explanation; text and feedback of each choice
    assert cell_of(question) == Cell(total=len(by_hand))

    person, reader = translator("es"), translator("es", may_review=True, native=True)
    found = translate(source, "es", by=person, count=4)
    first = found[0].translation
    StringTranslation.objects.filter(pk=first.pk).update(translation_type="machine")
    cell = cell_of(question)
    assert (cell.total, cell.done, cell.machine, cell.human, cell.missing, cell.percent) == (
        len(by_hand), 4, 1, 3, len(by_hand) - 4, 400 // len(by_hand),
    )  # fmt: skip
    assert cell.who == person.get_short_name() and cell.state == "missing"

    review.send(source, locale_of("es"), by=person, now=NOW)
    assert cell_of(question).is_waiting
    review.accept(source, locale_of("es"), by=reader, now=NOW)
    cell = cell_of(question)
    assert (cell.reviewed, cell.native, cell.machine, cell.human, cell.is_waiting) == (4, 4, 0, 0, False)


def test_a_changed_source_makes_its_translation_stale_and_nothing_else(course):
    question = course.questions["en"]["single"]
    source = source_of(question)
    translate(source, "es", by=translator("es"))
    assert cell_of(question).percent == 100
    question.stem = "Which sentence says what an act is?"
    question.save_revision().publish()
    cell = cell_of(question)
    assert (cell.stale, cell.missing, cell.done, cell.state) == (1, 0, cell.total - 1, "stale")
    segment = next(one for one in segments(source_of(question), locale_of("es")) if one.state == "stale")
    assert segment.source_then.endswith("single") and segment.text_then.startswith("Es: ")


def test_a_text_with_an_error_counts_as_wrong_and_not_as_done(course):
    question = course.questions["en"]["single"]
    translate(source_of(question), "es", lambda text: f"{text} 202-555-0143", by=translator("es"), count=1)
    cell = cell_of(question)
    assert (cell.wrong, cell.done, cell.state) == (1, 0, "wrong")


def test_the_figures_of_segments_and_of_the_matrix_are_the_same(course):
    question = course.questions["en"]["scenario"]
    source = source_of(question)
    translate(source, "es", by=translator("es"), count=3)
    ours, theirs = review.cell_of(segments(source, locale_of("es"))), cell_of(question)
    for name in ("total", "done", "missing", "stale", "wrong", "machine", "human", "reviewed"):
        assert getattr(ours, name) == getattr(theirs, name), name


def test_the_number_of_queries_does_not_grow_with_the_rows(course):
    def count():
        with CaptureQueriesContext(connection) as found:
            assert len(Matrix(["es"]).rows) > 5
        return len(found)

    count()  # content types and sites are read once per process
    few = count()
    for number in range(6):
        make_question("single", "en", pool=course.pool, key=f"more-{number}")
    sources.begin_missing()
    assert count() == few


def test_rows_are_filtered_sorted_and_named_by_course(course):
    rows = Matrix(["es"]).rows
    question = course.questions["en"]["single"]
    translate(source_of(question), "es", by=translator("es"))
    rows = Matrix(["es"]).rows
    assert {row.group for row in chosen(rows, group="assessment")} == {"assessment"}
    assert [row.label for row in chosen(rows, text=str(question)[:40].upper(), group="assessment")]
    assert all(row.group in {"assessment", "course"} for row in chosen(rows, course=str(course.key)))
    assert len(chosen(rows, course=str(course.key))) >= 14
    done = [row for row in chosen(rows, state="human", code="es") if row.group == "assessment"]
    assert [row.object_id for row in done] == [str(question.translation_key)]
    percents = [row.cells["es"].percent for row in ordered(rows, "percent", "es", backwards=True)]
    assert percents == sorted(percents, reverse=True) and percents[0] == 100


def test_the_next_thing_is_an_error_then_what_changed_then_what_is_nearly_done(course):
    questions = course.questions["en"]
    person = translator("es")
    translate(source_of(questions["single"]), "es", by=person)
    questions["single"].explanation = "Another explanation."
    questions["single"].save_revision().publish()
    rows = chosen(Matrix(["es"]).rows, group="assessment")
    assert next_task(rows, "es").row.object_id == str(questions["single"].translation_key)
    translate(source_of(questions["multiple"]), "es", lambda text: "<b>x</b>", by=person, count=1)
    rows = chosen(Matrix(["es"]).rows, group="assessment")
    assert next_task(rows, "es").row.object_id == str(questions["multiple"].translation_key)
    assert next_task([], "es") is None


def test_readiness_names_what_is_missing_stale_and_not_reviewed(course):
    def phrases():
        rows = [row for row in Matrix(["es"]).rows if str(course.key) in row.courses]
        return policy.readiness(rows, "es")

    assert phrases() == ["not begun"]
    person, reader = translator("es"), translator("es", may_review=True)
    rows = [row for row in Matrix(["es"]).rows if str(course.key) in row.courses]
    from wagtail_localize.models import TranslationSource

    found = list(TranslationSource.objects.filter(pk__in=[int(row.key.removeprefix("source-")) for row in rows]))
    for source in found:
        translate(source, "es", by=person)
    assert phrases() == ["assessment not reviewed"]
    question = course.questions["en"]["single"]
    question.stem = "What else?"
    question.save_revision().publish()
    assert phrases()[0] == "1 string stale"
    translate(source_of(question), "es", by=person)
    for source in found:
        review.send(source, locale_of("es"), by=person, now=NOW)
        review.accept(source, locale_of("es"), by=reader, now=NOW)
    assert phrases() == []


def test_the_screen_shows_the_figures_and_takes_them_along(course, client):
    person = translator("es")
    translate(source_of(course.questions["en"]["single"]), "es", by=person, count=5)
    client.force_login(person)
    answer = client.get(reverse("workbench:matrix"), {"group": "assessment"})
    assert answer.status_code == 200 and "Next thing to do" in answer.content.decode()
    answer = client.get(reverse("workbench:matrix"), {"export": "csv", "group": "assessment"})
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert {row["language"] for row in rows} == {"es"} and sum(int(row["done"]) for row in rows) == 5
    assert client.get(reverse("workbench:matrix"), {"q": "\0", "p": "x", "sort": "?", "course": "1"}).status_code == 200
    assert client.get(reverse("workbench:matrix"), {"course": str(course.key)}).status_code == 200
    assert client.get(reverse("workbench:matrix"), {"export": "xlsx"}).status_code == 200


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.TRANSLATOR, 200),
        (Role.EDITOR, 200),
        (Role.ADMINISTRATOR, 200),
        (Role.COORDINATOR, 404),
        (Role.TRAINING_MANAGER, 404),
    ],
)
def test_the_workbench_is_there_for_those_who_work_on_it(course, client, role, status):
    client.force_login(translator(role=role))
    assert client.get(reverse("workbench:matrix")).status_code == status


def test_rows_of_posters_and_of_the_interface_stand_in_the_matrix(course):
    from posters.starter import load

    load(["en", "es"])
    rows = {row.key: row for row in Matrix(["es"]).rows}
    common = rows["common"].cells["es"]
    assert (common.total, common.done, common.machine, common.percent) == (13, 13, 13, 100)
    interface = rows["interface"].cells["es"]
    assert interface.total > 500 and interface.done == interface.machine + interface.reviewed + interface.human
