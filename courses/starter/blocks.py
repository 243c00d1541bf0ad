"""Turn the words of a lesson into the data of its blocks.

Block ids derive from the lesson, the kind of block and its number among its kind, so that they are the same on every
installation and in every language, and stay when another kind of block is put between.
"""

from collections import Counter
from dataclasses import dataclass, field

from kernel.starter import StarterProblem, stable_key


@dataclass
class References:
    """What blocks point at: file key -> primary key in the database, or None for what an editor removed."""

    definition: dict[str, int | None] = field(default_factory=dict)
    statistic: dict[str, int | None] = field(default_factory=dict)
    question: dict[str, int | None] = field(default_factory=dict)
    hotline: dict[str, int | None] = field(default_factory=dict)
    lesson: dict[str, int | None] = field(default_factory=dict)
    pool: dict[str, int | None] = field(default_factory=dict)

    def find(self, kind: str, key: str) -> int | None:
        """Raises StarterProblem for a key the files do not have."""
        try:
            return getattr(self, kind)[key]
        except KeyError:
            raise StarterProblem(f"There is no {kind} with the key “{key}”.") from None


def tidy(text: str | None) -> str:
    """Folded YAML lines as one line."""
    return " ".join(str(text or "").split())


def parts_in(items: list[dict]) -> list[str]:
    """Return the place of each block within its lesson: its kind, with what it points at, and its number among its like."""
    numbers: Counter = Counter()
    places = []
    for item in items:
        ((name, words),) = item.items()
        place = f"{name}:{words}" if name in POINTERS else name
        numbers[place] += 1
        places.append(f"{place}/{numbers[place]}")
    return places


def lesson_body(lesson: str, items: list[dict], references: References) -> list[dict]:
    """Return the raw data of a `LessonBody`."""
    body = []
    for item, part in zip(items, parts_in(items), strict=True):
        ((name, words),) = item.items()
        path = f"{lesson}/{part}"
        if name not in POINTERS:
            body.append(_block(name, path, WRITERS[name](path, words)))
        elif target := references.find(POINTERS[name], words):
            body.append(_block(name, path, {POINTERS[name]: target}))
    return body


def objectives(lesson: str, items: list[str]) -> list[dict]:
    return [_block("objective", f"{lesson}/objective/{number}", tidy(text)) for number, text in enumerate(items, 1)]


def steps(path: str, items: list[dict]) -> list[dict]:
    """Return the raw data of `Steps`. Option ids are the keys by which answers to a scenario are kept."""
    return [
        _block(
            "step",
            f"{path}/step/{number}",
            {
                "text": tidy(step["text"]),
                "options": [
                    _block(
                        "item",
                        f"{path}/step/{number}/option/{place}",
                        {
                            "text": tidy(option["text"]),
                            "outcome": option["outcome"],
                            "consequence": tidy(option["consequence"]),
                            "next": option.get("next") or 0,
                        },
                    )
                    for place, option in enumerate(step["options"], 1)
                ],
            },
        )
        for number, step in enumerate(items, 1)
    ]


def page_body(page: str, items: list[dict]) -> list[dict]:
    """Return the raw data of a `kernel.blocks.PageBody`."""
    return lesson_body(page, items, References())


def _block(kind: str, path: str, value) -> dict:
    return {"type": kind, "id": str(stable_key(path)), "value": value}


def _prose(path, words):
    return tidy(words)


def _fields(*names):
    return lambda path, words: {name: tidy(words.get(name)) for name in names}


def _notice(path, words):
    return {"tone": words.get("tone", "info")} | _fields("heading", "text")(path, words)


def _indicators(path, words):
    return {
        "heading": tidy(words["heading"]),
        "intro": tidy(words.get("intro")),
        "items": [
            _block("item", f"{path}/item/{number}", _fields("sign", "why")(path, item))
            for number, item in enumerate(words["items"], 1)
        ],
        "caution": tidy(words.get("caution")),
    }


def _scenario(path, words):
    return _fields("title", "intro")(path, words) | {"steps": steps(path, words["steps"])}


POINTERS = {"definition": "definition", "statistic": "statistic", "check": "question", "hotline": "hotline"}
WRITERS = {
    "prose": _prose,
    "notice": _notice,
    "indicators": _indicators,
    "story": _fields("title", "text", "question", "answer"),
    "scenario": _scenario,
    "reflection": _fields("prompt", "note"),
    "content_warning": _fields("warning", "body", "alternative"),
}
