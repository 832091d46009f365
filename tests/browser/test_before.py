"""Why them first: the visitor asks their phone, and staff answer at the window, the desk and the manager's
page; in a real browser against a real hall.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from hall.records.connections import begin_writing
from hall.records.tables import steps
from tests.browser.people_hall import DESK, PHONE, complaints_of, open_context, sign_in
from tests.browser_support import faults
from tests.hall_server import HallServer

pytestmark = pytest.mark.browser


def has_waited(hall: HallServer, ticket: dict[str, Any], minutes: float) -> None:
    """Lets a waiting ticket have come earlier than it did."""
    database = hall.database()
    then = datetime.now(UTC) - timedelta(minutes=minutes)
    with begin_writing(database.engine) as connection:
        connection.execute(update(steps).where(steps.c.ticket_id == ticket["id"]).values(queued_at=then))
    database.engine.dispose()


@pytest.fixture
def story(own_hall: HallServer) -> dict[str, dict[str, Any]]:
    """`mine` has waited nine minutes behind `first`; the elderly `theirs`, who came four minutes ago, was
    called before both.
    """
    clerk, guide = own_hall.clerk(1).sits_at(1), own_hall.guide()
    told = {"first": guide.issues(), "mine": guide.issues(), "theirs": guide.issues(visitor_class="elderly")}
    for name, minutes in (("first", 10), ("mine", 9), ("theirs", 4)):
        has_waited(own_hall, told[name], minutes)
    assert clerk.calls_next()["label"] == told["theirs"]["label"]
    return told


@pytest.fixture
def phone(chromium: Browser, own_hall: HallServer) -> Iterator[Page]:
    context = open_context(chromium, own_hall, PHONE, has_touch=True, is_mobile=True)
    yield context.new_page()
    context.close()


@pytest.fixture
def screen(chromium: Browser, own_hall: HallServer) -> Iterator[Page]:
    context = open_context(chromium, own_hall, DESK)
    yield context.new_page()
    context.close()


def test_one_tap_tells_a_visitor_why_somebody_else_was_called(
    phone: Page, own_hall: HallServer, story: dict[str, Any]
):
    said = complaints_of(phone)
    phone.goto(f"/t/{own_hall.hall}/{story['mine']['secret']}")
    told = phone.locator("#before-told")
    expect(phone.get_by_text("为什么他先？")).to_be_visible()
    expect(told).to_be_hidden()
    phone.locator("#before summary").tap()
    expect(told).to_contain_text("有 1 个比您晚到的号先被叫")
    expect(told.locator(".before-call")).to_contain_text("A003 是优先（敬老或绿色通道）号")
    expect(told.locator(".before-call")).to_contain_text("排在您的 A002 前面的同类号 A001 当时已等 10 分钟")
    expect(told.locator(".before-call")).to_contain_text("1 号窗口")
    assert faults(phone) == []
    assert said == []


def test_a_visitor_asks_about_any_number_seen_on_the_board(
    phone: Page, own_hall: HallServer, story: dict[str, Any]
):
    phone.goto(f"/t/{own_hall.hall}/{story['mine']['secret']}?lang=en")
    phone.locator("#before summary").tap()
    number, answer = phone.get_by_label("Ask about a number"), phone.locator("#before-answer")
    number.fill("a001")
    number.press("Enter")
    expect(answer).to_contain_text("A001 has not been called yet")
    number.fill("Z999")
    phone.wait_for_timeout(1000)  # the double tap's guard
    phone.get_by_role("button", name="Ask").tap()
    expect(answer).to_contain_text("Z999")
    expect(answer.locator(".notice")).to_be_visible()


def test_the_answer_follows_the_hall_while_it_is_open(phone: Page, own_hall: HallServer):
    guide, clerk = own_hall.guide(), own_hall.clerk(1).sits_at(1)
    clerk.calls_next()
    guide.issues()  # is called at once
    mine, later = guide.issues(), guide.issues()
    phone.goto(f"/t/{own_hall.hall}/{mine['secret']}")
    phone.locator("#before summary").tap()
    expect(phone.locator("#before-told")).to_contain_text("没有比您晚到的号先被叫")
    clerk.does("start")
    clerk.does("finish")
    clerk.calls_next(ticket=later["id"])
    expect(phone.locator("#before-told")).to_contain_text("直接点名叫的")


@pytest.mark.parametrize(("username", "place"), [("manager", "manager"), ("guide", "desk")])
def test_staff_look_up_two_numbers_or_all_who_went_before(
    screen: Page, own_hall: HallServer, story: dict[str, Any], username: str, place: str
):
    said = complaints_of(screen)
    sign_in(screen, own_hall.hall, username, place)
    screen.get_by_role("button", name="有人问").click()
    dialog = screen.get_by_role("dialog", name="为什么先叫别人？")
    dialog.get_by_label("群众手里的号").fill("A002")
    screen.keyboard.press("Enter")
    expect(dialog).to_contain_text("晚到却先被叫的有 1 个")
    expect(dialog.locator(".before-call")).to_contain_text("A003 是敬老号")
    dialog.get_by_label("先被叫的号").fill("A001")
    dialog.get_by_role("button", name="查一查").click()
    expect(dialog).to_contain_text("A001 到现在还没有被叫到")
    assert faults(screen) == []
    dialog.get_by_label("群众手里的号").fill("X123")
    dialog.get_by_role("button", name="查一查").click()
    expect(dialog.locator(".notice")).to_contain_text("X123")
    assert [one for one in said if "404" not in one] == []


def test_the_clerk_asks_about_the_number_at_the_window(
    screen: Page, own_hall: HallServer, story: dict[str, Any]
):
    sign_in(screen, own_hall.hall, "clerk1", "clerk")
    expect(screen.locator("#stage-label")).to_have_text("A003")
    screen.keyboard.press("w")
    dialog = screen.get_by_role("dialog", name="为什么先叫别人？")
    expect(dialog.get_by_label("先被叫的号")).to_have_value("A003")
    dialog.get_by_label("群众手里的号").fill("A001")
    screen.keyboard.press("Enter")
    expect(dialog.locator(".before-call")).to_contain_text("A001 当时已等 10 分钟，用去 14 分钟参考时限的 7")
    assert faults(screen) == []
    screen.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
