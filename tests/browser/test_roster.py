"""The roster's page in a real browser against a real hall."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.people_hall import DESK, PHONE, complaints_of, open_context, sign_in
from tests.browser_support import faults, wait_until
from tests.hall_server import HallServer
from tests.rostering import puts, shift

pytestmark = pytest.mark.browser

READY = "() => !document.querySelector('#roster').hasAttribute('aria-busy')"
MONDAY = date(2027, 3, 1)
DAY = str(MONDAY)


@pytest.fixture
def desk(chromium: Browser, own_hall: HallServer) -> Iterator[Page]:
    """A manager's screen on a week with two shifts on its Monday."""
    puts(own_hall.manager().api, DAY, shift("clerk1", 1), shift("clerk2", 4), shift("clerk3", None))
    context = open_context(chromium, own_hall, DESK)
    page = context.new_page()
    yield page
    context.close()


def opens(page: Page, hall: HallServer) -> None:
    sign_in(page, hall.hall, "manager", f"roster?from={DAY}")
    wait_until(page, READY)


def test_the_week_shows_who_sits_where_and_a_shift_is_changed_with_the_keyboard(
    desk: Page, own_hall: HallServer
):
    said = complaints_of(desk)
    opens(desk, own_hall)
    chip = desk.locator(".shift", has_text="窗口人员1")
    expect(chip).to_contain_text("09:00–11:00")
    chip.focus()
    desk.keyboard.press("Enter")
    desk.locator("#shift-ends").fill("11:30")
    desk.keyboard.press("Enter")
    expect(desk.locator(".shift", has_text="窗口人员1")).to_contain_text("09:00–11:30")
    assert said == []


def test_what_breaks_a_rule_is_told_in_words_and_changes_nothing(desk: Page, own_hall: HallServer):
    opens(desk, own_hall)
    desk.get_by_role("button", name="2 号窗口 3月1日周一 添加班次").click()
    desk.locator("#shift-clerk").select_option("clerk1")
    desk.locator("#shift-begins").fill("10:00")
    desk.locator("#shift-ends").fill("11:30")
    desk.get_by_role("button", name="保存").click()
    expect(desk.locator(".toast", has_text="排了两个班次")).to_be_visible()
    expect(desk.locator(".shift")).to_have_count(3)


def test_a_shift_is_dragged_to_another_window(desk: Page, own_hall: HallServer):
    opens(desk, own_hall)
    row = desk.locator("#rows tr", has_text="2 号窗口").locator("td").first.locator(".roster-cell")
    desk.locator(".shift", has_text="窗口人员1").drag_to(row)
    expect(desk.locator("#rows tr", has_text="2 号窗口").locator(".shift")).to_contain_text("窗口人员1")


def test_an_absence_proposes_who_takes_over_and_one_press_does_it(desk: Page, own_hall: HallServer):
    api = own_hall.manager().api
    api.post("/roster/backups", {"window": 4, "clerk": "clerk3"})
    api.post("/roster/absences", {"clerk": "clerk2", "first": DAY, "last": DAY, "note": "<b>病假</b>"})
    opens(desk, own_hall)
    expect(desk.locator("#fault-list")).to_contain_text("请假")
    expect(desk.locator("#absence-list")).to_contain_text("<b>病假</b>")
    desk.get_by_role("button", name="AB 岗：窗口人员3 顶班").click()
    expect(desk.locator("#rows tr", has_text="4 号窗口").locator(".shift")).to_contain_text("窗口人员3")


def test_the_page_can_be_used_by_everybody_with_the_forecast_drawn(desk: Page, own_hall: HallServer):
    opens(desk, own_hall)
    expect(desk.locator("#chart-week[data-drawn='7'] canvas")).to_be_visible(timeout=90_000)
    assert faults(desk) == []
    desk.get_by_role("button", name="人员", exact=True).click()
    expect(desk.locator("#rows tr", has_text="窗口人员2").locator(".shift")).to_contain_text("4 号窗口")
    desk.set_viewport_size(PHONE)
    desk.goto(f"/halls/{own_hall.hall}/roster?from={MONDAY + timedelta(days=7)}&lang=en")
    wait_until(desk, READY)
    assert faults(desk) == []
    assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_clerk_is_not_let_in(desk: Page, own_hall: HallServer):
    sign_in(desk, own_hall.hall, "clerk1", "roster")
    expect(desk.locator("#roster")).to_have_count(0)
