"""May a translation be published? Rules per organisation and kind of text; the strictest of a person's units holds."""

from dataclasses import dataclass, fields

from django.conf import settings
from django.utils.translation import gettext, ngettext

from accounts.models import Organisation
from kernel.near import near
from translations.models import ContentClass, Policy


@dataclass(frozen=True)
class Needs:
    """What a translation needs before it is published."""

    complete: bool = True
    fresh: bool = True
    reviewed: bool = False
    native: bool = False
    notice: bool = False


DEFAULTS = {
    ContentClass.ASSESSMENT: Needs(reviewed=True),
    ContentClass.COURSE: Needs(),
    ContentClass.REFERENCE: Needs(),
    ContentClass.PAGE: Needs(complete=False, fresh=False),
}


def needs(content_class: str, user=None) -> Needs:
    """The rules for a kind of text: the site's, or those of the units of `user`, of several the strictest of each."""
    rules = list(Policy.objects.filter(content_class=content_class).select_related("organisation"))
    of_site = next((rule for rule in rules if rule.organisation_id is None), None)
    base = _needs(of_site) if of_site else DEFAULTS.get(content_class, Needs())
    if user is None or not any(rule.organisation_id for rule in rules):
        return base
    found = []
    for unit in Organisation.objects.filter(memberships__user=user).distinct():
        above = [rule for rule in rules if rule.organisation and unit.path.startswith(rule.organisation.path)]
        if above:
            found.append(_needs(max(above, key=lambda rule: len(rule.organisation.path))))
    if not found:
        return base
    return Needs(**{field.name: any(getattr(one, field.name) for one in found) for field in fields(Needs)})


def _needs(rule: Policy) -> Needs:
    return Needs(**{field.name: getattr(rule, field.name) for field in fields(Needs)})


def obstacles(cell, content_class: str, user=None) -> list[str]:
    """Sentences for everything that keeps a translation (a `matrix.Cell`) from being published; empty when nothing does."""
    wanted, found = needs(content_class, user), []
    if cell.wrong:
        found.append(
            ngettext("%(count)d text has an error.", "%(count)d texts have an error.", cell.wrong)
            % {"count": cell.wrong}
        )
    if wanted.complete and cell.missing:
        found.append(
            ngettext("%(count)d text is missing.", "%(count)d texts are missing.", cell.missing)
            % {"count": cell.missing}
        )
    if wanted.fresh and cell.stale:
        found.append(
            ngettext("%(count)d text is stale.", "%(count)d texts are stale.", cell.stale) % {"count": cell.stale}
        )
    unread = cell.done - cell.reviewed
    if wanted.reviewed and unread:
        found.append(
            ngettext("%(count)d text is not reviewed.", "%(count)d texts are not reviewed.", unread) % {"count": unread}
        )
    if wanted.native and cell.reviewed > cell.native:
        found.append(gettext("A native speaker has to review it."))
    return found


def readiness(rows, code: str, user=None) -> list[str]:
    """What a course still needs in a language, one short phrase each; empty when it is ready."""
    from translations.matrix import Cell

    phrases, groups = [], {}
    for row in rows:
        groups.setdefault(row.group, Cell()).add(row.cells.get(code) or Cell())
    total = Cell()
    for cell in groups.values():
        total.add(cell)
    if not total.is_begun:
        return [gettext("not begun")]
    for count, one, many in (
        (total.wrong, "%(count)d string with an error", "%(count)d strings with errors"),
        (total.stale, "%(count)d string stale", "%(count)d strings stale"),
        (total.missing, "%(count)d string missing", "%(count)d strings missing"),
    ):
        if count:
            phrases.append(_counted(one, many, count))
    names = {
        ContentClass.ASSESSMENT: gettext("assessment not reviewed"),
        ContentClass.COURSE: gettext("lessons not reviewed"),
        ContentClass.REFERENCE: gettext("definitions not reviewed"),
    }
    for group, cell in groups.items():
        wanted = needs(group, user)
        if (
            group in names
            and (wanted.reviewed or wanted.native)
            and cell.done > (cell.native if wanted.native else cell.reviewed)
        ):
            phrases.append(names[group])
    return phrases


def _counted(one: str, many: str, count: int) -> str:
    phrases = {
        "%(count)d string with an error": ngettext(
            "%(count)d string with an error", "%(count)d strings with errors", count
        ),
        "%(count)d string stale": ngettext("%(count)d string stale", "%(count)d strings stale", count),
        "%(count)d string missing": ngettext("%(count)d string missing", "%(count)d strings missing", count),
    }
    return phrases[one] % {"count": count}


def always_says_english_counts(content_class: str) -> bool:
    """Whether reviewed translations, too, carry the note that English is the authoritative version."""
    return near(f"english-counts:{content_class}:{settings.LANGUAGE_CODE}", lambda: needs(content_class).notice)
