"""Staffing advice on the duty manager's page and at the clerks' consoles, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.advising import suggest
from tests.browser.people_hall import DESK, complaints_of, open_context, sign_in
from tests.browser_support import faults
from tests.hall_server import PASSWORD, HallServer
from tests.people import Api

pytestmark = pytest.mark.browser

TABLET = {"width": 1180, "height": 820}
BOTH = ["social", "employment"]


@pytest.fixture
def desk(chromium: Browser, own_hall: HallServer) -> Iterator[Page]:
    context = open_context(chromium, own_hall, DESK)
    page = context.new_page()
    sign_in(page, own_hall.hall, "manager", "manager")
    expect(page.locator("#connection")).to_have_attribute("data-state", "live")
    yield page
    context.close()


def test_a_suggestion_is_seen_applied_prolonged_and_taken_back(desk: Page, own_hall: HallServer, tmp_path):
    said = complaints_of(desk)
    own_hall.clerk(1).sits_at(1)
    own_hall.clerk(3).sits_at(3)
    suggest(own_hall, [(3, "clerk3", ["social"], BOTH)], [(4, "clerk4", [], ["tax"])])
    desk.reload()
    first = desk.locator("#advice-list > li").first
    expect(first).to_contain_text("3 号窗口加办：就业创业")
    expect(first).to_contain_text("窗口人员：窗口人员3")
    expect(first.locator(".advice-wait").first).to_contain_text("就业创业")
    expect(first.locator(".advice-wait").first).to_contain_text("缩短约 20 分钟")
    expect(first.locator("[data-when=before]").first).to_contain_text("约 31 分钟")
    expect(first.locator("[data-when=after]").first).to_contain_text("约 11 分钟")
    expect(desk.locator("#advice-list > li").last).to_contain_text("请窗口人员4开 4 号窗口，办：涉税业务")
    desk.set_viewport_size(TABLET)
    assert faults(desk) == []
    desk.get_by_role("button", name="直到撤销").click()
    expect(first.locator(".advice-who")).to_contain_text("直到有人撤销")
    desk.get_by_role("button", name="45 分钟").click()
    first.get_by_role("button").click()
    applied = desk.locator("#advice-applied > li")
    expect(applied).to_contain_text("值班经理")
    expect(applied).to_contain_text("3 号：已生效")
    expect(desk.locator("#advice-list > li")).to_have_count(1)
    before = applied.locator(".advice-who").inner_text()
    applied.get_by_role("button", name="延长").click()
    expect(applied.locator(".advice-who")).not_to_have_text(before)
    assert faults(desk) == []
    applied.get_by_role("button", name="撤销").click()
    expect(applied).to_contain_text("3 号：已恢复")
    expect(applied.get_by_role("button")).to_have_count(0)
    assert said == []


def test_all_are_applied_with_one_tap_and_those_that_do_not_fit_are_named(desk: Page, own_hall: HallServer):
    said = complaints_of(desk)
    own_hall.clerk(1).sits_at(1)
    gone = own_hall.clerk(3).sits_at(3)
    own_hall.clerk(4)
    suggest(own_hall, [(3, "clerk3", ["social"], BOTH)], [(4, "clerk4", [], ["tax"])])
    desk.reload()
    expect(desk.locator("#advice-list > li")).to_have_count(2)
    desk.locator("#advice-all").click()
    dialog = desk.get_by_role("dialog")
    expect(dialog.get_by_role("listitem")).to_have_text(
        ["3 号窗口加办：就业创业", "请窗口人员4开 4 号窗口，办：涉税业务"]
    )
    assert faults(desk) == []
    gone.does("sign-out")
    dialog.get_by_role("button", name="全部采用").click()
    expect(desk.locator("#advice-applied > li")).to_have_count(1)
    expect(desk.locator("#advice-applied")).to_contain_text("4 号：等窗口人员4就位")
    refused = desk.locator("#advice-refused")
    expect(refused).to_contain_text("1 条没有采用，1 条已采用")
    expect(refused.get_by_role("listitem")).to_contain_text("3 号窗口的窗口人员已离开")
    desk.set_viewport_size(TABLET)
    assert faults(desk) == []
    assert said == []


def test_a_clerk_who_was_sent_away_is_asked_back_when_the_closing_is_undone(
    chromium: Browser, desk: Page, own_hall: HallServer
):
    own_hall.clerk(1).sits_at(1)
    own_hall.clerk(3).sits_at(3)
    manager = own_hall.manager().api
    closing = {"changes": [{"do": "close", "window": 3}], "basis": manager.get("/what-if")["seq"]}
    context = open_context(chromium, own_hall, DESK)
    console = context.new_page()
    sign_in(console, own_hall.hall, "clerk3", "clerk")
    said = complaints_of(console)
    manager.post("/what-if/apply", closing)
    applied = desk.locator("#advice-applied > li")
    expect(applied).to_contain_text("关闭 3 号窗口")
    applied.get_by_role("button", name="撤销").click()
    expect(applied).to_contain_text("3 号：已请窗口人员3回来开窗")
    request = console.locator(".move-request")
    expect(request).to_contain_text("请您回来开 3 号窗口，办：社会保险")
    assert faults(console) == []
    request.get_by_role("button", name="重新开 3 号窗口").click()
    expect(console.locator("#place-number")).to_contain_text("3")
    expect(applied).to_contain_text("3 号：已恢复")
    assert faults(desk) == []
    assert said == []
    context.close()


def test_what_does_not_fit_any_more_is_refused_with_the_reason_and_asked_about_anew(
    desk: Page, own_hall: HallServer
):
    clerk = own_hall.clerk(3).sits_at(3)
    suggest(own_hall, [(3, "clerk3", ["social"], BOTH)])
    desk.reload()
    first = desk.locator("#advice-list > li")
    expect(first).to_have_count(1)
    clerk.does("sign-out")
    first.get_by_role("button").click()
    expect(desk.locator("#advice-refused")).to_contain_text("3 号窗口的窗口人员已离开")
    expect(desk.locator("#advice-status")).to_contain_text("优化求解")
    expect(desk.locator("#advice-list > li")).to_contain_text("请窗口人员3开")
    expect(desk.locator("#advice-refused")).to_be_visible()
    assert faults(desk) == []


def test_the_second_of_two_managers_sees_the_first_ones_change(desk: Page, own_hall: HallServer):
    own_hall.clerk(3).sits_at(3)
    (one,) = suggest(own_hall, [(3, "clerk3", ["social"], BOTH)])
    desk.reload()
    first = desk.locator("#advice-list > li")
    expect(first).to_have_count(1)
    desk.route("**/socket.io/**", lambda route: route.abort())
    admin = Api(own_hall.url, own_hall.hall).sign_in("admin", PASSWORD)
    admin.post(f"/advice/suggestions/{one}/apply")
    expect(desk.locator("#advice-applied > li")).to_contain_text("管理员")
    expect(first).to_have_count(0)


def test_a_clerk_is_asked_comes_with_one_tap_and_sees_what_was_changed(
    chromium: Browser, desk: Page, own_hall: HallServer
):
    own_hall.clerk(1).sits_at(1)
    own_hall.clerk(4)
    context = open_context(chromium, own_hall, DESK)
    console = context.new_page()
    sign_in(console, own_hall.hall, "clerk4", "clerk")
    said = complaints_of(console)
    suggest(own_hall, [(4, "clerk4", [], ["tax"])])
    desk.reload()
    desk.locator("#advice-list button").click()
    expect(desk.locator("#advice-applied")).to_contain_text("4 号：等窗口人员4就位")
    request = console.locator(".move-request")
    expect(request).to_contain_text("请您开 4 号窗口，办：涉税业务")
    assert faults(console) == []
    request.get_by_role("button", name="去开 4 号窗口").click()
    expect(console.locator(".move-notice")).to_contain_text("您按调度开了本窗口，办：涉税业务")
    expect(console.locator("#place-number")).to_contain_text("4")
    assert faults(console) == []
    expect(desk.locator("#advice-applied")).to_contain_text("4 号：已生效")
    assert said == []
    context.close()


def test_the_same_in_english(desk: Page, own_hall: HallServer):
    own_hall.clerk(3).sits_at(3)
    suggest(own_hall, [(3, "clerk3", ["social"], BOTH)])
    desk.goto(f"/halls/{own_hall.hall}/manager?lang=en")
    first = desk.locator("#advice-list > li")
    expect(first).to_contain_text("Window 3: also serve Employment")
    expect(first).to_contain_text("about 20 min less")
    expect(first.get_by_role("button", name="Apply")).to_be_visible()
    assert faults(desk) == []
