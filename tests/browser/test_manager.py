"""The duty manager's page in a real browser against a real hall."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.people_hall import DESK, complaints_of, open_context, sign_in
from tests.browser_support import faults
from tests.foreseeing import AHEAD, card, foresee, shown, until
from tests.hall_server import HallServer

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(chromium: Browser, own_hall: HallServer) -> Iterator[Page]:
    """A manager's screen, signed in, before the page is opened."""
    context = open_context(chromium, own_hall, DESK)
    yield context.new_page()
    context.close()


def opens(page: Page, hall: HallServer) -> None:
    sign_in(page, hall.hall, "manager", "manager?view=list")
    expect(page.locator(".window-tile")).to_have_count(6)
    expect(page.locator("#connection")).to_have_attribute("data-state", "live")


def tile(page: Page, number: int) -> Locator:
    return page.locator(f'.window-tile[data-window="{number}"]')


def figure(page: Page, name: str) -> Locator:
    return page.locator(f'[data-figure="{name}"]')


def test_a_newcomers_wait_is_said_as_closely_as_it_is_known(desk: Page, own_hall: HallServer):
    visitor = own_hall.visitor()
    visitor.takes_a_number()
    own_hall.clerk(1).sits_at(1)
    foresee(own_hall, {"ordinary": (15.0, 240.0)})
    shown(own_hall, 15, None)
    opens(desk, own_hall)
    queue = desk.locator('.queue[data-business="social"]')
    expect(queue).to_contain_text("新到等候至少约 15 分钟，可能更久")
    foresee(own_hall, {"ordinary": (5.0, 240.0)}, made_at=datetime.now(UTC) + 2 * AHEAD)
    until(lambda: card(own_hall)["wait_range"] is None, "the second forecast is never read")
    desk.reload()
    expect(queue).to_contain_text("新到等候时间暂时无法估计")
    assert faults(desk) == []


def test_tiles_and_queues_follow_the_hall_without_asking_for_it_again(desk: Page, own_hall: HallServer):
    said = complaints_of(desk)
    opens(desk, own_hall)
    desk.clock.install()  # the page's own refreshing stands still: what changes now came as events
    visitor, clerk = own_hall.visitor(), own_hall.clerk(1)
    expect(tile(desk, 1)).to_contain_text("未开放")
    clerk.sits_at(1, open_it=False)
    expect(tile(desk, 1)).to_have_attribute("data-state", "paused")
    expect(tile(desk, 1)).to_contain_text("窗口人员1")
    visitor.takes_a_number()
    visitor.takes_a_number()
    clerk.does("open")
    expect(tile(desk, 1)).to_have_attribute("data-state", "idle")
    queue = desk.locator('.queue[data-business="social"]')
    expect(queue.locator(".queue-count strong")).to_have_text("2")
    clerk.calls_next()
    expect(tile(desk, 1)).to_have_attribute("data-state", "called")
    expect(tile(desk, 1)).to_contain_text("A001")
    expect(queue.locator(".queue-count strong")).to_have_text("1")
    clerk.does("start")
    expect(tile(desk, 1)).to_have_attribute("data-state", "serving")
    clerk.does("finish")
    expect(tile(desk, 1)).to_have_attribute("data-state", "idle")
    expect(figure(desk, "served")).to_have_text("1")
    expect(figure(desk, "taken")).to_have_text("2")
    assert said == []


def test_a_tile_keeps_its_element_while_everything_around_it_changes(desk: Page, own_hall: HallServer):
    opens(desk, own_hall)
    tile(desk, 2).evaluate("element => { element.theSame = true; element.focus(); }")
    own_hall.clerk(1).sits_at(1)
    own_hall.clerk(2).sits_at(2)
    expect(tile(desk, 2)).not_to_have_attribute("data-state", "closed")
    assert tile(desk, 2).evaluate("element => element.theSame === true")
    expect(tile(desk, 2)).to_be_focused()


def test_a_window_is_paused_and_opened_from_its_tile(desk: Page, own_hall: HallServer):
    clerk = own_hall.clerk(1).sits_at(1)
    opens(desk, own_hall)
    tile(desk, 1).click()
    desk.get_by_role("button", name="暂停", exact=True).last.click()
    desk.get_by_role("button", name="调去支援其他窗口").click()
    expect(desk.locator(".toast")).to_contain_text("1 号窗口已暂停")
    expect(tile(desk, 1)).to_have_attribute("data-state", "paused")
    assert clerk.desk()["window"]["pause_reason"] == "moved"
    tile(desk, 1).click()
    expect(desk.locator("#window-dialog")).to_contain_text("调去支援其他窗口")
    desk.get_by_role("button", name="开始叫号").click()
    expect(tile(desk, 1)).to_have_attribute("data-state", "idle")
    assert clerk.desk()["window"]["state"] == "open"


@pytest.mark.parametrize(
    ("language", "words"), [("zh", ["用餐", "整理材料"]), ("en", ["Meal", "Sorting papers"])]
)
def test_why_a_window_is_paused_is_said_in_the_readers_language(
    desk: Page, own_hall: HallServer, language: str, words: list[str]
):
    own_hall.clerk(1).sits_at(1).does("pause", reason="meal")
    opens(desk, own_hall)
    desk.goto(f"{desk.url}&lang={language}")
    tile(desk, 1).click()
    expect(desk.locator("#window-dialog .pairs")).to_contain_text(words[0])
    desk.keyboard.press("Escape")
    own_hall.clerk(2).sits_at(2).does("pause", reason="papers")
    expect(tile(desk, 2)).to_have_attribute("data-state", "paused")
    tile(desk, 2).click()
    expect(desk.locator("#window-dialog .pairs")).to_contain_text(words[1])


def test_a_serving_window_cannot_be_closed_and_says_why(desk: Page, own_hall: HallServer):
    own_hall.visitor().takes_a_number()
    clerk = own_hall.clerk(1).sits_at(1)
    clerk.calls_next()
    clerk.does("start")
    opens(desk, own_hall)
    tile(desk, 1).click()
    dialog = desk.locator("#window-dialog")
    expect(dialog).to_contain_text("结束后才能暂停或关闭")
    expect(dialog.locator('[data-action="close"]')).to_have_attribute("aria-disabled", "true")
    # the picture may be older than the hall: the server has the last word
    dialog.locator('[data-action="close"]').evaluate("button => button.removeAttribute('aria-disabled')")
    dialog.locator('[data-action="close"]').click()
    expect(desk.locator(".toast")).to_contain_text("A001")
    assert clerk.desk()["ticket"]["state"] == "serving"


def test_a_windows_businesses_are_switched_in_the_dialog(desk: Page, own_hall: HallServer):
    opens(desk, own_hall)
    tile(desk, 3).click()
    dialog = desk.locator("#window-dialog")
    social, employment = dialog.get_by_label("社会保险"), dialog.get_by_label("就业创业")
    expect(social).to_be_checked()
    expect(employment).not_to_be_checked()
    expect(dialog.get_by_label("涉税业务")).to_have_count(0)
    social.uncheck()
    expect(dialog.get_by_role("button", name="保存业务")).to_have_attribute("aria-disabled", "true")
    employment.check()
    dialog.get_by_role("button", name="保存业务").click()
    expect(desk.locator(".toast")).to_contain_text("3 号窗口的业务已更新")
    offered = own_hall.manager().api.get("/windows/3/businesses")["businesses"]
    assert {one["code"]: one["serves"] for one in offered} == {"social": False, "employment": True}


def test_windows_are_found_by_number_name_state_and_queue(desk: Page, own_hall: HallServer):
    own_hall.clerk(4).sits_at(4)
    own_hall.visitor().takes_a_number("social")
    opens(desk, own_hall)
    search = desk.get_by_role("searchbox")
    for words, numbers in (("4", [4]), ("窗口人员4", [4]), ("没有这个人", [])):
        search.fill(words)
        expect(desk.locator(".window-tile")).to_have_count(len(numbers))
    expect(desk.get_by_text("没有符合的窗口")).to_be_visible()
    search.fill("")
    states = desk.get_by_role("group", name="按状态筛选")
    states.get_by_role("button", name="未开放").click()
    expect(desk.locator(".window-tile")).to_have_count(5)
    states.get_by_role("button", name="全部").click()
    desk.locator('.queue[data-business="social"]').click()
    expect(desk.locator(".window-tile")).to_have_count(5)
    expect(tile(desk, 4)).to_have_count(0)
    desk.locator("#unchoose").click()
    expect(desk.locator(".window-tile")).to_have_count(6)


def test_people_waiting_where_no_window_is_open_stand_first_and_are_marked(desk: Page, own_hall: HallServer):
    own_hall.clerk(3).sits_at(3)
    for business in ("social", "social", "social", "tax"):
        own_hall.visitor().takes_a_number(business)
    opens(desk, own_hall)
    first = desk.locator(".queue").first
    expect(first).to_have_attribute("data-business", "tax")
    expect(first).to_contain_text("没有窗口在办")


def test_the_day_is_closed_only_after_being_asked(desk: Page, own_hall: HallServer):
    ticket = own_hall.visitor().takes_a_number()
    opens(desk, own_hall)
    desk.get_by_role("button", name="结束今日叫号").click()
    dialog = desk.get_by_role("dialog")
    expect(dialog).to_contain_text("1 人")
    dialog.get_by_role("button", name="结束今日叫号").click()
    expect(desk.locator(".toast")).to_contain_text("1 个号码失效")
    assert own_hall.anyone().get(f"/visits/{ticket['secret']}")["ticket"]["state"] == "expired"


def test_the_managers_page_can_be_used_by_everybody(desk: Page, own_hall: HallServer):
    own_hall.visitor().takes_a_number()
    own_hall.visitor().takes_a_number("tax")
    own_hall.clerk(1).sits_at(1).calls_next()
    opens(desk, own_hall)
    assert faults(desk) == []
    tile(desk, 1).click()
    expect(desk.locator("#window-dialog input").first).to_be_visible()
    assert faults(desk) == []
    desk.keyboard.press("Escape")
    desk.set_viewport_size({"width": 1024, "height": 768})
    desk.goto(f"/halls/{own_hall.hall}/manager?view=list&lang=en")
    expect(desk.locator(".window-tile")).to_have_count(6)
    assert faults(desk) == []
    assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_clerk_is_not_let_in_and_a_stranger_is_asked_to_sign_in(desk: Page, own_hall: HallServer):
    desk.goto(f"/halls/{own_hall.hall}/manager")
    assert "/sign-in?next=" in desk.url
    sign_in(desk, own_hall.hall, "clerk1", "manager")
    expect(desk.locator(".window-tile")).to_have_count(0)
