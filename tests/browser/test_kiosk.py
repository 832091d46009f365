"""The kiosk in a real browser against a real hall: somebody comes, finds their matter and leaves with one
number, whatever happens to cards, paper, network and opening hours.
"""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.cut_wire import CutWire
from tests.browser.kiosk_hall import (
    HOSTILE,
    OLD,
    YOUNG,
    AtTheKiosk,
    CardReader,
    Hall,
    all_halls,
    watched,
)
from tests.browser_support import wait_until
from tests.builders import settings
from tests.hall_server import PASSWORD, HallServer

pytestmark = pytest.mark.browser

PORTRAIT = {"width": 1080, "height": 1920}
LANDSCAPE = {"width": 1920, "height": 1080}
AXE = "/vendor/axe-core/axe.min.js"
STILL = """!document.getAnimations().some(
    one => one.playState === "running" && one.effect.getTiming().iterations < 10)"""

Arrive = Callable[..., AtTheKiosk]


@pytest.fixture(scope="module")
def reader() -> Iterator[CardReader]:
    one = CardReader()
    yield one
    one.end()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, reader: CardReader) -> Iterator[HallServer]:
    """One server with a hall for each test, so that no test meets another's visitors."""
    running = HallServer(tmp_path_factory.mktemp("halls"), settings(*all_halls(reader)), "hall0")
    running.prepare()
    running.start()
    yield running
    running.stop()


@pytest.fixture
def hall(server: HallServer) -> Hall:
    return Hall(server, f"hall{next(server.unused)}")


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    yield from watched(chromium.new_context(viewport=PORTRAIT, has_touch=True))


@pytest.fixture
def visitor(context: BrowserContext, hall: Hall) -> AtTheKiosk:
    """Somebody in front of a paired kiosk."""
    return AtTheKiosk(context.new_page(), hall).arrives()


@pytest.fixture
def arrive(context: BrowserContext, server: HallServer) -> Arrive:
    """The same in one of the special halls."""

    def come(code: str, tile: str = "社会保险") -> AtTheKiosk:
        visitor = AtTheKiosk(context.new_page(), Hall(server, code))
        visitor.page.goto(visitor.hall.pairing())
        expect(visitor.tile(tile)).to_be_visible()
        return visitor

    return come


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
    visitor.page.on("request", lambda request: asked.append(request.url))
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
    expect(paper).to_contain_text("打印机无法打印，请记下号码或扫码", timeout=20_000)
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
    wire = CutWire(hall.server.port)
    try:
        visitor = AtTheKiosk(context.new_page(), hall).arrives(wire.url)
        visitor.goes_to_take()
        wire.cut()
        visitor.press("#take-ordinary")
        expect(visitor.page.locator("#stage")).to_contain_text("暂时连不上服务器", timeout=20_000)
        expect(visitor.page.locator("#stale")).to_be_visible()
        assert hall.issued() == []
        wire.mend()
        visitor.number()
        assert len(hall.issued()) == 1
    finally:
        wire.end()


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
    expect(visitor.page.locator(".countdown")).to_be_visible(timeout=20_000)
    expect(visitor.page.locator("h1")).to_have_text("您好，请选择要办的业务", timeout=30_000)
    expect(visitor.page.locator("html")).to_have_attribute("data-size", "normal")
    visitor.press("#open-search")
    expect(visitor.page.locator("#search")).to_have_value("")


def test_a_touch_keeps_the_page_and_a_number_goes_by_itself(arrive: Arrive):
    visitor = arrive("quick")
    visitor.goes_to_take()
    expect(visitor.page.locator(".countdown")).to_be_visible(timeout=20_000)
    visitor.page.mouse.click(540, 200)
    expect(visitor.page.locator(".countdown")).to_be_hidden()
    visitor.sees("take")
    visitor.press("#take-ordinary")
    visitor.number()
    expect(visitor.page.locator("#done")).to_contain_text("秒")
    expect(visitor.page.locator("#kiosk")).to_have_attribute("data-view", "start", timeout=20_000)


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
    _has_no_violations(page)


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
    _has_no_violations(page)
    visitor.press("#open-search")
    visitor.types("tx")
    expect(page.locator("#results .list-row").first).to_be_visible()
    _has_no_violations(page)
    visitor.press("#results .list-row >> nth=0")
    for view, step in (("item", "#take"), ("take", "#take-elderly"), ("result", "")):
        visitor.sees(view)
        _has_no_violations(page)
        if step:
            visitor.press(step)


def _has_no_violations(page: Page) -> None:
    """No rule of axe is broken, and nothing needs to be pushed sideways."""
    page.add_script_tag(url=AXE)
    wait_until(page, STILL)
    found = page.evaluate("axe.run()")["violations"]
    assert [f"{one['id']} {[node['target'] for node in one['nodes']]}" for one in found] == []
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
