"""Flagging a question to come back to it, in a real browser."""

import pytest

from records.attempts import AttemptItem
from tests.browser.test_journeys import (  # noqa: F401
    begin_attempt,
    choose,
    course,
    item_of_kind,
    question_of,
    start,
    url,
    wait_until_saved,
)
from tests.factories.courses import right_answer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_flag_is_set_by_keyboard_kept_and_shown_before_handing_in(page, course):  # noqa: F811
    start(page, course)
    attempt = begin_attempt(page, course)
    page.get_by_label("Flag this question to come back to it").focus()
    page.keyboard.press("Space")
    page.get_by_text("Flagged. You find it again").wait_for()
    assert AttemptItem.objects.get(position=1).flagged
    assert "not answered, flagged" in page.locator('[data-jump="1"]').text_content()

    single = item_of_kind(course, attempt, "single")
    page.goto(url("records:question", attempt.key, single.position))
    choose(page, right_answer(question_of(course, single))["choice"])
    wait_until_saved(page)
    if single.position != 1:  # the first question has its flag already
        page.get_by_label("Flag this question to come back to it").click()
        page.get_by_text("Flagged. You find it again").wait_for()
    page.locator(f'[data-jump="{single.position}"].jump__link--flagged').wait_for()
    page.goto(url("records:attempt", attempt.key))
    assert page.get_by_text("flagged", exact=True).count() == (1 if single.position == 1 else 2)
    page.goto(url("records:submit", attempt.key))
    assert page.get_by_text("to come back to").count() == 1


def test_a_flag_set_offline_is_sent_when_the_network_is_back(open_context, course):  # noqa: F811
    context = open_context()
    page = context.new_page()
    start(page, course)
    begin_attempt(page, course)
    context.set_offline(True)
    page.get_by_label("Flag this question to come back to it").click()
    page.get_by_text("Not sent yet").wait_for()
    assert not AttemptItem.objects.filter(flagged=True).exists()
    context.set_offline(False)
    page.get_by_text("have been sent").wait_for()
    assert AttemptItem.objects.get(position=1).flagged
