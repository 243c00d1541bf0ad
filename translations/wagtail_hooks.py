"""Where the workbench stands in the admin: addresses, the menu, and the gate before a translation goes public."""

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.shortcuts import redirect
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.models import TranslatableMixin
from wagtail_localize.models import Translation

from kernel.late import Late
from translations import access
from translations.models import Handover
from translations.screens.shared import language
from translations.sources import content_class

PANEL_ROWS = 8
catalogue, desk, files, matrix, people, posters = (
    Late(f"translations.screens.{name}") for name in ("catalogue", "desk", "files", "matrix", "people", "posters")
)
urls = [
    path("", matrix.matrix, name="matrix"),
    path("complete/", matrix.begin_missing, name="begin_missing"),
    path("files/", files.files, name="files"),
    path("files/out/", files.take_out, name="take_out"),
    path("files/look/", files.look, name="look"),
    path("files/in/", files.take_in, name="take_in"),
    path("translators/", people.translators, name="translators"),
    path("translators/<int:pk>/remove/", people.remove_translator, name="remove_translator"),
    path("rules/", people.policies, name="policies"),
    path("rules/<int:pk>/remove/", people.remove_policy, name="remove_policy"),
    path("<slug:code>/report/", files.report, name="report"),
    path("<slug:code>/interface/", catalogue.interface, name="catalogue"),
    path("<slug:code>/interface/review/", catalogue.review, name="review_catalogue"),
    path("<slug:code>/interface/file/", catalogue.take_along, name="catalogue_file"),
    path("<slug:code>/interface/take-back/", catalogue.take_back, name="catalogue_take_back"),
    path("<slug:code>/posters/<slug:key>/", posters.poster_words, name="poster_words"),
    path("<slug:code>/<int:pk>/", desk.desk, name="desk"),
    path("<slug:code>/<int:pk>/save/", desk.save_one, name="save_one"),
]


@hooks.register("register_admin_urls")
def admin_urls():
    return [path("workbench/", include((urls, "workbench")))]


class WorkbenchItem(MenuItem):
    def is_shown(self, request):
        return access.may_open(request.user)


@hooks.register("register_admin_menu_item")
def menu_item():
    return WorkbenchItem(
        _("Workbench"), reverse("workbench:matrix"), name="workbench", icon_name="wagtail-localize-language", order=150
    )


class WaitingPanel(Component):
    """On the dashboard: translations that wait for this reviewer, and those that came back to this translator."""

    order = 110
    template_name = "translations/screens/waiting_panel.html"

    def get_context_data(self, parent_context):
        user = parent_context["request"].user
        rows = Handover.objects.select_related("translation__source", "translation__target_locale").defer(
            "translation__source__content_json"
        )
        codes = [code for code in access.languages_of(user) if access.may_review(user, code)]
        waiting = rows.filter(state=Handover.State.WAITING, translation__target_locale__language_code__in=codes)
        if not access.may_manage(user):
            waiting = waiting.exclude(sent_by=user)
        open_again = Handover.objects.filter(translation=OuterRef("translation"), sent_at__gt=OuterRef("sent_at"))
        returned = rows.filter(state=Handover.State.RETURNED, sent_by=user).exclude(Exists(open_again))
        return {
            "waiting": [(one, language(one.translation.target_locale.language_code)) for one in waiting[:PANEL_ROWS]],
            "returned": [(one, language(one.translation.target_locale.language_code)) for one in returned[:PANEL_ROWS]],
        }


@hooks.register("construct_homepage_panels")
def waiting_panel(request, panels):
    if access.may_open(request.user):
        panels.append(WaitingPanel())


def _gate(request, instance):
    """Refuse to publish in the other editor what the rules do not let out at the desk."""
    if (
        request.method != "POST"
        or request.POST.get("action") != "publish"
        or not isinstance(instance, TranslatableMixin)
    ):
        return None
    translation = (
        Translation.objects.filter(
            source__object_id=instance.translation_key, target_locale_id=instance.locale_id, enabled=True
        ).select_related("source__specific_content_type", "target_locale").first()
    )  # fmt: skip
    if translation is None:
        return None
    from translations import policy, review
    from translations.segments import segments

    cell = review.cell_of(segments(translation.source, translation.target_locale))
    model = translation.source.specific_content_type.model_class()
    found = policy.obstacles(cell, content_class(model), request.user)
    if not found:
        return None
    messages.error(request, " ".join(found))
    return redirect(request.get_full_path())


hooks.register("before_edit_page", _gate, order=-100)
hooks.register("before_edit_snippet", _gate, order=-100)
