"""A training day: pages read with and without an account, answers saved, attempts handed in (issue 2, item 12)."""

from config.bench.rows import Figure, Goal, Row


def rows():
    lesson = {"SQLite": Goal(0.09, 0.22), "PostgreSQL": Goal(0.055, 0.13)}
    yield Row("anonymous", "Anonymous page", baseline="hello", ratio=Goal(0.9, 1.3))
    yield Row("lesson", "Signed-in lesson with progress, another each time", baseline="hello", ratio=lesson)
    yield Row("lesson_again", "Signed-in lesson with progress, read again", baseline="hello", ratio=lesson)
    yield Row(
        "answer",
        "Answer saved, 50 learners",
        connections=50,
        baseline="bare_answer",
        ratio=Goal(2, 4),
        p95_ms=Goal(90, 50, at_most=True),
    )
    yield Row(
        "submit",
        "Final submit: mark, complete, certificate",
        statuses=(302,),
        repeat=False,
        connections=50,
        baseline="bare_answer",
        ratio=Goal(0.7, 1.4),
    )


def requests(people: int, once: int) -> dict:
    import random

    from config.bench import world
    from config.bench.browser import get

    course = world.largest_course()
    order = random.Random(1)  # noqa: S311  the same pages in every run
    readers = world.sign_in(people, "reader")
    world.enrol([user for user, _cookies in readers], course, finished=False)
    sitters = world.sign_in(people, "sitter")
    sittings = world.attempts(
        world.enrol([user for user, _cookies in sitters], course, finished=True), course, answered=False
    )
    finishers = world.sign_in(once, "finisher")
    endings = world.attempts(
        world.enrol([user for user, _cookies in finishers], course, finished=True), course, answered=True
    )
    return {
        "anonymous": [[get(course.url)] for _reader in readers],
        "lesson": [
            [get(lesson.url, cookies) for lesson in order.sample(course.lessons, len(course.lessons))]
            for _user, cookies in readers
        ],
        "lesson_again": [
            [get(course.lessons[place % len(course.lessons)].url, cookies)]
            for place, (_user, cookies) in enumerate(readers)
        ],
        "answer": [
            world.answer_requests(attempt, items, cookies)
            for (attempt, items), (_user, cookies) in zip(sittings, sitters, strict=True)
        ],
        "submit": [
            [world.submit_request(attempt, cookies)]
            for (attempt, _items), (_user, cookies) in zip(endings, finishers, strict=True)
        ],
    }


def figures() -> list[Figure]:
    """No query count may grow with the size of a course."""
    from config.bench.queries import count_all

    small, large = count_all()
    return [
        Figure(
            f"Queries: {what}, {small.lessons} and {large.lessons} lessons",
            f"{small.queries[what]} and {large.queries[what]}",
            verdict="missed" if large.queries[what] > small.queries[what] else "aim",
        )
        for what in small.queries
    ]
