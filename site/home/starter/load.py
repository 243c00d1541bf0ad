"""Put the whole starter site into the database: home pages, references, catalogue, courses, information pages.

Each stage is one transaction. Words that cannot be read stop everything before the first change.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from wagtail.models import Page, Site

from courses.starter import load as courses
from courses.starter.blocks import page_body, stable_key, tidy
from courses.starter.checks import problems
from courses.starter.kinds import plain
from home.models import HomePage, InformationPage
from hotlines import imports
from hotlines import words as hotline_words
from kernel.languages import tag
from kernel.models import StarterEntry
from kernel.starter import SOURCE, Kind, Loader, StarterProblem, indexes_later, key_of, page_of, root_page
from translations import checks

FOLDER = Path(__file__).parent
HOME_KEY = "home"
LOADER_VERSION = "1"  # raise it when the same words are to be written in another way


def read_pages(languages: list[str]) -> dict[str, dict]:
    return courses.languages_of(FOLDER, "pages", languages)


def fill_home(page, words) -> None:
    plain(page, words, fields=("title", "headline", "lead"))
    page.sections = json.dumps(
        [
            {
                "type": "section",
                "id": str(stable_key(HOME_KEY, "section", number)),
                "value": {
                    "heading": tidy(section["heading"]),
                    "text": tidy(section["text"]),
                    "page": _page_id(section.get("page"), page.locale),
                },
            }
            for number, section in enumerate(words["sections"], start=1)
        ]
    )


def _page_id(key: str | None, locale) -> int | None:
    page = page_of(key, locale) if key else None
    return page and page.pk


def fill_information(page, words) -> None:
    plain(page, words, fields=("title", "summary"))
    page.body = json.dumps(page_body(f"page/{words['key']}", words["body"]))


HOME = Kind("Pages", HomePage, ("title", "headline", "lead", "sections"), fill_home)
INFORMATION = Kind("Pages", InformationPage, ("title", "summary", "body"), fill_information)


def languages() -> list[str]:
    """Languages of the site, besides English, that have starter words."""
    codes = [code for code, _name in settings.LANGUAGES if code != SOURCE]
    return [code for code in codes if (FOLDER / f"pages.{tag(code)}.yaml").exists()]


def files() -> list[Path]:
    return sorted([*FOLDER.glob("*.yaml"), *courses.FOLDER.rglob("*.yaml")])


def files_digest(languages: list[str]) -> str:
    """Digest of everything a run depends on."""
    total = hashlib.sha256(f"{LOADER_VERSION} {languages}".encode())
    for path in files():
        total.update(path.read_bytes())
    return total.hexdigest()


def is_loaded(languages: list[str]) -> bool:
    """Whether the last complete run read exactly these files."""
    return StarterEntry.objects.filter(key="files", words_digest=files_digest(languages)).exists()


def check(languages) -> list[str]:
    """A sentence for everything wrong with the starter words of `languages`. Raises StarterProblem where shapes differ."""
    shipped = hotline_words.files()
    hotline_words.check(shipped)
    codes = {row.code for row in imports.read(imports.SHIPPED)}
    words, pages = courses.read_words(languages), read_pages(languages)
    return [*problems(words, pages, codes), *wrong_texts(words, pages, shipped)]


def wrong_texts(words, pages: dict, hotlines: dict) -> Iterator[str]:
    """What the translators' checks refuse in the translated files: changed numbers, added markup, forbidden terms …"""
    groups = {"catalog": words.catalog, "facts": words.facts, "pages": pages}
    groups |= {f"{slug}/course": found for slug, found in words.courses.items()}
    groups |= {f"{slug}/questions": found for slug, found in words.questions.items()}
    names = {row.code: {"name": row.values.get("name_en", "")} for row in imports.read(imports.SHIPPED)}
    english = {code: names.get(code, {}) | hotlines[SOURCE].get(code, {}) for code in {*names, *hotlines[SOURCE]}}
    groups["hotlines"] = {code: english if code == SOURCE else found for code, found in hotlines.items()}
    for name, by_code in groups.items():
        for code, found in by_code.items():
            for place, source, text in texts(by_code.get(SOURCE), found) if code != SOURCE else ():
                for problem in checks.errors(source, text, code):
                    yield f"{name}.{tag(code)}, {place}: {problem.text}"


def texts(source, words, place: tuple[str, ...] = ()) -> Iterator[tuple[str, str, str]]:
    """`(place, English, translation)` of every text that differs from the English one."""
    if isinstance(source, dict) and isinstance(words, dict):
        for name in source.keys() & words.keys():
            yield from texts(source[name], words[name], (*place, str(name)))
    elif isinstance(source, list) and isinstance(words, list):
        for number, (one, other) in enumerate(zip(source, words, strict=False), start=1):
            yield from texts(one, other, (*place, key_of(one) or str(number)))
    elif isinstance(source, str) and isinstance(words, str) and source and source != words:
        yield ", ".join(place), tidy(source), tidy(words)


def load(languages: list[str], *, begin=lambda total: None, advance=lambda label: None) -> Loader:
    """Load everything; return the loader with its outcomes. Raises StarterProblem before anything was changed."""
    words, pages = courses.read_words(languages), read_pages(languages)
    if found := problems(words, pages, set(courses.hotline_keys())):
        raise StarterProblem("\n  ".join(["", *found]))
    begin(words.count() + sum(1 + len(found["pages"]) for found in pages.values()))
    loader = Loader(languages, advance)
    with indexes_later(loader.touched):
        plant_home(loader, pages)
        references = courses.load_references(loader, words)
        courses.load_catalog(loader, words, HOME_KEY)
        for slug in courses.COURSES:
            courses.load_course(loader, words, slug, references)
        load_pages(loader, pages)
    StarterEntry.objects.update_or_create(key="files", language="", defaults={"words_digest": files_digest(languages)})
    return loader


@transaction.atomic
def plant_home(loader: Loader, pages: dict[str, dict]) -> None:
    """Make room for the home pages, and make the English one the root of the site."""
    root = root_page()
    for welcome in root.get_children().filter(slug="home"):  # the page a fresh Wagtail comes with
        if type(welcome.specific) is Page and not welcome.get_children_count():
            welcome.delete()
    titles = {code: words["home"]["title"] for code, words in pages.items()}
    loader.plant(HOME, HOME_KEY, None, "home", titles)
    set_site(page_of(HOME_KEY, loader.locales[SOURCE]))


def set_site(home: Page | None) -> None:
    """The default site begins at the starter's home page, unless an editor chose another one; its address is SITE_URL."""
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    if home is None and site.pk is None:
        return
    if home is not None and (site.pk is None or not isinstance(site.root_page.specific, HomePage)):
        site.root_page = home
    address = urlsplit(settings.SITE_URL)
    site.hostname = address.hostname
    site.port = address.port or (443 if address.scheme == "https" else 80)
    site.site_name = site.site_name or settings.WAGTAIL_SITE_NAME
    site.save()


@transaction.atomic
def load_pages(loader: Loader, pages: dict[str, dict]) -> None:
    """Information pages, and at last the home page, which points at others."""
    for number, entry in enumerate(pages[SOURCE]["pages"]):
        key = f"page/{entry['key']}"
        found = courses.by_language(pages, "pages", number)
        loader.plant(INFORMATION, key, HOME_KEY, entry["key"], {code: words["title"] for code, words in found.items()})
        instance, outcome = loader.write(INFORMATION, key, entry)
        loader.translate(INFORMATION, key, instance, outcome, found)
    found = courses.by_language(pages, "home")
    instance, outcome = loader.write(HOME, HOME_KEY, found[SOURCE])
    loader.translate(HOME, HOME_KEY, instance, outcome, found)
