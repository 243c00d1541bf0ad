"""The public gallery: what was approved and still holds, for everybody, without a cookie."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.demo import NotADemo
from accounts.roles import Role, sync_groups
from hotlines.models import Confidence, Hotline
from kernel.paper import PaperError
from kernel.shared import HEADER
from posters import demo, gallery, sheets, starter, store
from posters.choice import Choice
from posters.models import CampaignWords, CommonWords, Poster, Sheet
from posters.press import Made
from tests.factories.accounts import member, person, unit

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 made up"


@pytest.fixture(autouse=True)
def house(settings, tmp_path):
    settings.SITE_URL = "https://lodestar.example"
    settings.VAR_DIR = tmp_path
    for code, digits in (("us-voice", "0199"), ("us-later", "0123")):
        Hotline.objects.create(
            code=code, country="US", name_en=code, phone_display=f"1-800-555-{digits}", phone_e164=f"+1800555{digits}",
            is_published=True, confidence=Confidence.HIGH, hours="24/7", languages="en|es",
        )  # fmt: skip
    starter.load(("en", "es", "ar"))


def offered(name="A poster", **changes) -> Poster:
    return gallery.offer(name, Choice(**{"campaign": "dont-be-fooled", "hotline": "us-voice"} | changes))


def public(name="A poster", *, body=PDF, **changes) -> Poster:
    """A poster in the gallery whose file is a made-up one: nothing is printed here."""
    poster = offered(name, **changes)
    resolved = sheets.resolve(Choice.read(poster.choice), now=timezone.now())
    made = Made(resolved.spec, resolved.spec.key("tests"), body, {}, True)
    if body:
        store.keep(made.key, made.kind, body, {})
    Poster.objects.filter(pk=poster.pk).update(
        sheet=sheets.remember(made, resolved), is_public=True, approved_at=timezone.now()
    )
    poster.refresh_from_db()
    return poster


def page(client, status=200, code="en", **query) -> str:
    answer = client.get(f"/{code}/posters/", query)
    assert answer.status_code == status and not answer.cookies
    return answer.content.decode()


def file_of(poster) -> str:
    return reverse("posters:gallery_file", args=[poster.sheet.code])


# --- What is shown --------------------------------------------------------------------------------------------------


def test_a_visitor_finds_downloads_and_reads_what_the_picture_says(client):
    poster = public(languages=("es",))
    text = page(client)
    assert "A poster" in text and 'lang="es"' in text and 'data-standing="current"' in text
    words = CampaignWords.objects.get(campaign=poster.campaign, language="es")
    assert words.promise in text and "1-800-555-0199" in text  # in the alternative text
    assert "data-exit" in text and "Exit this page" in text
    answer = client.get(file_of(poster))
    assert b"".join(answer.streaming_content) == PDF and not answer.cookies
    assert answer["Content-Type"] == "application/pdf" and str(poster.sheet) in answer["Content-Disposition"]


def test_the_page_is_the_same_for_everybody(client):
    public()
    assert HEADER in client.get("/en/posters/").headers
    assert "Open the poster studio" not in page(client)


def test_a_draft_says_so(client):
    public(languages=("ar",))
    assert "Machine draft, not yet reviewed" in page(client)
    for words in (*CommonWords.objects.filter(language="ar"), *CampaignWords.objects.filter(language="ar")):
        words.review(None, on=timezone.localdate())
    public("Reviewed", languages=("ar",), size="a4")
    assert page(client, size="a4").count("Machine draft") == 0


def test_without_posters_the_page_says_so_and_leads_to_help(client):
    offered()
    text = page(client)
    assert "No poster was approved" in text and '<form class="gallery__filter"' not in text


@pytest.mark.parametrize("change", [{"is_public": False}, {"approved_at": None}, {"sheet": None}])
def test_what_is_not_approved_is_neither_shown_nor_given_out(client, change):
    poster = public()
    Poster.objects.update(**change)
    assert "No poster was approved" in page(client)
    assert client.get(file_of(poster)).status_code == 404
    assert client.get(reverse("posters:gallery_picture", args=[poster.sheet.code])).status_code == 404


def test_a_sheet_that_was_made_for_somebody_is_not_public(client):
    resolved = sheets.resolve(Choice(campaign="dont-be-fooled", hotline="us-voice"), now=timezone.now())
    sheet = sheets.remember(Made(resolved.spec, resolved.spec.key("tests"), PDF, {}, True), resolved)
    store.keep(sheet.key, "pdf", PDF, {})
    assert client.get(reverse("posters:gallery_file", args=[sheet.code])).status_code == 404


# --- What no longer holds -------------------------------------------------------------------------------------------


def outdate():
    later = Hotline.objects.get(code="us-later")
    Hotline.objects.filter(code="us-voice").update(valid_to=timezone.now() - timedelta(days=1), replaced_by=later)


def test_a_sheet_with_an_old_number_is_told_and_not_given_out(client):
    poster = public()
    outdate()
    text = page(client)
    assert 'data-standing="numbers"' in text and "Out of date: do not print" in text and file_of(poster) not in text
    answer = client.get(file_of(poster))
    assert answer.status_code == 302 and answer["Location"] == f"/s/{poster.sheet.code}"


def test_a_withdrawn_sheet_is_not_given_out(client):
    poster = public()
    Sheet.objects.update(withdrawn_at=timezone.now())
    assert 'data-standing="gone"' in page(client)
    assert client.get(file_of(poster)).status_code == 302


def test_newer_words_leave_the_sheet_usable(client):
    poster = public()
    CampaignWords.objects.filter(language="en").update(call="Call us any time.")
    assert "Numbers are right" in page(client)
    assert client.get(file_of(poster)).status_code == 200


def test_a_file_that_is_gone_is_told_and_not_made_for_a_visitor(client):
    poster = public(body=b"")
    assert "This sheet is being made again." in page(client) and file_of(poster) not in page(client)
    assert client.get(file_of(poster)).status_code == 404


# --- Filters --------------------------------------------------------------------------------------------------------


@pytest.fixture
def three():
    return [
        public("First", languages=("es",)),
        public("Second", languages=("ar",), size="a4"),
        public("Third", campaign="your-papers", size="tabloid"),
    ]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, {"First", "Second", "Third"}),
        ({"language": "es"}, {"First"}),
        ({"campaign": "your-papers"}, {"Third"}),
        ({"size": "a4"}, {"Second"}),
        ({"size": "a4", "language": "es"}, set()),
        ({"language": "xx"}, set()),
        ({"campaign": "\x00'; --" * 50}, set()),
        ({"page": "99999999999999999999"}, {"First", "Second", "Third"}),
        ({"page": "x"}, {"First", "Second", "Third"}),
    ],
)
def test_posters_are_found_by_campaign_language_and_size(client, three, query, names):
    text = page(client, **query)
    assert {name for name in ("First", "Second", "Third") if f">{name}</h2>" in text} == names
    if not names:
        assert "No poster fits this choice" in text and "Show all posters" in text


def test_a_long_gallery_comes_in_pages_that_keep_the_filter(client, monkeypatch):
    monkeypatch.setattr("posters.gallery_views.ON_A_PAGE", 1)
    public("First")
    public("Second", size="a4")
    public("Third", languages=("es",))
    text = page(client, language="en", page="2")
    assert ">Second</h2>" in text and ">First</h2>" not in text and "?language=en&amp;page=1" in text


def test_questions_to_the_database_do_not_grow_with_the_posters(client, django_assert_num_queries):
    public("First")
    page(client)
    with CaptureQueriesContext(connection) as few:
        page(client, size="letter")
    for number, size in enumerate(("a4", "tabloid", "a3")):
        public(f"More {number}", size=size)
    with django_assert_num_queries(len(few)):
        page(client, campaign="dont-be-fooled")


# --- Ways to it -----------------------------------------------------------------------------------------------------


def test_the_navigation_leads_to_the_gallery_and_coordinators_on_to_the_studio(client):
    assert 'href="/en/posters/"' in page(client)
    sync_groups()
    client.force_login(member(unit("Agency"), Role.COORDINATOR))
    text = client.get("/en/posters/").content.decode()
    assert reverse("studio:studio") in text and reverse("posters:kits") in text
    assert reverse("studio:studio") in client.get(reverse("accounts:profile")).content.decode()
    client.force_login(person())
    assert reverse("studio:studio") not in client.get(reverse("accounts:profile")).content.decode()


# --- The demo -------------------------------------------------------------------------------------------------------


def test_the_demo_fills_an_empty_gallery_once(client, settings, monkeypatch):
    settings.DEMO = True
    person("coordinator@agency.example")

    def make(choice, *, now):
        resolved = sheets.resolve(choice, now=now)
        made = Made(resolved.spec, resolved.spec.key("tests"), PDF, {}, True)
        if choice.size == "story":
            raise PaperError("no room")
        return sheets.remember(made, resolved), made, resolved

    monkeypatch.setattr(sheets, "make", make)
    assert demo.load(now=timezone.now()) == len(demo.CHOICES) - 1 == Poster.objects.public().count()
    assert Poster.objects.count() == len(demo.CHOICES) - 1
    assert demo.load(now=timezone.now()) == 0


def test_elsewhere_nothing_is_approved_by_itself(settings):
    settings.DEMO = False
    with pytest.raises(NotADemo):
        demo.load(now=timezone.now())
