"""How allauth works here: our limits, our address, mail that cannot break a page, and doors that say nothing of who exists."""

import logging

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.userkit import filter_users_by_email
from django.conf import settings
from django.core.mail import EmailMessage
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import demo, limits
from accounts.models import User
from kernel import letters
from kernel.address import client_address, network

log = logging.getLogger("lodestar.accounts")


def wait_sentence(seconds: int) -> str:
    """Tell when to try again, in words."""
    if seconds < 60:
        return ngettext(
            "Too many tries. Wait %(count)d second, then try again.",
            "Too many tries. Wait %(count)d seconds, then try again.",
            seconds,
        ) % {"count": seconds}
    minutes = -(-seconds // 60)
    return ngettext(
        "Too many tries. Wait %(count)d minute, then try again.",
        "Too many tries. Wait %(count)d minutes, then try again.",
        minutes,
    ) % {"count": minutes}


def absolute(name: str, **arguments) -> str:
    """The full address of a view, made from `SITE_URL`, never from what a request says."""
    return settings.SITE_URL + reverse(name, kwargs=arguments or None)


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The e-mail address and password do not fit. Check both and try again."),
        "incorrect_password": _("This is not your password. Try again."),
        "enter_current_password": _("This is not your current password. Try again."),
        "incorrect_code": _("This code is not right. Codes change every 30 seconds: enter the one shown now."),
        "invalid_password_reset": _("This link was used already or is too old. Ask for a new one."),
        "too_many_login_attempts": _("Too many tries. Wait a little, then try again."),
    }

    # --- Who may come in ---

    def pre_authenticate(self, request, **credentials):
        """Count the try before it is checked. Unknown addresses are counted the same way."""
        self._begun = str(credentials.get("email", "")).strip().lower()
        try:
            limits.begin_guess(self._begun, network(request), now=timezone.now())
        except limits.TooMany as stop:
            log.warning("sign-in stopped", extra={"result": "stopped", "from_where": client_address(request)})
            request.too_many = stop
            error = self.validation_error("too_many_login_attempts")
            error.message = wait_sentence(stop.seconds)
            raise error from None

    def authenticate(self, request, **credentials):
        user = super().authenticate(request, **credentials)
        if user and not settings.DEMO and demo.is_demo_sign_in(user.email, str(credentials.get("password"))):
            user = None
            self.authentication_failed(request, **credentials)
        if user:
            limits.guess_was_right(self._begun, network(request), now=timezone.now())
        return user

    def authentication_failed(self, request, **credentials):
        known = next(iter(filter_users_by_email(self._begun)), None)
        log.warning(
            "sign-in failed",
            extra={"who": getattr(known, "pk", None), "result": "refused", "from_where": client_address(request)},
        )

    def is_open_for_signup(self, request) -> bool:
        return True  # which addresses may sign up is the form's matter

    def get_client_ip(self, request) -> str:
        return client_address(request)

    def is_safe_url(self, url: str) -> bool:
        """Only paths of this site: no host, not even our own."""
        return bool(url) and url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def is_ajax(self, request) -> bool:
        return False  # these forms are pages; JSON answers would be a second door to guard

    # --- Where to go ---

    def get_login_redirect_url(self, request) -> str:
        if request.user.is_staff:
            return reverse("wagtailadmin_home")
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    def get_signup_redirect_url(self, request) -> str:
        return self.get_login_redirect_url(request)

    def get_logout_redirect_url(self, request) -> str:
        return f"/{translation.get_language()}/"

    def get_password_change_redirect_url(self, request) -> str:
        return reverse("accounts:profile")

    # --- Mail ---

    def should_send_confirmation_mail(self, request, email_address, signup: bool) -> bool:
        """A sign-up was counted already; a sign-in with an address not yet confirmed is counted here."""
        return signup or limits.may_mail(email_address.email, network(request), now=timezone.now())

    def send_account_already_exists_mail(self, email: str) -> None:
        if not getattr(self.request, "no_mail", False):
            super().send_account_already_exists_mail(email)

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Send a plain mail in the reader's language. A mail server that is away is noted and breaks nothing."""
        user = context.get("user") or User.objects.filter(email=email.lower()).first()
        language = getattr(user, "language", None) or translation.get_language() or settings.LANGUAGE_CODE
        with translation.override(language):
            context = {
                **{name: value for name, value in context.items() if name != "request"},
                "email": email,
                "site_url": settings.SITE_URL,
                "operator_name": settings.OPERATOR_NAME,
                "contact_email": settings.CONTACT_EMAIL,
                "sign_in_url": absolute("account_login"),
                "sign_up_url": absolute("account_signup"),
                "reset_url": absolute("account_reset_password"),
            }
            # Made anew, in the reader's language and from our own setting: what comes in was made from the request.
            if "uid" in context:
                arguments = {"uidb36": context["uid"], "key": context["key"]}
                context["password_reset_url"] = absolute("account_reset_password_from_key", **arguments)
            if "activate_url" in context:
                context["activate_url"] = absolute("account_confirm_email", key=context["key"])
            subject, body = letters.written(template_prefix, context)
        send(EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [email]))


def send(message: EmailMessage) -> bool:
    """Hand a mail over. Returns whether the mail server took it."""
    try:
        message.send()
    except OSError as error:  # SMTPException is one too
        log.error("mail not sent", extra={"result": type(error).__name__})
        return False
    return True
