"""A table of hotlines uploaded in the admin: shown first, never deleting, numbers by two people."""

import csv
import html
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.roles import Role
from hotlines import imports, proposals
from hotlines.models import Hotline, Proposal
from tests.factories.hotlines import make_keeper
from tests.hotlines.test_imports import shipped

pytestmark = pytest.mark.django_db
CODE = "us-nhth-voice"
FICTION = {"phone_display": "1-202-555-0199", "phone_e164": "+12025550199"}


@pytest.fixture
def desk(client, ana, registry):
    client.force_login(ana)
    return client


def address():
    return reverse("hotline_desk:upload")


def table(rows, columns=imports.COLUMNS) -> bytes:
    file = io.StringIO()
    writer = csv.DictWriter(file, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode()


def row(code=CODE, **changes) -> dict:
    return next(found for found in shipped() if found["code"] == code) | changes


def show(desk, data: bytes, reason="Their own page"):
    return desk.post(address(), {"file": SimpleUploadedFile("lines.csv", data), "reason": reason})


def agree(desk, page):
    text = page.content.decode()
    fields = re.findall(r'<input type="hidden" name="(text|reason|seen)" value="([^"]*)"', text)
    return desk.post(address(), {name: html.unescape(value) for name, value in fields}, follow=True)


def test_what_would_change_is_shown_first_and_changes_nothing(desk):
    page = show(desk, table([row(**FICTION, note="Other words")])).content.decode()
    assert "Nothing was changed yet." in page and "1-202-555-0199" in page and "Other words" in page
    assert "1 hotline with another number" in page and "103 hotlines are not in the table and stay" in page
    assert Hotline.objects.get(code=CODE).phone_e164 != FICTION["phone_e164"]
    assert not Proposal.objects.exists() and Hotline.objects.count() == 104


def test_a_changed_number_waits_for_a_second_person_and_remarks_are_written_at_once(desk, ana, ben):
    before = Hotline.objects.get(code=CODE).phone_e164
    told = agree(desk, show(desk, table([row(**FICTION, note="Other words")]))).content.decode()
    assert "1 change of a number waits for a second person." in told and "1 hotline has new remarks." in told
    hotline = Hotline.objects.get(code=CODE)
    assert (hotline.phone_e164, hotline.note) == (before, "Other words") and Hotline.objects.count() == 104
    proposal = Proposal.objects.get()
    assert (proposal.proposed_by, proposal.reason) == (ana, "Their own page")
    with pytest.raises(proposals.SamePerson):
        proposals.approve(proposal, by=ana)
    proposals.approve(proposal, by=ben)
    assert Hotline.objects.get(code=CODE).phone_e164 == FICTION["phone_e164"]


def test_a_new_hotline_is_not_published_by_one_person_even_into_an_empty_registry(client, ana):
    client.force_login(ana)
    agree(client, show(client, table([row()])))
    assert not Hotline.objects.get(code=CODE).is_published and Proposal.objects.get().publishes


@pytest.mark.parametrize("data", [b"", table([]), b"\xef\xbb\xbf", b"\n\n"])
def test_an_empty_table_deletes_nothing(desk, data):
    page = show(desk, data).content.decode()
    assert "nothing was deleted" in page or "file is empty" in page
    assert Hotline.objects.published().count() == 104


def test_the_same_table_again_has_nothing_to_do(desk):
    page = show(desk, table(shipped())).content.decode()
    assert "There is nothing to do." in page and "Take this over" not in page


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xff\xfe\x00n\x00o", "CSV UTF-8"),
        (b"code,country\nx,US\n", "lacks the columns"),
        (table([row(toll_free="perhaps")]), "write y, n or nothing"),
        (table([row(), row()]), "stands twice"),
        (table([row(phone_e164="12345")]), f"Line 2 ({CODE})"),
        (table([row(note="x\0y")]), "no text"),
        (b'code,"' + b"x" * 200_000, "not a table"),
        (b"x" * 1_000_001, "larger than 1 MB"),
    ],
)
def test_a_broken_table_is_answered_with_words_and_changes_nothing(desk, data, said):
    page = show(desk, data)
    assert page.status_code == 200 and said in html.unescape(page.content.decode())
    assert "Take this over" not in page.content.decode()
    assert Hotline.objects.count() == 104 and not Proposal.objects.exists()


def test_a_registry_that_changed_meanwhile_is_shown_again(desk):
    page = show(desk, table([row(note="Other words")]))
    Hotline.objects.filter(code=CODE).update(operator="Somebody else")
    told = agree(desk, page).content.decode()
    assert "The registry has changed meanwhile." in told and "Somebody else" in told
    assert Hotline.objects.get(code=CODE).note != "Other words"


@pytest.mark.parametrize("fields", [{"seen": "x"}, {"seen": "x", "text": "a,b", "reason": "r"}])
def test_a_second_form_that_was_tampered_with_changes_nothing(desk, fields):
    told = desk.post(address(), fields, follow=True).content.decode()
    assert "nothing was changed" in told and not Proposal.objects.exists()


@pytest.mark.parametrize("role", [Role.LEARNER, Role.EDITOR, Role.TRANSLATOR, Role.TRAINING_MANAGER])
def test_only_those_who_keep_hotlines_come_here(client, role):
    client.force_login(make_keeper("Eve", role=role))
    assert client.get(address()).status_code in {302, 403, 404}
    assert show(client, table([row()])).status_code in {302, 403, 404}
    assert not Hotline.objects.exists()
