"""Where the screens of the directory stand in the admin."""

from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.permissions import register_permission_policy
from wagtail.snippets import widgets
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from directory.models import MistakeReport, Organisation, Suggestion
from directory.screens import changes
from directory.screens.entries import KeptOrganisationPolicy, LocationViewSet, OrganisationViewSet, ServiceViewSet
from directory.screens.letters import MistakeReportViewSet, QueuePolicy, SuggestionViewSet

urls = [
    path("contact-changes/", changes.change_list, name="changes"),
    path("contact-changes/<int:pk>/", changes.change, name="change"),
    path("directory-checks/<uuid:pk>/", changes.check, name="check"),
]


@hooks.register("register_admin_urls")
def admin_urls():
    return [path("", include((urls, "directory_desk")))]


class ChangesItem(MenuItem):
    """Changes that wait, for those who keep the directory."""

    def is_shown(self, request):
        return request.user.has_perm("directory.change_organisation")


class DirectoryGroup(SnippetViewSetGroup):
    items = (OrganisationViewSet, ServiceViewSet, LocationViewSet, SuggestionViewSet, MistakeReportViewSet)
    menu_label = _("Directory")
    menu_name = "directory"
    menu_icon = "group"
    menu_order = 230

    def get_submenu_items(self):
        url = reverse("directory_desk:changes")
        item = ChangesItem(_("Contact changes"), url, name="contact-changes", icon_name="resubmit", order=60)
        return [*super().get_submenu_items(), item]


register_permission_policy(Organisation, KeptOrganisationPolicy(Organisation), exact_class=True)
register_permission_policy(Suggestion, QueuePolicy(Suggestion), exact_class=True)
register_permission_policy(MistakeReport, QueuePolicy(MistakeReport), exact_class=True)
register_snippet(DirectoryGroup)


@hooks.register("register_snippet_listing_buttons")
def check_button(snippet, user, next_url=None):
    if isinstance(snippet, Organisation) and user.has_perm("directory.change_organisation"):
        url = reverse("directory_desk:check", args=[snippet.pk])
        yield widgets.SnippetListingButton(_("Note a check"), url, icon_name="check", priority=15)
