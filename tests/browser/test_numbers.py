"""Copying a number from the page of numbers."""

import pytest
from django.urls import reverse

from tests.factories.courses import make_home
from tests.factories.hotlines import FICTION, make_hotline
from tests.hotlines.conftest import own_var_directory  # noqa: F401  the copy for outages goes elsewhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def address(transactional_db):
    make_home()
    make_hotline(name_en="Alpha line")
    make_hotline(name_en="Beta line", phone_display="1-202-555-0111", phone_e164="+12025550111")
    return reverse("hotlines:help")


def test_a_number_is_copied_by_keyboard_and_told_so(open_context, address):
    context = open_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(address)
    button = page.get_by_role("button", name=f"Copy {FICTION['phone_display']}")
    button.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name=f"Copied: {FICTION['phone_display']}").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == FICTION["phone_display"]
    page.locator("[data-copy-numbers] > [role=status]", has_text="stays in the memory of this device").wait_for(
        state="attached"
    )
    page.get_by_role("button", name="Copy 1-202-555-0111").click()
    page.get_by_role("button", name="Copied: 1-202-555-0111").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "1-202-555-0111"
    assert button.text_content() == "Copy"
    assert context.cookies() == [] and page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_where_copying_is_forbidden_the_number_is_selected(open_context, address):
    page = open_context().new_page()
    page.add_init_script(
        "navigator.clipboard.writeText = () => Promise.reject(new Error()); document.execCommand = () => false;"
    )
    page.goto(address)
    page.get_by_role("button", name="Copy 1-202-555-0111").click()
    page.get_by_role("button", name="Selected: 1-202-555-0111").wait_for()
    assert page.evaluate("getSelection().toString()") == "1-202-555-0111"


def test_without_scripts_there_is_no_dead_button(open_context, address):
    page = open_context(java_script_enabled=False).new_page()
    page.goto(address)
    assert page.get_by_text("1-202-555-0111").count() and not page.locator(".numbers__copy").count()


@pytest.mark.parametrize("code", ["en", "es"])
def test_the_buttons_do_not_make_a_small_screen_scroll(open_context, address, code):
    page = open_context(viewport={"width": 320, "height": 640}).new_page()
    page.goto(address.replace("/en/", f"/{code}/"))
    assert page.locator(".numbers__copy").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    box = page.locator(".numbers__copy").first.bounding_box()
    assert box["height"] >= 44 and box["width"] >= 44
