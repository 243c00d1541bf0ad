"""Forms of this room: names, languages and choices people make about their papers."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kernel import languages
from kernel.paper import plain
from records.evaluations import COMMENT, COMMENT_MOST, QUESTIONS, SCALE
from records.issuing import NAME_MOST

SHEETS = [("letter", _("US Letter")), ("a4", _("A4"))]


def language_choices() -> list[tuple[str, str]]:
    """Each language in its own name."""
    return [(code, languages.own_name(code)) for code, _name in settings.LANGUAGES]


class LanguageSelect(forms.Select):
    """Languages by their own names, each of them read out in itself."""

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        option["attrs"]["lang"] = languages.tag(str(value))
        return option


class DownloadForm(forms.Form):
    """In which language and on which sheet a certificate is printed."""

    language = forms.ChoiceField(
        label=_("Language of the certificate"), choices=language_choices, widget=LanguageSelect
    )
    sheet = forms.ChoiceField(label=_("Sheet"), choices=SHEETS, initial="letter")


class HolderForm(forms.Form):
    """What the holder lets others see."""

    show_name = forms.BooleanField(
        label=_("Show my full name to whoever checks this certificate"),
        required=False,
        help_text=_("Otherwise the page shows first letters only, and whether a name that is typed there is yours."),
    )
    show_score = forms.BooleanField(label=_("Show my score on the certificate and when it is checked"), required=False)


class NameForm(forms.Form):
    """A name as it stands, or should stand, on a certificate."""

    name = forms.CharField(
        label=_("Full name"), max_length=NAME_MOST, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )

    def clean_name(self):
        name = plain(self.cleaned_data["name"], most=NAME_MOST)
        if not any(sign.isalpha() for sign in name):
            raise forms.ValidationError(_("Write the name with letters."))
        return name


class PublicCertificateForm(NameForm, DownloadForm):
    """What somebody without an account tells us for the moment of printing."""

    name = forms.CharField(
        label=_("Your full name, as it should stand on the certificate"),
        max_length=NAME_MOST,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_(
            "The name is printed and then forgotten. Only a scrambled mark of it is kept, so that it can be checked."
        ),
    )
    forget = forms.BooleanField(
        label=_("Forget my progress on this site after the download"),
        required=False,
        help_text=_("The certificate stays valid, but you cannot download it again."),
    )
    field_order = ["name", "language", "sheet", "forget"]


class ReasonForm(forms.Form):
    """Why a certificate is revoked or replaced; kept in the trail and shown to nobody outside."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept with the certificate for audits. Not shown to whoever checks it."),
    )

    def clean_reason(self):
        reason = plain(self.cleaned_data["reason"], most=300)
        if len(reason) < 5:
            raise forms.ValidationError(_("Say in a few words why."))
        return reason


class ReissueForm(NameForm, ReasonForm):
    """A new certificate in the place of an old one, perhaps under a corrected name."""

    field_order = ["name", "reason"]


class EvaluationForm(forms.Form):
    """What a learner says after a course. Every question may be left out."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, label in QUESTIONS.items():
            self.fields[name] = forms.TypedChoiceField(
                label=label,
                choices=list(SCALE.items()),
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
            )
        self.fields[COMMENT] = forms.CharField(
            label=_("What should be better? What did you miss?"),
            required=False,
            max_length=COMMENT_MOST,
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text=_("Please write no names, and nothing that would tell who you or somebody else is."),
        )
