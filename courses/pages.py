"""The tree that is taught: catalogue > course > module > lesson."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import PageManager
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from courses.blocks.lesson import LessonBody
from courses.concepts import Concept
from courses.forms import CourseForm, ProsePageForm
from kernel.languages import direction, own_name, tag
from kernel.near import near
from kernel.pages import BasePage, BasePageQuerySet

NEW, IN_PROGRESS, COMPLETED = "new", "in_progress", "completed"


class LearnerPreview:
    """Editors see the page as learners do who stand at different points of the course."""

    preview_modes = [
        (NEW, _("As a new learner")),
        (IN_PROGRESS, _("In progress")),
        (COMPLETED, _("Completed")),
    ]


class CourseQuerySet(BasePageQuerySet):
    def to_list(self) -> list:
        """Return the live courses in their order, each with its `lesson_count`, in two queries."""
        courses = list(self.live().order_by("path"))
        below = Q(pk=None)
        for course in courses:
            below |= Q(path__startswith=course.path)
        paths = LessonPage.objects.live().filter(below).values_list("path", flat=True)
        for course in courses:
            course.lesson_count = sum(path.startswith(course.path) for path in paths)
        return courses


class CatalogPage(BasePage):
    """All courses of one locale."""

    introduction = RichTextField(_("introduction"), features=["bold", "italic", "link"], blank=True)

    parent_page_types = ["home.HomePage"]
    subpage_types = ["courses.CoursePage"]
    max_count_per_parent = 1
    base_form_class = ProsePageForm
    content_panels = [*BasePage.content_panels, FieldPanel("introduction")]
    override_translatable_fields = [
        TranslatableField("title"),
        TranslatableField("introduction"),
        SynchronizedField("slug", overridable=False),
    ]

    class Meta:
        verbose_name = _("course catalogue")

    def get_context(self, request, *args, **kwargs):
        return super().get_context(request, *args, **kwargs) | {"courses": CoursePage.objects.child_of(self).to_list()}


class CoursePage(LearnerPreview, BasePage):
    """A course in one locale; `translation_key` names it in all of them.

    Rules are page fields locked across languages: equal credit in every language.
    """

    summary = models.TextField(_("summary"), max_length=400)
    who_for = models.CharField(_("who it is for"), max_length=240, blank=True)
    introduction = RichTextField(
        _("introduction"), features=["h2", "h3", "bold", "italic", "ol", "ul", "link"], blank=True
    )
    minutes = models.PositiveSmallIntegerField(_("usual length in minutes"), default=30)

    pool = models.ForeignKey(
        "courses.QuestionPool",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("question pool"),
        help_text=_("Leave empty for a course without an assessment."),
    )
    question_count = models.PositiveSmallIntegerField(
        _("questions in an assessment"), default=15, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    required_concepts = models.JSONField(
        _("concepts always asked"),
        default=list,
        blank=True,
        help_text=_("Each attempt has at least one question on each of them."),
    )
    pass_mark = models.PositiveSmallIntegerField(
        _("pass mark in percent"), default=80, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    attempt_limit = models.PositiveSmallIntegerField(_("attempts allowed"), default=0, help_text=_("0 means no limit."))
    wait_minutes = models.PositiveIntegerField(_("minutes to wait after a failed attempt"), default=0)
    time_limit_minutes = models.PositiveSmallIntegerField(
        _("time limit in minutes"), default=0, help_text=_("0 means untimed, which is kinder and the default.")
    )
    seat_minutes = models.PositiveSmallIntegerField(
        _("active minutes required"), default=0, help_text=_("0 means none. Idle time does not count.")
    )
    validity_months = models.PositiveSmallIntegerField(
        _("certificate valid for months"), default=12, help_text=_("0 means without end.")
    )
    renewal_days = models.PositiveSmallIntegerField(_("may be renewed from this many days before the end"), default=60)

    objects = PageManager.from_queryset(CourseQuerySet)()

    parent_page_types = ["courses.CatalogPage"]
    subpage_types = ["courses.ModulePage"]
    base_form_class = CourseForm
    content_panels = [
        *BasePage.content_panels,
        FieldPanel("summary"),
        FieldPanel("who_for"),
        FieldPanel("introduction"),
        FieldPanel("minutes"),
        MultiFieldPanel(
            [
                FieldPanel("pool"),
                FieldRowPanel([FieldPanel("question_count"), FieldPanel("pass_mark")]),
                FieldPanel("required_concepts"),
                FieldRowPanel(
                    [FieldPanel("attempt_limit"), FieldPanel("wait_minutes"), FieldPanel("time_limit_minutes")]
                ),
            ],
            heading=_("Assessment"),
        ),
        MultiFieldPanel(
            [FieldPanel("seat_minutes"), FieldRowPanel([FieldPanel("validity_months"), FieldPanel("renewal_days")])],
            heading=_("Completion and certificate"),
        ),
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("summary"), index.SearchField("introduction")]
    RULES = (
        "pool",
        "question_count",
        "required_concepts",
        "pass_mark",
        "attempt_limit",
        "wait_minutes",
        "time_limit_minutes",
        "seat_minutes",
        "validity_months",
        "renewal_days",
        "minutes",
    )
    override_translatable_fields = [
        TranslatableField("title"),
        TranslatableField("summary"),
        TranslatableField("who_for"),
        TranslatableField("introduction"),
        SynchronizedField("slug", overridable=False),
        *(SynchronizedField(rule, overridable=False) for rule in RULES),
    ]

    class Meta:
        verbose_name = _("course")

    def get_context(self, request, *args, **kwargs):
        from courses.outline import outline  # the outline is made of these very pages

        return super().get_context(request, *args, **kwargs) | {
            "outline": outline(self.translation_key, self.locale.language_code),
            "languages": near(f"languages:{self.translation_key}", self._languages),
        }

    def _languages(self) -> list[dict]:
        """Languages the course is live in, each named in itself."""
        codes = (
            CoursePage.objects.live()
            .filter(translation_key=self.translation_key)
            .order_by("path")
            .values_list("locale__language_code", flat=True)
        )
        return [{"tag": tag(code), "name": own_name(code), "direction": direction(code)} for code in codes]

    def rules(self) -> dict:
        """The rules in force now, as plain data, to be frozen into an attempt or completion."""
        return {rule: getattr(self, rule) for rule in self.RULES if rule != "pool"} | {"pool": self.pool_id}

    def clean(self):
        super().clean()
        from django.core.exceptions import ValidationError

        unknown = sorted(set(self.required_concepts or []) - set(Concept.values))
        if unknown:
            raise ValidationError(
                {"required_concepts": _("Unknown concepts: %(list)s.") % {"list": ", ".join(unknown)}}
            )
        if self.pool_id and len(self.required_concepts or []) > self.question_count:
            raise ValidationError(
                {
                    "question_count": _(
                        "There are more concepts than questions: ask more questions or require fewer concepts."
                    )
                }
            )


class ModulePage(BasePage):
    """A part of a course that hangs together."""

    summary = models.TextField(_("summary"), max_length=400, blank=True)

    parent_page_types = ["courses.CoursePage"]
    subpage_types = ["courses.LessonPage"]
    base_form_class = ProsePageForm
    content_panels = [*BasePage.content_panels, FieldPanel("summary")]
    search_fields = [*BasePage.search_fields, index.SearchField("summary")]
    override_translatable_fields = [
        TranslatableField("title"),
        TranslatableField("summary"),
        SynchronizedField("slug", overridable=False),
    ]

    class Meta:
        verbose_name = _("module")

    def get_context(self, request, *args, **kwargs):
        lessons = LessonPage.objects.live().child_of(self).defer("body", "objectives").order_by("path")
        return super().get_context(request, *args, **kwargs) | {"lessons": lessons}


class LessonPage(LearnerPreview, BasePage):
    """A few minutes of teaching, made of blocks."""

    minutes = models.PositiveSmallIntegerField(_("usual length in minutes"), default=2)
    objectives = StreamField(
        [("objective", blocks.CharBlock(max_length=240, label=_("objective")))],
        blank=True,
        verbose_name=_("after this lesson you can …"),
    )
    body = StreamField(LessonBody(), verbose_name=_("body"))

    parent_page_types = ["courses.ModulePage"]
    subpage_types = []
    base_form_class = ProsePageForm
    content_panels = [
        *BasePage.content_panels,
        FieldPanel("objectives"),
        FieldPanel("body"),
        FieldPanel("minutes"),
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]
    override_translatable_fields = [
        TranslatableField("title"),
        TranslatableField("objectives"),
        TranslatableField("body"),
        SynchronizedField("minutes", overridable=False),
        SynchronizedField("slug", overridable=False),
    ]

    class Meta:
        verbose_name = _("lesson")

    def get_context(self, request, *args, **kwargs):
        from courses.outline import course_key_of, outline  # the outline is made of these very pages

        tree = outline(course_key_of(self), self.locale.language_code)
        return super().get_context(request, *args, **kwargs) | {
            "outline": tree,
            "place": tree and tree.lesson(self.translation_key),
            "before": tree and tree.before(self.translation_key),
            "after": tree and tree.after(self.translation_key),
        }
