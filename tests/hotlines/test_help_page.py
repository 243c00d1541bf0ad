"""The page of numbers: it helps, and it keeps nothing of whoever reads it."""

import logging
import re

import pytest
from django.contrib.staticfiles import finders
from django.db import connection, transaction
from django.db.utils import OperationalError
from django.urls import reverse
from django.utils import translation

from hotlines import fallback, words
from hotlines.models import Hotline
from kernel.models import AuditEvent
from tests.factories.hotlines import make_hotline

pytestmark = pytest.mark.django_db
PAGE = "/en/numbers/"
LIMIT_BYTES = 100_000


@pytest.fixture
def worded(registry):
    words.load(["en", "es"])


def headings(text: str) -> list[str]:
    return [re.sub(r"<[^>]+>", "", found).strip() for found in re.findall(r"<h[2-4][^>]*>(.*?)</h[2-4]>", text, re.S)]


def test_the_numbers_of_the_home_country_come_first_with_emergency_on_top(client, registry):
    text = client.get(PAGE).content.decode()
    found = headings(text)
    assert found.index("Before you call or read on") < found.index("United States")
    assert found[found.index("United States") + 1 :][:2] == ["Danger now", "Emergency services"]
    assert 'href="tel:911"' in text and 'href="tel:+18883737888"' in text
    assert 'href="sms:233733?body=HELP"' in text


def test_numbers_stand_as_text_too_left_to_right_and_links_say_what_they_do(client, registry):
    text = client.get(PAGE).content.decode()
    assert '<bdi dir="ltr">1-888-373-7888</bdi>' in text
    assert 'aria-label="Call National Human Trafficking Hotline, 1-888-373-7888"' in text


def test_a_country_is_chosen_by_post_and_stays_out_of_the_address(client, registry):
    response = client.post(PAGE, {"country": "DE"})
    found = headings(response.content.decode())
    assert response.status_code == 200 and "Location" not in response
    assert found.index("Germany") < found.index("European emergency number") < found.index("United States")
    assert b'value="DE" selected' in response.content


def test_a_country_in_the_address_is_ignored(client, registry):
    text = client.get(PAGE + "?country=DE").content.decode()
    assert "Germany</h2>" not in text and "United States</h2>" in text


@pytest.mark.parametrize("country", ["XX", "<script>", "\x00\x00", "United States", "de" * 5000])
def test_an_unknown_country_gets_a_sentence_and_the_home_numbers(client, registry, country):
    text = client.post(PAGE, {"country": country}).content.decode()
    assert "There is no number here for that country" in text and "United States</h2>" in text
    assert "<script>" not in text.replace("<script src", "")


@pytest.mark.parametrize("method", ["get", "post"])
def test_no_cookie_nothing_stored_no_referrer_and_the_mark_of_shared_pages_on_get_only(client, registry, method):
    response = getattr(client, method)(PAGE)
    assert not response.cookies
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert "geolocation=()" in response["Permissions-Policy"]
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert ("X-Shared-Page" in response) is (method == "get")


def test_nothing_is_logged_and_nothing_is_recorded(client, registry, caplog):
    events = AuditEvent.objects.count()
    with caplog.at_level(logging.DEBUG):
        client.post(PAGE, {"country": "DE"}, REMOTE_ADDR="198.51.100.7")
    assert AuditEvent.objects.count() == events
    own = [record for record in caplog.records if not record.name.startswith("django.db")]
    assert not own


def test_a_failure_says_neither_country_nor_address_in_the_log(client, registry, caplog, monkeypatch):
    monkeypatch.setattr("hotlines.views.groups_of", lambda *_args: 1 / 0)
    client.raise_request_exception = False
    with caplog.at_level(logging.INFO):
        response = client.post(PAGE, {"country": "DE"}, REMOTE_ADDR="198.51.100.7")
    assert response.status_code == 500
    formatter = logging.Formatter()
    for record in caplog.records:
        line = formatter.format(record) + str({key: value for key, value in vars(record).items() if key != "request"})
        assert "198.51.100.7" not in line and "country=DE" not in line


def test_other_methods_are_refused(client, registry):
    assert client.put(PAGE).status_code == client.delete(PAGE).status_code == 405


def test_title_and_address_are_neutral_in_every_language(client, registry):
    for language in ("en", "es"):
        with translation.override(language):
            path = reverse("hotlines:help")
        assert path == f"/{language}/numbers/"
        title = re.search(r"<title>(.*?)</title>", client.get(path).content.decode()).group(1)
        assert "Lodestar" in title
        for word in ("traffick", "trata", "help", "ayuda", "hotline", "victim", "víctima"):
            assert word not in title.lower() and word not in path


def test_the_page_with_all_it_loads_stays_under_100_kilobytes(client, worded):
    for country in Hotline.objects.values_list("country", flat=True).distinct():
        response = client.post("/es/numbers/", {"country": country})
        text = response.content.decode()
        files = set(re.findall(r"(?:src|href)=\"/static/([^\"?#]+\.(?:css|js|svg))", text))
        assert files, "the page is styled"
        sizes = {name: len(open(finders.find(name), "rb").read()) for name in files}
        assert len(response.content) + sum(sizes.values()) < LIMIT_BYTES, (country, len(response.content), sizes)


def test_the_page_needs_no_script_and_talks_to_nobody_else(client, registry):
    text = client.get(PAGE).content.decode()
    assert not re.search(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=\"https?:", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert "csrfmiddlewaretoken" not in text
    assert "appearance.js" not in text  # it reads what the browser keeps


def test_what_the_visitor_must_know_is_said(client, registry):
    text = client.get(PAGE).content.decode()
    for sentence in (
        "Someone may be able to see what you do on this phone or computer.",
        "It cannot fully erase the history of this device.",
        "We cannot promise that any of these ways is safe.",
        "This page does not ask who you are. You do not need an account.",
        "What a call or a message leaves behind",
        "The call or message may stand on the phone bill",
    ):
        assert sentence in text


def test_text_lines_never_promise_an_interpreter(client, registry):
    text = client.get(PAGE).content.decode()
    card = re.search(r'<article[^>]*id="line-us-nhth-text">(.*?)</article>', text, re.S).group(1)
    assert "Answers in writing, in English and Spanish only" in card and "interpreter" not in card
    voice = re.search(r'<article[^>]*id="line-us-nhth-voice">(.*?)</article>', text, re.S).group(1)
    assert "in 200 or more languages through an interpreter" in voice


def test_free_numbers_and_short_codes_say_that_they_work_inside_the_country_only(client, registry):
    text = client.get(PAGE).content.decode()
    for code in ("us-911", "us-nhth-voice", "us-nhth-text", "us-nj-ht"):
        card = re.search(rf'<article[^>]*id="line-{code}">(.*?)</article>', text, re.S).group(1)
        assert "Only from inside the country: United States" in card, code
    abroad = re.search(r'<article[^>]*id="line-us-dhs-hsi-tip-intl">(.*?)</article>', text, re.S).group(1)
    assert "Only from inside" not in abroad


def test_age_and_weakness_are_shown(client, registry):
    text = client.post(PAGE, {"country": "BR"}).content.decode()
    weak = re.search(r'<article[^>]*id="line-br-whatsapp-2020">(.*?)</article>', text, re.S).group(1)
    assert "Not confirmed" in weak and "Source of October 31, 2020, not yet checked here" in weak


def test_names_follow_the_language_and_other_languages_are_marked(client, worded):
    text = client.get("/es/numbers/").content.decode()
    assert "Línea Nacional contra la Trata de Personas (Estados Unidos)" in text
    pseudo = client.get("/ar-xb/numbers/").content.decode()
    assert '<h4 class="hotline-card__name" lang="en">National Human Trafficking Hotline</h4>' in pseudo
    assert 'dir="rtl"' in pseudo and '<bdi dir="ltr">1-888-373-7888</bdi>' in pseudo


def test_an_empty_registry_still_answers(client):
    response = client.get(PAGE)
    assert response.status_code == 200 and "Before you call" in response.content.decode()


def test_a_line_that_waits_for_a_second_person_is_not_shown(client):
    make_hotline(code="waits", is_published=False)
    make_hotline(code="shown")
    text = client.get(PAGE).content.decode()
    assert 'id="line-shown"' in text and "waits" not in text


def test_queries_do_not_grow_with_the_number_of_lines(client, django_assert_max_num_queries):
    make_hotline()
    client.get(PAGE)
    for _number in range(12):
        make_hotline()
    with django_assert_max_num_queries(16):
        client.get(PAGE)


# --- Without a database --------------------------------------------------------------------------------------------


def broken(*_args, **_kwargs):
    raise OperationalError("the server closed the connection")


@pytest.fixture
def calm(client):
    """A client that gets the answer a visitor would get, not the exception."""
    client.raise_request_exception = False
    return client


def test_without_a_database_the_copy_is_shown_with_503(calm, registry, monkeypatch):
    fallback.write()
    monkeypatch.setattr("hotlines.views.known_countries", broken)
    response = calm.get("/es/numbers/")
    text = response.content.decode()
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert 'href="tel:+18883737888"' in text and '<html lang="es"' in text
    assert "no-store" in response["Cache-Control"] and not response.cookies


def test_any_other_page_shows_the_copy_too(calm, registry, monkeypatch):
    fallback.write()
    monkeypatch.setattr("wagtail.models.Site.find_for_request", broken)
    response = calm.get("/en/some/page/")
    assert response.status_code == 503 and b"tel:911" in response.content


def test_it_is_shown_too_when_the_fault_lies_outside_any_view(calm, registry, monkeypatch):
    fallback.write()
    monkeypatch.setattr("django.middleware.common.CommonMiddleware.process_request", broken)
    assert calm.get("/en/numbers/").status_code == 503


def test_a_fault_in_a_query_is_no_outage(calm, registry, monkeypatch):
    def ask_nonsense():
        with connection.cursor() as cursor, transaction.atomic():
            cursor.execute("SELECT nothing FROM nowhere")

    monkeypatch.setattr("hotlines.views.known_countries", ask_nonsense)
    assert calm.get(PAGE).status_code == 500


def test_other_faults_are_no_outage(calm, registry, monkeypatch):
    monkeypatch.setattr("hotlines.views.known_countries", lambda: 1 / 0)
    assert calm.get(PAGE).status_code == 500


def test_without_a_copy_there_is_still_a_plain_sentence(calm, registry, monkeypatch):
    monkeypatch.setattr("hotlines.views.known_countries", broken)
    response = calm.get(PAGE)
    assert response.status_code == 503 and b"try again in a minute" in response.content


def test_the_copy_is_written_anew_once_after_a_change(registry, own_var_directory, django_capture_on_commit_callbacks):
    written = []
    fallback.write()
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        for hotline in Hotline.objects.filter(country="US")[:3]:
            hotline.name_en = "Changed name"
            hotline.save()
    assert len(callbacks) >= 3
    written = (own_var_directory / "numbers" / "en.html").read_text()
    assert "Changed name" in written


def test_many_changes_in_one_transaction_write_the_copy_once(registry, monkeypatch, django_capture_on_commit_callbacks):
    times = []
    monkeypatch.setattr(fallback, "write", lambda: times.append(1))
    with django_capture_on_commit_callbacks(execute=True):
        for hotline in Hotline.objects.all()[:5]:
            hotline.save()
    assert times == [1]


def test_the_copy_holds_only_numbers_of_the_home_country(registry):
    text = next(file for file in fallback.write() if file.name == "en.html").read_text()
    assert "1-888-373-7888" in text and "tel:112" not in text
