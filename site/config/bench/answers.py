"""Answers to a question's frozen content: the right one as data, and two different ones as form fields."""

from courses.concepts import Category, Kind, Outcome


def right_answer(content: dict) -> dict:
    """The answer that earns full credit, in the form `AttemptItem.answer` has."""
    keys = [choice["key"] for choice in content["choices"]]
    right = sorted(choice["key"] for choice in content["choices"] if choice["correct"])
    return {
        Kind.SINGLE: lambda: {"choice": right[0]},
        Kind.TRUE_FALSE: lambda: {"choice": right[0]},
        Kind.MULTIPLE: lambda: {"choices": right},
        Kind.MATCHING: lambda: {"pairs": {key: key for key in keys}},
        Kind.ORDERING: lambda: {"order": keys},
        Kind.CLASSIFY: lambda: {"categories": {choice["key"]: choice["category"] for choice in content["choices"]}},
        Kind.SCENARIO: lambda: {"path": _best_path(content["steps"])},
    }[content["kind"]]()


def _best_path(steps: list[dict]) -> list[str]:
    path, number = [], 1
    while number:
        best = next(option for option in steps[number - 1]["options"] if option["outcome"] == Outcome.BEST)
        path.append(best["key"])
        number = best["next"]
    return path


def form_fields(content: dict, order, variant: int) -> list[tuple[str, str]]:
    """What a browser sends for one of two different answers, `variant` 0 or 1."""
    kind = content["kind"]
    if kind in {Kind.SINGLE, Kind.TRUE_FALSE}:
        return [("choice", order[variant])]
    if kind == Kind.MULTIPLE:
        return [("choices", key) for key in order[: variant + 1]]
    if kind == Kind.MATCHING:
        count = len(order["left"])
        return [(f"pair-{key}", str((place + variant) % count + 1)) for place, key in enumerate(order["left"])]
    if kind == Kind.ORDERING:
        keys = order if variant else list(reversed(order))
        return [(f"place-{key}", str(place)) for place, key in enumerate(keys, start=1)]
    if kind == Kind.CLASSIFY:
        return [(f"category-{key}", Category.values[variant]) for key in order]
    return [("step-1", order[0][variant])]
