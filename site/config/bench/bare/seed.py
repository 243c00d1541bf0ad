"""Attempts and their empty answers for the bare view."""

from django.core.management import call_command

from config.bench.bare.models import BareAnswer, BareAttempt
from config.bench.direct import LEARNERS, QUESTIONS


def main(_arguments: list[str]) -> None:
    call_command("migrate", verbosity=0)
    attempts = BareAttempt.objects.bulk_create([BareAttempt(pk=number) for number in range(1, LEARNERS + 1)])
    BareAnswer.objects.bulk_create(
        [BareAnswer(attempt=attempt, position=position) for attempt in attempts for position in range(QUESTIONS)]
    )
