"""What a lesson is made of. One block per idea, collected at the bottom into `LessonBody`."""

from django.apps import apps
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock

from courses.concepts import Outcome
from kernel.blocks import FigureBlock, NoticeBlock, ProseBlock

SHORT_TEXT = ["bold", "italic", "ol", "ul"]


class SampleBlock(blocks.StructBlock):
    """A block that points at an entry; its preview shows the first entry there is, or says that there is none."""

    sample = ("", "")  # name of the field, model it points at

    def get_preview_value(self):
        name, model = self.sample
        return self.normalize({name: apps.get_model(model).objects.order_by("pk").first()})

    def get_preview_context(self, value, parent_context=None):
        return super().get_preview_context(value, parent_context) | {"sample": value[self.sample[0]]}

    def get_preview_template(self, value, context=None):
        return "courses/admin/block_sample.html"


class DefinitionBlock(SampleBlock):
    """A term of law: the statute's words beside our plain ones."""

    definition = SnippetChooserBlock("courses.Definition", label=_("definition"))
    sample = ("definition", "courses.Definition")

    class Meta:
        icon = "openquote"
        label = _("Definition")
        template = "courses/blocks/definition.html"
        description = _("The words of the law beside plain words, with the citation.")


class StatisticBlock(SampleBlock):
    """A figure with its year, source and kind."""

    statistic = SnippetChooserBlock("courses.Statistic", label=_("statistic"))
    sample = ("statistic", "courses.Statistic")

    class Meta:
        icon = "table"
        label = _("Statistic")
        template = "courses/blocks/statistic.html"
        description = _("One figure with year, source and what it counts; old ones are labelled historical.")


class IndicatorBlock(blocks.StructBlock):
    sign = blocks.CharBlock(max_length=200, label=_("sign"))
    why = blocks.CharBlock(max_length=400, required=False, label=_("why it may matter"))

    class Meta:
        icon = "view"
        label = _("Indicator")


class IndicatorsBlock(blocks.StructBlock):
    """Signs to notice in one kind of place, with the caution that none of them is proof."""

    heading = blocks.CharBlock(max_length=120, label=_("heading"))
    intro = blocks.RichTextBlock(required=False, features=SHORT_TEXT, label=_("introduction"))
    items = blocks.ListBlock(IndicatorBlock(), label=_("indicators"))
    caution = blocks.RichTextBlock(required=False, features=SHORT_TEXT, label=_("caution"))

    class Meta:
        icon = "list-ul"
        label = _("Indicators")
        template = "courses/blocks/indicators.html"
        description = _("A list of signs with the reason each may matter, and a caution.")
        preview_value = {
            "heading": "At the counter",
            "intro": "<p>Look for several signs together.</p>",
            "items": [
                {"sign": "Someone else holds the passport", "why": "A person who controls papers controls movement."}
            ],
            "caution": "<p>No sign is proof.</p>",
        }


class StoryBlock(blocks.StructBlock):
    """A short made-up case with a question; the answer opens on demand."""

    title = blocks.CharBlock(max_length=120, label=_("title"))
    text = blocks.RichTextBlock(features=SHORT_TEXT, label=_("story"))
    question = blocks.CharBlock(required=False, max_length=300, label=_("question"))
    answer = blocks.RichTextBlock(required=False, features=SHORT_TEXT, label=_("answer"))

    class Meta:
        icon = "user"
        label = _("Story")
        template = "courses/blocks/story.html"
        description = _("A made-up case with a question to think about and an answer to open.")
        preview_value = {
            "title": "The kitchen job",
            "text": "<p>Ana was promised work as a cook.</p>",
            "question": "What do you notice?",
            "answer": "<p>The promise and the job differ.</p>",
        }


class ScenarioOptionBlock(blocks.StructBlock):
    text = blocks.CharBlock(max_length=300, label=_("what one could do"))
    outcome = blocks.ChoiceBlock(choices=Outcome.choices, default=Outcome.POOR, label=_("how good it is"))
    consequence = blocks.TextBlock(max_length=800, label=_("what happens then"))
    next = blocks.IntegerBlock(min_value=0, default=0, label=_("go to step"), help_text=_("0 ends the scenario."))

    class Meta:
        icon = "arrow-right"
        label = _("Option")


class ScenarioStepBlock(blocks.StructBlock):
    text = blocks.RichTextBlock(features=SHORT_TEXT, label=_("situation and question"))
    options = blocks.ListBlock(ScenarioOptionBlock(), min_num=2, max_num=5, label=_("options"))

    class Meta:
        icon = "list-ol"
        label = _("Step")


class Steps(blocks.StreamBlock):
    """The steps of a branching scenario, counted from 1 in their order."""

    step = ScenarioStepBlock()

    class Meta:
        min_num = 1
        max_num = 8

    def clean(self, value):
        value = super().clean(value)
        check_steps(value)
        return value


def check_steps(value) -> None:
    """Raise a validation error naming the step when an option leads nowhere or round in a circle."""
    count = len(value)
    for number, step in enumerate(value, start=1):
        for option in step.value["options"]:
            target = option["next"] or 0
            if target > count:
                raise blocks.StreamBlockValidationError(
                    non_block_errors=[
                        _(
                            "Step %(step)d has an option that goes to step %(target)d, but there are only %(count)d steps."
                        )
                        % {"step": number, "target": target, "count": count}
                    ]
                )
            if 0 < target <= number:
                raise blocks.StreamBlockValidationError(
                    non_block_errors=[
                        _("Step %(step)d has an option that goes back to step %(target)d. Options lead forward or end.")
                        % {"step": number, "target": target}
                    ]
                )


class ScenarioBlock(blocks.StructBlock):
    """A branching situation: each option shows its consequence and leads on. Nothing is graded or stored."""

    title = blocks.CharBlock(max_length=120, label=_("title"))
    intro = blocks.RichTextBlock(required=False, features=SHORT_TEXT, label=_("introduction"))
    steps = Steps(label=_("steps"))

    class Meta:
        icon = "resubmit"
        label = _("Scenario")
        template = "courses/blocks/scenario.html"
        description = _("A branching situation with consequences. Practice only: nothing is graded or stored.")
        preview_value = {
            "title": "At the counter",
            "intro": "<p>Two travelers step up. One of them answers every question.</p>",
            "steps": [
                {
                    "type": "step",
                    "value": {
                        "text": "<p>What do you do?</p>",
                        "options": [
                            {
                                "text": "Ask each of them an ordinary question",
                                "outcome": "best",
                                "consequence": "The second one hesitates and looks at the other. You note it.",
                                "next": 0,
                            },
                            {
                                "text": "Tell the first one to be quiet",
                                "outcome": "poor",
                                "consequence": "Now both are on their guard.",
                                "next": 0,
                            },
                        ],
                    },
                }
            ],
        }


class CheckBlock(SampleBlock):
    """An ungraded question of the bank with immediate feedback."""

    question = SnippetChooserBlock("courses.Question", label=_("question"))
    sample = ("question", "courses.Question")

    class Meta:
        icon = "help"
        label = _("Knowledge check")
        template = "courses/blocks/check.html"
        description = _("A question from the bank, ungraded, with feedback at once.")


class ReflectionBlock(blocks.StructBlock):
    """A question to think about. Nothing is written down or sent."""

    prompt = blocks.CharBlock(max_length=300, label=_("prompt"))
    note = blocks.CharBlock(required=False, max_length=400, label=_("note"))

    class Meta:
        icon = "comment"
        label = _("Reflection")
        template = "courses/blocks/reflection.html"
        description = _("A question to think about for a moment. Nothing is stored.")
        preview_value = {"prompt": "Whom would you call first?", "note": "Nothing is stored."}


class HotlineCardBlock(SampleBlock):
    """One hotline with its number and hours, taken from the registry."""

    hotline = SnippetChooserBlock("hotlines.Hotline", label=_("hotline"))
    sample = ("hotline", "hotlines.Hotline")

    class Meta:
        icon = "mobile-alt"
        label = _("Hotline card")
        template = "hotlines/blocks/hotline_card.html"
        description = _("A hotline's number, hours and languages, from the registry.")


class ContentWarningBlock(blocks.StructBlock):
    """Harder text behind a warning, with a gentler text that teaches the same. The choice is not stored."""

    warning = blocks.TextBlock(max_length=400, label=_("warning"))
    body = blocks.RichTextBlock(features=[*SHORT_TEXT, "h3"], label=_("text"))
    alternative = blocks.RichTextBlock(features=[*SHORT_TEXT, "h3"], label=_("text without the details"))

    class Meta:
        icon = "warning"
        label = _("Content warning")
        template = "courses/blocks/content_warning.html"
        description = _("Harder text behind a warning, and another text that makes the same point without the details.")
        preview_value = {
            "warning": "The next part describes threats.",
            "body": "<p>He said he would hurt her family.</p>",
            "alternative": "<p>She was threatened.</p>",
        }


class VideoBlock(SampleBlock):
    """A film with captions and transcript in this language."""

    video = SnippetChooserBlock("courses.Video", label=_("video"))
    sample = ("video", "courses.Video")

    class Meta:
        icon = "media"
        label = _("Video")
        template = "courses/blocks/video.html"
        description = _("A film with captions and transcript.")


class LessonBody(blocks.StreamBlock):
    """Every kind of block a lesson may hold."""

    prose = ProseBlock()
    notice = NoticeBlock()
    definition = DefinitionBlock()
    statistic = StatisticBlock()
    indicators = IndicatorsBlock()
    story = StoryBlock()
    scenario = ScenarioBlock()
    check = CheckBlock()
    reflection = ReflectionBlock()
    hotline = HotlineCardBlock()
    content_warning = ContentWarningBlock()
    figure = FigureBlock()
    video = VideoBlock()

    @cached_property
    def names(self):
        return list(self.child_blocks)
