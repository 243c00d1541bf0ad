"""Addresses below /account/. The views are allauth's where it has them; what it offers beyond these is not mounted."""

from allauth.account import views as allauth_views
from django.urls import include, path, re_path

from accounts import views

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
    path("second-factor/", include("allauth.mfa.urls")),
    path("", include((own, "accounts"))),
]
