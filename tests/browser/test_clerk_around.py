"""The clerk's console while others act, while the server is away, and for every eye and hand."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.clerk_console import COUNTER, Console, Hall, a_browser
from tests.browser_support import faults
from tests.hall_server import StartHall

pytestmark = pytest.mark.browser


# ---- what others do meanwhile ----


def test_a_window_taken_in_the_meantime_is_refused_with_a_sentence(console: Console):
    console.opens()
    card = console.page.locator('.window-card[data-number="2"]')
    expect(card).to_be_visible()
    console.page.route("**/api/v1/halls/*/windows", lambda route: route.abort())
    console.hall.clerk(2).sits_at(2)
    console.page.evaluate("""document.querySelector('.window-card[data-number="2"]').click()""")
    expect(console.page.locator(".toast")).to_contain_text("2 号窗口已有人签到：窗口人员2")


def test_a_window_that_the_manager_closes_leads_back_to_the_choice(console: Console):
    console.sits_at(1)
    console.hall.manager().manages(1, "close")
    expect(console.page.locator("#choose")).to_be_visible()
    expect(console.page.locator(".toast")).to_contain_text("您已不在 1 号窗口")
    console.page.get_by_role("button", name="关闭").click()
    console.page.locator('.window-card[data-number="1"]').click()
    console.shows("paused")


def test_the_line_follows_the_hall_without_a_new_snapshot_for_every_event(console: Console):
    console.sits_at(4)
    asked: list[str] = []
    expect(console.page.locator("#connection")).to_have_attribute("data-state", "live")
    console.page.on("request", lambda one: asked.append(one.url) if one.url.endswith("/desk") else None)
    console.page.wait_for_timeout(1500)
    while asked:  # until what the sign-in itself asked for is over
        asked.clear()
        console.page.wait_for_timeout(1500)
    guide = console.hall.guide()
    for _ in range(12):
        guide.issues("social")
    guide.issues("tax")
    expect(console.page.locator("#waiting-total")).to_have_text("1")
    assert len(asked) <= 1  # the one visitor of this window's, none of the twelve others
    for _ in range(11):
        guide.issues("tax")
    expect(console.page.locator("#waiting-total")).to_have_text("12")
    expect(console.page.locator("#waiting-lines")).to_contain_text("12 人")
    assert len(asked) < 6


# ---- when the server is away ----


def test_without_the_server_nothing_is_shown_as_done_and_the_desk_recovers(
    chromium: Browser, start_hall: StartHall
):
    server = start_hall()
    hall = Hall(server, "test")
    context, complaints = a_browser(chromium, hall, "clerk1")
    console = Console(context.new_page(), hall)
    hall.visitor().takes_a_number()
    console.sits_at(1)
    console.presses("Space")
    console.presses("s")
    console.shows("serving", "A001")
    server.kill()
    expect(console.page.locator("#stale")).to_be_visible()
    for verb in ("next", "finish", "hold", "transfer"):
        console.off(verb)
    console.presses("f")
    expect(console.page.locator(".toast")).to_contain_text("连不上服务器")
    console.shows("serving", "A001")
    server.start()
    console.on("finish")
    expect(console.page.locator("#stale")).to_be_hidden()
    console.presses("f")
    console.shows("idle")
    context.close()
    assert complaints == []


def test_a_hall_that_cannot_push_is_asked_instead(console: Console):
    console.page.route_web_socket(re.compile("socket.io"), lambda socket: socket.close())
    console.opens()
    expect(console.page.locator(".window-card").first).to_be_visible()
    console.page.keyboard.type("1")
    console.page.keyboard.press("Enter")
    expect(console.page.locator("#polling")).to_be_visible()
    console.on("next")
    console.presses("Space")
    console.shows("idle")
    console.hall.visitor().takes_a_number()
    expect(console.page.locator("#waiting-total")).to_have_text("1")


# ---- for every eye and hand ----


@pytest.mark.parametrize("wish", ["?lang=zh", "?lang=en&size=large"])
def test_everybody_can_use_the_console(console: Console, wish: str):
    page = console.page
    hall = console.hall
    hall.clerk(2).sits_at(2)
    hall.visitor().takes_a_number(visitor_class="elderly", items=["retirement"])
    hall.guide().issues("tax", visitor_class="priority", class_reason="孕妇")
    hall.visitor().takes_a_number()
    console.opens(wish)
    expect(page.locator(".window-card").first).to_be_visible()
    assert faults(page) == []
    console.sits_at(1, open_it=False)
    assert faults(page) == []
    console.presses("Space")
    console.presses("Space")
    console.shows("called")
    console.presses("s")
    console.presses("h")
    page.keyboard.press("Enter")
    console.shows("idle")
    assert faults(page) == []
    console.presses("Space")
    console.shows("called")
    expect(page.locator("#stage-why")).not_to_be_empty()
    assert faults(page) == []
    console.presses("t")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert faults(page) == []


def test_no_key_moves_and_nothing_scrolls_on_a_counter_pc(console: Console):
    verbs = ["next", "start", "recall", "missed", "finish", "hold", "transfer", "pause", "sign-out"]
    console.hall.visitor().takes_a_number(visitor_class="elderly", items=["retirement"])

    def places() -> list[object]:
        height = console.page.evaluate("document.documentElement.scrollHeight")
        return [height, *(console.key(verb).bounding_box() for verb in verbs)]

    console.sits_at(1, open_it=False)
    at_first = places()
    assert at_first[0] <= COUNTER["height"]
    for key, state in (("Space", "idle"), ("Space", "called"), ("s", "serving"), ("Space", "ready")):
        console.presses(key)
        console.shows(state)
        assert places() == at_first


def test_a_key_that_was_clicked_leaves_the_space_bar_to_the_next_visitor(console: Console):
    for _ in range(2):
        console.hall.visitor().takes_a_number()
    console.sits_at(1)
    console.presses("Space")
    console.shows("called", "A001")
    console.key("start").click()
    console.shows("serving", "A001")
    console.presses("Space")
    console.shows("called", "A002")
