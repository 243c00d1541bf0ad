"""What visitors fill in: a search, a suggestion, a report of a mistake, the wish for a sheet. Nothing asks who they are."""

from django import forms
from django.conf import settings
from django.core import signing
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from directory import finding, gazetteer
from directory.models import MistakeReport, Suggestion
from directory.vocabulary import Population, ServiceKind, TraffickingType
from hotlines import places
from kernel import languages
from kernel.near import near

PLACE_MOST = 120
LEAST_SECONDS = 3  # a person needs longer than that to fill in a form
MOST_SECONDS = 12 * 3600
LETTERS_PER_DAY = 300
SALT = "directory.letter"


def country_choices() -> list[tuple[str, str]]:
    return places.sorted_by_name(finding.choices()["c"])


def language_choices() -> list[tuple[str, str]]:
    """Languages in which somebody answers, in the reader's alphabet; the reader's own first."""
    names = languages.cldr(languages.active()).languages
    own = languages.active().split("-")[0]
    rows = [
        (code, names.get(code.replace("-", "_"), "") or names.get(code, code))
        for code in finding.choices()["l"]
        if "-" not in code
    ]
    return sorted(rows, key=lambda row: (row[0] != own, row[1].casefold()))


def coded(vocabulary, letter: str) -> list[tuple[str, str]]:
    """Those of a vocabulary that would find something."""
    known = finding.choices()[letter]
    return [(code, str(text)) for code, text in vocabulary.choices if code in known]


def choices() -> dict[str, list[tuple[str, str]]]:
    """What the search form offers in the active language; some three hundred names, sorted once."""
    return near(f"directory:form:{languages.active()}", _choices)


def _choices() -> dict[str, list[tuple[str, str]]]:
    return {
        "radius": radius_choices(),
        "country": country_choices(),
        "kind": coded(ServiceKind, "k"),
        "language": language_choices(),
        "population": coded(Population, "u"),
        "trafficking": coded(TraffickingType, "t"),
    }


def radius_choices() -> list[tuple[str, str]]:
    return [(str(radius), gettext("%(count)d km") % {"count": radius}) for radius in finding.RADII_KM]


def any_of(text, rows) -> list[tuple[str, str]]:
    return [("", text), *rows]


ANYTHING = {
    "country": _("Every country"),
    "kind": _("Any help"),
    "language": _("Any language"),
    "population": _("Everybody"),
    "trafficking": _("Not important here"),
}


class SearchForm(forms.Form):
    """Every field may stay empty. What is not on a list counts as empty, so that nothing typed ever ends in an error."""

    words = forms.CharField(label=_("Name or word"), required=False)
    place = forms.CharField(label=_("Town or city"), required=False)
    radius = forms.TypedChoiceField(label=_("How far away"), required=False, coerce=int, empty_value=finding.RADIUS_KM)
    place_key = forms.IntegerField(required=False, widget=forms.HiddenInput)
    country = forms.ChoiceField(label=_("Country"), required=False)
    kind = forms.ChoiceField(label=_("Kind of help"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    population = forms.ChoiceField(label=_("For whom"), required=False)
    trafficking = forms.ChoiceField(label=_("What happened"), required=False)
    open_now = forms.BooleanField(label=_("Open now"), required=False)
    remote = forms.BooleanField(label=_("By telephone or online"), required=False)
    free = forms.BooleanField(label=_("Free of charge"), required=False)
    papers = forms.BooleanField(label=_("Does not ask about papers"), required=False)
    step_free = forms.BooleanField(label=_("Without steps"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offered = choices()
        self.fields["radius"].choices = offered["radius"]
        for name, text in ANYTHING.items():
            self.fields[name].choices = any_of(text, offered[name])

    def values(self) -> dict:
        """What was asked, each field cleaned by itself."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in self.fields}

    def hidden(self) -> list[tuple[str, str]]:
        """(name, value) that ask for the same again, for the buttons of the pages."""
        shown = self.values()
        shown["words"], shown["place"] = shown["words"][:200], shown["place"][:PLACE_MOST]
        return [(name, "on" if value is True else str(value)) for name, value in shown.items() if value]


class LetterForm(forms.ModelForm):
    """A letter from a visitor.

    Against machines without watching people: a field that only machines fill in, a sealed time of when the form was made,
    a ceiling per day for the whole site, and the same words only once. No address, no cookie, no picture puzzle.
    """

    homepage = forms.CharField(required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}))
    made = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["homepage"].label = _("Leave this empty")
        self.initial["made"] = signing.dumps("letter", salt=SALT)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("homepage"):
            self.add_error(None, gettext("This was not sent: a field that has to stay empty was filled in."))
        self._check_age(cleaned.get("made", ""))
        return cleaned

    def _check_age(self, made: str) -> None:
        try:
            signing.loads(made, salt=SALT, max_age=MOST_SECONDS)
        except signing.BadSignature:
            self.add_error(None, gettext("This form has been open for too long. Please send it once more."))
            self.data = self.data.copy()
            self.data[self.add_prefix("made")] = self.initial["made"]
            return
        try:
            signing.loads(made, salt=SALT, max_age=LEAST_SECONDS)
        except signing.SignatureExpired:
            return
        self.add_error(None, gettext("That was very fast. Please look at it once more and send it again."))


class SuggestionForm(LetterForm):
    country = forms.ChoiceField(label=_("Country"), required=False)

    class Meta:
        model = Suggestion
        fields = ["name", "country", "city", "website", "phone", "what", "answer_to"]
        labels = {"answer_to": _("Your e-mail, if we may ask you something")}
        help_texts = {
            "website": _("Where one can read about it."),
            "phone": _("A number for the public."),
            "city": _("For a shelter only the town, never the street."),
            "answer_to": _("You can leave this empty. Somebody who reads your mail could see our answer."),
        }
        widgets = {"what": forms.Textarea(attrs={"rows": 4}), "website": forms.TextInput(attrs={"inputmode": "url"})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        codes = [code for code in languages.cldr("en").territories if len(code) == 2 and code.isalpha()]
        self.fields["country"].choices = any_of(_("Not known"), places.sorted_by_name(set(codes) - NO_COUNTRIES))

    def clean_website(self):
        typed = self.cleaned_data["website"].strip()
        if typed and "://" not in typed:
            typed = f"https://{typed}"
        if typed and not typed.startswith(("https://", "http://")):
            raise forms.ValidationError(_("Write the address of a website, such as www.example.org."))
        return typed


NO_COUNTRIES = {"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"}  # areas of CLDR that are no countries


class MistakeForm(LetterForm):
    class Meta:
        model = MistakeReport
        fields = ["problem", "words"]
        widgets = {"words": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"words": _("You can leave this empty. Do not write who you are.")}


class SheetForm(forms.Form):
    """For which place, in which language, on which paper."""

    country = forms.ChoiceField(label=_("Country"))
    place = forms.CharField(
        label=_("Town or port"), required=False, help_text=_("Empty for the whole country."), max_length=PLACE_MOST
    )
    radius = forms.TypedChoiceField(label=_("How far around it"), required=False, coerce=int, empty_value=100)
    kind = forms.ChoiceField(label=_("Kind of help"), required=False)
    language = forms.ChoiceField(label=_("Language of the sheet"))
    paper = forms.ChoiceField(label=_("Paper"), choices=[("letter", _("US Letter")), ("a4", _("A4"))])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.town = None
        self.fields["country"].choices = country_choices()
        self.fields["radius"].choices = radius_choices()
        self.fields["kind"].choices = any_of(_("Any help"), coded(ServiceKind, "k"))
        self.fields["language"].choices = [(code, languages.own_name(code)) for code, _name in settings.LANGUAGES]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("place") and cleaned.get("country"):
            found = gazetteer.find(cleaned["place"], country=cleaned["country"])
            if not found:
                self.add_error("place", gettext("This place is not known here. Try a larger town nearby."))
            else:
                self.town = found[0]
        return cleaned
