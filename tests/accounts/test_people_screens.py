import pytest
from django.urls import reverse

from accounts import memberships
from accounts.models import EmailDomain, Membership, Organisation, User
from accounts.roles import Role, group_name
from kernel.models import AuditEvent, record_event
from tests.factories.accounts import member, person, unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, manager):
    client.force_login(manager)
    return client


@pytest.fixture
def office(administrator):
    from django.test import Client

    client = Client()
    client.force_login(administrator)
    return client


def people_page(client, **filters) -> str:
    return client.get(reverse("people:list"), filters).content.decode()


# --- Who sees whom ---


def test_a_manager_sees_the_people_of_own_units_and_below_and_no_others(desk, port, other_agency):
    member(port, name="Inside Below")
    member(other_agency, name="Outside Person")
    person(name="Nowhere Person")
    page = people_page(desk)
    assert "Inside Below" in page
    assert "Outside Person" not in page
    assert "Nowhere Person" not in page


def test_a_manager_of_a_unit_does_not_see_the_agency_above(client, roles, agency, port):
    member(agency, name="Above Person")
    client.force_login(member(port, Role.TRAINING_MANAGER))
    assert "Above Person" not in people_page(client)


def test_an_administrator_sees_everybody(office, other_agency):
    member(other_agency, name="Outside Person")
    person(name="Nowhere Person")
    page = people_page(office)
    assert "Outside Person" in page
    assert "Nowhere Person" in page


def test_memberships_elsewhere_are_not_shown(desk, port, other_agency):
    both = member(port, name="Both Places")
    memberships.give(both, other_agency, Role.LEARNER, by=None)
    for page in (people_page(desk), desk.get(reverse("people:person", args=[both.pk])).content.decode()):
        assert port.name in page
        assert other_agency.name not in page


@pytest.mark.parametrize("filters", [{"role": "editor"}, {"q": "Editor"}, {"state": "active"}, {"unit": "agency"}])
def test_the_list_is_searched_and_filtered(desk, agency, port, filters):
    member(port, Role.EDITOR, name="Erin Editor")
    if filters.get("unit"):
        filters = {"unit": agency.pk}
    assert "Erin Editor" in people_page(desk, **filters)


def test_a_filter_leaves_out_what_does_not_fit(desk, agency, port):
    member(agency, name="Lee Learner")
    member(port, is_active=False, name="Gone Learner")
    assert "Lee Learner" not in people_page(desk, role="editor")
    assert "Lee Learner" not in people_page(desk, unit=port.pk)
    assert "Lee Learner" not in people_page(desk, state="disabled")
    assert "Gone Learner" in people_page(desk, state="disabled")
    assert "Lee Learner" not in people_page(desk, q="nothing like it")


def test_a_foreign_unit_as_filter_reveals_nobody(desk, other_agency):
    member(other_agency, name="Outside Person")
    assert "Outside Person" not in people_page(desk, unit=other_agency.pk)


@pytest.mark.parametrize("query", ["\0", "'", '"', "%", "x" * 5000, "\n", "((("])
def test_odd_searches_are_answered(desk, query):
    assert desk.get(reverse("people:list"), {"q": query}).status_code == 200
    assert desk.get(reverse("people:list_results"), {"q": query, "p": "x", "ordering": "password"}).status_code == 200


def test_the_list_takes_no_more_queries_for_more_people(desk, port, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            people_page(desk)
        return len(queries)

    member(port)
    count()
    few = count()
    for _number in range(10):
        member(port)
    assert count() == few


# --- Foreign things are 404 ---


def test_people_of_other_agencies_are_404_on_every_screen(desk, other_agency):
    foreign = member(other_agency)
    membership = foreign.memberships.get()
    for name in ("person", "give_membership", "disable", "enable"):
        assert desk.post(reverse(f"people:{name}", args=[foreign.pk])).status_code == 404, name
    assert desk.get(reverse("people:person", args=[foreign.pk])).status_code == 404
    assert desk.post(reverse("people:take_membership", args=[foreign.pk, membership.pk])).status_code == 404
    assert desk.get(reverse("people:person", args=[999_999])).status_code == 404
    foreign.refresh_from_db()
    assert foreign.is_active
    assert Membership.objects.filter(pk=membership.pk).exists()


def test_a_membership_is_not_reached_by_way_of_another_person(desk, port):
    one, two = member(port), member(port)
    answer = desk.post(reverse("people:take_membership", args=[one.pk, two.memberships.get().pk]))
    assert answer.status_code == 404
    assert two.memberships.exists()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.LEARNER])
def test_a_manager_changes_nobody_of_higher_rank(desk, port, role):
    colleague = member(port, role)
    assert desk.post(reverse("people:disable", args=[colleague.pk])).status_code == 404
    assert desk.post(reverse("people:person", args=[colleague.pk]), {"name": "X", "language": "en"}).status_code == 404
    assert (
        desk.post(reverse("people:take_membership", args=[colleague.pk, colleague.memberships.get().pk])).status_code
        == 404
    )
    colleague.refresh_from_db()
    assert colleague.is_active


def test_a_manager_does_not_disable_somebody_who_also_belongs_elsewhere(desk, port, other_agency):
    both = member(port)
    memberships.give(both, other_agency, Role.LEARNER, by=None)
    assert desk.post(reverse("people:disable", args=[both.pk])).status_code == 404


def test_nobody_disables_themselves(desk, manager, office, administrator):
    assert desk.post(reverse("people:disable", args=[manager.pk])).status_code == 404
    assert office.post(reverse("people:disable", args=[administrator.pk])).status_code == 404


def test_a_manager_gives_the_learner_role_in_own_units_alone(desk, port, other_agency):
    learner = member(port)
    give = reverse("people:give_membership", args=[learner.pk])
    for organisation, role in ((port, Role.EDITOR), (port, Role.ADMINISTRATOR), (other_agency, Role.LEARNER)):
        desk.post(give, {"organisation": organisation.pk, "role": role})
    assert learner.memberships.count() == 1
    second = unit("Second", below=port)
    desk.post(give, {"organisation": second.pk, "role": Role.LEARNER})
    assert learner.memberships.filter(organisation=second).exists()


def test_a_manager_corrects_a_name_but_not_an_address(desk, port):
    learner = member(port, email="old@agency.example")
    desk.post(
        reverse("people:person", args=[learner.pk]),
        {
            "name": "  New   Name ",
            "language": "es",
            "agency_id": "A-1",
            "email": "mine@evil.example",
            "is_superuser": "on",
        },
    )
    learner.refresh_from_db()
    assert (learner.name, learner.language, learner.agency_id) == ("New Name", "es", "A-1")
    assert learner.email == "old@agency.example"
    assert not learner.is_superuser


def test_an_administrator_changes_an_address_and_all_sessions_end(office, port):
    from django.test import Client

    learner = member(port, email="old@agency.example")
    browser = Client()
    browser.force_login(learner)
    fields = {"name": learner.name, "language": "en", "agency_id": "", "email": "New@Agency.example"}
    office.post(reverse("people:person", args=[learner.pk]), fields)
    learner.refresh_from_db()
    assert learner.email == "new@agency.example"
    assert [address.email for address in learner.emailaddress_set.all()] == ["new@agency.example"]
    assert browser.get(reverse("accounts:profile")).status_code == 302


def test_an_address_taken_by_somebody_else_is_refused(office, port):
    person("taken@agency.example")
    learner = member(port, email="old@agency.example")
    page = office.post(
        reverse("people:person", args=[learner.pk]),
        {"name": "X", "language": "en", "agency_id": "", "email": "Taken@agency.example"},
    )
    assert "Somebody else signs in with this address." in page.content.decode()
    learner.refresh_from_db()
    assert learner.email == "old@agency.example"


# --- Effects ---


def test_groups_follow_memberships(office, port):
    learner = member(port)
    office.post(reverse("people:give_membership", args=[learner.pk]), {"organisation": port.pk, "role": Role.EDITOR})
    editor = learner.memberships.get(role=Role.EDITOR)
    assert group_name(Role.EDITOR) in learner.groups.values_list("name", flat=True)
    assert User.objects.get(pk=learner.pk).has_perm("wagtailadmin.access_admin")
    office.post(reverse("people:take_membership", args=[learner.pk, editor.pk]))
    assert group_name(Role.EDITOR) not in learner.groups.values_list("name", flat=True)
    assert not User.objects.get(pk=learner.pk).has_perm("wagtailadmin.access_admin")


def test_each_change_is_in_the_trail_with_who_did_it(office, administrator, port):
    learner = member(port)
    office.post(reverse("people:give_membership", args=[learner.pk]), {"organisation": port.pk, "role": Role.EDITOR})
    office.post(reverse("people:disable", args=[learner.pk]))
    office.post(reverse("people:enable", args=[learner.pk]))
    events = AuditEvent.objects.filter(subject=f"user:{learner.pk}", actor=administrator)
    assert list(events.values_list("action", flat=True)) == ["membership.given", "person.disabled", "person.enabled"]
    assert learner.email not in str(list(AuditEvent.objects.values()))


def test_the_last_administrator_cannot_be_lost(roles, agency):
    from accounts import people, privacy

    only = member(agency, Role.ADMINISTRATOR)
    with pytest.raises(memberships.LastAdministrator):
        memberships.take(only.memberships.get(), by=None)
    with pytest.raises(memberships.LastAdministrator):
        people.disable(only, by=None)
    with pytest.raises(memberships.LastAdministrator):
        privacy.erase(only, by=None)
    member(agency, Role.ADMINISTRATOR)
    memberships.take(only.memberships.get(), by=None)
    assert not only.memberships.exists()


def test_a_disabled_administrator_does_not_count(roles, agency):
    only = member(agency, Role.ADMINISTRATOR)
    member(agency, Role.ADMINISTRATOR, is_active=False)
    with pytest.raises(memberships.LastAdministrator):
        memberships.take(only.memberships.get(), by=None)


def test_giving_the_same_membership_twice_is_once(roles, port):
    learner = person()
    memberships.give(learner, port, Role.LEARNER, by=None)
    memberships.give(learner, port, Role.LEARNER, by=None)
    assert learner.memberships.count() == 1
    assert AuditEvent.objects.filter(action="membership.given").count() == 1


# --- Organisations ---


def organisation_fields(**more):
    return {"name": "New Unit", "code": "new-unit", "time_zone": "UTC", "above": "", "domains": "", **more}


def test_an_administrator_builds_the_tree(office, agency):
    office.post(
        reverse("people:add_organisation"), organisation_fields(above=agency.pk, domains="new.example\n@two.example")
    )
    made = Organisation.objects.get(code="new-unit")
    assert made.get_parent() == agency
    assert set(made.email_domains.values_list("domain", flat=True)) == {"new.example", "two.example"}
    assert "New Unit" in office.get(reverse("people:organisations")).content.decode()


def test_a_unit_moves_with_its_people(office, agency, port, other_agency):
    learner = member(port)
    office.post(
        reverse("people:organisation", args=[port.pk]),
        organisation_fields(name="Port", code=port.code, above=other_agency.pk),
    )
    assert Organisation.objects.get(pk=port.pk).get_parent() == other_agency
    assert learner in User.objects.in_units(
        Organisation.objects.with_units(Organisation.objects.get(pk=other_agency.pk))
    )
    office.post(reverse("people:organisation", args=[port.pk]), organisation_fields(name="Port", code=port.code))
    assert Organisation.objects.get(pk=port.pk).is_root()


def test_a_unit_cannot_belong_to_itself_or_its_own_unit(office, agency, port):
    for above in (agency, port):
        page = office.post(
            reverse("people:organisation", args=[agency.pk]),
            organisation_fields(name=agency.name, code=agency.code, above=above.pk),
        )
        assert "cannot belong to itself" in page.content.decode()
    assert Organisation.objects.get(pk=port.pk).get_parent() == agency


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"time_zone": "Nowhere/Land"}, "Write a time zone"),
        ({"domains": "not a domain!"}, "Write a domain in small letters"),
        ({"domains": "taken.example"}, "belongs to Agency already"),
        ({"code": "has space"}, "valid"),
        ({"name": ""}, "required"),
    ],
)
def test_wrong_words_about_an_organisation_are_refused(office, agency, wrong, sentence):
    EmailDomain.objects.create(domain="taken.example", organisation=agency)
    page = office.post(reverse("people:add_organisation"), organisation_fields(**wrong))
    assert sentence in page.content.decode()
    assert not Organisation.objects.filter(code="new-unit").exists()


def test_only_an_empty_unit_is_removed(office, agency, port):
    member(port)
    for organisation in (agency, port):
        office.post(reverse("people:remove_organisation", args=[organisation.pk]))
    assert Organisation.objects.filter(pk__in=[agency.pk, port.pk]).count() == 2
    empty = unit("Empty")
    office.post(reverse("people:remove_organisation", args=[empty.pk]))
    assert not Organisation.objects.filter(pk=empty.pk).exists()


def test_a_manager_finds_no_tree_to_change(desk, port):
    for name, arguments in (("organisations", []), ("add_organisation", []), ("organisation", [port.pk])):
        assert desk.get(reverse(f"people:{name}", args=arguments)).status_code == 404
    assert desk.post(reverse("people:remove_organisation", args=[port.pk])).status_code == 404


# --- Audit trail ---


def test_an_administrator_reads_and_filters_the_trail(office, administrator):
    record_event("thing.happened", actor=administrator, subject="thing:1", detail={"count": 3})
    record_event("other.happened", subject="thing:2")
    page = office.get(reverse("people:audit"), {"action": "thing.happened"}).content.decode()
    table = page.split("<tbody", 1)[1]
    assert "thing:1" in table
    assert "count: 3" in table
    assert "thing:2" not in table


def test_the_trail_takes_no_writing(office):
    assert office.post(reverse("people:audit")).status_code == 405


def test_managers_do_not_read_the_trail(desk):
    assert desk.get(reverse("people:audit")).status_code == 404
    assert desk.get(reverse("people:audit_results")).status_code == 404


def test_a_changed_or_removed_event_is_found(db):
    from io import StringIO

    from django.core.management import CommandError, call_command

    for number in range(4):
        record_event("thing.happened", subject=f"thing:{number}")
    words = StringIO()
    call_command("verify_audit", stdout=words)
    assert "whole: 4 events" in words.getvalue()
    second, third = AuditEvent.objects.order_by("pk")[1:3]
    AuditEvent.objects.filter(pk=second.pk).update(detail={"forged": True})
    with pytest.raises(CommandError, match=f"event {second.pk} "):
        call_command("verify_audit")
    second.delete()
    with pytest.raises(CommandError, match=f"event {third.pk} "):
        call_command("verify_audit")
