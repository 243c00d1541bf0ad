import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.passwords import own_words, why_guessable

GOOD = "violet harbour tandem 41"


def refused(password: str, user=None) -> str:
    try:
        validate_password(password, user)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


@pytest.mark.parametrize(("length", "good"), [(14, False), (15, True), (64, True), (256, True), (257, False)])
def test_a_password_has_15_to_256_characters(length, good):
    password = ("kveta zyx brom 7 lumpig qorn wasip fed " * 10)[:length]
    assert (refused(password) == "") is good


def test_a_short_password_is_told_how_much_is_missing():
    assert "add at least 4 more characters" in refused("kveta zyx 7")
    assert "add at least 1 more character." in refused("kveta zyx brom")


@pytest.mark.parametrize(
    "password", [GOOD, "žluťoučký kůň úpěl 7", "密码是很长很难猜的一句话没有人知道它", "tractor lemon quartz drum"]
)
def test_no_kind_of_character_is_asked_for(password):
    assert refused(password) == ""


@pytest.mark.parametrize(
    "password",
    [
        "123456789012345",
        "1q2w3e4r5t6y7u8i9o0p",
        "qwertyuiopasdfgh",
        "passwordpassword",
        "Password1234567!",
        "P@ssw0rdP@ssw0rd",
        "iloveyouiloveyou",
        "aaaaaaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "thisismypassword",
        "Welcome2026Welcome",
        "lodestarlodestar",
        "lodestar-training-2026",
        "Human.Trafficking.Course",
        "customsborder2026",
        "sdf7asdf6asdg8df",
        "   123456789012345   ",
    ],
)
def test_what_is_guessed_first_is_refused_with_a_reason(password):
    assert refused(password).startswith("This password")


def test_the_whole_list_of_common_passwords_is_refused():
    from accounts.passwords import _common

    assert len(_common()) > 19_000
    assert all(why_guessable(password, []) for password in sorted(_common())[::400])


def test_words_of_one_s_own_name_and_address_do_not_make_a_password():
    pat = User(name="Marguerite Oyelaran", email="m.oyelaran@bluecanyon.example")
    assert "your name" in refused("marguerite-oyelaran-1984", pat)
    assert "your name" in refused("Bluecanyon Oyelaran 7", pat)
    assert refused("marguerite likes quartz drums", pat) == ""
    assert "oyelaran" in own_words(pat)


def test_nothing_is_cut_off(db):
    long = "kveta zyx brom 7 lumpig qorn wasip fed " * 6
    user = User.objects.create_user("a@agency.example", long)
    assert user.check_password(long)
    assert not user.check_password(long[:-1])
