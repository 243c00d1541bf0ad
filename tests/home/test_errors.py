"""Error pages: plain, in the visitor's language, with headers and a way on, and never a second fault."""

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path
from django.utils import translation
from django.views.decorators.csrf import csrf_protect

import config.urls
from home import errors
from tests.factories.courses import make_course

pytestmark = pytest.mark.django_db


def _raise(error):
    def view(request):
        raise error

    return view


def _read(request):
    return HttpResponse(request.POST.get("a", ""))


urlpatterns = [
    path("en/bad/", _raise(BadRequest())),
    path("es/denied/", _raise(PermissionDenied())),
    path("es/broken/", _raise(RuntimeError("secret detail"))),
    path("en/form/", csrf_protect(_read)),
    *config.urls.urlpatterns,
]
handler400, handler403 = "home.errors.bad_request", "home.errors.forbidden"
handler404, handler500 = "home.errors.not_found", "home.errors.server_error"
here = override_settings(ROOT_URLCONF="tests.home.test_errors")


@pytest.fixture
def visitor():
    return Client(raise_request_exception=False)


@here
@pytest.mark.parametrize(
    ("address", "status"),
    [("/en/bad/", 400), ("/es/denied/", 403), ("/en/nothing-here/", 404), ("/es/broken/", 500)],
)
def test_every_error_is_plain_and_has_headers_and_a_way_on(visitor, address, status):
    make_course()
    answer = visitor.get(address)
    words = answer.content.decode()
    code = address[1:3]
    assert answer.status_code == status
    assert f'lang="{code}"' in words and f'href="/{code}/"' in words and 'href="/exit/"' in words
    assert "secret detail" not in words and "Traceback" not in words
    assert answer["X-Robots-Tag"] == "noindex" and "no-store" in answer["Cache-Control"]
    for header in ("Content-Security-Policy", "Referrer-Policy", "X-Content-Type-Options", "Permissions-Policy"):
        assert answer[header], header
    assert not answer.cookies


@here
def test_a_form_without_its_token_is_refused_with_words(settings):
    answer = Client(enforce_csrf_checks=True).post("/en/form/", {"a": "b"})
    assert answer.status_code == 403
    assert "This form had become too old" in answer.content.decode()


class Unreadable:
    """A request whose form must not be touched."""

    path_info = "/en/x/"
    COOKIES, META = {}, {}

    @property
    def POST(self):
        raise AssertionError("an error page read the form")


@pytest.mark.parametrize(
    "answer", [errors.bad_request, errors.forbidden, errors.not_found, errors.server_error, errors.form_expired]
)
def test_no_error_page_reads_the_form(answer):
    assert answer(Unreadable()).status_code >= 400


def test_an_error_page_asks_the_database_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        errors.server_error(RequestFactory().get("/es/x/"))


def test_a_fault_in_the_error_page_itself_still_gets_an_answer(monkeypatch):
    def broken(*args):
        raise ValueError("no such file in the manifest")

    monkeypatch.setattr(errors, "render_to_string", broken)
    answer = errors.server_error(RequestFactory().get("/en/x/"))
    assert answer.status_code == 500 and b"Something went wrong" in answer.content


@pytest.mark.parametrize(
    ("address", "header", "code"),
    [("/es/x/", "en", "es"), ("/x/", "es", "es"), ("/x/", "", "en"), ("/x/", "zz", "en"), ("/ar-xb/x/", "en", "ar-XB")],
)
def test_the_language_is_that_of_the_address_or_else_of_the_browser(address, header, code):
    request = RequestFactory().get(address, headers={"Accept-Language": header})
    with translation.override("en"):
        assert f'lang="{code}"' in errors.not_found(request).content.decode()
