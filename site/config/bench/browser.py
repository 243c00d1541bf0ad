"""Requests as text, with the headers a browser sends: the same to the site and to the baselines."""

HEADERS = (
    "Host: localhost\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n"
    "Accept-Language: en-US,en;q=0.5\r\n"
    "Accept-Encoding: gzip, deflate\r\n"
)
PAGE = "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
DATA = "Accept: application/json\r\n"


def get(path: str, cookies: dict[str, str] | None = None) -> str:
    return f"GET {path} HTTP/1.1\r\n{HEADERS}{PAGE}{_cookie_line(cookies)}\r\n"


def post(
    path: str,
    body: str,
    cookies: dict[str, str] | None = None,
    *,
    csrf: str = "",
    json: bool = False,
    content_type: str = "application/x-www-form-urlencoded",
) -> str:
    """A form sent. `csrf` names the cookie whose value the form repeats; `json` asks for an answer without a page."""
    token = f"X-CSRFToken: {cookies[csrf]}\r\n" if csrf else ""
    return (
        f"POST {path} HTTP/1.1\r\n{HEADERS}{DATA if json else PAGE}{_cookie_line(cookies)}{token}"
        f"Content-Type: {content_type}\r\nContent-Length: {len(body.encode())}\r\n\r\n{body}"
    )


def _cookie_line(cookies: dict[str, str] | None) -> str:
    return f"Cookie: {'; '.join(f'{name}={value}' for name, value in cookies.items())}\r\n" if cookies else ""
