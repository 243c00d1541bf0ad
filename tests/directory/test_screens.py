"""The editors' screens: who may, what waits for a second person, and what visitors sent."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from directory import contact_changes
from directory.models import ContactChange, Location, MistakeReport, Organisation, Phone, Suggestion, Verification
from tests.factories.directory import LocationFactory, OrganisationFactory, PhoneFactory, ServiceFactory
from tests.factories.hotlines import make_keeper

pytestmark = pytest.mark.django_db
NEW = "+34 600 000 999"


@pytest.fixture
def keeper():
    return make_keeper()


@pytest.fixture
def other():
    return make_keeper("Bea", Role.EDITOR)


@pytest.fixture
def signed_in(client, keeper):
    client.force_login(keeper)
    return client


def form_of(client, url) -> dict:
    """The values of the form on a screen, as a browser would send them."""
    form = client.get(url).context["form"]
    values = {}

    def take(one):
        for field in one:
            value = field.value()
            if value is True:
                values[field.html_name] = "on"
            elif value is not None and value is not False and value != "":
                values[field.html_name] = value

    take(form)
    for formset in form.formsets.values():
        take(formset.management_form)
        for child in formset.forms:
            take(child)
    return values


def edit_url(row) -> str:
    return reverse(f"wagtailsnippets_directory_{row._meta.model_name}:edit", args=[row.pk])


def test_a_changed_number_of_a_published_entry_waits_for_a_second_person(signed_in, keeper, other):
    entry = OrganisationFactory(name="Casa Alba", website="https://alba.example/")
    phone = PhoneFactory(organisation=entry)
    values = form_of(signed_in, edit_url(entry))
    values |= {
        "name": "Casa Alba Nueva",
        "website": "https://new.example/",
        "phones-0-number": NEW,
        "reason": "own page",
    }
    response = signed_in.post(edit_url(entry), values, follow=True)
    assert "wait for a second person" in response.content.decode()
    entry.refresh_from_db()
    phone.refresh_from_db()
    assert entry.name == "Casa Alba Nueva"  # what is not protected is written at once
    assert entry.website == "https://alba.example/" and phone.number != NEW
    waiting = {change.model: change for change in ContactChange.objects.open()}
    assert waiting["phone"].changes == {"number": {"old": phone.number, "new": NEW}}
    with pytest.raises(contact_changes.SamePerson):
        contact_changes.approve(waiting["phone"], by=keeper)
    contact_changes.approve(waiting["phone"], by=other)
    phone.refresh_from_db()
    assert phone.number == NEW
    with pytest.raises(contact_changes.AlreadyDecided):
        contact_changes.approve(waiting["phone"], by=other)


def test_a_new_and_a_removed_number_wait_too(signed_in, keeper, other):
    entry = OrganisationFactory()
    phone = PhoneFactory(organisation=entry)
    with contact_changes.guarded(entry, by=keeper) as held:
        phone.delete()
        PhoneFactory(organisation=entry, number=NEW)
    assert [row.number for row in Phone.objects.all()] == ["+34 600 000 000"]
    assert sorted(change.action for change in held) == ["add", "remove"]
    for change in held:
        contact_changes.approve(change, by=other)
    assert [row.number for row in Phone.objects.all()] == [NEW]


def test_a_draft_is_edited_freely_and_an_entry_once_published_never_becomes_one_again(signed_in, keeper):
    entry = OrganisationFactory(state="draft")
    with contact_changes.guarded(entry, by=keeper) as held:
        PhoneFactory(organisation=entry)
    assert not held and Phone.objects.exists()
    entry.state = "withdrawn"
    entry.save()
    with contact_changes.guarded(entry, by=keeper) as held:
        Phone.objects.update(number=NEW)
    assert held and not Phone.objects.filter(number=NEW).exists()
    values = form_of(signed_in, edit_url(entry)) | {"state": "draft"}
    signed_in.post(edit_url(entry), values)
    entry.refresh_from_db()
    assert entry.state == "withdrawn"


def test_a_change_that_answers_a_number_no_longer_there_is_refused(keeper, other):
    entry = OrganisationFactory()
    phone = PhoneFactory(organisation=entry)
    with contact_changes.guarded(entry, by=keeper) as held:
        Phone.objects.update(number=NEW)
    Phone.objects.filter(pk=phone.pk).update(number="+34 600 000 111")
    with pytest.raises(contact_changes.Outdated):
        contact_changes.approve(held[0], by=other)


def test_the_second_person_sees_old_and_new_and_approves_on_the_screen(client, keeper, other):
    entry = OrganisationFactory()
    PhoneFactory(organisation=entry)
    with contact_changes.guarded(entry, by=keeper) as held:
        Phone.objects.update(number=NEW)
    url = reverse("directory_desk:change", args=[held[0].pk])
    client.force_login(keeper)
    assert "Somebody else has to approve it" in client.get(url).content.decode()
    client.post(url, {"approve": "1"})
    assert not Phone.objects.filter(number=NEW).exists()
    client.force_login(other)
    text = client.get(url).content.decode()
    assert NEW in text and "+34 600 000 000" in text
    client.post(url, {"approve": "1"})
    assert Phone.objects.filter(number=NEW).exists()
    assert client.get(reverse("directory_desk:changes")).status_code == 200


def test_making_a_location_confidential_in_its_form_deletes_the_address(signed_in):
    location = LocationFactory()
    values = form_of(signed_in, edit_url(location)) | {"is_confidential": "on"}
    response = signed_in.post(edit_url(location), values)
    assert response.status_code == 302, response.context["form"].errors
    row = Location.objects.values().get()
    assert row["is_confidential"] and not row["address_1"] and row["latitude"] is None and row["city"] == "Madrid"


def test_services_are_edited_with_their_lists(signed_in):
    service = ServiceFactory()
    values = form_of(signed_in, edit_url(service)) | {"kinds": ["shelter", "legal"]}
    response = signed_in.post(edit_url(service), values)
    assert response.status_code == 302, response.context["form"].errors
    service.refresh_from_db()
    assert service.kinds == ["shelter", "legal"]
    assert signed_in.post(edit_url(service), values | {"kinds": ["nonsense"]}).status_code == 200


def test_a_check_makes_an_entry_fresh_and_a_closed_one_is_withdrawn(signed_in):
    entry = OrganisationFactory()
    url = reverse("directory_desk:check", args=[entry.pk])
    assert signed_in.post(url, {"how": "page", "result": "confirmed", "on": "2999-01-01"}).status_code == 200
    signed_in.post(url, {"how": "page", "result": "confirmed", "on": "2026-01-05"})
    entry.refresh_from_db()
    assert str(entry.verified_on) == "2026-01-05" and entry.verified_how == "page"
    signed_in.post(url, {"how": "page", "result": "closed", "on": "2026-01-06"})
    entry.refresh_from_db()
    assert entry.state == "withdrawn" and Verification.objects.count() == 2


@pytest.mark.parametrize(
    "query", ["", "?q=alba", "?country=ES&check=due", "?check=never", "?check=hidden", "?help=shelter&state=draft"]
)
def test_the_list_can_be_searched_and_filtered(signed_in, query):
    OrganisationFactory(name="Casa Alba")
    response = signed_in.get(reverse("wagtailsnippets_directory_organisation:list") + query)
    assert response.status_code == 200


def test_the_list_takes_as_many_queries_for_many_as_for_few(signed_in):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for more in (3, 30):
        for _ in range(more):
            OrganisationFactory()
        url = reverse("wagtailsnippets_directory_organisation:list")
        signed_in.get(url)
        with CaptureQueriesContext(connection) as seen:
            signed_in.get(url)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_a_chooser_finds_an_organisation_by_its_name(signed_in):
    OrganisationFactory(name="Casa Alba")
    OrganisationFactory(name="Other House")
    url = reverse("wagtailsnippetchoosers_directory_organisation:choose_results")
    text = signed_in.get(url + "?q=alb").content.decode()
    assert "Casa Alba" in text and "Other House" not in text


def test_nobody_deletes_an_organisation(signed_in):
    entry = OrganisationFactory()
    response = signed_in.post(reverse("wagtailsnippets_directory_organisation:delete", args=[entry.pk]))
    assert response.status_code in {302, 403, 404} and Organisation.objects.filter(pk=entry.pk).exists()


@pytest.mark.parametrize("role", [Role.LEARNER, Role.TRANSLATOR, Role.TRAINING_MANAGER])
def test_other_roles_see_none_of_it(client, role):
    client.force_login(make_keeper("Cleo", role))
    entry = OrganisationFactory()
    for url in (
        reverse("directory_desk:changes"), reverse("directory_desk:check", args=[entry.pk]), edit_url(entry),
        reverse("wagtailsnippets_directory_organisation:list"), reverse("wagtailsnippets_directory_suggestion:list"),
    ):  # fmt: skip
        assert client.get(url).status_code in {302, 403}, url


def test_the_queue_shows_what_visitors_sent_and_keeps_who_decided(signed_in, keeper):
    letter = Suggestion.objects.create(name="Casa Nueva", country="ES")
    MistakeReport.objects.create(organisation=OrganisationFactory(), problem="number")
    for model in ("suggestion", "mistakereport"):
        assert signed_in.get(reverse(f"wagtailsnippets_directory_{model}:list")).status_code == 200
    response = signed_in.post(
        edit_url(letter), form_of(signed_in, edit_url(letter)) | {"state": "done", "name": "Other"}
    )
    letter.refresh_from_db()
    assert response.status_code == 302 and (letter.state, letter.handled_by, letter.name) == (
        "done",
        keeper,
        "Casa Nueva",
    )
    assert signed_in.get(reverse("wagtailsnippets_directory_suggestion:add")).status_code in {302, 403}


@pytest.mark.parametrize("model", ["organisation", "service", "location", "suggestion", "mistakereport"])
def test_no_list_hands_out_a_spreadsheet_of_wagtails_making(signed_in, model):
    """Entries leave through `directory.exchange`, which makes cells harmless and keeps confidential places to itself."""
    LocationFactory(organisation=ServiceFactory(name="=HYPERLINK(1)").organisation, city="=HYPERLINK(1)")
    Organisation.objects.update(name="=HYPERLINK(1)")
    Suggestion.objects.create(name="=HYPERLINK(1)", what="=HYPERLINK(1)")
    MistakeReport.objects.create(organisation=Organisation.objects.get(), words="=HYPERLINK(1)")
    address = reverse(f"wagtailsnippets_directory_{model}:list")
    assert "export=csv" not in signed_in.get(address).content.decode()
    answer = signed_in.get(address, {"export": "csv"})
    assert answer.status_code != 200 or b"HYPERLINK" not in b"".join(answer.streaming_content)
