from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts import demo
from accounts.models import Organisation, User
from accounts.passwords import LEAST
from accounts.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def is_demo(settings):
    settings.DEMO = True


def test_the_demo_has_one_sign_in_for_each_role_and_prints_them(roles, is_demo, client):
    words = StringIO()
    call_command("load_demo", stdout=words)
    assert {role for user in User.objects.all() for role in user.roles()} == set(Role.values)
    for part in demo.PEOPLE:
        email, password = f"{part}@{demo.DOMAIN}", demo.password_of(part)
        assert email in words.getvalue()
        assert password in words.getvalue()
        assert len(password) >= LEAST
        client.logout()
        client.post(reverse("account_login"), {"login": email, "password": password})
        assert "_auth_user_id" in client.session


def test_loading_again_changes_nothing(roles, is_demo):
    demo.load()
    learner = User.objects.get(email=f"learner@{demo.DOMAIN}")
    learner.name = "Renamed"
    learner.save()
    before = (User.objects.count(), Organisation.objects.count())
    demo.load()
    learner.refresh_from_db()
    assert learner.name == "Renamed"
    assert (User.objects.count(), Organisation.objects.count()) == before


def test_the_manager_of_the_demo_sees_its_learner(roles, is_demo):
    from accounts import access

    demo.load()
    manager = User.objects.get(email=f"manager@{demo.DOMAIN}")
    assert access.people_seen_by(manager).filter(email=f"learner@{demo.DOMAIN}").exists()


def test_outside_of_the_demo_nobody_is_made(roles, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="exist only in the demo"):
        call_command("load_demo")
    assert not User.objects.exists()


def test_known_passwords_of_a_copied_database_open_nothing_elsewhere(roles, settings, client):
    settings.DEMO = True
    demo.load()
    settings.DEMO = False
    client.post(reverse("account_login"), {"login": f"admin@{demo.DOMAIN}", "password": demo.password_of("admin")})
    assert "_auth_user_id" not in client.session
