"""The second factor: codes of an authenticator app, security keys and passkeys, recovery codes.

Who works in the admin cannot open it without one while `REQUIRE_MFA` is on. Guessing codes is limited like guessing passwords.
"""

import base64
import logging
import secrets
from datetime import timedelta
from urllib.parse import urlsplit

from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter, get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import validate_totp_code
from allauth.mfa.utils import decrypt
from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import limits, sealed
from accounts.adapter import wait_sentence
from accounts.roles import MFA_ROLES

log = logging.getLogger("lodestar.accounts")

GUARDED_PREFIXES = ("/admin/", "/rosetta/")
CODE_LIVES = timedelta(seconds=120)  # a step of 30 s with one step of tolerance either way, and a margin
STRONG_TYPES = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def must_have(user) -> bool:
    """Whether this person's roles call for a second factor."""
    if not settings.REQUIRE_MFA or not user.is_authenticated:
        return False
    return user.is_superuser or user.memberships.filter(role__in=MFA_ROLES).exists()


def was_used(request) -> bool:
    """Whether a second factor was shown in this session."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


class SecondFactorMiddleware:
    """Keep the admin shut until a second factor is set up and was shown in this session."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path.startswith(GUARDED_PREFIXES) and must_have(request.user):
            if not Authenticator.objects.filter(user=request.user, type__in=STRONG_TYPES).exists():
                messages.warning(request, _("Your role needs a second factor. Set one up to open the admin."))
                return redirect("mfa_index")
            if not was_used(request):
                back = urlencode({"next": request.get_full_path() if request.method == "GET" else "/admin/"})
                return redirect(f"{reverse('mfa_reauthenticate')}?{back}")
        return self.get_response(request)


class Adapter(DefaultMFAAdapter):
    """Names and addresses from settings; whoever needs the second factor cannot take the last one away."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right. Codes change every 30 seconds: enter the one shown now."),
        "cannot_delete_authenticator": _(
            "Your role needs a second factor. Add another one before you remove this one."
        ),
    }

    def can_delete_authenticator(self, authenticator) -> bool:
        if not must_have(authenticator.user):
            return True
        others = Authenticator.objects.filter(user=authenticator.user, type__in=STRONG_TYPES).exclude(
            pk=authenticator.pk
        )
        return others.exists()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": urlsplit(settings.SITE_URL).hostname, "name": settings.OPERATOR_NAME}

    def generate_authenticator_name(self, user, type) -> str:
        """A name to begin with; people give their own."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return gettext("Key %(number)d") % {"number": number}

    def _get_site_name(self) -> str:
        return settings.OPERATOR_NAME

    def encrypt(self, text: str) -> str:
        return sealed.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """A secret whose key is gone becomes one that nobody has: no code fits it, and the page says so in peace."""
        try:
            return sealed.unseal(encrypted_text)
        except sealed.CannotUnseal:
            log.error("second factor cannot be read: its SECRET_KEY is gone", extra={"result": "refused"})
            return base64.b32encode(secrets.token_bytes(20)).decode()


SEALED_FIELDS = ("secret", "seed")  # of `Authenticator.data`; `migrated_codes` is a list of such texts


def reseal() -> int:
    """Put every secret under the key that seals now; return how many authenticators changed. Safe to run again.

    What cannot be read any more is left as it is: the old key may come back.
    """
    count = 0
    for authenticator in Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).iterator():
        with transaction.atomic():
            fresh = Authenticator.objects.select_for_update().filter(pk=authenticator.pk).first()
            data = _resealed(fresh.data) if fresh else None
            if data is not None and data != fresh.data:
                fresh.data = data
                fresh.save(update_fields=["data"])
                count += 1
    return count


def _resealed(data: dict) -> dict:
    sealed_fields = {name: _resealed_text(data[name]) for name in SEALED_FIELDS if name in data}
    if "migrated_codes" in data:
        sealed_fields["migrated_codes"] = [_resealed_text(code) for code in data["migrated_codes"]]
    return data | sealed_fields


def _resealed_text(kept: str) -> str:
    if sealed.is_current(kept):
        return kept
    try:
        return sealed.seal(sealed.unseal(kept))
    except sealed.CannotUnseal:
        return kept


class _Counted:
    """Counts a code as wrong before it is checked, and forgets it when it was right. Five wrong codes make a wait."""

    def begin(self) -> str:
        account = str(self.user.pk)
        try:
            limits.begin_guess(account, "", now=timezone.now(), kind="code")
        except limits.TooMany as stop:
            raise forms.ValidationError(wait_sentence(stop.seconds), code="too_many") from None
        return account

    def typed(self) -> str:
        """The code without the spaces and dashes that apps and paper put in."""
        return self.cleaned_data["code"].replace(" ", "").replace("-", "")


class _KnownCode(_Counted):
    """Checks a code against what the person has set up. An app's code is good once."""

    def clean_code(self):
        code, account = self.typed(), self.begin()
        found = self._authenticator_for(code)
        if found is None:
            raise get_adapter().validation_error("incorrect_code")
        limits.guess_was_right(account, "", now=timezone.now(), kind="code")
        self.authenticator = found
        return code

    def _authenticator_for(self, code: str):
        for authenticator in Authenticator.objects.filter(user=self.user).select_related("user"):
            if authenticator.type == Authenticator.Type.TOTP:
                secret = decrypt(authenticator.data["secret"])
                if validate_totp_code(secret, code) and self._is_fresh(code):
                    return authenticator
            elif authenticator.type == Authenticator.Type.RECOVERY_CODES and authenticator.wrap().validate_code(code):
                return authenticator
        return None

    def _is_fresh(self, code: str) -> bool:
        """Whether this code was not used before. Kept in the database: a cache may be away, and forgets too early."""
        try:
            limits.take("code used", str(self.user.pk), code, at_most=1, within=CODE_LIVES, now=timezone.now())
        except limits.TooMany:
            return False
        return True


def _code_widget():
    return forms.TextInput(
        attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autocapitalize": "off", "spellcheck": "false"}
    )


class CodeForm(_KnownCode, AuthenticateForm):
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=_code_widget(),
        help_text=_("From your authenticator app, or one of your recovery codes."),
    )


class CodeAgainForm(_KnownCode, ReauthenticateForm):
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=_code_widget(),
        help_text=_("From your authenticator app, or one of your recovery codes."),
    )


class ActivateForm(_Counted, ActivateTOTPForm):
    code = forms.CharField(
        label=_("Code"), max_length=40, widget=_code_widget(), help_text=_("The six digits that your app shows now.")
    )

    def clean_code(self):
        self.cleaned_data["code"] = self.typed()
        account = self.begin()
        code = super().clean_code()
        limits.guess_was_right(account, "", now=timezone.now(), kind="code")
        return code
