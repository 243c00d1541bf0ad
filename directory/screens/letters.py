"""The queue of what visitors sent in: suggestions and reports of mistakes."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.views.snippets import EditView, SnippetViewSet

from directory.models import MistakeReport, Suggestion


class QueuePolicy(ModelPermissionPolicy):
    """As the model's permissions say, but nobody adds: letters come from visitors."""

    def user_has_permission(self, user, action):
        return action != "add" and super().user_has_permission(user, action)

    def user_has_any_permission(self, user, actions):
        return super().user_has_any_permission(user, [action for action in actions if action != "add"])


class HandledView(EditView):
    """Who decided about a letter is kept."""

    def save_instance(self):
        letter = super().save_instance()
        letter.handled_by = self.request.user
        letter.save(update_fields=["handled_by"])
        return letter


class QueueViewSet(SnippetViewSet):
    edit_view_class = HandledView
    copy_view_enabled = False
    search_backend_name = None
    list_per_page = 50
    ordering = ["-received_on", "-pk"]


class SuggestionViewSet(QueueViewSet):
    model = Suggestion
    icon = "mail"
    menu_label = _("Suggestions")
    menu_name = "directory-suggestions"
    list_filter = ["state", "country"]
    search_fields = ["name", "city", "what"]
    list_display = [
        "name",
        "country",
        "city",
        "received_on",
        Column("state", label=_("State"), accessor="get_state_display"),
    ]
    panels = [
        MultiFieldPanel(
            [
                FieldPanel("name", read_only=True),
                FieldRowPanel([FieldPanel("country", read_only=True), FieldPanel("city", read_only=True)]),
                FieldRowPanel([FieldPanel("website", read_only=True), FieldPanel("phone", read_only=True)]),
                FieldPanel("what", read_only=True),
                FieldPanel("answer_to", read_only=True),
            ],
            heading=_("What was sent: compare it with the organisation's own page"),
        ),
        MultiFieldPanel([FieldPanel("state"), FieldPanel("staff_note")], heading=_("Decision")),
    ]

    def get_edit_handler(self):
        return ObjectList(self.panels).bind_to_model(self.model)


class MistakeReportViewSet(QueueViewSet):
    model = MistakeReport
    icon = "warning"
    menu_label = _("Reports of mistakes")
    menu_name = "directory-mistakes"
    list_filter = ["state", "problem"]
    search_fields = ["organisation__name", "words"]
    list_display = [
        "organisation",
        Column("problem", label=_("What is wrong"), accessor="get_problem_display"),
        "received_on",
        Column("state", label=_("State"), accessor="get_state_display"),
    ]
    panels = [
        MultiFieldPanel(
            [
                FieldPanel("organisation", read_only=True),
                FieldPanel("problem", read_only=True),
                FieldPanel("words", read_only=True),
            ],
            heading=_("What was sent"),
        ),
        MultiFieldPanel([FieldPanel("state"), FieldPanel("staff_note")], heading=_("Decision")),
    ]

    def get_edit_handler(self):
        return ObjectList(self.panels).bind_to_model(self.model)
