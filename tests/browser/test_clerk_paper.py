"""A clerk whose server is away goes on by the printed numbers: nothing is shown as done that was not,
everything is entered once when it is back, and what does not fit is said.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.clerk_console import Console, Hall, a_browser
from tests.browser.kiosk_hall import has_no_violations
from tests.faulty_wire import FaultyWire
from tests.hall_server import HallServer

pytestmark = pytest.mark.browser


@pytest.fixture
def wire(clerk_server: HallServer) -> Iterator[FaultyWire]:
    one = FaultyWire(clerk_server.port)
    yield one
    one.end()


@pytest.fixture
def counter(chromium: Browser, clerk_hall: Hall, wire: FaultyWire) -> Iterator[Console]:
    """Clerk 1 at a counter PC that reaches the hall over the wire, with three visitors waiting."""
    context, complaints = a_browser(chromium, clerk_hall, "clerk1", wire.url)
    for _ in range(3):
        clerk_hall.visitor().takes_a_number()
    yield Console(context.new_page(), clerk_hall).sits_at(1)
    context.close()
    assert complaints == []


def goes_on_paper(counter: Console, wire: FaultyWire) -> None:
    has_no_violations(counter.page)  # while what looks for them can still be loaded
    wire.cut()
    offer = counter.page.locator("#paper-offer")
    expect(offer).to_be_visible()
    has_no_violations(counter.page)
    counter.presses("o")
    expect(counter.page.locator("#paper")).to_be_visible()
    expect(offer).to_be_hidden()


def test_a_clerk_calls_on_by_keyboard_and_all_of_it_is_entered_once_with_its_times(
    counter: Console, wire: FaultyWire, clerk_hall: Hall
):
    goes_on_paper(counter, wire)
    before = clerk_hall.event_types()
    counter.presses("Space")
    counter.shows("called", "A001")
    counter.presses("s")
    counter.shows("serving", "A001")
    counter.presses("f")
    counter.shows("idle")
    counter.presses("Space")
    counter.shows("called", "A002")
    counter.presses("m")
    counter.presses("c")
    counter.page.locator("dialog input").fill("a003")
    counter.page.keyboard.press("Enter")
    counter.shows("called", "A003")
    for verb in ("recall", "hold", "transfer", "pause", "sign-out"):
        counter.off(verb)
    expect(counter.page.locator("#paper-title")).to_have_text("离线记录，尚未提交")
    expect(counter.page.locator("#paper-count")).to_have_text("3 条")
    has_no_violations(counter.page)
    assert clerk_hall.event_types() == before, "nothing was done, and nothing was shown as done"
    wire.loses_answers = 1
    wire.gone = False
    expect(counter.page.locator("#paper")).to_be_hidden()
    counter.shows("called", "A003")
    assert wire.lost == 1
    told = clerk_hall.event_types()[len(before) :]
    assert told == [
        "ticket_called",
        "ticket_started",
        "ticket_finished",
        "ticket_called",
        "ticket_missed",
        "ticket_called",
    ]
    counter.presses("s")
    counter.presses("f")
    counter.shows("idle")
    assert clerk_hall.guide().api.get("/tickets", number="A003")["state"] == "finished"


def test_a_number_that_another_window_called_meanwhile_is_said_in_words(
    counter: Console, wire: FaultyWire, clerk_hall: Hall
):
    goes_on_paper(counter, wire)
    clerk_hall.clerk(2).sits_at(2).calls_next()
    counter.presses("Space")
    counter.shows("called", "A001")
    counter.presses("s")
    counter.presses("f")
    counter.presses("c")
    counter.page.locator("dialog input").fill("C077")
    counter.page.keyboard.press("Enter")
    counter.shows("called", "C077")
    wire.mend()
    conflicts = counter.page.locator("#paper-conflicts")
    expect(conflicts).to_contain_text("A001")
    expect(conflicts).to_contain_text("2 号窗口")
    expect(conflicts).to_contain_text("C077")
    expect(conflicts).to_contain_text("还没有交来")
    has_no_violations(counter.page)
    counter.page.keyboard.press("Enter")
    counter.shows("idle")
    assert clerk_hall.guide().api.get("/tickets", number="A001")["state"] == "called"
    assert clerk_hall.event_types().count("paper_call_kept") == 2


def test_what_was_written_on_paper_outlives_the_page(counter: Console, wire: FaultyWire, clerk_hall: Hall):
    goes_on_paper(counter, wire)
    counter.presses("Space")
    counter.presses("s")
    counter.presses("f")
    counter.page.goto("about:blank")
    wire.mend()
    counter.opens()
    counter.shows("idle")
    expect(counter.page.locator("#paper")).to_be_hidden()
    assert clerk_hall.guide().api.get("/tickets", number="A001")["state"] == "finished"
