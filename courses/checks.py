"""Knowledge checks: questions inside a lesson, ungraded, with feedback at once. Nothing about the visitor is kept."""

from django.urls import reverse

from courses import marking
from courses.answers import AnswerRefused, read_answer
from courses.presentation import content_of, explain, option_order, present


def check_of(question, lesson, *, data=None) -> dict:
    """Return what `courses/question/check.html` needs; with feedback when `data`, a submitted form, is given.

    Options stand in an order that hangs on the question alone: the page is the same for everybody.
    """
    content = content_of(question)
    order = option_order(content, seed=str(question.translation_key))
    answer, error = None, ""
    if data is not None:
        try:
            answer = read_answer(content, order, data)
        except AnswerRefused as refused:
            error = str(refused)
    told = None
    if answer and marking.is_complete(content, answer):
        told = explain(content, order, answer)
    return {
        "anchor": anchor_of(question),
        "action": reverse("courses:check", args=[lesson.translation_key, question.translation_key]),
        "shown": present(content, order, answer=answer),
        "told": told,
        "error": error,
        "is_unfinished": data is not None and not told and not error,
    }


def anchor_of(question) -> str:
    return f"check-{question.translation_key}"


def question_in(lesson, question_key):
    """Return the question of that key among the lesson's checks, or None."""
    for block in lesson.body:
        if block.block_type == "check":
            question = block.value["question"]
            if question and question.translation_key == question_key:
                return question
    return None
