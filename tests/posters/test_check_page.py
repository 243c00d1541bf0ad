"""The page behind the code on a sheet: current, outdated or unknown, for anyone, kept by nobody."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from hotlines.models import Confidence, Hotline
from posters import sheets, starter
from posters.choice import Choice, resolve
from posters.models import CampaignWords, Sheet
from posters.press import Made

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def registry():
    for code, number in (("us-voice", "1-800-555-0199"), ("us-later", "1-800-555-0123")):
        Hotline.objects.create(
            code=code, name_en=code, country="US", phone_display=number, phone_e164="+1" + number[2:].replace("-", ""),
            is_published=True, confidence=Confidence.HIGH, hours="24/7", languages="en|es",
        )  # fmt: skip
    starter.load(("en", "es", "km"))


def sheet(*languages: str) -> Sheet:
    """A sheet as if it had been printed."""
    one = Choice(campaign="dont-be-fooled", hotline="us-voice", languages=languages or ("en",))
    resolved = resolve(one, now=timezone.now())
    return sheets.remember(Made(resolved.spec, resolved.spec.key("tests"), b"%PDF", {}, True), resolved)


def page(client, address: str, status: int = 200, **more) -> str:
    answer = client.get(address, **more)
    assert answer.status_code == status
    assert not answer.cookies and answer["Cache-Control"] == "no-store" and "noindex" in answer["X-Robots-Tag"]
    return answer.content.decode()


def standing(text: str) -> str:
    return re.search(r'data-standing="(\w+)"', text)[1]


def main(text: str) -> str:
    return text.partition("<main")[2].partition("</main>")[0]


def test_the_printed_address_answers_at_once_and_with_a_slash_too(client, settings):
    one = sheet()
    printed = (
        resolve(Choice.read(one.choice), now=timezone.now()).spec.address(one.code).removeprefix(settings.SITE_URL)
    )
    for address in (printed, f"{printed}/", f"/s/{str(one).lower()}/"):
        text = main(page(client, address))
        assert standing(text) == "current"
        assert one.campaign.name in text.replace("&#x27;", "'") and "English" in text and "1-800-555-0199" in text


def test_a_changed_number_is_told_and_the_new_one_shown(client):
    one = sheet()
    later = Hotline.objects.get(code="us-later")
    Hotline.objects.filter(code="us-voice").update(valid_to=timezone.now() - timedelta(days=1), replaced_by=later)
    text = main(page(client, f"/s/{one.code}/"))
    assert standing(text) == "numbers"
    assert "1-800-555-0123" in text and "1-800-555-0199" not in text


def test_a_line_that_ended_without_another_is_not_shown(client):
    one = sheet()
    Hotline.objects.filter(code="us-voice").update(valid_to=timezone.now() - timedelta(days=1))
    text = main(page(client, f"/s/{one.code}/"))
    assert standing(text) == "gone" and "1-800-555-0199" not in text


def test_newer_words_leave_the_number_right(client):
    one = sheet()
    CampaignWords.objects.filter(language="en").update(call="Call us any time.")
    assert standing(page(client, f"/s/{one.code}/")) == "words"


def test_a_sheet_that_was_replaced_or_withdrawn_is_told(client):
    one = sheet()
    Sheet.objects.filter(pk=one.pk).update(replaced_by=sheet("es"))
    assert standing(page(client, f"/s/{one.code}/")) == "replaced"
    Sheet.objects.filter(pk=one.pk).update(withdrawn_at=timezone.now())
    assert standing(page(client, f"/s/{one.code}/")) == "gone"


@pytest.mark.parametrize("code", ["00000000", "AAAA-AAAA", "nothing", "%00", "%C3%9F" * 8])
def test_an_unknown_code_gets_the_same_calm_page(client, code):
    sheet()
    text = main(page(client, f"/s/{code}/", 404))
    assert standing(text) == "unknown" and "<h1>" in text and "/numbers/" in text


@pytest.mark.parametrize(
    ("languages", "asked", "spoken"),
    [(("es",), "en", "es"), (("en", "es"), "es", "es"), (("es", "en"), "de", "en"), (("km",), "es", "es")],
)
def test_the_page_speaks_the_language_of_the_sheet(client, languages, asked, spoken):
    text = page(client, f"/s/{sheet(*languages).code}", headers={"accept-language": asked})
    assert f'<html lang="{spoken}"' in text
