"""Boards and window screens in a real Chromium and a real hall: what they show, and how they come back."""

import re
import time
from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import WebSocketRoute, expect

from tests.browser.screens import OpenPage, address, live, said
from tests.browser_support import PATIENCE_SECONDS, faults, wait_until
from tests.builders import settings, small_hall
from tests.faulty_wire import FaultyWire
from tests.hall_server import HallServer, StartHall

pytestmark = pytest.mark.browser

SPEAKING = {"engine": "espeak", "rate": 400, "repeat": 1}
EIGHT_WINDOWS = [
    {"number": one, "zone": "east" if one < 5 else "west", "kind": "comprehensive", "businesses": "all"}
    for one in range(1, 9)
]
FITS = """() => {
  const { scrollWidth, scrollHeight } = document.scrollingElement;
  return scrollWidth <= innerWidth && scrollHeight <= innerHeight;
}"""
REMEMBER_ROWS = """() => {
  window.seen = new Set();
  new MutationObserver(() => {
    const rows = document.querySelectorAll("#calls > [data-ticket]:not([hidden])");
    for (const row of rows) seen.add(row.dataset.ticket);
    seen.add(document.querySelector("#hero-ticket").textContent);
  }).observe(document.querySelector("#main"), {subtree: true, childList: true, attributes: true});
}"""
COUNT_ROWS = "document.querySelectorAll('#calls > [data-ticket]').length"
# Date alone: a simulated clock for the timers too has been seen to stand still
A_CLOCK_TO_PUT_FORWARD = "window.putForward = 0; const real = Date.now; Date.now = () => real() + putForward;"
ROWS = "rows => rows.map(row => row.dataset.ticket)"


# ---- what is shown ----


def test_a_call_shows_on_the_halls_board_its_zones_board_and_its_window(
    hall_server: HallServer, open_page: OpenPage
):
    hall, east = (live(open_page(address(hall_server, one))) for one in ("board", "board/east"))
    west, window = (live(open_page(address(hall_server, one))) for one in ("board/west", "window/2"))
    expect(window.locator("#before")).to_have_text("窗口未开放")
    clerk = hall_server.clerk(7).sits_at(2, open_it=False)
    expect(window.locator("#before")).to_have_text("暂停服务")
    expect(window.locator("#clerk")).to_contain_text("工号 007")
    expect(window.locator("#clerk-name")).to_have_text("窗口人员7")
    clerk.does("open")
    expect(window.locator("#before")).to_have_text("欢迎光临")

    hall_server.visitor().takes_a_number("social")
    expect(hall.locator("[data-business=social] .count-people")).to_have_text("1")
    clerk.calls_next()
    for board in (hall, east):
        expect(board.locator("#hero[data-state=called].flash #hero-ticket")).to_have_text("A001")
    for board in (hall, east):
        expect(board.locator("#hero-window")).to_have_text("2")
        expect(board.locator("#calls")).to_have_text("今天没有更早的叫号")
        expect(board.locator("[data-window='2'][data-state=called] .tile-now")).to_have_text("A001")
    expect(hall.locator("#hero-zone")).to_have_text("东区")
    expect(hall.locator("[data-business=social] .count-people")).to_have_text("0")
    expect(window.locator("#screen[data-state=called].flash")).to_be_visible()
    assert window.locator("#main").inner_text().split() == ["请", "A001", "到本窗口"]

    clerk.does("recall")
    expect(hall.locator("#hero-note")).to_have_text("第 2 次呼叫")
    clerk.does("start")
    expect(hall.locator("#hero[data-state=past] #hero-note")).to_have_text("办理中")
    expect(window.locator("#before")).to_have_text("正在办理")
    expect(window.locator("#ticket")).to_have_text("A001")
    clerk.does("finish")
    expect(window.locator("#before")).to_have_text("欢迎光临")
    clerk.does("pause", reason="午休")
    expect(east.locator("[data-window='2'] .tile-now")).to_have_text("暂停服务")
    clerk.does("sign-out")
    expect(window.locator("#before")).to_have_text("窗口未开放")
    expect(west.locator("#hero[data-state=idle]")).to_be_visible()
    expect(west.locator("#calls")).to_have_text("今天还没有叫号")
    assert west.locator("#windows [data-window]").count() == 3


def test_boards_know_numbers_and_windows_only(hall_server: HallServer, open_page: OpenPage):
    clerk = hall_server.clerk(1).sits_at(1)
    hall_server.visitor().takes_a_number("social", id_number="11010519491231002X")
    clerk.calls_next()
    board = hall_server.anyone().get("/board")
    assert set(board["calls"][0]) == {
        "call_id", "ticket", "window", "zone", "called_at", "latest_at", "recalls", "state", "matters",
    }  # fmt: skip
    assert set(board["windows"][0]["clerk"]) == {"name", "badge"}


@pytest.mark.parametrize("size", [(1920, 1080), (3840, 2160), (1080, 1920)])
def test_every_screen_is_readable_for_everybody_in_every_size(
    hall_server: HallServer, open_page: OpenPage, size: tuple[int, int]
):
    clerks = [hall_server.clerk(one).sits_at(one) for one in (1, 2, 3)]
    visitor = hall_server.visitor()
    for clerk in clerks:
        visitor.takes_a_number("social")
        clerk.calls_next()
    clerks[0].does("start")
    for screen in ("board?speak=1", "board/west", "window/1", "window/2", "window/6", "board?lang=en"):
        page = open_page(address(hall_server, screen))
        page.set_viewport_size({"width": size[0], "height": size[1]})
        live(page)
        assert (screen, faults(page)) == (screen, [])
        assert page.evaluate(FITS)
        page.close()


def test_a_zone_or_window_that_is_not_there_is_said_so(hall_server: HallServer, open_page: OpenPage):
    for screen in ("board/nowhere", "window/99"):
        assert requests.get(address(hall_server, screen), timeout=30).status_code == 404


def test_a_new_business_day_brings_a_new_picture(hall_server: HallServer, open_page: OpenPage):
    page = open_page("about:blank")
    page.add_init_script(A_CLOCK_TO_PUT_FORWARD)
    page.goto(address(hall_server, "board"), wait_until="networkidle")  # it has heard the hall's time
    live(page)
    with page.expect_response("**/api/v1/halls/test/board", timeout=60_000):
        page.evaluate("window.putForward = 24 * 3600 * 1000")


# ---- away and back ----


@pytest.fixture
def cut_off(start_hall: StartHall) -> Iterator[tuple[HallServer, FaultyWire]]:
    """A hall of eight windows that speaks, and a wire to it."""
    hall = start_hall(settings(small_hall(windows=EIGHT_WINDOWS)) | {"voice": SPEAKING})
    wire = FaultyWire(hall.port)
    yield hall, wire
    wire.end()


def test_a_board_cut_off_for_100_calls_shows_all_of_them_in_order_and_speaks_those_that_matter(
    cut_off: tuple[HallServer, FaultyWire], open_loud_page: OpenPage
):
    hall, wire = cut_off
    visitor = hall.visitor()
    clerks = [hall.clerk(one).sits_at(one) for one in range(1, 9)]
    visitor.takes_a_number()
    page = live(open_loud_page(address(hall, "board?speak=1&seconds=1", wire.url)))
    first = clerks[0].calls_next()
    assert said(page, 1) == ["请 A 零零一 号，到 一 号窗口"]
    clerks[0].does("start")
    clerks[0].does("finish")

    wire.cut()
    expect(page.locator("#stale")).to_have_text("与服务器失去联系，显示可能不是最新")
    called = []
    for _ in range(100):
        visitor.takes_a_number()
    for turn in range(100):
        clerk = clerks[turn % 8]
        called.append((clerk.calls_next()["label"], clerk.window))
        if turn < 92:
            clerk.does("start")
            clerk.does("finish")
    page.evaluate(REMEMBER_ROWS)
    wire.mend()

    wait_until(page, f"{COUNT_ROWS} >= 99")
    rows = page.locator("#calls > [data-ticket]").evaluate_all(ROWS)
    hero = page.locator("#hero-ticket").inner_text()
    labels = [label for label, _ in called]
    assert [hero, *rows][:100] == labels[::-1]
    expect(page.locator("#stale")).to_be_hidden()
    wait_until(page, "labels => labels.every((one) => seen.has(one))", labels)
    spoken = said(page, 1 + 1 + 4)[1:]
    assert spoken == _sentences(called[92:])
    assert first["label"] == "A001"
    # Every page has been shown once: what matters stays, the rest makes room.
    wait_until(page, f"{COUNT_ROWS} === 7")


def _sentences(calls: list[tuple[str, int]]) -> list[str]:
    """Eight calls are a burst: four in one sentence, then four that may wait their turn."""
    digits, windows = "零一二三四五六七八九", "零一二三四五六七八"
    halves = [
        (f"A {''.join(digits[int(one)] for one in label[1:])} 号", f"到 {windows[window]} 号窗口")
        for label, window in calls
    ]
    merged = "请 " + "，".join(half for call in halves[:4] for half in call)
    return [merged, *(f"请 {ticket}，{window}" for ticket, window in halves[4:])]


def test_a_board_says_that_it_lost_the_server_and_recovers_when_it_is_back(
    hall_server: HallServer, open_page: OpenPage
):
    clerk = hall_server.clerk(1).sits_at(1)
    visitor = hall_server.visitor()
    screens = [live(open_page(address(hall_server, one))) for one in ("board", "window/1")]
    hall_server.kill()
    for screen in screens:
        expect(screen.locator("#stale")).to_be_visible()
    hall_server.start()
    visitor.takes_a_number()
    clerk.calls_next()
    expect(screens[0].locator("#hero-ticket")).to_have_text("A001")
    expect(screens[1].locator("#ticket")).to_have_text("A001")
    for screen in screens:
        expect(screen.locator("#stale")).to_be_hidden()


def test_events_that_two_processes_send_the_wrong_way_round_are_put_in_order_without_asking(
    hall_server: HallServer, open_page: OpenPage
):
    page = open_page("about:blank")
    held: list[str | bytes] = []

    def between(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            if '"pulse"' in str(message)[:12]:
                return
            if "ticket_called" in str(message) and not held:
                held.append(message)
                return
            socket.send(message)
            if "ticket_started" in str(message):
                socket.send(held[0])

        server.on_message(pass_on)

    page.route_web_socket(re.compile(r"/socket\.io/"), between)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/events" in request.url else None)
    page.goto(address(hall_server, "board"))
    live(page)
    clerk = hall_server.clerk(1).sits_at(1)
    hall_server.visitor().takes_a_number()
    expect(page.locator("[data-business=social] .count-people")).to_have_text("1")
    asked.clear()
    clerk.calls_next()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not held and time.monotonic() < deadline:  # begun at once, both could come in one message
        page.wait_for_timeout(20)
    clerk.does("start")
    expect(page.locator("#hero-note")).to_have_text("办理中")
    expect(page.locator("#hero-ticket")).to_have_text("A001")
    assert len(held) == 1
    assert asked == []


# ---- the parts that decide nothing but keep order ----


def test_the_line_of_calls_to_be_spoken_holds_each_once_in_order_and_never_grows_without_end(
    hall_server: HallServer, open_page: OpenPage
):
    page = live(open_page(address(hall_server, "board")))
    assert page.evaluate(
        """async () => {
          const { createBacklog } = await import("/display/backlog.js");
          const line = createBacklog(5);
          const added = [1, 2, 2, 3].map(line.add);
          line.begin([1]);
          added.push(line.add(1));
          line.end();
          added.push(line.add(1));
          line.drop([2]);
          for (const one of [4, 5, 6, 7]) line.add(one);
          return { added, waiting: line.waiting };
        }"""
    ) == {"added": [True, True, False, True, False, True], "waiting": [1, 4, 5, 6, 7]}


def test_a_model_that_runs_for_days_stays_as_large_as_the_hall(hall_server: HallServer, open_page: OpenPage):
    page = live(open_page(address(hall_server, "board")))
    assert page.evaluate(
        """async () => {
          const { createModel, KEPT_CALLS } = await import("/display/model.js");
          const model = createModel();
          model.load(await (await fetch("/api/v1/halls/test/board")).json());
          for (let id = 1; id <= 5000; id += 1) {
            const at = "2026-01-05T01:00:00.000Z";
            const told = { ticket: `A${id}`, business: "social", window: 1 + (id % 6), zone: "east", at };
            model.apply({ type: "ticket_issued", ...told }, false);
            model.apply({ type: "ticket_called", call_id: id, ...told }, false);
            model.apply({ type: "ticket_started", ...told }, false);
            model.apply({ type: "ticket_finished", ...told }, false);
          }
          const counts = model.waiting().map((one) => one.count);
          return [model.calls.length <= KEPT_CALLS, model.windows.size, model.lines.size, counts];
        }"""
    ) == [True, 6, 3, [0, 0, 0]]
