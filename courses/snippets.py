"""The editors' screens for what courses draw from: questions, pools, definitions, statistics, glossary terms, videos."""

from django.contrib import messages
from django.contrib.admin.utils import quote
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Cast, Coalesce
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.ui.tables import BooleanColumn, Column, LiveStatusTagColumn, LocaleColumn, UpdatedAtColumn
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import ReferenceIndex
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction
from wagtail.snippets.views.snippets import CopyView, IndexView, SnippetViewSet, SnippetViewSetGroup

from courses.models import Definition, GlossaryTerm, Question, QuestionPool, Statistic, Video
from courses.questions import duplicate
from kernel.exports import HarmlessExport


def with_usage(queryset):
    """Add `usage_count`: how many pages and other entries refer to each row. One query, whatever the number of rows."""
    model = queryset.model
    content_type = ContentType.objects.get_for_model(model)
    references = (
        ReferenceIndex.objects.filter(
            to_content_type=content_type, to_object_id=Cast(OuterRef("pk"), CharField(max_length=255))
        )
        .order_by()
        .values("to_object_id")
        .annotate(total=Count("object_id", distinct=True))
        .values("total")
    )
    return queryset.annotate(usage_count=Coalesce(Subquery(references, output_field=IntegerField()), 0))


class UsedView(HarmlessExport, IndexView):
    """A list that says how often each row is used."""

    def get_base_queryset(self):
        return with_usage(super().get_base_queryset())


class UsedInColumn(Column):
    """How many pages and entries refer to the row, with a way to their list."""

    cell_template_name = "courses/admin/used_in_cell.html"

    def __init__(self):
        super().__init__("usage_count", label=gettext_lazy("Used in"), sort_key="usage_count")

    def get_cell_context_data(self, instance, parent_context):
        url = reverse(instance.snippet_viewset.get_url_name("usage"), args=[quote(instance.pk)])
        return super().get_cell_context_data(instance, parent_context) | {"usage_url": url}


class ReferenceViewSet(SnippetViewSet):
    """What the screens of definitions, statistics and terms have in common."""

    index_view_class = UsedView
    list_per_page = 50
    search_backend_name = None  # plain search in the database: quotes and the like are only letters to it
    copy_view_enabled = False


class QuestionCopyView(CopyView):
    """Ask, then make a draft copy under a key of its own and open it."""

    http_method_names = ["get", "post"]
    template_name = "courses/admin/question_copy.html"

    def get(self, request, *args, **kwargs):
        self.object = self.get_object()
        context = WagtailAdminTemplateMixin.get_context_data(self, object=self.object)
        return self.render_to_response(context | {"page_title": _("Duplicate a question")})

    def post(self, request, *args, **kwargs):
        copy = duplicate(self.get_object())
        messages.success(request, _("The copy “%(key)s” is a draft. Change it, then publish it.") % {"key": copy.key})
        return redirect(reverse(self.edit_url_name, args=[quote(copy.pk)]))


class QuestionIndexView(UsedView):
    def _get_title_column(self, *args, **kwargs):
        return super()._get_title_column(*args, width="36%", **kwargs)

    def get_base_queryset(self):
        return super().get_base_queryset().select_related("pool", "locale").prefetch_related("choices")


class QuestionViewSet(SnippetViewSet):
    model = Question
    icon = "help"
    menu_label = gettext_lazy("Questions")
    index_view_class = QuestionIndexView
    copy_view_class = QuestionCopyView
    list_per_page = 50
    search_fields = ["key", "stem", "choices__text"]
    search_backend_name = None
    list_filter = ["kind", "concept", "use", "pool", "live"]
    list_export = ["key", "kind", "concept", "use", "scoring", "stem", "explanation", "pool", "live"]
    export_filename = "questions"
    ordering = ["key"]

    list_display = [
        "__str__",
        Column("key", label=gettext_lazy("Key"), sort_key="key"),
        Column("kind", label=gettext_lazy("Kind"), accessor="get_kind_display", sort_key="kind"),
        Column("concept", label=gettext_lazy("Concept"), accessor="get_concept_display", sort_key="concept"),
        Column("use", label=gettext_lazy("Use"), accessor="get_use_display", sort_key="use"),
        Column("is_critical", label=gettext_lazy("Can do harm"), accessor=lambda q: _("Yes") if q.is_critical else ""),
        UsedInColumn(),
        LocaleColumn(),
        LiveStatusTagColumn(),
    ]


class PoolViewSet(SnippetViewSet):
    model = QuestionPool
    icon = "folder-open-inverse"
    menu_label = gettext_lazy("Question pools")
    list_display = ["name", "key"]
    search_fields = ["name", "key"]
    search_backend_name = None


class DefinitionViewSet(ReferenceViewSet):
    model = Definition
    icon = "openquote"
    menu_label = gettext_lazy("Definitions")
    search_fields = ["key", "term", "plain", "citation"]
    list_filter = ["confidence", "live"]

    list_display = ["term", "citation", "as_of", "confidence", UsedInColumn(), LiveStatusTagColumn(), UpdatedAtColumn()]


class StatisticViewSet(ReferenceViewSet):
    model = Statistic
    icon = "table"
    menu_label = gettext_lazy("Statistics")
    search_fields = ["key", "claim", "publisher"]
    list_filter = ["kind", "historical", "confidence", "year", "live"]

    list_display = [
        "claim",
        "year",
        "publisher",
        Column("kind", label=gettext_lazy("Kind"), accessor="get_kind_display", sort_key="kind"),
        BooleanColumn("historical"),
        UsedInColumn(),
        LiveStatusTagColumn(),
    ]


class GlossaryViewSet(ReferenceViewSet):
    model = GlossaryTerm
    icon = "list-ul"
    menu_label = gettext_lazy("Glossary")
    search_fields = ["key", "term", "meaning"]
    list_filter = ["live"]
    list_display = ["term", "meaning", LiveStatusTagColumn(), UpdatedAtColumn()]


class VideoViewSet(ReferenceViewSet):
    model = Video
    icon = "media"
    menu_label = gettext_lazy("Videos")
    search_fields = ["title"]

    list_display = ["title", UsedInColumn()]


class TrainingContent(SnippetViewSetGroup):
    """The menu “Training content”."""

    items = (QuestionViewSet, PoolViewSet, DefinitionViewSet, StatisticViewSet, GlossaryViewSet, VideoViewSet)
    menu_label = gettext_lazy("Training content")
    menu_icon = "openquote"
    menu_order = 200


# --- Many at once --------------------------------------------------------------------------------------------------


class QuestionBulkAction(SnippetBulkAction):
    """An action on several questions at once, for those who may publish them."""

    template_name = "courses/admin/bulk_questions.html"
    models = [Question]

    def check_perm(self, question):
        return self.permission_policy.user_has_permission_for_instance(self.request.user, "publish", question)


class PublishQuestions(QuestionBulkAction):
    """Publish the latest draft of each; those that cannot be answered are left out."""

    display_name = gettext_lazy("Publish")
    action_type = "publish"
    aria_label = gettext_lazy("Publish the chosen questions")
    action_priority = 10

    @classmethod
    def execute_action(cls, objects, user=None, **kwargs):
        published = 0
        for question in objects:
            revision = question.latest_revision or question.save_revision(user=user)
            if not revision.as_object().fault():
                revision.publish(user=user)
                published += 1
        return published, len(objects) - published

    def get_success_message(self, num_parent_objects, num_child_objects):
        done = ngettext("%(count)d question published.", "%(count)d questions published.", num_parent_objects) % {
            "count": num_parent_objects
        }
        if not num_child_objects:
            return done
        left = ngettext(
            "%(count)d cannot be answered yet and was left as a draft.",
            "%(count)d cannot be answered yet and were left as drafts.",
            num_child_objects,
        )
        return f"{done} {left % {'count': num_child_objects}}"


class UnpublishQuestions(QuestionBulkAction):
    """Take questions out of use; attempts that have begun keep them."""

    display_name = gettext_lazy("Take out of use")
    action_type = "unpublish"
    aria_label = gettext_lazy("Take the chosen questions out of use")
    action_priority = 20

    @classmethod
    def execute_action(cls, objects, user=None, **kwargs):
        live = [question for question in objects if question.live]
        for question in live:
            question.unpublish(user=user)
        return len(live), 0

    def get_success_message(self, num_parent_objects, num_child_objects):
        return ngettext(
            "%(count)d question taken out of use.", "%(count)d questions taken out of use.", num_parent_objects
        ) % {"count": num_parent_objects}
