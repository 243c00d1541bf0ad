"""The question bank."""

from django.db import models
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    Orderable,
    PreviewableMixin,
    RevisionMixin,
    TranslatableMixin,
    WorkflowMixin,
)
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from courses.blocks.lesson import Steps
from courses.concepts import Category, Concept, Kind, Outcome, Scoring, Use
from courses.faults import fault_of
from courses.forms import QuestionForm
from courses.rehearsal import rehearse

LONG_TEXT = 1500  # characters; caps of SAFEGUARDS U8
CHOICE_TEXT = 300
TICKED = (Kind.SINGLE, Kind.MULTIPLE, Kind.TRUE_FALSE)  # choices are ticked, and so can do harm


class QuestionPool(models.Model):
    """Questions an assessment draws from. A pool may serve several courses."""

    key = models.SlugField(_("key"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=160)

    panels = [FieldPanel("name"), FieldPanel("key")]

    class Meta:
        verbose_name = _("question pool")
        verbose_name_plural = _("question pools")
        ordering = ["name"]

    def __str__(self):
        return self.name


class QuestionQuerySet(models.QuerySet):
    def in_locale(self, code: str):
        return self.filter(locale__language_code=code)

    def live(self):
        return self.filter(live=True)

    def for_assessment(self):
        return self.filter(use__in=[Use.ASSESSMENT, Use.BOTH])

    def critical_keys(self) -> set:
        """The translation keys of those with an answer that crosses the "do no harm" line, in two queries."""
        ticked = self.filter(kind__in=TICKED, choices__critical=True)
        scenarios = self.filter(kind=Kind.SCENARIO).only("kind", "steps", "translation_key")
        return set(ticked.values_list("translation_key", flat=True)) | {
            scenario.translation_key for scenario in scenarios if scenario.is_critical
        }


class Question(
    PreviewableMixin,
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    TranslatableMixin,
    index.Indexed,
    ClusterableModel,
):
    """One item of the bank in one locale; `translation_key` names it in all of them.

    Keys, kind, scoring and what is right follow the English source in every language; only words are translated.
    """

    key = models.SlugField(_("key"), max_length=80)
    pool = models.ForeignKey(QuestionPool, on_delete=models.PROTECT, related_name="questions", verbose_name=_("pool"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.SINGLE)
    concept = models.CharField(_("concept"), max_length=24, choices=Concept.choices)
    use = models.CharField(_("use"), max_length=12, choices=Use.choices, default=Use.ASSESSMENT)
    scoring = models.CharField(_("scoring"), max_length=20, choices=Scoring.choices, default=Scoring.ALL_OR_NOTHING)
    stem = models.TextField(_("question"), max_length=LONG_TEXT)
    explanation = models.TextField(
        _("explanation"), max_length=LONG_TEXT, help_text=_("Why the right answer is right. Shown after answering.")
    )
    lesson = models.ForeignKey(
        "courses.LessonPage",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="taught_questions",
        verbose_name=_("lesson that teaches it"),
    )
    part = models.CharField(
        _("part of that lesson"),
        max_length=36,
        blank=True,
        default="",
        db_default="",
        help_text=_("Feedback leads straight to it."),
    )
    steps = StreamField(Steps(), blank=True, min_num=0, verbose_name=_("steps of the scenario"))

    objects = models.Manager.from_queryset(QuestionQuerySet)()

    base_form_class = QuestionForm
    panels = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("kind"), FieldPanel("scoring")]),
                HelpPanel(template="courses/admin/kinds.html"),
            ],
            heading=_("Kind"),
        ),
        MultiFieldPanel([FieldPanel("stem"), FieldPanel("explanation")], heading=_("Words")),
        InlinePanel("choices", heading=_("Choices"), label=_("choice")),
        FieldPanel("steps"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("concept"), FieldPanel("use")]),
                FieldPanel("lesson"),
                FieldPanel("part"),
                FieldRowPanel([FieldPanel("pool"), FieldPanel("key")]),
            ],
            heading=_("Place in the bank"),
        ),
    ]
    preview_modes = [
        ("question", _("As it is asked")),
        ("right", _("Answered right, with feedback")),
        ("wrong", _("Answered wrong, with feedback")),
    ]
    search_fields = [
        index.SearchField("stem"),
        index.AutocompleteField("stem"),
        index.SearchField("key"),
        index.FilterField("locale_id"),
        index.FilterField("kind"),
        index.FilterField("concept"),
    ]
    override_translatable_fields = [
        TranslatableField("stem"),
        TranslatableField("explanation"),
        TranslatableField("steps"),
        TranslatableField("choices"),
        # A link to a page stays as in English, and is followed to the page's translation where it is shown.
        SynchronizedField("lesson", overridable=False),
        SynchronizedField("part", overridable=False),
        SynchronizedField("key", overridable=False),
        SynchronizedField("pool", overridable=False),
        SynchronizedField("kind", overridable=False),
        SynchronizedField("concept", overridable=False),
        SynchronizedField("use", overridable=False),
        SynchronizedField("scoring", overridable=False),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["key"]
        constraints = [models.UniqueConstraint(fields=["key", "locale"], name="one_question_per_key_and_locale")]

    def __str__(self):
        return Truncator(self.stem).chars(100)

    def get_preview_template(self, request, mode_name):
        return "courses/question_preview.html"

    def get_preview_context(self, request, mode_name):
        return super().get_preview_context(request, mode_name) | {"rehearsal": rehearse(self, mode_name)}

    def fault(self) -> str:
        """What keeps this question from being answerable, in a sentence; empty when nothing does."""
        return fault_of(self.kind, self.choices.all(), len(self.steps))

    @property
    def is_critical(self) -> bool:
        """Whether one of its answers crosses the "do no harm" line."""
        if self.kind == Kind.SCENARIO:
            return any(option["outcome"] == Outcome.HARMFUL for step in self.steps for option in step.value["options"])
        return self.kind in TICKED and any(choice.critical for choice in self.choices.all())


class Choice(TranslatableMixin, Orderable):
    """One choice, pair, step or statement of a question, by the question's kind."""

    question = ParentalKey(Question, on_delete=models.CASCADE, related_name="choices")
    text = models.CharField(_("text"), max_length=CHOICE_TEXT)
    match = models.CharField(
        _("right-hand side"), max_length=CHOICE_TEXT, blank=True, help_text=_("Only for matching.")
    )
    feedback = models.CharField(_("feedback"), max_length=600, blank=True)
    category = models.CharField(
        _("belongs to"), max_length=12, choices=Category.choices, blank=True, help_text=_("Only for classify.")
    )
    correct = models.BooleanField(_("right"), default=False)
    critical = models.BooleanField(
        _("does harm"), default=False, help_text=_("Choosing it fails the attempt whatever the score.")
    )
    pinned = models.BooleanField(_("stays last"), default=False, help_text=_("For “None of these”."))

    panels = [
        FieldPanel("text"),
        FieldPanel("match"),
        FieldPanel("category"),
        FieldRowPanel([FieldPanel("correct"), FieldPanel("critical"), FieldPanel("pinned")]),
        FieldPanel("feedback"),
    ]
    override_translatable_fields = [
        TranslatableField("text"),
        TranslatableField("match"),
        TranslatableField("feedback"),
        SynchronizedField("category", overridable=False),
        SynchronizedField("correct", overridable=False),
        SynchronizedField("critical", overridable=False),
        SynchronizedField("pinned", overridable=False),
    ]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("choice")
        verbose_name_plural = _("choices")

    def __str__(self):
        return self.text


WORDS_AND_RULES = ("pool", "kind", "concept", "use", "scoring", "stem", "explanation", "lesson", "part", "steps")
CHOICE_WORDS_AND_RULES = ("sort_order", "text", "match", "feedback", "category", "correct", "critical", "pinned")


def duplicate(question: Question) -> Question:
    """Return a draft copy, saved, with keys of its own."""
    copy = Question(
        key=free_key(question.key, question.locale),
        locale=question.locale,
        live=False,
        has_unpublished_changes=True,
        **{name: getattr(question, name) for name in WORDS_AND_RULES},
    )
    copy.choices = [
        Choice(locale=question.locale, **{name: getattr(choice, name) for name in CHOICE_WORDS_AND_RULES})
        for choice in question.choices.all()
    ]
    copy.save()
    copy.save_revision(clean=False)
    return copy


def free_key(key: str, locale) -> str:
    """`key-copy`, or `key-copy-2` and so on."""
    stem = f"{key[:68]}-copy"
    taken = set(Question.objects.filter(key__startswith=stem, locale=locale).values_list("key", flat=True))
    return next(name for name in (stem, *(f"{stem}-{n}" for n in range(2, 10_000))) if name not in taken)
