import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts import invitations, limits
from accounts.models import Invitation, Membership, User
from accounts.roles import Role
from kernel.models import AuditEvent
from tests.factories.accounts import PASSWORD, member, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("deliver")]


@pytest.fixture
def deliver(monkeypatch):
    """Run what waits for a commit at once: a test's transaction never commits."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda function, **_options: function())


@pytest.fixture
def desk(client, manager):
    client.force_login(manager)
    return client


def link_in(message) -> str:
    return re.search(r"https://lodestar\.example(/\S+)", message.body).group(1)


def invite_by_form(desk, unit, email="new@elsewhere.example", role=Role.LEARNER, **more):
    fields = {"email": email, "name": "", "organisation": unit.pk, "role": role, "language": "en", **more}
    return desk.post(reverse("people:invite"), fields)


def accept(client, link, name="New Person", password=PASSWORD):
    return client.post(link, {"name": name, "password1": password})


# --- Accept ---


def test_an_invited_person_makes_an_account_with_any_address_and_is_signed_in(
    desk, port, mailoutbox, django_user_model
):
    from django.test import Client

    invite_by_form(desk, port)
    guest = Client()
    link = link_in(mailoutbox[0])
    page = guest.get(link)
    assert page.status_code == 200
    assert not User.objects.filter(email="new@elsewhere.example").exists(), "a fetched link makes nothing"
    accept(guest, link)
    user = User.objects.get(email="new@elsewhere.example")
    assert (user.memberships.get().organisation, user.memberships.get().role) == (port, Role.LEARNER)
    assert "_auth_user_id" in guest.session
    guest.logout()
    guest.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert "_auth_user_id" in guest.session


def closed(client, link) -> bool:
    answer = client.get(link)
    return answer.status_code == 404 and "not open" in answer.content.decode()


def test_a_link_works_once(desk, port, mailoutbox):
    from django.test import Client

    invite_by_form(desk, port)
    accept(Client(), link_in(mailoutbox[0]))
    assert closed(Client(), link_in(mailoutbox[0]))


def test_wrong_old_and_withdrawn_links_look_alike(desk, port, manager, mailoutbox):
    from django.test import Client

    for email in ("a@x.example", "b@x.example"):
        invite_by_form(desk, port, email=email)
    Invitation.objects.filter(email="a@x.example").update(expires_at=timezone.now())
    invitations.withdraw(Invitation.objects.get(email="b@x.example"), by=manager)
    links = [link_in(mailoutbox[0]), link_in(mailoutbox[1]), "/en/account/invitation/guess/"]
    pages = {Client().get(link).content.decode().split("<main", 1)[1].split("</main", 1)[0] for link in links}
    assert len(pages) == 1
    assert "not open" in pages.pop()


@pytest.mark.parametrize(("before", "open_"), [(timedelta(seconds=1), True), (timedelta(0), False)])
def test_an_invitation_is_open_for_fourteen_days(desk, port, before, open_):
    invite_by_form(desk, port)
    invitation = Invitation.objects.get()
    assert invitation.expires_at - invitation.sent_at == pytest.approx(timedelta(days=14), abs=timedelta(seconds=5))
    assert invitation.is_open(invitation.expires_at - before) is open_


def test_a_weak_password_is_refused_and_the_name_stays(desk, port, mailoutbox):
    from django.test import Client

    invite_by_form(desk, port)
    page = accept(Client(), link_in(mailoutbox[0]), password="short").content.decode()
    assert "too short" in page
    assert 'value="New Person"' in page


def test_somebody_with_an_account_signs_in_and_gains_the_membership(desk, port, other_agency, mailoutbox):
    from django.test import Client

    known = member(other_agency, email="known@elsewhere.example")
    invite_by_form(desk, port, email="known@elsewhere.example")
    guest = Client()
    link = link_in(mailoutbox[0])
    assert guest.get(link)["Location"] == f"/en/account/login/?next={link}"
    guest.post(reverse("account_login"), {"login": known.email, "password": PASSWORD})
    assert not known.memberships.filter(organisation=port).exists()
    guest.post(link)
    assert known.memberships.filter(organisation=port, role=Role.LEARNER).exists()


def test_another_person_cannot_take_the_invitation(desk, port, mailoutbox):
    from django.test import Client

    person("known@elsewhere.example")
    thief = Client()
    thief.force_login(person("thief@elsewhere.example"))
    invite_by_form(desk, port, email="known@elsewhere.example")
    assert thief.post(link_in(mailoutbox[0])).status_code == 403
    assert Invitation.objects.get().accepted_at is None


def test_only_the_hash_of_a_link_is_kept(desk, port, mailoutbox):
    invite_by_form(desk, port)
    token = link_in(mailoutbox[0]).rstrip("/").rsplit("/", 1)[1]
    assert len(token) >= 43  # 256 bits
    assert token not in str(list(Invitation.objects.values()))


# --- Who may ---


def test_inviting_tells_nothing_of_accounts_elsewhere(desk, port, other_agency, mailoutbox):
    member(other_agency, email="known@elsewhere.example")
    known = invite_by_form(desk, port, email="known@elsewhere.example")
    unknown = invite_by_form(desk, port, email="unknown@elsewhere.example")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert len(mailoutbox) == 2
    assert mailoutbox[0].body.split("http")[0] == mailoutbox[1].body.split("http")[0]


def test_somebody_already_in_one_s_own_unit_is_named(desk, port, mailoutbox):
    member(port, email="here@elsewhere.example")
    page = invite_by_form(desk, port, email="Here@elsewhere.example").content.decode()
    assert "has that role in this unit already" in page
    assert not mailoutbox


def test_a_manager_invites_to_own_units_only(desk, other_agency, mailoutbox):
    assert invite_by_form(desk, other_agency).status_code == 200
    assert not Invitation.objects.exists()
    assert not mailoutbox


@pytest.mark.parametrize("role", [role for role in Role if role != Role.LEARNER])
def test_a_manager_gives_no_role_above_learner(desk, port, role, manager):
    assert invite_by_form(desk, port, role=role).status_code == 200
    assert not Invitation.objects.exists()
    with pytest.raises(invitations.NotAllowed):
        invitations.invite("x@x.example", unit=port, role=role, by=manager)


def test_an_administrator_gives_any_role_anywhere(client, administrator, other_agency):
    client.force_login(administrator)
    invite_by_form(client, other_agency, role=Role.EDITOR)
    assert Invitation.objects.get().role == Role.EDITOR


def test_a_person_without_the_right_finds_no_such_page(client, roles, agency):
    client.force_login(member(agency, Role.EDITOR))
    for name in ("invitations", "invite", "invite_list", "invite_table"):
        assert client.get(reverse(f"people:{name}")).status_code == 404
    assert client.post(reverse("people:send_checked")).status_code == 404


def test_invitations_of_other_agencies_are_404(desk, administrator, other_agency, mailoutbox):
    foreign = invitations.invite("x@x.example", unit=other_agency, by=administrator)
    for name in ("invitation", "resend", "withdraw"):
        assert desk.post(reverse(f"people:{name}", args=[foreign.pk])).status_code == 404
    assert "x@x.example" not in desk.get(reverse("people:invitations")).content.decode()
    foreign.refresh_from_db()
    assert foreign.withdrawn_at is None
    assert len(mailoutbox) == 1


# --- Send again, withdraw ---


def test_signs_in_a_name_arrive_as_they_are(desk, port, mailoutbox):
    port.name = "Ports & Bridges"
    port.save()
    invite_by_form(desk, port, name="Siobhán O'Neill <chief>")
    assert mailoutbox[0].subject == "Ports & Bridges invites you to training on human trafficking"
    assert "Hello Siobhán O'Neill <chief>," in mailoutbox[0].body


def test_a_line_break_in_a_name_makes_no_mail_header(desk, port, mailoutbox):
    port.name = "Port\nBcc: everybody@x.example"
    port.save()
    invite_by_form(desk, port)
    assert mailoutbox[0].bcc == []
    assert "\n" not in mailoutbox[0].subject


def test_inviting_twice_renews_the_one_invitation(desk, port, mailoutbox):
    invite_by_form(desk, port)
    invite_by_form(desk, port)
    assert Invitation.objects.count() == 1
    assert closed(desk, link_in(mailoutbox[0]))
    assert not closed(desk, link_in(mailoutbox[1]))


def test_sending_again_ends_the_old_link(desk, port, mailoutbox):
    invite_by_form(desk, port)
    desk.post(reverse("people:resend", args=[Invitation.objects.get().pk]))
    assert closed(desk, link_in(mailoutbox[0]))
    assert not closed(desk, link_in(mailoutbox[1]))


def test_what_is_closed_is_neither_sent_nor_withdrawn_again(desk, port, manager):
    invite_by_form(desk, port)
    invitation = Invitation.objects.get()
    invitations.withdraw(invitation, by=manager)
    with pytest.raises(invitations.InvitationClosed):
        invitations.resend(invitation, by=manager)
    with pytest.raises(invitations.InvitationClosed):
        invitations.withdraw(invitation, by=manager)


def test_a_mail_that_was_not_taken_shows_as_waiting(desk, port, monkeypatch):
    def gone(*_args, **_kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", gone)
    invite_by_form(desk, port)
    assert Invitation.objects.get().state(timezone.now()) == "waiting"
    assert "Mail not sent yet" in desk.get(reverse("people:invitations")).content.decode()


def test_the_trail_tells_who_invited_and_who_came(desk, port, manager, mailoutbox):
    from django.test import Client

    invite_by_form(desk, port)
    accept(Client(), link_in(mailoutbox[0]))
    sent = AuditEvent.objects.get(action="invitation.sent")
    assert sent.actor == manager
    assert "new@elsewhere.example" not in str(AuditEvent.objects.values_list("subject", "detail"))
    assert AuditEvent.objects.filter(action="invitation.accepted").exists()


def test_one_person_sends_a_bounded_number_a_day(manager, port, monkeypatch):
    monkeypatch.setattr(invitations, "SENT_PER_DAY", 2)
    invitations.invite("a@x.example", unit=port, by=manager)
    invitations.invite("b@x.example", unit=port, by=manager)
    with pytest.raises(limits.TooMany):
        invitations.invite("c@x.example", unit=port, by=manager)


# --- Lists and tables ---


def paste(desk, unit, text):
    return desk.post(
        reverse("people:invite_list"), {"addresses": text, "organisation": unit.pk, "role": "learner", "language": "en"}
    )


def upload(desk, unit, text, name="people.csv"):
    data = text if isinstance(text, bytes) else text.encode()
    return desk.post(
        reverse("people:invite_table"),
        {"file": SimpleUploadedFile(name, data), "organisation": unit.pk, "language": "en"},
    )


def send(desk, page):
    from html import unescape

    rows = unescape(re.search(r'name="rows" value="([^"]*)"', page.content.decode()).group(1))
    return desk.post(reverse("people:send_checked"), {"rows": rows})


def test_a_pasted_list_is_checked_first_and_sent_after(desk, port, mailoutbox):
    page = paste(desk, port, "a@x.example, b@x.example\nPat Lee <c@x.example>\n\nnot an address\nA@x.example")
    text = page.content.decode()
    assert "3 people can be invited" in text
    assert "This is not an e-mail address." in text
    assert "The same address stands in line 1." in text
    assert not mailoutbox
    assert not Invitation.objects.exists()
    send(desk, page)
    assert sorted(Invitation.objects.values_list("email", flat=True)) == ["a@x.example", "b@x.example", "c@x.example"]
    assert Invitation.objects.get(email="c@x.example").name == "Pat Lee"
    assert len(mailoutbox) == 3


def test_an_empty_list_says_so(desk, port):
    assert (
        "no address" in paste(desk, port, " , ;\n ").content.decode()
        or "required" in paste(desk, port, " ").content.decode()
    )


def test_a_table_brings_names_units_and_languages(desk, agency, port):
    page = upload(
        desk, agency, f"Email;Name;Unit;Language\na@x.example;Ana Ruiz;{port.code.upper()};es\nb@x.example;;;\n"
    )
    send(desk, page)
    ana = Invitation.objects.get(email="a@x.example")
    assert (ana.name, ana.organisation, ana.language) == ("Ana Ruiz", port, "es")
    assert Invitation.objects.get(email="b@x.example").organisation == agency


def test_a_table_says_what_is_wrong_with_each_line(desk, agency, other_agency):
    rows = [
        "email,name,unit,role,language",
        f"a@x.example,A,{other_agency.code},,",
        "b@x.example,B,,editor,",
        "c@x.example,C,,king,",
        "d@x.example,D,,,xx",
        "e@x.example,E,,,,too,many",
        f"f@x.example,{'x' * 151},,,",
        "g@x.example,G\u202eevil,,,",
    ]
    text = upload(desk, agency, "\n".join(rows)).content.decode()
    for sentence in (
        "There is no unit with the code",
        "Only an administrator gives this role.",
        "There is no role",
        "The site does not speak this language.",
        "more cells than there are columns",
        "more than 150 characters",
        "signs that cannot be printed",
    ):
        assert sentence in text
    assert "0 people can be invited" in text


def test_the_answer_for_a_foreign_unit_is_that_of_one_that_does_not_exist(desk, agency, other_agency):
    foreign = upload(desk, agency, f"email,unit\na@x.example,{other_agency.code}\n").content.decode()
    unknown = upload(desk, agency, "email,unit\na@x.example,nowhere\n").content.decode()
    told = [re.search(r"<td><strong>(.*?)“", page).group(1) for page in (foreign, unknown)]
    assert told[0] == told[1]
    assert other_agency.name not in foreign


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"name\nPat\n", "must name the columns"),
        (b"email,password\na@x.example,x\n", "Unknown columns: password"),
        ("email\nä@x.example".encode("utf-16"), "not UTF-8"),
        (b'email\n"a@x.example', "quotation marks"),
        (b"email\n\0@x.example", "not a table"),
        (b"email\n" + b"a" * 1_000_001, "larger than 1 MB"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_words(desk, agency, data, sentence):
    answer = upload(desk, agency, data)
    assert answer.status_code == 200
    assert sentence in answer.content.decode()


def test_a_thousand_rows_are_the_most(desk, port):
    text = "\n".join(f"p{number}@x.example" for number in range(1001))
    page = paste(desk, port, text).content.decode()
    assert "1000 people can be invited" in page
    assert "At most 1000 people at once." in page


@pytest.mark.parametrize(
    "rows",
    [
        "",
        "{}",
        "[[1]]",
        '[[1,"a@x.example","\\u0000",1,"learner","en"]]',
        '[[1,"a@x.example","",999999,"learner","en"]]',
        '[["x"]]',
        "[1]",
    ],
)
def test_a_tampered_check_form_sends_nothing(desk, rows, mailoutbox):
    assert desk.post(reverse("people:send_checked"), {"rows": rows}).status_code == 302
    assert not Invitation.objects.exists()


def test_rows_of_a_tampered_form_are_checked_again(desk, port, other_agency):
    for unit, role in ((other_agency, "learner"), (port, "administrator")):
        desk.post(reverse("people:send_checked"), {"rows": f'[[1,"a@x.example","",{unit.pk},"{role}","en"]]'})
    assert not Invitation.objects.exists()


def test_a_list_is_invited_whole_or_not_at_all(manager, port, monkeypatch):
    monkeypatch.setattr(invitations, "SENT_PER_DAY", 1)
    rows = [invitations.Row(1, "a@x.example", unit=port), invitations.Row(2, "b@x.example", unit=port)]
    with pytest.raises(limits.TooMany):
        invitations.invite_all(rows, by=manager)
    assert not Invitation.objects.exists()


def test_accepting_gives_the_groups_of_the_role(administrator, agency, mailoutbox, client):
    invitations.invite("ed@x.example", unit=agency, role=Role.EDITOR, by=administrator)
    accept(client, link_in(mailoutbox[0]))
    editor = User.objects.get(email="ed@x.example")
    assert editor.has_perm("wagtailadmin.access_admin")
    assert Membership.objects.get(user=editor).role == Role.EDITOR


# --- Mail that did not go out --------------------------------------------------------------------------------------


@pytest.fixture
def server_away(monkeypatch):
    """A switch: while "away" is true no mail is taken."""
    from accounts import adapter

    state = {"away": True, "asked": 0}
    taken = adapter.send

    def send(message):
        state["asked"] += 1
        return False if state["away"] else taken(message)

    monkeypatch.setattr(invitations, "send", send)
    return state


def waiting(minutes=11):
    return timezone.now() + timedelta(minutes=minutes)


def test_an_invitation_that_was_not_taken_goes_out_once_when_the_server_is_back(desk, port, server_away, mailoutbox):
    invite_by_form(desk, port)
    assert not mailoutbox and Invitation.objects.get().mailed_at is None
    server_away["away"] = False
    assert invitations.send_waiting(waiting(9)) == 0, "its own task may still be at it"
    assert invitations.send_waiting(waiting()) == 1
    assert invitations.send_waiting(waiting()) == 0
    (message,) = mailoutbox
    assert desk.get(link_in(message)).status_code == 200
    assert invitations.send_invitation.call(Invitation.objects.get().pk) is False, (
        "a task that comes late sends nothing"
    )
    assert len(mailoutbox) == 1


def test_a_server_that_is_still_away_is_asked_once_a_run(desk, port, server_away):
    for number in range(3):
        invite_by_form(desk, port, email=f"new{number}@elsewhere.example")
    server_away["asked"] = 0
    assert invitations.send_waiting(waiting()) == 0
    assert server_away["asked"] == 1


def test_what_was_withdrawn_or_has_expired_is_not_sent(desk, port, manager, server_away, mailoutbox):
    for number in range(2):
        invite_by_form(desk, port, email=f"new{number}@elsewhere.example")
    first, second = Invitation.objects.order_by("pk")
    invitations.withdraw(first, by=manager)
    Invitation.objects.filter(pk=second.pk).update(expires_at=timezone.now() - timedelta(days=1))
    server_away["away"] = False
    assert invitations.send_waiting(waiting()) == 0 and not mailoutbox
