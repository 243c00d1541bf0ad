"""A greeting, and an answer saved in one transaction that writes two rows."""

import json

from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.urls import path
from django.utils import timezone


def hello(request):
    return HttpResponse("Hello")


@transaction.atomic
def answer(request, attempt_id, position):
    from config.bench.bare.models import BareAnswer, BareAttempt

    now = timezone.now()
    attempt = BareAttempt.objects.get(pk=attempt_id)
    BareAnswer.objects.update_or_create(
        attempt=attempt, position=position, defaults={"choice": json.loads(request.body), "answered_at": now}
    )
    attempt.changed_at = now
    attempt.save()
    return JsonResponse({"saved": True})


urlpatterns = [path("hello", hello), path("answer/<int:attempt_id>/<int:position>", answer)]
