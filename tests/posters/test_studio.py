"""The studio: who may enter, an address that comes back as it was, bad addresses, limits, what is confirmed and recorded."""

import io
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pypdfium2
import pytest
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from wagtail.models import Collection

from accounts.roles import Role, sync_groups
from hotlines.models import Confidence, Hotline, PrintApproval
from kernel.models import AuditEvent, Picture
from posters import rules, starter, store
from posters.choice import Choice
from posters.models import CampaignWords, Kit, Poster, Sheet
from posters.studio import state, turns
from tests.factories.accounts import member, unit

pytestmark = pytest.mark.django_db
CAMPAIGNS = ["dont-be-fooled", "your-papers", "real-friends"]
LINES = [
    {"code": "us-voice", "country": "US", "phone_display": "1-800-555-0199", "phone_e164": "+18005550199", "toll_free": True,
     "confidential": True, "interpreter_languages": 200, "languages": "en|es"},
    {"code": "us-text", "country": "US", "channel": "text", "kind": "textline", "phone_display": "555019", "short_code": "555019",
     "sms_keyword": "HELP", "languages": "en|es"},
    {"code": "us-nj", "country": "US", "region": "US-NJ", "phone_display": "1-800-555-0123", "phone_e164": "+18005550123", "languages": "en"},
    {"code": "gb-weak", "country": "GB", "phone_display": "0808 157 0192", "phone_e164": "+448081570192", "languages": "en",
     "confidence": Confidence.LOW},
]  # fmt: skip


@pytest.fixture(autouse=True)
def house(settings, tmp_path):
    """Lines, words and a store of one's own, so that a sheet is new whenever a test means it to be."""
    settings.SITE_URL = "https://lodestar.example"
    shared = settings.VAR_DIR
    settings.VAR_DIR = tmp_path
    (tmp_path / "paper").mkdir()
    for known in (shared / "paper").glob("*"):
        if known.is_file():
            (tmp_path / "paper" / known.name).write_bytes(known.read_bytes())
    for line in LINES:
        Hotline.objects.create(
            **{"name_en": line["code"], "is_published": True, "confidence": Confidence.HIGH, "hours": "24/7"} | line
        )
    starter.load(("en", "es", "ar", "de"))
    caches["default"].clear()  # renditions of pictures are remembered there by id


@pytest.fixture
def agency():
    sync_groups()
    return unit("Agency")


@pytest.fixture
def coordinator(agency):
    return member(agency, Role.COORDINATOR, name="Cora Coordinator")


@pytest.fixture
def as_cora(client, coordinator) -> Client:
    client.force_login(coordinator)
    return client


def address(pairs=(), name="studio", **more) -> str:
    asked = [*pairs, *more.items()]
    return f"{reverse(f'studio:{name}')}?{urlencode(asked)}"


def page(client, *pairs, status=200, **more) -> str:
    answer = client.get(address(pairs, **more))
    assert answer.status_code == status
    return answer.content.decode()


def read(text: str):
    return state.read(QueryDict(text), campaigns=CAMPAIGNS, countries=["US", "GB"])


# --- Who may enter --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR])
def test_coordinators_and_administrators_enter(client, agency, role):
    client.force_login(member(agency, role))
    assert "Poster studio" in page(client)


@pytest.mark.parametrize("role", [Role.LEARNER, Role.EDITOR, Role.TRANSLATOR, Role.TRAINING_MANAGER])
@pytest.mark.parametrize("name", ["studio", "file"])
def test_for_others_there_is_nothing_here(client, agency, role, name):
    client.force_login(member(agency, role))
    assert client.get(address(name=name)).status_code == 404


def test_a_visitor_signs_in_and_comes_back_to_the_shared_address(client):
    answer = client.get(address(campaign="your-papers", step="place"))
    assert answer.status_code == 302
    assert "next=" in answer["Location"] and "your-papers" in answer["Location"]


@pytest.mark.parametrize("name", ["confirm_number", "order"])
def test_what_changes_something_is_not_there_for_others_and_not_by_get(client, agency, as_cora, name):
    assert as_cora.get(reverse(f"studio:{name}")).status_code == 405
    client.force_login(member(agency, Role.EDITOR))
    assert client.post(reverse(f"studio:{name}")).status_code == 404


# --- The address ----------------------------------------------------------------------------------------------------


def test_an_address_comes_back_as_it_was():
    asked = state.State(
        campaign="your-papers", country="GB", region="US-NJ", hotline="us-voice", languages=("en", "es", "ar"),
        arrange="together", first="ar", weights=(("en", 1), ("es", 2), ("ar", 3)), sheets=(("wall", "a4"), ("card", "wallet")),
        saver=True, press=True, issued_by="Büro für & mehr", logo=7, step="options", show="ar+en+es.wall.a4", zoom="real",
        page=2, rule="us-tx",
    )  # fmt: skip
    again, problems = read(asked.query())
    assert problems == []
    assert again.query() == asked.query() and again.choices() == asked.choices()


def test_what_is_not_ticked_any_more_stays_away():
    assert read("")[0].languages == ("en",) and read("")[0].sheets == (("wall", "letter"),)
    asked, _problems = read("step=languages&campaign=your-papers")
    assert asked.languages == () and asked.sheets == () and asked.choices() == []


@pytest.mark.parametrize(
    ("arrange", "sheet", "groups"),
    [
        ("each", "wall.letter", [("en",), ("es",), ("ar",)]),
        ("paired", "wall.letter", [("es", "en"), ("es", "ar")]),
        ("together", "wall.letter", [("es", "en", "ar")]),
        ("together", "wall.square", [("es",), ("en",), ("ar",)]),
        ("paired", "tearoff.a4", [("es",), ("en",), ("ar",)]),
    ],
)
def test_languages_share_sheets_as_arranged(arrange, sheet, groups):
    asked, _ = read(
        f"step=make&language=en&language=es&language=ar&first={'es' if arrange != 'each' else ''}&arrange={arrange}&sheet={sheet}"
    )
    found = [choice.languages for choice in asked.choices()]
    assert found == sorted(groups, key=lambda group: [asked.ordered.index(code) for code in group])


def test_shares_follow_the_language_and_are_left_out_when_equal():
    asked, _ = read("step=make&language=en&language=es&arrange=together&first=es&weight-es=2&sheet=wall.letter")
    (choice,) = asked.choices()
    assert choice.languages == ("es", "en") and choice.shares == (2.0, 1.0)
    equal, _ = read("step=make&language=en&language=es&arrange=together&weight-es=2&weight-en=2&sheet=wall.letter")
    assert equal.choices()[0].shares == ()


def test_screens_have_no_bleed_and_need_no_ink_saving():
    asked, _ = read("step=make&language=en&sheet=wall.square&sheet=wall.letter&press=on&saver=on")
    by_size = {choice.size: choice for choice in asked.choices()}
    assert (by_size["square"].press, by_size["square"].saver) == (False, False)
    assert (by_size["letter"].press, by_size["letter"].saver) == (True, True)


def test_the_preview_stays_near_what_was_shown_when_it_is_gone():
    asked, _ = read("step=make&language=en&language=es&sheet=wall.letter&sheet=wall.a4&show=de.wall.a4")
    assert state.name_of(asked.shown()) == "en.wall.a4"


HOSTILE = [
    [("campaign", "nothing")],
    [("campaign", "x" * 5000)],
    [("country", "XX")],
    [("country", "United States")],
    [("region", "US-ZZ")],
    [("region", "\x00")],
    [("hotline", "nothing")],
    [("hotline", "'; DROP TABLE hotlines_hotline; --")],
    [("language", f"x{number}") for number in range(50)],
    [("language", "en")] * 500,
    [("sheet", "wall.a0"), ("sheet", "....."), ("sheet", "wall")],
    [("arrange", "heap")],
    [("step", "nowhere")],
    [("zoom", "huge")],
    [("page", "-1")],
    [("page", "9" * 40), ("step", "make"), ("language", "en"), ("sheet", "wall.letter")],
    [("page", "٣")],
    [("logo", "99999999999999999999")],
    [("logo", "999")],
    [("logo", "²")],
    [("show", "+.+.+")],
    [("show", "\x00" * 300)],
    [("weight-en", "1e9"), ("weight-xx", "3")],
    [("first", "../../etc")],
    [("issued_by", "<script>alert(1)</script>")],
    [("issued_by", "x" * 100_000)],
    [("issued_by", "\u202eabc\x00")],
    [("rule", "<b>" * 100)],
    [("nothing", "at all")],
]


@pytest.mark.parametrize("pairs", HOSTILE, ids=lambda pairs: f"{pairs[0][0]}-{len(pairs)}-{pairs[0][1][:12]!a}")
@pytest.mark.parametrize("step", ["place", "languages", "options", "make"])
def test_no_address_breaks_the_page(as_cora, monkeypatch, pairs, step):
    monkeypatch.setattr(turns, "turn", refusing)
    if any(name == "step" for name, _value in pairs):
        step = ""
    text = page(as_cora, *pairs, *([("step", step)] if step else []))
    assert "<h1>Poster studio</h1>" in text and "<script>alert" not in text


def refusing(*_args, **_more):
    raise turns.NoTurn


@pytest.mark.parametrize(
    ("pairs", "sentence"),
    [
        ([("campaign", "nothing")], "There is no campaign “nothing”."),
        ([("country", "XX")], "No number is known for “XX”."),
        ([("region", "US-ZZ")], "There is no region “US-ZZ” here."),
        ([("hotline", "gb-weak")], "does not belong to this place"),
        ([("language", "xx"), ("language", "en")], "There are no posters in “xx”."),
        ([("sheet", "wall.a0")], "There is no sheet “wall.a0”."),
        ([("step", "languages"), ("sheet", "wall.letter")], "Choose at least one language."),
        ([("step", "languages"), ("language", "en")], "Choose at least one sheet."),
        ([("issued_by", "x" * 83)], "cut 3 characters"),
        ([("logo", "999")], "The logo is no longer there."),
        (
            [("language", code) for code in ("en", "es", "ar", "de")] + [("arrange", "together")],
            "4 languages do not fit",
        ),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(as_cora, monkeypatch, pairs, sentence):
    monkeypatch.setattr(turns, "turn", refusing)
    assert sentence in page(as_cora, *pairs)


def test_what_was_typed_stays(as_cora):
    text = page(as_cora, ("step", "options"), ("issued_by", "y" * 90), ("language", "en"), ("sheet", "wall.letter"))
    assert "y" * 90 in text and 'aria-invalid="true"' in text


# --- The preview is the file ----------------------------------------------------------------------------------------


def shown(text: str) -> str:
    """The address of the picture on a page."""
    return text.partition('<img src="/en/posters/studio/preview/')[2].partition('"')[0]


SHEET = [("step", "options"), ("language", "ar"), ("sheet", "card.sticker")]


def test_the_preview_is_a_picture_of_the_very_file_that_is_downloaded(as_cora):
    text = page(as_cora, *SHEET)
    name = shown(text)
    key = name[:64]
    picture = as_cora.get(f"/en/posters/studio/preview/{name}")
    assert picture["Content-Type"] == "image/png" and "immutable" in picture["Cache-Control"]
    assert Sheet.objects.count() == 0  # nothing is printed yet

    file = as_cora.get(address(SHEET, name="file"))
    assert file["Content-Type"] == "application/pdf"
    assert file.content == store.place(key, "pdf").read_bytes()
    sheet = Sheet.objects.get()
    assert sheet.key == key and str(sheet) in file["Content-Disposition"] and str(sheet) in text
    drawn = pypdfium2.PdfDocument(file.content)[0].render(scale=1400 / 216).to_pil()
    assert Image.open(io.BytesIO(picture.content)).size == drawn.size
    assert 'lang="ar"' in text and "1-800-555-0199" in text


def test_a_picture_for_screens_comes_as_png(as_cora):
    file = as_cora.get(address([("step", "make"), ("language", "en"), ("sheet", "wall.square")], name="file"))
    assert file["Content-Type"] == "image/png" and Image.open(io.BytesIO(file.content)).size == (1080, 1080)


def test_a_picture_of_nothing_is_not_there(as_cora, client, agency):
    assert as_cora.get(f"/en/posters/studio/preview/{'0' * 64}-fit.png").status_code == 404
    client.force_login(member(agency, Role.EDITOR))
    assert client.get(f"/en/posters/studio/preview/{'0' * 64}-fit.png").status_code == 404


def test_a_text_that_is_too_long_is_told_with_the_number_of_characters_and_not_tried_again(as_cora, monkeypatch):
    CampaignWords.objects.filter(language="en").update(headline="Unbreakable" * 7)
    pairs = [("step", "make"), ("language", "en"), ("sheet", "card.sticker")]
    text = page(as_cora, *pairs)
    assert "English, headline: cut " in text and "Words too long" in text
    monkeypatch.setattr(turns, "turn", refusing)
    assert "English, headline: cut " in page(as_cora, *pairs)
    answer = as_cora.get(address(pairs, name="file"))
    assert answer.status_code == 422 and Sheet.objects.count() == 0


def test_the_words_that_do_not_fit_are_a_link_away(as_cora):
    CampaignWords.objects.filter(language="en").update(headline="Unbreakable" * 7)
    words = CampaignWords.objects.get(language="en", campaign__code="dont-be-fooled")
    text = page(as_cora, ("step", "options"), ("language", "en"), ("sheet", "card.sticker"))
    assert reverse("wagtailsnippets_posters_campaignwords:edit", args=[words.pk]) in text


def test_a_sheet_is_offered_to_the_gallery_once(as_cora, client, agency):
    asked = {"state": urlencode([("step", "options"), ("language", "en"), ("sheet", "card.sticker")])}
    for _ in range(2):
        answer = as_cora.post(reverse("studio:offer"), asked)
        poster = Poster.objects.get()
        assert answer["Location"] == reverse("poster_desk:poster", args=[poster.pk])
    assert not poster.is_public and Choice.read(poster.choice).size == "sticker"
    client.force_login(member(agency, Role.TRANSLATOR))
    assert client.post(reverse("studio:offer"), asked).status_code == 404


def test_languages_are_named_in_the_language_of_the_page(as_cora, monkeypatch):
    monkeypatch.setattr(turns, "turn", refusing)
    text = as_cora.get("/es/posters/studio/?step=languages&language=ar&sheet=wall.letter").content.decode()
    assert "Alemán" in text and "German" not in text


# --- Limits ---------------------------------------------------------------------------------------------------------


def test_new_sheets_are_counted_by_person_and_hour_and_old_ones_are_not(as_cora, settings, agency, client):
    settings.POSTERS_PER_HOUR = 1
    pairs = [("step", "options"), ("language", "en")]
    first, second = [*pairs, ("sheet", "card.sticker")], [*pairs, ("sheet", "card.card-3x5")]
    assert shown(page(as_cora, *first))
    refused = page(as_cora, *second)
    assert not shown(refused) and "many new sheets" in refused and 'data-standing="limit"' in refused
    assert shown(page(as_cora, *first))  # it lies in the store
    client.force_login(member(agency, Role.COORDINATOR))
    assert shown(page(client, *second))


def test_one_sheet_at_a_time_for_a_person():
    with turns.turn("1"), pytest.raises(turns.NoTurn), turns.turn("1", wait_seconds=0):
        pass
    with turns.turn("1", wait_seconds=0):
        pass


def test_two_sheets_at_a_time_for_the_site():
    with turns.turn("1"), turns.turn("2"), pytest.raises(turns.NoTurn), turns.turn("3", wait_seconds=0):
        pass


def test_no_more_wait_than_may(settings):
    settings.POSTERS_WAITING_MOST = 0
    with turns.turn("1"), turns.turn("2"), pytest.raises(turns.NoTurn), turns.turn("3", wait_seconds=5):
        pass


def test_who_finds_the_place_full_is_told_to_look_again(as_cora, monkeypatch):
    monkeypatch.setattr(turns, "turn", refusing)
    text = page(as_cora, *SHEET)
    assert 'data-standing="busy"' in text and "Show it again" in text


# --- A weak number --------------------------------------------------------------------------------------------------

WEAK = [("step", "place"), ("country", "GB"), ("hotline", "gb-weak"), ("language", "en"), ("sheet", "card.sticker")]


def test_a_weak_number_is_never_chosen_by_itself(as_cora):
    text = page(as_cora, *WEAK[:2], *WEAK[3:])
    assert "no number to print" in text and "weak source: needs your word" in text


def test_a_weak_number_waits_for_a_word_that_is_recorded(as_cora, coordinator):
    text = page(as_cora, *WEAK)
    assert 'data-standing="weak"' in text and not shown(text)
    asked = {"state": urlencode(WEAK), "hotline": "gb-weak"}
    answer = as_cora.post(reverse("studio:confirm_number"), asked)
    assert answer.status_code == 422 and not PrintApproval.objects.exists()
    assert "Say in a sentence" in answer.content.decode() and "Tick the box" in answer.content.decode()
    answer = as_cora.post(reverse("studio:confirm_number"), asked | {"reason": "Read on their page", "sure": "on"})
    assert answer.status_code == 302 and "hotline=gb-weak" in answer["Location"]
    word = PrintApproval.objects.get()
    assert (word.by, word.reason, word.hotline.code) == (coordinator, "Read on their page", "gb-weak")
    assert AuditEvent.objects.filter(action="hotline.print approved", actor=coordinator).exists()
    text = page(as_cora, *WEAK)
    assert shown(text) and "Cora Coordinator" in text and "Read on their page" in text


def test_a_word_for_one_number_is_none_for_another(as_cora):
    asked = {"state": urlencode(WEAK), "hotline": "us-voice", "reason": "Because", "sure": "on"}
    assert as_cora.post(reverse("studio:confirm_number"), asked).status_code == 422
    assert not PrintApproval.objects.exists()


# --- What to know before printing -----------------------------------------------------------------------------------


def test_the_warnings_stand_beside_the_sheet(as_cora, monkeypatch):
    monkeypatch.setattr(turns, "turn", refusing)
    text = page(as_cora, *SHEET)
    for kind in ("draft", "due", "inside", "speech", "text"):
        assert f'data-note="{kind}"' in text, kind
    assert "Arabic is a machine draft" in text
    Hotline.objects.update(verified_on=timezone.localdate())
    assert 'data-note="due"' not in page(as_cora, *SHEET)
    english = page(as_cora, ("step", "options"), ("language", "en"), ("sheet", "card.sticker"))
    for kind in ("draft", "speech", "text"):
        assert f'data-note="{kind}"' not in english, kind


def logo(colour):
    image = Image.new("RGBA", (300, 120), (0, 0, 0, 0))
    image.paste(colour, (40, 30, 260, 90))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    Collection.objects.exists() or Collection.add_root(name="Root")
    return Picture.objects.create(title="Logo", file=ContentFile(buffer.getvalue(), "logo.png"), width=300, height=120)


@pytest.mark.parametrize(("colour", "told"), [((255, 255, 250, 255), True), ((20, 60, 120, 255), False)])
def test_a_logo_too_pale_for_the_paper_is_told(as_cora, monkeypatch, settings, tmp_path, colour, told):
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setattr(turns, "turn", refusing)
    text = page(as_cora, ("step", "options"), ("language", "en"), ("sheet", "wall.letter"), ("logo", logo(colour).pk))
    assert ('data-note="logo"' in text) is told


def test_a_logo_whose_file_is_gone_is_told(as_cora, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    picture = logo((20, 60, 120, 255))
    Path(picture.file.path).unlink()
    text = page(as_cora, ("step", "options"), ("language", "en"), ("sheet", "wall.letter"), ("logo", picture.pk))
    assert "The file of the logo cannot be read." in text


def test_the_last_step_lists_every_sheet_with_number_code_and_standing(as_cora, monkeypatch):
    monkeypatch.setattr(turns, "turn", refusing)
    pairs = [("step", "make"), *(("language", code) for code in ("en", "es", "ar", "de"))]
    pairs += [("sheet", code) for code in ("wall.letter", "wall.a4", "card.wallet")]
    text = page(as_cora, *pairs)
    assert text.count("data-sheet") == 12 and text.count("Not made yet") == 12
    assert "4 languages, 3 kinds of sheets: 12 files." in text


def test_a_long_list_comes_in_pages(as_cora, monkeypatch):
    monkeypatch.setattr(turns, "turn", refusing)
    pairs = [("step", "make"), *(("language", code) for code in ("en", "es", "ar", "de"))]
    pairs += [("sheet", code) for code in list(state.SHEET_CODES)[:10]]
    assert page(as_cora, *pairs).count("data-sheet") == 30
    assert page(as_cora, *pairs, ("page", "2")).count("data-sheet") == 10


def test_questions_to_the_database_do_not_grow_with_the_sheets(as_cora, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(turns, "turn", refusing)
    pairs = [("step", "make"), *(("language", code) for code in ("en", "es", "ar", "de"))]
    pairs += [("sheet", code) for code in list(state.SHEET_CODES)[:7]]
    page(as_cora, *pairs)
    with django_assert_max_num_queries(60):
        page(as_cora, *pairs)


# --- The kit --------------------------------------------------------------------------------------------------------

KIT = [("step", "make"), ("language", "en"), ("language", "es"), ("sheet", "wall.letter"), ("sheet", "card.sticker")]


def test_a_kit_is_ordered_once_the_warnings_are_read_and_that_is_recorded(as_cora, coordinator, monkeypatch):
    monkeypatch.setattr(turns, "turn", refusing)
    asked = {"state": urlencode(KIT), "title": "For the harbour"}
    answer = as_cora.post(reverse("studio:order"), asked)
    assert answer.status_code == 422 and not Kit.objects.exists()
    assert "Read the warnings" in answer.content.decode() and "For the harbour" in answer.content.decode()
    answer = as_cora.post(reverse("studio:order"), asked | {"read": "on"})
    kit = Kit.objects.get()
    assert answer.status_code == 302 and answer["Location"] == reverse("posters:kit", args=[kit.pk])
    assert (kit.name, kit.made_by) == ("For the harbour", coordinator)
    wanted = [Choice.read(row.choice) for row in kit.places.all()]
    assert wanted == read(urlencode(KIT))[0].choices() and len(wanted) == 4
    event = AuditEvent.objects.get(action="posters.warnings read")
    assert event.actor == coordinator and any("Spanish" in text for text in event.detail["warnings"])
    as_cora.post(reverse("studio:order"), asked | {"read": "on"})  # a double click
    assert Kit.objects.count() == 1


def test_a_kit_without_warnings_asks_for_nothing(as_cora, monkeypatch):
    monkeypatch.setattr(turns, "turn", refusing)
    Hotline.objects.update(verified_on=timezone.localdate())
    pairs = [("step", "make"), ("language", "en"), ("sheet", "wall.letter")]
    assert 'name="read"' not in page(as_cora, *pairs)
    assert as_cora.post(reverse("studio:order"), {"state": urlencode(pairs)}).status_code == 302
    assert Kit.objects.count() == 1 and not AuditEvent.objects.filter(action="posters.warnings read").exists()


@pytest.mark.parametrize("pairs", [KIT[:3], [*KIT, ("issued_by", "x" * 90)], [*WEAK, ("step", "make")], []])
def test_what_cannot_be_made_cannot_be_ordered(as_cora, monkeypatch, pairs):
    monkeypatch.setattr(turns, "turn", refusing)
    answer = as_cora.post(reverse("studio:order"), {"state": urlencode(pairs), **({"read": "on"} if pairs else {})})
    assert answer.status_code == 422 and not Kit.objects.exists()


def test_a_refused_order_says_why_and_keeps_the_name(as_cora, monkeypatch):
    monkeypatch.setattr(turns, "turn", refusing)
    monkeypatch.setattr("posters.jobs.SHEETS_MOST", 3)
    asked = {"state": urlencode(KIT), "title": "For the harbour", "read": "on"}
    text = as_cora.post(reverse("studio:order"), asked).content.decode()
    assert "A kit holds at most 3 sheets" in text and "For the harbour" in text and not Kit.objects.exists()


# --- Posting rules --------------------------------------------------------------------------------------------------


def test_the_shown_sheet_is_compared_with_the_rule_that_was_chosen(as_cora):
    pairs = [("step", "options"), ("language", "en"), ("sheet", "card.sticker"), ("region", "US-CA")]
    rule = next(rule for rule in rules.for_place("US", "US-CA") if rule.papers)
    assert "data-rule=" not in page(as_cora, *pairs)
    text = page(as_cora, *pairs, ("rule", rule.id))
    assert f'data-rule="{rule.id}"' in text and 'data-answer="fails"' in text  # a sticker is too small
    assert "data-rule=" not in page(as_cora, *pairs, ("rule", "no-such-rule"))


def test_a_withdrawn_sheet_is_not_given_out_again(as_cora):
    as_cora.get(address(SHEET, name="file"))
    Sheet.objects.update(withdrawn_at=timezone.now(), withdrawn_why="Wrong place")
    text = page(as_cora, *SHEET)
    assert not shown(text) and "was withdrawn: Wrong place" in text
    assert as_cora.get(address(SHEET, name="file")).status_code == 422
    assert "Withdrawn" in page(as_cora, ("step", "make"), *SHEET[1:])


def test_the_hour_of_the_limit_is_over_after_an_hour(coordinator, settings):
    settings.POSTERS_PER_HOUR = 1
    now = timezone.now()
    turns.count(coordinator, now=now)
    with pytest.raises(turns.limits.TooMany):
        turns.count(coordinator, now=now + timedelta(minutes=59))
    turns.count(coordinator, now=now + timedelta(minutes=61))
