"""The page of a kiosk that works alone: with the server away a visitor sees a small calm mark and takes a
number as ever; what nobody can know is said to be unknown.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.kiosk_hall import has_no_violations
from tests.builders import settings, small_hall
from tests.faulty_wire import FaultyWire
from tests.hall_server import PASSWORD, HallServer
from tests.kiosk_pc import KioskPc
from tests.people import Api

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FaultyWire, KioskPc]]:
    hall = small_hall(rules={"missed_after_seconds": 0, "kiosk_lease_numbers": 2})
    server = HallServer(tmp_path_factory.mktemp("hall"), settings(hall), "test")
    server.prepare()
    server.start()
    one = FaultyWire(server.port)
    pc = KioskPc(one.url, "test", server.tokens["kiosk-1"], tmp_path_factory.mktemp("pc")).start()
    yield one, pc
    pc.stop()
    one.end()
    server.stop()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(
        locale="zh-CN", viewport={"width": 1080, "height": 1920}, reduced_motion="reduce"
    )
    complaints: list[str] = []
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield context.new_page()
    context.close()
    assert complaints == []


def test_a_visitor_takes_numbers_with_and_without_the_server_until_they_are_used_up(
    page: Page, wire: tuple[FaultyWire, KioskPc]
):
    line, pc = wire
    pc.waits_until(there=True)
    page.goto(f"{pc.url}/")
    mark = page.locator("#alone")
    tile = page.locator(".tile", has_text="社会保险")
    expect(tile).to_contain_text("无人等候")
    expect(mark).to_be_hidden()
    has_no_violations(page)

    def takes() -> None:
        tile.click()
        page.locator("#take").click()
        page.locator("#take-ordinary").click()
        expect(page.locator(".kiosk-number")).to_be_visible()

    takes()
    expect(page.locator(".kiosk-ahead")).to_have_text("前面没有人")
    page.locator("#done").click()
    line.cut()
    pc.waits_until(there=False)
    expect(mark).to_contain_text("服务器暂时离线，仍可取号")
    expect(tile).to_contain_text("等候人数暂不清楚")
    has_no_violations(page)
    for _ in range(2):
        takes()
        expect(page.locator(".kiosk-ahead")).to_have_text("前面人数暂不清楚")
        expect(page.locator(".qr img")).to_be_visible()
        has_no_violations(page)
        page.locator("#done").click()
    expect(tile).to_contain_text("离线号已用完，请到服务台")
    expect(mark).to_contain_text("仍可取号")
    tile.click()
    expect(page.locator("#stage")).to_contain_text("请到服务台取号")
    expect(page.locator("#take")).to_have_count(0)
    has_no_violations(page)
    line.mend()
    page.locator("#home").click()
    expect(mark).to_be_hidden()
    expect(tile).to_contain_text("3 人")


def test_a_number_that_was_not_taken_in_stands_in_the_device_list_and_on_the_kiosks_status_page(
    page: Page, wire: tuple[FaultyWire, KioskPc]
):
    line, pc = wire
    server = f"http://127.0.0.1:{line.target}"
    pc.waits_until(there=True)
    page.goto(f"{pc.url}/")
    expect(page.locator(".tile").first).to_be_visible()
    line.cut()
    pc.waits_until(there=False)
    label = pc.visitor().takes_a_number("tax")["label"]
    given = {"business": "tax", "prefix": "C", "number": int(label[1:]), "secret": "s" * 20}
    given["arrived_at"] = datetime.now(UTC).isoformat()
    Api(server, "test", token=pc.token).post("/kiosk/tickets", {"tickets": [given]})
    line.mend()
    pc.waits_until(there=True)
    office = page.context.new_page()
    who = {"username": "manager", "password": PASSWORD, "hall": "test"}
    assert office.context.request.post(f"{server}/api/v1/session", data=who).ok
    office.goto(f"{server}/halls/test/devices")
    row = office.locator("[data-device=kiosk-1]")
    expect(row).to_have_attribute("data-state", "trouble", timeout=60_000)
    expect(row).to_contain_text(f"{label}。请到服务台给持票人重新取号")
    has_no_violations(office)
    page.goto(f"{pc.url}/status")
    expect(page.locator("#not-taken-in")).to_contain_text(label)
    has_no_violations(page)
