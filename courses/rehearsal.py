"""Show a question to its editor as a learner would meet it: asked, answered right, answered wrong."""

from courses import marking
from courses.concepts import Category, Kind, Outcome
from courses.presentation import content_of, explain, option_order, present


def rehearse(question, mode: str) -> dict:
    """Return {"shown"} for the mode `question`, {"shown", "told"} for `right` and `wrong`, {"fault"} where it cannot be asked."""
    if fault := question.fault():
        return {"fault": fault}
    content = content_of(question)
    order = option_order(content, seed="rehearsal")
    if mode == "question":
        return {"shown": present(content, order)}
    answer = sample_answer(content, right=mode == "right")
    return {"shown": present(content, order, answer=answer), "told": explain(content, order, answer)}


def sample_answer(content: dict, *, right: bool) -> dict:
    """Return an answer that is right, or one that is not, in the form `courses.marking` reads."""
    choices = content["choices"]
    keys = [choice["key"] for choice in choices]
    kind = content["kind"]
    if kind == Kind.SCENARIO:
        return {"path": _path(content["steps"], right=right)}
    if kind == Kind.MATCHING:
        return {"pairs": dict(zip(keys, keys if right else [*keys[1:], keys[0]], strict=True))}
    if kind == Kind.ORDERING:
        return {"order": keys if right else keys[::-1]}
    if kind == Kind.CLASSIFY:
        return {"categories": {c["key"]: c["category"] if right else _another(c["category"]) for c in choices}}
    fitting = [choice["key"] for choice in choices if choice["correct"] is right]
    return {"choices": fitting} if kind == Kind.MULTIPLE else {"choice": fitting[0]}


def _another(category: str) -> str:
    return next(value for value in Category.values if value != category)


def _path(steps: list[dict], *, right: bool) -> list[str]:
    """Walk the scenario, taking the best or the worst option of each step."""
    ranks = list(Outcome.values) if right else list(reversed(Outcome.values))
    path: list[str] = []
    while number := marking.step_after(steps, path):
        options = steps[number - 1]["options"]
        path.append(min(options, key=lambda option: ranks.index(option["outcome"]))["key"])
    return path
