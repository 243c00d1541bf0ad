"""What the studio asks by POST: a person's word for a weak number, and the order of a kit."""

from django import forms
from django.utils.translation import gettext_lazy as _


class WeakNumberForm(forms.Form):
    """Kept with the person's name and the number (`hotlines.checks.approve_print`)."""

    hotline = forms.SlugField(max_length=60, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("How do you know that this number is right?"),
        max_length=400,
        error_messages={"required": _("Say in a sentence how you know that this number is right.")},
    )
    sure = forms.BooleanField(
        label=_("I have checked this number and take responsibility for printing it."),
        error_messages={"required": _("Tick the box if you take responsibility. Otherwise choose another number.")},
    )


class KitForm(forms.Form):
    """An order. `read` is asked for only when there are warnings."""

    title = forms.CharField(label=_("Name of the kit"), max_length=160, required=False)
    read = forms.BooleanField(
        label=_("I have read the warnings on this page."),
        error_messages={"required": _("Read the warnings, then tick this box.")},
    )

    def __init__(self, *args, warned: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not warned:
            del self.fields["read"]
