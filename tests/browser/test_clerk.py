"""The clerk's console in a real browser against a real hall: a day's work at a window, mostly by keyboard."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.clerk_console import Console, Hall, a_browser
from tests.hall_server import HallServer

pytestmark = pytest.mark.browser


def test_a_clerk_sits_down_and_serves_two_visitors_by_keyboard_alone(console: Console):
    visitor = console.hall.visitor()
    visitor.takes_a_number(items=["retirement"])
    visitor.takes_a_number()
    console.sits_at(1)
    console.presses("Space")
    console.shows("called", "A001")
    console.off("next")
    console.presses("s")
    console.shows("serving", "A001")
    expect(console.page.locator("#stage-items")).to_contain_text("退休一件事")
    console.page.get_by_label("居民身份证").check()
    console.presses("Enter")
    expect(console.page.locator(".toast")).to_contain_text("A001 已办结")
    console.shows("called", "A002")
    console.presses("r")
    expect(console.key("recall")).to_contain_text("还可 2 次")
    console.presses("S")
    console.shows("serving", "A002")
    console.presses("f")
    console.shows("idle")
    expect(console.page.locator("#me-today")).to_have_text("2")
    console.presses("q")
    console.presses("Enter")
    expect(console.page.locator("#choose")).to_be_visible()
    assert [one for one in console.hall.event_types() if one.startswith(("ticket", "window"))] == [
        "ticket_issued",
        "ticket_issued",
        "window_signed_in",
        "window_opened",
        "ticket_called",
        "ticket_started",
        "ticket_finished",
        "ticket_called",
        "ticket_recalled",
        "ticket_started",
        "ticket_finished",
        "window_signed_out",
    ]


def test_a_reload_while_serving_keeps_the_ticket(console: Console):
    console.hall.visitor().takes_a_number()
    console.sits_at(2)
    console.presses("Space")
    console.presses("s")
    console.shows("serving", "A001")
    console.page.reload()
    console.shows("serving", "A001")
    console.on("finish")


def test_two_tabs_of_one_clerk_pressing_next_together_hold_one_open_ticket(
    console: Console, counter_pc: BrowserContext
):
    for _ in range(4):
        console.hall.visitor().takes_a_number()
    console.sits_at(1)
    other = Console(counter_pc.new_page(), console.hall).opens()
    other.shows("idle")
    console.page.wait_for_timeout(400)
    for tab in (console, other):
        tab.page.evaluate("document.querySelector('#key-next').click()")
    for tab in (console, other):
        tab.shows("called", "A001")
    assert console.hall.event_types().count("ticket_called") == 1
    console.presses("s")
    other.shows("serving", "A001")
    console.page.wait_for_timeout(400)
    for tab in (console, other):
        tab.page.evaluate("document.querySelector('#key-next').click()")
    for tab in (console, other):
        tab.shows("called", "A002")
    types = console.hall.event_types()
    assert (types.count("ticket_called"), types.count("ticket_finished")) == (2, 1)


def test_nobody_waiting_means_that_the_next_arrival_rings_at_the_window(console: Console):
    console.sits_at(1)
    console.presses("Space")
    console.shows("ready")
    expect(console.page.locator("#stage-words")).to_have_text("无人等候，来人自动叫到本窗口")
    console.hall.visitor().takes_a_number("tax")
    console.shows("called", "C001")
    expect(console.page.locator("#said")).to_have_text("C001 已自动叫到本窗口。")
    expect(console.page.locator("#stage")).to_have_class(re.compile(r"\bring\b"))
    expect(console.page).to_have_title(re.compile("● C001 ●"))
    console.presses("s")
    console.shows("serving", "C001")
    expect(console.page.locator("#stage")).not_to_have_class(re.compile(r"\bring\b"))
    expect(console.page).not_to_have_title(re.compile("●"))


def test_a_call_of_my_own_does_not_ring(console: Console):
    console.hall.visitor().takes_a_number()
    console.sits_at(1)
    console.presses("Space")
    console.shows("called", "A001")
    expect(console.page.locator("#stage-why")).not_to_be_empty()
    expect(console.page.locator("#said")).to_be_empty()


def test_missed_can_be_pressed_only_after_the_visitor_had_time_to_come(
    chromium: Browser, clerk_server: HallServer
):
    hall = Hall(clerk_server, "patient")
    context, complaints = a_browser(chromium, hall, "clerk1")
    console = Console(context.new_page(), hall)
    hall.visitor().takes_a_number()
    console.sits_at(1)
    console.presses("Space")
    console.shows("called", "A001")
    console.off("missed")
    expect(console.key("missed")).to_contain_text(re.compile(r"\d 秒后"))
    console.presses("m")
    expect(console.page.locator(".toast")).to_contain_text("秒才能按过号")
    console.shows("called", "A001")
    console.on("missed")
    console.presses("m")
    console.shows("idle")
    expect(console.page.locator("#aside-list")).to_contain_text("A001")
    console.presses("v")
    console.presses("1")
    expect(console.page.locator("#waiting-next")).to_contain_text("A001")
    context.close()
    assert complaints == []


def test_a_held_visitor_comes_back_by_the_keyboard(console: Console):
    console.hall.visitor().takes_a_number()
    console.sits_at(1)
    console.presses("Space")
    console.presses("s")
    console.presses("h")
    console.page.keyboard.type("去复印户口本")
    console.page.keyboard.press("Enter")
    console.shows("idle")
    expect(console.page.locator("#aside-list")).to_contain_text("去复印户口本")
    console.presses("b")
    console.presses("1")
    console.shows("called", "A001")
    expect(console.page.locator("#stage-notes")).to_contain_text("去复印户口本")
    expect(console.page.locator("#stage-why")).to_contain_text("挂起")


def test_the_next_clerk_reads_the_note_of_a_transfer(console: Console, chromium: Browser):
    console.hall.visitor().takes_a_number("social")
    console.sits_at(3)
    console.presses("Space")
    console.presses("s")
    console.shows("serving", "A001")
    console.presses("t")
    console.page.get_by_role("textbox", name="业务").fill("税")
    console.page.keyboard.press("Enter")
    dialog = console.page.get_by_role("dialog")
    expect(dialog.get_by_role("radio", name=re.compile("^涉税业务"))).to_be_checked()
    dialog.get_by_label("窗口", exact=True).select_option("4")
    dialog.get_by_label("给下一个窗口的留言").fill("发票已核对，只差领用")
    dialog.get_by_role("button", name="转移").click()
    console.shows("idle")
    context, complaints = a_browser(chromium, console.hall, "clerk2")
    following = Console(context.new_page(), console.hall).sits_at(4)
    expect(following.page.locator("#waiting-next")).to_contain_text("转来本窗口")
    following.presses("Space")
    following.shows("called", "A001")
    expect(following.page.locator("#stage-notes")).to_contain_text("3 号窗口留言")
    expect(following.page.locator("#stage-notes")).to_contain_text("发票已核对，只差领用")
    expect(following.page.locator("#stage-history")).to_contain_text("转到 涉税业务，指定 4 号窗口")
    context.close()
    assert complaints == []


def test_a_transfer_finds_a_business_by_one_of_its_items(console: Console):
    console.hall.visitor().takes_a_number("tax")
    console.sits_at(1)
    console.presses("Space")
    console.presses("t")
    console.page.get_by_role("textbox", name="业务").fill("tx")
    option = console.page.get_by_role("radio", name=re.compile("^退休一件事"))
    option.check()
    console.page.get_by_role("dialog").get_by_role("button", name="转移").click()
    console.shows("idle")
    waiting = console.hall.api("clerk1").get("/windows/1/desk")["waiting"]["next"]
    assert [(one["label"], one["business"]) for one in waiting] == [("C001", "social")]


def test_a_pause_has_a_reason_and_cannot_be_overlooked(console: Console):
    console.sits_at(1)
    console.presses("p")
    console.presses("2")
    console.shows("paused")
    expect(console.page.locator("#stage-words")).to_have_text("暂停服务")
    expect(console.page.locator("#stage-note")).to_contain_text("用餐")
    console.presses("Space")
    console.shows("idle")
    console.presses("p")
    console.presses("6")
    console.page.keyboard.type("接电话")
    console.page.keyboard.press("Enter")
    console.shows("paused")
    expect(console.page.locator("#stage-note")).to_contain_text("接电话")


def test_a_chosen_number_is_called_after_a_question_and_recorded_as_chosen(console: Console):
    for _ in range(3):
        console.hall.visitor().takes_a_number()
    console.sits_at(1)
    console.page.locator("#waiting-next button", has_text="A003").click()
    expect(console.page.get_by_role("dialog")).to_contain_text("指定叫 A003")
    console.page.get_by_role("button", name="叫 A003").click()
    console.shows("called", "A003")
    expect(console.page.locator("#stage-why")).to_contain_text("由窗口人员指定叫号")


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ("?lang=zh", "A002 是敬老号，已等 4 分钟，达到 5 分钟承诺的 8[4-9]%，进入优先保障，因此先于 A001"),
        ("?lang=en", r"A002 \(elderly\) had waited 4 min, 8[4-9]% of the promised 5 min"),
    ],
    ids=["zh", "en"],
)
def test_the_console_says_why_a_number_was_called_and_whom_it_overtook(
    console: Console, wish: str, sentence: str
):
    hall = console.hall
    hall.has_waited(hall.visitor().takes_a_number(), 6)
    hall.has_waited(hall.visitor().takes_a_number(visitor_class="elderly"), 4.2)
    hall.clerk(1).sits_at(1).calls_next()
    console.opens(wish)
    console.shows("called", "A002")
    expect(console.page.locator("#stage-why")).to_contain_text(re.compile(sentence))
