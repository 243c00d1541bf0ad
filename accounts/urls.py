"""Addresses below /account/. The views are allauth's where it has them; what it offers beyond these is not mounted."""

from allauth.account import views as allauth_views
from django.urls import include, path, re_path

from accounts import views
from kernel.late import Late

# Security keys and what reads them are loaded when somebody uses them.
factors, codes, app_codes, keys = (
    Late(f"allauth.mfa.{name}.views") for name in ("base", "recovery_codes", "totp", "webauthn")
)
second_factor = [
    path("", factors.index, name="mfa_index"),
    path("authenticate/", factors.authenticate, name="mfa_authenticate"),
    path("reauthenticate/", factors.reauthenticate, name="mfa_reauthenticate"),
    path("totp/activate/", app_codes.activate_totp, name="mfa_activate_totp"),
    path("totp/deactivate/", app_codes.deactivate_totp, name="mfa_deactivate_totp"),
    path("recovery-codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("recovery-codes/generate/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("recovery-codes/download/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("webauthn/", keys.list_webauthn, name="mfa_list_webauthn"),
    path("webauthn/add/", keys.add_webauthn, name="mfa_add_webauthn"),
    path("webauthn/reauthenticate/", keys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("webauthn/keys/<int:pk>/remove/", keys.remove_webauthn, name="mfa_remove_webauthn"),
    path("webauthn/keys/<int:pk>/edit/", keys.edit_webauthn, name="mfa_edit_webauthn"),
]
own = [
    path("", views.profile, name="profile"),
    path("my-data/", views.my_data, name="my_data"),
    path("my-data/keep/", views.keep_my_data, name="keep_my_data"),
    path("my-data/file/", views.my_data_file, name="my_data_file"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
    path("second-factor/totp/picture/", views.totp_picture, name="totp_picture"),
    path("session/", views.session, name="session"),
    path("unsent/", views.kept_form, name="kept_form"),
]

urlpatterns = [
    path("login/", views.sign_in, name="account_login"),
    path("logout/", allauth_views.logout, name="account_logout"),
    path("inactive/", allauth_views.account_inactive, name="account_inactive"),
    path("signup/", views.sign_up, name="account_signup"),
    path("reauthenticate/", allauth_views.reauthenticate, name="account_reauthenticate"),
    path("confirm-email/", allauth_views.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", views.confirm_email, name="account_confirm_email"),
    path("password/change/", allauth_views.password_change, name="account_change_password"),
    path("password/set/", allauth_views.password_set, name="account_set_password"),
    path("password/reset/", views.ask_reset, name="account_reset_password"),
    path("password/reset/done/", allauth_views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.reset,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        allauth_views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("second-factor/", include(second_factor)),
    path("", include((own, "accounts"))),
]
