"""The reports' and the standards' page in a real browser against a real hall."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.people_hall import DESK, PHONE, complaints_of, open_context, sign_in
from tests.browser_support import faults, wait_until
from tests.hall_server import HallServer

pytestmark = pytest.mark.browser

READY = "() => !document.querySelector('#report, #standards').hasAttribute('aria-busy')"


@pytest.fixture
def desk(chromium: Browser, own_hall: HallServer) -> Iterator[Page]:
    """A manager's screen in a hall where two visitors were served and one did not come."""
    visitor, clerk = own_hall.visitor(), own_hall.clerk(1).sits_at(1)
    for business in ("social", "employment", "social"):
        visitor.takes_a_number(business)
    clerk.serves_one()
    clerk.serves_one()
    clerk.calls_next()
    clerk.does("missed")
    context = open_context(chromium, own_hall, DESK)
    yield context.new_page()
    context.close()


def opens(page: Page, hall: HallServer, place: str) -> None:
    sign_in(page, hall.hall, "manager", place)
    wait_until(page, READY)


def indicator(page: Page, name: str) -> str:
    return page.locator(f'[data-indicator="{name}"]').inner_text()


def test_the_report_of_today_shows_figures_with_definitions_charts_and_their_table(
    desk: Page, own_hall: HallServer
):
    said = complaints_of(desk)
    opens(desk, own_hall, "reports")
    assert [indicator(desk, name) for name in ("taken", "served", "missed")] == ["3", "2", "1"]
    expect(desk.locator("dl")).to_have_count(2)
    expect(desk.get_by_text("在承诺时间内叫到的人次")).to_be_visible()
    for chart in ("#volume", "#waits"):
        expect(desk.locator(f"{chart} canvas")).to_be_visible()
    total = desk.locator("#total td")
    expect(total.first).to_have_text("3")
    assert said == []


def test_another_cut_and_other_hours_are_shown_and_stand_in_the_address(desk: Page, own_hall: HallServer):
    opens(desk, own_hall, "reports")
    desk.get_by_role("button", name="业务", exact=True).click()
    rows = desk.locator("#rows tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("社会保险")
    assert "by=business" in desk.url
    desk.get_by_role("button", name="窗口", exact=True).click()
    expect(desk.locator("#rows th").first).to_contain_text("1 号窗口")
    desk.get_by_role("button", name="昨天").click()
    expect(desk.get_by_text("这段时间没有记录")).to_be_visible()
    expect(desk.locator("#charts")).to_be_hidden()
    desk.get_by_role("button", name="今天").click()
    expect(desk.locator("#charts")).to_be_visible()
    desk.reload()
    expect(desk.locator('[data-by="window"]')).to_have_attribute("aria-pressed", "true")


def test_a_range_that_ends_before_it_begins_is_answered_with_a_sentence(desk: Page, own_hall: HallServer):
    opens(desk, own_hall, "reports")
    desk.locator("#to").fill("2020-01-01")
    desk.get_by_role("button", name="查看").click()
    expect(desk.locator("#problem")).to_contain_text("早于开始日期")
    desk.goto(f"/halls/{own_hall.hall}/reports?from=nonsense")
    expect(desk.locator("#problem")).not_to_be_hidden()


def test_a_report_is_taken_along_as_an_excel_file(desk: Page, own_hall: HallServer):
    opens(desk, own_hall, "reports?by=business")
    with desk.expect_download() as taken:
        desk.get_by_role("link", name="Excel").click()
    assert taken.value.suggested_filename.endswith(".xlsx")
    with desk.expect_download() as taken:
        desk.get_by_role("link", name="CSV").click()
    assert "业务" in taken.value.path().read_text(encoding="utf-8-sig")


def test_on_paper_only_the_report_is_left(desk: Page, own_hall: HallServer):
    opens(desk, own_hall, "reports")
    desk.emulate_media(media="print")
    expect(desk.locator(".topbar-nav")).to_be_hidden()
    expect(desk.locator(".brand-name")).to_be_visible()
    expect(desk.locator("#wish")).to_be_hidden()
    expect(desk.locator("#rows")).to_be_visible()


def test_a_broken_standard_shows_its_tickets_at_one_press(desk: Page, own_hall: HallServer):
    said = complaints_of(desk)
    opens(desk, own_hall, "standards")
    red = desk.locator('[data-standard="rating-coverage"]')
    expect(red).to_have_attribute("data-met", "no")
    expect(red).to_contain_text("未达标")
    expect(desk.locator('[data-standard="overtime"]')).to_have_attribute("data-met", "yes")
    desk.locator('[data-evidence="rating-coverage"]').click()
    dialog = desk.locator("#evidence")
    expect(dialog.locator("tbody tr")).to_have_count(2)
    expect(dialog).to_contain_text("A001")
    assert faults(desk) == []
    desk.keyboard.press("Escape")
    desk.locator('[data-evidence="window-open"]').click()
    expect(dialog.locator("tbody tr")).to_have_count(6)
    assert said == []


@pytest.mark.parametrize("place", ["reports", "standards"])
def test_the_pages_can_be_used_by_everybody(desk: Page, own_hall: HallServer, place: str):
    opens(desk, own_hall, place)
    assert faults(desk) == []
    desk.set_viewport_size(PHONE)
    for language in ("zh", "en"):
        desk.goto(f"/halls/{own_hall.hall}/{place}?lang={language}")
        wait_until(desk, READY)
        assert faults(desk) == []
        assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_clerk_is_not_let_in_and_a_stranger_is_asked_to_sign_in(desk: Page, own_hall: HallServer):
    for place in ("reports", "standards"):
        desk.goto(f"/halls/{own_hall.hall}/{place}")
        assert "/sign-in?next=" in desk.url
    sign_in(desk, own_hall.hall, "clerk1", "reports")
    expect(desk.locator("#report")).to_have_count(0)
