"""The directory as people use it: on an old phone without scripts, by keyboard, from right to left; and nothing left behind."""

import json
import logging
from urllib.parse import urlsplit

import pytest

from directory import gazetteer, index
from directory.models import LanguageSpoken, Organisation
from tests.browser.test_journeys import AXE
from tests.directory.conftest import TOWNS
from tests.factories.directory import LocationFactory, OrganisationFactory, PhoneFactory, ServiceFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OUTLINES = {
    "type": "Topology",
    "transform": {"scale": [1, 1], "translate": [0, 0]},
    "arcs": [[[-9, 36], [12, 0], [0, 7], [-12, 0], [0, -7]]],
    "objects": {"countries": {"type": "GeometryCollection", "geometries": [{"type": "Polygon", "arcs": [[0]]}]}},
}


@pytest.fixture(autouse=True)
def entries(transactional_db, tmp_path_factory, monkeypatch):
    """Three houses in Spain, one of them a shelter, on a small gazetteer."""
    import lzma

    folder = tmp_path_factory.mktemp("towns")
    (folder / "towns.xz").write_bytes(lzma.compress(TOWNS.encode()))
    gazetteer._write(folder / "towns.sqlite3", folder / "towns.xz")
    monkeypatch.setattr(gazetteer, "file", lambda: folder / "towns.sqlite3")
    gazetteer.middle_of.cache_clear()
    for name, languages, fields in (
        ("Casa Alba", ["es", "ar"], {}),
        ("Casa Secreta", ["es"], {"is_confidential": True}),
        ("Casa del Sur", ["es"], {"city": "Sevilla", "latitude": "37.38", "longitude": "-5.97"}),
    ):
        entry = OrganisationFactory(name=name)
        service = ServiceFactory(organisation=entry, kinds=["legal", "shelter"])
        for code in languages:
            LanguageSpoken.objects.create(service=service, code=code)
        LocationFactory(organisation=entry, **fields)
        PhoneFactory(organisation=entry)
    index.refresh(Organisation.objects.values_list("pk", flat=True))


def names(page) -> list[str]:
    return [one.strip() for one in page.locator(".place__name").all_inner_texts()]


def assert_accessible(page):
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: npm ci")
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    assert not found, json.dumps([[rule["id"], [node["target"] for node in rule["nodes"]]] for rule in found], indent=1)


def test_in_spanish_on_a_small_phone_without_scripts_help_is_six_taps_away_and_nothing_is_left(
    open_context, asked, live_server, caplog
):
    context = open_context(java_script_enabled=False, viewport={"width": 320, "height": 568}, locale="es-ES")
    page = context.new_page()
    with caplog.at_level(logging.DEBUG, logger="lodestar"):
        page.goto("/es/places/")
        page.locator("#id_place").fill("Madird")
        page.locator("#id_language").select_option("ar")
        page.locator(".places__form button[type=submit]").click()
        page.wait_for_load_state()
        assert names(page) == ["Casa Alba"]
        assert page.locator(".place__call a").get_attribute("href") == "tel:+34600000000"
        page.locator(".place__name a").click()
        page.wait_for_load_state()
    assert page.locator(".entry__phone a").first.get_attribute("href") == "tel:+34600000000"
    assert context.cookies() == []
    hosts = {urlsplit(address).netloc for address in asked}
    assert hosts == {urlsplit(live_server.url).netloc}
    assert not any("Madird" in address or "?" in address for address in asked)
    assert not any("Madird" in str(vars(record)) for record in caplog.records)


@pytest.mark.parametrize("code", ["en", "ar-xb"])
@pytest.mark.parametrize("width", [320, 1280])
def test_every_page_of_the_directory_is_accessible_and_holds_at_320_pixels(open_context, code, width):
    page = open_context(bypass_csp=True, viewport={"width": width, "height": 800}).new_page()
    entry = Organisation.objects.get(name="Casa Alba")
    for path in ("", f"{entry.pk}/", "suggest/", "sheet/", f"{entry.pk}/mistake/"):
        page.goto(f"/{code}/places/{path}")
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.goto(f"/{code}/places/")
    page.locator("#id_words").fill("zzzzzz")
    page.locator(".places__form button[type=submit]").click()
    page.wait_for_load_state()
    assert page.locator(".places__nothing").count() == 1
    assert_accessible(page)
    page.goto(f"/{code}/places/suggest/")
    page.locator(".letter form button").click()
    page.wait_for_load_state()
    assert_accessible(page)


def test_the_map_is_in_step_with_the_list_and_used_by_keyboard(open_context, asked, live_server):
    page = open_context(bypass_csp=True).new_page()
    page.route("**/countries-110m.json", lambda route: route.fulfill(json=OUTLINES))
    page.goto("/en/places/")
    page.locator("#id_country").select_option("ES")
    page.get_by_role("button", name="Show places").click()
    page.wait_for_load_state()
    assert not any("countries" in address for address in asked)  # the outlines come only when they are wanted
    page.get_by_role("button", name="Show the map").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".map__mark")
    marks = page.locator(".map__mark")
    assert sorted(
        label.split(",")[0] for label in marks.evaluate_all("all => all.map(m => m.getAttribute('aria-label'))")
    ) == [
        "1 place here",
        "2 places here",
    ]
    before = page.locator("[data-map-stage] svg").get_attribute("viewBox")
    page.locator("[data-map-stage]").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("+")
    assert page.locator("[data-map-stage] svg").get_attribute("viewBox") != before
    page.keyboard.press("0")
    marks.first.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.matches('.place.is-marked')")
    assert_accessible(page)
    assert {urlsplit(address).netloc for address in asked} == {urlsplit(live_server.url).netloc}


def test_far_away_places_share_one_mark_until_one_comes_closer(page):
    page.route("**/countries-110m.json", lambda route: route.fulfill(json=OUTLINES))
    LocationFactory(
        organisation=OrganisationFactory(name="Fiji"), city="Suva", country="FJ", latitude="-18.1", longitude="178.4"
    )
    index.refresh(Organisation.objects.values_list("pk", flat=True))
    page.goto("/en/places/")
    page.locator("#id_country").select_option("")
    page.get_by_role("button", name="Show places").click()
    page.wait_for_load_state()
    page.get_by_role("button", name="Show the map").click()
    page.wait_for_selector(".map__mark")
    assert page.locator(".map__mark").count() == 2  # Spain together, and Fiji


def test_a_map_that_cannot_be_loaded_says_so_and_the_list_stays(page):
    page.route("**/countries-110m.json", lambda route: route.abort())
    page.goto("/en/places/")
    page.locator("#id_country").select_option("ES")
    page.get_by_role("button", name="Show places").click()
    page.wait_for_load_state()
    page.get_by_role("button", name="Show the map").click()
    page.get_by_text("The map could not be loaded. The list has everything.").wait_for()
    assert len(names(page)) == 3


def test_nobody_is_located_without_asking_and_the_position_stays_in_the_page(open_context, asked):
    context = open_context(geolocation={"latitude": 37.4, "longitude": -6.0}, permissions=["geolocation"])
    page = context.new_page()
    page.goto("/en/places/")
    page.locator("#id_country").select_option("ES")
    page.get_by_role("button", name="Show places").click()
    page.wait_for_load_state()
    assert names(page)[0] != "Casa del Sur"
    sent = len(asked)
    page.get_by_role("button", name="Sort by distance from me").click()
    page.get_by_text("Your position was not sent").wait_for()
    assert names(page)[0] == "Casa del Sur"
    assert "km away" in page.locator(".place__where").first.inner_text()
    assert len(asked) == sent


def test_the_search_is_walked_by_keyboard_alone(page):
    page.goto("/en/places/")
    page.locator("#id_place").focus()
    page.keyboard.type("Sevilla")
    page.keyboard.press("Enter")
    page.wait_for_url("**/places/#results")
    assert names(page)[0] == "Casa del Sur"
    page.locator(".place__name a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/places/*-*/")
    assert page.title() == "Places · Lodestar"
    page.context.route(
        "**/exit/", lambda route: route.fulfill(body="<title>elsewhere</title>", content_type="text/html")
    )
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url("**/exit/")
    assert page.title() == "elsewhere"
