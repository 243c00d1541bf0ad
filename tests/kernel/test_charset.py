"""What is refused before anything reads it leaves with the headers of every other answer."""

import pytest

from tests.factories.courses import make_home

HEADERS = (
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Permissions-Policy",
)
CHARSETS = ["utf-16", "utf-7", "rot13", "idna", "latin-1", "nonsense", "'utf-16'"]


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("path", ["/en/", "/en/numbers/", "/admin/login/"])
def test_a_form_in_another_encoding_is_refused_with_all_headers(client, charset, path):
    client.cookies["csrftoken"] = "x" * 32
    answer = client.generic("POST", path, b"a=b", content_type=f"application/x-www-form-urlencoded; charset={charset}")
    assert answer.status_code == 400 and "could not be read" in answer.content.decode()
    missing = [name for name in HEADERS if not answer.get(name)]
    assert not missing
    assert answer["X-Content-Type-Options"] == "nosniff" and answer["Cache-Control"] == "no-store"
    assert "unsafe-inline" not in answer["Content-Security-Policy"] or path.startswith("/admin/")


@pytest.mark.django_db
def test_they_are_the_headers_of_an_ordinary_page(client):
    make_home()
    page = client.get("/en/")
    refused = client.generic("POST", "/en/", b"a=b", content_type="application/x-www-form-urlencoded; charset=utf-7")
    for name in set(HEADERS) - {"Referrer-Policy"}:
        assert refused[name] == page[name], name


def test_trace_is_refused_with_them_too(client):
    answer = client.trace("/en/")
    assert answer.status_code == 405 and answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"'])
def test_utf8_is_let_through(client, charset):
    make_home()
    content_type = f"application/x-www-form-urlencoded; charset={charset}"
    assert client.generic("POST", "/en/numbers/", b"country=US", content_type=content_type).status_code == 200
