"""Certificates print no hotline; one whose frozen words name a number is still found before the number changes."""

import pytest
from django.utils import timezone

from records import printed
from records.certificates import Certificate
from tests.factories.courses import make_course
from tests.factories.hotlines import make_hotline
from tests.factories.records import make_completion, make_user

pytestmark = pytest.mark.django_db


def test_a_certificate_counts_when_its_words_hold_the_number():
    line = make_hotline(phone_display="1-202-555-0142", phone_e164="+12025550142")
    (found,) = printed.carriers(line, timezone.now())
    assert found.count == 0 and "print no hotline" in found.remark
    make_completion(make_course(), user=make_user())
    certificate = Certificate.objects.get()
    (found,) = printed.carriers(line, timezone.now())
    assert found.count == 0
    Certificate.objects.update(issuer="County help line 1-202-555-0142")
    (found,) = printed.carriers(line, timezone.now())
    assert found.count == 1 and found.entries[0].title == certificate.number
    Certificate.objects.update(revoked_at=timezone.now())
    (found,) = printed.carriers(line, timezone.now())
    assert found.count == 0
