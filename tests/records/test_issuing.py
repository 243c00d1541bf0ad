"""Numbers, codes, and what may happen to a certificate after it was issued."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from kernel.models import AuditEvent
from records import issuing
from records.certificates import CODE_LENGTH, CODE_SIGNS, Certificate, PublicCertificate, State
from records.issuing import CertificateClosed, issue_public, name_matches, reissue, revoke
from records.numbers import grouped, is_number, new_number, read_code
from tests.factories.courses import make_course
from tests.factories.records import NOON, make_completion, make_user, make_visitor

LATER = NOON + timedelta(days=30)


@pytest.fixture
def certificate(db):
    return make_completion(make_course(), user=make_user("Ana López")).certificates.get()


@pytest.fixture
def visit(db):
    """The completion of a visitor."""
    return make_completion(make_course(), visitor=make_visitor())


def test_a_number_carries_its_year_and_a_fitting_check_sign():
    number = new_number(2026)
    assert number.startswith("LS-2026-") and len(number) == 16
    assert is_number(number) and is_number(f" {number.lower()} ")


def test_every_single_wrong_sign_and_every_swap_of_neighbours_shows():
    number = "LS-2026-7K3M9Q-" + next(sign for sign in CODE_SIGNS if is_number(f"LS-2026-7K3M9Q-{sign}"))
    for place in (place for place in range(len(number)) if number[place].isalnum() and place > 2):
        signs = "0123456789" if place < 7 else CODE_SIGNS
        for sign in set(signs) - {number[place]}:
            assert not is_number(number[:place] + sign + number[place + 1 :]), (place, sign)
    for left in (8, 9, 10, 11, 12):
        swapped = number[:left] + number[left + 1] + number[left] + number[left + 2 :]
        assert swapped == number or not is_number(swapped)


@pytest.mark.parametrize(
    "text",
    ["", "LS", "LS-26-7K3M9Q-2", "XX-2026-7K3M9Q-2", "LS-2026-7K3M9-2", "LS-2026-0K3M9Q-2", "LS-２０２６-7K3M9Q-2"],
)
def test_what_is_not_written_like_a_number_is_none(text):
    assert not is_number(text)


def test_a_code_is_read_in_groups_of_three_and_back():
    code = "23456789ABCDEFGHJKMNPQRSTUV"
    assert grouped(code) == "234 567 89A BCD EFG HJK MNP QRS TUV"
    assert read_code(grouped(code)) == code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("234-567-89a-bcd-efg-hjk-mnp-qrs-tuv\n", "23456789ABCDEFGHJKMNPQRSTUV"),
        ("２３４567 89ABCDEFGHJKMNPQRSTUV", "23456789ABCDEFGHJKMNPQRSTUV"),
        ("23456789ABCDEFGHJKMNPQRSTU", ""),  # a sign too few
        ("23456789ABCDEFGHJKMNPQRSTUVW", ""),  # a sign too many
        ("O3456789ABCDEFGHJKMNPQRSTUV", ""),  # the letter O is in no code
        ("٣" * 27, ""),
        ("x" * 100_000, ""),
        ("", ""),
    ],
)
def test_a_typed_code_is_forgiven_its_looks_but_not_its_signs(typed, code):
    assert read_code(typed) == code


def test_codes_are_long_enough_to_be_unguessable(certificate):
    assert len(certificate.code) == CODE_LENGTH
    assert len(CODE_SIGNS) ** CODE_LENGTH > 2**128
    assert set("01OIL").isdisjoint(CODE_SIGNS)


def test_a_number_that_is_taken_is_drawn_again(certificate, monkeypatch):
    numbers = iter([certificate.number, certificate.number, "LS-2026-222222-9"])
    monkeypatch.setattr(issuing, "new_number", lambda year: next(numbers))
    assert reissue(certificate, name="Ana", reason="x", actor=None, now=LATER).number == "LS-2026-222222-9"


def test_when_no_free_number_is_found_nothing_is_written(certificate, monkeypatch):
    monkeypatch.setattr(issuing, "new_number", lambda year: certificate.number)
    with pytest.raises(IntegrityError), transaction.atomic():
        reissue(certificate, name="Ana", reason="x", actor=None, now=LATER)
    certificate.refresh_from_db()
    assert certificate.state(on=date(2026, 4, 1)) == State.VALID
    assert Certificate.objects.count() == 1


def test_a_learner_without_a_name_is_certified_by_their_address(db):
    user = make_user(name="", email="a.lopez@agency.example")
    assert make_completion(make_course(), user=user).certificates.get().name == "a.lopez@agency.example"


@pytest.mark.parametrize(
    ("day", "state"), [(date(2027, 3, 1), "valid"), (date(2027, 3, 2), "valid"), (date(2027, 3, 3), "expired")]
)
def test_a_certificate_is_valid_to_the_end_of_its_last_day(certificate, day, state):
    assert certificate.valid_until == date(2027, 3, 2)
    assert certificate.state(on=day) == state


def test_without_an_end_a_certificate_does_not_expire(certificate):
    certificate.valid_until = None
    assert certificate.state(on=date(2999, 1, 1)) == State.VALID


def test_a_revoked_certificate_says_so_even_when_it_would_have_expired(certificate):
    revoke(certificate, reason="Taken by somebody else", actor=None, now=LATER)
    certificate.refresh_from_db()
    assert certificate.state(on=date(2999, 1, 1)) == State.REVOKED
    assert certificate.reason == "Taken by somebody else"


def test_revoking_leaves_a_trace_without_the_name(certificate):
    actor = make_user("Manager")
    revoke(certificate, reason="Because", actor=actor, now=LATER)
    event = AuditEvent.objects.get(action="certificate.revoked")
    assert (event.actor, event.subject, event.at) == (actor, certificate.number, LATER)
    assert "López" not in str(event.detail)


def test_a_certificate_is_revoked_once(certificate):
    revoke(certificate, reason="a", actor=None, now=LATER)
    with pytest.raises(CertificateClosed):
        revoke(certificate, reason="b", actor=None, now=LATER)


def test_a_corrected_name_comes_on_a_new_paper_and_the_old_one_is_superseded(certificate):
    certificate.show_name = False
    certificate.save()
    fresh = reissue(certificate, name="Ana  Lopes", reason="Misspelt", actor=None, now=LATER)
    certificate.refresh_from_db()
    assert fresh.name == "Ana Lopes" and certificate.name == "Ana López"
    assert certificate.state(on=date(2026, 4, 1)) == State.SUPERSEDED
    assert certificate.replaced_by == fresh
    assert fresh.state(on=date(2026, 4, 1)) == State.VALID
    assert fresh.number != certificate.number and fresh.code != certificate.code
    assert (fresh.completed_on, fresh.valid_until) == (certificate.completed_on, certificate.valid_until)
    assert fresh.issued_on == date(2026, 4, 1)
    assert fresh.show_name is False
    event = AuditEvent.objects.get(action="certificate.reissued")
    assert event.detail == {"replaced_by": fresh.number, "changed": ["name"]}


def test_reissuing_under_the_same_name_changes_nothing_else(certificate):
    reissue(certificate, name=certificate.name, reason="Lost", actor=None, now=LATER)
    assert AuditEvent.objects.get(action="certificate.reissued").detail["changed"] == []


def test_a_replaced_certificate_can_neither_be_replaced_nor_revoked(certificate):
    reissue(certificate, name="Ana", reason="a", actor=None, now=LATER)
    with pytest.raises(CertificateClosed):
        reissue(certificate, name="Bea", reason="b", actor=None, now=LATER)
    with pytest.raises(CertificateClosed):
        revoke(certificate, reason="c", actor=None, now=LATER)


def test_a_certificate_revoked_by_mistake_can_be_issued_anew(certificate):
    revoke(certificate, reason="a", actor=None, now=LATER)
    fresh = reissue(certificate, name="Ana López", reason="Revoked by mistake", actor=None, now=LATER)
    assert fresh.state(on=date(2026, 4, 2)) == State.VALID


def test_the_database_keeps_two_standing_certificates_of_one_completion_apart(certificate):
    with pytest.raises(IntegrityError), transaction.atomic():
        issuing.issue(certificate.completion, now=LATER)


def test_a_visitors_certificate_keeps_no_name(visit):
    certificate = issue_public(visit, name="Rosa Díaz", locale="es", now=NOON)
    assert "Rosa" not in str(PublicCertificate.objects.filter(pk=certificate.pk).values().get())
    assert certificate.locale == "es" and certificate.course_title == "Small course"
    assert certificate.title_in("es") == "Curso pequeño" and certificate.title_in("ar") == "Small course"


@pytest.mark.parametrize(
    ("typed", "matches"),
    [("Rosa Díaz", True), (" rosa  DÍAZ ", True), ("Rosa Di\u0301az", True), ("Rosa Diaz", False), ("", False)],
)
def test_a_typed_name_is_compared_with_the_hash(visit, typed, matches):
    assert name_matches(issue_public(visit, name="Rosa Díaz", locale="en", now=NOON), typed) is matches


def test_names_still_match_after_the_secret_was_changed(visit, settings):
    certificate = issue_public(visit, name="Rosa Díaz", locale="en", now=NOON)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert name_matches(certificate, "Rosa Díaz")
    settings.SECRET_KEY_FALLBACKS = []
    assert not name_matches(certificate, "Rosa Díaz")


def test_equal_names_have_different_hashes(visit):
    other = make_completion(make_course(slug="other"), visitor=make_visitor())
    hashes = {issue_public(one, name="Rosa", locale="en", now=NOON).name_hash for one in (visit, other)}
    assert len(hashes) == 2


def test_the_same_name_gets_the_same_certificate_again(visit):
    first = issue_public(visit, name="Rosa Díaz", locale="en", now=NOON)
    assert issue_public(visit, name="rosa díaz", locale="es", now=LATER) == first


def test_one_completion_never_certifies_two_names_at_once(visit):
    first = issue_public(visit, name="Rosa Días", locale="en", now=NOON)
    second = issue_public(visit, name="Rosa Díaz", locale="en", now=NOON)
    first.refresh_from_db()
    assert first.state(on=date(2026, 3, 2)) == State.SUPERSEDED
    assert second.state(on=date(2026, 3, 2)) == State.VALID
    assert visit.public_certificates.count() == 2


def test_a_revoked_visitors_certificate_is_not_issued_again(visit):
    revoke(issue_public(visit, name="Rosa", locale="en", now=NOON), reason="x", actor=None, now=NOON)
    with pytest.raises(CertificateClosed):
        issue_public(visit, name="Rosa", locale="en", now=NOON)


def test_the_name_on_an_account_certificate_can_be_compared_too(certificate):
    assert name_matches(certificate, "ana lópez")
    assert not name_matches(certificate, "Ana")


def test_the_papers_name_themselves_by_their_number(certificate):
    assert str(certificate) == certificate.number
    assert str(certificate.completion) == "Small course 2026-03-02"
