"""The what-if page in a real browser against a real hall with its real planning process."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.people_hall import complaints_of, open_context, sign_in
from tests.browser_support import faults, wait_until
from tests.hall_server import HallServer

pytestmark = pytest.mark.browser

SCREEN, TABLET = {"width": 1920, "height": 1080}, {"width": 1180, "height": 820}
ANSWERED = """() => !document.querySelector('#futures').hasAttribute('aria-busy')
  && document.querySelector('#chart').dataset.drawn"""


@pytest.fixture
def desk(chromium: Browser, own_hall: HallServer) -> Iterator[Page]:
    """A manager's screen in a hall where twelve wait for social insurance and two windows are open."""
    visitor = own_hall.visitor()
    own_hall.clerk(1).sits_at(1)
    own_hall.clerk(3).sits_at(3)
    for _ in range(12):
        visitor.takes_a_number("social")
    visitor.takes_a_number("employment")
    context = open_context(chromium, own_hall, SCREEN)
    yield context.new_page()
    context.close()


def opens(page: Page, hall: HallServer) -> None:
    sign_in(page, hall.hall, "manager", "what-if")
    wait_until(page, ANSWERED)


def tile(page: Page, number: int) -> Locator:
    return page.locator(f'.try-tile[data-window="{number}"]')


def row(page: Page, business: str) -> Locator:
    return page.locator(f'#rows tr[data-business="{business}"]')


def changes(page: Page) -> Locator:
    return page.locator(".try-change-what")


def test_a_window_dragged_onto_a_business_shows_both_futures(desk: Page, own_hall: HallServer):
    said = complaints_of(desk)
    opens(desk, own_hall)
    expect(desk.locator("#chart canvas")).to_be_visible()
    expect(desk.locator("#chart")).to_have_attribute("data-drawn", "1")
    expect(row(desk, "social").locator("td").first).to_have_text("12")
    tile(desk, 3).drag_to(row(desk, "employment"))
    expect(changes(desk)).to_have_text(["3 号窗口改办：社会保险、就业创业"])
    expect(tile(desk, 3)).to_have_attribute("data-changed", "")
    expect(desk.locator("#chart")).to_have_attribute("data-drawn", "2")
    expect(row(desk, "employment").locator(".try-figure").first).to_contain_text("→")
    expect(desk.locator("#state")).to_contain_text("种可能的发展测算")
    row(desk, "employment").get_by_role("button").click()
    expect(desk.locator("#futures-title")).to_contain_text("就业创业")
    desk.get_by_role("button", name="等候时间").click()
    expect(desk.locator("#chart-words")).to_contain_text("分钟")
    desk.get_by_role("button", name="删去：3 号窗口改办").click()
    expect(changes(desk)).to_have_count(0)
    expect(desk.locator("#chart")).to_have_attribute("data-drawn", "1")
    assert said == []


def test_everything_can_be_done_with_the_keyboard_and_survives_a_reload(desk: Page, own_hall: HallServer):
    opens(desk, own_hall)
    tile(desk, 2).focus()
    desk.keyboard.press("Enter")
    dialog = desk.get_by_role("dialog")
    expect(dialog).to_contain_text("2 号窗口")
    dialog.get_by_label("谁来开").select_option("clerk2")
    dialog.get_by_label("到几点").fill("23:59")
    desk.keyboard.press("Enter")
    expect(changes(desk)).to_have_text(["开放 2 号窗口，由窗口人员2办理"])
    expect(tile(desk, 2)).to_be_focused()
    desk.locator("#crowd-business").select_option("tax")
    desk.locator("#crowd-people").fill("25")
    desk.locator("#crowd-people").press("Enter")
    expect(changes(desk)).to_have_count(2)
    expect(desk.locator(".try-change").nth(1)).to_contain_text("只试算")
    desk.reload()
    expect(changes(desk)).to_have_text(["开放 2 号窗口，由窗口人员2办理", "涉税业务多来 25 人"])
    wait_until(desk, ANSWERED)
    assert faults(desk) == []
    desk.get_by_role("button", name="修改：开放 2 号窗口").click()
    expect(desk.get_by_role("dialog").get_by_label("谁来开")).to_have_value("clerk2")
    assert faults(desk) == []
    desk.keyboard.press("Escape")
    desk.get_by_role("button", name="全部放弃").click()
    expect(changes(desk)).to_have_count(0)


def test_a_plan_goes_on_elsewhere_and_of_two_places_the_second_is_told(desk: Page, own_hall: HallServer):
    opens(desk, own_hall)
    api = own_hall.manager().api
    crowd, more = ({"do": "visitors", "business": "tax", "visitors": number} for number in (20, 30))
    with desk.expect_response("**/what-if/draft"):
        tile(desk, 3).drag_to(row(desk, "employment"))
    kept = api.get("/what-if/draft")
    assert [one["window"] for one in kept["changes"]] == [3]
    api.post("/what-if/draft", {"version": kept["version"], "changes": [crowd]})
    tile(desk, 1).drag_to(row(desk, "employment"))
    said = desk.get_by_role("status").filter(has_text="在别处改过")
    expect(said).to_be_visible()
    expect(changes(desk)).to_have_text(["涉税业务多来 20 人"])
    said.get_by_role("button", name="用我的").click()
    expect(changes(desk)).to_have_count(2)
    desk.reload()
    expect(changes(desk)).to_have_count(2)
    kept = api.get("/what-if/draft")
    assert [one["window"] for one in kept["changes"]] == [3, 1]
    api.post("/what-if/draft", {"version": kept["version"], "changes": [more]})
    desk.evaluate(
        "document.dispatchEvent(new Event('visibilitychange'))"
    )  # as when one comes back to the tab
    expect(changes(desk)).to_have_text(["涉税业务多来 30 人"])


def test_a_change_made_while_the_server_is_away_is_kept_when_it_is_back(desk: Page, own_hall: HallServer):
    opens(desk, own_hall)
    desk.route("**/what-if/draft", lambda route: route.abort())
    tile(desk, 3).drag_to(row(desk, "employment"))
    expect(changes(desk)).to_have_count(1)
    desk.unroute("**/what-if/draft")
    desk.reload()
    expect(changes(desk)).to_have_text(["3 号窗口改办：社会保险、就业创业"])
    assert len(own_hall.manager().api.get("/what-if/draft")["changes"]) == 1


def test_a_change_that_cannot_be_is_marked_and_its_reason_told(desk: Page, own_hall: HallServer):
    opens(desk, own_hall)
    tile(desk, 1).drag_to(desk.locator('[data-drop="close"]'))
    expect(desk.locator("#refused")).to_contain_text("“就业创业”会没有任何窗口办理")
    expect(desk.locator("#state-words")).to_contain_text("方案不能这样做")
    expect(desk.locator("#apply")).to_have_attribute("aria-disabled", "true")
    tile(desk, 1).click()
    desk.get_by_role("dialog").get_by_label("从几点起").fill("00:00")
    desk.get_by_role("button", name="加入方案").last.click()
    expect(desk.locator("#refused")).to_contain_text("已经过去")
    expect(desk.locator(".try-change.wrong")).to_have_count(1)
    desk.get_by_role("button", name="全部放弃").click()
    expect(desk.locator("#refused")).to_be_hidden()


def test_a_plan_is_applied_by_one_manager_after_the_other_and_taken_back(desk: Page, own_hall: HallServer):
    opens(desk, own_hall)
    tile(desk, 3).drag_to(row(desk, "employment"))
    desk.locator("#add-crowd").click()
    expect(desk.locator("#apply-note")).to_contain_text("1 项只能试算")
    apply, other = desk.locator("#apply"), own_hall.manager().api
    expect(apply).not_to_have_attribute("aria-disabled", "true")

    def first(route: Route) -> None:
        """Another manager was a moment quicker."""
        other.post("/windows/2/businesses", {"businesses": ["tax"]})
        route.continue_()

    desk.route("**/what-if/apply", first, times=1)
    apply.click()
    expect(desk.locator("#outdated")).to_contain_text("值班经理：2 号窗口改办 涉税业务")
    expect(changes(desk)).to_have_count(2)
    expect(apply).not_to_have_attribute("aria-disabled", "true")
    desk.wait_for_timeout(1000)  # a second press within a second would be none
    apply.click()
    expect(desk.locator("#applied")).to_contain_text("3 号窗口加办：就业创业")
    expect(changes(desk)).to_have_text(["社会保险多来 30 人"])
    serving = {one["code"]: one["serves"] for one in other.get("/windows/3/businesses")["businesses"]}
    assert serving == {"social": True, "employment": True}
    desk.reload()
    applied = desk.locator("#applied-list > li")
    expect(applied).to_contain_text("3 号窗口加办：就业创业")
    assert faults(desk) == []
    applied.get_by_role("button", name="撤销").click()
    expect(applied).to_contain_text("3 号：已恢复")
    serving = {one["code"]: one["serves"] for one in other.get("/windows/3/businesses")["businesses"]}
    assert serving == {"social": True, "employment": False}


def test_the_page_follows_who_comes_to_a_window(desk: Page, own_hall: HallServer):
    opens(desk, own_hall)
    own_hall.clerk(4).sits_at(4)
    expect(tile(desk, 4)).to_have_attribute("data-state", "open")
    expect(tile(desk, 4)).to_contain_text("窗口人员4")


def test_yesterday_is_played_again_with_the_plan_and_a_day_to_come_is_refused(
    desk: Page, own_hall: HallServer
):
    opens(desk, own_hall)
    desk.get_by_role("button", name="按这个方案重放").click()
    expect(desk.locator("#replay-rows tr")).to_have_count(3, timeout=60_000)
    expect(desk.locator("#replay-chart canvas")).to_be_visible()
    desk.locator("#replay-day").fill("2199-01-01")
    desk.get_by_role("button", name="按这个方案重放").click()
    expect(desk.locator("#replay-refused")).to_contain_text("还没有结束", timeout=60_000)


def test_the_page_can_be_used_on_a_tablet_and_in_english(desk: Page, own_hall: HallServer):
    opens(desk, own_hall)
    desk.set_viewport_size(TABLET)
    desk.goto(f"/halls/{own_hall.hall}/what-if?lang=en")
    wait_until(desk, ANSWERED)
    tile(desk, 1).click()
    desk.get_by_role("dialog").get_by_text("Take the clerk away").click()
    expect(desk.get_by_role("dialog").get_by_label("Kind of window")).to_have_count(0)
    desk.keyboard.press("Escape")
    assert faults(desk) == []
    assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_clerk_is_not_let_in(desk: Page, own_hall: HallServer):
    sign_in(desk, own_hall.hall, "clerk1", "what-if")
    expect(desk.locator("#futures")).to_have_count(0)
