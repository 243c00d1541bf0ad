"""Shipped words, and what of them a hotline's facts allow to be said."""

import csv
import unicodedata
from pathlib import Path

import pytest

from posters import starter, words
from posters.models import Campaign, CampaignWords, CommonWords, Status
from posters.words import LANGUAGES
from tests.factories.posters import line, tongue

GLOSSARY = Path(__file__).parent / "official_terms.csv"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_all_words_with_their_blanks(language):
    source, said = starter.read("en"), starter.read(language)
    assert said["language"] == language
    assert said["status"] == ("source" if language == "en" else "machine")
    assert said["common"].keys() == source["common"].keys()
    assert said["campaigns"].keys() == source["campaigns"].keys() == starter.CAMPAIGNS.keys()
    for name, text in said["common"].items():
        assert words.blanks(text) == words.BLANKS.get(name, set()), name
    for campaign in said["campaigns"].values():
        assert campaign.keys() == source["campaigns"]["dont-be-fooled"].keys()
        assert len(campaign["signs"]) == 3
        assert all(len(campaign[name]) <= words.MOST[name] for name in ("headline", "promise", "call", "trust"))


@pytest.mark.parametrize(
    "row", list(csv.DictReader(GLOSSARY.open())), ids=lambda row: f"{row['term']} {row['language']}"
)
def test_official_terms_are_used(row):
    said = starter.read(row["language"])
    text = " ".join([*said["common"].values(), str(said["campaigns"])]).replace("|", " ")
    assert squeezed(row["printed"]) in squeezed(text)  # as printed: some languages decline it


def squeezed(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower().replace(" ", "")


def test_spanish_says_trata_and_never_trafico_de_personas():
    said = str(starter.read("es")).lower()
    assert "trata de personas" in said
    assert "tráfico" not in said and "trafico" not in said


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code not in {"fa", "ar"}])
def test_strips_are_safe_to_be_found_with(language):
    said = starter.read(language)["common"]
    assert said["tab"] and not set(said["topic"].split()) & {word for word in said["tab"].split() if len(word) > 6}


# --- Facts ------------------------------------------------------------------------------------------------------------


def test_nothing_is_promised_that_the_registry_does_not_say():
    common = starter.read("en")["common"]
    assert (
        words.facts(
            common, line(toll_free=None, confidential=None, opening_hours=None, interpreter_languages=None), "en"
        )
        == []
    )
    assert words.facts(common, line(), "vi") == [
        common[name] for name in ("free", "confidential", "always", "interpreters")
    ]


def test_interpreters_are_named_only_where_the_line_does_not_speak_the_language_itself():
    common = starter.read("en")["common"]
    assert common["interpreters"] not in words.facts(common, line(), "es")


@pytest.mark.parametrize(
    ("language", "said"), [("en", "text"), ("es", "text"), ("vi", "text_limited"), ("zh-Hans", "text_limited")]
)
def test_a_text_line_is_offered_in_the_languages_it_answers_in(language, said):
    common = starter.read(language)["common"]
    assert words.text_line(common, line(channel="text", interpreter_languages=None), language) == common[said]


def test_a_text_line_of_other_languages_is_not_offered():
    common = starter.read("vi")["common"]
    assert words.text_line(common, line(channel="text", language_codes=["fr"]), "vi") == ""
    assert words.text_line(common, None, "vi") == ""


def test_no_name_needed_is_said_only_of_confidential_lines():
    assert tongue("en").trust
    said = starter.read("en")
    open_line = line(confidential=False)
    assert words.tongue("en", said["common"], said["campaigns"]["dont-be-fooled"], voice=open_line).trust == ""


# --- In the database --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_loading_again_keeps_what_a_person_reviewed_or_wrote(django_user_model):
    from datetime import date

    assert starter.load()["created"] == len(LANGUAGES) * 4
    reviewed = CampaignWords.objects.get(campaign__code="dont-be-fooled", language="es")
    reviewed.headline = "No te|dejes engañar."
    reviewed.save()
    reviewed.review(None, on=date(2026, 1, 5))
    written = CommonWords.objects.get(language="fr")
    written.free = "Appel gratuit"
    written.edited()
    written.save()
    stale = CommonWords.objects.get(language="de")
    stale.free = "Gratis"
    stale.save()
    counts = starter.load()
    assert (counts["created"], counts["updated"], counts["kept"]) == (0, 1, 2)
    reviewed.refresh_from_db()
    assert reviewed.headline == "No te|dejes engañar." and reviewed.status == Status.REVIEWED
    assert CommonWords.objects.get(language="de").free == "Kostenlos"


@pytest.mark.django_db
def test_editing_reviewed_words_takes_the_review_away():
    from datetime import date

    starter.load()
    words_of = CommonWords.objects.get(language="es")
    words_of.review(None, on=date(2026, 1, 5))
    words_of.edited()
    assert words_of.is_draft and words_of.reviewed_on is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "text", "allowed"),
    [
        ("call", "Call now", True),
        ("call", "Call 5550199", False),
        ("headline", "Ask {voice}", False),
        ("headline", "Ask {", False),
    ],
)
def test_numbers_and_strange_blanks_are_refused_in_words(name, text, allowed):
    from django.core.exceptions import ValidationError

    campaign = Campaign.objects.create(code="x", name="X")
    row = CampaignWords(
        campaign=campaign, language="en", **starter.own_words(starter.read("en")["campaigns"]["your-papers"])
    )
    setattr(row, name, text)
    if allowed:
        row.full_clean()
    else:
        with pytest.raises(ValidationError) as refused:
            row.full_clean()
        assert set(refused.value.message_dict) == {name}
