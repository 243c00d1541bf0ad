"""What the screens about people have in common."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.generic.base import BaseListingView

SEARCH_LENGTH = 200


class ScopedListing(BaseListingView):
    """A list that exists only for those `allowed`."""

    paginate_by = 50
    is_searchable = True
    allowed = staticmethod(lambda user: False)

    def dispatch(self, request, *args, **kwargs):
        if not self.allowed(request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def search_queryset(self, queryset):
        if self.is_searching:
            self.__dict__["search_query"] = self.search_query.replace("\0", "").strip()[:SEARCH_LENGTH]
        return super().search_queryset(queryset)


def trail(*items) -> list[dict]:
    """Breadcrumbs from pairs of (address, label); the last has no address."""
    return [
        {"url": reverse_lazy("wagtailadmin_home"), "label": _("Home")},
        *({"url": reverse(name) if name else "", "label": label} for name, label in items),
    ]


def screen(request, template: str, *, title, crumbs, icon="user", status=200, **context):
    """Answer with one of our screens in the admin's frame."""
    context.update(
        {
            "page_title": title,
            "header_title": title,
            "header_icon": icon,
            "breadcrumbs_items": trail(*crumbs, (None, title)),
            "header_buttons": context.pop("buttons", []),
        }
    )
    return render(request, f"accounts/screens/{template}", context, status=status)
