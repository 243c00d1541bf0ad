"""The poster studio and the gallery in a real browser: with scripts, without, by keyboard, on a phone, from right to left."""

import io
import json
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.roles import Role, sync_groups
from hotlines.models import Confidence, Hotline
from posters import gallery, starter
from posters.choice import Choice
from posters.models import CampaignWords, CommonWords, Kit
from tests.factories.accounts import member, unit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
STEPS = ["campaign", "place", "languages", "sheets", "options", "make"]
SMALL = [("language", "en"), ("language", "ar"), ("sheet", "card.sticker"), ("sheet", "card.card-3x5")]
WEAK = [("country", "GB"), ("hotline", "gb-weak"), ("language", "en"), ("sheet", "card.sticker")]


@pytest.fixture(autouse=True)
def house(transactional_db, settings):
    row = {"is_published": True, "hours": "24/7", "languages": "en|es"}
    Hotline.objects.create(
        code="us-voice", name_en="Help line", country="US", phone_display="1-800-555-0199", phone_e164="+18005550199",
        confidence=Confidence.HIGH, toll_free=True, interpreter_languages=200, **row,
    )  # fmt: skip
    Hotline.objects.create(
        code="gb-weak", name_en="Weak line", country="GB", phone_display="0808 157 0192", phone_e164="+448081570192",
        confidence=Confidence.LOW, **row,
    )  # fmt: skip
    starter.load(("en", "es", "ar"))
    sync_groups()


@pytest.fixture
def coordinator():
    return member(unit("Agency"), Role.COORDINATOR, name="Cora Coordinator")


@pytest.fixture
def open_signed_in(open_context, live_server, coordinator):
    """Makes a browser in which the coordinator is signed in."""
    client = Client()
    client.force_login(coordinator)
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME].value

    def make(**options):
        context = open_context(**options)
        context.add_cookies([{"name": django_settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        return context.new_page()

    return make


def studio(*pairs, code="en", **more) -> str:
    return f"/{code}/posters/studio/?{urlencode([*pairs, *more.items()])}"


def chosen(page) -> dict:
    return parse_qs(urlsplit(page.url).query)


def tile(page, value):
    """Click the words of a choice: the field itself lies behind them."""
    page.locator(f'label[for="{page.locator(f"""#studio-step [value="{value}"]""").get_attribute("id")}"]').click()


def go_on(page):
    page.get_by_role("button", name="Next").click()


def picture(page):
    return page.locator(".studio-paper img")


def until(page, script):
    """Wait until a script of the page says yes. (Playwright's own way is refused by the policy of the pages.)"""
    for _ in range(150):
        if page.evaluate(script):
            return
        page.wait_for_timeout(100)
    raise AssertionError(script)


def publish(*codes):
    for number, code in enumerate(codes):
        for words in (*CommonWords.objects.filter(language=code), *CampaignWords.objects.filter(language=code)):
            words.review(None, on=timezone.localdate())
        poster = gallery.offer(f"Poster {number}", Choice("dont-be-fooled", "card", "sticker", (code,)))
        gallery.approve(poster, by=None, now=timezone.now())


def test_a_coordinator_walks_from_the_campaign_to_the_kit(open_signed_in, coordinator):
    page = open_signed_in()
    page.goto(studio(("sheet", "card.sticker")))
    tile(page, "your-papers")
    page.wait_for_selector('[data-studio][data-address*="your-papers"]')
    go_on(page)
    page.get_by_role("heading", name="Where will the sheets hang?").wait_for()
    go_on(page)
    page.get_by_role("group", name="Which languages?").wait_for()
    tile(page, "ar")
    page.get_by_role("navigation", name="Language of the preview").get_by_role("link", name="Arabic").click()
    page.wait_for_selector('.studio-paper img[lang="ar"]')
    assert (
        page.get_by_role("navigation", name="Language of the preview").locator("[aria-current]").inner_text()
        == "Arabic"
    )
    go_on(page)
    tile(page, "card.card-3x5")
    page.get_by_text("2 languages, 2 kinds of sheets: 4 files.").wait_for()
    go_on(page)
    page.get_by_label("Issued by").fill("County of Somewhere")
    go_on(page)
    page.get_by_role("heading", name="All sheets").wait_for()
    assert page.locator("[data-sheet]").count() == 4
    asked = chosen(page)
    assert asked["campaign"] == ["your-papers"] and asked["language"] == ["en", "ar"]
    assert asked["issued_by"] == ["County of Somewhere"]

    page.reload()  # the address holds it all
    assert page.locator("[data-sheet]").count() == 4 and picture(page).get_attribute("lang") == "ar"
    with page.expect_download() as taken:
        page.get_by_role("link", name="Download PDF").click()
    body = Path(taken.value.path()).read_bytes()
    assert body.startswith(b"%PDF") and taken.value.suggested_filename.startswith("your-papers-ar-card-sticker")
    page.get_by_role("button", name="Make the kit").click()
    page.get_by_text("Read the warnings, then tick this box.").wait_for()
    page.get_by_label("I have read the warnings on this page.").check()
    page.get_by_role("button", name="Make the kit").click()
    page.wait_for_url("**/posters/kits/*/")
    assert Kit.objects.get().made_by == coordinator


def test_back_in_the_browser_goes_back_a_step(open_signed_in):
    page = open_signed_in()
    page.goto(studio(*SMALL, step="campaign"))
    go_on(page)
    page.get_by_label("Country").wait_for()
    page.go_back()
    page.get_by_role("group", name="Which campaign?").wait_for()
    assert chosen(page)["step"] == ["campaign"]


def test_enter_in_a_field_goes_on_with_what_was_typed(open_signed_in):
    page = open_signed_in()
    page.goto(studio(("language", "en"), ("sheet", "card.sticker"), step="options"))
    page.get_by_label("Issued by").fill("County of Somewhere")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="All sheets").wait_for()
    assert chosen(page)["issued_by"] == ["County of Somewhere"] and chosen(page)["step"] == ["make"]


def test_without_scripts_the_buttons_do_the_same(open_signed_in):
    page = open_signed_in(java_script_enabled=False)
    page.goto(studio(("sheet", "card.sticker"), ("language", "en"), step="languages"))
    tile(page, "es")
    page.get_by_role("button", name="Show the preview").click()
    page.get_by_role("navigation", name="Language of the preview").get_by_role("link", name="Spanish").click()
    assert picture(page).get_attribute("lang") == "es"
    go_on(page)
    go_on(page)
    page.locator('label[for="saver"]').click()
    go_on(page)
    assert page.locator("[data-sheet]").count() == 2 and chosen(page)["saver"] == ["on"]


def tab_to(page, wanted, key="Tab"):
    for _ in range(120):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} does not lead to {wanted} on {page.url}")


def test_by_keyboard_alone(open_signed_in):
    page = open_signed_in()
    page.goto(studio(("language", "en"), ("sheet", "card.sticker"), step="languages"))
    tab_to(page, "#language-ar")
    page.keyboard.press("Space")
    page.wait_for_selector("#studio-side .studio-chips li:nth-child(2) a")
    assert page.evaluate("document.activeElement.id") == "language-ar"  # the new parts leave the focus where it was
    tab_to(page, "#studio-step button[name=step]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#studio-step .studio-design")
    tab_to(page, ".studio-steps a[href*='step=make']", "Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-sheet]")
    tab_to(page, "[data-sheet]:nth-child(2) a[data-swap]")
    page.keyboard.press("Enter")
    page.wait_for_selector('.studio-paper img[lang="ar"]')
    tab_to(page, ".studio-paper")


def test_the_arabic_preview_shows_the_drawn_sheet(open_signed_in, live_server):
    page = open_signed_in()
    page.goto(studio(("language", "ar"), ("sheet", "wall.letter"), step="options"))
    until(page, "document.querySelector('.studio-paper img').complete")
    width, height = page.evaluate(
        "(i => [i.naturalWidth, i.naturalHeight])(document.querySelector('.studio-paper img'))"
    )
    assert height == 1400 and abs(width / height - 8.5 / 11) < 0.01
    body = page.request.get(live_server.url + picture(page).get_attribute("src")).body()
    assert len(set(Image.open(io.BytesIO(body)).convert("P").getdata())) > 20  # a drawing, not a blank page
    assert picture(page).get_attribute("alt").startswith(CampaignWords.objects.get(
        language="ar", campaign__code="dont-be-fooled").headline.replace("|", " ")[:5])  # fmt: skip
    page.get_by_role("link", name="200 %").click()
    page.wait_for_selector(".studio-paper--double img")
    until(page, "document.querySelector('.studio-paper img').naturalWidth == 1632")


def addresses() -> dict[str, str]:
    found = {f"step {step}": studio(*SMALL, step=step) for step in STEPS}
    found["together"] = studio(*SMALL, step="languages", arrange="together")
    found["nothing chosen"] = studio(step="sheets")
    found["weak"] = studio(*WEAK, step="place")
    found["too long"] = studio(("language", "es"), ("sheet", "card.sticker"), step="options")
    found["strange"] = studio(*SMALL, step="options", campaign="nothing", issued_by="x" * 90)
    found["rule"] = studio(*SMALL, step="options", rule="US-CA")
    return found


@pytest.fixture
def filled():
    CampaignWords.objects.filter(language="es").update(headline="Irrompible" * 7)
    publish("en", "ar")


def in_language(address, code):
    return address.replace("/en/", f"/{code}/", 1)


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_scrolls_sideways(open_signed_in, filled, width):
    page = open_signed_in(viewport={"width": width, "height": 800})
    too_wide = {}
    for name, address in (addresses() | {"gallery": "/en/posters/"}).items():
        assert page.goto(address).status == 200, name
        taken, given = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        if taken > given:
            too_wide[name] = taken
    assert not too_wide


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed: npm ci")
@pytest.mark.parametrize(("code", "scheme"), [("en", "light"), ("ar-xb", "dark")])
def test_axe_finds_nothing(open_signed_in, filled, code, scheme):
    page = open_signed_in(bypass_csp=True, color_scheme=scheme)
    source, found = AXE.read_text(), {}
    empty = {"gallery": "/en/posters/", "gallery, nothing fits": "/en/posters/?language=xx"}
    for name, address in (addresses() | empty).items():
        assert page.goto(in_language(address, code)).status == 200, name
        page.evaluate(source)
        told = page.evaluate("axe.run({resultTypes: ['violations']})")
        assert told["passes"], name
        if told["violations"]:
            found[name] = [(v["id"], [node["html"][:160] for node in v["nodes"]][:3]) for v in told["violations"]]
    assert not found, json.dumps(found, indent=1, ensure_ascii=False)


def test_a_visitor_takes_a_poster_without_scripts_and_without_a_cookie(open_context, live_server, filled, asked):
    context = open_context(java_script_enabled=False)
    page = context.new_page()
    page.goto("/en/posters/")
    assert page.locator("[data-poster]").count() == 2
    page.get_by_role("combobox", name="Language").select_option("ar")
    page.get_by_role("button", name="Show").click()
    assert page.locator("[data-poster]").count() == 1 and page.locator('.gallery__paper img[lang="ar"]').count() == 1
    with page.expect_download() as taken:
        page.get_by_role("link", name="Download PDF").click()
    assert Path(taken.value.path()).read_bytes().startswith(b"%PDF")
    assert page.get_by_role("link", name="Exit this page").first.is_visible() and context.cookies() == []
    assert {urlsplit(address).netloc for address in asked} == {urlsplit(live_server.url).netloc}
