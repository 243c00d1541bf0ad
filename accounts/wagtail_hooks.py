"""Where the screens about people stand in the admin: addresses, menu entries, and the script that watches the idle time."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from accounts import access
from accounts.screens import audit, invitations, organisations, people

urls = [
    path("people/", people.PeopleList.as_view(), name="list"),
    path("people/results/", people.PeopleList.as_view(results_only=True), name="list_results"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/memberships/", people.give_membership, name="give_membership"),
    path("people/<int:pk>/memberships/<int:membership_pk>/end/", people.take_membership, name="take_membership"),
    path("people/<int:pk>/disable/", people.disable, name="disable"),
    path("people/<int:pk>/enable/", people.enable, name="enable"),
    path("people/<int:pk>/erase/", people.erase, name="erase"),
    path("invitations/", invitations.InvitationList.as_view(), name="invitations"),
    path("invitations/results/", invitations.InvitationList.as_view(results_only=True), name="invitations_results"),
    path("invitations/new/", invitations.invite, name="invite"),
    path("invitations/list/", invitations.invite_list, name="invite_list"),
    path("invitations/table/", invitations.invite_table, name="invite_table"),
    path("invitations/send/", invitations.send_checked, name="send_checked"),
    path("invitations/<int:pk>/", invitations.invitation, name="invitation"),
    path("invitations/<int:pk>/resend/", invitations.resend, name="resend"),
    path("invitations/<int:pk>/withdraw/", invitations.withdraw, name="withdraw"),
    path("organisations/", organisations.tree, name="organisations"),
    path("organisations/new/", organisations.add, name="add_organisation"),
    path("organisations/<int:pk>/", organisations.edit, name="organisation"),
    path("organisations/<int:pk>/remove/", organisations.remove, name="remove_organisation"),
    path("audit/", audit.AuditList.as_view(), name="audit"),
    path("audit/results/", audit.AuditList.as_view(results_only=True), name="audit_results"),
]


@hooks.register("register_admin_urls")
def admin_urls():
    return [path("", include((urls, "people")))]


class AllowedItem(MenuItem):
    """An entry for those who may open it."""

    def __init__(self, label, url_name, allowed, **kwargs):
        self.allowed = allowed
        super().__init__(label, reverse(url_name), **kwargs)

    def is_shown(self, request):
        return self.allowed(request.user)


@hooks.register("register_admin_menu_item")
def people_menu():
    items = [
        AllowedItem(_("People"), "people:list", access.may_see_people, icon_name="user", order=10),
        AllowedItem(_("Invitations"), "people:invitations", access.may_invite, icon_name="mail", order=20),
        AllowedItem(
            _("Organisations"), "people:organisations", access.may_manage_organisations, icon_name="group", order=30
        ),
        AllowedItem(_("Audit trail"), "people:audit", access.may_see_audit, icon_name="history", order=40),
    ]
    return SubmenuMenuItem(_("People"), Menu(items=items), icon_name="group", order=800)


@hooks.register("insert_global_admin_js")
def idle_script():
    """The same warning as on the site. Only people who signed in ever see the admin."""
    return render_to_string(
        "accounts/includes/idle.html",
        {"signed_in": True, "warning": settings.IDLE_WARNING_SECONDS, "minutes": settings.IDLE_MINUTES},
    )
