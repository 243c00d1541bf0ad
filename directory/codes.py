"""A field that holds several codes of a closed list, as a list in Python and as `|a|b|` in the database."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


def split(text: str) -> list[str]:
    return [code for code in text.split("|") if code]


def joined(codes) -> str:
    return f"|{'|'.join(codes)}|" if codes else ""


class CodesField(models.CharField):
    """Codes in the order given, each once. `vocabulary` is a TextChoices class; its words are the form's choices."""

    description = _("several codes of a list")

    def __init__(self, *args, vocabulary=None, **kwargs):
        self.vocabulary = vocabulary
        kwargs.setdefault("max_length", 600)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", list)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        """Without the vocabulary: a new word in a list is no change of the database."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs

    def from_db_value(self, value, expression, connection):
        return split(value or "")

    def to_python(self, value):
        if value is None:
            return []
        found = split(value) if isinstance(value, str) else [str(code) for code in value]
        return list(dict.fromkeys(found))

    def get_prep_value(self, value):
        return joined(self.to_python(value))

    def value_to_string(self, obj):
        return joined(self.value_from_object(obj))

    def validate(self, value, model_instance):
        if not value and not self.blank:
            raise ValidationError(self.error_messages["blank"], code="blank")
        known = set(self.vocabulary.values) if self.vocabulary else set(value)
        for code in value:
            if code not in known:
                raise ValidationError(_("“%(code)s” is not a word of this list."), params={"code": code})
            if "|" in code or not code.strip():
                raise ValidationError(_("A code holds no bar."))

    def run_validators(self, value):
        super().run_validators(joined(value))

    def formfield(self, **kwargs):
        return forms.MultipleChoiceField(
            required=not self.blank,
            label=kwargs.pop("label", self.verbose_name[:1].upper() + str(self.verbose_name)[1:]),
            help_text=self.help_text,
            choices=self.vocabulary.choices if self.vocabulary else [],
            widget=forms.CheckboxSelectMultiple,
        )
