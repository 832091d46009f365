"""Alerts on the duty manager's page, in a real browser against a real hall."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from hall.config_alerts import Indicators
from tests.browser.people_hall import DESK, complaints_of, open_context, sign_in
from tests.browser_support import faults
from tests.builders import settings, small_hall
from tests.hall_server import PASSWORD, HallServer, StartHall
from tests.people import Api, Refused
from tests.warning import look, works_long

pytestmark = pytest.mark.browser


@pytest.fixture
def hall(start_hall: StartHall) -> HallServer:
    """A hall with two of its alerts turned on."""
    usual = Indicators()
    on = {name: getattr(usual, name).model_dump() for name in ("no_window", "unbroken_work")}
    alerts = {"indicators": {**dict.fromkeys(Indicators.model_fields), **on}, "sound_from": "yellow"}
    return start_hall(settings(small_hall(alerts=alerts)))


@pytest.fixture
def desk(chromium: Browser, hall: HallServer) -> Iterator[Page]:
    context = open_context(chromium, hall, DESK)
    page = context.new_page()
    sign_in(page, hall.hall, "manager", "manager")
    expect(page.locator("#connection")).to_have_attribute("data-state", "live")
    yield page
    context.close()


def nobody_serves_tax(hall: HallServer) -> list[int]:
    """Four wait for what no open window calls; the ids of their tickets."""
    return [hall.visitor().takes_a_number("tax")["id"] for _ in range(4)]


def test_an_alert_comes_up_is_taken_and_goes_when_it_is_over(desk: Page, hall: HallServer):
    said = complaints_of(desk)
    expect(desk.locator("#alerts-box")).to_be_hidden()
    tickets = nobody_serves_tax(hall)
    clerk = hall.clerk(3).sits_at(3)
    works_long(hall, 3)
    look(hall)
    rows = desk.locator(".alert-row")
    expect(rows).to_have_count(2)
    worst = rows.first
    expect(worst).to_have_attribute("data-level", "orange")
    expect(worst).to_contain_text("涉税业务：4 人等候，没有开放的窗口能办")
    expect(worst.get_by_role("img", name="橙色预警")).to_be_visible()
    expect(rows.last).to_contain_text("3 号窗口已连续办理 2 小时 6 分，请安排休息")
    assert faults(desk) == []
    worst.get_by_role("button", name="我来处理").click()
    expect(worst).to_contain_text("值班经理 正在处理")
    expect(worst.get_by_role("button")).to_be_hidden()
    for ticket in tickets:
        hall.guide().does("cancel", ticket, reason="left")
    look(hall)
    expect(rows).to_have_count(1)
    clerk.does("pause", reason="meal")
    look(hall)
    expect(desk.locator("#alerts-box")).to_be_hidden()
    assert said == []


def test_many_alerts_say_how_many_more_there_are_and_of_when_they_speak(desk: Page, hall: HallServer):
    for number in range(1, 6):
        hall.clerk(number).sits_at(number)
        works_long(hall, number)
    look(hall)
    rows = desk.locator(".alert-row")
    expect(rows).to_have_count(4)
    expect(rows.first).to_contain_text("测得，已持续")
    desk.get_by_role("button", name="另有 1 条预警").click()
    expect(rows).to_have_count(5)
    assert faults(desk) == []
    desk.get_by_role("button", name="收起").click()
    expect(rows).to_have_count(4)


def test_the_same_in_english(desk: Page, hall: HallServer):
    nobody_serves_tax(hall)
    look(hall)
    desk.goto(f"/halls/{hall.hall}/manager?lang=en")
    row = desk.locator(".alert-row")
    expect(row).to_contain_text("Tax: 4 waiting, and no open window can serve them")
    expect(row.get_by_role("button", name="I take it")).to_be_visible()
    assert faults(desk) == []


def test_who_comes_second_is_told_that_somebody_took_it(desk: Page, hall: HallServer):
    nobody_serves_tax(hall)
    look(hall)
    desk.reload()
    row = desk.locator(".alert-row")
    expect(row).to_have_count(1)
    guide = Api(hall.url, hall.hall).sign_in("guide", PASSWORD)
    one = guide.get("/alerts")["alerts"][0]["id"]
    guide.post(f"/alerts/{one}/acknowledge")
    expect(row).to_contain_text("导办 正在处理")
    with pytest.raises(Refused, match="alert_over"):
        Api(hall.url, hall.hall).sign_in("manager", PASSWORD).post(f"/alerts/{one}/acknowledge")
