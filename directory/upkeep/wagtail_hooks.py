"""Where upkeep stands in the admin: menu, addresses, dashboard."""

from django.urls import include, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.components import Component

from directory.exchange.models import Pairing
from directory.exchange.wagtail_hooks import KeeperItem
from kernel.late import Late

PANEL_ROWS = 6
screens = Late("directory.upkeep.screens")
urls = [
    path("directory/checks/", screens.worklist, name="worklist"),
    path("directory/checks/<uuid:pk>/", screens.entry, name="entry"),
    path("directory/checks/<uuid:pk>/link/", screens.make_link, name="make_link"),
    path("directory/answers/<uuid:pk>/", screens.answer, name="answer"),
]


@hooks.register("register_admin_urls")
def admin_urls():
    return [path("", include((urls, "directory_upkeep_desk")))]


@hooks.register("register_admin_menu_item")
def checks_item():
    url = reverse("directory_upkeep_desk:worklist")
    return KeeperItem(_("Directory checks"), url, name="directory-checks", icon_name="date", order=233)


class DuePanel(Component):
    """On the dashboard: answers that wait, entries whose check is due or that are hidden, pairs to look at."""

    order = 125
    template_name = "directory_upkeep/due_panel.html"

    def get_context_data(self, parent_context):
        from directory.upkeep.screens import rows_of

        on = timezone.localdate()
        counts = {name: rows_of(name, on).count() for name in ("due", "lapsed", "sent")}
        pairs = Pairing.objects.filter(state=Pairing.State.OPEN).count()
        return {
            "counts": counts,
            "pairs": pairs,
            "any": pairs or any(counts.values()),
            "due": rows_of("due", on)[:PANEL_ROWS],
        }


@hooks.register("construct_homepage_panels")
def due_panel(request, panels):
    if request.user.has_perm("directory.change_organisation"):
        panels.append(DuePanel())
