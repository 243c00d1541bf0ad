"""A page like those of Wagtail's tutorial: headings and paragraphs in a stream."""

from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.models import Page


class StockPage(Page):
    body = StreamField([("heading", blocks.CharBlock()), ("paragraph", blocks.RichTextBlock())])

    template = "stock/page.html"
