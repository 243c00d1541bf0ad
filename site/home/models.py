"""Home page and information pages."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from courses.forms import ProsePageForm
from courses.models import CoursePage
from kernel.blocks import PageBody
from kernel.pages import BasePage


class SectionBlock(blocks.StructBlock):
    """One of the things the site offers, with a way to it."""

    heading = blocks.CharBlock(max_length=120, label=_("heading"))
    text = blocks.RichTextBlock(features=["bold", "italic", "link"], label=_("text"))
    page = blocks.PageChooserBlock(required=False, label=_("leads to"))

    class Meta:
        icon = "doc-full"
        label = _("Section")
        description = _("One thing the site offers, and the page it leads to.")
        preview_value = {"heading": "Train", "text": "<p>Short lessons, then an assessment.</p>"}


class HomePage(BasePage):
    """The first page of one locale."""

    headline = models.CharField(_("headline"), max_length=160)
    lead = models.TextField(_("lead"), max_length=500)
    sections = StreamField([("section", SectionBlock())], blank=True, verbose_name=_("sections"))

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["courses.CatalogPage", "home.InformationPage"]
    base_form_class = ProsePageForm
    content_panels = [*BasePage.content_panels, FieldPanel("headline"), FieldPanel("lead"), FieldPanel("sections")]
    override_translatable_fields = [
        TranslatableField("title"),
        TranslatableField("headline"),
        TranslatableField("lead"),
        TranslatableField("sections"),
        SynchronizedField("slug", overridable=True),
    ]

    class Meta:
        verbose_name = _("home page")

    def get_context(self, request, *args, **kwargs):
        courses = CoursePage.objects.filter(path__startswith=self.path).to_list()
        return super().get_context(request, *args, **kwargs) | {"courses": courses}


class InformationPage(BasePage):
    """A page that explains something: about, privacy, accessibility."""

    summary = models.CharField(_("summary"), max_length=300, blank=True)
    body = StreamField(PageBody(), verbose_name=_("body"))

    parent_page_types = ["home.HomePage"]
    subpage_types = []
    base_form_class = ProsePageForm
    content_panels = [*BasePage.content_panels, FieldPanel("summary"), FieldPanel("body")]
    search_fields = [*BasePage.search_fields, index.SearchField("summary"), index.SearchField("body")]
    override_translatable_fields = [
        TranslatableField("title"),
        TranslatableField("summary"),
        TranslatableField("body"),
        SynchronizedField("slug", overridable=False),
    ]

    class Meta:
        verbose_name = _("information page")
