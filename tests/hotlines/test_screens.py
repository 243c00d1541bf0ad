"""The screens of the admin: who may, what is proposed, what is refused."""

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from accounts.roles import Role
from hotlines import proposals
from hotlines.models import NUMBER_FIELDS, Hotline, Proposal, Verification
from tests.factories.hotlines import make_hotline, make_keeper, make_words

pytestmark = pytest.mark.django_db
SNIPPET = "wagtailsnippets_hotlines_hotline"
PLAIN = [
    "country", "region", "kind", "audience", "name_en", "name_local", "name_local_language", "operator", "languages",
    "interpreter_languages", "hours", "time_zone", "hours_text", "source_urls", "source_as_of", "confidence", "note",
]  # fmt: skip


def form_of(hotline: Hotline, **changes) -> dict:
    data = {field: proposals.as_text(hotline, field) for field in [*PLAIN, *NUMBER_FIELDS]}
    data |= {
        "code": hotline.code,
        "toll_free": "unknown",
        "confidential": "unknown",
        "special_days-TOTAL_FORMS": "0",
        "special_days-INITIAL_FORMS": "0",
        "special_days-MIN_NUM_FORMS": "0",
        "special_days-MAX_NUM_FORMS": "1000",
    }
    return data | changes


@pytest.fixture
def as_ana(client, ana):
    client.force_login(ana)
    return client


def test_the_list_can_be_narrowed(as_ana):
    make_hotline(code="one", name_en="Alpha line", country="US")
    make_hotline(code="two", name_en="Beta line", country="MX", time_zone="America/Mexico_City", confidence="low")
    url = reverse(f"{SNIPPET}:list")
    assert b"Alpha line" in as_ana.get(url).content
    for query, shown, hidden in (
        ({"country": "MX"}, b"Beta line", b"Alpha line"),
        ({"confidence": "high"}, b"Alpha line", b"Beta line"),
    ):
        content = as_ana.get(url, query).content
        assert shown in content and hidden not in content, query


def test_the_list_can_show_only_those_that_are_due(as_ana):
    make_hotline(name_en="Fresh line", verified_on=timezone.localdate())
    make_hotline(name_en="Stale line")
    content = as_ana.get(reverse(f"{SNIPPET}:list"), {"due": "due"}).content
    assert b"Stale line" in content and b"Fresh line" not in content


def test_the_list_asks_no_more_for_more_lines(as_ana, django_assert_max_num_queries):
    url = reverse(f"{SNIPPET}:list")
    make_hotline()
    as_ana.get(url)
    with django_assert_max_num_queries(60) as few:
        as_ana.get(url)
    for _number in range(15):
        make_hotline()
    with django_assert_max_num_queries(len(few)):
        as_ana.get(url)


def test_saving_another_number_proposes_it_and_keeps_the_old_one(as_ana, ana):
    hotline = make_hotline()
    url = reverse(f"{SNIPPET}:edit", args=[hotline.pk])
    assert as_ana.get(url).status_code == 200
    data = form_of(
        hotline, phone_display="1-202-555-0199", phone_e164="+12025550199", operator="New operator", reason="Their page"
    )
    response = as_ana.post(url, data, follow=True)
    assert "waits for a second person" in response.content.decode()
    hotline.refresh_from_db()
    proposal = Proposal.objects.get()
    assert (hotline.phone_e164, hotline.operator) == ("+12025550100", "New operator")
    assert (proposal.proposed_by, proposal.reason) == (ana, "Their page")
    assert set(proposal.changes) == {"phone_display", "phone_e164"}


def test_saving_remarks_only_proposes_nothing(as_ana):
    hotline = make_hotline()
    as_ana.post(reverse(f"{SNIPPET}:edit", args=[hotline.pk]), form_of(hotline, note="Seen"))
    hotline.refresh_from_db()
    assert hotline.note == "Seen" and not Proposal.objects.exists()


def test_the_code_of_a_hotline_cannot_be_changed(as_ana):
    hotline = make_hotline(code="kept")
    as_ana.post(reverse(f"{SNIPPET}:edit", args=[hotline.pk]), form_of(hotline, code="other"))
    hotline.refresh_from_db()
    assert hotline.code == "kept"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"phone_e164": "+1"}, "This is no number to dial"),
        ({"phone_display": "1-202-555-0101"}, "The printed number and the number to dial differ."),
        ({"hours": "always"}, "These hours cannot be read"),
        ({"time_zone": "../../etc/passwd"}, "There is no time zone of this name."),
        ({"time_zone": "", "hours": "Mo 09:00-10:00"}, "Hours mean nothing without a time zone."),
        ({"languages": "en|qqq"}, "is not the code of a language"),
        ({"country": "XX"}, "There is no country with this code."),
        ({"region": "CA-QC"}, "The region must begin with the country"),
        ({"url": "javascript:alert(1)"}, "Begin with https:// or mailto:."),
        ({"channel": "text", "interpreter_languages": "200"}, "An interpreter helps on the telephone only."),
    ],
)
def test_a_wrong_field_gets_a_sentence_and_nothing_is_stored(as_ana, changes, sentence):
    hotline = make_hotline()
    response = as_ana.post(reverse(f"{SNIPPET}:edit", args=[hotline.pk]), form_of(hotline, note="New", **changes))
    assert response.status_code == 200 and sentence in response.content.decode()
    hotline.refresh_from_db()
    assert hotline.note == "" and not Proposal.objects.exists()


def test_a_new_hotline_waits_for_a_second_person(as_ana):
    data = form_of(make_hotline(), code="brand-new", name_en="Brand new")
    as_ana.post(reverse(f"{SNIPPET}:add"), data)
    hotline = Hotline.objects.get(code="brand-new")
    assert not hotline.is_published and hotline.proposals.get().publishes


def test_nobody_can_delete_a_hotline_not_even_an_administrator(client):
    hotline = make_hotline()
    chief = make_keeper("Cleo", Role.ADMINISTRATOR)
    for is_superuser in (False, True):
        chief.is_superuser = is_superuser
        chief.save()
        client.force_login(chief)
        client.post(reverse(f"{SNIPPET}:delete", args=[hotline.pk]))
        many = reverse("wagtail_bulk_action", args=["hotlines", "hotline", "delete"])
        client.post(f"{many}?id={hotline.pk}&next=/admin/")
        assert Hotline.objects.filter(pk=hotline.pk).exists()


# --- Approval ------------------------------------------------------------------------------------------------------


@pytest.fixture
def proposal(ana):
    hotline = make_hotline()
    changes = {
        "phone_display": {"old": "1-202-555-0100", "new": "1-202-555-0199"},
        "phone_e164": {"old": "+12025550100", "new": "+12025550199"},
    }
    return proposals.propose(hotline, changes, by=ana, reason="Their page")


def test_the_one_who_proposed_sees_why_they_cannot_approve(as_ana, proposal):
    url = reverse("hotline_desk:change", args=[proposal.pk])
    content = as_ana.get(url).content.decode()
    assert "Somebody else has to approve it." in content and 'name="approve"' not in content
    response = as_ana.post(url, {"approve": "1"}, follow=True)
    proposal.hotline.refresh_from_db()
    assert "Somebody else has to approve it." in response.content.decode()
    assert proposal.hotline.phone_e164 == "+12025550100"


def test_a_second_person_sees_both_numbers_and_approves(client, ben, proposal):
    client.force_login(ben)
    url = reverse("hotline_desk:change", args=[proposal.pk])
    content = client.get(url).content.decode()
    for text in ("1-202-555-0100", "1-202-555-0199", "Their page", "What carries this number"):
        assert text in content
    assert url in client.get(reverse("hotline_desk:changes")).content.decode()
    client.post(url, {"approve": "1"})
    proposal.hotline.refresh_from_db()
    assert proposal.hotline.phone_e164 == "+12025550199"


def test_opening_the_page_approves_nothing(client, ben, proposal):
    client.force_login(ben)
    client.get(reverse("hotline_desk:change", args=[proposal.pk]), {"approve": "1"})
    client.post(reverse("hotline_desk:change", args=[proposal.pk]), {})
    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.OPEN


def test_rejecting_keeps_the_old_number(client, ben, proposal):
    client.force_login(ben)
    client.post(reverse("hotline_desk:change", args=[proposal.pk]), {"reject": "1"})
    proposal.refresh_from_db()
    proposal.hotline.refresh_from_db()
    assert (proposal.state, proposal.hotline.phone_e164) == (Proposal.State.REJECTED, "+12025550100")


@pytest.mark.parametrize("role", [Role.EDITOR, Role.TRANSLATOR, Role.TRAINING_MANAGER, Role.LEARNER])
def test_other_roles_neither_see_nor_decide_changes(client, proposal, role):
    client.force_login(make_keeper("Olga", role))
    for name, args in (("changes", []), ("change", [proposal.pk]), ("check", [proposal.hotline.pk])):
        url = reverse(f"hotline_desk:{name}", args=args)
        for response in (client.get(url), client.post(url, {"approve": "1"})):
            assert response.status_code in {302, 403} and b"1-202-555-0199" not in response.content
    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.OPEN


def test_strangers_are_sent_to_sign_in(client, proposal):
    response = client.post(reverse("hotline_desk:change", args=[proposal.pk]), {"approve": "1"})
    assert response.status_code == 302 and "login" in response["Location"]


# --- Checks --------------------------------------------------------------------------------------------------------


def test_a_check_is_noted_with_name_date_and_way(as_ana, ana):
    hotline = make_hotline()
    url = reverse("hotline_desk:check", args=[hotline.pk])
    assert "Do not call crisis lines to test them" in as_ana.get(url).content.decode()
    today = timezone.localdate()
    as_ana.post(url, {"check": "1", "how": "page", "result": "confirmed", "on": today.isoformat(), "note": "Seen"})
    entry = Verification.objects.get()
    hotline.refresh_from_db()
    assert (entry.by, entry.how, entry.on, hotline.verified_on) == (ana, "page", today, today)


def test_a_check_in_the_future_is_refused(as_ana):
    hotline = make_hotline()
    response = as_ana.post(
        reverse("hotline_desk:check", args=[hotline.pk]),
        {"check": "1", "how": "page", "result": "confirmed", "on": "2999-01-01"},
    )
    assert "A check cannot lie in the future." in response.content.decode()
    assert not Verification.objects.exists()


def test_printing_a_weak_number_is_approved_with_a_reason_only(as_ana):
    hotline = make_hotline(confidence="low")
    url = reverse("hotline_desk:check", args=[hotline.pk])
    as_ana.post(url, {"print": "1", "reason": ""})
    assert not hotline.may_be_printed
    as_ana.post(url, {"print": "1", "reason": "The operator confirmed it by letter."})
    assert hotline.may_be_printed


def test_the_dashboard_tells_what_is_due_and_what_waits(as_ana, proposal):
    content = as_ana.get(reverse("wagtailadmin_home")).content.decode()
    assert "1 hotline is due for a check" in content and "1 number change waits for a second person" in content


def test_the_reminder_lists_and_mails_to_coordinators(ana, proposal, capsys):
    make_keeper("Edgar", Role.EDITOR)
    call_command("remind_hotlines", "--mail")
    assert "1 hotlines are due for a check" in capsys.readouterr().out
    assert [message.to for message in mail.outbox] == [[ana.email]]
    assert "https://lodestar.example/admin/snippets/hotlines/hotline/" in mail.outbox[0].body


def test_no_mail_goes_out_when_nothing_is_due(ana):
    make_hotline(verified_on=timezone.localdate())
    call_command("remind_hotlines", "--mail")
    assert not mail.outbox


# --- Numbers in translations ---------------------------------------------------------------------------------------


def translate(words, text: str) -> StringTranslation:
    """A translator types `text` for the note."""
    spanish, _created = Locale.objects.get_or_create(language_code="es")
    source, _created = TranslationSource.update_or_create_from_instance(words)
    Translation.objects.get_or_create(source=source, target_locale=spanish)
    segment = source.stringsegment_set.get(context__path="note")
    translation, _created = StringTranslation.objects.update_or_create(
        translation_of=segment.string,
        locale=spanish,
        context=segment.context,
        defaults={"data": text, "translation_type": "manual", "has_error": False, "field_error": ""},
    )
    return translation


@pytest.mark.parametrize("text", ["Llame al 1-202-555-0188", "Llame al ٢٠٢٥٥٥٠١٨٨", "Mande 233733", "Marque 911"])
def test_a_number_typed_into_a_translation_is_refused_with_a_reason(registry, text):
    words = make_words(Hotline.objects.get(code="us-ncmec"), note="You can call at night.")
    refused = translate(words, text)
    assert refused.has_error and "Numbers are never typed" in refused.get_error()


def test_a_translation_put_right_is_taken(registry):
    words = make_words(Hotline.objects.get(code="us-ncmec"), note="Open 365 days.")
    translate(words, "Llame al 1-202-555-0188")
    good = translate(words, "Abre los 365 días.")
    assert not good.has_error and good.get_error() is None
