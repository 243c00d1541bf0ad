"""Campaigns and their words in each language: list, edit, and the review that a reader of the language signs."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import CreateView, EditView, SnippetViewSet

from hotlines.numbers import find_numbers
from kernel import languages
from kernel.models import record_event
from posters import words
from posters.models import Campaign, CampaignWords, CommonWords, Status


class KeptPolicy(ModelPermissionPolicy):
    """As the model's permissions say, but nobody deletes: sheets that hang on walls point here."""

    def user_has_permission(self, user, action):
        return action != "delete" and super().user_has_permission(user, action)

    def user_has_any_permission(self, user, actions):
        return super().user_has_any_permission(user, [action for action in actions if action != "delete"])


for kept in (Campaign, CampaignWords, CommonWords):
    register_permission_policy(kept, KeptPolicy(kept), exact_class=True)


# --- Campaigns ---

PICTURE_RULES = [
    ("no_chains", _("No chains, bars, handcuffs, ropes or tape")),
    ("no_injuries", _("No injuries, no violence, nobody cowering")),
    ("no_bodies", _("Nobody undressed or shown for their body")),
    ("no_victim", _("No real person who could be taken for somebody concerned")),
    ("dignity", _("Women and men, young and old, different kinds of work: with dignity")),
]


class CampaignForm(WagtailAdminModelForm):
    """A new drawing is taken only when somebody has gone through the rules for pictures."""

    picture_rules = forms.MultipleChoiceField(
        label=_("Rules for pictures"),
        required=False,
        choices=PICTURE_RULES,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Go through them when you choose a drawing. Who did so is recorded."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk and "code" in self.fields:
            self.fields["code"].disabled = True  # choices of sheets and kits name it

    def clean(self):
        cleaned = super().clean()
        is_new = self.instance.pk is None
        self.picture_changed = is_new or "art" in self.changed_data
        missing = [label for name, label in PICTURE_RULES if name not in cleaned.get("picture_rules", [])]
        if self.picture_changed and missing:
            self.add_error(
                "picture_rules",
                ValidationError(
                    gettext("Check every rule before the drawing is used. Not ticked: %(rules)s.")
                    % {"rules": "; ".join(str(label) for label in missing)}
                ),
            )
        return cleaned

    def save(self, commit=True):
        campaign = super().save(commit=commit)
        if self.picture_changed:
            record_event(
                "posters.picture checked", actor=self.for_user, subject=f"campaign:{campaign.code}",
                detail={"art": campaign.art, "rules": [name for name, _label in PICTURE_RULES]},
            )  # fmt: skip
        return campaign


class FormedViewSet(SnippetViewSet):
    """Panels over a form of our own."""

    form_base = WagtailAdminModelForm
    copy_view_enabled = False

    def get_edit_handler(self):
        return ObjectList(self.panels, base_form_class=self.form_base).bind_to_model(self.model)


def words_count(campaign: Campaign) -> str:
    found = list(campaign.words.all())
    reviewed = sum(not row.is_draft for row in found)
    return gettext("%(reviewed)d of %(total)d languages reviewed") % {"reviewed": reviewed, "total": len(found)}


class CampaignViewSet(FormedViewSet):
    model = Campaign
    form_base = CampaignForm
    icon = "image"
    menu_label = _("Campaigns")
    menu_name = "campaigns"
    menu_order = 100
    ordering = ["pk"]
    list_display = [
        "name",
        "audience",
        Column("art", label=_("Drawing"), accessor="get_art_display"),
        Column("words", label=_("Words"), accessor=words_count),
    ]
    panels = [
        FieldPanel("name"),
        FieldPanel("code"),
        FieldPanel("audience"),
        MultiFieldPanel([FieldPanel("art"), FieldPanel("picture_rules")], heading=_("Drawing")),
    ]

    def get_queryset(self, request):
        return Campaign.objects.prefetch_related("words")


# --- Words ---


class WordsForm(WagtailAdminModelForm):
    """Changed words are a draft again. Limits are counted while one writes (`words.js`)."""

    class Media:
        js = ["posters/words.js"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("language", "campaign"):
            if self.instance.pk and name in self.fields:
                self.fields[name].disabled = True
        for name in self.instance.NAMES:
            if name in self.fields:
                limit = self.fields[name].widget.attrs.get("maxlength") or self.fields[name].max_length
                self.fields[name].widget.attrs |= {"data-limit": limit, "maxlength": None, "dir": "auto"}
                if self.instance.language:
                    self.fields[name].widget.attrs["lang"] = languages.tag(self.instance.language)

    def clean(self):
        cleaned = super().clean()
        for name in self.instance.NAMES:
            found = find_numbers(cleaned.get(name) or "")
            if found and name in self.fields and name not in self.errors:
                self.add_error(
                    name,
                    gettext("“%(number)s” looks like a telephone number. Numbers come from the hotline registry.")
                    % {"number": found[0]},
                )
        return cleaned

    def save(self, commit=True):
        if any(name in self.changed_data for name in self.instance.NAMES):
            self.instance.edited()
        return super().save(commit=commit)


def status_cell(row):
    if row.status == Status.REVIEWED:
        who = row.reviewed_by or "–"
        native = gettext("native") if row.reviewer_is_native else gettext("not native")
        return format_html(
            '<span class="w-status w-status--primary">{}</span> {}, {} ({})',
            row.get_status_display(), who, row.reviewed_on, native,
        )  # fmt: skip
    return format_html('<span class="w-status">{}</span>', row.get_status_display())


class WordsFilterSet(WagtailFilterSet):
    language = ChoiceFilter(
        label=_("Language"), choices=lambda: [(code, languages.english_name(code)) for code in words.LANGUAGES]
    )
    status = ChoiceFilter(label=_("Status"), choices=Status.choices)

    class Meta:
        model = CommonWords
        fields = ["language", "status"]


class CampaignWordsFilterSet(WordsFilterSet):
    class Meta:
        model = CampaignWords
        fields = ["campaign", "language", "status"]


class ReviewNote:
    """After saving, say that the words wait for a reader, and how a wall poster would take them."""

    def save_action(self):
        response = super().save_action()
        row = self.form.instance
        if row.is_draft:
            kind = "campaign" if isinstance(row, CampaignWords) else "common"
            messages.warning(
                self.request,
                format_html(
                    '{} <a href="{}">{}</a>',
                    gettext("These words are a draft until a reader of the language has reviewed them."),
                    reverse("poster_desk:review", args=[kind, row.pk]),
                    gettext("Review them"),
                ),
            )
        return response


class WordsCreateView(ReviewNote, CreateView):
    pass


class WordsEditView(ReviewNote, EditView):
    pass


class WordsViewSet(FormedViewSet):
    form_base = WordsForm
    add_view_class = WordsCreateView
    edit_view_class = WordsEditView
    list_per_page = 50


STATUS_HELP = HelpPanel(template="posters/screens/status_panel.html", heading=_("Review"))


def isolated_headline(row: CampaignWords) -> str:
    """The headline without its breaks, between signs that keep its direction its own."""
    return "\u2068" + row.headline.replace("|", " ") + "\u2069"


class CampaignWordsViewSet(WordsViewSet):
    model = CampaignWords
    icon = "comment"
    menu_label = _("Words of campaigns")
    menu_name = "campaign-words"
    menu_order = 200
    filterset_class = CampaignWordsFilterSet
    ordering = ["campaign", "language"]
    list_display = [
        TitleColumn(
            "headline",
            label=_("Headline"),
            accessor=isolated_headline,
            get_url=lambda row: reverse("wagtailsnippets_posters_campaignwords:edit", args=[row.pk]),
        ),
        Column("campaign", label=_("Campaign"), accessor="campaign.name"),
        Column("language", label=_("Language"), accessor="language_name", sort_key="language"),
        Column("status", label=_("Status"), accessor=status_cell, sort_key="status"),
    ]
    panels = [
        STATUS_HELP,
        FieldRowPanel([FieldPanel("campaign"), FieldPanel("language")]),
        FieldPanel("headline"),
        FieldPanel("promise"),
        MultiFieldPanel([FieldPanel("sign_1"), FieldPanel("sign_2"), FieldPanel("sign_3")], heading=_("Three signs")),
        FieldPanel("call"),
        FieldPanel("trust"),
    ]

    def get_queryset(self, request):
        return CampaignWords.objects.select_related("campaign", "reviewed_by")


class CommonWordsViewSet(WordsViewSet):
    model = CommonWords
    icon = "comment"
    menu_label = _("Common words")
    menu_name = "common-words"
    menu_order = 300
    filterset_class = WordsFilterSet
    ordering = ["language"]
    list_display = [
        TitleColumn(
            "language",
            label=_("Language"),
            accessor="language_name",
            get_url=lambda row: reverse("wagtailsnippets_posters_commonwords:edit", args=[row.pk]),
        ),
        "topic",
        Column("status", label=_("Status"), accessor=status_cell, sort_key="status"),
    ]
    panels = [STATUS_HELP, FieldPanel("language"), *(FieldPanel(name) for name in CommonWords.NAMES)]

    def get_queryset(self, request):
        return CommonWords.objects.select_related("reviewed_by")


# --- Review ---

KINDS = {"campaign": CampaignWords, "common": CommonWords}


class ReviewForm(forms.Form):
    has_read = forms.BooleanField(
        label=_("I have read every sentence beside the English one, and it may be printed."),
        error_messages={"required": _("Tick this box when you have read every sentence.")},
    )
    is_native = forms.TypedChoiceField(
        label=_("This language is"),
        choices=[("yes", _("my first language")), ("no", _("a language I have learned"))],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether it is your first language.")},
    )


def review(request, kind: str, pk: int):
    """The words beside the English ones; POST signs them with one's name."""
    model = KINDS.get(kind)
    if model is None:
        raise Http404
    if not request.user.has_perm(f"posters.change_{model._meta.model_name}"):
        raise PermissionDenied
    row = get_object_or_404(model.objects.select_related("reviewed_by"), pk=pk)
    if row.status == Status.SOURCE:
        raise Http404  # the source is what others are read against
    form = ReviewForm(request.POST or None)
    stale = request.method == "POST" and request.POST.get("seen") != fingerprint(row)
    if stale:
        messages.error(request, gettext("The words were changed while you read. Please read them again."))
    elif request.method == "POST" and form.is_valid():
        row.review(request.user, on=timezone.localdate(), is_native=form.cleaned_data["is_native"])
        messages.success(request, gettext("Thank you. The words are reviewed, with your name and the date."))
        return redirect(f"wagtailsnippets_posters_{model._meta.model_name}:list")
    where = {"language": "en"} | ({"campaign": row.campaign_id} if kind == "campaign" else {})
    source = model.objects.filter(**where).first()
    return render(
        request,
        "posters/screens/review.html",
        {
            "page_title": gettext("Review"),
            "page_subtitle": str(row),
            "header_icon": "comment",
            "row": row,
            "kind": kind,
            "pairs": [
                (model._meta.get_field(name).verbose_name, getattr(source, name, ""), getattr(row, name))
                for name in model.NAMES
            ],
            "tag": languages.tag(row.language),
            "direction": languages.direction(row.language),
            "seen": fingerprint(row),
            "form": ReviewForm() if stale else form,
            "edit_url": reverse(f"wagtailsnippets_posters_{model._meta.model_name}:edit", args=[row.pk]),
        },
    )


def fingerprint(row) -> str:
    """Which state of the words somebody looked at."""
    return row.changed_at.isoformat()
