"""What training managers and editors see and may do in the admin; and what stays shut."""

import csv
import io

import openpyxl
import pytest
from django.core.cache import caches
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Collection, Locale, Page

from accounts.roles import Role, sync_groups
from kernel import exports
from kernel.models import AuditEvent
from records.certificates import Certificate
from records.enrolments import Accommodation
from records.issuing import issue_public, reissue, revoke
from tests.factories.accounts import member, unit
from tests.factories.courses import make_course
from tests.factories.records import make_completion, make_enrolment, make_visitor

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture(autouse=True)
def roles():
    """Groups and permissions as after migrations."""
    Locale.objects.get_or_create(language_code="en")
    if not Page.objects.exists():
        Page.add_root(title="Root", slug="root")
    if not Collection.objects.exists():
        Collection.add_root(name="Root")
    sync_groups()


@pytest.fixture
def course():
    return make_course()


@pytest.fixture
def agency():
    return unit("Agency")


@pytest.fixture
def port(agency):
    return unit("Port", below=agency)


@pytest.fixture
def manager(agency):
    return member(agency, Role.TRAINING_MANAGER, name="Mika Manager")


@pytest.fixture
def desk(client, manager):
    client.force_login(manager)
    return client


@pytest.fixture
def ana(port):
    return member(port, name="Ana López", agency_id="A-17")


@pytest.fixture
def stranger():
    return member(unit("Other Agency"), name="Otto Other")


@pytest.fixture
def certificate(course, ana):
    return make_completion(course, user=ana, now=NOW).certificates.get()


def html(client, name, *args, **query) -> str:
    return client.get(reverse(f"training:{name}", args=args), query).content.decode()


def csv_of(client, name, **query) -> list[list[str]]:
    response = client.get(reverse(f"training:{name}"), query | {"export": "csv"})
    return list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"), newline="")))


# --- who may open what ---

MAY = {
    "enrolments": {Role.TRAINING_MANAGER, Role.ADMINISTRATOR},
    "certificates": {Role.TRAINING_MANAGER, Role.ADMINISTRATOR},
    "public_certificates": {Role.ADMINISTRATOR},
    "accommodations": {Role.TRAINING_MANAGER, Role.ADMINISTRATOR},
    "grant": {Role.TRAINING_MANAGER, Role.ADMINISTRATOR},
    "questions": {Role.EDITOR, Role.TRAINING_MANAGER, Role.ADMINISTRATOR},
    "evaluations": {Role.EDITOR, Role.TRAINING_MANAGER, Role.ADMINISTRATOR},
}


@pytest.mark.parametrize(
    "role", [Role.EDITOR, Role.TRANSLATOR, Role.COORDINATOR, Role.TRAINING_MANAGER, Role.ADMINISTRATOR]
)
@pytest.mark.parametrize("name", MAY)
def test_each_screen_opens_for_its_roles_and_is_not_there_for_others(client, agency, role, name):
    client.force_login(member(agency, role))
    assert client.get(reverse(f"training:{name}")).status_code == (200 if role in MAY[name] else 404)


def test_learners_and_strangers_do_not_get_into_the_admin(client, agency):
    assert client.get(reverse("training:enrolments")).status_code == 302
    client.force_login(member(agency))
    assert client.get(reverse("training:enrolments")).status_code == 302


def test_the_menu_names_only_what_one_may_open(client, agency):
    client.force_login(member(agency, Role.EDITOR))
    menu = client.get(reverse("wagtailadmin_home")).content.decode()
    assert reverse("training:questions") in menu
    assert reverse("training:certificates") not in menu


# --- the overview ---


def test_a_manager_sees_own_units_and_below_and_no_others(desk, course, ana, stranger):
    make_enrolment(course, user=ana)
    make_enrolment(course, user=stranger)
    page = html(desk, "enrolments")
    assert "Ana López" in page and "Port" in page and "Small course" in page
    assert "Otto Other" not in page
    assert [row[0] for row in csv_of(desk, "enrolments")] == ["Name", "Ana López"]


def test_an_administrator_sees_everybody(client, agency, course, ana, stranger):
    client.force_login(member(agency, Role.ADMINISTRATOR))
    make_enrolment(course, user=ana)
    make_enrolment(course, user=stranger)
    assert {"Ana López", "Otto Other"} <= {row[0] for row in csv_of(client, "enrolments")}


STATES = ["In progress", "Completed and valid", "Valid, ends within 60 days", "Expired", "Revoked"]


@pytest.fixture
def all_states(course, port):
    """One person in each state."""
    people = [member(port, name=name) for name in ("Progress", "Valid", "Expiring", "Expired", "Revoked")]
    today = timezone.localdate()
    make_enrolment(course, user=people[0])
    completions = [make_completion(course, user=user, now=NOW) for user in people[1:]]
    for completion, days in zip(completions, (61, 60, -1, 300), strict=True):
        completion.valid_until = today + timezone.timedelta(days=days)
        completion.save()
    revoke(completions[3].certificates.get(), reason="wrong person", actor=None, now=NOW)


@pytest.mark.parametrize(
    ("state", "names"),
    [
        ("in_progress", ["Progress"]),
        ("valid", ["Expiring", "Valid"]),
        ("expiring", ["Expiring"]),
        ("expired", ["Expired"]),
        ("revoked", ["Revoked"]),
    ],
)
def test_the_overview_is_filtered_by_state_at_its_edges(desk, all_states, state, names):
    assert [row[0] for row in csv_of(desk, "enrolments", state=state)[1:]] == names


def test_each_row_says_its_state_in_words(desk, all_states):
    header, *rows = csv_of(desk, "enrolments")
    states = {row[0]: row[header.index("State")] for row in rows}
    assert states == dict(zip(["Progress", "Valid", "Expiring", "Expired", "Revoked"], STATES, strict=True))


def test_the_overview_is_filtered_by_unit_course_and_name(desk, course, ana, agency, port, manager):
    other = make_course(slug="other")
    make_enrolment(course, user=ana)
    make_enrolment(other, user=ana)
    make_enrolment(course, user=manager)
    assert len(csv_of(desk, "enrolments", unit=port.pk)) == 3
    assert len(csv_of(desk, "enrolments", course_key=str(other.key))) == 2
    assert len(csv_of(desk, "enrolments", q="mika")) == 2
    assert len(csv_of(desk, "enrolments", q="A-17")) == 3
    assert len(csv_of(desk, "enrolments", q="nobody")) == 1
    assert desk.get(reverse("training:enrolments"), {"q": "nobody\0"}).status_code == 200


def test_a_unit_of_somebody_else_cannot_be_chosen(desk, course, stranger):
    make_enrolment(course, user=stranger)
    outside = stranger.memberships.get().organisation
    assert "Otto" not in html(desk, "enrolments", unit=outside.pk)


def test_screen_csv_and_workbook_agree_on_every_cell(desk, all_states, ana, certificate):
    rows = csv_of(desk, "enrolments")
    response = desk.get(reverse("training:enrolments"), {"export": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    book = [
        ["" if c.value is None else str(c.value).removesuffix(" 00:00:00") for c in row] for row in sheet.iter_rows()
    ]
    assert book == rows
    page = html(desk, "enrolments")
    for row in rows[1:]:
        assert row[0] in page and row[-1] in page


def test_a_name_that_is_a_formula_is_harmless_in_the_export(desk, course, port):
    make_enrolment(course, user=member(port, name="=HYPERLINK(1)"))
    assert csv_of(desk, "enrolments")[1][0] == "'=HYPERLINK(1)"


def test_an_export_leaves_a_trace(desk, manager):
    csv_of(desk, "enrolments")
    event = AuditEvent.objects.get(action="records.exported")
    assert (event.actor, event.subject, event.detail) == (manager, "training", {"format": "csv"})


def test_a_workbook_that_would_grow_too_large_is_refused_with_words(desk, course, ana, monkeypatch):
    monkeypatch.setattr(exports, "XLSX_MOST_ROWS", 0)
    make_enrolment(course, user=ana)
    response = desk.get(reverse("training:enrolments"), {"export": "xlsx", "q": "ana"}, follow=True)
    text = response.content.decode()
    assert "more than 0 rows" in text and "Take it as CSV" in text
    assert response.redirect_chain[-1][0].endswith("?q=ana"), "the filter stays"
    assert not AuditEvent.objects.filter(action="records.exported").exists()


def test_results_too_long_for_a_workbook_are_refused_with_words_too(desk, course, monkeypatch):
    monkeypatch.setattr(exports, "XLSX_MOST_ROWS", -1)
    asked = {"export": "xlsx", "course": str(course.key)}
    response = desk.get(reverse("training:questions"), asked, follow=True)
    assert response.status_code == 200 and "Take it as CSV" in response.content.decode()


def test_the_overview_costs_the_same_for_many_people(desk, course, port, django_assert_max_num_queries):
    def fill(count):
        for _ in range(count):
            make_completion(course, user=member(port), now=NOW)

    fill(2)
    html(desk, "enrolments")
    with django_assert_max_num_queries(40) as few:
        html(desk, "enrolments")
    fill(8)
    with django_assert_max_num_queries(len(few)):
        html(desk, "enrolments")


# --- certificates ---


def test_certificates_are_found_by_number_and_name(desk, certificate):
    assert certificate.number in html(desk, "certificates", q=certificate.number.lower())
    assert certificate.number in html(desk, "certificates", q="lópez")
    assert certificate.number not in html(desk, "certificates", q="nobody")


@pytest.mark.parametrize("name", ["certificate", "revoke", "reissue"])
def test_a_certificate_of_another_agency_is_not_there(desk, course, stranger, name):
    theirs = make_completion(course, user=stranger, now=NOW).certificates.get()
    assert desk.get(reverse(f"training:{name}", args=[theirs.pk])).status_code == 404
    answer = desk.post(
        reverse(f"training:{name}", args=[theirs.pk]), {"reason": "because", "name": "X", "confirmed": "1"}
    )
    assert answer.status_code == 404
    theirs.refresh_from_db()
    assert theirs.revoked_at is None


def test_nobody_changes_their_own_certificate(desk, course, manager):
    own = make_completion(course, user=manager, now=NOW).certificates.get()
    assert "Revoke …" not in html(desk, "certificate", own.pk)
    assert desk.get(reverse("training:reissue", args=[own.pk])).status_code == 404


def test_revoking_asks_why_then_asks_again_then_does_it(desk, certificate, manager):
    address = reverse("training:revoke", args=[certificate.pk])
    assert "Reason" in desk.get(address).content.decode()
    page = desk.post(address, {"reason": "Taken by somebody else"}).content.decode()
    assert "Yes, revoke" in page
    certificate.refresh_from_db()
    assert certificate.revoked_at is None
    answer = desk.post(address, {"reason": "Taken by somebody else", "confirmed": "1"}, follow=True)
    certificate.refresh_from_db()
    assert certificate.revoked_at and certificate.reason == "Taken by somebody else"
    assert "is revoked" in answer.content.decode() and "certificate.revoked" in answer.content.decode()
    assert AuditEvent.objects.get(action="certificate.revoked").actor == manager


@pytest.mark.parametrize("reason", ["", "   ", "no", "x" * 301])
def test_without_a_reason_nothing_is_done(desk, certificate, reason):
    answer = desk.post(reverse("training:revoke", args=[certificate.pk]), {"reason": reason, "confirmed": "1"})
    assert "check what you entered" in answer.content.decode()
    certificate.refresh_from_db()
    assert certificate.revoked_at is None


def test_a_name_is_corrected_by_a_new_certificate(desk, certificate):
    address = reverse("training:reissue", args=[certificate.pk])
    assert 'value="Ana López"' in desk.get(address).content.decode()
    data = {"name": "Ana Lopes", "reason": "Misspelt in the import"}
    page = desk.post(address, data).content.decode()
    assert "Yes, issue anew" in page and "Ana Lopes" in page
    assert Certificate.objects.count() == 1
    page = desk.post(address, data | {"confirmed": "1"}, follow=True).content.decode()
    fresh = Certificate.objects.get(name="Ana Lopes")
    assert fresh.number in page and certificate.number in page
    certificate.refresh_from_db()
    assert certificate.replaced_by == fresh
    assert "Correct the name" not in html(desk, "certificate", certificate.pk)


def test_two_managers_at_once_do_it_once(desk, certificate):
    reissue(certificate, name="Ana Lopes", reason="first", actor=None, now=NOW)
    data = {"name": "Ana Lopez", "reason": "second", "confirmed": "1"}
    page = desk.post(reverse("training:reissue", args=[certificate.pk]), data, follow=True).content.decode()
    assert "Nothing was done" in page
    assert Certificate.objects.count() == 2


@pytest.mark.parametrize(("state", "count"), [("valid", 1), ("expired", 0), ("superseded", 1), ("revoked", 0), ("", 2)])
def test_certificates_are_filtered_by_state(desk, certificate, state, count):
    reissue(certificate, name="Ana Lopes", reason="first", actor=None, now=NOW)
    assert len(csv_of(desk, "certificates", state=state)) == count + 1


def test_expired_and_revoked_certificates_are_told_apart(desk, certificate):
    Certificate.objects.update(valid_until=timezone.localdate() - timezone.timedelta(days=1))
    assert len(csv_of(desk, "certificates", state="expired")) == 2
    revoke(certificate, reason="mistake", actor=None, now=NOW)
    assert csv_of(desk, "certificates", state="revoked")[1][0] == certificate.number
    assert len(csv_of(desk, "certificates", state="expired")) == 1


def test_an_administrator_revokes_a_certificate_without_account(client, agency, course):
    client.force_login(member(agency, Role.ADMINISTRATOR))
    visit = make_completion(course, visitor=make_visitor(), now=NOW)
    held = issue_public(visit, name="Rosa Díaz", locale="en", now=NOW)
    assert csv_of(client, "public_certificates", q=held.number)[1][0] == held.number
    assert "Rosa" not in html(client, "public_certificates", state="valid")
    address = reverse("training:revoke_public", args=[held.pk])
    assert held.number in client.get(address).content.decode()
    assert "Yes, revoke" in client.post(address, {"reason": "Sold to others"}).content.decode()
    client.post(address, {"reason": "Sold to others", "confirmed": "1"})
    held.refresh_from_db()
    assert held.state(on=timezone.localdate()) == "revoked"
    assert (
        "Nothing was done" in client.post(address, {"reason": "twice", "confirmed": "1"}, follow=True).content.decode()
    )


def test_a_training_manager_does_not_revoke_certificates_without_account(desk, course):
    held = issue_public(make_completion(course, visitor=make_visitor(), now=NOW), name="Rosa", locale="en", now=NOW)
    address = reverse("training:revoke_public", args=[held.pk])
    assert desk.post(address, {"reason": "because", "confirmed": "1"}).status_code == 404


# --- accommodations ---

GRANT = {"course_key": "", "extra_time_percent": "50", "extra_attempts": "1", "no_wait": "on"}


def test_extra_time_is_granted_changed_and_withdrawn(desk, ana, manager, course):
    desk.post(reverse("training:grant"), GRANT | {"user": ana.pk})
    granted = Accommodation.objects.get()
    assert (granted.user, granted.course_key, granted.extra_time_percent, granted.granted_by) == (
        ana,
        None,
        50,
        manager,
    )
    assert "Every course" in html(desk, "accommodations")
    address = reverse("training:accommodation", args=[granted.pk])
    desk.post(address, GRANT | {"user": ana.pk, "course_key": str(course.key), "extra_time_percent": "100"})
    granted.refresh_from_db()
    assert (granted.course_key, granted.extra_time_percent) == (course.key, 100)
    assert "Small course" in html(desk, "accommodations", q="ana")
    desk.post(reverse("training:withdraw", args=[granted.pk]))
    assert not Accommodation.objects.exists()
    actions = AuditEvent.objects.filter(action__startswith="accommodation").values_list("action", flat=True)
    assert list(actions) == ["accommodation.granted", "accommodation.changed", "accommodation.withdrawn"]
    assert all("50" not in str(event.detail) for event in AuditEvent.objects.all())


@pytest.mark.parametrize(
    "data",
    [
        {"extra_time_percent": "301"},
        {"extra_time_percent": "-1"},
        {"extra_attempts": "21"},
        {"course_key": "d2719e2c-0000-0000-0000-000000000000"},
        {"extra_time_percent": "0", "extra_attempts": "0", "no_wait": ""},
        {"user": ""},
    ],
)
def test_what_cannot_be_granted_is_refused_with_words(desk, ana, data):
    page = desk.post(reverse("training:grant"), GRANT | {"user": ana.pk} | data).content.decode()
    assert "check what you entered" in page
    assert not Accommodation.objects.exists()


def test_a_second_one_for_the_same_course_is_refused_with_words(desk, ana):
    Accommodation.objects.create(user=ana, extra_attempts=1)
    page = desk.post(reverse("training:grant"), GRANT | {"user": ana.pk}).content.decode()
    assert "already: change that one" in page
    assert Accommodation.objects.count() == 1


def test_nobody_grants_themselves_or_people_elsewhere(desk, manager, stranger):
    for user in (manager, stranger):
        desk.post(reverse("training:grant"), GRANT | {"user": user.pk})
        granted = Accommodation.objects.create(user=user, extra_attempts=1)
        assert Accommodation.objects.filter(user=user).count() == 1
        assert desk.get(reverse("training:accommodation", args=[granted.pk])).status_code == 404
        assert desk.post(reverse("training:withdraw", args=[granted.pk])).status_code == 404
    assert Accommodation.objects.count() == 2


def test_withdrawing_takes_a_post(desk, ana):
    granted = Accommodation.objects.create(user=ana, extra_attempts=1)
    assert desk.get(reverse("training:withdraw", args=[granted.pk])).status_code == 405


# --- results ---


@pytest.mark.parametrize("name", ["questions", "evaluations"])
@pytest.mark.parametrize("asked", ["d2719e2c-0000-0000-0000-000000000000", "x", "\0"])
def test_results_of_an_unknown_course_are_not_there(desk, course, name, asked):
    assert desk.get(reverse(f"training:{name}"), {"course": asked}).status_code == 404


@pytest.mark.parametrize("name", ["questions", "evaluations"])
def test_without_courses_and_answers_the_screens_say_so(desk, name):
    assert desk.get(reverse(f"training:{name}")).status_code == 200
    caches["near"].clear()
    make_course()
    assert any(words in html(desk, name) for words in ("No assessment has been handed in yet", "Too few answers"))
