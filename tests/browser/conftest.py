"""A real Chromium before the live server. Where none is installed these tests are skipped."""

import os
import shutil

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
WAIT_MS = 15000
# Playwright's loop runs in the thread of the test, which also asks the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="session")
def browser():
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture
def asked():
    """Every address the pages of a test asked for."""
    return []


@pytest.fixture
def open_context(browser, live_server, asked):
    """Makes a fresh browser with no cookies; `options` are Playwright's."""
    opened = []

    def make(**options):
        context = browser.new_context(
            **{"base_url": live_server.url, "locale": "en-US", "reduced_motion": "reduce"} | options
        )
        context.set_default_timeout(WAIT_MS)
        context.on("request", lambda request: asked.append(request.url))
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def page(open_context):
    return open_context().new_page()
