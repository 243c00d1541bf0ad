"""Specs of posters from the shipped words, without a database."""

from types import SimpleNamespace

from posters import starter, words
from posters.spec import PosterSpec

# Numbers of films and tests: nobody answers them.
NUMBERS = {"voice": "1-800-555-0199", "text": "555019", "keyword": "HELP", "emergency": "911"}
CAMPAIGNS = tuple(starter.CAMPAIGNS)


def line(**facts):
    """A hotline as `posters.words` looks at it: free, confidential, day and night, Spanish and English, interpreters."""
    known = {
        "toll_free": True,
        "confidential": True,
        "opening_hours": SimpleNamespace(is_always_open=True),
        "interpreter_languages": 200,
        "language_codes": ["en", "es"],
        "channel": "voice",
        "sms_keyword": "HELP",
    }
    return SimpleNamespace(**known | facts)


def tongue(language: str, campaign: str = "dont-be-fooled", issuer: str = "County of Somewhere", **changes):
    said = starter.read(language)
    voice, text = line(), line(channel="text", interpreter_languages=None)
    return words.tongue(
        language, said["common"], said["campaigns"][campaign] | changes, voice=voice, text=text, emergency=voice, issuer=issuer
    )  # fmt: skip


def spec(
    *languages: str, campaign: str = "dont-be-fooled", design="wall", size="letter", words=None, **more
) -> PosterSpec:
    """`words` replaces some of the campaign's words, in every language."""
    return PosterSpec(
        campaign=campaign,
        art=str(starter.CAMPAIGNS[campaign][2]),
        design=design,
        size=size,
        tongues=tuple(tongue(language, campaign, **(words or {})) for language in languages or ("en",)),
        numbers=NUMBERS,
        site="https://lodestar.example",
        issued_by="County of Somewhere",
        **more,
    )
