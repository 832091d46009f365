"""What the browser tests of visitors, managers and administrators share: sign-in, complaints, axe."""

from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from tests import browser_support
from tests.hall_server import HallServer

PHONE = {"width": 390, "height": 844}
PAD = {"width": 1280, "height": 800}
DESK = {"width": 1440, "height": 900}


def open_context(browser: Browser, server: HallServer, size: dict[str, int], **more: Any) -> BrowserContext:
    """A browser of somebody's own, Chinese, at this server."""
    return browser.new_context(
        base_url=server.url, locale="zh-CN", viewport={**size}, service_workers="block", **more
    )


def complaints_of(page: Page) -> list[str]:
    """Collects what the page's console says is wrong, above all breaches of the content policy."""
    said: list[str] = []
    page.on("console", lambda message: message.type == "error" and said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def sign_in(page: Page, hall: str, username: str, place: str) -> None:
    """Signs in by the API and opens a page of the hall."""
    browser_support.sign_in(page.context, hall, username)
    page.goto(f"/halls/{hall}/{place}")
