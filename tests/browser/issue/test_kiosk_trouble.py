"""Cards, paper, network and opening hours: whatever happens at the kiosk, nobody loses a number and everybody
reads what to do.
"""

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from tests.browser.kiosk_hall import OLD, YOUNG, Arrive, AtTheKiosk, CardReader, Hall
from tests.faulty_wire import FaultyWire

pytestmark = pytest.mark.browser


# ---- cards ----


def test_a_reader_that_types_takes_the_number_and_leaves_no_trace_of_it(visitor: AtTheKiosk):
    told: list[str] = []
    visitor.page.on("request", lambda one: told.append(f"{one.method} {one.url} {one.post_data or ''}"))
    visitor.goes_to_take()
    visitor.reads(OLD)
    ticket = visitor.hall.ticket(visitor.number())
    assert ticket["visitor_class"] == "elderly"
    assert ticket["identity_mask"] == f"{OLD[:4]}**********{OLD[-4:]}"
    holding = [one for one in told if OLD in one]
    assert len(holding) == 1
    assert holding[0].startswith(
        f"POST {visitor.hall.server.api.replace('hall0', visitor.hall.code)}/tickets "
    )
    kept = "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href])"
    assert OLD[6:14] not in visitor.page.evaluate(kept)
    assert OLD not in visitor.page.content()
    assert OLD not in visitor.hall.server.log


def test_the_same_card_gets_no_second_number_and_hears_why(visitor: AtTheKiosk):
    visitor.goes_to_take()
    visitor.reads(YOUNG)
    visitor.number()
    visitor.press("#done")
    visitor.goes_to_take()
    visitor.reads(YOUNG)
    assert "原来的号" in visitor.is_told("second_open_ticket")
    visitor.press("#home-from-trouble")
    visitor.sees("start")
    assert len(visitor.hall.issued()) == 1


def test_a_card_read_wrongly_is_no_obstacle(visitor: AtTheKiosk):
    visitor.goes_to_take()
    visitor.reads("990000199003070011")
    visitor.is_told("bad_id_number")
    visitor.press("#without-card")
    visitor.sees("take")
    visitor.press("#take-ordinary")
    assert visitor.number() == "A001"


def test_what_a_reader_types_into_the_search_is_never_searched_for(visitor: AtTheKiosk):
    searched: list[str] = []
    visitor.page.on("request", lambda request: "items?q=" in request.url and searched.append(request.url))
    visitor.press("#open-search")
    visitor.types("sh")
    expect(visitor.page.locator("#results .list-row").first).to_be_visible()
    visitor.reads(YOUNG)
    visitor.is_told("card_too_early")
    visitor.page.wait_for_timeout(300)
    assert not [one for one in searched if YOUNG[:8] in one]
    visitor.press("#home-from-trouble")
    visitor.press("#open-search")
    visitor.page.locator("#search").fill(YOUNG)
    visitor.page.wait_for_timeout(300)
    assert not [one for one in searched if YOUNG[:8] in one]


def test_a_slow_reader_is_understood_as_well(visitor: AtTheKiosk):
    visitor.goes_to_take()
    visitor.page.keyboard.type(YOUNG, delay=150)
    visitor.page.keyboard.press("Enter")
    assert visitor.hall.ticket(visitor.number())["identity_mask"] == f"{YOUNG[:4]}**********{YOUNG[-4:]}"
    visitor.press("#done")
    visitor.press("#open-search")
    visitor.types("sb")
    visitor.page.keyboard.type(YOUNG, delay=150)
    visitor.page.keyboard.press("Enter")
    visitor.is_told("card_too_early")
    visitor.press("#back-from-trouble")
    expect(visitor.page.locator("#search")).to_have_value("sb")


def test_a_scanned_ticket_shows_where_it_stands(visitor: AtTheKiosk):
    mine = visitor.hall.guide().issues("tax")
    visitor.reads(mine["status_url"])
    visitor.sees("visit")
    assert visitor.number() == mine["label"]
    expect(visitor.page.locator("#stage")).to_contain_text("前面没有人")


def test_a_code_nobody_knows_is_said_to_be_unknown(visitor: AtTheKiosk):
    visitor.reads("6901234567892")
    visitor.is_told("unknown_code")


def test_a_reader_on_the_kiosks_own_pc_is_asked_only_when_a_card_may_come(arrive: Arrive, reader: CardReader):
    visitor = arrive("reading")
    reader.card, before = None, reader.asked
    visitor.page.wait_for_timeout(1500)
    assert reader.asked == before
    visitor.goes_to_take()
    reader.card = OLD
    assert visitor.hall.ticket(visitor.number())["visitor_class"] == "elderly"
    visitor.press("#done")
    visitor.goes_to_take("就业创业")
    card = visitor.page.locator(".kiosk-card")
    expect(card).to_have_attribute("data-reader", "forgotten")  # the last visitor's card buys nothing
    assert len(visitor.hall.issued()) == 1
    reader.card = None
    expect(card).to_have_attribute("data-reader", "ready")
    visitor.press("#take-ordinary")
    visitor.number()
    assert visitor.hall.ticket("B001")["identity_mask"] is None


def test_a_simulated_card_takes_a_number(visitor: AtTheKiosk):
    visitor.goes_to_take()
    visitor.page.get_by_role("button", name="72 岁").click()
    assert visitor.hall.ticket(visitor.number())["visitor_class"] == "elderly"


def test_a_kiosk_without_a_reader_asks_for_no_card(arrive: Arrive):
    visitor = arrive("paperless")
    visitor.goes_to_take()
    expect(visitor.page.locator(".kiosk-card")).to_have_count(0)
    expect(visitor.page.locator(".kiosk-no-card")).to_be_visible()


# ---- paper ----


def test_a_printer_that_fails_loses_no_number(arrive: Arrive):
    visitor = arrive("jammed")
    visitor.takes_a_number()
    paper = visitor.page.locator(".kiosk-paper")
    expect(paper).to_contain_text("打印机无法打印，请记下号码或扫码")
    visitor.press("#print-again")
    expect(paper).to_contain_text("正在打印")
    visitor.sees("result")


def test_without_a_printer_the_number_is_enough(arrive: Arrive):
    visitor = arrive("paperless")
    visitor.takes_a_number("就业创业")
    expect(visitor.page.locator(".kiosk-paper")).to_contain_text("请记下号码或扫码")


# ---- when it cannot be ----


def test_a_closed_hall_says_so_and_still_shows_what_to_bring(arrive: Arrive):
    visitor = arrive("closed")
    expect(visitor.page.locator("h1")).to_have_text("大厅现在不办公")
    expect(visitor.tile("社会保险")).to_contain_text("现在不办理")
    visitor.tile("社会保险").click()
    expect(visitor.page.locator("#stage .notice")).to_contain_text("现在不办理")
    expect(visitor.page.locator("#take")).to_have_count(0)
    visitor.page.locator("#items .list-row", has_text="退休一件事").click()
    expect(visitor.page.locator(".kiosk-materials")).to_contain_text("居民身份证")
    expect(visitor.page.locator("#take")).to_be_hidden()


def test_the_last_number_gone_while_somebody_chose_is_explained(arrive: Arrive):
    visitor = arrive("rationed")
    visitor.goes_to_take()
    visitor.hall.guide().issues("social")
    visitor.press("#take-ordinary")
    assert "已取完" in visitor.is_told("quota_used_up")
    assert len(visitor.hall.issued()) == 1


def test_the_last_number_of_a_quota_closes_its_business_before_anybody_wishes_for_it(arrive: Arrive):
    visitor = arrive("dwindling")
    visitor.tile("社会保险").click()
    expect(visitor.page.locator("#take")).to_be_visible()
    visitor.hall.guide().issues("social")
    expect(visitor.page.locator("#stage .notice")).to_contain_text("取完")
    expect(visitor.page.locator("#take")).to_have_count(0)
    visitor.press("#home")
    expect(visitor.tile("社会保险")).to_contain_text("取完")
    expect(visitor.page.locator("h1")).to_have_text("您好，请选择要办的业务")


def test_an_answer_that_got_lost_is_asked_for_again_and_is_the_same_number(visitor: AtTheKiosk):
    keys: list[str | None] = []

    def lose_the_first_answer(route: Route) -> None:
        keys.append(route.request.headers.get("idempotency-key"))
        if len(keys) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    visitor.page.route("**/halls/*/tickets", lose_the_first_answer)
    visitor.takes_a_number()
    assert len(keys) == 2
    assert keys[0] == keys[1]
    assert len(visitor.hall.issued()) == 1


def test_with_the_server_away_the_wish_waits_and_becomes_one_number(context: BrowserContext, hall: Hall):
    wire = FaultyWire(hall.server.port)
    try:
        visitor = AtTheKiosk(context.new_page(), hall).arrives(wire.url)
        visitor.goes_to_take()
        wire.cut()
        visitor.press("#take-ordinary")
        expect(visitor.page.locator("#stage")).to_contain_text("暂时连不上服务器")
        expect(visitor.page.locator("#stale")).to_be_visible()
        assert hall.issued() == []
        wire.mend()
        visitor.number()
        assert len(hall.issued()) == 1
    finally:
        wire.end()
