"""An editor brings a file in, merges two entries and answers an organisation: by mouse and keyboard, with axe at zero."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.roles import Role
from directory.exchange import batches
from directory.exchange.models import Merge, Pairing
from directory.models import Location, Organisation, Phone, Service
from directory.models.entries import State
from directory.upkeep import links
from tests.directory import hsds_examples as examples
from tests.factories.accounts import member, unit
from tests.factories.courses import make_home

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def pair(transactional_db):
    make_home()
    today = timezone.localdate()
    for name, email in (("Harbour House", "a@harbour.example"), ("Harbor House Inc.", "b@harbour.example")):
        entry = Organisation.objects.create(
            name=name, country="US", email=email, state=State.PUBLISHED, verified_on=today - timedelta(days=300)
        )
        Phone.objects.create(organisation=entry, number="+1 202 555 0111")
        Service.objects.create(organisation=entry, name=f"Shelter of {name}")
        Location.objects.create(organisation=entry, city="Boston", country="US")
    batches.find_pairings(now=timezone.now())
    return Pairing.objects.get()


@pytest.fixture
def desk(open_context, live_server, pair):
    """A page signed in as an editor."""
    client = Client()
    client.force_login(member(unit(), Role.EDITOR))
    context = open_context(bypass_csp=True, viewport={"width": 1280, "height": 900})
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    return context.new_page()


def violations(page):
    page.evaluate(AXE.read_text())
    told = page.evaluate("axe.run('#main', {resultTypes: ['violations']})")
    assert told["passes"]
    return [(one["id"], [node["html"][:160] for node in one["nodes"]][:3]) for one in told["violations"]]


def test_a_file_goes_in_and_out_again_without_a_mouse(desk, tmp_path):
    file = tmp_path / "example.json"
    file.write_text(json.dumps(examples.ORGANIZATION_FULL))
    desk.goto("/admin/directory/imports/")
    desk.get_by_label("File").set_input_files(file)
    desk.get_by_label("Publisher").fill("Example data")
    desk.get_by_role("button", name="Check this file").focus()
    desk.keyboard.press("Enter")
    desk.get_by_role("heading", name="Example Organization Inc.").wait_for()
    assert not Organisation.objects.filter(name="Example Organization Inc.").exists()
    desk.get_by_role("button", name="Take it over").focus()
    desk.keyboard.press("Enter")
    desk.get_by_text("Taken over: 1 new").wait_for()
    desk.get_by_role("link", name="Undo this import").click()
    desk.get_by_role("button", name="Undo this import").click()
    desk.get_by_text("1 entry was put back").wait_for()
    assert not Organisation.objects.filter(name="Example Organization Inc.").exists()


def test_two_entries_become_one_and_two_again(desk, pair):
    desk.goto(f"/admin/directory/duplicates/{pair.pk}/")
    desk.get_by_role("radio", name="Harbor House Inc. (Published)").check()
    desk.get_by_role("radio", name="e-mail: a@harbour.example").check()
    desk.get_by_role("button", name="Merge", exact=True).click()
    desk.get_by_text("Merged into “Harbor House Inc.”").wait_for()
    kept = Organisation.objects.get(name="Harbor House Inc.")
    assert kept.email == "a@harbour.example" and kept.services.count() == 2
    desk.get_by_role("button", name="Undo the merge of Harbour House").click()
    desk.get_by_text("There are two entries again").wait_for()
    assert Merge.objects.get().undone_at and Organisation.objects.filter(state=State.PUBLISHED).count() == 2


def test_an_organisation_corrects_itself_on_a_phone_without_scripts(open_context, pair):
    link = links.make(pair.one, now=timezone.now())
    context = open_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto("/" + links.address_of(link).split("/", 3)[3])
    page.get_by_label("Website").fill("https://new.example")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    link.refresh_from_db()
    assert link.changes["organisation:website"]["new"] == "https://new.example"
    assert context.cookies() == []


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed: npm ci")
def test_axe_finds_nothing_on_the_screens_of_the_directory(desk, pair, tmp_path):
    link = links.make(pair.one, now=timezone.now())
    links.answer(
        link, changes={"organisation:website": {"old": "", "new": "https://a.example"}}, remark="x", now=timezone.now()
    )
    batch = batches.check_bytes(
        json.dumps(examples.ORGANIZATION_FULL).encode(), "a.json", source=batches.Source("A"), now=timezone.now()
    )
    found = {}
    for path in (
        "/admin/directory/imports/",
        f"/admin/directory/imports/{batch.pk}/",
        "/admin/directory/duplicates/",
        f"/admin/directory/duplicates/{pair.pk}/",
        "/admin/directory/checks/",
        f"/admin/directory/checks/{pair.one_id}/",
        f"/admin/directory/answers/{link.pk}/",
    ):
        assert desk.goto(path).status == 200, path
        if told := violations(desk):
            found[path] = told
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("id,name,country\na,=1,US\n")
    desk.goto("/admin/directory/imports/")
    desk.get_by_label("File").set_input_files(wrong)
    desk.get_by_label("Publisher").fill("Example data")
    desk.get_by_role("button", name="Check this file").click()
    desk.get_by_text("wrong.csv, line 2, name").wait_for()
    if told := violations(desk):
        found["a refused file"] = told
    assert not found, json.dumps(found, indent=1)


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed: npm ci")
@pytest.mark.parametrize("code", ["en", "es"])
def test_axe_finds_nothing_on_the_pages_of_links_and_partners(open_context, pair, code):
    page = open_context(bypass_csp=True, viewport={"width": 320, "height": 640}).new_page()
    link = links.make(pair.one, now=timezone.now())
    update = "/" + links.address_of(link, code).split("/", 3)[3]
    found = {}
    for path, status in ((update, 200), (f"/{code}/directory/update/x/", 404), (f"/{code}/places/embed/", 200)):
        assert page.goto(path).status == status
        taken, given = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        page.evaluate(AXE.read_text())
        told = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
        if told or taken > given:
            found[path] = [(one["id"], [node["html"][:160] for node in one["nodes"]][:3]) for one in told] + [taken]
    assert not found, json.dumps(found, indent=1)
