"""Reading an answer from a form. What was not offered is refused; nothing is guessed."""

from django.utils.translation import gettext as _

from courses import marking
from courses.concepts import Category, Kind


class AnswerRefused(Exception):
    """The form holds something this question did not offer; the message is for the learner."""


def read_answer(content: dict, order: list | dict, data) -> dict | None:
    """Return the answer in the form `AttemptItem.answer` has, or None when nothing was chosen.

    `data` is a QueryDict. Fields by kind: `choice`; `choices` (several); `pair-<key>` with the place of the right-hand
    side; `place-<key>` from 1; `category-<key>`; `step-<number>`. Lists come out in one fixed order, so that the same
    answer is the same data. Raises AnswerRefused.
    """
    return READERS[content["kind"]](content, order, data)


def can_be_emptied(content: dict) -> bool:
    """Whether a form with nothing chosen takes the answer back. Radio buttons cannot be unticked, so theirs stays."""
    return content["kind"] not in {Kind.SINGLE, Kind.TRUE_FALSE, Kind.SCENARIO}


def _choice(content, order, data):
    key = data.get("choice")
    return {"choice": _offered(key, order)} if key else None


def _choices(content, order, data):
    keys = sorted({_offered(key, order) for key in data.getlist("choices") if key})
    return {"choices": keys} if keys else None


def _pairs(content, order, data):
    places = {str(place): key for place, key in enumerate(order["right"], start=1)}
    given = {key: data.get(f"pair-{key}", "") for key in sorted(order["left"])}
    pairs = {key: places[_offered(place, places)] for key, place in given.items() if place}
    return {"pairs": pairs} if pairs else None


def _order(content, order, data):
    numbers = [str(number) for number in range(1, len(order) + 1)]
    places: list[str | None] = [None] * len(order)
    for key in order:
        number = data.get(f"place-{key}", "")
        if not number:
            continue
        place = int(_offered(number, numbers)) - 1
        if places[place]:
            raise AnswerRefused(
                _("Two steps have the place %(number)s. Give each step its own place.") % {"number": number}
            )
        places[place] = key
    return {"order": places} if any(places) else None


def _categories(content, order, data):
    given = {key: data.get(f"category-{key}", "") for key in sorted(order)}
    categories = {key: _offered(value, Category.values) for key, value in given.items() if value}
    return {"categories": categories} if categories else None


def _path(content, order, data):
    path: list[str] = []
    while number := marking.step_after(content["steps"], path):
        key = data.get(f"step-{number}")
        if not key:
            break
        path.append(_offered(key, order[number - 1]))
    return {"path": path} if path else None


def _offered(value: str, offered) -> str:
    if value not in offered:
        raise AnswerRefused(
            _("This answer was not among those offered. Nothing was changed; choose one that is shown.")
        )
    return value


READERS = {
    Kind.SINGLE: _choice,
    Kind.TRUE_FALSE: _choice,
    Kind.MULTIPLE: _choices,
    Kind.MATCHING: _pairs,
    Kind.ORDERING: _order,
    Kind.CLASSIFY: _categories,
    Kind.SCENARIO: _path,
}
