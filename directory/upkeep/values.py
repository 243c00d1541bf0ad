"""What an organisation may correct of its entry, as named values: read from the rows, compared, written back.

A value's key is `organisation:website`, `service:<id>:name`, `phone:<id>:number`, `phone:new:number` or
`location:<id>:confidential`. Exact addresses are no values: this page could reach somebody it should not.
"""

from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from directory.exchange import contacts
from directory.exchange.intake import wrong_text
from directory.exchange.likeness import e164
from directory.exchange.own import codes
from directory.models import LanguageSpoken, Location, Organisation, Phone, Service
from directory.models.entries import language_is_known

ORGANISATION_FIELDS = ("name", "alternate_name", "description", "website", "email")
SERVICE_FIELDS = (
    "name",
    "description",
    "application_process",
    "eligibility_description",
    "interpretation_services",
    "status",
    "alert",
)
NEW_PHONE = "phone:new:number"


@dataclass(frozen=True)
class Value:
    """One value: its key, words, group heading, what it is now, and the form field that asks for it."""

    key: str
    label: str
    group: str
    now: str
    field: forms.Field

    @property
    def name(self) -> str:
        """The key as the name of a form field."""
        return self.key.replace(":", "__")


def values_of(organisation: Organisation) -> list[Value]:
    """Everything that may be corrected, in the order of the page."""
    found = [
        _model_value(organisation, "organisation", name, _("About the organisation")) for name in ORGANISATION_FIELDS
    ]
    for phone in organisation.phones.all():
        found.append(_model_value(phone, f"phone:{phone.pk}", "number", _("Telephone numbers")))
    field = forms.CharField(max_length=60, required=False, help_text=_("Leave it empty if there is none."))
    found.append(Value(NEW_PHONE, _("Another number"), _("Telephone numbers"), "", field))
    for service in organisation.services.all():
        group = format_lazy("{}: {}", _("Service"), service.name)
        found += [_model_value(service, f"service:{service.pk}", name, group) for name in SERVICE_FIELDS]
        found.append(_languages(service, group))
    for location in organisation.locations.all():
        if not location.is_confidential:
            found.append(_secret(location))
    return found


def _model_value(row, prefix: str, name: str, group: str) -> Value:
    field = row._meta.get_field(name).formfield()
    field.required = name in {"name"}
    if prefix.startswith("phone:"):
        field.required = False
        field.help_text = _("Empty it if the number is no longer used.")
    return Value(f"{prefix}:{name}", field.label, group, str(getattr(row, name) or ""), field)


def _languages(service: Service, group: str) -> Value:
    spoken = [one.code for one in service.languages.all() if one.code and not one.by_interpreter]
    field = forms.CharField(
        max_length=300,
        required=False,
        help_text=_("Codes with a blank between, such as: en es fr. Not those by interpreter."),
    )
    return Value(f"service:{service.pk}:languages", _("Languages spoken"), group, " ".join(sorted(spoken)), field)


def _secret(location: Location) -> Value:
    field = forms.ChoiceField(
        choices=[("", _("It may be shown")), ("yes", _("It must not be shown: delete street and position"))],
        required=False,
    )
    label = format_lazy("{}: {}", _("Address"), location.city or location.area or _("a place"))
    return Value(f"location:{location.pk}:confidential", label, _("Places"), "", field)


class UpdateForm(forms.Form):
    """The entry as it stands, to be corrected; nothing else can be named in it."""

    remark = forms.CharField(
        label=_("Is anything else wrong?"), widget=forms.Textarea(attrs={"rows": 4}), max_length=1500, required=False
    )

    def __init__(self, values: list[Value], data=None, sent: dict | None = None):
        self.values = values
        self.sent = sent or {}
        super().__init__(
            data, initial={value.name: self.sent.get(value.key, {}).get("new", value.now) for value in values}
        )
        for value in values:
            self.fields[value.name] = value.field
            value.field.label = value.label
        for field in self.fields.values():
            kinds = {forms.Textarea: "usa-textarea", forms.Select: "usa-select"}
            field.widget.attrs["class"] = next(
                (name for kind, name in kinds.items() if isinstance(field.widget, kind)), "usa-input"
            )
        self.order_fields([*(value.name for value in values), "remark"])

    def groups(self) -> list[tuple[str, list]]:
        """(heading, fields) in the order of the page."""
        found: dict[str, list] = {}
        for value in self.values:
            found.setdefault(str(value.group), []).append(self[value.name])
        return list(found.items())

    def clean(self):
        for name, text in list(self.cleaned_data.items()):
            why = wrong_text(text) if isinstance(text, str) else ""
            if why:
                self.add_error(name, why)
            elif name.endswith("__languages") and any(not language_is_known(code) for code in codes_of(text)):
                self.add_error(name, _("One of these is not the code of a language."))
        return self.cleaned_data

    def changes(self) -> dict[str, dict[str, str]]:
        """{key: {"old", "new"}} for what differs from the entry."""
        found = {}
        for value in self.values:
            new = str(self.cleaned_data.get(value.name) or "").replace("\r\n", "\n").strip()
            if value.key.endswith(":languages"):
                new = " ".join(sorted(codes_of(new)))
            if new != value.now.replace("\r\n", "\n").strip():
                found[value.key] = {"old": value.now, "new": new}
        return found


def codes_of(text: str) -> list[str]:
    return [code.lower() for code in codes(text.replace(",", ";").replace(" ", ";"))]


# --- Writing back --------------------------------------------------------------------------------------------------


class Changed(Exception):
    """A value is not what it was when the organisation answered; `labels` says which."""

    def __init__(self, labels: list[str]):
        super().__init__(", ".join(labels))
        self.labels = labels


def is_protected(key: str) -> bool:
    """Whether a value is something people dial, write to or open."""
    kind, name = key.split(":")[0], key.split(":")[-1]
    models = {"organisation": Organisation, "service": Service, "phone": Phone}
    return kind in models and name in contacts.PROTECTED[models[kind]]


def write(organisation: Organisation, changes: dict[str, dict[str, str]]) -> None:
    """Put changes in force. Raises Changed when a value is no longer what it was, ValidationError for one that breaks a rule."""
    known = {value.key: value for value in values_of(organisation)}
    stale = [
        str(known[key].label) if key in known else key
        for key, change in changes.items()
        if key not in known or known[key].now != change["old"]
    ]
    if stale:
        raise Changed(stale)
    rows: dict = {}
    for key, change in changes.items():
        kind, name = key.split(":")[0], key.split(":")[-1]
        if key == NEW_PHONE:
            phone = Phone(
                organisation=organisation, number=change["new"], e164=e164(change["new"], organisation.country)
            )
            phone.clean_fields(exclude=["organisation"])
            phone.save()
            continue
        row = rows.setdefault(key.rsplit(":", 1)[0], _row(organisation, key))
        if name == "languages":
            _write_languages(row, change["new"].split())
        elif name == "confidential":
            row.is_confidential = True
        elif kind == "phone" and not change["new"]:
            row.number = ""
        else:
            setattr(row, name, change["new"])
    for prefix, row in rows.items():
        if prefix.startswith("phone:"):
            if not row.number:
                row.delete()
                continue
            row.e164 = e164(row.number, organisation.country)
        row.full_clean(exclude=[field.name for field in row._meta.concrete_fields if field.is_relation])
        row.save()


def _row(organisation: Organisation, key: str):
    """The row that a key names, among those of the organisation and no others."""
    kind, *rest = key.split(":")
    if kind == "organisation":
        return organisation
    rows = {"service": organisation.services, "phone": organisation.phones, "location": organisation.locations}
    return rows[kind].get(pk=rest[0])


def _write_languages(service: Service, wanted: list[str]) -> None:
    if any(not language_is_known(code) for code in wanted):
        raise ValidationError(_("One of these is not the code of a language."))
    spoken = service.languages.filter(by_interpreter=False).exclude(code="")
    spoken.exclude(code__in=wanted).delete()
    here = set(spoken.values_list("code", flat=True))
    for code in wanted:
        if code not in here:
            LanguageSpoken.objects.create(service=service, code=code)
