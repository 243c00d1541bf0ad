"""What is handed out of a person's training, and what erasing takes."""

import pytest
from django.utils import timezone

from accounts import privacy
from accounts.models import User
from records.certificates import Certificate, Completion
from records.enrolments import Accommodation, Enrolment
from tests.factories.courses import make_course
from tests.records.test_joining import begin, complete

pytestmark = pytest.mark.django_db


@pytest.fixture
def trained():
    user = User.objects.create_user("ana@agency.example", name="Ana")
    other = User.objects.create_user("ben@agency.example", name="Ben")
    done, begun = make_course(("en",), slug="done"), make_course(("en",), slug="begun")
    complete(begin(user, done), done)
    complete(begin(other, done), done)
    begin(user, begun)
    Accommodation.objects.create(user=user, extra_attempts=1)
    return user, other


def test_everything_of_one_person_is_handed_out_and_nothing_of_others(trained):
    user, _other = trained
    told = privacy.as_json(user, now=timezone.now())["parts"]["records"]
    assert {key: len(rows) for key, rows in told.items()} == {
        "courses": 2,
        "lessons": 3,
        "attempts": 1,
        "certificates": 1,
        "accommodations": 1,
    }
    assert told["certificates"][0]["name"] == "Ana"
    assert {row["completed_at"] is None for row in told["courses"]} == {True, False}


def test_erasing_leaves_the_evidence_and_shows_the_name_no_more(trained):
    user, other = trained
    privacy.erase(user, by=None)
    assert Completion.objects.count() == 2
    assert not Enrolment.objects.filter(user=user, completion=None).exists()
    assert not Accommodation.objects.exists()
    assert Certificate.objects.get(user=user).show_name is False
    assert Certificate.objects.get(user=other).show_name is True
