"""Fields dressed for our pages, and the script that watches the idle time."""

from django import forms, template
from django.conf import settings

register = template.Library()
HELP_PAGES = {"hotlines", "directory"}


@register.filter
def is_checkbox(field) -> bool:
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def styled(field):
    """The field's widget with its class, and tied to its hint and errors."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        name = "usa-checkbox__input"
    elif isinstance(widget, forms.Select):
        name = "usa-select"
    elif isinstance(widget, forms.Textarea):
        name = "usa-textarea"
    elif isinstance(widget, forms.ClearableFileInput):
        name = "usa-file-input"
    else:
        name = "usa-input"
    tied = [f"{field.id_for_label}_error{number}" for number, _error in enumerate(field.errors, start=1)]
    if field.help_text:
        tied.append(f"{field.id_for_label}_hint")
    attributes = {"class": f"{name} {name}--error" if field.errors else name}
    if tied:
        attributes["aria-describedby"] = " ".join(tied)
    if field.errors:
        attributes["aria-invalid"] = "true"
    return field.as_widget(attrs=attributes)


@register.inclusion_tag("accounts/includes/idle.html", takes_context=True)
def idle_watch(context) -> dict:
    """The script that warns before a session ends; nothing for visitors, nor on help pages, where nothing covers the exit."""
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    if match and HELP_PAGES & set(match.namespaces):
        return {"signed_in": False}
    signed_in = bool(
        request
        and (settings.SESSION_COOKIE_NAME in request.COOKIES or hasattr(request, "shell"))
        and getattr(request, "user", None)
        and request.user.is_authenticated
    )
    return {"signed_in": signed_in, "warning": settings.IDLE_WARNING_SECONDS, "minutes": settings.IDLE_MINUTES}
