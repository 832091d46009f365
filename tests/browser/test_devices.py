"""The device list in a real browser, and screens whose loudspeaker or clock stops, against a real hall."""

from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect

from hall import setup
from tests.browser.people_hall import DESK, complaints_of, open_context, sign_in
from tests.browser.screens import OpenPage, address, live, said
from tests.browser_support import faults
from tests.builders import settings, small_hall
from tests.hall_server import HallServer, StartHall
from tests.warning import lose

pytestmark = pytest.mark.browser

BOARD = {"id": "board-1", "kind": "board", "name": "大厅主屏", "speaks": True}
KIOSKS = [{"id": f"kiosk-{one}", "kind": "kiosk", "name": f"{one}号取号机"} for one in (1, 2)]
DEAF = "AudioContext.prototype.resume = () => Promise.reject(new Error('no loudspeaker'));\
window.AudioContext = class { constructor() { throw new Error('no loudspeaker'); } };"


@pytest.fixture
def hall(start_hall: StartHall) -> HallServer:
    wanted = settings(small_hall(devices=[BOARD, *KIOSKS])) | {"voice": {"engine": "espeak"}}
    return start_hall(wanted)


@pytest.fixture
def desk(chromium: Browser, hall: HallServer) -> Iterator[Page]:
    context = open_context(chromium, hall, DESK)
    page = context.new_page()
    sign_in(page, hall.hall, "manager", "devices")
    expect(page.locator("#devices tr").first).to_be_visible()
    yield page
    context.close()


def pairing_address(hall: HallServer, device: str) -> str:
    database = hall.database()
    token = setup.new_token(database, hall.hall, device)
    database.engine.dispose()
    return f"{hall.url}/halls/{hall.hall}/pair?token={token}"


def test_a_paired_board_whose_loudspeaker_is_gone_says_so_and_is_well_again_once_it_is_back(
    hall: HallServer, desk: Page, loud_chromium: Browser
):
    complaints = complaints_of(desk)
    with loud_chromium.new_context() as context:
        board = context.new_page()
        board.goto(pairing_address(hall, "board-1"))
        row = desk.locator('tr[data-device="board-1"]')
        expect(row).to_contain_text("正常")
        board.add_init_script(DEAF)
        board.reload()
        expect(board.locator("#sound-words")).to_contain_text("语音不可用")
        expect(row).to_contain_text("有故障")
        expect(row).to_contain_text("放不出声音，请检查音箱和声卡；接好后自动恢复")
        expect(desk.locator("#verdict")).to_contain_text("1 台设备需要处理")
        assert faults(desk) == []
    with loud_chromium.new_context() as context:
        board = context.new_page()
        board.goto(pairing_address(hall, "board-1"))
        expect(row).to_contain_text("正常")
    lose(hall, "kiosk-1")
    lost = desk.locator('tr[data-device="kiosk-1"]')
    expect(lost).to_contain_text("失联 1 小时")
    expect(lost).to_contain_text("没有消息，请检查电源、网络，确认页面是否打开")
    assert complaints == []


@contextmanager
def asleep() -> Iterator[None]:
    """Every page of this test's browsers stands still, as on a computer that sleeps: no timer, no message."""
    pages = [
        one
        for one in psutil.Process().children(recursive=True)
        if "--type=renderer" in one.cmdline() and one.status() != psutil.STATUS_ZOMBIE
    ]
    for one in pages:
        one.suspend()
    yield
    for one in pages:
        one.resume()


def test_a_board_that_slept_shows_what_is_and_says_only_what_still_matters(
    hall: HallServer, open_loud_page: OpenPage
):
    page = live(open_loud_page(address(hall, "board?speak=1")))
    clerks = [hall.clerk(one).sits_at(one) for one in (1, 2, 3)]
    visitor = hall.visitor()
    for _ in range(4):
        visitor.takes_a_number()
    with asleep():
        for clerk in clerks:
            clerk.calls_next()
        for verb in ("start", "finish"):
            clerks[0].does(verb)
        clerks[1].does("start")
        clerks[0].calls_next()
        hall.stop()  # after hours nobody holds a sleeping page's connection any more
        hall.start()
    expect(page.locator("#hero-ticket")).to_have_text("A004")
    assert said(page, 2) == ["请 A 零零三 号，到 三 号窗口", "请 A 零零四 号，到 一 号窗口"]
    live(page)
