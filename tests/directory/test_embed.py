"""The search for partner sites: framed where the setting says so, and nowhere else; no cookie, no script, no trace."""

import pytest
from django.utils import timezone

from directory.models import Organisation, Phone, Service
from directory.models.entries import State

EMBED = "/en/places/embed/"


@pytest.fixture
def entry(db, indexed):
    organisation = Organisation.objects.create(
        name="Harbour House", country="US", state=State.PUBLISHED, verified_on=timezone.localdate()
    )
    Phone.objects.create(organisation=organisation, number="+1 202 555 0111", e164="+12025550111")
    Service.objects.create(organisation=organisation, name="Shelter", kinds=["shelter"])
    indexed()
    return organisation


def ancestors(answer):
    policy = answer["Content-Security-Policy"]
    return next(part.split(" ", 1)[1] for part in policy.split("; ") if part.startswith("frame-ancestors"))


def test_without_the_setting_no_site_may_frame_it(client, entry):
    answer = client.get(EMBED)
    assert ancestors(answer) == "'none'" and answer["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("sites", [["https://partner.example", "https://*.other.example"], ["*"]])
def test_the_sites_of_the_setting_may_frame_this_page_and_no_other(client, entry, settings, sites):
    settings.DIRECTORY_EMBED_SITES = sites
    for answer in (client.get(EMBED), client.post(EMBED, {"words": "harbour"})):
        assert ancestors(answer) == " ".join(sites) and "X-Frame-Options" not in answer
    for path in ("/en/places/", "/en/numbers/", f"/en/places/{entry.pk}/"):
        answer = client.get(path)
        assert ancestors(answer) == "'none'" and answer["X-Frame-Options"] == "DENY"


def test_a_search_works_without_cookies_and_leaves_none(entry, settings):
    from django.test import Client

    settings.DIRECTORY_EMBED_SITES = ["*"]
    client = Client(enforce_csrf_checks=True)
    answer = client.post(EMBED, {"words": "harbour"}, headers={"Origin": "null", "Sec-Fetch-Site": "cross-site"})
    text = answer.content.decode()
    assert answer.status_code == 200 and "Harbour House" in text and "tel:+12025550111" in text
    assert not answer.cookies and "no-store" in answer["Cache-Control"] and answer["Referrer-Policy"] == "no-referrer"
    assert "<script" not in text and "csrfmiddlewaretoken" not in text


def test_links_leave_the_frame_and_forms_stay_in_it(client, entry):
    text = client.post(EMBED, {"words": "harbour"}).content.decode()
    assert '<base target="_blank">' in text and text.count('target="_self"') == text.count("<form")
    assert 'target="_top"' in text and f"/en/places/{entry.pk}/" in text


@pytest.mark.parametrize(
    "data",
    [{}, {"words": "\x00"}, {"words": '"' * 900}, {"place": "nowhere at all"}, {"country": "XX"}, {"page": "9" * 40}],
)
def test_nothing_typed_ends_in_an_error(client, entry, data):
    assert client.post(EMBED, data).status_code == 200


def test_it_speaks_the_language_of_its_address(client, entry):
    assert 'lang="es"' in client.get("/es/places/embed/").content.decode()
