"""Wagtail's own screens for users and groups, put away: people are looked after in ours, and groups come from `ROLES`.

Wagtail's screens show every person to whoever may see one, and know nothing of units.
"""

from django.shortcuts import redirect
from django.urls import path
from wagtail.admin.viewsets.base import ViewSet
from wagtail.users.apps import WagtailUsersAppConfig


def to_people(request, pk=None):
    """Lead links that Wagtail makes to a person's own screen to ours."""
    return redirect("people:person", pk=pk) if pk else redirect("people:list")


class NoUsers(ViewSet):
    def register_menu_item(self):
        """No entry in the menu."""

    def get_urlpatterns(self):
        return [
            path("", to_people, name="index"),
            path("edit/<int:pk>/", to_people, name="edit"),
            path("usage/<int:pk>/", to_people, name="usage"),
        ]


class NoGroups(ViewSet):
    def register_menu_item(self):
        """No entry in the menu."""


class UsersConfig(WagtailUsersAppConfig):
    user_viewset = "accounts.wagtail_users.NoUsers"
    group_viewset = "accounts.wagtail_users.NoGroups"
