"""A kit in a real browser: ordered, watched, downloaded; without scripts; cancelled; nothing for axe to find."""

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.roles import Role, sync_groups
from posters import jobs, press, starter, workshop
from posters.models import CampaignWords, Kit, KitState, Sheet
from tests.factories.accounts import member, unit
from tests.factories.hotlines import make_hotline
from tests.factories.kits import LETTER

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(autouse=True)
def own_store(tmp_path, monkeypatch):
    monkeypatch.setattr("posters.store.place", lambda key, kind: tmp_path / "sheets" / f"{key}.{kind}")
    monkeypatch.setattr("posters.doorbell.lock_file", lambda: tmp_path / "kits.lock")  # tests run side by side
    yield
    press.pool.stop()


@pytest.fixture
def cora(transactional_db):
    starter.load(("en", "es", "ar"))
    sync_groups()
    make_hotline(code="us-help", hours="24/7", toll_free=True, confidential=True)
    return member(unit(), Role.COORDINATOR, name="Cora")


@pytest.fixture
def sign_in(live_server):
    """Gives a browser the session of a person, as a sign-in would."""

    def give(context, person):
        client = Client()
        client.force_login(person)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])

    return give


def order(person, *languages) -> Kit:
    choices = [replace(LETTER, languages=(language,)) for language in languages]
    return jobs.order_kit(person, choices, "For the clinic", timezone.now())


def url(name, *args, code="en"):
    with translation.override(code):
        return reverse(f"posters:{name}", args=args)


def test_a_kit_is_watched_without_a_reload_and_downloaded(open_context, sign_in, cora, tmp_path):
    kit = order(cora, "en", "es", "ar")
    context = open_context(accept_downloads=True)
    sign_in(context, cora)
    page = context.new_page()
    page.goto(url("kit", kit.pk))
    assert page.locator(".kit__status").inner_text().startswith("The kit is waiting for its turn.")
    page.evaluate("window.stayed = true")
    page.get_by_role("button", name="Cancel").focus()
    workshop.run()
    page.get_by_text("The kit is ready. 3 of 3 sheets are made.").first.wait_for()
    assert page.evaluate("window.stayed") is True
    assert page.evaluate("document.activeElement.matches('a.usa-button')")  # where Cancel was, the download stands now
    assert "The kit is ready" in page.locator("#kit-news").inner_text()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download 3 sheets").click()
    waiting.value.save_as(tmp_path / "kit.zip")
    with zipfile.ZipFile(tmp_path / "kit.zip") as bundle:
        assert bundle.testzip() is None and len(bundle.namelist()) == 6
        assert bundle.read(bundle.namelist()[0]).startswith(b"%PDF")


def test_without_scripts_the_page_refreshes_itself_and_everything_works(open_context, sign_in, cora):
    kit = order(cora, "en")
    context = open_context(java_script_enabled=False)
    sign_in(context, cora)
    page = context.new_page()
    page.goto(url("kit", kit.pk))
    page.get_by_role("link", name="Refresh now").click()
    workshop.run()
    page.get_by_text("The kit is ready. 1 of 1 sheet is made.").first.wait_for()  # nobody touched anything
    page.get_by_role("button", name="Order again").click()
    page.get_by_text("The kit is ready.").first.wait_for()  # the store has it
    other = order(cora, "es")
    page.goto(url("kit", other.pk))
    page.get_by_role("button", name="Cancel").click()
    assert page.get_by_text("What was made already stays.").is_visible()
    other.refresh_from_db()
    assert other.state == KitState.CANCELLED


def test_a_kit_is_deleted_only_after_a_question(open_context, sign_in, cora):
    kit = order(cora, "en")
    context = open_context()
    sign_in(context, cora)
    page = context.new_page()
    page.goto(url("kit_delete", kit.pk))
    page.get_by_role("link", name="Keep it").click()
    assert Kit.objects.exists()
    page.goto(url("kit_delete", kit.pk))
    page.get_by_role("button", name="Delete").click()
    page.get_by_text("The kit was deleted.").wait_for()
    assert not Kit.objects.exists()


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed: npm ci")
@pytest.mark.parametrize("code", ["en", "ar-xb"])
def test_axe_finds_nothing_in_any_state_and_narrow_pages_do_not_scroll_sideways(open_context, sign_in, cora, code):
    context = open_context(bypass_csp=True, viewport={"width": 320, "height": 700})
    sign_in(context, cora)
    page = context.new_page()
    source, found = AXE.read_text(), {}

    def look(name, address):
        assert page.goto(address).status == 200, name
        page.evaluate(source)
        told = page.evaluate("axe.run({resultTypes: ['violations']})")
        assert told["passes"], name
        if told["violations"]:
            found[name] = [(v["id"], [node["html"][:160] for node in v["nodes"]][:3]) for v in told["violations"]]
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, (name, wide)

    look("no kits", url("kits", code=code))
    CampaignWords.objects.filter(language="es").delete()
    kit = order(cora, "en", "es", "ar")
    look("waiting", url("kit", kit.pk, code=code))
    workshop.run()
    Sheet.objects.filter(languages="en").update(outdated_at=timezone.now())
    look("done", url("kit", kit.pk, code=code))
    look("failed rows", url("kit", kit.pk, code=code) + "?show=failed")
    look("kits", url("kits", code=code))
    look("nothing fits", url("kits", code=code) + "?q=zzz")
    look("delete", url("kit_delete", kit.pk, code=code))
    jobs.retry(kit, now=timezone.now())
    jobs.cancel(kit, now=timezone.now())
    look("cancelled", url("kit", kit.pk, code=code))
    assert not found, json.dumps(found, indent=1, ensure_ascii=False)
