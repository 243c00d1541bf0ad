"""What the header and footer link to, and the same page in other languages."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import translate_url
from django.utils.translation import gettext, override
from wagtail.models import Locale, Page

from courses.models import CatalogPage
from home.models import HomePage, InformationPage
from kernel import languages
from kernel.near import near

SOURCE = "en"


@dataclass(frozen=True)
class Link:
    """A page of the tree; `tag` is the language its words are in."""

    title: str
    url: str
    tag: str


@dataclass(frozen=True)
class Navigation:
    home_url: str
    has_tree: bool
    catalog: Link | None
    information: tuple[Link, ...]


@dataclass(frozen=True)
class LanguageLink:
    """One entry of the language switch. Where the page has no translation it leads to the home page and `note` says so."""

    name: str
    tag: str
    direction: str
    url: str
    is_current: bool
    note: str = ""


def navigation(code: str) -> Navigation:
    """Return the navigation in the language `code`; pages that it lacks stand there in English."""
    return near(f"navigation:{code}", lambda: _make_navigation(code))


def _make_navigation(code: str) -> Navigation:
    home = _family(HomePage, code)
    # A language without a first page has the English tree below its own prefix: there the interface speaks it already.
    has_tree = any(page.locale.language_code == code for page in home)
    prefix = None if has_tree else code
    catalog = _family(CatalogPage, code)
    return Navigation(
        home_url=f"/{code}/",
        has_tree=has_tree,
        catalog=_link(catalog[0], prefix) if catalog else None,
        information=tuple(_link(page, prefix) for page in _family(InformationPage, code)),
    )


def _family(page_type, code: str) -> list[Page]:
    """Return the live pages of a type, each once, in the language `code` or else in English; in the order of the tree."""
    pages = {}
    for page in sorted(
        page_type.objects.live().filter(locale__language_code__in={code, SOURCE}).select_related("locale"),
        key=lambda page: (page.locale.language_code != SOURCE, page.path),
    ):
        if page.url:
            pages[page.translation_key] = page  # English comes first: a translation then takes its place
    return list(pages.values())


def _link(page: Page, prefix: str | None) -> Link:
    """A link to a page, below the prefix of another language if one is given."""
    code = page.locale.language_code
    url = f"/{prefix}/" + page.url.removeprefix(f"/{code}/") if prefix else page.url
    return Link(page.title, url, languages.tag(code))


def language_links(request, page: Page | None, current: str) -> list[LanguageLink]:
    """Return the language switch for this page: every language, named in itself, leading to the same place.

    A page of the tree asks its translations; any other address only changes its prefix.
    """
    translated = _translations(page) if page is not None and page.pk else None
    return [_language_link(code, request, translated, is_current=code == current) for code, _name in settings.LANGUAGES]


def _language_link(code: str, request, translated: dict | None, *, is_current: bool) -> LanguageLink:
    url, note = "", ""
    if translated is not None and not is_current:
        url = translated.get(code, "")
        if not url and navigation(code).has_tree:
            url = navigation(code).home_url
            with override(code):
                note = gettext("This page is not in this language yet. The link leads to the first page.")
    return LanguageLink(
        name=languages.own_name(code),
        tag=languages.tag(code),
        direction=languages.direction(code),
        url=url or (translate_url(request.get_full_path(), code) if request else f"/{code}/"),
        is_current=is_current,
        note=note,
    )


def _translations(page: Page) -> dict[str, str]:
    """Return the address of the live page in each language it exists in, itself included."""
    codes = near("locales", lambda: dict(Locale.objects.values_list("pk", "language_code")))
    family = near(
        f"translations:{page.translation_key}",
        lambda: {
            codes.get(other.locale_id, ""): other.url
            for other in Page.objects.live().filter(translation_key=page.translation_key).order_by("path")
        },
    )
    return {code: url for code, url in family.items() if url}


def source_link(page: Page) -> Link | None:
    """Return the English original of a translated page, or None where there is none to read."""
    url = _translations(page).get(SOURCE) if page is not None and page.pk else None
    return Link(page.title, url, SOURCE) if url else None
