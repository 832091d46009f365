"""What boards say: real WAVs in order, nothing twice, nothing that is over; what they do without sound."""

import pytest
import requests
from playwright.sync_api import Browser, expect

from hall import setup
from tests.browser.screens import OpenPage, address, live, said
from tests.builders import settings, small_hall
from tests.hall_server import HallServer, StartHall

pytestmark = pytest.mark.browser

SPEAKING = {"engine": "espeak", "rate": 400, "repeat": 1}


@pytest.fixture
def speaking_hall(start_hall: StartHall) -> HallServer:
    return start_hall(settings() | {"voice": SPEAKING})


def test_a_board_plays_the_chime_and_the_real_wavs_of_a_call_in_order(
    speaking_hall: HallServer, open_loud_page: OpenPage
):
    page = live(open_loud_page(address(speaking_hall, "board?speak=1")))
    clerk = speaking_hall.clerk(1).sits_at(1)
    speaking_hall.visitor().takes_a_number()
    clerk.calls_next()
    expect(page.locator("#hero[data-speaking]")).to_be_visible()
    assert said(page, 1) == ["请 A 零零一 号，到 一 号窗口"]
    call = speaking_hall.anyone().get("/board")["calls"][0]["call_id"]
    sounds = speaking_hall.anyone().get("/announcements", calls=call)["sounds"]
    files = [requests.get(speaking_hall.url + one["url"], timeout=30) for one in sounds]
    assert [one.headers["Content-Type"] for one in files] == ["audio/wav"] * 3
    assert "immutable" in files[1].headers["Cache-Control"]
    lengths = [(len(one.content) - 44) / 2 / 22_050 for one in files]
    assert page.evaluate("ended") == pytest.approx(lengths, abs=0.02)


def test_a_recall_of_what_is_being_said_is_not_said_again(
    speaking_hall: HallServer, open_loud_page: OpenPage
):
    page = live(open_loud_page(address(speaking_hall, "board?speak=1")))
    first, second = (speaking_hall.clerk(one).sits_at(one) for one in (1, 2))
    visitor = speaking_hall.visitor()
    for _ in range(2):
        visitor.takes_a_number()
    first.calls_next()
    expect(page.locator("#sound[data-state=speaking]")).to_be_visible()
    first.does("recall")
    second.calls_next()
    second.does("recall")
    both = ["请 A 零零一 号，到 一 号窗口", "请 A 零零二 号，到 二 号窗口"]
    assert said(page, 2) == both
    first.does("recall")
    assert said(page, 3) == [*both, both[0]]


def test_a_call_that_was_answered_while_it_waited_is_not_said(
    speaking_hall: HallServer, open_loud_page: OpenPage
):
    page = live(open_loud_page(address(speaking_hall, "board?speak=1")))
    clerks = [speaking_hall.clerk(one).sits_at(one) for one in (1, 2, 3, 5)]
    visitor = speaking_hall.visitor()
    for _ in clerks:
        visitor.takes_a_number()
    for clerk in clerks:
        clerk.calls_next()
    clerks[1].does("start")
    clerks[2].does("missed")
    assert said(page, 2) == ["请 A 零零一 号，到 一 号窗口", "请 A 零零四 号，到 五 号窗口"]


def test_a_zones_board_speaks_its_zones_calls_only(speaking_hall: HallServer, open_loud_page: OpenPage):
    west = live(open_loud_page(address(speaking_hall, "board/west?speak=1")))
    silent = live(open_loud_page(address(speaking_hall, "board/west")))
    clerks = [speaking_hall.clerk(one).sits_at(one) for one in (1, 5)]
    visitor = speaking_hall.visitor()
    for clerk in clerks:
        visitor.takes_a_number()
        clerk.calls_next()
    assert said(west, 1) == ["请 A 零零二 号，到 五 号窗口"]
    expect(silent.locator("#hero-ticket")).to_have_text("A002")
    assert silent.evaluate("ended") == []


def test_a_browser_that_may_not_play_yet_shows_a_button_and_then_says_what_still_matters(
    speaking_hall: HallServer, open_page: OpenPage
):
    page = live(open_page(address(speaking_hall, "board?speak=1")))
    button = page.get_by_role("button", name="点击启用声音")
    expect(button).to_be_visible()
    clerk = speaking_hall.clerk(1).sits_at(1)
    speaking_hall.visitor().takes_a_number()
    clerk.calls_next()
    expect(page.locator("#hero-ticket")).to_have_text("A001")
    assert page.evaluate("said") == []
    button.click()
    expect(button).to_be_hidden()
    assert said(page, 1) == ["请 A 零零一 号，到 一 号窗口"]


def test_a_page_loaded_again_says_what_was_called_meanwhile_and_nothing_twice(
    speaking_hall: HallServer, open_loud_page: OpenPage
):
    page = live(open_loud_page(address(speaking_hall, "board?speak=1")))
    clerks = [speaking_hall.clerk(one).sits_at(one) for one in (1, 2)]
    visitor = speaking_hall.visitor()
    for _ in clerks:
        visitor.takes_a_number()
    clerks[0].calls_next()
    said(page, 1)
    page.goto("about:blank")
    clerks[1].calls_next()
    page.goto(address(speaking_hall, "board?speak=1"))
    assert said(page, 1) == ["请 A 零零二 号，到 二 号窗口"]


def test_a_paired_board_shows_its_place_and_speaks_when_its_device_says_so(
    start_hall: StartHall, loud_chromium: Browser
):
    devices = [
        {"id": "loud", "kind": "board", "name": "有声屏", "speaks": True},
        {"id": "mute", "kind": "board", "name": "无声屏", "zone": "west"},
        {"id": "above", "kind": "board", "name": "窗口屏", "window": 2},
        {"id": "kiosk-1", "kind": "kiosk", "name": "取号机", "reader": "simulated"},
    ]
    hall = start_hall(settings(small_hall(devices=devices)))
    for name, screen, speaks in (("loud", "board", 1), ("mute", "board/west", 0), ("above", "window/2", 0)):
        database = hall.database()
        token = setup.new_token(database, hall.hall, name)
        database.engine.dispose()
        context = loud_chromium.new_context()
        page = context.new_page()
        page.goto(f"{hall.url}/halls/test/pair?token={token}")
        assert page.url == address(hall, screen)
        assert page.locator("[data-speaks]").count() == speaks
        context.close()


def test_a_quiet_hall_only_flashes(start_hall: StartHall, open_loud_page: OpenPage):
    hall = start_hall(settings() | {"voice": SPEAKING | {"quiet": True}})
    page = live(open_loud_page(address(hall, "board?speak=1")))
    expect(page.locator("#sound-words")).to_have_text("静音模式，只闪屏")
    clerk = hall.clerk(1).sits_at(1)
    hall.visitor().takes_a_number()
    clerk.calls_next()
    expect(page.locator("#hero.flash #hero-ticket")).to_have_text("A001")
    assert hall.anyone().get("/voice") == {"state": "quiet", "reason": None}
    assert page.evaluate("ended") == []
    assert page.locator("[data-speaks]").count() == 0


def test_a_hall_without_a_voice_says_so_plays_the_chime_and_goes_on(
    hall_server: HallServer, open_loud_page: OpenPage
):
    page = live(open_loud_page(address(hall_server, "board?speak=1")))
    expect(page.locator("#sound-words")).to_have_text("语音不可用 · 设置为不使用语音")
    clerks = [hall_server.clerk(one).sits_at(one) for one in (1, 2)]
    visitor = hall_server.visitor()
    for clerk in clerks:
        visitor.takes_a_number()
        clerk.calls_next()
    assert len(said(page, 2)) == 2
    assert page.evaluate("ended.length") == 2
    expect(page.locator("#sound-words")).to_have_text("语音不可用 · 设置为不使用语音")
