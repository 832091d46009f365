"""What the kiosk says of the wait before a number is taken; its warning when the day would be over first."""

import pytest
from playwright.sync_api import expect

from tests.browser.kiosk_hall import Arrive, AtTheKiosk, Hall, has_no_violations
from tests.foreseeing import card, foresee, until
from tests.hall_server import HallServer

pytestmark = pytest.mark.browser

RANGES = {
    "ordinary": (12.0, 19.0),
    "elderly": (3.0, 5.0),
    "priority": (3.0, 5.0),
    "appointment": (12.0, 19.0),
}


def is_foreseen(hall: Hall, called_share: float) -> None:
    """The kiosk's server knows it."""
    foresee(hall.server, RANGES, dict.fromkeys(RANGES, called_share), hall=hall.code)
    until(
        lambda: (
            bool(card(hall.server, hall=hall.code)["unlikely_before_closing"]) is (called_share < 0.5)
            and (
                called_share < 0.5
                or card(hall.server, hall=hall.code)["wait_range"] == {"low_minutes": 12, "high_minutes": 19}
            )
        ),
        "the forecast is never read",
    )


def test_each_class_is_told_its_own_wait_before_it_takes_a_number(context, hall: Hall):
    hall.clerk(1).sits_at(1)
    is_foreseen(hall, 1.0)
    visitor = AtTheKiosk(context.new_page(), hall).arrives()
    expect(visitor.tile("社会保险")).to_contain_text("约 12–19 分钟")
    visitor.goes_to_take()
    expect(visitor.page.locator("#take-ordinary")).to_contain_text("约 12–19 分钟")
    expect(visitor.page.locator("#take-elderly")).to_contain_text("约 3–5 分钟")
    expect(visitor.page.locator("#stage .notice")).to_be_hidden()
    has_no_violations(visitor.page)


def test_a_wait_nobody_knows_closely_is_said_by_the_end_that_helps(context, hall: Hall):
    hall.clerk(1).sits_at(1)
    hall.guide().issues("social")  # called at once
    hall.guide().issues("social")
    foresee(hall.server, {"ordinary": (15.0, 240.0), "elderly": (3.0, 40.0)}, hall=hall.code)
    until(
        lambda: card(hall.server, hall=hall.code)["wait_range"] == {"low_minutes": 15, "high_minutes": None},
        "the forecast is never read",
    )
    visitor = AtTheKiosk(context.new_page(), hall).arrives()
    expect(visitor.tile("社会保险")).to_contain_text("至少约 15 分钟，可能更久")
    visitor.goes_to_take()
    expect(visitor.page.locator("#take-ordinary")).to_contain_text("至少约 15 分钟，可能更久")
    expect(visitor.page.locator("#take-elderly")).to_contain_text("一般不超过 40 分钟")
    has_no_violations(visitor.page)
    visitor.press("#take-ordinary")
    visitor.number()
    expect(visitor.page.locator(".kiosk-stub")).to_contain_text("预计等候至少约 15 分钟，可能更久")
    has_no_violations(visitor.page)


def test_who_would_probably_not_be_called_today_is_warned_first_and_may_take_the_number(context, hall: Hall):
    is_foreseen(hall, 0.2)
    visitor = AtTheKiosk(context.new_page(), hall).arrives()
    expect(visitor.tile("社会保险")).to_contain_text("今天可能叫不到")
    visitor.goes_to_take()
    expect(visitor.page.locator("#stage .notice")).to_contain_text("下班前可能叫不到")
    has_no_violations(visitor.page)
    visitor.press("#take-ordinary")
    assert visitor.number() == "A001"


def test_a_kiosk_that_stops_issuing_says_why_and_what_to_do(arrive: Arrive, server: HallServer):
    hall = Hall(server, "stopping")
    is_foreseen(hall, 0.1)
    visitor = arrive("stopping")
    expect(visitor.tile("社会保险")).to_contain_text("今天可能叫不到")
    visitor.tile("社会保险").click()
    expect(visitor.page.locator("#stage .notice")).to_contain_text("改天上午再来")
    expect(visitor.page.locator("#take")).to_have_count(0)
    has_no_violations(visitor.page)
