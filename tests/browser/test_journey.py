"""A visit from the kiosk to the rating, everything real: the page, the printed bytes, the call on the board
and its WAV.

With HALL_PICTURES set to a folder, each screen of the way is kept there: the README's pictures are made by
this test.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.kiosk_hall import AtTheKiosk, Hall, watched
from tests.browser.screens import LISTEN, address, live, said
from tests.builders import settings, small_hall
from tests.hall_server import PASSWORD, HallServer, StartHall
from tests.printer.stand_in import StandIn

pytestmark = pytest.mark.browser

KIOSK = {"width": 1080, "height": 1920}
BOARD = {"width": 1920, "height": 1080}
COUNTER = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def printer() -> Iterator[StandIn]:
    with StandIn() as one:
        yield one


@pytest.fixture
def hall(start_hall: StartHall, printer: StandIn) -> Hall:
    """A hall that prints on the stand-in and speaks with the real voice; its printer draws, so that the QR
    is a picture.
    """
    devices = [
        {"id": "kiosk-test", "kind": "kiosk", "name": "取号机", "printer": "printer-1"},
        {
            "id": "printer-1",
            "kind": "printer",
            "name": "打印机",
            "driver": "network",
            "address": printer.address,
            "mode": "raster",
        },
    ]
    server = start_hall(
        settings(small_hall(devices=devices), voice={"engine": "espeak", "rate": 300, "repeat": 1})
    )
    return Hall(server, server.hall)


@pytest.fixture
def context(loud_chromium: Browser) -> Iterator[BrowserContext]:
    context = loud_chromium.new_context(locale="zh-CN", viewport=KIOSK, has_touch=True)
    context.add_init_script(LISTEN)
    yield from watched(context)


def keep(page: Page, name: str) -> None:
    """Keeps a picture when somebody wants them."""
    folder = os.environ.get("HALL_PICTURES")
    if folder:
        page.wait_for_timeout(700)  # movements have come to rest
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


def sized(context: BrowserContext, size: dict[str, int]) -> Page:
    page = context.new_page()
    page.set_viewport_size(size)
    return page


def sign_in(page: Page, server: HallServer, username: str, wanted: str) -> None:
    page.goto(f"{server.url}/sign-in?next=/halls/{server.hall}/{wanted}")
    page.fill("#username", username)
    page.fill("#password", PASSWORD)
    page.locator("form[data-guard] button[type=submit]").click()


@pytest.mark.parametrize("elderly", [False, True], ids=["ordinary", "elderly"])
def test_a_visit_from_the_kiosk_to_the_rating(
    hall: Hall, printer: StandIn, context: BrowserContext, chromium: Browser, elderly: bool
):
    suffix = "-elderly" if elderly else ""
    board = live(_board(context, hall.server))
    visitor = AtTheKiosk(context.new_page(), hall).arrives()
    if elderly:
        visitor.press("[data-toggle-size]")
        expect(visitor.page.locator("html")).to_have_attribute("data-size", "large")
    keep(visitor.page, f"kiosk{suffix}")
    visitor.press("#open-search")
    visitor.types("tx")
    keep(visitor.page, f"kiosk-search{suffix}")
    visitor.page.locator("#results .list-row").first.click()
    expect(visitor.page.locator(".kiosk-materials")).to_contain_text("居民身份证")
    keep(visitor.page, f"kiosk-item{suffix}")
    visitor.press("#take")
    visitor.press("#take-elderly" if elderly else "#take-ordinary")
    assert visitor.number() == "A001"
    expect(visitor.page.locator(".kiosk-paper")).to_contain_text("已打印")
    keep(visitor.page, f"kiosk-number{suffix}")

    # The paper: the bytes that the printer got, drawn again, and its QR read by an independent decoder.
    paper = printer.wait_for_tickets(1)[0]
    picture = _whole(paper.pictures)
    if folder := os.environ.get("HALL_PICTURES"):
        picture.convert("L").save(Path(folder) / f"ticket{suffix}.png")
    codes = zxingcpp.read_barcodes(picture.convert("L"))
    status_url = codes[0].text
    assert status_url.startswith(f"{hall.server.url}/t/{hall.code}/")

    # The clerk calls by the one big key; the board shows it and plays its WAV; the window's screen follows.
    window = sized(context, BOARD)
    window.goto(address(hall.server, "window/1"))
    clerk_context = chromium.new_context(locale="zh-CN", viewport=COUNTER)
    clerk = clerk_context.new_page()
    sign_in(clerk, hall.server, "clerk1", "clerk")
    expect(clerk.locator(".window-card").first).to_be_visible()
    clerk.keyboard.type("1")
    clerk.keyboard.press("Enter")
    expect(clerk.locator("#stage")).to_have_attribute("data-state", "paused")
    _press(clerk, "Space")
    expect(clerk.locator("#stage")).to_have_attribute("data-state", "idle")
    _press(clerk, "Space")
    expect(clerk.locator("#stage-label")).to_have_text("A001")
    expect(board.locator("#hero[data-state=called] #hero-ticket")).to_have_text("A001")
    expect(window.locator("#screen[data-state=called]")).to_be_visible()
    keep(board, f"board{suffix}")
    keep(window, f"window{suffix}")
    assert said(board, 1) == ["请 A 零零一 号，到 一 号窗口"]
    assert len(board.evaluate("ended")) >= 3
    _press(clerk, "s")
    expect(clerk.locator("#stage")).to_have_attribute("data-state", "serving")
    keep(clerk, f"clerk{suffix}")

    # The visitor's own page, opened by the QR, follows and asks for the rating once.
    phone = sized(context, PHONE)
    phone.goto(status_url)
    expect(phone.locator("#label")).to_have_text("A001")
    keep(phone, f"visitor{suffix}")
    _press(clerk, "f")
    expect(clerk.locator("#stage")).to_have_attribute("data-state", "idle")
    expect(phone.locator("#rating")).to_be_visible()
    assert phone.locator("[data-grade][aria-pressed=true]").count() == 0
    phone.locator("[data-grade='5']").click()
    keep(phone, f"rating{suffix}")
    phone.locator("#rating-send").click()
    expect(phone.locator("#thanks")).to_be_visible()

    ticket = hall.ticket("A001")
    assert ticket["state"] == "finished"
    assert ticket["visitor_class"] == ("elderly" if elderly else "ordinary")
    types = [one["type"] for one in hall.api("guide").get("/events", after=0)["events"]]
    assert [one for one in types if one.startswith("ticket_")] == [
        "ticket_issued",
        "ticket_called",
        "ticket_started",
        "ticket_finished",
        "ticket_rated",
    ]
    clerk_context.close()


def _board(context: BrowserContext, server: HallServer) -> Page:
    page = sized(context, BOARD)
    page.goto(address(server, "board?speak=1"))
    return page


def _press(page: Page, key: str) -> None:
    """One press of a hand, which does not press the same key twice within a moment."""
    page.wait_for_timeout(400)
    page.keyboard.press(key)


def _whole(bands: list[Image.Image]) -> Image.Image:
    """The ticket's picture from the bands in which it was sent."""
    whole = Image.new("1", (max(one.width for one in bands), sum(one.height for one in bands)), 1)
    top = 0
    for band in bands:
        whole.paste(band, (0, top))
        top += band.height
    return whole
