"""Attempts at their edges: who, when, how often, twice, too late, in which language."""

import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext

from accounts.models import User
from courses.models import Choice, Question
from courses.outline import outline
from records import assessment, editions
from records.assessment import AttemptClosed, AttemptRefused, allowance, save_answer, start_attempt, submit_attempt
from records.attempts import Attempt, AttemptItem, QuestionEdition
from records.certificates import Completion
from records.enrolments import Accommodation, LessonProgress
from records.progress import start
from tests.factories.courses import key_of, make_course, right_answer, wrong_answer
from tests.records.test_journey import answer_all, form_of, url

pytestmark = pytest.mark.django_db
NOON = timezone.now().replace(microsecond=0)


@pytest.fixture
def user():
    return User.objects.create_user("ana@agency.example", name="Ana")


EVERY_KIND_ONCE = ["act", "means", "purpose", "force", "response", "coercion", "indicator"]


def begun(user, now=NOON, languages=("en", "es"), **rules):
    course = make_course(languages, **({"required_concepts": EVERY_KIND_ONCE} | rules))
    enrolment = start(user, course.key, language="en", now=now)
    return course, enrolment


def attempt_of(course, enrolment, now=NOON, language="en"):
    return start_attempt(enrolment, outline(course.key, language), language=language, now=now)


def question_of(course, item, code="en"):
    return next(q for q in course.questions[code].values() if q.translation_key == item.question_key)


def item_of_kind(course, attempt, kind):
    return next(item for item in attempt.items.all() if question_of(course, item).kind == kind)


def fail(attempt, now=NOON):
    return submit_attempt(attempt, now=now)


# --- Beginning -----------------------------------------------------------------------------------------------------


def test_an_attempt_keeps_the_rules_and_asks_each_question_once(user):
    course, enrolment = begun(user, pass_mark=70)
    attempt = attempt_of(course, enrolment)
    assert attempt.number == 1 and attempt.rules["pass_mark"] == 70
    course.page.pass_mark = 10
    course.page.save()
    attempt.refresh_from_db()
    assert attempt.rules["pass_mark"] == 70
    keys = list(attempt.items.values_list("question_key", flat=True))
    assert len(set(keys)) == len(keys) == 7
    concepts = {item.base_edition.content["concept"] for item in attempt.items.all()}
    assert {"act", "means"} <= concepts
    assert key_of("small", "check") not in keys


@pytest.mark.parametrize("code", ["en", "es"])
def test_each_attempt_asks_a_question_with_a_harmful_answer(user, code):
    course, enrolment = begun(user, question_count=1, required_concepts=[])
    if code == "es":
        Question.objects.filter(locale__language_code="en").delete()
    for _time in range(8):
        attempt = attempt_of(course, enrolment, language=code)
        (asked,) = attempt.items.values_list("question_key", flat=True)
        assert asked in {key_of("small", "single"), key_of("small", "scenario")}
        fail(attempt)


def test_without_a_harmful_answer_in_the_bank_an_attempt_begins_all_the_same(user):
    course, enrolment = begun(user)
    Choice.objects.update(critical=False)
    Question.objects.filter(kind="scenario").delete()
    assert attempt_of(course, enrolment).items.count() == 7


def test_starting_twice_is_one_attempt(user):
    course, enrolment = begun(user)
    assert attempt_of(course, enrolment) == attempt_of(course, enrolment)
    assert Attempt.objects.count() == 1


@pytest.mark.parametrize(("limit", "extra", "allowed"), [(2, 0, 2), (2, 1, 3), (0, 0, 4)])
def test_attempts_end_with_the_limit_and_what_was_granted(user, limit, extra, allowed):
    course, enrolment = begun(user, attempt_limit=limit)
    Accommodation.objects.create(user=user, course_key=None, extra_attempts=extra)
    for number in range(1, allowed + 1):
        attempt = attempt_of(course, enrolment)
        assert attempt.number == number
        fail(attempt)
    left = allowance(enrolment, course.page.rules(), now=NOON)
    if limit:
        assert left.left == 0 and not left.may_begin
        with pytest.raises(AttemptRefused, match="all your attempts"):
            attempt_of(course, enrolment)
    else:
        assert left.left is None and left.may_begin


def test_another_persons_accommodation_or_another_courses_changes_nothing(user):
    course, enrolment = begun(user, attempt_limit=1, wait_minutes=30)
    other = User.objects.create_user("ben@agency.example", name="Ben")
    Accommodation.objects.create(user=other, course_key=None, extra_attempts=5, no_wait=True)
    Accommodation.objects.create(user=user, course_key=key_of("other"), extra_attempts=5, no_wait=True)
    fail(attempt_of(course, enrolment))
    assert allowance(enrolment, course.page.rules(), now=NOON).left == 0


@pytest.mark.parametrize(("minutes", "refused"), [(29, True), (30, False)])
def test_after_a_failed_attempt_one_waits_to_the_minute(user, minutes, refused):
    course, enrolment = begun(user, wait_minutes=30)
    fail(attempt_of(course, enrolment))
    later = NOON + timedelta(minutes=minutes)
    assert bool(allowance(enrolment, course.page.rules(), now=later).next_at) is refused
    if refused:
        with pytest.raises(AttemptRefused, match="You can try again from"):
            attempt_of(course, enrolment, now=later)
    else:
        assert attempt_of(course, enrolment, now=later).number == 2


def test_nobody_waits_who_was_spared_it(user):
    course, enrolment = begun(user, wait_minutes=30)
    Accommodation.objects.create(user=user, course_key=course.key, no_wait=True)
    fail(attempt_of(course, enrolment))
    assert attempt_of(course, enrolment).number == 2


def test_who_has_passed_need_not_try_again(user):
    course, enrolment = begun(user)
    attempt = attempt_of(course, enrolment)
    for item in attempt.items.all():
        save_answer(item, right_answer(question_of(course, item)), locale="en", now=NOON)
    assert submit_attempt(attempt, now=NOON).passed
    with pytest.raises(AttemptRefused, match="have passed"):
        attempt_of(course, enrolment)


def test_a_pool_that_is_too_small_is_said_in_words(user):
    course, enrolment = begun(user, question_count=30)
    with pytest.raises(AttemptRefused, match="not ready yet"):
        attempt_of(course, enrolment)
    assert not Attempt.objects.exists()


def test_unpublished_questions_are_not_asked(user):
    course, enrolment = begun(user)
    hidden = course.questions["en"]["single-2"]
    Question.objects.filter(pk=hidden.pk).update(live=False)
    attempt = attempt_of(course, enrolment)
    assert hidden.translation_key not in attempt.items.values_list("question_key", flat=True)


def test_a_pool_in_another_language_alone_is_asked_in_that_language(user):
    course, enrolment = begun(user)
    Question.objects.filter(locale__language_code="en").delete()
    attempt = attempt_of(course, enrolment, language="es")
    assert {item.base_edition.locale for item in attempt.items.all()} == {"es"}


# --- Answers -------------------------------------------------------------------------------------------------------


def posted(client, course, attempt, item, answer=right_answer, code="en", **extra):
    fields = form_of(question_of(course, item), answer(question_of(course, item)), item)
    return client.post(
        url("answer", attempt.key, item.position, code=code), fields | extra, headers={"Accept": "application/json"}
    )


def fields_of(course, item):
    question = question_of(course, item)
    return form_of(question, right_answer(question), item)


@pytest.fixture
def taking(client, user):
    client.force_login(user)
    course, enrolment = begun(user)
    return client, course, attempt_of(course, enrolment)


def test_an_answer_is_saved_with_the_servers_time_and_told_so(taking):
    client, course, attempt = taking
    item = attempt.items.first()
    before = timezone.now()
    told = posted(client, course, attempt, item).json()
    item.refresh_from_db()
    assert told["saved"] and told["complete"] and not told["elsewhere"]
    assert told["version"] == item.answered_at.isoformat() and before <= item.answered_at <= timezone.now()
    assert item.answer == right_answer(question_of(course, item)) and item.answer_locale == "en"


def test_the_same_answer_twice_is_saved_once(taking):
    client, course, attempt = taking
    item = attempt.items.first()
    first = posted(client, course, attempt, item).json()
    assert posted(client, course, attempt, item).json()["version"] == first["version"]


def test_the_last_answer_wins_and_says_that_it_replaced_another(taking):
    client, course, attempt = taking
    item = attempt.items.first()
    posted(client, course, attempt, item, right_answer, version="")
    told = posted(client, course, attempt, item, wrong_answer, version="").json()
    assert told["saved"] and told["elsewhere"] and "another window" in told["message"]
    item.refresh_from_db()
    assert item.answer == wrong_answer(question_of(course, item))
    again = posted(client, course, attempt, item, wrong_answer, version="").json()
    assert not again["elsewhere"]


def test_without_scripts_too_one_is_told_of_an_answer_given_elsewhere(taking):
    client, course, attempt = taking
    item = attempt.items.first()
    posted(client, course, attempt, item, right_answer)
    fields = form_of(question_of(course, item), wrong_answer(question_of(course, item)), item)
    page = client.post(url("answer", attempt.key, item.position), fields | {"version": "", "go": "next"}, follow=True)
    assert "another window" in page.content.decode()


def test_the_language_the_question_was_shown_in_is_kept_and_no_other(taking):
    client, course, attempt = taking
    item = attempt.items.first()
    posted(client, course, attempt, item, words="es")
    item.refresh_from_db()
    assert item.answer_locale == "en"  # it was never shown in Spanish
    client.get(url("question", attempt.key, item.position, code="es"))
    posted(client, course, attempt, item, words="es")
    item.refresh_from_db()
    assert item.answer_locale == "es"


def test_an_option_not_offered_is_refused_and_nothing_changes(taking):
    client, course, attempt = taking
    item = item_of_kind(course, attempt, "single")
    posted(client, course, attempt, item)
    address = url("answer", attempt.key, item.position)
    refused = client.post(address, {"choice": "made-up"}, headers={"Accept": "application/json"})
    assert refused.status_code == 422 and "not among those offered" in refused.json()["message"]
    page = client.post(address, {"choice": "made-up"})
    assert page.status_code == 422 and "not among those offered" in page.content.decode()
    item.refresh_from_db()
    assert item.answer == right_answer(question_of(course, item))


def test_two_steps_in_one_place_are_refused_with_the_form_as_it_was(taking):
    client, course, attempt = taking
    item = item_of_kind(course, attempt, "ordering")
    fields = {f"place-{key}": "2" for key in item.option_order[:2]}
    page = client.post(url("answer", attempt.key, item.position), fields).content.decode()
    assert "place 2" in page and page.count('<option value="2" selected>') == 2


def test_unticking_everything_takes_an_answer_back_but_a_radio_stays(taking):
    client, course, attempt = taking
    for kind, stays in (("multiple", False), ("single", True)):
        item = item_of_kind(course, attempt, kind)
        posted(client, course, attempt, item)
        told = client.post(url("answer", attempt.key, item.position), {}, headers={"Accept": "application/json"}).json()
        item.refresh_from_db()
        assert bool(item.answer) is stays and told["complete"] is stays


def test_going_on_without_an_answer_saves_nothing(taking):
    client, course, attempt = taking
    item = item_of_kind(course, attempt, "single")
    told = client.post(url("answer", attempt.key, item.position), {}, headers={"Accept": "application/json"}).json()
    item.refresh_from_db()
    assert told == {"saved": True, "version": "", "elsewhere": False, "complete": False, "message": ""}
    assert item.answered_at is None


@pytest.mark.parametrize(
    ("go", "position", "leads_to"),
    [("next", 1, 2), ("next", 7, None), ("back", 2, 1), ("back", 1, None), ("overview", 3, None), ("", 3, None)],
)
def test_each_button_leads_where_it_says(taking, go, position, leads_to):
    client, course, attempt = taking
    response = client.post(url("answer", attempt.key, position), {"go": go})
    expected = url("question", attempt.key, leads_to) if leads_to else url("attempt", attempt.key)
    assert response.url == expected


def test_a_scenario_stays_until_its_last_step(taking):
    client, course, attempt = taking
    item = item_of_kind(course, attempt, "scenario")
    best = right_answer(question_of(course, item))["path"]
    address = url("answer", attempt.key, item.position)
    first = client.post(address, {"step-1": best[0], "go": "next"})
    assert first.url == url("question", attempt.key, item.position) + "#q-step-2"
    assert 'id="q-step-2"' in client.get(first.url).content.decode()
    whole = client.post(address, {"step-1": best[0], "step-2": best[1], "go": "overview"})
    assert whole.url == url("attempt", attempt.key)


# --- Flags ---------------------------------------------------------------------------------------------------------

FLAG, NO_FLAG = {"flag": ["no", "yes"]}, {"flag": ["no"]}


def as_data(client, attempt, item, fields, code="en"):
    address = url("answer", attempt.key, item.position, code=code)
    return client.post(address, fields, headers={"Accept": "application/json"}).json()


@pytest.mark.parametrize("kind", ["single", "multiple", "matching", "scenario"])
def test_a_flag_is_kept_without_an_answer_and_changes_nothing_else(taking, kind):
    client, course, attempt = taking
    item = item_of_kind(course, attempt, kind)
    told = as_data(client, attempt, item, FLAG)
    assert (told["flagged"], told["state"], told["version"]) == (True, "not answered, flagged", "")
    assert told["message"].startswith("Flagged.")
    item.refresh_from_db()
    assert (item.flagged, item.answer, item.answered_at) == (True, None, None)
    again = as_data(client, attempt, item, FLAG)
    assert again["flagged"] and again["message"] == ""


def test_a_flag_goes_with_the_answer_and_comes_off_without_touching_it(taking):
    client, course, attempt = taking
    item = item_of_kind(course, attempt, "single")
    fields = fields_of(course, item)
    told = as_data(client, attempt, item, fields | FLAG)
    assert told["state"] == "answered, flagged" and told["message"].startswith("Saved at")
    item.refresh_from_db()
    answered_at = item.answered_at
    told = as_data(client, attempt, item, fields | NO_FLAG)
    assert (told["flagged"], told["state"], told["message"]) == (False, "answered", "The flag is removed.")
    item.refresh_from_db()
    assert (item.flagged, item.answered_at, item.answer) == (
        False,
        answered_at,
        right_answer(question_of(course, item)),
    )


def test_a_form_that_says_nothing_of_a_flag_leaves_it(taking):
    client, course, attempt = taking
    item = item_of_kind(course, attempt, "single")
    as_data(client, attempt, item, FLAG)
    told = as_data(client, attempt, item, fields_of(course, item))
    item.refresh_from_db()
    assert item.flagged and "flagged" not in told


def test_flags_are_shown_where_one_looks_before_handing_in_and_work_without_scripts(taking):
    client, course, attempt = taking
    for page in ("attempt", "submit"):
        assert "flagged" not in client.get(url(page, attempt.key)).content.decode()
    first, second = list(attempt.items.all())[:2]
    sent = client.post(url("answer", attempt.key, first.position), fields_of(course, first) | FLAG | {"go": "next"})
    assert sent.url == url("question", attempt.key, 2)
    client.post(url("answer", attempt.key, second.position), FLAG)
    overview = client.get(url("attempt", attempt.key)).content.decode()
    assert overview.count(">flagged</span>") == 2 and "Go to the first flagged question" in overview
    assert "You flagged 2 questions to come back to" in client.get(url("submit", attempt.key)).content.decode()
    page = client.get(url("question", attempt.key, 1)).content.decode()
    assert re.search(r'id="q-flag"[^>]* checked>', page)
    assert page.count("jump__link--flagged") == 2 and "answered, flagged" in page
    assert not re.search(r'id="q-flag"[^>]* checked>', client.get(url("question", attempt.key, 3)).content.decode())


def test_a_refused_answer_keeps_the_flag_that_was_set_with_it(taking):
    client, course, attempt = taking
    item = item_of_kind(course, attempt, "single")
    page = client.post(url("answer", attempt.key, item.position), {"choice": "made up"} | FLAG)
    assert page.status_code == 422 and re.search(r'id="q-flag"[^>]* checked>', page.content.decode())
    item.refresh_from_db()
    assert not item.flagged


def test_a_flag_after_handing_in_or_of_somebody_else_is_refused(taking):
    client, course, attempt = taking
    item = item_of_kind(course, attempt, "single")
    client.force_login(User.objects.create_user("ben@agency.example", name="Ben"))
    assert client.post(url("answer", attempt.key, item.position), FLAG).status_code == 404
    client.force_login(attempt.enrolment.user)
    fail(attempt)
    assert as_data(client, attempt, item, FLAG)["closed"]
    late = AttemptItem.objects.get(pk=item.pk)
    late.credit = None
    with pytest.raises(AttemptClosed):
        assessment.flag(late, True)
    assert not AttemptItem.objects.filter(flagged=True).exists()


def test_signing_in_again_brings_a_flag_back_but_not_an_empty_form(taking):
    client, course, attempt = taking
    item = item_of_kind(course, attempt, "single")
    client.logout()
    back = unquote(client.post(url("answer", attempt.key, item.position), FLAG).url)
    assert "flag=yes" in unquote(back)
    assert client.post(url("answer", attempt.key, item.position), NO_FLAG).url.endswith(
        f"next={url('question', attempt.key, item.position)}"
    )
    client.force_login(attempt.enrolment.user)
    page = client.get(url("question", attempt.key, item.position), {"flag": ["no", "yes"]}).content.decode()
    assert re.search(r'id="q-flag"[^>]* checked>', page)


# --- Languages -----------------------------------------------------------------------------------------------------


def test_a_question_without_translation_is_shown_in_english_and_says_so(taking):
    client, course, attempt = taking
    item = attempt.items.first()
    Question.objects.filter(locale__language_code="es", translation_key=item.question_key).delete()
    text = client.get(url("question", attempt.key, item.position, code="es")).content.decode()
    english = item.base_edition.content["stem"]
    with translation.override("es"):
        notice = gettext("This question has not been translated yet. It is shown in English, and counts the same.")
    assert english in text and 'lang="en"' in text and notice in text
    item.refresh_from_db()
    attempt.refresh_from_db()
    assert item.editions == {"es": None} and attempt.languages == ["en"]
    posted(client, course, attempt, item, words="es")
    item.refresh_from_db()
    assert item.answer_locale == "en"
    assert notice in client.get(url("question", attempt.key, item.position, code="es")).content.decode()


def test_words_shown_stay_when_editors_change_them(taking):
    client, course, attempt = taking
    item = attempt.items.first()
    client.get(url("question", attempt.key, item.position, code="es"))
    Question.objects.filter(translation_key=item.question_key).update(stem="Changed")
    for code in ("en", "es"):
        assert "Changed" not in client.get(url("question", attempt.key, item.position, code=code)).content.decode()


def test_equal_content_is_frozen_once(user):
    course, enrolment = begun(user)
    fail(attempt_of(course, enrolment))
    count = QuestionEdition.objects.count()
    fail(attempt_of(course, enrolment))
    assert QuestionEdition.objects.count() == count == 7


def test_switching_back_and_forth_notes_each_language_once(taking):
    client, course, attempt = taking
    for code in ("en", "es", "en", "es"):
        client.get(url("question", attempt.key, 1, code=code))
        client.get(url("question", attempt.key, 2, code=code))
    attempt.refresh_from_db()
    assert attempt.languages == ["en", "es"]


def test_two_windows_may_note_a_language_at_once(taking):
    _client, _course, attempt = taking
    stale = Attempt.objects.get(pk=attempt.pk)
    editions.note_language(attempt, "es")
    editions.note_language(stale, "es")
    assert stale.languages == Attempt.objects.get().languages == ["es"]


# --- Handing in ----------------------------------------------------------------------------------------------------


def test_handing_in_twice_counts_once(taking):
    client, course, attempt = taking
    answer_all(client, course, attempt)
    client.post(url("submit", attempt.key))
    first = Attempt.objects.get()
    again = client.post(url("submit", attempt.key))
    assert again.url == url("result", attempt.key)
    with pytest.raises(AttemptClosed):
        submit_attempt(first, now=timezone.now())
    assert Attempt.objects.get().submitted_at == first.submitted_at


def test_an_answer_to_a_closed_attempt_is_refused_and_the_result_stands(taking):
    client, course, attempt = taking
    item = attempt.items.first()
    client.post(url("submit", attempt.key))
    refused = posted(client, course, attempt, item)
    assert refused.status_code == 409 and refused.json()["closed"]
    assert refused.json()["url"] == url("result", attempt.key)
    fields = form_of(question_of(course, item), right_answer(question_of(course, item)), item)
    page = client.post(url("answer", attempt.key, item.position), fields, follow=True).content.decode()
    assert "has been handed in" in page
    item.refresh_from_db()
    assert item.answer is None and item.credit == 0


def test_an_answer_that_meets_the_marking_is_not_kept(taking):
    """The race: the item was read while open, and marked before the answer was written."""
    client, course, attempt = taking
    item = attempt.items.first()
    submit_attempt(attempt, now=NOON)
    with pytest.raises(AttemptClosed):
        save_answer(item, right_answer(question_of(course, item)), locale="en", now=NOON)


def test_the_view_tells_of_a_race_lost(taking, monkeypatch):
    client, course, attempt = taking

    def too_late(*args, **kwargs):
        raise AttemptClosed

    monkeypatch.setattr(assessment, "save_answer", too_late)
    assert posted(client, course, attempt, attempt.items.first()).status_code == 409


def test_a_harmful_answer_fails_the_attempt_with_kind_words(taking):
    client, course, attempt = taking
    answer_all(client, course, attempt)
    item = item_of_kind(course, attempt, "scenario")
    worst = question_of(course, item).steps[0].value["options"].bound_blocks[3].id
    best = right_answer(question_of(course, item))["path"][1]
    client.post(url("answer", attempt.key, item.position), {"step-1": worst, "step-2": best})
    client.post(url("submit", attempt.key))
    attempt.refresh_from_db()
    assert attempt.harmed and not attempt.passed and attempt.score_percent >= 80
    text = client.get(url("result", attempt.key)).content.decode()
    assert "best intentions" in text and "Not passed yet" in text and "Try again" in text


def test_the_result_teaches_each_question_in_the_language_of_the_page(taking):
    client, course, attempt = taking
    client.post(url("submit", attempt.key))
    for code, word in (("en", "Explanation"), ("es", "Explicación")):
        text = client.get(url("result", attempt.key, code=code)).content.decode()
        assert text.count(word) == 7
        assert course.lessons[code][0].get_url() in text
    attempt.refresh_from_db()
    assert attempt.languages == []  # no question was ever opened


def test_feedback_leads_to_the_very_part_of_the_lesson(user, client):
    course, enrolment = begun(user)
    part = str(key_of("lesson-1-1", "prose"))
    Question.objects.filter(translation_key=key_of("small", "classify")).update(part=part)
    attempt = attempt_of(course, enrolment)
    fail(attempt)
    client.force_login(user)
    for code in ("en", "es"):
        page = client.get(url("result", attempt.key, code=code)).content.decode()
        lesson = course.lessons[code][0].get_url()
        assert page.count(f'href="{lesson}#part-{part}"') == 1 and page.count(f'href="{lesson}"') == 6
        assert f'id="part-{part}"' in client.get(lesson).content.decode()


def test_pages_of_a_closed_attempt_lead_to_its_result_and_of_an_open_one_to_it(taking):
    client, course, attempt = taking
    assert client.get(url("result", attempt.key)).url == url("attempt", attempt.key)
    assert client.get(url("attempt", attempt.key)).status_code == 200
    client.post(url("submit", attempt.key))
    for address in (url("attempt", attempt.key), url("question", attempt.key, 1), url("submit", attempt.key)):
        assert client.get(address).url == url("result", attempt.key)


def test_before_handing_in_open_questions_are_named(taking):
    client, course, attempt = taking
    item = attempt.items.first()
    posted(client, course, attempt, item)
    text = client.get(url("submit", attempt.key)).content.decode()
    assert "6 questions are not fully answered" in text
    assert url("question", attempt.key, 2) in text and f'"{url("question", attempt.key, 1)}"' not in text


def test_passing_completes_the_course_when_every_lesson_is_done(taking):
    client, course, attempt = taking
    for lesson in course.lessons["en"]:
        LessonProgress.objects.create(
            enrolment=attempt.enrolment, lesson_key=lesson.translation_key, done_at=timezone.now()
        )
    answer_all(client, course, attempt)
    client.post(url("submit", attempt.key))
    assert Completion.objects.get().attempt == attempt


# --- Time limit ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("extra", "minutes"), [(0, 20), (50, 30)])
def test_a_time_limit_gives_extra_time_where_it_was_granted(user, extra, minutes):
    course, enrolment = begun(user, time_limit_minutes=20)
    Accommodation.objects.create(user=user, course_key=course.key, extra_time_percent=extra)
    assert attempt_of(course, enrolment).deadline_at == NOON + timedelta(minutes=minutes)


def test_without_a_limit_there_is_no_deadline(user):
    course, enrolment = begun(user)
    assert attempt_of(course, enrolment).deadline_at is None


def late(client, user, seconds):
    client.force_login(user)
    course, enrolment = begun(user, time_limit_minutes=20)
    attempt = attempt_of(course, enrolment, now=timezone.now() - timedelta(minutes=20, seconds=seconds))
    return course, enrolment, attempt


def test_a_last_answer_has_some_seconds_to_arrive(client, user):
    course, _enrolment, attempt = late(client, user, assessment.GRACE_SECONDS - 10)
    assert posted(client, course, attempt, attempt.items.first()).status_code == 200
    text = client.get(url("question", attempt.key, 1)).content.decode()
    assert 'data-seconds-left="0"' in text


def test_when_time_is_up_what_was_saved_is_handed_in(client, user):
    course, enrolment, attempt = late(client, user, assessment.GRACE_SECONDS + 10)
    item = attempt.items.first()
    AttemptItem.objects.filter(pk=item.pk).update(answer=right_answer(question_of(course, item)))
    assert posted(client, course, attempt, attempt.items.last()).status_code == 409
    attempt.refresh_from_db()
    assert attempt.submitted_at and attempt.score_percent > 0 and not attempt.passed


def test_opening_a_late_attempt_shows_its_result(client, user):
    course, _enrolment, attempt = late(client, user, 60)
    assert client.get(url("question", attempt.key, 1)).url == url("result", attempt.key)


def test_a_late_attempt_makes_room_for_the_next(client, user):
    course, enrolment, attempt = late(client, user, 60)
    second = attempt_of(course, enrolment, now=timezone.now())
    assert second.number == 2
    attempt.refresh_from_db()
    assert not attempt.is_open


def test_two_requests_may_find_an_attempt_late_at_once(client, user):
    course, _enrolment, attempt = late(client, user, 60)
    submit_attempt(attempt, now=timezone.now())  # the other request was quicker
    assert not assessment.close_if_late(attempt, now=timezone.now()).is_open


# --- Whose it is ---------------------------------------------------------------------------------------------------

PAGES = [("attempt", ()), ("question", (1,)), ("submit", ()), ("result", ())]


@pytest.mark.parametrize(("name", "more"), PAGES)
def test_an_attempt_of_somebody_else_is_not_found(taking, client, name, more):
    _client, _course, attempt = taking
    client.force_login(User.objects.create_user("ben@agency.example", name="Ben"))
    assert client.get(url(name, attempt.key, *more)).status_code == 404
    assert client.post(url("answer", attempt.key, 1), {}).status_code == 404
    assert client.post(url("submit", attempt.key)).status_code == 404


@pytest.mark.parametrize(("name", "more"), PAGES)
def test_signed_out_one_is_sent_to_sign_in_and_back_to_the_same_place(taking, client, name, more):
    _client, _course, attempt = taking
    client.logout()
    response = client.get(url(name, attempt.key, *more))
    assert response.status_code == 302 and response.url.endswith(f"next={url(name, attempt.key, *more)}")
    assert client.get(url(name, key_of("no attempt"), *more)).status_code == 302  # which tells nothing


def test_signed_out_the_script_is_told_and_a_form_is_not_lost_in_silence(taking, client):
    _client, course, attempt = taking
    client.logout()
    told = posted(client, course, attempt, attempt.items.first())
    assert told.status_code == 401 and told.json()["signed_out"] and "kept on this page" in told.json()["message"]
    assert client.post(url("answer", attempt.key, 1)).url.endswith(f"next={url('question', attempt.key, 1)}")
    assert client.post(url("submit", attempt.key)).url.endswith(f"next={url('my_learning')}")


def test_a_form_sent_while_signed_out_comes_back_filled_after_signing_in(taking, client, user):
    _client, course, attempt = taking
    client.logout()
    item = item_of_kind(course, attempt, "single")
    chosen = item.option_order[1]
    sent = client.post(url("answer", attempt.key, item.position), {"choice": chosen, "words": "en", "go": "next"})
    back = unquote(sent.url.split("next=", 1)[1])
    client.force_login(user)
    text = client.get(back).content.decode()
    assert "this answer is not saved yet" in text
    assert re.search(rf'value="{chosen}"[^>]* checked', text)
    item.refresh_from_db()
    assert item.answer is None


def test_a_made_up_visitor_cookie_opens_nothing(taking, client):
    _client, _course, attempt = taking
    client.logout()
    client.cookies[settings.VISITOR_COOKIE_NAME] = "made-up"
    assert client.get(url("attempt", attempt.key)).status_code == 404


def test_a_question_that_is_not_in_the_attempt_is_not_found(taking):
    client, _course, attempt = taking
    assert client.get(url("question", attempt.key, 8)).status_code == 404
    assert client.post(url("answer", attempt.key, 8), {}).status_code == 404
    assert client.get(url("question", attempt.key, 0)).status_code == 404


# --- The page before -----------------------------------------------------------------------------------------------


def test_the_assessment_page_says_the_rules_and_what_is_left(client, user):
    client.force_login(user)
    course, enrolment = begun(user, attempt_limit=2, wait_minutes=30, time_limit_minutes=20)
    Accommodation.objects.create(user=user, extra_time_percent=100)
    text = client.get(url("assessment", course.key)).content.decode()
    for words in ("7 questions", "80 %", "You have 40 minutes.", "2 attempts are left", "you wait 30 minutes"):
        assert words in text
    assert "3 lessons are not finished yet" in text and "Begin the assessment" in text
    fail(attempt_of(course, enrolment))
    text = client.get(url("assessment", course.key)).content.decode()
    assert "You can try again from" in text and "Begin the assessment" not in text
    refused = client.post(url("assessment", course.key))
    assert refused.status_code == 200 and "You can try again from" in refused.content.decode()


def test_an_open_attempt_is_gone_on_with_at_the_first_open_question(taking):
    client, course, attempt = taking
    posted(client, course, attempt, attempt.items.first())
    assert "Continue the assessment" in client.get(url("assessment", course.key)).content.decode()
    assert client.post(url("assessment", course.key)).url == url("question", attempt.key, 2)
    answer_all(client, course, attempt)
    assert client.post(url("assessment", course.key)).url == url("question", attempt.key, 7)


def test_a_course_without_assessment_leads_back_to_itself(client, user):
    client.force_login(user)
    course, _enrolment = begun(user)
    for page in course.pages.values():
        page.pool = None
        page.save()
    from django.core.cache import caches

    caches["near"].clear()
    assert client.get(url("assessment", course.key)).url == course.page.get_url()


def test_who_has_not_begun_the_course_has_no_assessment(client, user):
    client.force_login(user)
    course = make_course()
    assert client.get(url("assessment", course.key)).status_code == 404
    assert client.post(url("assessment", course.key)).status_code == 404


# --- Cost ----------------------------------------------------------------------------------------------------------


def test_an_answer_costs_two_queries_beside_the_session(taking, django_assert_max_num_queries):
    client, course, attempt = taking
    posted(client, course, attempt, attempt.items.first())
    item = attempt.items.last()
    address, fields = url("answer", attempt.key, item.position), fields_of(course, item)
    with django_assert_max_num_queries(4):  # session, user, item with its attempt, the change
        assert client.post(address, fields, headers={"Accept": "application/json"}).status_code == 200


def test_a_visitors_answer_costs_two_queries(client, django_assert_num_queries):
    course = make_course(("en",))
    client.post(url("start", course.key))
    client.post(url("assessment", course.key))
    attempt = Attempt.objects.get()
    item = attempt.items.first()
    address, fields = url("answer", attempt.key, item.position), fields_of(course, item)
    with django_assert_num_queries(2):
        assert client.post(address, fields, headers={"Accept": "application/json"}).status_code == 200


@pytest.mark.parametrize("page", ["question", "attempt", "submit", "result", "start"])
def test_no_page_of_an_attempt_grows_with_its_questions(client, user, page, django_assert_max_num_queries):
    client.force_login(user)
    counts = []
    for slug, count, copies in (("few", 3, 1), ("many", 14, 2)):
        course = make_course(slug=slug, question_count=count, question_copies=copies)
        enrolment = start(user, course.key, language="en", now=NOON)
        outline(course.key, "es")
        if page == "start":
            with django_assert_max_num_queries(60) as context:
                attempt_of(course, enrolment, language="es")
            counts.append(len(context))
            continue
        attempt = attempt_of(course, enrolment)
        if page == "result":
            fail(attempt)
        more = (1,) if page == "question" else ()
        client.get(url("my_learning", code="es"))
        with django_assert_max_num_queries(60) as context:
            assert client.get(url(page, attempt.key, *more, code="es")).status_code == 200
        counts.append(len(context))
    assert counts[0] == counts[1]


def test_handing_in_does_not_cost_more_with_more_questions(user, django_assert_max_num_queries):
    counts = []
    for slug, count, copies in (("few", 3, 1), ("many", 14, 2)):
        course = make_course(("en",), slug=slug, question_count=count, question_copies=copies)
        attempt = attempt_of(course, start(user, course.key, language="en", now=NOON))
        with django_assert_max_num_queries(30) as context:
            submit_attempt(attempt, now=NOON)
        counts.append(len(context))
    assert counts[0] == counts[1]
