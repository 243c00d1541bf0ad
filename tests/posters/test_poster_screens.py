"""The admin screens of posters: who may, what is refused, and what is recorded."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role, sync_groups
from kernel.models import AuditEvent
from posters import gallery, workshop
from posters.models import Campaign, CampaignWords, CommonWords, Poster, Sheet, Status
from posters.screens.words import PICTURE_RULES
from tests.factories.accounts import member, unit
from tests.factories.hotlines import make_hotline
from tests.factories.kits import LETTER, order

pytestmark = pytest.mark.django_db
WORDS, COMMON, CAMPAIGN = (f"wagtailsnippets_posters_{name}" for name in ("campaignwords", "commonwords", "campaign"))


@pytest.fixture
def line(words):
    return make_hotline(code="us-help", hours="24/7", toll_free=True, confidential=True)


@pytest.fixture
def cora(client, db):
    sync_groups()
    person = member(unit(), Role.COORDINATOR, name="Cora", email="cora@agency.example")
    client.force_login(person)
    return person


@pytest.fixture
def sheet(line, cora, fake_press):
    order(cora, "en")
    workshop.run()
    return Sheet.objects.get()


def desk(name, *args):
    return reverse(f"poster_desk:{name}", args=args)


def text(answer) -> str:
    return answer.content.decode()


# --- Roles ---


@pytest.mark.parametrize(
    ("role", "name", "status"),
    [
        (Role.TRANSLATOR, f"{WORDS}:list", 200),
        (Role.TRANSLATOR, f"{COMMON}:list", 200),
        (Role.TRANSLATOR, "poster_desk:sheets", 302),
        (Role.TRANSLATOR, "poster_desk:posters", 302),
        (Role.COORDINATOR, f"{CAMPAIGN}:list", 200),
        (Role.COORDINATOR, "poster_desk:sheets", 200),
        (Role.COORDINATOR, "poster_desk:posters", 200),
        (Role.ADMINISTRATOR, "poster_desk:sheets", 200),
        (Role.ADMINISTRATOR, f"{WORDS}:list", 200),
        (Role.EDITOR, f"{WORDS}:list", 302),
        (Role.TRAINING_MANAGER, "poster_desk:sheets", 302),
    ],
)
def test_each_role_reaches_its_screens_and_no_others(client, words, role, name, status):
    sync_groups()
    client.force_login(member(unit(), role))
    assert client.get(reverse(name)).status_code == status


def test_the_menu_leads_to_every_screen(client, cora, words):
    page = text(client.get(reverse("wagtailadmin_home")))
    for url in (desk("sheets"), desk("posters"), reverse(f"{WORDS}:list"), reverse("posters:kits")):
        assert url in page


# --- Sheets ---


def test_a_sheet_is_found_by_its_code_as_people_type_it(client, sheet):
    for typed in (sheet.code, str(sheet).lower(), f" {sheet.code[:4]} {sheet.code[4:]}", sheet.code[:3].lower()):
        assert desk("sheet", sheet.pk) in text(client.get(desk("sheets"), {"q": typed})), typed
    assert "No sheet fits" in text(client.get(desk("sheets"), {"q": "UUUU"}))
    assert client.get(desk("sheets"), {"q": "\0" * 30, "hotline": "\0", "p": "-1"}).status_code == 200


def test_sheets_are_filtered_by_state_language_campaign_and_line(client, sheet):
    here = desk("sheet", sheet.pk)
    for query, found in (
        ({"state": "current"}, True),
        ({"state": "outdated"}, False),
        ({"language": "en"}, True),
        ({"language": "es"}, False),
        ({"campaign": "dont-be-fooled"}, True),
        ({"campaign": "your-papers"}, False),
        ({"hotline": "us-help"}, True),
        ({"hotline": "none"}, False),
        ({"state": "nonsense", "p": "x"}, True),
    ):
        assert (here in text(client.get(desk("sheets"), query))) is found, query
    Sheet.objects.update(outdated_at=timezone.now())
    assert here in text(client.get(desk("sheets"), {"state": "outdated"}))


def test_the_list_of_sheets_asks_no_more_for_more(client, sheet, cora, django_assert_max_num_queries):
    client.get(desk("sheets"))
    with django_assert_max_num_queries(40) as few:
        client.get(desk("sheets"))
    order(cora, "en", "es", "fr", "de", "pl")
    workshop.run()
    with django_assert_max_num_queries(len(few)):
        client.get(desk("sheets"))


def test_a_sheet_is_withdrawn_with_a_reason_and_visitors_are_told(client, sheet, cora):
    poster = Poster.objects.create(name="Hall", campaign=sheet.campaign, choice=sheet.choice)
    gallery.Poster.objects.filter(pk=poster.pk).update(sheet=sheet, is_public=True, approved_at=timezone.now())
    assert list(Poster.objects.public()) == [poster]
    answer = client.post(desk("sheet", sheet.pk), {"why": " "})
    assert "Write why the sheet is withdrawn." in text(answer)
    sheet.refresh_from_db()
    assert sheet.withdrawn_at is None
    client.post(desk("sheet", sheet.pk), {"why": "Misprint"})
    sheet.refresh_from_db()
    assert (sheet.state, sheet.withdrawn_why, sheet.withdrawn_by) == ("withdrawn", "Misprint", cora)
    assert not Poster.objects.public().exists()
    assert AuditEvent.objects.filter(action="posters.withdrawn", actor=cora, subject=f"sheet:{sheet.code}").exists()
    check = text(client.get(reverse("check_sheet", args=[sheet.code])))
    assert 'data-standing="gone"' in check and "Misprint" not in check
    assert client.get(reverse("check_sheet_file", args=[sheet.code])).status_code == 404
    client.post(desk("sheet", sheet.pk), {"restore": "1"})
    sheet.refresh_from_db()
    assert sheet.state == "current"


def test_a_sheet_shows_what_it_carries_and_its_file(client, sheet):
    page = text(client.get(desk("sheet", sheet.pk)))
    assert "1-202-555-0100" in page and "For the clinic" in page
    assert client.get(desk("sheet_file", sheet.pk))["Content-Type"] == "application/pdf"
    assert client.get(desk("sheet", sheet.pk + 1)).status_code == 404


# --- Gallery ---


@pytest.fixture
def real_press(monkeypatch, fake_press):
    monkeypatch.setattr("posters.press.make", lambda spec: next(fake_press([spec])))


def test_a_poster_is_approved_by_somebody_whose_name_is_kept(client, line, cora, real_press):
    poster = gallery.offer("Hall", LETTER)
    assert not Poster.objects.public().exists()
    page = text(client.get(desk("poster", poster.pk)))
    assert "Not in the gallery" in page and "Approve" in page
    client.post(desk("poster", poster.pk), {"approve": "1"})
    poster.refresh_from_db()
    assert (poster.approved_by, poster.is_public) == (cora, True) and poster.sheet.languages == "en"
    assert list(Poster.objects.public()) == [poster]
    assert AuditEvent.objects.filter(action="posters.approved", actor=cora).exists()
    assert client.post(desk("poster", poster.pk), {"delete": "1"}).status_code == 404
    client.post(desk("poster", poster.pk), {"take_down": "1"})
    assert not Poster.objects.public().exists()
    client.post(desk("poster", poster.pk), {"delete": "1"})
    assert not Poster.objects.exists()


def test_machine_drafts_do_not_get_into_the_gallery(client, line, cora, real_press):
    from dataclasses import replace

    poster = gallery.offer("Hall", replace(LETTER, languages=("es",)))
    answer = client.post(desk("poster", poster.pk), {"approve": "1"}, follow=True)
    assert "machine drafts: es" in text(answer) and not Poster.objects.public().exists()


def test_the_gallery_list_is_searched(client, line, cora):
    gallery.offer("Hall of the clinic", LETTER)
    assert "Hall of the clinic" in text(client.get(desk("posters"), {"q": "clinic", "state": "waiting"}))
    assert "No poster fits" in text(client.get(desk("posters"), {"state": "public"}))


# --- Words ---


def form_of(row, **changes) -> dict:
    names = [*row.NAMES, "language"] + (["campaign"] if isinstance(row, CampaignWords) else [])
    data = {name: getattr(row, name) for name in names}
    if "campaign" in data:
        data["campaign"] = row.campaign_id
    return data | changes


@pytest.fixture
def spanish(words):
    return CampaignWords.objects.get(language="es", campaign__code="dont-be-fooled")


def test_words_are_edited_and_wait_for_a_review(client, cora, spanish):
    spanish.review(cora, on=timezone.localdate(), is_native=True)
    url = reverse(f"{WORDS}:edit", args=[spanish.pk])
    assert 'data-limit="80"' in text(client.get(url))
    answer = client.post(url, form_of(spanish, headline="No te|engañes nunca"), follow=True)
    spanish.refresh_from_db()
    assert spanish.headline == "No te|engañes nunca"
    assert (spanish.status, spanish.reviewed_by, spanish.reviewer_is_native) == (Status.MACHINE, None, False)
    assert spanish.written_by_person
    assert desk("review", "campaign", spanish.pk) in text(answer)


def test_saving_without_a_change_keeps_the_review(client, cora, spanish):
    spanish.review(cora, on=timezone.localdate())
    client.post(reverse(f"{WORDS}:edit", args=[spanish.pk]), form_of(spanish))
    spanish.refresh_from_db()
    assert spanish.status == Status.REVIEWED


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("headline", "x" * 81, "at most 80"),
        ("headline", "Call 911 now", "never typed"),
        ("promise", "Llama al 1-888-373-7888.", "looks like a telephone number"),
        ("call", "", "required"),
        ("promise", "Llama al {voice}", "The blanks here are"),
    ],
)
def test_words_that_cannot_be_printed_are_refused_and_stay_in_the_form(client, cora, spanish, field, value, said):
    old = getattr(spanish, field)
    answer = client.post(reverse(f"{WORDS}:edit", args=[spanish.pk]), form_of(spanish, **{field: value}))
    assert answer.status_code == 200 and said in text(answer) and value in text(answer)
    spanish.refresh_from_db()
    assert getattr(spanish, field) == old


def test_words_are_filtered_by_language_and_status(client, cora, spanish):
    spanish.review(cora, on=timezone.localdate(), is_native=True)
    page = text(client.get(reverse(f"{WORDS}:list"), {"status": "reviewed"}))
    assert reverse(f"{WORDS}:edit", args=[spanish.pk]) in page and "Cora" in page and "(native)" in page
    assert page.count("w-status--primary") == 1
    assert reverse(f"{WORDS}:edit", args=[spanish.pk]) not in text(
        client.get(reverse(f"{WORDS}:list"), {"language": "fr"})
    )


def test_a_reader_signs_the_review_with_name_and_whether_native(client, spanish):
    sync_groups()
    tina = member(unit(), Role.TRANSLATOR, name="Tina")
    client.force_login(tina)
    url = desk("review", "campaign", spanish.pk)
    page = text(client.get(url))
    assert "Don’t be|fooled" in page or "fooled" in page
    seen = spanish.changed_at.isoformat()
    answer = client.post(url, {"seen": seen})
    assert "Tick this box" in text(answer) and "first language" in text(answer)
    client.post(url, {"seen": seen, "has_read": "on", "is_native": "yes"})
    spanish.refresh_from_db()
    assert (spanish.status, spanish.reviewed_by, spanish.reviewer_is_native) == (Status.REVIEWED, tina, True)
    assert spanish.reviewed_on == timezone.localdate()
    assert AuditEvent.objects.filter(action="posters.reviewed", actor=tina, detail={"native": True}).exists()


def test_words_changed_while_somebody_reads_are_not_signed(client, cora, spanish):
    seen = spanish.changed_at.isoformat()
    spanish.promise += " Hoy."
    spanish.save()
    answer = client.post(desk("review", "campaign", spanish.pk), {"seen": seen, "has_read": "on", "is_native": "no"})
    assert "changed while you read" in text(answer)
    spanish.refresh_from_db()
    assert spanish.status == Status.MACHINE


def test_the_source_is_not_reviewed_and_strangers_review_nothing(client, cora, words):
    english = CommonWords.objects.get(language="en")
    assert client.get(desk("review", "common", english.pk)).status_code == 404
    assert client.get(desk("review", "other", english.pk)).status_code == 404
    french = CommonWords.objects.get(language="fr")
    assert client.get(desk("review", "common", french.pk)).status_code == 200
    client.force_login(member(unit(), Role.EDITOR))
    assert client.get(desk("review", "common", french.pk)).status_code == 302


def test_common_words_are_edited_too(client, cora, words):
    french = CommonWords.objects.get(language="fr")
    client.post(reverse(f"{COMMON}:edit", args=[french.pk]), form_of(french, topic="Traite des êtres humains : aide"))
    french.refresh_from_db()
    assert french.topic == "Traite des êtres humains : aide" and french.written_by_person


# --- Campaigns ---


def test_a_drawing_is_changed_only_after_the_rules_for_pictures(client, cora, words):
    campaign = Campaign.objects.get(code="dont-be-fooled")
    url = reverse(f"{CAMPAIGN}:edit", args=[campaign.pk])
    data = {"name": campaign.name, "code": campaign.code, "audience": campaign.audience, "art": "papers"}
    every = [name for name, _label in PICTURE_RULES]
    answer = client.post(url, data | {"picture_rules": every[:-1]})
    assert "Check every rule" in text(answer) and "dignity" in text(answer)
    campaign.refresh_from_db()
    assert campaign.art == "door"
    client.post(url, data | {"picture_rules": every})
    campaign.refresh_from_db()
    assert campaign.art == "papers"
    event = AuditEvent.objects.get(action="posters.picture checked")
    assert (event.actor, event.detail["art"]) == (cora, "papers")
    client.post(url, data | {"name": "Another name", "code": "other"})  # the drawing stays: nothing to check
    campaign.refresh_from_db()
    assert (campaign.name, campaign.code) == ("Another name", "dont-be-fooled")  # sheets name the code


def test_nobody_deletes_campaigns_or_words(client, words):
    sync_groups()
    client.force_login(member(unit(), Role.ADMINISTRATOR))
    row = CampaignWords.objects.first()
    assert client.post(reverse(f"{WORDS}:delete", args=[row.pk])).status_code == 302
    assert CampaignWords.objects.filter(pk=row.pk).exists()
