"""The cockpit: one big screen that shows the whole hall and scrolls nowhere."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from hall.records.book import read_book
from hall.rules.queues_ahead import QueuesAhead, Standing, queue_ahead
from tests.browser.people_hall import complaints_of, open_context, sign_in
from tests.browser_support import faults
from tests.foreseeing import foresee
from tests.hall_server import HallServer

pytestmark = pytest.mark.browser

FITS = """() => {
  const page = document.documentElement;
  return page.scrollWidth <= innerWidth && page.scrollHeight <= innerHeight;
}"""


@pytest.fixture
def wall(chromium: Browser, own_hall: HallServer) -> Iterator[Page]:
    """A big screen, before the page is opened."""
    context = open_context(chromium, own_hall, {"width": 1920, "height": 1080})
    yield context.new_page()
    context.close()


def opens(page: Page, hall: HallServer, username: str = "manager") -> None:
    sign_in(page, hall.hall, username, "cockpit")
    expect(page.locator(".floor-window[data-state]")).to_have_count(6)
    expect(page.locator("#connection")).to_have_attribute("data-state", "live")


def test_the_cockpit_shows_floor_figures_queues_and_outlook_and_follows_the_hall(
    wall: Page, own_hall: HallServer
):
    said = complaints_of(wall)
    clerk = own_hall.clerk(3).sits_at(3)
    for business in ("social", "social", "social", "tax"):
        own_hall.visitor().takes_a_number(business)
    database = own_hall.database()
    with database.read() as connection:
        social = read_book(connection, own_hall.hall).business("social").id
    database.engine.dispose()
    points = [
        queue_ahead(minutes, [Standing(many, 60.0 * many) for many in (2, 4, 9)]) for minutes in (15, 30, 45)
    ]
    foresee(own_hall, {}, queues=QueuesAhead({social: points}, {"east": points}, points))
    opens(wall, own_hall)
    first, second = wall.locator(".cockpit-queue").nth(0), wall.locator(".cockpit-queue").nth(1)
    expect(first).to_contain_text("没有窗口在办")
    expect(second).to_contain_text("社会保险")
    expect(wall.locator('[data-figure="waiting"]')).to_have_text("4")
    clerk.calls_next()
    expect(wall.locator('.floor-window[data-window="3"]')).to_have_attribute("data-state", "called")
    expect(wall.locator('[data-figure="waiting"]')).to_have_text("3")
    expect(second.locator("strong.num")).to_have_text("2")
    expect(wall.locator("#course")).to_have_attribute("data-drawn", "true")
    wall.reload()
    # The hall's own look-ahead may have come meanwhile.
    expect(second).to_contain_text(re.compile(r"45 分钟后 \d+–\d+ 人"))
    expect(wall.locator("#outlook-words")).to_contain_text("45 分钟后最久等候约")
    assert wall.locator("button.floor-window").count() == 0, "it is only looked at"
    assert said == []


@pytest.mark.parametrize("size", [(1920, 1080), (3840, 2160)])
def test_nothing_of_the_cockpit_scrolls_and_everybody_can_read_it(
    wall: Page, own_hall: HallServer, size: tuple[int, int]
):
    wall.set_viewport_size({"width": size[0], "height": size[1]})
    own_hall.visitor().takes_a_number()
    own_hall.clerk(1).sits_at(1).calls_next()
    own_hall.clerk(2).sits_at(2, open_it=False)
    opens(wall, own_hall, "admin")
    assert wall.evaluate(FITS)
    assert faults(wall) == []
    wall.goto(f"{wall.url}?lang=en")
    expect(wall.locator(".floor-window[data-state]")).to_have_count(6)
    assert wall.evaluate(FITS)


def test_without_a_forecast_the_cockpit_says_that_nobody_knows(wall: Page, own_hall: HallServer):
    opens(wall, own_hall)
    expect(wall.locator("#outlook-words")).to_contain_text("暂无推演")
    expect(wall.locator("#queues")).to_contain_text("没有人在等候")


def test_a_clerk_has_no_cockpit(wall: Page, own_hall: HallServer):
    sign_in(wall, own_hall.hall, "clerk1", "cockpit")
    expect(wall.locator(".cockpit-floor")).to_have_count(0)
