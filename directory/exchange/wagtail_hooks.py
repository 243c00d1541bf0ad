"""Where the screens of import, export and duplicates stand in the admin."""

from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from kernel.late import Late

screens = Late("directory.exchange.screens")
urls = [
    path("directory/imports/", screens.imports, name="imports"),
    path("directory/imports/<uuid:pk>/", screens.batch, name="batch"),
    path("directory/imports/<uuid:pk>/decide/", screens.decide_batch, name="decide_batch"),
    path("directory/imports/<uuid:pk>/undo/", screens.undo_batch, name="undo_batch"),
    path("directory/duplicates/", screens.pairings, name="pairings"),
    path("directory/duplicates/<int:pk>/", screens.pairing, name="pairing"),
    path("directory/merges/<int:pk>/undo/", screens.undo_merge, name="undo_merge"),
]


@hooks.register("register_admin_urls")
def admin_urls():
    return [path("", include((urls, "directory_exchange")))]


class KeeperItem(MenuItem):
    """Shown to those who may do what is behind it."""

    permission = "directory.change_organisation"

    def is_shown(self, request):
        return request.user.has_perm(self.permission)


class ImportItem(KeeperItem):
    permission = "directory.add_organisation"


@hooks.register("register_admin_menu_item")
def imports_item():
    url = reverse("directory_exchange:imports")
    return ImportItem(_("Directory imports"), url, name="directory-imports", icon_name="upload", order=231)


@hooks.register("register_admin_menu_item")
def duplicates_item():
    url = reverse("directory_exchange:pairings")
    return KeeperItem(_("Directory duplicates"), url, name="directory-duplicates", icon_name="copy", order=232)
