"""The kiosk in a real browser against a real hall: somebody comes, finds their matter and leaves with one
number; in large print, in English, and as if nobody had been there before. Cards, paper and trouble are in
test_kiosk_trouble.py.
"""

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.kiosk_hall import (
    HOSTILE,
    LANDSCAPE,
    PORTRAIT,
    Arrive,
    AtTheKiosk,
    Hall,
    has_no_violations,
)
from tests.browser_support import wait_until
from tests.hall_server import PASSWORD

pytestmark = pytest.mark.browser


# ---- from the first touch to the number ----


def test_two_letters_lead_to_the_matter_its_papers_and_a_number(visitor: AtTheKiosk):
    visitor.press("#open-search")
    visitor.types("tx")
    first = visitor.page.locator("#results .list-row").first
    expect(first).to_contain_text("退休一件事")
    first.click()
    expect(visitor.page.locator(".kiosk-materials")).to_contain_text("居民身份证")
    expect(visitor.page.locator(".kiosk-materials")).to_contain_text("一寸照片")
    expect(visitor.page.locator(".kiosk-ways")).to_contain_text("网上办")
    wait_until(visitor.page, "document.querySelector('.kiosk-ways img').naturalWidth > 0")
    visitor.press("#take")
    visitor.press("#take-ordinary")
    assert visitor.number() == "A001"
    expect(visitor.page.locator("#stage")).to_contain_text("前面没有人")
    wait_until(visitor.page, "document.querySelector('.kiosk-aside img').naturalWidth > 0")
    expect(visitor.page.locator(".kiosk-paper")).to_contain_text("已打印")
    ticket = visitor.hall.ticket("A001")
    assert [one["code"] for one in ticket["steps"][0]["items"]] == ["retirement"]
    assert (ticket["visitor_class"], ticket["source"]) == ("ordinary", "kiosk")


@pytest.mark.parametrize("typed", ["退休", "tuixiu", "TX", "bantuixiu"])
def test_the_search_answers_however_the_matter_is_called(visitor: AtTheKiosk, typed: str):
    visitor.press("#open-search")
    visitor.page.locator("#search").fill(typed)
    expect(visitor.page.locator("#results .list-row").first).to_contain_text("退休一件事")


def test_what_is_not_found_is_said_with_what_to_do(visitor: AtTheKiosk):
    visitor.press("#open-search")
    visitor.types("qqq")
    expect(visitor.page.locator(".kiosk-said")).to_contain_text("没有找到")
    visitor.page.get_by_role("button", name="清空").click()
    expect(visitor.page.locator(".kiosk-said")).to_contain_text("拼音首字母")


def test_a_double_tap_takes_one_number(visitor: AtTheKiosk):
    visitor.goes_to_take()
    visitor.page.locator("#take-ordinary").dblclick()
    visitor.number()
    visitor.page.wait_for_timeout(600)
    visitor.sees("result")  # nor did the second tap press what came under the finger
    assert len(visitor.hall.issued()) == 1


def test_the_word_of_an_elderly_visitor_is_enough(visitor: AtTheKiosk):
    visitor.goes_to_take()
    visitor.press("#take-elderly")
    assert visitor.hall.ticket(visitor.number())["visitor_class"] == "elderly"
    expect(visitor.page.locator(".kiosk-class")).to_contain_text("敬老")


def test_whoever_is_called_at_once_is_sent_straight_to_the_window(visitor: AtTheKiosk):
    clerk = visitor.hall.clerk(1).sits_at(2)
    assert clerk.calls_next() is None
    visitor.takes_a_number()
    expect(visitor.page.locator(".kiosk-go")).to_have_text("请直接到 2 号窗口")


def test_people_waiting_are_counted_without_asking_the_server_again(visitor: AtTheKiosk):
    asked: list[str] = []
    visitor.page.on("request", lambda request: "/vendor/" in request.url or asked.append(request.url))
    expect(visitor.tile("就业创业")).to_contain_text("无人等候")
    for waiting in (1, 2, 3):
        visitor.hall.guide().issues("employment")
        expect(visitor.tile("就业创业")).to_contain_text(f"{waiting} 人等候")
    visitor.hall.clerk(1).sits_at(2).calls_next()
    expect(visitor.tile("就业创业")).to_contain_text("2 人等候")
    assert asked == []


def test_a_large_hall_begins_with_bundles_and_departments(arrive: Arrive):
    visitor = arrive("large", tile="人社局")
    expect(visitor.page.locator("#stage")).to_contain_text("一件事一次办")
    expect(visitor.tile("第0部门业务0")).to_be_visible()
    visitor.tile("人社局").click()
    visitor.sees("department")
    visitor.goes_to_take("就业创业")
    visitor.press("#take-ordinary")
    assert visitor.number() == "B001"


# ---- large print, languages, and the next visitor ----


def test_large_print_is_one_tap_away_from_any_screen(visitor: AtTheKiosk):
    html = visitor.page.locator("html")
    for view in ("start", "business", "take", "result"):
        visitor.sees(view)
        visitor.press("[data-toggle-size]")
        expect(html).to_have_attribute("data-size", "large")
        visitor.press("[data-toggle-size]")
        expect(html).to_have_attribute("data-size", "normal")
        step = {"start": ".tile >> nth=0", "business": "#take", "take": "#take-ordinary"}.get(view)
        if step:
            visitor.press(step)
    assert len(visitor.hall.issued()) == 1


def test_another_language_keeps_the_place(visitor: AtTheKiosk):
    visitor.tile("社会保险").click()
    visitor.page.locator("#items .list-row", has_text="退休一件事").click()
    visitor.press("[data-kiosk-language=en]")
    expect(visitor.page.locator("h1")).to_have_text("Retirement in one visit")
    visitor.press("#take")
    visitor.press("#take-ordinary")
    expect(visitor.page.locator("#stage")).to_contain_text("Your number")
    visitor.press("#done")
    expect(visitor.page.locator("h1")).to_have_text("您好，请选择要办的业务")


def test_nobody_there_means_back_to_the_start_as_it_was(arrive: Arrive):
    visitor = arrive("quick")
    visitor.press("[data-toggle-size]")
    visitor.press("[data-kiosk-language=en]")
    visitor.press("#open-search")
    visitor.types("tx")
    expect(visitor.page.locator(".countdown")).to_be_visible()
    expect(visitor.page.locator("h1")).to_have_text("您好，请选择要办的业务")
    expect(visitor.page.locator("html")).to_have_attribute("data-size", "normal")
    visitor.press("#open-search")
    expect(visitor.page.locator("#search")).to_have_value("")


def test_a_touch_keeps_the_page_and_a_number_goes_by_itself(arrive: Arrive):
    visitor = arrive("quick")
    visitor.goes_to_take()
    expect(visitor.page.locator(".countdown")).to_be_visible()
    visitor.page.mouse.click(540, 200)
    expect(visitor.page.locator(".countdown")).to_be_hidden()
    visitor.sees("take")
    visitor.press("#take-ordinary")
    visitor.number()
    expect(visitor.page.locator("#done")).to_contain_text("秒")
    expect(visitor.page.locator("#kiosk")).to_have_attribute("data-view", "start")


def test_the_next_visitor_finds_nothing_of_the_last_one(visitor: AtTheKiosk):
    steps = visitor.page.evaluate("history.length")
    label = visitor.takes_a_number()
    visitor.press("#done")
    visitor.sees("start")
    assert visitor.page.evaluate("history.length") == steps
    assert visitor.page.evaluate("localStorage.length + sessionStorage.length") == 0
    visitor.page.keyboard.press("Alt+ArrowLeft")
    visitor.page.keyboard.press("Backspace")
    visitor.page.wait_for_timeout(500)
    assert label not in visitor.page.content()


# ---- who may be a kiosk, and what a name may do ----


def test_a_browser_without_a_token_is_told_how_to_get_one(context: BrowserContext, hall: Hall):
    page = context.new_page()
    page.goto(f"{hall.server.url}/halls/{hall.code}/kiosk")
    expect(page.locator("h1")).to_have_text("这台浏览器还不是取号机")
    expect(page.locator(".kiosk-command")).to_have_text(f"python -m hall token kiosk-{hall.code}")
    has_no_violations(page)


def test_a_staff_session_is_no_kiosk_and_may_sign_out_there(context: BrowserContext, hall: Hall):
    page = context.new_page()
    answer = context.request.post(
        f"{hall.server.url}/api/v1/session",
        data={"username": "clerk1", "password": PASSWORD, "hall": hall.code},
    )
    assert answer.ok
    page.goto(f"{hall.server.url}/halls/{hall.code}/kiosk")
    expect(page.locator(".notice")).to_contain_text("工作人员账号")
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/")
    page.goto(f"{hall.server.url}/halls/{hall.code}/kiosk")
    expect(page.locator(".notice")).to_have_count(0)


def test_names_are_text_whatever_stands_in_them(arrive: Arrive):
    visitor = arrive("hostile", tile="社保")
    expect(visitor.tile("社保")).to_contain_text(HOSTILE)
    visitor.press("#open-search")
    visitor.types("tx")
    row = visitor.page.locator("#results .list-row").first
    expect(row).to_contain_text(HOSTILE)
    row.click()
    expect(visitor.page.locator(".kiosk-materials")).to_contain_text(HOSTILE)
    visitor.press("#take")
    visitor.press("#take-ordinary")
    visitor.number()
    expect(visitor.page.locator("#stage")).to_contain_text(HOSTILE)
    assert visitor.page.locator("#stage script, #stage b").count() == 0
    assert visitor.page.title() != "taken"


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_screen_can_be_read_and_reached_by_everybody(
    visitor: AtTheKiosk, size: dict[str, int], large: bool, language: str
):
    page = visitor.page
    page.set_viewport_size(size)
    if language == "en":
        visitor.press("[data-kiosk-language=en]")
    if large:
        visitor.press("[data-toggle-size]")
    expect(page.locator(".tile").first).to_be_visible()
    has_no_violations(page)
    visitor.press("#open-search")
    visitor.types("tx")
    expect(page.locator("#results .list-row").first).to_be_visible()
    has_no_violations(page)
    visitor.press("#results .list-row >> nth=0")
    for view, step in (("item", "#take"), ("take", "#take-elderly"), ("result", "")):
        visitor.sees(view)
        has_no_violations(page)
        if step:
            visitor.press(step)
