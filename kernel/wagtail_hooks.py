"""What every screen of the admin gets."""

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail import hooks


@hooks.register("insert_global_admin_js")
def names_for_those_who_hear():
    """Names that Wagtail's own markup leaves out: found by axe on 8.0, see tests/browser/test_access.py."""
    return format_html(
        '<script src="{}" data-text="{}" data-list="{}" data-everywhere="{}"></script>',
        static("kernel/admin_names.js"),
        _("Text"),
        _("Search this list"),
        _("Search pages"),
    )
