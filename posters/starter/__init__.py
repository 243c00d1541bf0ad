"""The campaigns and words the posters begin with: one YAML file per language, the English one is the source."""

from pathlib import Path

import yaml

from posters.models import Art, Campaign, CampaignWords, CommonWords, Status
from posters.words import LANGUAGES

FOLDER = Path(__file__).parent
CAMPAIGNS = {
    "dont-be-fooled": ("Don’t be fooled", "Everyone; recruitment and control at work", Art.DOOR),
    "your-papers": ("Your papers are yours", "Workers in homes, fields, kitchens and on building sites", Art.PAPERS),
    "real-friends": ("Real friends don’t push", "Teenagers online", Art.THREAD),
}


def read(language: str) -> dict:
    """The shipped words of one language: `status`, `common` and `campaigns`."""
    return yaml.safe_load((FOLDER / f"{language}.yaml").read_text(encoding="utf-8"))


def own_words(said: dict) -> dict:
    """A campaign's words as `CampaignWords` names them."""
    named = {name: text for name, text in said.items() if name != "signs"}
    return named | {f"sign_{number}": text for number, text in enumerate(said["signs"], start=1)}


def load(languages=LANGUAGES, *, advance=lambda: None) -> dict[str, int]:
    """Write what is missing and bring machine drafts up to date; never touch what a person reviewed or wrote anew."""
    counts = {"created": 0, "updated": 0, "kept": 0, "unchanged": 0}
    campaigns = {}
    for code, (name, audience, art) in CAMPAIGNS.items():
        campaigns[code], _ = Campaign.objects.get_or_create(
            code=code, defaults={"name": name, "audience": audience, "art": art}
        )
    for language in languages:
        words = read(language)
        counts[write(CommonWords, {"language": language}, words["common"], words["status"])] += 1
        for code, said in words["campaigns"].items():
            where = {"language": language, "campaign": campaigns[code]}
            counts[write(CampaignWords, where, own_words(said), words["status"])] += 1
        advance()
    return counts


def write(model, where: dict, texts: dict, status: str) -> str:
    """Create or update one set of words; return which of the counts of `load` it was."""
    row = model.objects.filter(**where).first()
    if row is None:
        row = model(**where, **texts, status=status)
        row.full_clean()
        row.save()
        return "created"
    if row.status == Status.REVIEWED:
        return "kept"
    if all(getattr(row, name) == text for name, text in texts.items()):
        return "unchanged"
    if row.written_by_person:
        return "kept"
    for name, text in texts.items():
        setattr(row, name, text)
    row.full_clean()
    row.save()
    return "updated"
