"""The picture of the floor on the duty manager's page, in a real browser against a real hall."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select, update

from hall.records.connections import begin_writing
from hall.records.tables import halls, steps, tickets
from tests.browser.people_hall import DESK, complaints_of, open_context, sign_in
from tests.browser_support import faults
from tests.hall_server import HallServer

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(chromium: Browser, own_hall: HallServer) -> Iterator[Page]:
    """A manager's screen, signed in, before the page is opened."""
    context = open_context(chromium, own_hall, DESK)
    yield context.new_page()
    context.close()


def opens(page: Page, hall: HallServer) -> None:
    sign_in(page, hall.hall, "manager", "manager")
    expect(page.locator(".floor-plan .floor-window[data-state]")).to_have_count(6)
    expect(page.locator("#connection")).to_have_attribute("data-state", "live")


def tile(page: Page, number: int) -> Locator:
    return page.locator(f'.floor-plan .floor-window[data-window="{number}"]')


def test_the_floor_follows_the_hall_without_asking_for_it_again(desk: Page, own_hall: HallServer):
    said = complaints_of(desk)
    opens(desk, own_hall)
    desk.clock.install()  # the page's own refreshing stands still: what changes now came as events
    own_hall.visitor().takes_a_number()
    own_hall.visitor().takes_a_number()
    clerk = own_hall.clerk(1).sits_at(1)
    east, west = (
        desk.locator(f'.floor-zone[data-zone="{one}"] .floor-zone-queue') for one in ("east", "west")
    )
    expect(east).to_contain_text("2 人")
    expect(west).to_contain_text("0 人")
    clerk.calls_next()
    expect(tile(desk, 1)).to_have_attribute("data-state", "called")
    expect(tile(desk, 1)).to_contain_text("1 号窗口 · 综合窗口 · 叫号中 · A001 · 0 分 · 窗口人员1")
    expect(east).to_contain_text("1 人")
    clerk.does("start")
    expect(tile(desk, 1)).to_have_attribute("data-state", "serving")
    clerk.does("finish")
    expect(tile(desk, 1)).to_have_attribute("data-state", "idle")
    clerk.does("pause", reason="meal")
    expect(tile(desk, 1)).to_have_attribute("data-state", "paused")
    assert said == []


def test_a_service_that_lasts_too_long_is_marked_by_more_than_colour(desk: Page, own_hall: HallServer):
    labels = []
    for number in (1, 2):
        own_hall.visitor().takes_a_number()
        clerk = own_hall.clerk(number).sits_at(number)
        labels.append(clerk.calls_next()["label"])
        clerk.does("start")
    database = own_hall.database()
    with begin_writing(database.engine) as connection:  # the first of them began half an hour ago
        hall = select(halls.c.id).where(halls.c.code == own_hall.hall).scalar_subquery()
        first = select(tickets.c.id).where(tickets.c.hall_id == hall, tickets.c.label == labels[0])
        began = datetime.now(UTC) - timedelta(minutes=31)
        connection.execute(
            update(steps).where(steps.c.ticket_id == first.scalar_subquery()).values(started_at=began)
        )
    database.engine.dispose()
    opens(desk, own_hall)
    expect(tile(desk, 2)).to_have_attribute("data-over", "false")
    expect(tile(desk, 1)).to_have_attribute("data-over", "true")
    expect(tile(desk, 1)).to_contain_text("31 分 · 办理超时")
    expect(tile(desk, 1).locator(".floor-sign use")).to_have_attribute(
        "href", "/static/img/icons.svg#warning"
    )


def test_arrow_keys_go_from_window_to_window_and_enter_opens_one(desk: Page, own_hall: HallServer):
    opens(desk, own_hall)  # east 1 2 3, below it west 4 5 6
    reachable = desk.locator('.floor-plan .floor-window[tabindex="0"]')
    expect(reachable).to_have_count(1)
    reachable.focus()
    for key, number in (
        ("ArrowRight", 2), ("ArrowRight", 3), ("ArrowDown", 6), ("ArrowLeft", 5), ("End", 6), ("Home", 1),
    ):  # fmt: skip
        desk.keyboard.press(key)
        expect(tile(desk, number)).to_be_focused()
    expect(reachable).to_have_count(1)
    expect(desk.locator("#floor-caption")).to_contain_text("1 号窗口")
    desk.keyboard.press("Enter")
    dialog = desk.locator("#window-dialog")
    expect(dialog).to_contain_text("1 号窗口")
    desk.keyboard.press("Escape")
    expect(tile(desk, 1)).to_be_focused()


def test_windows_that_are_not_sought_step_back_on_the_floor(desk: Page, own_hall: HallServer):
    opens(desk, own_hall)
    desk.get_by_role("searchbox").fill("4")
    expect(desk.locator(".floor-plan .floor-window.dimmed")).to_have_count(5)
    expect(tile(desk, 4)).not_to_have_class("floor-window dimmed")
    desk.locator("#views").get_by_role("button", name="列表").click()
    expect(desk.locator(".window-tile")).to_have_count(1)
    expect(desk.locator("#floor")).to_be_hidden()
    assert desk.url.endswith("?view=list")


@pytest.mark.parametrize("size", [(1440, 900), (1180, 820), (820, 1180)])
def test_the_floor_can_be_used_by_everybody_also_on_a_tablet(
    desk: Page, own_hall: HallServer, size: tuple[int, int]
):
    desk.set_viewport_size({"width": size[0], "height": size[1]})
    own_hall.visitor().takes_a_number()
    own_hall.visitor().takes_a_number("tax")
    own_hall.clerk(1).sits_at(1).calls_next()
    own_hall.clerk(2).sits_at(2, open_it=False)
    opens(desk, own_hall)
    assert faults(desk) == []
    assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth")
