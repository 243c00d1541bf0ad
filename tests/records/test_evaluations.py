"""What learners say after a course: asked once, tied to nobody, shown only in groups."""

import csv
import io
from datetime import date

import pytest
from django.urls import reverse

from records import evaluations, learners
from records.evaluation_results import evaluation_results, hidden_labels
from records.evaluations import QUESTIONS, AlreadyAnswered, EvaluationAnswer
from records.screens.results import name_of
from tests.factories.courses import make_course
from tests.factories.records import NOON, make_completion, make_enrolment, make_user

pytestmark = pytest.mark.django_db
ANSWERS = {"useful": "5", "before": "2", "after": "4", "understood": "5", "safe": "4", "comment": "More on hotels."}


@pytest.fixture
def course():
    return make_course()


@pytest.fixture
def user():
    return make_user("Ana López")


@pytest.fixture
def own(client, user):
    client.force_login(user)
    return client


def form_of(course) -> str:
    return reverse("records:evaluation", args=[course.key])


def say(course, count=1, *, locale="en", month=date(2026, 3, 1), **answers):
    for _ in range(count):
        EvaluationAnswer.objects.create(
            course_key=course.key, locale=locale, month=month, answers={"useful": 4, "before": 2, "after": 4} | answers
        )


# --- asking ---


def test_every_question_is_asked_as_a_group_with_a_legend(own, course, user):
    make_completion(course, user=user)
    html = own.get(form_of(course)).content.decode()
    assert html.count('<legend class="usa-legend">') == len(QUESTIONS)
    assert "write no names" in html


def test_answers_are_kept_without_the_person(own, course, user):
    completion = make_completion(course, user=user)
    response = own.post(form_of(course), ANSWERS, follow=True)
    assert "Thank you" in response.content.decode()
    answer = EvaluationAnswer.objects.get()
    assert answer.answers == {
        "useful": 5,
        "before": 2,
        "after": 4,
        "understood": 5,
        "safe": 4,
        "comment": "More on hotels.",
    }
    assert answer.month.day == 1 and answer.locale == "en"
    completion.enrolment.refresh_from_db()
    assert completion.enrolment.evaluation_done
    names = {field.name for field in EvaluationAnswer._meta.get_fields()}
    assert names == {"id", "course_key", "locale", "month", "answers"}
    assert "Ana" not in str(answer)
    assert answer.pk.version == 4  # random, so that it tells no order


def test_a_second_answer_is_not_counted(own, course, user):
    make_completion(course, user=user)
    own.post(form_of(course), ANSWERS)
    assert "You have answered" in own.post(form_of(course), ANSWERS, follow=True).content.decode()
    assert "You have answered" in own.get(form_of(course), follow=True).content.decode()
    assert EvaluationAnswer.objects.count() == 1


def test_two_answers_at_once_count_once(course, user):
    enrolment = make_completion(course, user=user).enrolment
    evaluations.answer(enrolment, {"useful": 5}, locale="en", now=NOON)
    with pytest.raises(AlreadyAnswered):
        evaluations.answer(enrolment, {"useful": 1}, locale="en", now=NOON)
    assert EvaluationAnswer.objects.get().answers == {"useful": 5}


def test_a_race_between_two_tabs_is_answered_kindly(own, course, user, monkeypatch):
    make_completion(course, user=user)

    def raced(*args, **kwargs):
        raise AlreadyAnswered

    monkeypatch.setattr(evaluations, "answer", raced)
    assert "You have answered" in own.post(form_of(course), ANSWERS, follow=True).content.decode()


def test_an_empty_form_is_taken_and_leaves_nothing_to_count(own, course, user):
    make_completion(course, user=user)
    own.post(form_of(course), {})
    assert not EvaluationAnswer.objects.exists()


@pytest.mark.parametrize("wrong", [{"useful": "6"}, {"useful": "x"}, {"comment": "x" * 1001}])
def test_what_was_not_offered_is_refused_and_the_rest_stays(own, course, user, wrong):
    make_completion(course, user=user)
    html = own.post(form_of(course), ANSWERS | wrong).content.decode()
    assert "error" in html and 'name="after" value="4" id="id_after_3" checked' in html
    assert not EvaluationAnswer.objects.exists()


def test_the_questions_come_after_the_course(own, course, user):
    make_enrolment(course, user=user)
    assert "still something left to do" in own.get(form_of(course), follow=True).content.decode()


def test_a_visitor_is_asked_too(client, course):
    visitor, token = learners.begin_visit()
    client.cookies["visitor"] = token
    make_completion(course, visitor=visitor)
    client.post(form_of(course).replace("/en/", "/es/"), ANSWERS)
    assert EvaluationAnswer.objects.get().locale == "es"


def test_who_never_began_is_asked_nothing(own, client, course):
    assert own.get(form_of(course)).status_code == 404


# --- results ---


@pytest.mark.parametrize(("count", "shown"), [(9, False), (10, True)])
def test_results_appear_from_the_smallest_group_up(course, count, shown):
    say(course, count, comment="Too long")
    results = evaluation_results(course.key)
    assert results.overall.is_hidden is not shown
    assert bool(results.comments) is shown
    assert (results.overall.gain == 2) is shown


def test_a_hidden_group_holds_no_number(course):
    say(course, 10, locale="en")
    say(course, 10, locale="ht")
    say(course, 9, locale="es")
    groups = {group.label: group for group in evaluation_results(course.key).by_locale}
    assert groups["es"].is_hidden and groups["es"].means == {} and groups["es"].gain is None
    assert groups["es"].count is None


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ({"a": 12, "b": 30}, set()),
        ({"a": 3, "b": 30, "c": 12}, {"a", "c"}),  # 45 - 30 - 12 would tell 3
        ({"a": 3, "b": 8, "c": 12}, {"a", "b"}),  # two hidden ones hide each other
        ({"a": 3}, {"a"}),
        ({"a": 10, "b": 10}, set()),
        ({"a": 1, "b": 10}, {"a", "b"}),
        ({}, set()),
    ],
)
def test_a_small_group_cannot_be_worked_out_from_the_total(counts, hidden):
    assert hidden_labels(counts) == hidden


def test_a_question_that_few_answered_has_no_mean(course):
    say(course, 12)
    say(course, 9, safe=5)
    overall = evaluation_results(course.key).overall
    assert overall.count == 21
    assert overall.means["useful"] == 4 and overall.means["safe"] is None


def test_months_are_told_apart(course):
    say(course, 10, month=date(2026, 3, 1))
    say(course, 11, month=date(2026, 4, 1), useful=2)
    months = evaluation_results(course.key).by_month
    assert [(name_of(group.label), group.count, group.means["useful"]) for group in months] == [
        ("2026-03", 10, 4),
        ("2026-04", 11, 2),
    ]


def test_other_courses_do_not_mix(course):
    say(course, 10)
    assert evaluation_results(make_course(slug="other").key).overall.is_hidden


def test_comments_are_sorted_by_their_words(course):
    for text in ("b", "c", "a"):
        say(course, 4, comment=text)
    assert evaluation_results(course.key).comments == ["a"] * 4 + ["b"] * 4 + ["c"] * 4


def test_the_number_of_queries_does_not_grow(course, django_assert_num_queries):
    say(course, 10, comment="x")
    with django_assert_num_queries(4):
        evaluation_results(course.key)
    for month in range(1, 13):
        say(course, 3, month=date(2025, month, 1), locale=f"x{month}", comment="x")
    with django_assert_num_queries(4):
        evaluation_results(course.key)


def test_the_screen_shows_means_hides_small_groups_and_escapes_comments(admin_client, course):
    say(course, 10, comment="<script>alert(1)</script>")
    say(course, 2, locale="es")
    html = admin_client.get(reverse("training:evaluations")).content.decode()
    assert "4.00" in html and "Too few answers to show" in html
    assert "<script>alert(1)" not in html and "&lt;script&gt;" in html


def test_the_table_says_what_the_screen_says(admin_client, course):
    say(course, 10, comment="=cmd()")
    say(course, 2, locale="es")
    response = admin_client.get(reverse("training:evaluations"), {"export": "csv", "course": str(course.key)})
    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"), newline="")))
    assert rows[1][:4] == ["All answers", "All", "12", "4.0"]
    assert ["By language", "Español", "too few to show"] in [row[:3] for row in rows]
    assert ["Comment", "'=cmd()"] in rows
