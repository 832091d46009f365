"""A board's page while its server is killed and comes back: it says that it lost the hall, and shows the
truth again without anybody's help. How soon, `bench faults` measures on boards without a page.
"""

import pytest
from playwright.sync_api import expect

from tests.browser.screens import OpenPage, address
from tests.hall_server import HallServer

pytestmark = pytest.mark.browser

PATIENCE = 60_000


def test_a_board_shows_the_truth_after_its_server_was_killed(hall_server: HallServer, open_page: OpenPage):
    clerk = hall_server.clerk(1).sits_at(1)
    labels = [hall_server.visitor().takes_a_number("social")["label"] for _ in range(3)]
    page = open_page(address(hall_server, "board"))
    page.evaluate("window.sameDocument = true")
    expect(page.locator("[data-connection=live]")).to_be_visible(timeout=PATIENCE)
    clerk.serves_one()
    expect(page.locator("#hero-ticket")).to_have_text(labels[0], timeout=PATIENCE)
    clerk.calls_next()
    hall_server.kill()
    expect(page.locator("[data-connection=lost]")).to_be_visible(timeout=PATIENCE)
    hall_server.start()
    expect(page.locator("[data-connection=live]")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#hero-ticket")).to_have_text(labels[1], timeout=PATIENCE)
    clerk.does("start")
    clerk.does("finish")
    clerk.calls_next()
    expect(page.locator("#hero-ticket")).to_have_text(labels[2], timeout=PATIENCE)
    assert page.evaluate("window.sameDocument") is True
