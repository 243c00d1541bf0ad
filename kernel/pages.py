"""The page every page type extends."""

from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet

from kernel import languages
from kernel.shared import mark
from kernel.translation import draft_status


def words_code(item) -> str:
    """The language an object's words are in. A page that only holds the place of a translation has those of its original."""
    if getattr(item, "alias_of_id", None):
        return item.alias_of.locale.language_code
    return item.locale.language_code


class BasePageQuerySet(PageQuerySet):
    def in_locale(self, code: str):
        return self.filter(locale__language_code=code)


class BasePage(Page):
    """A page with its language, direction and translation status at hand."""

    objects = PageManager.from_queryset(BasePageQuerySet)()

    class Meta:
        abstract = True

    @property
    def language(self) -> str:
        """BCP 47 tag of its words, for the `lang` attribute."""
        return languages.tag(words_code(self))

    @property
    def direction(self) -> str:
        return languages.direction(words_code(self))

    @property
    def is_machine_draft(self) -> bool:
        """Whether words on this page were translated by machine and await a native reviewer."""
        return draft_status(self) == "machine"

    def serve(self, request, *args, **kwargs):
        """Answer as Wagtail does; the same for every visitor without cookies, which the page cache may know."""
        response = super().serve(request, *args, **kwargs)
        return mark(response) if request.method in {"GET", "HEAD"} else response
