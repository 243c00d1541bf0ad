"""A search finds what its reader means: misspelt, without accents, in any script, near a place, and open now."""

import random
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from directory import finding, gazetteer, index
from directory.finding import Search
from directory.models import HotlineLink, LanguageSpoken, Organisation, OrganisationWords, Schedule, ServiceArea
from tests.factories.directory import LocationFactory, OrganisationFactory, ServiceFactory
from tests.factories.hotlines import make_hotline

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)  # a Wednesday


def names(found, count: int = 50) -> list[str]:
    return [entry.name for _number, entry in finding.entries(found.numbers(0, count), now=timezone.now())]


def search(indexed, now=None, **asked) -> list[str]:
    indexed()
    return names(finding.find(Search(**asked), now=now or timezone.now()))


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Refugio Esperanza", "refugio"),
        ("Refugio Esperanza", "ESPERANZA refugio"),
        ("Refugio Esperanza", "refuj io esperansa".replace(" io", "io")),  # two misspelt words
        ("Refugio Esperanza", "esperanz"),
        ("Refugio Esperanza", "esperazna"),  # letters changed places
        ("Señoras de la Niñez", "senoras ninez"),
        ("Trợ giúp Phụ nữ", "tro giup phu nu"),
        ("Łódź Pomoc", "lodz"),
        ("Straßenhilfe", "strassenhilfe"),
        ("Центр помощи Надежда", "надежда"),
        ("Центр помощи Надежда", "надежды"),
        ("Тёплый дом", "теплый"),
        ("ملجأ الأطفال", "ملجا"),
        ("ملجأ الأطفال", "مَلْجَأ"),
        ("ملجأ الأطفال", "اطفال"),
        ("دار الأمان", "الامان"),
        ("反人口贩运中心", "人口贩运"),
        ("反人口贩运中心", "中心"),
        ("反人口贩运中心", "反人口販运中心"),  # one sign of six is the other form
        ("東京ヘルプライン", "ヘルプ"),
        ("ศูนย์ช่วยเหลือผู้หญิง", "ช่วยเหลือ"),
        ("ศูนย์ช่วยเหลือผู้หญิง", "ชวยเหลือ"),  # without its tone mark
        ("हिन्दी सहायता केंद्र", "सहायता"),
        ("Casa 145", "١٤٥"),
    ],
)
def test_a_name_is_found_as_its_readers_type_it(indexed, name, typed):
    OrganisationFactory(name=name)
    OrganisationFactory(name="Quite Another")
    assert search(indexed, words=typed) == [name]


@pytest.mark.parametrize("typed", ["zzzzzz", "xqv", "\x00", '"', "' OR 1=1 --", "*", "%", "🙂", "()" * 300])
def test_nothing_typed_breaks_the_search_and_nonsense_finds_nothing(indexed, typed):
    OrganisationFactory(name="Refugio Esperanza")
    assert search(indexed, words=typed) == []


def test_seven_hundred_words_and_a_long_one_are_answered(indexed):
    OrganisationFactory(name="Refugio Esperanza")
    assert search(indexed, words="refugio " * 700) == ["Refugio Esperanza"]
    assert search(indexed, words="a" * 100_000) == []


def test_only_blanks_ask_for_everything(indexed):
    OrganisationFactory(name="One")
    assert search(indexed, words="  ") == ["One"]


def test_a_short_word_is_not_taken_for_another(indexed):
    OrganisationFactory(name="Casa Sol")
    assert search(indexed, words="mar") == [] and search(indexed, words="sal") == []


def test_names_come_before_descriptions_and_exact_before_likeness(indexed):
    OrganisationFactory(name="Aurora")
    OrganisationFactory(name="Zeta", description="Works with Aurora in the harbour.")
    OrganisationFactory(name="Auroras del Sur")
    assert search(indexed, words="aurora") == ["Aurora", "Zeta", "Auroras del Sur"]


def test_when_no_entry_has_all_words_those_with_most_are_given_and_said_so(indexed):
    OrganisationFactory(name="Puerto Norte")
    OrganisationFactory(name="Puerto Sur")
    indexed()
    found = finding.find(Search(words="puerto norte zzzzzz"), now=timezone.now())
    assert found.relaxed and names(found)[0] == "Puerto Norte"


def test_words_in_another_language_a_kind_of_help_a_town_and_a_country_are_found(indexed):
    entry = OrganisationFactory(name="Kompas", country="ES")
    OrganisationWords.objects.create(organisation=entry, language="ar", name="البوصلة")
    ServiceFactory(organisation=entry, name="Beratung", kinds=["legal"])
    LocationFactory(organisation=entry)
    OrganisationFactory(name="Other", country="FJ")
    for typed in ("بوصلة", "lawyer", "Мадрид", "مدريد", "Spain", "España"):
        assert "Kompas" in search(indexed, words=typed), typed


def test_what_is_not_for_the_public_is_not_found(indexed):
    for state in ("draft", "withdrawn"):
        OrganisationFactory(name="Hidden", state=state)
    OrganisationFactory(name="Hidden invention", is_fictional=True)
    OrganisationFactory(name="Hidden note", note="secretword")
    assert search(indexed, words="secretword") == []
    assert search(indexed, words="hidden") == ["Hidden note"]


def test_fictional_entries_show_only_on_a_stage(indexed, settings):
    OrganisationFactory(name="Hidden invention", is_fictional=True)
    settings.DIRECTORY_SHOWS_FICTION = True
    assert search(indexed, words="invention") == ["Hidden invention"]


# --- Age -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verified_on", "on", "age"),
    [
        (date(2026, 1, 31), date(2026, 10, 31), "confirmed"),
        (date(2026, 1, 31), date(2026, 11, 1), "due"),
        (date(2026, 1, 31), date(2027, 1, 31), "due"),
        (date(2026, 1, 31), date(2027, 2, 1), "lapsed"),
        (date(2024, 2, 29), date(2025, 2, 28), "due"),
        (date(2024, 2, 29), date(2025, 3, 1), "lapsed"),
        (None, date(2027, 1, 15), "unconfirmed"),
        (None, date(2027, 1, 16), "lapsed"),
    ],
)
def test_an_entry_is_due_after_nine_months_and_lapses_after_twelve(verified_on, on, age):
    entry = OrganisationFactory(verified_on=verified_on, added_on=date(2026, 1, 15))
    assert entry.freshness(on=on) == age
    assert Organisation.objects.shown(on=on).exists() is (age != "lapsed")
    document = index.document(entry, on=on)
    assert (document is None) is (age == "lapsed")
    if document:
        before = document.changes_on.fromordinal(document.changes_on.toordinal() - 1)
        assert entry.freshness(on=before) == age


def test_an_entry_that_runs_a_registered_hotline_does_not_lapse_before_its_first_check():
    entry = OrganisationFactory(added_on=date(2020, 1, 1))
    HotlineLink.objects.create(organisation=entry, hotline=make_hotline())
    assert entry.freshness(on=date(2026, 1, 1)) == "unconfirmed"
    assert Organisation.objects.shown(on=date(2026, 1, 1)).exists()


def test_the_index_follows_the_calendar_by_itself(indexed):
    OrganisationFactory(name="Old House", verified_on=date(2026, 1, 10))
    index.refresh(Organisation.objects.values_list("pk", flat=True), on=date(2026, 2, 1))
    assert finding.find(Search(), now=datetime(2027, 1, 10, 20, tzinfo=UTC)).total == 1
    assert finding.find(Search(), now=datetime(2027, 1, 12, tzinfo=UTC)).total == 0


def test_checked_entries_come_first_then_due_then_unconfirmed(indexed):
    OrganisationFactory(name="House C", verified_on=None)
    OrganisationFactory(name="House B", verified_on=date(2026, 1, 20))
    OrganisationFactory(name="House A", verified_on=date(2026, 11, 1))
    index.refresh(Organisation.objects.values_list("pk", flat=True), on=NOON.date())
    found = finding.find(Search(words="house"), now=NOON)
    keys = [finding.SearchEntry.objects.get(number=number).organisation.name for number in found.numbers(0, 9)]
    assert keys == ["House A", "House B", "House C"]


# --- Facts ---------------------------------------------------------------------------------------------------------


def test_each_filter_keeps_what_has_it_and_drops_what_has_not(indexed):
    entry = OrganisationFactory(name="Has it", country="ES")
    service = ServiceFactory(
        organisation=entry, kinds=["shelter"], populations=["women"], trafficking_types=["labour"],
        is_remote=True, cost="free", immigration_safe=True,
    )  # fmt: skip
    LanguageSpoken.objects.create(service=service, code="pt-br", by_interpreter=True)
    LocationFactory(organisation=entry, accessibility=["step_free"])
    ServiceFactory(organisation=OrganisationFactory(name="Has not", country="FJ"), kinds=["legal"])
    for asked in (
        {"country": "ES"}, {"kind": "shelter"}, {"population": "women"}, {"trafficking": "labour"}, {"remote": True},
        {"free": True}, {"papers": True}, {"step_free": True}, {"language": "pt-br"}, {"language": "pt"},
    ):  # fmt: skip
        assert search(indexed, **asked) == ["Has it"], asked
    assert search(indexed, kind="shelter", country="FJ") == []
    assert sorted(search(indexed, words="has")) == ["Has it", "Has not"]


def test_a_service_that_ended_no_longer_counts(indexed):
    entry = OrganisationFactory(name="Ended")
    ServiceFactory(organisation=entry, kinds=["shelter"], status="defunct")
    assert search(indexed, kind="shelter") == []


@pytest.mark.parametrize(
    ("hour", "minute", "open_"), [(8, 59, False), (9, 0, True), (16, 59, True), (17, 0, False)]
)  # in Madrid, one hour ahead of UTC in winter
def test_open_now_is_true_from_the_opening_to_the_closing_there(indexed, hour, minute, open_):
    service = ServiceFactory(organisation=OrganisationFactory(name="Day"))
    Schedule.objects.create(
        service=service, freq="WEEKLY", byday="MO,TU,WE,TH,FR", opens_at=time(9), closes_at=time(17),
        timezone="Europe/Madrid",
    )  # fmt: skip
    ServiceFactory(organisation=OrganisationFactory(name="Says nothing"))
    moment = NOON.replace(hour=hour - 1, minute=minute)
    assert search(indexed, open_now=True, now=moment) == (["Day"] if open_ else [])


def test_a_hotline_round_the_clock_is_open_now(indexed):
    entry = OrganisationFactory(name="Line")
    HotlineLink.objects.create(organisation=entry, hotline=make_hotline())
    assert search(indexed, open_now=True) == ["Line"]


# --- Place ---------------------------------------------------------------------------------------------------------


def near(indexed, typed: str, **asked):
    indexed()
    return finding.find(Search(place=gazetteer.find(typed)[0], **asked), now=timezone.now())


def test_what_is_near_comes_first_by_distance_then_what_serves_the_whole_country(indexed):
    LocationFactory(
        organisation=OrganisationFactory(name="In Toledo"), latitude="39.86", longitude="-4.02", city="Toledo"
    )
    LocationFactory(organisation=OrganisationFactory(name="In Madrid"))
    LocationFactory(
        organisation=OrganisationFactory(name="In Sevilla"), latitude="37.38", longitude="-5.97", city="Sevilla"
    )
    OrganisationFactory(name="National line", country="ES")
    OrganisationFactory(name="Line of Fiji", country="FJ")
    area = ServiceFactory(organisation=OrganisationFactory(name="From abroad", country="FJ"))
    LocationFactory(organisation=area.organisation, latitude="-18", longitude="178", country="FJ", city="Suva")
    ServiceArea.objects.create(service=area, country="ES")
    found = near(indexed, "Madrid", radius_km=100)
    assert names(found)[:2] == ["In Madrid", "In Toledo"]
    assert sorted(names(found)[2:]) == ["From abroad", "National line"]
    assert [round(km) for _number, km in found.near] == [0, 68]


def test_the_circle_grows_until_something_is_in_it_and_says_so(indexed):
    LocationFactory(organisation=OrganisationFactory(name="In Madrid"))
    found = near(indexed, "Toledo, Spain", radius_km=10)
    assert names(found) == ["In Madrid"] and found.radius_km == 100


def test_a_place_across_the_date_line_is_near(indexed):
    LocationFactory(
        organisation=OrganisationFactory(name="East"), latitude="-18.1", longitude="-179.9", city="", country="FJ"
    )
    assert names(near(indexed, "Suva", radius_km=250)) == ["East"]


def test_a_confidential_shelter_is_found_by_its_area(indexed):
    LocationFactory(organisation=OrganisationFactory(name="Shelter"), is_confidential=True)
    found = near(indexed, "Madrid", radius_km=25)
    assert names(found) == ["Shelter"]
    points = finding.SearchPoint.objects.values_list("latitude", "longitude")
    assert list(points) == [(40.4, -3.7)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("madrid", "Madrid"), ("Madird", "Madrid"), ("Мадрид", "Madrid"), ("مدريد", "Madrid"), ("马德里", "Madrid"),
        ("toledo, us", "Toledo"), ("Toledo, España", "Toledo"), ("القاهره", "Cairo"), ("กรุงเทพ", "Bangkok"),
    ],
)  # fmt: skip
def test_places_are_known_by_their_names_in_many_scripts(typed, first):
    found = gazetteer.find(typed)
    assert found[0].name == first
    if "," in typed:
        assert found[0].country == ("US" if "us" in typed else "ES")


@pytest.mark.parametrize("typed", ["", " ", ",", "\x00", "qqqqqq", "a" * 10_000, "%", '"'])
def test_an_unknown_place_is_no_place(typed):
    assert gazetteer.find(typed) == []


# --- The index itself ----------------------------------------------------------------------------------------------


def state() -> dict:
    """The index with entries named, so that two of them can be compared whatever their numbers."""
    from directory import bits
    from directory.models import SearchBits

    entry_names = {entry.number: entry.organisation.name for entry in finding.SearchEntry.objects.all()}
    words = {word.number: word.text for word in finding.SearchWord.objects.all()}
    result = {}
    for row in SearchBits.objects.exclude(key=index.LOCK):
        table = words if row.key.startswith("p:") else entry_names
        found = {table[number] for number in bits.numbers(bits.unpacked(row.bits))}
        if found and not row.key.startswith("o:"):
            result[row.key] = found
    return result


def test_changing_and_deleting_entries_leaves_the_index_a_rebuild_would_make(indexed):
    first, second, third = (OrganisationFactory(name=name) for name in ("First house", "Second house", "Third home"))
    ServiceFactory(organisation=second, kinds=["shelter"])
    LocationFactory(organisation=third)
    indexed()
    first.name = "First haven"
    first.save()
    third.locations.all().delete()
    second.delete()
    indexed()
    kept = {key: found for key, found in state().items() if key[:2] != "p:"}
    index.rebuild()
    assert {key: found for key, found in state().items() if key[:2] != "p:"} == kept
    assert not finding.SearchPoint.objects.exists()


def test_an_entry_is_indexed_after_the_transaction_that_changed_a_part_of_it(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        service = ServiceFactory(organisation=OrganisationFactory(name="Fresh"))
    assert finding.find(Search(kind="psychological"), now=timezone.now()).total == 1
    with django_capture_on_commit_callbacks(execute=True):
        service.delete()
    assert finding.find(Search(kind="psychological"), now=timezone.now()).total == 0


def test_a_search_takes_as_many_queries_for_many_entries_as_for_few(indexed, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for _round in range(2):
        for _ in range(6):
            entry = OrganisationFactory()
            ServiceFactory(organisation=entry)
            LocationFactory(organisation=entry)
        indexed()
        with CaptureQueriesContext(
            connection,
        ) as seen:
            found = finding.find(Search(words="invented huose"), now=timezone.now())
            assert list(finding.entries(found.numbers(0, 20), now=timezone.now()))
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 32


def test_what_is_open_now_follows_the_clock_in_one_process(indexed):
    for begin, name in ((9, "Early house"), (12, "Late house")):
        service = ServiceFactory(organisation=OrganisationFactory(name=name))
        Schedule.objects.create(
            service=service,
            byday="MO",
            opens_at=time(begin),
            closes_at=time(begin + 4),
            timezone="Europe/Madrid",
        )
    indexed()
    opening = finding.Opening()
    madrid = ZoneInfo("Europe/Madrid")
    seen = [
        opening.at(datetime(2026, 3, 2, hour, minute, tzinfo=madrid)).bit_count()
        for hour, minute in ((8, 59), (9, 0), (11, 59), (12, 0), (13, 0), (15, 59), (16, 0), (9, 30))
    ]
    assert seen == [0, 1, 1, 2, 1, 1, 0, 1]  # the last one: a clock that was put back


def test_the_nearest_places_are_those_the_distance_says():
    draw = random.Random(7)
    rows = [(number % 400, draw.uniform(-90, 90), draw.uniform(-180, 180)) for number in range(1200)]
    for point in ((0.0, 179.9), (89.5, 10.0), (40.4, -3.7)):
        for radius in (250, 5_000, 25_000):
            expected: dict = {}
            for number, lat, lon in rows:
                km = gazetteer.distance_km(point, (lat, lon))
                if km <= radius:
                    expected[number] = min(km, expected.get(number, km))
            assert gazetteer.nearest_km(point, radius, rows) == pytest.approx(expected)
