"""Forms behind the editors' screens: what is typed is kept, and each refusal says what to do."""

import re
from types import SimpleNamespace

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm
from wagtail.blocks import StreamValue

from courses.concepts import Concept, Kind
from courses.faults import fault_of
from courses.parts import parts_of
from hotlines.numbers import find_numbers

# Sources hold numbers of laws, reports and pages; keys and addresses are no prose.
NO_PROSE = {"slug", "key", "citation", "statute", "source_url", "as_of", "publisher"}
LAW = re.compile(r"(?:Pub\. L\.|Ley Pública|Public Law)\s*\)?\s*\d+-\d+(?:\s*\(\d{4}\))?")


def typed_numbers(value) -> list[str]:
    """Return what looks like a telephone number in a form's value: a text, HTML, or the blocks of a body."""
    if isinstance(value, StreamValue):
        value = value.stream_block.get_prep_value(value)
    return [number for text in _texts(value) for number in find_numbers(LAW.sub(" ", text))]


def _texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            if name not in {"id", "type"}:
                yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def refuse_typed_numbers(form) -> None:
    """Add an error to each field of a form that holds a telephone number: numbers are shown from the registry only."""
    for name, value in list(form.cleaned_data.items()):
        if name in form.fields and name not in NO_PROSE and (numbers := typed_numbers(value)):
            form.add_error(
                name,
                _(
                    "“%(number)s” looks like a telephone number. Numbers are never typed: take it out, and add a hotline "
                    "card, which shows the number from the registry."
                )
                % {"number": numbers[0]},
            )


class NoTypedNumbers:
    """Refuses telephone numbers in prose."""

    def clean(self):
        cleaned = super().clean()
        refuse_typed_numbers(self)
        return cleaned


class ProseForm(NoTypedNumbers, WagtailAdminModelForm):
    """The form of a snippet people read."""


class ProsePageForm(NoTypedNumbers, WagtailAdminPageForm):
    """The form of a page people read."""


class CourseForm(ProsePageForm):
    required_concepts = forms.MultipleChoiceField(
        label=gettext_lazy("concepts always asked"),
        choices=Concept.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("Each attempt has at least one question on each of them."),
    )


class QuestionForm(ProseForm):
    """A question with its choices: the rules of its kind are checked when it is to be published, on what was typed."""

    part = forms.CharField(
        label=gettext_lazy("Part of that lesson"),
        required=False,
        widget=forms.Select,
        help_text=gettext_lazy("Feedback leads straight to it. After choosing another lesson, save to see its parts."),
    )

    class Media:
        js = ["courses/question_form.js"]
        css = {"all": ["courses/question_form.css"]}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "part" in self.fields:
            self.fields["part"].widget.choices = [("", _("The whole lesson")), *parts_of(self.instance.lesson)]

    def clean_part(self):
        """A part that the lesson does not have leads to the lesson as a whole: the lesson was exchanged, or its text."""
        part, lesson = self.cleaned_data["part"], self.cleaned_data.get("lesson", self.instance.lesson)
        return part if part in dict(parts_of(lesson)) else ""

    def is_valid(self):
        valid = super().is_valid()
        formset = self.formsets["choices"]
        if valid:
            for row in formset.forms:
                refuse_typed_numbers(row)
            valid = all(row.is_valid() for row in formset.forms)
        if not valid or self.is_deferred_validation:  # a draft may be unfinished
            return valid
        kind, steps = self.cleaned_data.get("kind", self.instance.kind), self.cleaned_data.get("steps") or []
        fault = fault_of(kind, self.typed_choices(formset), len(steps))
        if fault:
            self.add_error("steps" if kind == Kind.SCENARIO else None, fault)
            if kind != Kind.SCENARIO:
                formset.non_form_errors().append(fault)
        return not fault

    @staticmethod
    def typed_choices(formset) -> list[SimpleNamespace]:
        blank = {"text": "", "match": "", "category": "", "correct": False, "critical": False}
        return [
            SimpleNamespace(**(blank | {name: row.get(name) or default for name, default in blank.items()}))
            for row in (form.cleaned_data for form in formset.forms if form not in formset.deleted_forms)
            if row
        ]
