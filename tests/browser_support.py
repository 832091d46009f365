"""A real Chromium for the tests, driven by Playwright; a plug-in that tests/conftest.py loads.

The browser is the machine's own: Playwright would download one, and many builders have no way out for that.
"""

import shutil
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.hall_server import PASSWORD

PATIENCE_SECONDS = 120.0
AXE = "/vendor/axe-core/axe.min.js"
AT_REST = """() => !document.getAnimations().some(
  (one) => one.playState === "running" && one.effect.getComputedTiming().endTime < 60_000)"""
"""Whether nothing fades or slides any more; what turns for ever does not count."""

expect.set_options(timeout=60_000)  # a builder may have other work; what is expected comes or never comes

NAMES = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
FLAGS = (
    "--headless",
    "--no-sandbox",  # Chromium's sandbox does not start for root, as in CI
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--accept-lang=zh-CN",  # a test that wants another language gives its context another locale
)


def launch_chromium(driver: Playwright, *more_flags: str) -> Browser:
    """The machine's Chromium, headless, with what a test wants besides (such as an autoplay policy)."""
    program = next((path for name in NAMES if (path := shutil.which(name))), None)
    if program is None:
        raise FileNotFoundError("No Chromium on this machine: apt-get install -y chromium")
    return driver.chromium.launch(executable_path=program, args=[*FLAGS, *more_flags])


@pytest.fixture(scope="session")
def playwright_driver() -> Iterator[Playwright]:
    """Playwright itself, one for each worker."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium(playwright_driver: Playwright) -> Iterator[Browser]:
    """One browser for each worker; a test opens contexts of its own in it."""
    browser = launch_chromium(playwright_driver)
    yield browser
    browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page in a context of its own: no cookie of another test, Chinese, 1280 × 800."""
    context = chromium.new_context(locale="zh-CN", viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


def wait_until(page: Page, condition: str, value: Any = None) -> None:
    """Waits until the page says yes. page.wait_for_function needs eval as soon as the answer is not yes at
    once, and the hall's content policy rightly forbids eval.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not page.evaluate(condition, value):
        assert time.monotonic() < deadline, f"never: {condition}\n{page.locator('body').inner_text()}"
        page.wait_for_timeout(50)


def sign_in(context: BrowserContext, hall: str, username: str) -> None:
    """Gives a browser somebody's session; told that the server has too much to do, it waits as pages do."""
    person = {"username": username, "password": PASSWORD, "hall": hall}
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (answer := context.request.post("/api/v1/session", data=person, timeout=60_000)).ok:
        assert answer.status == 503 and time.monotonic() < deadline, answer.text()
        time.sleep(1)


def faults(page: Page) -> list[str]:
    """What axe finds wrong with the page, once colours have stopped changing. What it finds right would be a
    third of a megabyte, and stays there.
    """
    wait_until(page, AT_REST)
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(url=AXE)
    found = page.evaluate("axe.run().then((told) => told.violations)")
    return [f"{fault['id']}: {node['target']}" for fault in found for node in fault["nodes"]]
