"""Where the screens about training stand in the admin."""

from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from records import overview
from records.screens import accommodations, certificates, enrolments, results

urls = [
    path("training/", enrolments.EnrolmentList.as_view(), name="enrolments"),
    path("training/results/", enrolments.EnrolmentList.as_view(results_only=True), name="enrolments_results"),
    path("certificates/", certificates.CertificateList.as_view(), name="certificates"),
    path("certificates/results/", certificates.CertificateList.as_view(results_only=True), name="certificates_results"),
    path("certificates/<int:pk>/", certificates.certificate, name="certificate"),
    path("certificates/<int:pk>/revoke/", certificates.revoke_certificate, name="revoke"),
    path("certificates/<int:pk>/reissue/", certificates.reissue_certificate, name="reissue"),
    path("public-certificates/", certificates.PublicCertificateList.as_view(), name="public_certificates"),
    path(
        "public-certificates/results/",
        certificates.PublicCertificateList.as_view(results_only=True),
        name="public_certificates_results",
    ),
    path("public-certificates/<int:pk>/revoke/", certificates.revoke_public_certificate, name="revoke_public"),
    path("accommodations/", accommodations.AccommodationList.as_view(), name="accommodations"),
    path(
        "accommodations/results/",
        accommodations.AccommodationList.as_view(results_only=True),
        name="accommodations_results",
    ),
    path("accommodations/grant/", accommodations.grant, name="grant"),
    path("accommodations/<int:pk>/", accommodations.accommodation, name="accommodation"),
    path("accommodations/<int:pk>/withdraw/", accommodations.withdraw, name="withdraw"),
    path("question-results/", results.questions, name="questions"),
    path("evaluations/", results.evaluations, name="evaluations"),
]


@hooks.register("register_admin_urls")
def admin_urls():
    return [path("", include((urls, "training")))]


class AllowedItem(MenuItem):
    """An entry for those who may open it."""

    def __init__(self, label, url_name, allowed, **kwargs):
        self.allowed = allowed
        super().__init__(label, reverse(url_name), **kwargs)

    def is_shown(self, request):
        return self.allowed(request.user)


@hooks.register("register_admin_menu_item")
def training_menu():
    entries = [
        (_("Training"), "training:enrolments", overview.may_see_enrolments, "clipboard-list"),
        (_("Certificates"), "training:certificates", overview.may_see_certificates, "doc-full"),
        (
            _("Certificates without account"),
            "training:public_certificates",
            overview.may_change_public_certificates,
            "doc-empty",
        ),
        (_("Accommodations"), "training:accommodations", overview.may_grant, "user"),
        (_("How questions perform"), "training:questions", overview.may_see_items, "help"),
        (_("What learners say"), "training:evaluations", overview.may_see_evaluations, "comment"),
    ]
    items = [
        AllowedItem(label, name, allowed, icon_name=icon, order=10 * number)
        for number, (label, name, allowed, icon) in enumerate(entries)
    ]
    return SubmenuMenuItem(_("Training records"), Menu(items=items), icon_name="clipboard-list", order=700)
