"""Secrets of second factors are sealed in the database, and follow a change of SECRET_KEY."""

import json
import re
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.urls import reverse

from accounts import second_factor
from accounts.sealed import CannotUnseal, is_current, seal, unseal
from tests.accounts.test_second_factor import code_of, is_in, password_step, pat, with_app  # noqa: F401

OLD, NEW = "an-old-key-of-this-site", "a-new-key-of-this-site"


def test_what_is_sealed_is_read_again_and_shows_nothing(settings):
    kept = seal("JBSWY3DPEHPK3PXP")
    assert "JBSWY3DPEHPK3PXP" not in kept and unseal(kept) == "JBSWY3DPEHPK3PXP" and is_current(kept)
    assert seal("JBSWY3DPEHPK3PXP") != kept


def test_an_older_key_still_reads_while_it_is_named_and_not_after(settings):
    settings.SECRET_KEY = OLD
    kept = seal("secret")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]
    assert unseal(kept) == "secret" and not is_current(kept)
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(CannotUnseal):
        unseal(kept)


def test_what_was_kept_in_the_clear_is_read_as_it_is():
    assert unseal("JBSWY3DPEHPK3PXP") == "JBSWY3DPEHPK3PXP" and not is_current("JBSWY3DPEHPK3PXP")


def enter(user, secret, step=0):
    client = password_step(user)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret, step)})
    return is_in(client)


@pytest.mark.django_db
def test_no_secret_stands_in_the_database_in_the_clear(with_app):  # noqa: F811
    user, secret = with_app
    client = password_step(user)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    codes = re.findall(r"\b[0-9a-f]{8}\b|\b\d{8}\b", page)
    stored = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored and stored.count("sealed:") == Authenticator.objects.count() >= 1
    assert not any(code in stored for code in codes)


@pytest.mark.django_db
def test_signing_in_survives_a_change_of_the_key_and_a_sweep_makes_the_old_one_needless(with_app, settings):  # noqa: F811
    user, secret = with_app
    before = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [before]
    assert enter(user, secret)
    call_command("sweep_accounts", stdout=StringIO())
    assert second_factor.reseal() == 0
    settings.SECRET_KEY_FALLBACKS = []
    assert enter(user, secret, step=1)


@pytest.mark.django_db
def test_a_secret_of_before_sealing_works_and_is_sealed_by_the_sweep(with_app):  # noqa: F811
    user, secret = with_app
    Authenticator.objects.filter(type=Authenticator.Type.TOTP).update(data={"secret": secret})
    assert enter(user, secret)
    assert second_factor.reseal() == 1
    assert is_current(Authenticator.objects.get(type=Authenticator.Type.TOTP).data["secret"])


@pytest.mark.django_db
def test_with_a_key_that_is_gone_no_code_fits_and_nothing_breaks(with_app, settings):  # noqa: F811
    user, secret = with_app
    settings.SECRET_KEY = NEW
    client = password_step(user)
    for code in (code_of(secret), code_of("")):
        answer = client.post(reverse("mfa_authenticate"), {"code": code})
        assert answer.status_code == 200 and "not right" in answer.content.decode()
    assert not is_in(client)
    assert second_factor.reseal() == 0
