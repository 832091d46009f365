"""The guide's desk in a real browser against a real hall: numbers for people who do not use the kiosk, by
keyboard alone, and what a guide may do to a ticket afterwards.
"""

from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.kiosk_hall import HOSTILE, OLD, YOUNG, Hall, has_no_violations, watched
from tests.browser_support import wait_until
from tests.builders import settings, small_hall
from tests.foreseeing import card, foresee, until
from tests.hall_server import PASSWORD, HallServer

pytestmark = pytest.mark.browser

PLAIN_HALLS = 24
COUNTER = {"width": 1440, "height": 900}


def special_halls() -> list[dict[str, Any]]:
    today = datetime.now(UTC).date()
    nearby = [(today + timedelta(days=days)).isoformat() for days in range(-1, 9)]
    departments = small_hall()["departments"]
    rationed = deepcopy(departments)
    rationed[0]["businesses"][0]["quota"] = {"day": 1}
    hostile = deepcopy(departments)
    hostile[0]["businesses"][0]["items"][0]["name"] = f"退休{HOSTILE}"
    return [
        small_hall(id="closed", closed_days=nearby, devices=[]),
        small_hall(id="rationed", departments=rationed, devices=[]),
        small_hall(id="hostile", departments=hostile, devices=[]),
        small_hall(id="stopping", rules={"stop_issuing_when_unlikely": True}, devices=[]),
    ]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HallServer]:
    """One server with a hall for each test; each hall has a printer of its own."""
    plain = [
        small_hall(
            id=f"hall{number}",
            devices=[{"id": f"printer-{number}", "kind": "printer", "name": "打印机", "driver": "dummy"}],
        )
        for number in range(PLAIN_HALLS)
    ]
    wanted = settings(*plain, *special_halls())
    running = HallServer(tmp_path_factory.mktemp("halls"), wanted, "hall0")
    running.prepare()
    running.start()
    yield running
    running.stop()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    yield from watched(chromium.new_context(viewport=COUNTER, reduced_motion="reduce"))


@pytest.fixture
def desk(context: BrowserContext, hall: Hall) -> Page:
    """The desk of a signed-in guide."""
    return open_desk(context, hall)


def open_desk(context: BrowserContext, hall: Hall, wish: str = "") -> Page:
    answer = context.request.post(
        f"{hall.server.url}/api/v1/session",
        data={"username": "guide", "password": PASSWORD, "hall": hall.code},
    )
    assert answer.ok
    page = context.new_page()
    page.goto(f"{hall.server.url}/halls/{hall.code}/desk{wish}")
    expect(page.locator(".guide-business").first).to_be_visible()
    return page


def choose(desk: Page, typed: str = "tx") -> None:
    """Searches and takes the first that is found, by keyboard."""
    desk.locator("#guide-search").fill(typed)
    expect(desk.locator("#found .list-row").first).to_be_visible()
    desk.keyboard.press("Enter")
    expect(desk.locator("#issue-form")).to_be_visible()


def issued_number(desk: Page) -> str:
    expect(desk.locator("#issued-number")).to_be_visible()
    return desk.locator("#issued-number").inner_text()


def look_up(desk: Page, label: str) -> None:
    desk.keyboard.press("F3")
    desk.keyboard.type(label)
    desk.keyboard.press("Enter")
    expect(desk.locator(".guide-full .ticket-number")).to_have_text(label.upper())


def press_verb(desk: Page, name: str) -> None:
    desk.locator(f"#ticket [data-verb={name}]").click()


def test_a_number_is_taken_without_touching_the_mouse(desk: Page, hall: Hall):
    expect(desk.locator("#guide-search")).to_be_focused()
    desk.keyboard.type("tx")
    expect(desk.locator("#found .list-row").first).to_contain_text("退休一件事")
    desk.keyboard.press("Enter")
    expect(desk.locator("#chosen-name")).to_have_text("退休一件事")
    desk.keyboard.press("F2")
    assert issued_number(desk) == "A001"
    expect(desk.locator(".guide-paper")).to_contain_text("已打印")
    wait_until(desk, "document.querySelector('.guide-issued img').naturalWidth > 0")
    expect(desk.locator("#guide-search")).to_be_focused()
    expect(desk.locator("#recent .list-row")).to_contain_text("A001")
    ticket = hall.ticket("A001")
    assert (ticket["source"], ticket["visitor_class"]) == ("desk", "ordinary")
    assert [one["code"] for one in ticket["steps"][0]["items"]] == ["retirement"]


def test_arrows_choose_among_what_was_found(desk: Page):
    desk.locator("#guide-search").fill("s")
    rows = desk.locator("#found .list-row")
    expect(rows.first).to_have_attribute("aria-selected", "true")
    desk.keyboard.press("ArrowDown")
    expect(rows.nth(1)).to_have_attribute("aria-selected", "true")
    second = rows.nth(1).locator(".row-title").inner_text()
    desk.keyboard.press("Enter")
    expect(desk.locator("#chosen-name")).to_have_text(second)
    desk.keyboard.press("Escape")
    expect(desk.locator("#businesses")).to_be_visible()


def test_priority_needs_a_reason_that_stays_with_the_ticket(desk: Page, hall: Hall):
    choose(desk)
    desk.keyboard.press("Alt+3")
    desk.keyboard.press("F2")
    expect(desk.locator("#issue-problem")).to_contain_text("优先原因")
    assert hall.issued() == []
    desk.get_by_role("button", name="残疾人").click()
    desk.keyboard.press("F2")
    ticket = hall.ticket(issued_number(desk))
    assert (ticket["visitor_class"], ticket["class_reason"]) == ("priority", "残疾人")


def test_an_appointment_counts_from_its_own_time(desk: Page, hall: Hall):
    choose(desk)
    desk.keyboard.press("Alt+4")
    desk.locator("#booked-at").fill("23:58")
    desk.keyboard.press("F2")
    ticket = hall.ticket(issued_number(desk))
    assert ticket["visitor_class"] == "appointment"
    booked = datetime.fromisoformat(ticket["booked_at"])
    assert (booked.hour, booked.minute) == (15, 58)  # the hall's zone is eight hours ahead of UTC


def test_an_identity_number_gives_age_and_only_one_open_number(desk: Page, hall: Hall):
    choose(desk)
    desk.locator("#id-number").fill(OLD)
    desk.keyboard.press("Enter")
    assert hall.ticket(issued_number(desk))["visitor_class"] == "elderly"
    choose(desk)
    expect(desk.locator("#id-number")).to_have_value("")
    desk.locator("#id-number").fill(OLD)
    desk.keyboard.press("Enter")
    expect(desk.locator("#issue-problem")).to_contain_text("原来的号")
    desk.locator("#id-number").fill(f"{YOUNG[:-1]}1")
    desk.keyboard.press("Enter")
    expect(desk.locator("#issue-problem")).to_contain_text("身份证号码不正确")
    assert len(hall.issued()) == 1


def test_paper_is_a_choice(desk: Page, hall: Hall):
    choose(desk)
    desk.locator("#print").uncheck()
    desk.keyboard.press("F2")
    label = issued_number(desk)
    expect(desk.locator(".guide-paper")).to_be_empty()
    look_up(desk, label)
    press_verb(desk, "reprint")
    expect(desk.locator(".toast")).to_contain_text("补打")
    assert "ticket_reprinted" in [one["type"] for one in hall.api("guide").get("/events", after=0)["events"]]


def test_a_ticket_is_found_marked_and_cancelled(desk: Page, hall: Hall):
    mine = hall.guide().issues("social")
    look_up(desk, mine["label"].lower())
    press_verb(desk, "elderly")
    expect(desk.locator(".guide-full .tag")).to_contain_text("敬老")
    press_verb(desk, "priority")
    desk.get_by_role("button", name="孕产妇").click()
    expect(desk.locator(".guide-full .tag")).to_contain_text("绿色通道")
    assert hall.ticket(mine["label"])["class_reason"] == "孕产妇"
    press_verb(desk, "cancel")
    desk.locator("dialog").get_by_role("button", name="取消此号").click()
    expect(desk.locator(".guide-full .chip")).to_contain_text("已取消")
    assert hall.ticket(mine["label"])["state"] == "cancelled"


def test_a_missed_visitor_who_is_back_joins_the_queue_again(desk: Page, hall: Hall):
    mine = hall.guide().issues("tax")
    clerk = hall.clerk(1).sits_at(4)
    clerk.calls_next()
    clerk.does("missed")
    look_up(desk, mine["label"])
    press_verb(desk, "return")
    expect(desk.locator(".guide-full .chip")).to_contain_text("等候中")
    assert hall.ticket(mine["label"])["state"] == "waiting"


def test_states_follow_the_hall_without_a_touch(desk: Page, hall: Hall):
    choose(desk)
    desk.keyboard.press("F2")
    label = issued_number(desk)
    desk.locator("#recent .list-row", has_text=label).click()
    expect(desk.locator(".guide-full .chip")).to_contain_text("等候中")
    hall.clerk(1).sits_at(2).calls_next()
    expect(desk.locator(".guide-full .chip")).to_contain_text("已叫号")
    expect(desk.locator("#recent .list-row", has_text=label)).to_contain_text("已叫号")
    expect(desk.locator("#ticket")).to_contain_text("2 号窗口")


def test_a_number_nobody_has_is_said_so(desk: Page):
    desk.keyboard.press("F3")
    desk.keyboard.type("X999")
    desk.keyboard.press("Enter")
    expect(desk.locator("#ticket")).to_contain_text("没有找到号码")


def test_outside_the_hours_a_guide_may_still_issue_after_a_question(
    context: BrowserContext, server: HallServer
):
    hall = Hall(server, "closed")
    desk = open_desk(context, hall)
    choose(desk)
    expect(desk.locator("#chosen-closed")).to_contain_text("不在办理时间")
    desk.keyboard.press("F2")
    question = desk.locator("dialog")
    expect(question).to_contain_text("仍要取号吗")
    question.get_by_role("button", name="取消").click()
    assert hall.issued() == []
    desk.keyboard.press("F2")
    desk.locator("dialog").get_by_role("button", name="仍要取号").click()
    assert issued_number(desk) == "A001"


def test_where_no_numbers_are_issued_any_more_because_closing_is_near_a_guide_may_still_issue(
    context: BrowserContext, server: HallServer
):
    hall = Hall(server, "stopping")
    nobody = dict.fromkeys(["ordinary", "elderly", "priority", "appointment"], 0.1)
    foresee(server, dict.fromkeys(nobody, (30.0, 60.0)), nobody, hall=hall.code)
    until(lambda: not card(server, hall=hall.code)["open"], "the forecast is never read")
    desk = open_desk(context, hall)
    expect(desk.locator(".guide-business", has_text="社会保险")).to_contain_text("下班前可能叫不到")
    choose(desk)
    expect(desk.locator("#chosen-closed")).to_contain_text("请先告诉群众")
    has_no_violations(desk)
    desk.keyboard.press("F2")
    question = desk.locator("dialog")
    expect(question).to_contain_text("仍要取号吗")
    expect(question).to_contain_text("社会保险")
    has_no_violations(desk)
    question.get_by_role("button", name="取消").click()
    expect(question).to_be_hidden()
    assert hall.issued() == []
    desk.keyboard.press("F2")
    desk.locator("dialog").get_by_role("button", name="仍要取号").click()
    assert issued_number(desk) == "A001"
    assert len(hall.issued()) == 1


def test_a_used_up_quota_is_nobodys_to_overrule(context: BrowserContext, server: HallServer):
    hall = Hall(server, "rationed")
    hall.guide().issues("social")
    desk = open_desk(context, hall)
    choose(desk)
    desk.keyboard.press("F2")
    expect(desk.locator("#issue-problem")).to_contain_text("已取完")
    assert len(hall.issued()) == 1


def test_an_answer_that_got_lost_is_not_a_second_number(desk: Page, hall: Hall):
    sent: list[str | None] = []

    def lose_the_first_answer(route: Route) -> None:
        sent.append(route.request.headers.get("idempotency-key"))
        if len(sent) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    desk.route("**/halls/*/tickets", lose_the_first_answer)
    choose(desk)
    desk.keyboard.press("F2")
    desk.keyboard.press("F2")
    issued_number(desk)
    assert len(hall.issued()) == 1
    assert len(set(sent)) == 1


def test_names_are_text_whatever_stands_in_them(context: BrowserContext, server: HallServer):
    desk = open_desk(context, Hall(server, "hostile"))
    choose(desk)
    expect(desk.locator("#chosen-name")).to_contain_text(HOSTILE)
    desk.keyboard.press("F2")
    look_up(desk, issued_number(desk))
    expect(desk.locator("#ticket")).to_contain_text(HOSTILE)
    assert desk.locator("#main script, #main b").count() == 0


def test_a_clerk_has_no_business_at_the_desk(context: BrowserContext, hall: Hall):
    page = context.new_page()
    page.goto(f"{hall.server.url}/halls/{hall.code}/desk")
    expect(page.locator("[name=username]")).to_be_visible()
    context.request.post(
        f"{hall.server.url}/api/v1/session",
        data={"username": "clerk1", "password": PASSWORD, "hall": hall.code},
    )
    answer = page.goto(f"{hall.server.url}/halls/{hall.code}/desk")
    assert answer is not None
    assert answer.status == 403


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [COUNTER, {"width": 820, "height": 1180}], ids=["counter", "tablet"])
def test_the_desk_can_be_read_and_reached_by_everybody(
    context: BrowserContext, hall: Hall, size: dict[str, int], language: str
):
    desk = open_desk(context, hall, f"?lang={language}")
    desk.set_viewport_size(size)
    has_no_violations(desk)
    desk.locator("#guide-search").fill("tx")
    expect(desk.locator("#found .list-row").first).to_be_visible()
    has_no_violations(desk)
    desk.keyboard.press("Enter")
    desk.keyboard.press("Alt+3")
    has_no_violations(desk)
    desk.keyboard.press("Alt+1")
    desk.keyboard.press("F2")
    label = issued_number(desk)
    has_no_violations(desk)
    look_up(desk, label)
    has_no_violations(desk)
