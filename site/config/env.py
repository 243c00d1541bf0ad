"""Read settings from the environment, and say every problem at once.

Each helper returns the value, or the default when the variable is unset or empty. A value that cannot be read is noted;
`finish()` raises `WrongEnvironment` with one sentence per problem.
"""

import os
from urllib.parse import urlsplit

problems: list[str] = []


class WrongEnvironment(SystemExit):
    """The environment holds values the site cannot start with."""


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool = False) -> bool:
    value = text(name).lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    if value:
        problems.append(f"{name} is '{value}': write true or false.")
    return default


def number(name: str, default: int, *, least: int = 0, most: int = 10**9) -> int:
    value = text(name)
    if not value:
        return default
    try:
        result = int(value)
    except ValueError:
        problems.append(f"{name} is '{value}': write a whole number.")
        return default
    if not least <= result <= most:
        problems.append(f"{name} is {result}: it must be from {least} to {most}.")
        return default
    return result


def words(name: str, default: list[str] | None = None) -> list[str]:
    """A list separated by commas."""
    value = text(name)
    return [word.strip() for word in value.split(",") if word.strip()] if value else list(default or [])


def url(name: str, default: str, *, schemes: tuple[str, ...] = ("http", "https")) -> str:
    """An absolute address without a trailing slash."""
    value = text(name, default)
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018  reading it raises for a port that is no number
    except ValueError:
        problems.append(f"{name} is '{value}': this is not an address.")
        return default
    if parts.scheme not in schemes or not parts.netloc:
        problems.append(
            f"{name} is '{value}': write an address that starts with {' or '.join(s + '://' for s in schemes)}."
        )
        return default
    return value.rstrip("/")


def require(name: str, why: str) -> str:
    value = text(name)
    if not value:
        problems.append(f"{name} is not set: {why}")
    return value


def problem(sentence: str) -> None:
    problems.append(sentence)


def finish() -> None:
    """Stop the start when anything above could not be read."""
    if problems:
        lines = "\n".join(f"  - {sentence}" for sentence in problems)
        problems.clear()
        raise WrongEnvironment(f"Lodestar cannot start with this environment:\n{lines}")
