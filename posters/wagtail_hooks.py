"""Where the screens of posters stand in the admin: menu and addresses."""

from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from kernel.late import Late
from posters.screens import words as word_screens

gallery, sheets = Late("posters.screens.gallery"), Late("posters.screens.sheets")
urls = [
    path("sheets/", sheets.sheet_list, name="sheets"),
    path("sheets/<int:pk>/", sheets.sheet, name="sheet"),
    path("sheets/<int:pk>/file/", sheets.sheet_file, name="sheet_file"),
    path("gallery/", gallery.poster_list, name="posters"),
    path("gallery/<int:pk>/", gallery.poster, name="poster"),
    path("review/<str:kind>/<int:pk>/", word_screens.review, name="review"),
]


@hooks.register("register_admin_urls")
def admin_urls():
    return [path("posters/", include((urls, "poster_desk")))]


class Entry(MenuItem):
    """A menu entry for those who hold one of `permissions`."""

    def __init__(self, label, url, permissions, **more):
        super().__init__(label, url, **more)
        self.permissions = permissions

    def is_shown(self, request):
        return any(request.user.has_perm(name) for name in self.permissions)


class PosterGroup(SnippetViewSetGroup):
    items = (word_screens.CampaignViewSet, word_screens.CampaignWordsViewSet, word_screens.CommonWordsViewSet)
    menu_label = _("Posters")
    menu_name = "posters"
    menu_icon = "image"
    menu_order = 210

    def get_submenu_items(self):
        see = ("posters.view_sheet", "posters.change_sheet")
        return [
            *super().get_submenu_items(),
            Entry(
                _("Poster studio"), reverse("studio:studio"), ("posters.add_kit",), name="poster-studio", icon_name="edit",
                order=5,
            ),
            Entry(_("Kits"), reverse("posters:kits"), ("posters.add_kit",), name="kits", icon_name="folder-open-1", order=10),
            Entry(_("Sheets"), reverse("poster_desk:sheets"), see, name="sheets", icon_name="doc-full", order=400),
            Entry(
                _("Gallery"), reverse("poster_desk:posters"), ("posters.change_poster",), name="poster-gallery",
                icon_name="image", order=410,
            ),
        ]  # fmt: skip


register_snippet(PosterGroup)
