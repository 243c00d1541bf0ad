"""What happens to accounts, into the audit trail and the log: sign-in, sign-out, passwords, second factors, confirmed addresses."""

import logging

from allauth.account import signals as account_signals
from allauth.mfa import signals as mfa_signals
from django.contrib.auth.signals import user_logged_in, user_logged_out

from accounts import memberships
from accounts.models import EmailDomain
from accounts.roles import Role
from kernel.address import client_address
from kernel.models import record_event

log = logging.getLogger("lodestar.accounts")


def _note(action: str, user, request, **detail) -> None:
    record_event(action, actor=user, subject=f"user:{user.pk}", detail=detail)
    facts = {"who": user.pk, "what": action, "result": "done"}
    if request is not None and request.META.get("REMOTE_ADDR"):
        facts["from_where"] = client_address(request)
    log.info(action, extra=facts)


def signed_in(sender, request, user, **_kwargs):
    _note("account.signed_in", user, request)


def signed_out(sender, request, user, **_kwargs):
    if user is not None:
        _note("account.signed_out", user, request)


def signed_up(sender, request, user, **_kwargs):
    _note("account.made", user, request)


def password_changed(sender, request, user, **_kwargs):
    _note("account.password_changed", user, request)


def password_reset(sender, request, user, **_kwargs):
    _note("account.password_reset", user, request)


def email_confirmed(sender, request, email_address, **_kwargs):
    """Put a person who signed up by themselves into the unit of their mail domain, now that the address is theirs."""
    user = email_address.user
    _note("account.email_confirmed", user, request)
    if user.memberships.exists():
        return
    domain = EmailDomain.objects.filter(domain=email_address.email.rpartition("@")[2].lower()).first()
    if domain:
        memberships.give(user, domain.organisation, Role.LEARNER, by=None)


def factor_added(sender, request, user, authenticator, **_kwargs):
    _note("account.second_factor_added", user, request, kind=authenticator.type)


def factor_removed(sender, request, user, authenticator, **_kwargs):
    _note("account.second_factor_removed", user, request, kind=authenticator.type)


def factor_failed(sender, request, user, authenticator, **_kwargs):
    _note("account.second_factor_failed", user, request, kind=authenticator.type)


def listen() -> None:
    for signal, receiver in (
        (user_logged_in, signed_in),
        (user_logged_out, signed_out),
        (account_signals.user_signed_up, signed_up),
        (account_signals.password_changed, password_changed),
        (account_signals.password_set, password_changed),
        (account_signals.password_reset, password_reset),
        (account_signals.email_confirmed, email_confirmed),
        (mfa_signals.authenticator_added, factor_added),
        (mfa_signals.authenticator_reset, factor_added),
        (mfa_signals.authenticator_removed, factor_removed),
        (mfa_signals.authentication_failed, factor_failed),
    ):
        signal.connect(receiver, dispatch_uid=f"accounts.{receiver.__name__}.{id(signal)}")
