"""The list of hotlines and the form of one. Saving never changes a published number: it proposes the change."""

from django import forms
from django.contrib import messages
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.views.snippets import CreateView, EditView, SnippetViewSet

from hotlines import places, proposals
from hotlines.models import Hotline, HotlineWords


class KeptPolicy(ModelPermissionPolicy):
    """As the model's permissions say, but nobody deletes: a hotline is ended by a date and stays as a record."""

    def user_has_permission(self, user, action):
        return action != "delete" and super().user_has_permission(user, action)

    def user_has_any_permission(self, user, actions):
        return super().user_has_any_permission(user, [action for action in actions if action != "delete"])

    def users_with_any_permission(self, actions):
        return super().users_with_any_permission([action for action in actions if action != "delete"])


class HotlineForm(WagtailAdminModelForm):
    """Writes remarks at once; numbers of a published hotline, and new hotlines, wait for a second person."""

    reason = forms.CharField(
        label=_("Reason for a changed number"),
        required=False,
        max_length=400,
        help_text=_("For the second person: where you read it, and when."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.proposal = None
        self.before = Hotline.objects.get(pk=self.instance.pk) if self.instance.pk else None
        if self.before and "code" in self.fields:
            self.fields["code"].disabled = True

    def save(self, commit=True):
        changes = proposals.difference(self.before, self.instance) if self.before else {}
        if self.before and self.before.is_published:
            for field in changes:
                attribute = Hotline._meta.get_field(field).attname
                setattr(self.instance, attribute, getattr(self.before, attribute))
        hotline = super().save(commit=commit)
        reason = self.cleaned_data.get("reason", "")
        if hotline.is_published and changes:
            self.proposal = proposals.propose(hotline, changes, by=self.for_user, reason=reason)
        elif not hotline.is_published:
            self.proposal = proposals.propose_publication(hotline, by=self.for_user, reason=reason)
        return hotline


class SaysWhatWaits:
    """Tell the editor that the number waits, and where."""

    def save_action(self):
        response = super().save_action()
        if self.form.proposal:
            messages.warning(
                self.request,
                format_html(
                    '{} <a href="{}">{}</a>',
                    gettext("The number waits for a second person. Until then the old one is shown."),
                    reverse("hotline_desk:change", args=[self.form.proposal.pk]),
                    gettext("See the change"),
                ),
            )
        return response


class HotlineCreateView(SaysWhatWaits, CreateView):
    pass


class HotlineEditView(SaysWhatWaits, EditView):
    pass


# --- List ----------------------------------------------------------------------------------------------------------


def countries():
    codes = Hotline.objects.order_by().values_list("country", flat=True).distinct()
    return places.sorted_by_name(codes)


class HotlineFilterSet(WagtailFilterSet):
    """By country, kind, channel and confidence, and those whose check is due."""

    country = ChoiceFilter(label=_("Country"), choices=countries)
    due = ChoiceFilter(label=_("Check"), choices=[("due", _("Is due"))], method="only_due")

    class Meta:
        model = Hotline
        fields = ["country", "kind", "channel", "confidence", "audience", "due"]

    def only_due(self, queryset, name, value):
        return queryset.filter(pk__in=Hotline.objects.due(on=timezone.localdate()).values("pk"))


def number_cell(hotline: Hotline):
    return format_html('<bdi dir="ltr">{}</bdi>', hotline.number or hotline.email or hotline.web or "–")


def state_cell(hotline: Hotline):
    """What needs a person's eye, as badges."""
    badges = []
    if not hotline.is_published:
        badges.append(gettext("Waits for a second person"))
    if not hotline.is_valid(timezone.now()):
        badges.append(gettext("Not in force"))
    if not hotline.is_reachable:
        badges.append(gettext("No way to reach it"))
    if hotline.is_weak:
        badges.append(hotline.get_confidence_display())
    if hotline.is_due(timezone.localdate()):
        badges.append(gettext("Check is due"))
    return format_html_join(" ", '<span class="w-status w-status--label">{}</span>', ((badge,) for badge in badges))


class HotlineViewSet(SnippetViewSet):
    model = Hotline
    icon = "mobile-alt"
    menu_label = _("Registry")
    menu_name = "hotline-registry"
    inspect_view_enabled = True
    copy_view_enabled = False
    add_view_class = HotlineCreateView
    edit_view_class = HotlineEditView
    filterset_class = HotlineFilterSet
    list_per_page = 50
    ordering = ["country", "region", "code"]
    list_display = [
        TitleColumn("name_en", label=_("Hotline"), get_url=lambda hotline: edit_url(hotline)),
        "code",
        Column(
            "country",
            label=_("Country"),
            accessor=lambda hotline: places.country_name(hotline.country),
            sort_key="country",
        ),
        Column("kind", label=_("Kind"), accessor="get_kind_display", sort_key="kind"),
        Column("number", label=_("Number"), accessor=number_cell),
        Column("verified_on", label=_("Last checked"), accessor="verified_on", sort_key="verified_on"),
        Column("state", label=_("Needs"), accessor=state_cell),
    ]
    panels = [
        HelpPanel(template="hotlines/screens/checks_panel.html", heading=_("Checks and changes")),
        MultiFieldPanel(
            [
                FieldPanel("name_en"),
                FieldRowPanel([FieldPanel("name_local"), FieldPanel("name_local_language")]),
                FieldPanel("operator"),
                FieldPanel("code"),
                FieldRowPanel([FieldPanel("country"), FieldPanel("region")]),
                FieldRowPanel([FieldPanel("kind"), FieldPanel("audience")]),
            ],
            heading=_("Who"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("channel"),
                FieldPanel("phone_display"),
                FieldRowPanel([FieldPanel("phone_e164"), FieldPanel("short_code")]),
                FieldRowPanel([FieldPanel("sms_keyword"), FieldPanel("tty")]),
                FieldPanel("url"),
                FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_to")]),
                FieldPanel("replaced_by"),
                FieldPanel("reason"),
            ],
            heading=_("Number: a change waits for a second person"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("languages"),
                FieldPanel("interpreter_languages"),
                FieldRowPanel([FieldPanel("hours"), FieldPanel("time_zone")]),
                FieldPanel("hours_text"),
                FieldRowPanel([FieldPanel("toll_free"), FieldPanel("confidential")]),
                InlinePanel("special_days", label=_("Special day")),
            ],
            heading=_("Languages and hours"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("source_urls"),
                FieldRowPanel([FieldPanel("source_as_of"), FieldPanel("confidence")]),
                FieldPanel("note"),
            ],
            heading=_("Source"),
        ),
    ]

    def get_edit_handler(self):
        """The panels, with our form under them: it is what keeps numbers from changing at once."""
        return ObjectList(self.panels, base_form_class=HotlineForm).bind_to_model(self.model)


def edit_url(hotline: Hotline) -> str:
    return reverse("wagtailsnippets_hotlines_hotline:edit", args=[hotline.pk])


class HotlineWordsViewSet(SnippetViewSet):
    model = HotlineWords
    icon = "comment"
    menu_label = _("Words")
    menu_name = "hotline-words"
    copy_view_enabled = False
    list_display = ["name", Column("hotline", label=_("Hotline"), accessor="hotline.code")]
    panels = [FieldPanel("hotline"), FieldPanel("name"), FieldPanel("note"), FieldPanel("trace")]
