"""Screens for the tests here: pages of a hall in an ordinary browser, and in one that may play sound."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from tests.browser.screens import LISTEN, OpenPage
from tests.browser_support import launch_chromium


def opener(context: BrowserContext, complaints: list[str]) -> OpenPage:
    """Opens pages whose complaints are kept."""

    def open_page(address: str) -> Page:
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None
        )
        page.goto(address)
        return page

    return open_page


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[OpenPage]:
    """Opens a screen of 1920 × 1080 in an ordinary browser; what it complains about fails the test."""
    complaints: list[str] = []
    context = chromium.new_context(locale="zh-CN", viewport={"width": 1920, "height": 1080})
    context.add_init_script(LISTEN)
    yield opener(context, complaints)
    context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def loud_chromium(playwright_driver: Playwright) -> Iterator[Browser]:
    """A browser that may play sound, as a board's is set up."""
    browser = launch_chromium(playwright_driver, "--autoplay-policy=no-user-gesture-required")
    yield browser
    browser.close()


@pytest.fixture
def open_loud_page(loud_chromium: Browser) -> Iterator[OpenPage]:
    """The same in a browser that may play sound."""
    complaints: list[str] = []
    context = loud_chromium.new_context(locale="zh-CN", viewport={"width": 1920, "height": 1080})
    context.add_init_script(LISTEN)
    yield opener(context, complaints)
    context.close()
    assert complaints == []
