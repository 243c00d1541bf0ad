"""Blocks any page may use: prose, notice, picture."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

PROSE_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link"]


class ProseBlock(blocks.RichTextBlock):
    """Running text with headings and lists. A leaf block: its import path is written into migrations."""

    def __init__(self, **kwargs):
        kwargs.setdefault("features", PROSE_FEATURES)
        super().__init__(**kwargs)

    class Meta:
        icon = "pilcrow"
        label = _("Prose")
        template = "kernel/blocks/prose.html"
        description = _("Paragraphs, headings and lists.")
        preview_value = "<h2>A heading</h2><p>Two or three short sentences in plain words. Then the next thought.</p>"


class NoticeBlock(blocks.StructBlock):
    """A boxed remark that stands out from the text around it."""

    tone = blocks.ChoiceBlock(
        choices=[
            ("info", _("Information")),
            ("tip", _("Tip")),
            ("warning", _("Warning")),
            ("important", _("Important")),
        ],
        default="info",
        label=_("tone"),
    )
    heading = blocks.CharBlock(required=False, max_length=120, label=_("heading"))
    text = blocks.RichTextBlock(features=["bold", "italic", "ol", "ul", "link"], label=_("text"))

    class Meta:
        icon = "info-circle"
        label = _("Notice")
        template = "kernel/blocks/notice.html"
        description = _("A remark in a box: information, tip, warning, or something important.")
        preview_value = {"tone": "warning", "heading": "Keep in mind", "text": "<p>One sign alone proves nothing.</p>"}


class FigureBlock(blocks.StructBlock):
    """A picture; authors choose between a description and "decorative"."""

    image = ImageBlock(required=True, label=_("picture"))
    caption = blocks.CharBlock(required=False, max_length=300, label=_("caption"))

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "kernel/blocks/figure.html"
        description = _("A picture with a description for those who cannot see it, and a caption.")
        preview_template = "kernel/blocks/figure_preview.html"


class PageBody(blocks.StreamBlock):
    """What an information page is made of."""

    prose = ProseBlock()
    notice = NoticeBlock()
    figure = FigureBlock()
