"""From a question of the bank to what a learner may see.

Stages: `content_of` turns a question into plain data (with its key: never sent to a browser); `option_order` fixes the
order of its options; `in_words` lays the words of another language over it; `present` makes the form, without anything
that tells right from wrong; `explain` makes the feedback, for after the answer has been marked.
"""

import random
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import marking
from courses.concepts import Category, Kind, Outcome, Scoring

ROW_PREFIX = {Kind.MATCHING: "pair", Kind.ORDERING: "place", Kind.CLASSIFY: "category"}

HINTS = {
    Kind.SINGLE: gettext_lazy("Choose one answer."),
    Kind.TRUE_FALSE: gettext_lazy("Choose one answer."),
    Kind.MULTIPLE: gettext_lazy("Choose all that apply."),
    Kind.MATCHING: gettext_lazy("Choose the partner of each line."),
    Kind.ORDERING: gettext_lazy("Give each step its place: 1 comes first."),
    Kind.CLASSIFY: gettext_lazy("Say where each statement belongs."),
    Kind.SCENARIO: gettext_lazy("Choose what you would do. What you choose may lead to a further step."),
}
SCORING_NOTES = {
    Scoring.ALL_OR_NOTHING: gettext_lazy("It counts when everything is right."),
    Scoring.PARTIAL: gettext_lazy("Each part that is right earns a share."),
    Scoring.RIGHT_MINUS_WRONG: gettext_lazy(
        "Each part that is right earns a share, each wrong one takes a share away."
    ),
}


def content_of(question) -> dict:
    """Return the question as plain data, with its key. Choices come in the editors' order."""
    return {
        "stem": question.stem,
        "explanation": question.explanation,
        "kind": question.kind,
        "scoring": question.scoring,
        "concept": question.concept,
        "lesson_key": str(question.lesson.translation_key) if question.lesson else None,
        "part": question.part if question.lesson else "",
        "choices": [
            {
                "key": str(choice.translation_key),
                "text": choice.text,
                "match": choice.match,
                "feedback": choice.feedback,
                "category": choice.category,
                "correct": choice.correct,
                "critical": choice.critical,
                "pinned": choice.pinned,
            }
            for choice in question.choices.all()
        ],
        "steps": [
            {
                "text": step.value["text"].source,
                "options": [
                    {
                        "key": option.id,
                        "text": option.value["text"],
                        "outcome": option.value["outcome"],
                        "consequence": option.value["consequence"],
                        "next": option.value["next"] or 0,
                    }
                    for option in step.value["options"].bound_blocks
                ],
            }
            for step in question.steps
        ],
    }


def option_order(content: dict, *, seed: str) -> list | dict:
    """Return the order in which options stand, the same for the same seed.

    A list of choice keys; pinned ones stay last, true and false stay as they are. Matching: {"left": keys, "right":
    keys}, since a shared order would give the pairs away. Scenario: a list of option keys for each step.
    """
    chance = random.Random(seed)  # noqa: S311  a fair order, not a secret
    if content["kind"] == Kind.SCENARIO:
        return [_shuffled([option["key"] for option in step["options"]], chance) for step in content["steps"]]
    keys = [choice["key"] for choice in content["choices"]]
    if content["kind"] == Kind.TRUE_FALSE:
        return keys
    if content["kind"] == Kind.MATCHING:
        return {"left": _shuffled(keys, chance), "right": _shuffled(keys, chance)}
    pinned = [choice["key"] for choice in content["choices"] if choice["pinned"]]
    return _shuffled([key for key in keys if key not in pinned], chance) + pinned


def in_words(base: dict, words: dict) -> dict:
    """Return `base`, which rules what there is and what is right, with the words of `words` wherever it has them."""
    choices = {choice["key"]: choice for choice in words["choices"]}
    options = {option["key"]: option for step in words["steps"] for option in step["options"]}
    return base | {
        "stem": words["stem"],
        "explanation": words["explanation"],
        "choices": [
            choice | {name: choices.get(choice["key"], choice)[name] for name in ("text", "match", "feedback")}
            for choice in base["choices"]
        ],
        "steps": [
            {
                "text": words["steps"][number]["text"] if number < len(words["steps"]) else step["text"],
                "options": [
                    option | {name: options.get(option["key"], option)[name] for name in ("text", "consequence")}
                    for option in step["options"]
                ],
            }
            for number, step in enumerate(base["steps"])
        ],
    }


def present(content: dict, order: list | dict, *, answer: dict | None = None) -> dict:
    """Return what the form needs: no key, no feedback, no explanation.

    {"kind", "stem", "hint", "scoring_note", and one of "options", "rows" (with the "partners" of matching), "steps"}.
    """
    shown = {
        "kind": content["kind"],
        "stem": content["stem"],
        "hint": HINTS[content["kind"]],
        "scoring_note": SCORING_NOTES[content["scoring"]] if content["kind"] in {Kind.MULTIPLE, *ROW_PREFIX} else "",
    }
    if content["kind"] == Kind.SCENARIO:
        return shown | {"steps": _steps(content, order, (answer or {}).get("path", []))}
    if content["kind"] in ROW_PREFIX:
        rows = _rows(content, order, answer or {})
        return shown | {
            "rows": rows,
            "partners": _partners(content, order),
            "sortable": content["kind"] == Kind.ORDERING,
        }
    ticked = set((answer or {}).get("choices") or [(answer or {}).get("choice")])
    texts = {choice["key"]: choice["text"] for choice in content["choices"]}
    return shown | {
        "multiple": content["kind"] == Kind.MULTIPLE,
        "options": [{"value": key, "text": texts[key], "chosen": key in ticked} for key in order],
    }


def retype(shown: dict, data) -> dict:
    """Return what `present` made with the choices of `data`, a refused form: what was typed stays."""
    groups = shown.get("rows") or shown.get("steps") or []
    for group in groups:
        for option in group["options"]:
            option["chosen"] = str(option["value"]) == data.get(group["name"], "")
    for option in shown.get("options", []):
        option["chosen"] = option["value"] in {data.get("choice"), *data.getlist("choices")}
    return shown


def explain(content: dict, order: list | dict, answer: dict | None) -> dict:
    """Return the feedback on a marked answer.

    {"credit", "verdict", "harmful", "explanation", "answered", and "choices", "rows" or "steps" with their feedback}.
    """
    mark = marking.mark(content, answer)
    told = {
        "stem": content["stem"],
        "kind": content["kind"],
        "answered": bool(answer),
        "credit": float(mark.credit),
        "harmful": mark.harmful,
        "verdict": _verdict(mark, answered=bool(answer)),
        "tone": _tone(mark),
        "explanation": content["explanation"],
        "lesson_key": content["lesson_key"],
        "part": content.get("part", ""),  # older editions have none
    }
    if content["kind"] == Kind.SCENARIO:
        return told | {"steps": _told_steps(content, (answer or {}).get("path", []))}
    if content["kind"] in ROW_PREFIX:
        return told | {"rows": _told_rows(content, order, answer)}
    ticked = set((answer or {}).get("choices") or [(answer or {}).get("choice")])
    by_key = {choice["key"]: choice for choice in content["choices"]}
    return told | {
        "choices": [
            {
                "text": by_key[key]["text"],
                "chosen": key in ticked,
                "right": by_key[key]["correct"],
                "harmful": by_key[key]["critical"],
                "feedback": by_key[key]["feedback"],
            }
            for key in order
        ]
    }


def _shuffled(keys: list[str], chance: random.Random) -> list[str]:
    return chance.sample(keys, len(keys))


def _partners(content: dict, order: list | dict) -> list[str]:
    """The right-hand sides of matching in the order they are numbered: a choice list on a phone cuts them short."""
    if content["kind"] != Kind.MATCHING:
        return []
    by_key = {choice["key"]: choice["match"] for choice in content["choices"]}
    return [by_key[key] for key in order["right"]]


def _rows(content: dict, order: list | dict, answer: dict) -> list[dict]:
    by_key = {choice["key"]: choice for choice in content["choices"]}
    if content["kind"] == Kind.MATCHING:
        pairs = answer.get("pairs", {})
        # Right-hand sides are known to the page by their place only: their keys are those of the left.
        sides = [
            (str(place), f"{place}. {by_key[key]['match']}", key) for place, key in enumerate(order["right"], start=1)
        ]
        return [
            _row(content["kind"], by_key[key], [(value, text, pairs.get(key) == side) for value, text, side in sides])
            for key in order["left"]
        ]
    if content["kind"] == Kind.CLASSIFY:
        given = answer.get("categories", {})
        return [
            _row(content["kind"], by_key[key], [(v, label, given.get(key) == v) for v, label in Category.choices])
            for key in order
        ]
    places = {key: place for place, key in enumerate(answer.get("order", []), start=1) if key}
    numbers = range(1, len(order) + 1)
    return [_row(content["kind"], by_key[key], [(n, n, places.get(key) == n) for n in numbers]) for key in order]


def _row(kind: str, choice: dict, options: list[tuple]) -> dict:
    return {
        "name": f"{ROW_PREFIX[kind]}-{choice['key']}",
        "text": choice["text"],
        "options": [{"value": value, "text": text, "chosen": chosen} for value, text, chosen in options],
    }


def _steps(content: dict, order: list, path: list[str]) -> list[dict]:
    """The steps walked so far, and the one that comes next."""
    walked = marking.walk(content["steps"], path)
    rows = [(number, option["key"]) for number, _step, option in walked]
    upcoming = marking.step_after(content["steps"], path)
    if upcoming:
        rows.append((upcoming, None))
    shown = []
    for place, (number, chosen) in enumerate(rows, start=1):
        step = content["steps"][number - 1]
        texts = {option["key"]: option["text"] for option in step["options"]}
        shown.append(
            {
                "name": f"step-{number}",
                "place": place,
                "text": step["text"],
                "options": [{"value": key, "text": texts[key], "chosen": key == chosen} for key in order[number - 1]],
            }
        )
    return shown


def _told_steps(content: dict, path: list[str]) -> list[dict]:
    return [
        {
            "text": step["text"],
            "chosen": option["text"],
            "outcome": Outcome(option["outcome"]).label,
            "right": option["outcome"] in marking.STEP_CREDIT,
            "harmful": option["outcome"] == Outcome.HARMFUL,
            "feedback": option["consequence"],
        }
        for _number, step, option in marking.walk(content["steps"], path)
    ]


def _told_rows(content: dict, order: list | dict, answer: dict | None) -> list[dict]:
    by_key = {choice["key"]: choice for choice in content["choices"]}
    keys = [choice["key"] for choice in content["choices"]]
    if content["kind"] != Kind.ORDERING:
        keys = order["left"] if content["kind"] == Kind.MATCHING else order
    return [
        {
            "text": by_key[key]["text"],
            "right": bool(answer) and marking.part_is_right(content, by_key[key], answer) is True,
            "given": _given(content, by_key, key, answer),
            "wanted": _wanted(content, by_key[key], place),
            "feedback": by_key[key]["feedback"],
        }
        for place, key in enumerate(keys, start=1)
    ]


def _given(content: dict, by_key: dict, key: str, answer: dict | None) -> str:
    if not answer:
        return ""
    if content["kind"] == Kind.MATCHING:
        side = answer["pairs"].get(key)
        return by_key[side]["match"] if side else ""
    if content["kind"] == Kind.CLASSIFY:
        category = answer["categories"].get(key)
        return str(Category(category).label) if category else ""
    return str(answer["order"].index(key) + 1) if key in answer["order"] else ""


def _wanted(content: dict, choice: dict, place: int) -> str:
    if content["kind"] == Kind.MATCHING:
        return choice["match"]
    if content["kind"] == Kind.CLASSIFY:
        return str(Category(choice["category"]).label)
    return str(place)


def _verdict(mark: marking.Mark, *, answered: bool) -> str:
    if not answered:
        return _("Not answered")
    if mark.harmful:
        return _("This could do harm")
    if mark.credit == 1:
        return _("Right")
    return _("Partly right") if mark.credit > Fraction(0) else _("Not right")


def _tone(mark: marking.Mark) -> str:
    """The kind of alert the feedback is shown in."""
    if mark.harmful:
        return "error"
    return "success" if mark.credit == 1 else "warning"
