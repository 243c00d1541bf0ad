"""Who may look things up in the admin's choosers.

Wagtail opens the chooser of every snippet to whoever may open the admin. A training manager has no business in the question
bank: a chooser is for those who may change pages, or who hold a permission on what it lists.
"""

from django.apps import apps
from django.http import Http404
from wagtail.admin.auth import user_has_any_page_permission

NAMESPACE = "wagtailsnippetchoosers_"
ACTIONS = ("view", "add", "change", "publish")


class ChooserMiddleware:
    """Answer 404 for a snippet chooser that is none of the person's business."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        name = next((n for n in request.resolver_match.namespaces if n.startswith(NAMESPACE)), None)
        if (
            name
            and request.user.is_authenticated
            and not may_choose(request.user, *name[len(NAMESPACE) :].split("_", 1))
        ):
            raise Http404


def may_choose(user, app_label: str, model_name: str) -> bool:
    model = apps.get_model(app_label, model_name)
    if any(user.has_perm(f"{app_label}.{action}_{model._meta.model_name}") for action in ACTIONS):
        return True
    return user_has_any_page_permission(user)
