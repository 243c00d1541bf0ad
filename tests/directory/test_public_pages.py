"""Entries, letters, sheets, the shipped entries, and the promise that a confidential position comes out nowhere."""

import io
import random
import re

import pypdf
import pytest
from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from directory import fiction, finding, forms, index, starter
from directory.models import (
    Contact,
    HotlineLink,
    Location,
    MistakeReport,
    Organisation,
    OrganisationWords,
    Phone,
    SearchEntry,
    Suggestion,
)
from kernel.models import StarterEntry
from tests.factories.directory import LocationFactory, OrganisationFactory, PhoneFactory, ServiceFactory
from tests.factories.hotlines import make_hotline

pytestmark = pytest.mark.django_db
needs_fonts = pytest.mark.skipif(not settings.FONT_DIR.exists(), reason="fonts are not there")


def page(entry) -> str:
    return f"/en/places/{entry.pk}/"


# --- Entries -------------------------------------------------------------------------------------------------------


def test_an_entry_shows_numbers_place_words_and_when_it_was_checked(client):
    entry = OrganisationFactory(name="Casa Alba", language="es", description="Ayuda a mujeres.")
    OrganisationWords.objects.create(organisation=entry, language="en", description="Helps women.", status="machine")
    ServiceFactory(organisation=entry, application_process="Llame primero.", minimum_age=18, cost="free")
    LocationFactory(organisation=entry)
    PhoneFactory(organisation=entry)
    HotlineLink.objects.create(organisation=entry, hotline=make_hotline())
    Contact.objects.create(organisation=entry, name="Secret Person")
    text = client.get(page(entry)).content.decode()
    for words in (
        "Casa Alba",
        "Helps women.",
        "not yet reviewed",
        "Calle Inventada 5",
        "From 18 years",
        "Free of charge",
    ):
        assert words in text, words
    assert 'href="tel:+34600000000"' in text and 'href="tel:+12025550100"' in text
    assert '<dd lang="es">Llame primero.</dd>' in text and "Not yet checked here" in text
    assert "Secret Person" not in text and "40.41" not in text
    assert "Ayuda a mujeres." in client.get(page(entry).replace("/en/", "/es/")).content.decode()


@pytest.mark.parametrize(
    "fields", [{"state": "draft"}, {"state": "withdrawn"}, {"is_fictional": True}, {"added_on": "2020-01-01"}]
)
def test_what_is_not_for_the_public_looks_as_if_it_did_not_exist(client, fields):
    entry = OrganisationFactory(**fields)
    assert client.get(page(entry)).status_code == 404
    assert client.get(page(entry) + "mistake/").status_code == 404


def test_an_entry_takes_as_many_queries_with_many_rows_as_with_few(client):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    entry, counts = OrganisationFactory(), []
    for more in (1, 6):
        for _ in range(more):
            ServiceFactory(organisation=entry)
            LocationFactory(organisation=entry)
            PhoneFactory(organisation=entry)
        client.get(page(entry))
        with CaptureQueriesContext(connection) as seen:
            client.get(page(entry))
        counts.append(len(seen))
    assert counts[0] == counts[1]


# --- Confidential locations ----------------------------------------------------------------------------------------


@needs_fonts
@pytest.mark.parametrize("seed", range(4))
def test_no_output_ever_tells_more_than_the_area_of_a_confidential_location(client, indexed, seed):
    dice = random.Random(seed)
    latitude, longitude = round(40 + dice.random(), 6), round(-4 + dice.random(), 6)
    secrets = {
        name: f"Secret{name.title().replace('_', '')}{dice.randrange(10**6)}"
        for name in ("name", "alternate_name", "description", "attention", "address_1", "address_2", "transportation")
    } | {"postal_code": f"Z{dice.randrange(10**7)}", "accessibility_details": f"Behind gate {dice.randrange(10**7)}"}
    entry = OrganisationFactory(name="Shelter")
    ServiceFactory(organisation=entry, kinds=["shelter"])
    location = Location(
        organisation=entry, city="Madrid", country="ES", latitude=latitude, longitude=longitude, **secrets
    )
    location.save()
    location.is_confidential = True
    location.save()
    indexed()
    address = f"/en/places/{entry.pk}/"
    outputs = [
        client.get(address).content,
        client.post("/en/places/", {"country": "ES"}).content,
        client.post("/en/places/", {"place": "Madrid"}).content,
        client.get(address + "mistake/").content,
        client.get("/robots.txt").content,
        client.get("/sitemap.xml").content,
        "\n".join(SearchEntry.objects.values_list("keys", flat=True)).encode(),
        "\n".join(finding.SearchWord.objects.values_list("text", flat=True)).encode(),
        repr(list(finding.SearchPoint.objects.values_list("latitude", "longitude"))).encode(),
    ]
    pdf = client.post("/en/places/sheet/", {"country": "ES", "language": "en", "paper": "a4", "radius": "50"})
    assert pdf["Content-Type"] == "application/pdf"
    outputs.append(pypdf.PdfReader(io.BytesIO(pdf.content)).pages[0].extract_text().encode())
    outputs.append(pdf.content)
    shown = b"\n".join(outputs).decode("utf-8", "replace").casefold()
    assert "shelter" in shown
    for value in (*secrets.values(), f"{latitude:.6f}", f"{latitude:.3f}", f"{longitude:.3f}", f"{latitude:.2f}"):
        assert str(value).casefold() not in shown, value
    assert "the address is not told to anybody here" in shown


# --- Letters -------------------------------------------------------------------------------------------------------


@pytest.fixture
def seal(monkeypatch):
    """A form's seal that was made ten seconds ago."""
    import time

    real = time.time
    monkeypatch.setattr(signing.time, "time", lambda: real() - 10)
    made = signing.dumps("letter", salt=forms.SALT)
    monkeypatch.undo()
    return made


def test_a_suggestion_waits_for_an_editor_and_says_nothing_of_who_sent_it(client, seal):
    sent = {"name": "Casa Nueva", "country": "ES", "website": "nueva.example", "made": seal}
    for _twice in range(2):
        assert "has arrived" in client.post("/en/places/suggest/", sent).content.decode()
    letter = Suggestion.objects.get()
    assert (letter.website, letter.state) == ("https://nueva.example", "new")
    assert not Organisation.objects.exists()
    assert not {field.name for field in Suggestion._meta.fields} & {"ip", "address", "user_agent", "session", "at"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"homepage": "http://spam.example"}, "a field that has to stay empty"),
        ({"made": ""}, "open for too long"),
        ({"made": "forged:1:x"}, "open for too long"),
        ({"name": ""}, "This field is required"),
        ({"website": "javascript://x"}, "address of a website"),
        ({"country": "QQ"}, "QQ"),
        ({"what": "x" * 2000}, "1500"),
    ],
)
def test_a_suggestion_that_no_person_would_send_is_refused_and_what_was_typed_stays(client, seal, change, said):
    sent = {"name": "Casa Nueva", "made": seal, "city": "Toledo"} | change
    text = client.post("/en/places/suggest/", sent).content.decode()
    assert said in text and 'value="Toledo"' in text and not Suggestion.objects.exists()


def test_a_form_sent_faster_than_anybody_types_is_refused_and_works_the_second_time(client):
    made = re.search(r'name="made" value="([^"]+)"', client.get("/en/places/suggest/").content.decode())[1]
    text = client.post("/en/places/suggest/", {"name": "Casa", "made": made}).content.decode()
    assert "very fast" in text and not Suggestion.objects.exists()


def test_a_flood_of_letters_is_stopped_for_the_day(client, seal, monkeypatch):
    monkeypatch.setattr("directory.views.letters.LETTERS_PER_DAY", 1)
    client.post("/en/places/suggest/", {"name": "One", "made": seal})
    response = client.post("/en/places/suggest/", {"name": "Two", "made": seal})
    assert response.status_code == 429 and Suggestion.objects.count() == 1


def test_a_mistake_is_reported_without_an_account(client, seal):
    entry = OrganisationFactory()
    url = reverse("directory:mistake", args=[entry.pk])
    assert "has arrived" in client.post(url, {"problem": "number", "made": seal}).content.decode()
    assert MistakeReport.objects.get().organisation == entry
    assert "has arrived" not in client.post(url, {"problem": "nonsense", "made": seal}).content.decode()


# --- Sheets --------------------------------------------------------------------------------------------------------


def test_a_number_from_a_weak_source_is_not_printed_without_a_persons_word():
    from directory import sheets
    from directory.cards import card
    from hotlines.checks import approve_print

    entry = OrganisationFactory()
    weak = make_hotline(confidence="low", url="")
    HotlineLink.objects.create(organisation=entry, hotline=weak)
    shown = card(entry, now=timezone.now())
    assert sheets.line_of(shown, sheets.printable_codes(entry)) is None
    approve_print(weak, by=None, reason="asked them")
    line = sheets.line_of(shown, sheets.printable_codes(entry))
    assert line.calls == ["1-202-555-0100"]


@needs_fonts
@pytest.mark.parametrize(("language", "paper", "count"), [("en", "letter", 40), ("es", "a4", 3), ("ar-xb", "a4", 1)])
def test_a_sheet_is_one_page_with_date_code_and_numbers(client, indexed, language, paper, count):
    for number in range(count):
        entry = OrganisationFactory(name=f"House {number}")
        ServiceFactory(organisation=entry, kinds=["legal", "shelter", "medical"])
        PhoneFactory(organisation=entry)
    indexed()
    sent = {"country": "ES", "language": language, "paper": paper, "radius": "100"}
    response = client.post("/en/places/sheet/", sent)
    reader = pypdf.PdfReader(io.BytesIO(response.content))
    text = reader.pages[0].extract_text()
    assert len(reader.pages) == 1
    assert "+34 600 000 000" in text and str(timezone.localdate().year) in text
    if language != "ar-xb":  # whose address is cut by marks of direction
        assert f"{settings.SITE_URL}/{language}/places/" in "".join(text.split())
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"] and reader.metadata.title
    assert ("more place" in text) is (count == 40 and language == "en")


def test_a_sheet_for_an_unknown_place_or_without_a_country_is_refused(client, indexed):
    OrganisationFactory()
    indexed()
    text = client.post(
        "/en/places/sheet/", {"country": "ES", "place": "Qqqq", "language": "en", "paper": "a4"}
    ).content.decode()
    assert "This place is not known here" in text and 'value="Qqqq"' in text
    assert client.post("/en/places/sheet/", {}).status_code == 200


# --- Shipped and invented entries ----------------------------------------------------------------------------------


def test_shipped_entries_are_loaded_once_and_keep_what_editors_changed():
    make_hotline(code="us-nhth-voice", operator="Compass Connections (a grantee)")
    make_hotline(code="us-nhth-text", operator="Compass Connections (formerly another)")
    make_hotline(code="xx-other", operator="Another Operator; with a remark", country="FJ")
    make_hotline(code="xx-nobody", operator="")
    first = starter.load()
    assert first["created"] == 31  # thirty of the file and one operator that is not in it
    compass = Organisation.objects.get(external_id="org-us-nhth-voice")
    assert {link.hotline.code for link in compass.hotline_links.all()} == {"us-nhth-voice", "us-nhth-text"}
    assert compass.verified_on is None and compass.source_urls and compass.licence and not Phone.objects.exists()
    assert Organisation.objects.get(external_id="operator-xx-other").name == "Another Operator"
    assert starter.load() == {"created": 0, "updated": 0, "unchanged": 31, "kept": 0}
    compass.name = "Changed by an editor"
    compass.save()
    Organisation.objects.filter(external_id="org-us-eeoc").delete()
    StarterEntry.objects.update(words_digest="another edition of the file")
    again = starter.load()
    compass.refresh_from_db()
    assert again == {"created": 0, "updated": 29, "unchanged": 0, "kept": 2}
    assert compass.name == "Changed by an editor"
    assert not Organisation.objects.filter(external_id="org-us-eeoc").exists()


def test_invented_entries_are_marked_hidden_and_can_be_taken_away(settings):
    real = OrganisationFactory(name="Real")
    assert fiction.fill(12, on=timezone.localdate()) == 12
    assert fiction.fill(12, on=timezone.localdate()) == 0
    rows = Organisation.objects.filter(is_fictional=True)
    assert rows.count() == 12 and all(row.name.startswith("Invented ") for row in rows)
    assert not any(location.address_1 for location in Location.objects.filter(is_confidential=True))
    assert finding.find(finding.Search(words="invented"), now=timezone.now()).total == 0
    settings.DIRECTORY_SHOWS_FICTION = True
    assert finding.find(finding.Search(words="invented"), now=timezone.now()).total == 12
    assert fiction.empty() == 12
    assert list(Organisation.objects.all()) == [real]
    index.rebuild()
    assert finding.find(finding.Search(), now=timezone.now()).total == 1
