"""The rectifications' page in a real browser against a real hall: what is to be rectified, noting that it is,
entering a mystery visit, and the way from a standard that was not met.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.people_hall import DESK, PHONE, complaints_of, open_context, sign_in
from tests.browser_support import faults, wait_until
from tests.hall_server import HallServer

pytestmark = pytest.mark.browser

READY = "() => !document.querySelector('#rectifications').hasAttribute('aria-busy')"
HOSTILE = "<img src=x onerror=alert(1)> 态度生硬"


@pytest.fixture
def desk(chromium: Browser, own_hall: HallServer) -> Iterator[Page]:
    """A manager's screen in a hall where somebody was not satisfied."""
    clerk = own_hall.clerk(1).sits_at(1)
    ticket = own_hall.visitor().takes_a_number("social")
    clerk.serves_one()
    own_hall.anyone().post(f"/visits/{ticket['secret']}/rating", {"grade": 1, "comment": HOSTILE})
    context = open_context(chromium, own_hall, DESK)
    yield context.new_page()
    context.close()


def opens(page: Page, hall: HallServer, query: str = "") -> None:
    sign_in(page, hall.hall, "manager", f"rectifications{query}")
    wait_until(page, READY)


def test_a_bad_rating_stands_there_until_a_manager_says_how_it_was_rectified(
    desk: Page, own_hall: HallServer
):
    said = complaints_of(desk)
    opens(desk, own_hall)
    (card,) = desk.locator("[data-rectification]").all()
    expect(card).to_contain_text("A001 号评价“非常不满意”")
    expect(card).to_contain_text(HOSTILE)
    card.get_by_role("button", name="已整改").click()
    dialog = desk.get_by_role("dialog")
    dialog.get_by_role("button", name="已整改").click()
    expect(dialog).to_be_visible()  # nothing is said yet
    dialog.get_by_label("怎样整改的").fill("当面致歉")
    assert faults(desk) == []
    dialog.get_by_role("button", name="已整改").click()
    expect(desk.locator("[data-rectification]")).to_have_count(0)
    desk.locator("#shown").get_by_role("button", name="已整改").click()
    done = desk.locator("[data-rectification]")
    expect(done).to_contain_text("当面致歉")
    expect(done).to_contain_text("值班经理")
    expect(done).to_have_attribute("data-state", "done")
    assert said == []


def test_a_mystery_visit_is_entered_and_its_finding_is_to_be_rectified(desk: Page, own_hall: HallServer):
    said = complaints_of(desk)
    opens(desk, own_hall)
    desk.get_by_role("button", name="登记暗访").click()
    dialog = desk.get_by_role("dialog")
    dialog.get_by_label("几点").fill("00:00")
    dialog.get_by_label("哪里").select_option("2")
    dialog.get_by_label("得分").fill("55")
    dialog.get_by_label("发现了什么").fill("无人引导")
    dialog.get_by_text("需要整改").click()
    dialog.get_by_label("责任人").fill("王主任")
    assert faults(desk) == []
    dialog.get_by_role("button", name="保存").click()
    visit = desk.locator("#visits tr")
    expect(visit).to_contain_text("无人引导")
    expect(desk.locator("[data-rectification]")).to_have_count(2)
    expect(desk.get_by_text("责任人：王主任")).to_be_visible()
    desk.goto(f"/halls/{own_hall.hall}/standards")
    desk.locator("[data-rectify=rating-coverage]").or_(desk.locator("#standards li")).first.wait_for()
    assert said == []


def test_the_page_can_be_used_by_everybody(desk: Page, own_hall: HallServer):
    opens(desk, own_hall)
    assert faults(desk) == []
    desk.set_viewport_size(PHONE)
    for language in ("zh", "en"):
        desk.goto(f"/halls/{own_hall.hall}/rectifications?lang={language}")
        wait_until(desk, READY)
        assert faults(desk) == []
        assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth")
