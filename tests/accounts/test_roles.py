import re
from collections import deque
from html import unescape

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import MFA_ROLES, ROLES, Role, group_name, missing_permissions, sync_groups, sync_person
from tests.factories.accounts import PASSWORD, member, person

pytestmark = pytest.mark.django_db


def test_every_permission_that_a_role_names_exists(roles):
    by_migration = {"wagtail_localize.submit_translation"}  # a package's migration makes it; tests run without them
    assert set(missing_permissions()) <= by_migration


def test_syncing_again_changes_nothing_and_takes_back_what_was_set_by_hand(roles):
    from django.contrib.auth.models import Permission

    editors = Group.objects.get(name=group_name(Role.EDITOR))
    before = set(editors.permissions.values_list("pk", flat=True))
    editors.permissions.add(Permission.objects.get(codename="delete_user"))
    sync_groups()
    assert set(editors.permissions.values_list("pk", flat=True)) == before
    assert Group.objects.filter(name__startswith="Lodestar: ").count() == len(Role)


def test_the_command_gives_everybody_the_groups_of_their_memberships(roles, agency):
    editor = member(agency, Role.EDITOR)
    editor.groups.clear()
    call_command("sync_roles")
    assert [group.name for group in editor.groups.all()] == [group_name(Role.EDITOR)]


def test_groups_of_others_are_left_alone(roles, agency):
    editor = member(agency, Role.EDITOR)
    editor.groups.add(Group.objects.create(name="Choir"))
    sync_person(editor)
    assert editor.groups.filter(name="Choir").exists()


def test_every_role_that_opens_the_admin_is_one_that_needs_a_second_factor():
    opens = {role for role, powers in ROLES.items() if "wagtailadmin.access_admin" in powers.extra}
    assert opens == MFA_ROLES
    assert Role.LEARNER not in opens


def test_no_role_holds_permissions_on_people_s_rows(roles):
    held = Group.objects.filter(name__startswith="Lodestar: ").values_list("permissions__codename", flat=True)
    assert not {
        codename for codename in held if codename and re.search(r"_(user|group|membership|permission)$", codename)
    }


# --- What each role reaches, found by crawling with the most powerful one ---

# Below /admin/: what only an administrator may open.
ADMINISTRATOR_ONLY = (
    "organisations/",
    "audit/",
    "locale/",
    "sites/",
    "redirects/",
    "workflows/list/",
    "workflows/tasks/",
)
# What Wagtail shows to anybody: the words and icons of its interface, nothing of ours.
OPEN = {"/admin/jsi18n/": 200, "/admin/sprite/": 200}
PEOPLE = ("people/", "invitations/")
CHANGES = re.compile(
    r"/(delete|logout|publish|unpublish|lock|unlock|move|copy|erase|dismiss|login)/|/javascript_catalog/"
)


def crawl(client, start="/admin/", most=400) -> set[str]:
    """Every admin address that the admin's own pages name, starting at its first."""
    seen, waiting = {start}, deque([start])
    while waiting and len(seen) < most:
        address = waiting.popleft()
        answer = client.get(address)
        if answer.status_code != 200 or "html" not in answer["Content-Type"]:
            continue
        # The menu's addresses stand in the page as JSON, so every quoted one counts.
        for link in re.findall(r"""["'](/admin/[^"'#?\s<>&]*/)["'#?]""", unescape(answer.content.decode())):
            if link not in seen and not CHANGES.search(link):
                seen.add(link)
                waiting.append(link)
    return seen


@pytest.fixture
def addresses(roles, agency, port):
    root = User.objects.create_superuser("root@agency.example", PASSWORD, name="Root")
    member(port, name="Some Learner")
    client = Client()
    client.force_login(root)
    found = crawl(client)
    found |= {
        reverse(f"people:{name}") for name in ("audit_results", "list_results", "invitations_results", "invite_table")
    }
    found |= {"/admin/users/", "/admin/groups/", "/admin/reports/site-history/"}
    assert len(found) > 60
    return sorted(found)


def reached(role, agency, addresses) -> dict[str, int]:
    client = Client()
    client.force_login(member(agency, role))
    return {address: client.get(address).status_code for address in addresses}


def below(addresses, *prefixes):
    return {address for address in addresses if address.startswith(tuple(f"/admin/{prefix}" for prefix in prefixes))}


def wrongly_open(statuses, *prefixes) -> dict[str, int]:
    return {address: statuses[address] for address in below(statuses, *prefixes) if statuses[address] == 200}


def test_a_learner_and_a_stranger_reach_nothing(addresses, agency):
    stranger = Client()
    seen_by_stranger = {address: stranger.get(address).status_code for address in addresses}
    for statuses in (reached(Role.LEARNER, agency, addresses), seen_by_stranger):
        assert {address: status for address, status in statuses.items() if status not in {302, 403, 404, 405}} == OPEN


@pytest.mark.parametrize("role", [Role.EDITOR, Role.TRANSLATOR, Role.COORDINATOR])
def test_makers_reach_neither_people_nor_settings(addresses, agency, role):
    statuses = reached(role, agency, addresses)
    assert wrongly_open(statuses, *PEOPLE, *ADMINISTRATOR_ONLY, "users/", "groups/") == {}
    assert statuses["/admin/"] == 200
    assert max(statuses.values()) < 500


def test_a_manager_reaches_people_and_no_settings_or_pages(addresses, agency):
    statuses = reached(Role.TRAINING_MANAGER, agency, addresses)
    assert {statuses[reverse(f"people:{name}")] for name in ("list", "invitations", "invite", "invite_table")} == {200}
    assert wrongly_open(statuses, *ADMINISTRATOR_ONLY, "groups/", "documents/", "snippets/") == {}
    assert max(statuses.values()) < 500


def test_a_chooser_is_for_those_who_write_pages_or_look_after_what_it_lists(roles, agency):
    questions, hotlines = "/admin/snippets/choose/courses/question/", "/admin/snippets/choose/hotlines/hotline/"
    seen = {role: reached(role, agency, [questions, hotlines]) for role in MFA_ROLES}
    assert {role for role in MFA_ROLES if seen[role][questions] == 200} == {
        Role.EDITOR,
        Role.TRANSLATOR,
        Role.ADMINISTRATOR,
    }
    assert seen[Role.COORDINATOR][hotlines] == 200
    assert seen[Role.TRAINING_MANAGER] == {questions: 404, hotlines: 404}


def test_an_administrator_reaches_all_of_people_and_nothing_fails(addresses, agency):
    statuses = reached(Role.ADMINISTRATOR, agency, addresses)
    for name in ("list", "invitations", "invite", "invite_table", "organisations", "add_organisation", "audit"):
        assert statuses[reverse(f"people:{name}")] == 200
    assert max(statuses.values()) < 500


def test_wagtail_s_own_screens_for_people_are_away(roles, agency, administrator):
    client = Client()
    client.force_login(administrator)
    assert client.get("/admin/users/")["Location"] == reverse("people:list")
    assert client.get("/admin/groups/").status_code == 404
    assert client.get("/admin/users/add/").status_code == 404
    client.force_login(member(agency, Role.EDITOR))
    assert client.get("/admin/users/", follow=True).status_code == 404
    assert client.post(f"/admin/bulk/accounts/user/delete/?id={administrator.pk}").status_code in {302, 403, 404}
    assert User.objects.filter(pk=administrator.pk).exists()


def test_a_disabled_administrator_has_no_power_left(agency, roles):
    gone = member(agency, Role.ADMINISTRATOR, is_active=False)
    assert not gone.is_administrator
    assert not gone.is_staff
    assert not person().is_staff
