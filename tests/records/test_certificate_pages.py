"""A learner's own certificate, the one made without an account, and what strangers see of both."""

import io
import re
from datetime import date, timedelta
from unittest import mock

import pypdf
import pytest
from django.core.cache import caches
from django.urls import reverse
from django.utils import timezone

from accounts.limits import TooMany
from kernel.paper import FontsMissing, PaperBusy, PaperFailed, SignsMissing
from records import learners
from records.certificates import Certificate, Completion, PublicCertificate
from records.enrolments import Enrolment, Visitor
from records.issuing import issue_public, reissue, revoke
from records.views.verification import LOOK_UPS, masked
from tests.factories.courses import make_course
from tests.factories.records import make_attempt, make_completion, make_enrolment, make_user

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(microsecond=0)


@pytest.fixture
def course():
    return make_course()


@pytest.fixture
def user():
    return make_user("Ana María López")


@pytest.fixture
def certificate(course, user):
    return make_completion(course, user=user, now=NOW, score=93).certificates.get()


@pytest.fixture
def own(client, user):
    client.force_login(user)
    return client


@pytest.fixture
def visit(client, course):
    """A visitor who completed the course, in the browser `client`."""
    visitor, token = learners.begin_visit()
    client.cookies["visitor"] = token
    return make_completion(course, visitor=visitor, now=NOW)


def page_of(certificate) -> str:
    return reverse("records:certificate", args=[certificate.number])


def check_of(certificate) -> str:
    return reverse("records:verify_code", args=[certificate.code])


def fact(html: str, name: str) -> str:
    row = html.split(f'data-fact="{name}"')[1].split("</tr>")[0]
    return row.split("<bdi")[1].split(">", 1)[1].split("</bdi>")[0]


# --- the holder's page ---


def test_the_holder_reads_the_words_of_the_paper(own, certificate):
    html = own.get(page_of(certificate)).content.decode()
    for words in ["Certificate of completion", "Ana María López", "Small course", "30 minutes", certificate.number]:
        assert words in html
    assert "93%" not in html


@pytest.mark.parametrize("name", ["certificate", "certificate_pdf"])
def test_nobody_elses_certificate_is_there(client, certificate, name):
    client.force_login(make_user("Somebody else"))
    assert client.get(reverse(f"records:{name}", args=[certificate.number])).status_code == 404


def test_signed_out_people_are_asked_to_sign_in_first(client, certificate):
    response = client.get(page_of(certificate))
    assert response.status_code == 302 and "next=" in response["Location"]
    assert client.post(page_of(certificate)).status_code == 404
    assert client.get(reverse("records:certificate_pdf", args=[certificate.number])).status_code == 404


def test_unknown_numbers_are_not_there(own):
    assert own.get(reverse("records:certificate", args=["LS-2026-222222-2"])).status_code == 404


def test_the_holder_chooses_what_others_see(own, certificate):
    assert own.post(page_of(certificate), {"show_score": "on"}).status_code == 302
    certificate.refresh_from_db()
    assert (certificate.show_name, certificate.show_score) == (False, True)
    html = own.get(page_of(certificate)).content.decode()
    assert "93%" in html


@pytest.mark.parametrize(
    ("language", "sheet", "words"), [("en", "letter", "Small course"), ("es", "a4", "Curso pequeño")]
)
def test_the_pdf_comes_in_the_chosen_language(own, certificate, language, sheet, words):
    address = reverse("records:certificate_pdf", args=[certificate.number])
    response = own.get(address, {"language": language, "sheet": sheet})
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="certificate-{certificate.number}-{language}.pdf"'
    assert "no-store" in response["Cache-Control"]
    assert words in pypdf.PdfReader(io.BytesIO(response.content)).pages[0].extract_text()


@pytest.mark.parametrize("query", [{}, {"language": "xx", "sheet": "letter"}, {"language": "en", "sheet": "a0"}])
def test_a_language_or_sheet_that_is_not_offered_leads_back_to_the_choice(own, certificate, query):
    response = own.get(reverse("records:certificate_pdf", args=[certificate.number]), query)
    assert response["Location"] == page_of(certificate)


def test_a_certificate_that_no_longer_stands_is_not_printed(own, certificate):
    revoke(certificate, reason="mistake", actor=None, now=NOW)
    assert b"revoked" in own.get(page_of(certificate)).content
    response = own.get(reverse("records:certificate_pdf", args=[certificate.number]), {"language": "en", "sheet": "a4"})
    assert response.status_code == 302


def test_a_replaced_certificate_leads_its_holder_to_the_new_one(own, certificate):
    fresh = reissue(certificate, name="Ana Lopes", reason="name", actor=None, now=NOW)
    assert page_of(fresh) in own.get(page_of(certificate)).content.decode()


def test_an_expired_certificate_says_so(own, certificate):
    Certificate.objects.update(valid_until=date(2020, 1, 1))
    assert "has expired" in own.get(page_of(certificate)).content.decode()


@pytest.mark.parametrize(
    ("stop", "status", "words"),
    [
        (PaperBusy("x"), 503, "try again in a minute"),
        (PaperFailed("x"), 503, "try again later"),
        (FontsMissing("x"), 503, "try again later"),
        (SignsMissing("漢"), 503, "漢"),
        (TooMany(timedelta(minutes=3)), 429, "come back in an hour"),
    ],
)
def test_a_pdf_that_cannot_be_made_is_refused_with_words(own, certificate, stop, status, words):
    address = reverse("records:certificate_pdf", args=[certificate.number])
    with mock.patch("records.views.certificates.pdf_of", side_effect=stop):
        response = own.get(address, {"language": "en", "sheet": "a4"})
    assert response.status_code == status
    assert words in response.content.decode()
    assert response.has_header("Retry-After") is (status == 429 or isinstance(stop, PaperBusy))


def test_thirty_pdfs_an_hour_are_enough(own, certificate):
    address = reverse("records:certificate_pdf", args=[certificate.number])
    with mock.patch("records.views.certificates.pdf_of", return_value=b"%PDF"):
        codes = [own.get(address, {"language": "en", "sheet": "a4"}).status_code for _ in range(31)]
    assert codes == [200] * 30 + [429]


# --- renewal ---


def test_renewal_is_offered_when_it_is_open_and_begins_a_new_cycle(own, certificate, user):
    assert "Renewal is open from" in own.get(page_of(certificate)).content.decode()
    Completion.objects.update(valid_until=timezone.localdate() + timedelta(days=10))
    assert "Take the course again" in own.get(page_of(certificate)).content.decode()
    response = own.post(reverse("records:renew", args=[certificate.number]))
    assert response["Location"].endswith("/courses/small/")
    assert list(user.enrolments.order_by("cycle").values_list("cycle", flat=True)) == [1, 2]
    assert "Take the course again" not in own.get(page_of(certificate)).content.decode()


def test_renewing_too_early_is_refused_with_words(own, certificate, user):
    response = own.post(reverse("records:renew", args=[certificate.number]), follow=True)
    assert "too early" in response.content.decode()
    assert user.enrolments.count() == 1


def test_a_course_that_is_gone_cannot_be_renewed(own, certificate, course):
    type(course.page).objects.filter(translation_key=course.key).update(live=False)
    caches["near"].clear()
    assert own.post(reverse("records:renew", args=[certificate.number])).status_code == 404


# --- without an account ---

FORM = {"name": "Rosa Díaz", "language": "es", "sheet": "letter"}


def public_of(course) -> str:
    return reverse("records:public_certificate", args=[course.key])


def test_a_visitor_gets_a_certificate_and_no_name_is_kept(client, course, visit):
    assert "Type your name" in client.get(public_of(course)).content.decode()
    response = client.post(public_of(course), FORM)
    assert response["Content-Type"] == "application/pdf"
    text = pypdf.PdfReader(io.BytesIO(response.content)).pages[0].extract_text()
    held = PublicCertificate.objects.get()
    assert "Rosa Díaz" in text and held.number in text and "Curso pequeño" in text
    assert "Rosa" not in str(PublicCertificate.objects.values().get())
    assert Visitor.objects.exists()


def test_the_same_words_come_as_a_web_page(client, course, visit):
    html = client.post(public_of(course), FORM | {"page": "1"}).content.decode()
    assert "Rosa Díaz" in html and PublicCertificate.objects.get().number in html
    assert 'lang="es"' in html


def test_a_visitor_is_forgotten_after_the_download_when_they_ask_for_it(client, course, visit):
    response = client.post(public_of(course), FORM | {"forget": "on"})
    assert response["Content-Type"] == "application/pdf"
    assert response.cookies["visitor"]["max-age"] == 0
    assert not Visitor.objects.exists() and not Enrolment.objects.exists() and not Completion.objects.exists()
    held = PublicCertificate.objects.get()
    assert held.completion is None
    assert "This certificate is valid." in client.get(check_of(held)).content.decode()


def test_a_paper_that_fails_costs_nobody_their_progress(client, course, visit):
    with mock.patch("records.views.certificates.pdf_of", side_effect=PaperBusy("x")):
        assert client.post(public_of(course), FORM | {"forget": "on"}).status_code == 503
    assert Completion.objects.exists() and not PublicCertificate.objects.exists()


@pytest.mark.parametrize("name", ["", "  ", "12345", "\u200b\u202e"])
def test_a_name_without_letters_is_refused_and_the_rest_stays(client, course, visit, name):
    html = client.post(public_of(course), FORM | {"name": name}).content.decode()
    assert "error" in html and not PublicCertificate.objects.exists()
    assert re.search(r'<option value="es"[^>]*\bselected\b', html)


def test_a_revoked_visitors_certificate_is_not_made_again(client, course, visit):
    revoke(issue_public(visit, name="Rosa", locale="en", now=NOW), reason="x", actor=None, now=NOW)
    assert "was revoked" in client.post(public_of(course), FORM).content.decode()


def test_without_having_completed_there_is_no_certificate(client, course):
    visitor, token = learners.begin_visit()
    client.cookies["visitor"] = token
    make_enrolment(course, visitor=visitor)
    response = client.get(public_of(course))
    assert response.status_code == 302 and response["Location"].endswith("/courses/small/")
    assert client.get(public_of(make_course(slug="other"))).status_code == 302


def test_a_stranger_finds_nothing(client, course):
    assert client.get(public_of(course)).status_code == 404


def test_who_has_an_account_is_led_to_their_own_page(own, course):
    assert own.get(public_of(course))["Location"] == reverse("records:my_learning")


# --- the page where anyone checks ---


def test_every_printed_field_can_be_compared(client, certificate):
    Certificate.objects.update(show_score=True)
    html = client.get(check_of(certificate)).content.decode()
    assert 'data-state="valid"' in html
    assert fact(html, "name") == "Ana María López"
    assert fact(html, "course") == "Small course"
    assert fact(html, "minutes") == "30 minutes"
    assert fact(html, "score") == "93%"
    assert fact(html, "issuer") == "Lodestar"
    assert fact(html, "number") == certificate.number
    assert fact(html, "code").replace(" ", "") == certificate.code
    assert {"completed", "valid", "issued"} <= {part.split('"')[0] for part in html.split('data-fact="')[1:]}


def test_a_score_that_is_not_printed_is_not_shown_either(client, certificate):
    assert 'data-fact="score"' not in client.get(check_of(certificate)).content.decode()


def test_the_course_is_named_in_the_language_of_the_page(client, certificate):
    assert "Curso pequeño" in client.get(check_of(certificate).replace("/en/", "/es/")).content.decode()


def test_the_page_is_kept_out_of_caches_and_search_engines_and_sets_no_cookie(client, certificate):
    for address in (check_of(certificate), reverse("records:verify"), check_of(certificate)[:-5] + "/"):
        response = client.get(address)
        assert response["Cache-Control"] == "no-store"
        assert "noindex" in response["X-Robots-Tag"] and b'content="noindex' in response.content
        assert not response.cookies
        assert b"csrfmiddlewaretoken" not in response.content


def test_a_name_the_holder_does_not_show_is_masked(client, certificate):
    Certificate.objects.update(show_name=False)
    html = client.get(check_of(certificate)).content.decode()
    assert fact(html, "name") == "A… M… L…"
    assert "López" not in html


@pytest.mark.parametrize(("typed", "words"), [("ana maría lópez", "is the name on"), ("Bea", "is not the name on")])
def test_a_masked_name_can_be_compared(client, certificate, typed, words):
    Certificate.objects.update(show_name=False)
    html = client.post(check_of(certificate), {"name": typed}).content.decode()
    assert words in html
    assert typed not in html


def test_a_name_that_is_shown_is_not_asked_for(client, certificate):
    html = client.post(check_of(certificate), {"name": "Bea"}).content.decode()
    assert "is not the name on" not in html and "verify-name" not in html


def test_the_name_of_a_visitors_certificate_can_be_compared(client, visit):
    held = issue_public(visit, name="Rosa Díaz", locale="en", now=NOW)
    html = client.post(check_of(held), {"name": "Rosa Díaz"}).content.decode()
    assert "is the name on" in html and fact(html, "name") == "Not kept"
    assert "name_answer" not in client.post(check_of(held), {"name": "  "}).content.decode()
    assert "is not the name on" in client.post(check_of(held), {"name": "Rosa"}).content.decode()


def test_names_are_masked_by_first_letters():
    assert masked("Ana María  de la O") == "A… M… d… l… O…"
    assert masked("李雷") == "李…"


def state_of(client, address: str) -> str:
    return client.get(address).content.decode().split('data-state="')[1].split('"')[0]


@pytest.mark.parametrize(("days", "state"), [(0, "valid"), (-1, "expired")])
def test_the_last_day_is_valid_and_the_next_is_not(client, certificate, days, state):
    Certificate.objects.update(valid_until=timezone.localdate() + timedelta(days=days))
    assert state_of(client, check_of(certificate)) == state


def test_an_old_code_answers_superseded_and_does_not_tell_the_new_one(client, certificate):
    fresh = reissue(certificate, name="Ana Lopes", reason="The reason", actor=None, now=NOW)
    html = client.get(check_of(certificate)).content.decode()
    assert 'data-state="superseded"' in html
    assert fresh.number not in html and fresh.code not in html and "The reason" not in html
    assert state_of(client, check_of(fresh)) == "valid"


def test_a_revoked_certificate_says_so_and_not_why(client, certificate):
    revoke(certificate, reason="Somebody else took it", actor=None, now=NOW)
    html = client.get(check_of(certificate)).content.decode()
    assert 'data-state="revoked"' in html and "Somebody else" not in html


@pytest.mark.parametrize("code", ["23456789ABCDEFGHJKMNPQRSTUV", "hello", "x" * 300, "%00", "..%2f"])
def test_an_unknown_code_is_answered_politely(client, code):
    response = client.get(f"/en/verify/{code}/")
    assert response.status_code in {200, 404}
    if response.status_code == 200:
        assert 'data-state="unknown"' in response.content.decode()


def test_codes_are_typed_in_any_manner(client, certificate):
    typed = " ".join(certificate.code[i : i + 3] for i in range(0, 27, 3)).lower()
    response = client.get(reverse("records:verify"), {"code": typed})
    assert response["Location"] == check_of(certificate)
    html = client.get(reverse("records:verify"), {"code": "ABC"}).content.decode()
    assert "not a whole code" in html and 'value="ABC"' in html
    assert "not a whole code" not in client.get(reverse("records:verify")).content.decode()


def test_guessing_ends_with_a_plain_sentence(client, certificate):
    codes = [client.get(check_of(certificate)).status_code for _ in range(LOOK_UPS)]
    assert codes == [200] * LOOK_UPS
    response = client.get(check_of(certificate))
    assert response.status_code == 429 and int(response["Retry-After"]) > 0
    assert "wait ten minutes" in response.content.decode()
    assert client.post(check_of(certificate), {"name": "x"}).status_code == 429
    assert client.get(check_of(certificate), REMOTE_ADDR="192.0.2.7").status_code == 200
    assert client.get(reverse("records:verify")).status_code == 200


@pytest.mark.parametrize(("accepts", "language"), [("es-MX,es;q=0.9", "es"), ("en", "en"), ("xx", "en"), ("", "en")])
def test_the_qr_address_leads_to_the_page_in_the_browsers_language(client, certificate, accepts, language):
    response = client.get(f"/v/{certificate.code}/", HTTP_ACCEPT_LANGUAGE=accepts)
    assert response["Location"] == f"/{language}/verify/{certificate.code}/"
    assert not response.cookies


# --- ways there ---


def test_my_learning_leads_to_the_certificate_and_the_questions(own, certificate, course):
    html = own.get(reverse("records:my_learning")).content.decode()
    assert page_of(certificate) in html
    assert reverse("records:evaluation", args=[course.key]) in html


def test_a_visitor_finds_the_way_to_the_certificate(client, course, visit):
    assert public_of(course) in client.get(reverse("records:my_learning")).content.decode()


def test_a_certificate_waits_for_the_last_step(client, course, user):
    enrolment = make_enrolment(course, user=user)
    make_attempt(enrolment, course)
    client.force_login(user)
    assert "/certificates/" not in client.get(reverse("records:my_learning")).content.decode()
