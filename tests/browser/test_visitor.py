"""The visitor's page on a phone and the rating pad at a window, in a real browser against a real hall."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute, expect
from sqlalchemy import select

from hall.records.tables import halls, ratings
from tests.browser.people_hall import PAD, PHONE, complaints_of, open_context
from tests.browser_support import faults
from tests.foreseeing import card, foresee, said, until
from tests.hall_server import HallServer
from tests.people import Clerk

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(chromium: Browser, own_hall: HallServer) -> Iterator[Page]:
    """A visitor's phone: no cookie, no account."""
    context = open_context(chromium, own_hall, PHONE, has_touch=True, is_mobile=True)
    yield context.new_page()
    context.close()


@pytest.fixture
def pad(chromium: Browser, own_hall: HallServer) -> Iterator[Page]:
    """The pad of window 2, paired."""
    context = open_context(chromium, own_hall, PAD, has_touch=True)
    page = context.new_page()
    page.goto(f"/halls/{own_hall.hall}/pair?token={own_hall.tokens['pad-2']}")
    expect(page.locator("#connection")).to_have_attribute("data-state", "live")
    yield page
    context.close()


def opens(phone: Page, hall: HallServer, ticket: dict[str, Any], query: str = "") -> None:
    phone.goto(f"/t/{hall.hall}/{ticket['secret']}{query}")
    expect(phone.locator("#signs .chip")).to_be_visible()


def grades(hall: HallServer) -> list[tuple[int, str | None]]:
    """What stands in this hall's records."""
    database = hall.database()
    with database.engine.connect() as connection:
        own = select(ratings.c.grade, ratings.c.comment).join(halls).where(halls.c.code == hall.hall)
        found = [(row.grade, row.comment) for row in connection.execute(own)]
    database.engine.dispose()
    return found


def serves(clerk: Clerk) -> None:
    clerk.calls_next()
    clerk.does("start")
    clerk.does("finish")


@pytest.mark.parametrize(
    ("low", "high", "told", "words"),
    [
        (12.0, 19.0, said(12, 19), ["大约还要等", "–"]),
        (15.0, 240.0, said(15, None), ["至少还要等约", "15 分钟，可能更久"]),
        (0.0, 45.0, said(None, 45), ["一般不超过", "45 分钟"]),
        (5.0, 240.0, None, ["等候时间暂时无法估计"]),
    ],
)
def test_the_wait_is_said_as_closely_as_it_is_known(
    phone: Page, own_hall: HallServer, low: float, high: float, told: dict[str, Any] | None, words: list[str]
):
    ticket = own_hall.visitor().takes_a_number()
    opens(phone, own_hall, ticket)
    expect(phone.locator("#ticket")).to_contain_text("窗口暂未开放")
    own_hall.clerk(1).sits_at(1)
    foresee(own_hall, {"ordinary": (low, high)}, places={0: (low, high)})
    until(lambda: card(own_hall)["wait_range"] == told, "the forecast is never read")
    phone.reload()
    for part in words:
        expect(phone.locator("#ticket")).to_contain_text(part)
    assert faults(phone) == []


def test_the_page_counts_down_by_itself_until_the_visitor_is_called(phone: Page, own_hall: HallServer):
    at_the_kiosk, clerk = own_hall.visitor(), own_hall.clerk(1).sits_at(1)
    for _ in range(4):
        at_the_kiosk.takes_a_number()
    mine = at_the_kiosk.takes_a_number()
    said = complaints_of(phone)
    opens(phone, own_hall, mine)
    expect(phone.locator("#lower")).to_contain_text("4 人")
    expect(phone.locator("#main[data-connection=live]")).to_be_visible()
    asked: list[str] = []
    phone.on("request", lambda request: "/visits/" in request.url and asked.append(request.url))
    serves(clerk)
    expect(phone.locator("#advice")).to_contain_text("前面还有三位")
    serves(clerk)
    serves(clerk)
    expect(phone.locator("#advice")).to_contain_text("前面还有一位")
    serves(clerk)
    expect(phone.locator("#lower")).to_contain_text("下一位就是您")
    assert asked == [], "the page asked the server for what the events had told it"
    clerk.calls_next()
    expect(phone.locator("#lower")).to_contain_text("1号窗口")
    expect(phone.locator("#ticket")).to_have_class("stub visit-ticket flash")
    assert phone.title().startswith("A005 · 请到 1 号窗口")
    assert said == []


def test_the_page_notices_by_the_pulse_that_it_was_never_told_of_the_call(phone: Page, own_hall: HallServer):
    clerk, mine = own_hall.clerk(1).sits_at(1), own_hall.visitor().takes_a_number()
    swallowed: list[str] = []

    def between(socket: WebSocketRoute) -> None:
        def pass_on(message: str | bytes) -> None:
            if "ticket_called" in str(message):
                swallowed.append(str(message))
            else:
                socket.send(message)

        socket.connect_to_server().on_message(pass_on)

    phone.route_web_socket(re.compile(r"/socket\.io/"), between)
    opens(phone, own_hall, mine)
    expect(phone.locator("#main[data-connection=live]")).to_be_visible()
    clerk.calls_next()
    expect(phone.locator("#lower")).to_contain_text("1号窗口")
    assert len(swallowed) == 1


def test_the_page_follows_a_transfer_to_another_business(phone: Page, own_hall: HallServer):
    clerk, tax = own_hall.clerk(1).sits_at(1), own_hall.clerk(4)
    mine = own_hall.visitor().takes_a_number()
    clerk.calls_next()
    clerk.does("start")
    opens(phone, own_hall, mine)
    expect(phone.locator("#signs")).to_contain_text("办理中")
    clerk.does("transfer", business="tax")
    expect(phone.locator("#business")).to_have_text("涉税业务")
    expect(phone.locator("#advice")).to_contain_text("已为您转到")
    expect(phone.locator("#stale")).to_be_hidden()
    tax.sits_at(4).calls_next()
    expect(phone.locator("#lower")).to_contain_text("4号窗口")


def test_a_missed_visitor_reads_what_to_do_and_comes_back(phone: Page, own_hall: HallServer):
    clerk, mine = own_hall.clerk(1).sits_at(1), own_hall.visitor().takes_a_number()
    opens(phone, own_hall, mine)
    clerk.calls_next()
    clerk.does("missed")
    expect(phone.locator("#advice")).to_contain_text("请到 1 号窗口或导办台说一声")
    clerk.does("pause", reason="休息")
    clerk.does("return", ticket=mine["id"])
    expect(phone.locator("#advice")).to_contain_text("您已回到队伍中")


def test_a_visitor_gives_up_only_after_being_asked(phone: Page, own_hall: HallServer):
    mine = own_hall.visitor().takes_a_number()
    opens(phone, own_hall, mine)
    phone.get_by_role("button", name="不办了，取消排队").click()
    phone.get_by_role("button", name="继续等候").click()
    expect(phone.locator("#signs")).to_contain_text("等候中")
    phone.wait_for_timeout(1000)
    phone.get_by_role("button", name="不办了，取消排队").click()
    phone.get_by_role("button", name="取消排队", exact=True).click()
    expect(phone.locator("#signs")).to_contain_text("已取消")
    expect(phone.locator("#cancel")).to_be_hidden()


def test_a_rating_is_never_chosen_beforehand_and_given_once(phone: Page, own_hall: HallServer):
    clerk, mine = own_hall.clerk(1).sits_at(1), own_hall.visitor().takes_a_number()
    opens(phone, own_hall, mine)
    expect(phone.locator("#rating")).to_be_hidden()
    serves(clerk)
    expect(phone.locator("#rating")).to_be_visible()
    assert phone.locator("[data-grade][aria-pressed=true]").count() == 0
    expect(phone.locator("#rating-send")).to_be_hidden()
    assert grades(own_hall) == []
    phone.get_by_role("button", name="不满意", exact=True).click()
    expect(phone.locator("#comment-label")).to_contain_text("哪里没有做好")
    phone.get_by_label("哪里没有做好").fill("<img src=x onerror=alert(1)>等太久")
    phone.get_by_role("button", name="提交评价").click()
    expect(phone.locator("#thanks")).to_be_visible()
    assert grades(own_hall) == [(2, "<img src=x onerror=alert(1)>等太久")]
    phone.reload()
    expect(phone.locator("#thanks")).to_be_visible()
    expect(phone.locator("#rating")).to_be_hidden()


def test_a_second_rating_from_another_page_is_answered_with_a_sentence(phone: Page, own_hall: HallServer):
    clerk, mine = own_hall.clerk(1).sits_at(1), own_hall.visitor().takes_a_number()
    serves(clerk)
    opens(phone, own_hall, mine)
    before = own_hall.anyone().get(f"/visits/{mine['secret']}")
    phone.route("**/visits/*", lambda route: route.fulfill(json=before))
    own_hall.anyone().post(f"/visits/{mine['secret']}/rating", {"grade": 5})
    phone.reload()
    phone.get_by_role("button", name="非常满意", exact=True).click()
    phone.get_by_role("button", name="提交评价").click()
    expect(phone.locator(".toast")).to_contain_text("评价")
    expect(phone.locator("#thanks")).to_be_visible()


def test_an_address_without_a_ticket_is_a_kind_page(phone: Page, own_hall: HallServer):
    for address in (f"/t/{own_hall.hall}/nobody", "/t/nowhere/nobody"):
        answer = phone.goto(address)
        assert answer is not None
        assert answer.status == 404
        expect(phone.get_by_role("heading", name="没有找到这张号票")).to_be_visible()
    assert faults(phone) == []


def test_every_state_of_the_visitors_page_can_be_used_by_everybody(phone: Page, own_hall: HallServer):
    clerk, mine = own_hall.clerk(1).sits_at(1), own_hall.visitor().takes_a_number(visitor_class="elderly")
    for query in ("", "?lang=en", "?lang=zh&size=large"):
        opens(phone, own_hall, mine, query)
        assert faults(phone) == [], query
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), query
    phone.emulate_media(reduced_motion="reduce")
    for verb in ("call", "start", "hold"):
        clerk.does(verb)
        expect(phone.locator("#ticket")).to_have_attribute(
            "data-state", {"call": "called", "start": "serving", "hold": "held"}[verb]
        )
        assert faults(phone) == [], verb
    clerk.does("resume", ticket=mine["id"])
    clerk.does("start")
    clerk.does("finish")
    expect(phone.locator("#rating")).to_be_visible()
    assert faults(phone) == []


def test_the_pad_asks_thanks_and_forgets(pad: Page, own_hall: HallServer):
    expect(pad.get_by_role("heading", name="未开放")).to_be_visible()
    clerk = own_hall.clerk(2).sits_at(2)
    expect(pad.locator("#clerk")).to_contain_text("002")
    expect(pad.get_by_role("heading", name="欢迎光临")).to_be_visible()
    assert faults(pad) == []
    own_hall.visitor().takes_a_number()
    serves(clerk)
    expect(pad.get_by_role("heading", name="A001，请您评价本次服务")).to_be_visible()
    assert pad.locator("[data-grade][aria-pressed=true]").count() == 0
    assert faults(pad) == []
    pad.get_by_role("button", name="非常满意").click()
    expect(pad.get_by_role("heading", name="谢谢您的评价")).to_be_visible()
    expect(pad.get_by_role("heading", name="欢迎光临")).to_be_visible()
    assert grades(own_hall) == [(5, None)]


def test_the_pad_asks_the_next_visitor_afresh(pad: Page, own_hall: HallServer):
    clerk, visitor = own_hall.clerk(2).sits_at(2), own_hall.visitor()
    visitor.takes_a_number()
    visitor.takes_a_number()
    serves(clerk)
    expect(pad.locator("#ask-title")).to_contain_text("A001")
    serves(clerk)
    expect(pad.locator("#ask-title")).to_contain_text("A002")
    assert pad.locator("[data-grade][aria-pressed=true]").count() == 0


def test_the_pad_stops_asking_when_the_visitor_rated_on_the_phone(pad: Page, own_hall: HallServer):
    clerk, mine = own_hall.clerk(2).sits_at(2), own_hall.visitor().takes_a_number()
    serves(clerk)
    expect(pad.locator("#ask")).to_be_visible()
    own_hall.anyone().post(f"/visits/{mine['secret']}/rating", {"grade": 4})
    expect(pad.locator("#ask")).to_be_hidden()


def test_a_pad_goes_to_its_own_window_and_a_stranger_reads_how_to_pair_it(
    pad: Page, own_hall: HallServer, chromium: Browser
):
    pad.goto(f"/halls/{own_hall.hall}/pad/3")
    assert pad.url.endswith("/pad/2")
    stranger = open_context(chromium, own_hall, PAD).new_page()
    answer = stranger.goto(f"/halls/{own_hall.hall}/pad/2")
    assert answer is not None
    assert answer.status == 401
    expect(stranger.get_by_role("heading", name="这台评价器还没有绑定")).to_be_visible()
    assert faults(stranger) == []
    stranger.context.close()


def test_only_who_stands_before_me_changes_how_many_are_ahead(phone: Page, own_hall: HallServer):
    opens(phone, own_hall, own_hall.visitor().takes_a_number())
    mine = {
        "id": 50,
        "state": "waiting",
        "business": {"code": "social"},
        "queued_at": "2026-11-23T01:30:00.000Z",
    }
    before, after = "2026-11-23T01:10:00.000Z", "2026-11-23T01:50:00.000Z"

    def event(kind: str, moment: str | None = before, business: str = "social", **more: object) -> object:
        said = {"type": kind, "ticket_id": 7, "business": business, "queued_at": moment, **more}
        return phone.evaluate(
            """([ticket, event]) => import("/static/js/visitor_count.js")
                .then(({ effectOf }) => effectOf(ticket, event))""",
            [mine, said],
        )

    assert event("ticket_called") == -1
    assert event("ticket_cancelled") == -1
    assert event("ticket_called", after) == 0  # somebody behind me with a shorter promise
    assert event("ticket_called", held=True) == 0  # called back: was not in the line
    assert event("ticket_called", business="tax") == 0
    assert event("ticket_issued", after) == 0
    assert event("ticket_transferred", business="tax", to_business="social") == 1  # keeps its arrival
    assert event("ticket_returned") == 1
    assert event("ticket_returned", mine["queued_at"]) == 0  # behind an equal arrival
    assert event("ticket_waiting", mine["queued_at"]) == 1  # the lower number first
    assert event("ticket_started", None) == 0
    assert event("ticket_called", ticket_id=50) == "own"
