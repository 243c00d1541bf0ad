"""Where the screens of the registry stand in the admin: menu, addresses, dashboard."""

from django.conf import settings
from django.db import models
from django.urls import include, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.permissions import register_permission_policy
from wagtail.snippets import widgets
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from hotlines.models import Hotline, Proposal
from hotlines.screens.registry import HotlineViewSet, HotlineWordsViewSet, KeptPolicy
from kernel.late import Late

PANEL_ROWS = 8
changes, checks, uploads = (Late(f"hotlines.screens.{name}") for name in ("changes", "checks", "uploads"))
urls = [
    path("number-changes/", changes.change_list, name="changes"),
    path("number-changes/<int:pk>/", changes.change, name="change"),
    path("hotlines/<int:pk>/carriers/", changes.carrier_list, name="carriers"),
    path("hotline-import/", uploads.upload, name="upload"),
    path("hotline-checks/<int:pk>/", checks.check, name="check"),
]


@hooks.register("register_admin_urls")
def admin_urls():
    return [path("", include((urls, "hotline_desk")))]


class ChangesItem(MenuItem):
    """Changes that wait, for those who keep hotlines."""

    def is_shown(self, request):
        return request.user.has_perm("hotlines.change_hotline")


class HotlineGroup(SnippetViewSetGroup):
    items = (HotlineViewSet, HotlineWordsViewSet)
    menu_label = _("Hotlines")
    menu_name = "hotlines"
    menu_icon = "mobile-alt"
    menu_order = 220

    def get_submenu_items(self):
        url = reverse("hotline_desk:changes")
        item = ChangesItem(_("Number changes"), url, name="number-changes", icon_name="resubmit", order=50)
        table = reverse("hotline_desk:upload")
        upload = ChangesItem(_("Import a table"), table, name="hotline-import", icon_name="upload", order=60)
        return [*super().get_submenu_items(), item, upload]


register_permission_policy(Hotline, KeptPolicy(Hotline), exact_class=True)
register_snippet(HotlineGroup)


@hooks.register("register_snippet_listing_buttons")
def check_button(snippet, user, next_url=None):
    if isinstance(snippet, Hotline) and user.has_perm("hotlines.change_hotline"):
        url = reverse("hotline_desk:check", args=[snippet.pk])
        yield widgets.SnippetListingButton(_("Note a check"), url, icon_name="check", priority=15)
        url = reverse("hotline_desk:carriers", args=[snippet.pk])
        yield widgets.SnippetListingButton(_("What carries this number"), url, icon_name="link", priority=16)


class DuePanel(Component):
    """On the dashboard: changes that wait, and hotlines whose check is due, those of the home country first."""

    order = 120
    template_name = "hotlines/screens/due_panel.html"

    def get_context_data(self, parent_context):
        at_home = models.Case(models.When(country=settings.HELP_COUNTRY, then=0), default=1)
        due = Hotline.objects.due(on=timezone.localdate()).order_by(at_home, "verified_on", "country", "code")
        return {
            "due": due[:PANEL_ROWS],
            "due_count": due.count(),
            "waiting_count": Proposal.objects.open().count(),
            "due_url": reverse("wagtailsnippets_hotlines_hotline:list") + "?due=due",
        }


@hooks.register("construct_homepage_panels")
def due_panel(request, panels):
    if request.user.has_perm("hotlines.change_hotline"):
        panels.append(DuePanel())
