"""Drawing the questions of one attempt from a pool: every required concept is asked, the rest is spread evenly.

One of them at least is critical, where the pool has any: nobody is certified who was never asked about doing harm.
"""

import random
from collections import Counter
from collections.abc import Collection, Sequence


class CannotDraw(Exception):
    """The pool and the course's rules do not fit; the message says how."""


def draw(
    pool: Sequence[tuple[str, str]],
    *,
    count: int,
    required: Sequence[str],
    seed: str,
    critical: Collection[str] = (),
) -> list[str]:
    """Return `count` question keys in the order they are asked.

    `pool` holds rows of (question key, concept); `critical` the keys of those with a harmful answer. A critical question
    is drawn first, if there is any; then one for each required concept that has questions and is still unasked; then
    the concept asked least so far comes next, chance deciding between equals. The same pool and seed give the same
    draw, in whatever order the pool comes. Raises CannotDraw.
    """
    if len(pool) < count:
        raise CannotDraw(f"An assessment asks {count} questions, but the pool has {len(pool)}.")
    chance = random.Random(seed)  # noqa: S311  a fair draw, not a secret
    left: dict[str, list[str]] = {}
    for key, concept in sorted(pool):
        left.setdefault(concept, []).append(key)
    for keys in left.values():
        chance.shuffle(keys)
    musts = [concept for concept in dict.fromkeys(required) if concept in left]
    if len(musts) > count:
        raise CannotDraw(f"{len(musts)} concepts are always asked, but there are only {count} questions.")
    asked: Counter[str] = Counter()
    drawn = []
    if count and (grave := _critical_that_fits(left, critical, musts if len(musts) == count else left)):
        concept, key = chance.choice(grave)
        left[concept].remove(key)
        musts = [must for must in musts if must != concept]
        drawn.append(key)
        asked[concept] += 1
    while len(drawn) < count:
        concept = musts.pop(0) if musts else _least_asked(left, asked, chance)
        drawn.append(left[concept].pop())
        asked[concept] += 1
    chance.shuffle(drawn)
    return drawn


def _critical_that_fits(
    left: dict[str, list[str]], critical: Collection[str], concepts: Collection[str]
) -> list[tuple[str, str]]:
    """Return rows of (concept, key) of the critical questions on `concepts`.

    Raises CannotDraw when there are critical questions, but on other concepts only.
    """
    grave = [(concept, key) for concept, keys in sorted(left.items()) for key in sorted(keys) if key in critical]
    fitting = [row for row in grave if row[0] in concepts]
    if grave and not fitting:
        raise CannotDraw(
            f"{len(concepts)} concepts are always asked, which leaves no place for a question with a harmful answer."
        )
    return fitting


def _least_asked(left: dict[str, list[str]], asked: Counter, chance: random.Random) -> str:
    open_concepts = sorted(concept for concept, keys in left.items() if keys)
    least = min(asked[concept] for concept in open_concepts)
    return chance.choice([concept for concept in open_concepts if asked[concept] == least])
