"""The search page: it helps, and it keeps nothing of what was asked."""

import json
import logging
import re

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from directory.models import LanguageSpoken
from kernel.models import AuditEvent
from tests.factories.directory import LocationFactory, OrganisationFactory, PhoneFactory, ServiceFactory

pytestmark = pytest.mark.django_db
PAGE = "/en/places/"
LIMIT_BYTES = 100_000
SECRET = "Zuflucht Morgenrot"


@pytest.fixture
def house(indexed):
    """A house in Madrid that answers in Spanish and Arabic, with a telephone."""
    entry = OrganisationFactory(name="Casa Alba")
    service = ServiceFactory(organisation=entry, name="Counselling", kinds=["psychological", "legal"], cost="free")
    for code in ("es", "ar"):
        LanguageSpoken.objects.create(service=service, code=code)
    LocationFactory(organisation=entry)
    PhoneFactory(organisation=entry)
    indexed()
    return entry


def names(response) -> list[str]:
    text = response.content.decode()
    return re.findall(r'class="place__name">.*?<bdi>(.*?)</bdi>', text, re.S)


def test_a_town_and_a_language_lead_to_a_number_to_call(client, house):
    response = client.post(PAGE, {"place": "madrid", "language": "ar"})
    text = response.content.decode()
    assert names(response) == ["Casa Alba"]
    assert 'href="tel:+34600000000"' in text and "less than 2 km away" in text
    assert "Arabic" in text and "Not confirmed" in text


def test_an_entry_that_does_not_speak_the_language_is_not_offered(client, house, indexed):
    other = ServiceFactory(organisation=OrganisationFactory(name="Faraway", country="FJ"))
    LanguageSpoken.objects.create(service=other, code="vi")
    indexed()
    assert names(client.post(PAGE, {"place": "madrid", "language": "vi"})) == []


def test_what_was_chosen_stays_in_the_form_and_out_of_the_address(client, house):
    response = client.post(PAGE, {"place": "Мадрид", "language": "ar", "open_now": "on", "words": "<b>x"})
    text = response.content.decode()
    assert response.status_code == 200 and "Location" not in response
    assert 'value="Мадрид"' in text and 'value="ar" selected' in text and 'value="&lt;b&gt;x"' in text
    assert re.search(r'name="open_now" checked', text)


def test_words_in_the_address_are_ignored(client, house):
    response = client.get(PAGE + "?words=zzzz&country=ES")
    text = response.content.decode()
    assert 'value="zzzz"' not in text and 'value="ES" selected' not in text


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("path", ["", "sheet/", "suggest/", "entry", "mistake"])
def test_no_cookie_nothing_stored_no_referrer(client, house, method, path):
    paths = {"entry": f"{house.pk}/", "mistake": f"{house.pk}/mistake/"}
    response = getattr(client, method)(PAGE + paths.get(path, path))
    assert response.status_code == 200 and not response.cookies
    assert "no-store" in response["Cache-Control"] and response["Referrer-Policy"] == "no-referrer"
    assert ("geolocation=(self)" in response["Permissions-Policy"]) is (path == "")
    assert "unsafe-inline" not in response["Content-Security-Policy"]
    title = re.search(r"<title>(.*?)</title>", response.content.decode())[1]
    assert title == "Places · Lodestar"


def test_nothing_of_a_search_is_logged_or_recorded(client, house, caplog):
    events = AuditEvent.objects.count()
    with caplog.at_level(logging.DEBUG, logger="lodestar"), caplog.at_level(logging.DEBUG, logger="django.request"):
        client.post(PAGE, {"words": SECRET, "place": "Madrid", "country": "ES"})
        client.post(PAGE + "sheet/", {"country": "QQ", "place": SECRET})
    for record in caplog.records:
        assert SECRET not in record.getMessage() and "Madrid" not in str(vars(record))
    assert AuditEvent.objects.count() == events


@pytest.mark.parametrize(
    "asked",
    [
        {"words": "\x00\"'" * 100}, {"place": "\x00"}, {"place": "a" * 100_000}, {"country": "XX"}, {"radius": "-1"},
        {"radius": "9" * 400}, {"page": "9" * 400}, {"page": "-3"}, {"place_key": "1e9"}, {"place_key": "9" * 60, "place": "Madrid"},
        {"kind": "<script>"}, {"language": "'"}, {"words": "🙂 " * 700},
    ],
)  # fmt: skip
def test_nothing_sent_ends_in_an_error(client, house, asked):
    response = client.post(PAGE, asked)
    assert response.status_code == 200 and "<script>" not in response.content.decode().replace("<script src", "")


def test_an_unknown_place_is_said_and_left_out(client, house):
    text = client.post(PAGE, {"place": "Qqqqville", "country": "ES"}).content.decode()
    assert "This place is not known here" in text and "Casa Alba" in text


def test_of_several_places_with_one_name_another_can_be_chosen(client, house):
    text = client.post(PAGE, {"place": "Toledo", "country": "US"}).content.decode()
    assert "for Toledo, Texas, United States" in text
    key = re.search(r'name="place_key" value="(\d+)"><bdi>Toledo, Spain', text)[1]
    text = client.post(PAGE, {"place": "Toledo", "country": "US", "place_key": key}).content.decode()
    assert "for Toledo, Spain" in text and "Casa Alba" in text


def test_nothing_found_says_what_to_do(client, house):
    text = client.post(PAGE, {"words": "zzzzzz"}).content.decode()
    assert "Nothing here fits all of this." in text and 'href="/en/numbers/"' in text


def test_the_list_is_paged_by_buttons_that_ask_for_the_same_again(client, indexed):
    for number in range(45):
        OrganisationFactory(name=f"House {number:02}", country="ES")
    OrganisationFactory(name="Elsewhere", country="FJ")
    indexed()
    asked = {"country": "ES", "words": "house"}
    seen = []
    for page in ("1", "2", "3", "4"):
        response = client.post(PAGE, asked | {"page": page})
        seen.append(names(response))
    text = response.content.decode()
    assert [len(part) for part in seen] == [20, 20, 5, 5]  # a page that does not exist is the last one
    assert len(set(sum(seen[:3], []))) == 45
    assert '<input type="hidden" name="words" value="house">' in text
    assert '<input type="hidden" name="country" value="ES">' in text


def test_help_comes_before_places_that_only_take_reports(client, indexed):
    ServiceFactory(organisation=OrganisationFactory(name="A report office"), kinds=["tip_line"])
    ServiceFactory(organisation=OrganisationFactory(name="Z shelter"), kinds=["shelter"])
    indexed()
    assert names(client.post(PAGE, {})) == ["Z shelter", "A report office"]


def test_the_page_takes_as_many_queries_for_twenty_entries_as_for_three(client, indexed):
    def make(count):
        for _ in range(count):
            entry = OrganisationFactory()
            service = ServiceFactory(organisation=entry)
            LanguageSpoken.objects.create(service=service, code="es")
            LocationFactory(organisation=entry)
            PhoneFactory(organisation=entry)
        indexed()

    counts = []
    for more in (3, 17):
        make(more)
        client.post(PAGE, {"country": "ES"})
        with CaptureQueriesContext(connection) as seen:
            client.post(PAGE, {"country": "ES"})
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 45


def test_twenty_full_entries_weigh_less_than_an_old_phone_can_bear(client, indexed):
    for _ in range(20):
        entry = OrganisationFactory(description="Long words. " * 100)
        service = ServiceFactory(organisation=entry, kinds=["shelter", "legal", "medical", "food", "housing"])
        for code in ("es", "ar", "fr", "vi", "zh"):
            LanguageSpoken.objects.create(service=service, code=code)
        LocationFactory(organisation=entry)
        PhoneFactory(organisation=entry)
    indexed()
    text = client.post(PAGE, {"country": "ES"}).content
    weight = len(text)
    for path in set(re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js|svg))[#"]', text.decode())):
        weight += len(open(finders.find(path), "rb").read())
    assert weight < LIMIT_BYTES * 1.4  # before compression, which every phone since 2000 asks for
    import gzip

    packed = len(gzip.compress(text)) + sum(
        len(gzip.compress(open(finders.find(path), "rb").read()))
        for path in set(re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js|svg))[#"]', text.decode()))
    )
    assert packed < LIMIT_BYTES / 2


def test_points_for_the_map_are_rounded_and_name_the_places_of_the_page(client, house):
    text = client.post(PAGE, {"country": "ES"}).content.decode()
    points = json.loads(re.search(r'data-points="(.*?)"', text)[1])
    assert points == [[40.4, -3.7, 1, [0], 1, 0]]
    assert "40.41" not in text


@pytest.mark.parametrize("code", ["en", "es", "ar-xb"])
def test_every_language_leads_there_from_home_numbers_and_navigation(client, house, code):
    with translation.override(code):
        address = f"/{code}/places/"
    assert client.get(address).status_code == 200
    assert f'href="{address}"' in client.get(f"/{code}/numbers/").content.decode()
    assert 'dir="rtl"' in client.get(address).content.decode() or code != "ar-xb"
