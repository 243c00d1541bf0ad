"""The lists and forms of entries. Saving never changes a protected contact of a published entry: it proposes the change."""

from django import forms
from django.contrib import messages
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.snippets.views import chooser
from wagtail.snippets.views.chooser import SnippetChooserViewSet
from wagtail.snippets.views.snippets import CreateView, EditView, SnippetViewSet

from directory import contact_changes
from directory.models import Location, Organisation, Service
from directory.models.entries import State, organisation_of
from directory.vocabulary import ServiceKind
from hotlines import places
from hotlines.screens.registry import KeptPolicy


class EntryForm(WagtailAdminModelForm):
    """Writes everything but protected contacts, which wait for a second person. `held` are those that wait."""

    reason = forms.CharField(
        label=_("Reason for a changed contact"),
        required=False,
        max_length=400,
        help_text=_("For the second person: where you read it, and when."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.held = []
        was = Organisation.objects.filter(pk=self.instance.pk).values_list("state", flat=True).first()
        if "state" in self.fields and was and was != State.DRAFT:
            self.fields["state"].choices = [pair for pair in State.choices if pair[0] != State.DRAFT]

    def save(self, commit=True):
        organisation = organisation_of(self.instance)
        if organisation is None or not commit:
            return super().save(commit=commit)
        with contact_changes.guarded(
            organisation, by=self.for_user, reason=self.cleaned_data.get("reason", "")
        ) as held:
            row = super().save(commit=commit)
        self.held = held
        if held:
            row.refresh_from_db()
        return row


class SaysWhatWaits:
    """Tell the editor that a contact waits, and where."""

    def save_action(self):
        response = super().save_action()
        held = getattr(self.form, "held", [])
        if held:
            messages.warning(
                self.request,
                format_html(
                    '{} <a href="{}">{}</a>',
                    ngettext(
                        "%(count)d contact waits for a second person. Until then the old one is shown.",
                        "%(count)d contacts wait for a second person. Until then the old ones are shown.",
                        len(held),
                    )
                    % {"count": len(held)},
                    reverse("directory_desk:change", args=[held[0].pk]),
                    gettext("See the change"),
                ),
            )
        return response


class EntryCreateView(SaysWhatWaits, CreateView):
    pass


class EntryEditView(SaysWhatWaits, EditView):
    pass


class NameFilterForm(BaseFilterForm):
    """Find by name in a chooser."""

    q = forms.CharField(label=_("Name"), required=False, widget=forms.TextInput(attrs={"placeholder": _("Search")}))

    def filter(self, objects):
        objects = super().filter(objects)
        typed = self.cleaned_data.get("q")
        if typed:
            objects = objects.filter(name__icontains=typed)
            self.is_searching, self.search_query = True, typed
        return objects


class FilteredChoose:
    filter_form_class = NameFilterForm


class EntryChooseView(FilteredChoose, chooser.ChooseView):
    pass


class EntryChooseResultsView(FilteredChoose, chooser.ChooseResultsView):
    pass


class EntryChooserViewSet(SnippetChooserViewSet):
    choose_view_class = EntryChooseView
    choose_results_view_class = EntryChooseResultsView


class EntryViewSet(SnippetViewSet):
    """What the three kinds of entries share."""

    add_view_class = EntryCreateView
    edit_view_class = EntryEditView
    chooser_viewset_class = EntryChooserViewSet
    search_backend_name = None  # the index of the admin keeps keys as texts, which SQLite's UUIDs do not equal
    copy_view_enabled = False
    list_per_page = 50

    def get_edit_handler(self):
        """The panels, with our form under them: it is what keeps contacts from changing at once."""
        return ObjectList(self.panels, base_form_class=EntryForm).bind_to_model(self.model)


# --- Organisations -------------------------------------------------------------------------------------------------


def countries():
    return places.sorted_by_name(set(Organisation.objects.order_by().values_list("country", flat=True)) - {""})


class OrganisationFilterSet(WagtailFilterSet):
    """By country, kind and state, those whose check is due, those nobody confirmed, those that are hidden."""

    country = ChoiceFilter(label=_("Country"), choices=countries)
    help = ChoiceFilter(label=_("Kind of help"), choices=ServiceKind.choices, method="with_help")
    check = ChoiceFilter(
        label=_("Check"),
        choices=[("due", _("Is due")), ("never", _("Never checked")), ("hidden", _("Hidden for its age"))],
        method="by_check",
    )

    class Meta:
        model = Organisation
        fields = ["country", "kind", "state", "help", "check"]

    def with_help(self, queryset, name, value):
        return queryset.filter(pk__in=Service.objects.filter(kinds__contains=f"|{value}|").values("organisation"))

    def by_check(self, queryset, name, value):
        on = timezone.localdate()
        rows = {
            "due": Organisation.objects.due(on=on),
            "never": Organisation.objects.filter(verified_on=None),
            "hidden": Organisation.objects.published().lapsed(on=on),
        }
        return queryset.filter(pk__in=rows[value].values("pk"))


def state_cell(organisation: Organisation):
    """What needs a person's eye, as badges."""
    badges = []
    if organisation.state != State.PUBLISHED:
        badges.append(organisation.get_state_display())
    age = organisation.freshness(on=timezone.localdate())
    if age != "confirmed":
        badges.append(dict(FRESH)[age])
    if organisation.is_fictional:
        badges.append(gettext("Invented, for trying out"))
    return format_html_join(" ", '<span class="w-status w-status--label">{}</span>', ((badge,) for badge in badges))


FRESH = [
    ("due", _("Check is due")),
    ("unconfirmed", _("Not confirmed")),
    ("lapsed", _("Hidden: not checked for a year")),
]


class OrganisationViewSet(EntryViewSet):
    model = Organisation
    icon = "group"
    menu_label = _("Organisations")
    menu_name = "directory-organisations"
    inspect_view_enabled = True
    filterset_class = OrganisationFilterSet
    ordering = ["name"]
    search_fields = ["name", "alternate_name", "external_id"]

    def get_queryset(self, request):
        return Organisation.objects.prefetch_related("hotline_links")

    list_display = [
        TitleColumn(
            "name",
            label=_("Organisation"),
            get_url=lambda row: reverse("wagtailsnippets_directory_organisation:edit", args=[row.pk]),
        ),
        Column(
            "country", label=_("Country"), accessor=lambda row: places.country_name(row.country), sort_key="country"
        ),
        Column("kind", label=_("Kind"), accessor="get_kind_display", sort_key="kind"),
        Column("verified_on", label=_("Last checked"), accessor="verified_on", sort_key="verified_on"),
        Column("needs", label=_("Needs"), accessor=state_cell),
    ]
    panels = [
        MultiFieldPanel(
            [
                FieldPanel("name"),
                FieldRowPanel([FieldPanel("alternate_name"), FieldPanel("language")]),
                FieldPanel("description"),
                FieldRowPanel([FieldPanel("kind"), FieldPanel("state")]),
                FieldRowPanel([FieldPanel("country"), FieldPanel("region")]),
                FieldPanel("coalitions"),
            ],
            heading=_("Who"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("email"), FieldPanel("website")]),
                InlinePanel("phones", label=_("Phone"), panels=[FieldRowPanel([FieldPanel("number"), FieldPanel("e164")]), FieldRowPanel([FieldPanel("extension"), FieldPanel("type")]), FieldPanel("description")]),
                InlinePanel("hotline_links", label=_("Hotline it runs")),
                FieldPanel("reason"),
            ],
            heading=_("Contacts: a change waits for a second person once the entry is published"),
        ),
        MultiFieldPanel([InlinePanel("words", label=_("Words in another language"))], heading=_("Other languages")),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("source"), FieldPanel("source_as_of")]),
                FieldPanel("source_urls"),
                FieldRowPanel([FieldPanel("licence"), FieldPanel("external_id")]),
                FieldPanel("note"),
            ],
            heading=_("Source"),
        ),
    ]  # fmt: skip


PHONE_PANELS = [
    FieldRowPanel([FieldPanel("number"), FieldPanel("e164")]),
    FieldRowPanel([FieldPanel("extension"), FieldPanel("type")]),
    FieldPanel("description"),
]
SCHEDULE_PANELS = [
    FieldRowPanel([FieldPanel("byday"), FieldPanel("opens_at"), FieldPanel("closes_at"), FieldPanel("timezone")]),
    FieldRowPanel([FieldPanel("freq"), FieldPanel("valid_from"), FieldPanel("valid_to")]),
    FieldPanel("description"),
]
LANGUAGE_PANELS = [FieldRowPanel([FieldPanel("code"), FieldPanel("by_interpreter"), FieldPanel("note")])]


class ServiceFilterSet(WagtailFilterSet):
    help = ChoiceFilter(label=_("Kind of help"), choices=ServiceKind.choices, method="with_help")

    class Meta:
        model = Service
        fields = ["status", "help", "is_remote", "cost"]

    def with_help(self, queryset, name, value):
        return queryset.filter(kinds__contains=f"|{value}|")


class ServiceViewSet(EntryViewSet):
    model = Service
    icon = "help"
    menu_label = _("Services")
    menu_name = "directory-services"
    filterset_class = ServiceFilterSet
    search_fields = ["name", "organisation__name"]
    ordering = ["name"]
    list_display = ["name", "organisation", Column("status", label=_("Status"), accessor="get_status_display")]
    panels = [
        MultiFieldPanel(
            [
                FieldPanel("organisation"),
                FieldPanel("name"),
                FieldPanel("description"),
                FieldPanel("status"),
                FieldPanel("kinds"),
                FieldPanel("populations"),
                FieldPanel("trafficking_types"),
                FieldPanel("sectors"),
                FieldPanel("alert"),
            ],
            heading=_("What"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("eligibility_description"),
                FieldRowPanel([FieldPanel("minimum_age"), FieldPanel("maximum_age")]),
                FieldPanel("immigration_safe"),
                FieldRowPanel([FieldPanel("cost"), FieldPanel("fees_description")]),
                FieldPanel("application_process"),
                FieldPanel("is_remote"),
                InlinePanel("areas", label=_("Service area"), panels=[FieldRowPanel([FieldPanel("name"), FieldPanel("country"), FieldPanel("region")])]),
            ],
            heading=_("For whom"),
        ),
        MultiFieldPanel(
            [
                InlinePanel("languages", label=_("Language"), panels=LANGUAGE_PANELS),
                FieldRowPanel([FieldPanel("interpreter_languages"), FieldPanel("interpretation_services")]),
                InlinePanel("schedules", label=_("Opening time"), panels=SCHEDULE_PANELS),
            ],
            heading=_("Languages and hours"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("email"), FieldPanel("url")]),
                InlinePanel("phones", label=_("Phone"), panels=PHONE_PANELS),
                FieldPanel("reason"),
            ],
            heading=_("Contacts: a change waits for a second person once the entry is published"),
        ),
        MultiFieldPanel([InlinePanel("words", label=_("Words in another language"))], heading=_("Other languages")),
    ]  # fmt: skip


class LocationViewSet(EntryViewSet):
    model = Location
    icon = "site"
    menu_label = _("Locations")
    menu_name = "directory-locations"
    search_fields = ["name", "city", "organisation__name"]
    list_filter = ["is_confidential", "country", "location_type"]
    list_display = [
        TitleColumn(
            "place",
            label=_("Location"),
            accessor=str,
            get_url=lambda row: reverse("wagtailsnippets_directory_location:edit", args=[row.pk]),
        ),
        "organisation",
        "city",
        "is_confidential",
    ]
    panels = [
        MultiFieldPanel(
            [
                FieldPanel("organisation"),
                FieldPanel("is_confidential"),
                FieldPanel("location_type"),
                FieldRowPanel([FieldPanel("city"), FieldPanel("region")]),
                FieldRowPanel([FieldPanel("state_province"), FieldPanel("country")]),
            ],
            heading=_("Area"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("name"),
                FieldPanel("address_1"),
                FieldRowPanel([FieldPanel("address_2"), FieldPanel("postal_code")]),
                FieldRowPanel([FieldPanel("latitude"), FieldPanel("longitude")]),
                FieldPanel("transportation"),
                FieldPanel("description"),
            ],
            heading=_("Address: not kept for a confidential location"),
        ),
        MultiFieldPanel([FieldPanel("accessibility"), FieldPanel("accessibility_details")], heading=_("Accessibility")),
        MultiFieldPanel(
            [
                InlinePanel("schedules", label=_("Opening time"), panels=SCHEDULE_PANELS),
                InlinePanel("languages", label=_("Language"), panels=LANGUAGE_PANELS),
                InlinePanel("phones", label=_("Phone"), panels=PHONE_PANELS),
                FieldPanel("reason"),
            ],
            heading=_("Hours, languages and phones"),
        ),
    ]


class KeptOrganisationPolicy(KeptPolicy):
    """Nobody deletes an organisation: it is withdrawn, and stays as a record."""
