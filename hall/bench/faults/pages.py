"""A kiosk's page and a clerk's page, in a real Chromium, lose the server for seconds, minutes or an hour,
while others in the hall work on.

A visitor presses while the line is dead and waits, or gives up; the clerk presses the key for the next
visitor and, where there is time to be told, goes on by the printed numbers. Nobody helps a page: none is
loaded again. The pages need Playwright and a Chromium (tests/requirements.txt); nothing of the hall itself
does.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import gevent
from sqlalchemy import select

from hall.bench.faults.chromium import chromium
from hall.bench.faults.fault_hall import KIOSKS, PASSWORD, FaultHall, fault_hall
from hall.bench.faults.ledger import compare
from hall.bench.faults.load import Load
from hall.bench.faults.row import Row, Terms
from hall.bench.faults.wire import Wire
from hall.records.tables import calls, devices, paper_calls, steps, tickets

BUSINESS, PREFIX, WINDOW = "housing", "D", 1
"""The pages' own business and window, so that each of its numbers and calls was made by these pages."""
BACK_SECONDS = 30.0
"""From the network's return until both pages show the hall as it is: a wish that gets no answer is sent again
after at most 10 s and a pause, a dead line is noticed after 25 s at most."""
PATIENCE_SECONDS = 90.0
PLAYED_SECONDS = 60.0
"""How long an hour takes: others do meanwhile what they can, and the pages' clock is put forward by the
rest.
"""
TOLD_SECONDS = 60.0
"""In an outage this long or longer each page must have said that the server is away."""
PRESS_SECONDS = 0.4
"""A hand does not press the same key twice within a moment (hall/web/static/js/guard.js)."""
CLOCK = """(() => {
  const Real = Date;
  let ahead = 0;
  window.Date = class extends Real {
    constructor(...parts) { parts.length ? super(...parts) : super(Real.now() + ahead); }
    static now() { return Real.now() + ahead; }
  };
  window.putForward = (seconds) => { ahead += 1000 * seconds; };
})()"""
"""Only the date: timers go on as they do."""


class _Pages:
    """Both pages, who stands in front of them, and what they were shown."""

    def __init__(self, hall: FaultHall, wire: Wire, browser: Any) -> None:
        self.hall, self.wire = hall, wire
        self.shown: list[str] = []
        self.untrue: list[str] = []
        self.on_paper: list[str] = []
        self.told_seconds: list[float] = []
        self.kiosk = browser.new_context(viewport={"width": 1080, "height": 1920}).new_page()
        self.clerk = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
        for page in (self.kiosk, self.clerk):
            page.set_default_timeout(1000 * PATIENCE_SECONDS)
            page.add_init_script(CLOCK)
            page.on("pageerror", lambda error: self.untrue.append(str(error)))
        self.kiosk.goto(f"{wire.url}/halls/{hall.hall}/pair?token={hall.tokens[KIOSKS[0]]}")
        account = {"username": f"clerk{WINDOW}", "password": PASSWORD, "hall": hall.hall}
        self.clerk.context.request.post(f"{wire.url}/api/v1/session", data=account)
        self.clerk.goto(f"{wire.url}/halls/{hall.hall}/clerk")
        self.clerk.locator(".window-card").first.wait_for()
        self.clerk.keyboard.type(str(WINDOW))
        self.clerk.keyboard.press("Enter")
        self.clerk_shows("paused")
        self.press("Space")
        self.clerk_shows("idle")

    # ---- the kiosk ----

    def wishes(self) -> None:
        """A visitor goes through to the last press."""
        if self.view() != "start":
            self.kiosk.locator("#done, #home").locator("visible=true").first.click()
        self.kiosk.locator(".tile", has_text="公积金").click()
        for step in ("#take", "#take-ordinary"):
            self.kiosk.locator(step).click()

    def gets(self) -> None:
        """The number comes on the screen."""
        number = self.kiosk.locator(".kiosk-number")
        number.wait_for()
        self.shown.append(number.inner_text().strip())

    def view(self) -> str:
        return str(self.kiosk.locator("#kiosk").get_attribute("data-view"))

    # ---- the clerk ----

    def press(self, key: str) -> None:
        self.clerk.wait_for_timeout(1000 * PRESS_SECONDS)
        self.clerk.keyboard.press(key)

    def clerk_shows(self, state: str, seconds: float = PATIENCE_SECONDS) -> None:
        self.clerk.locator(f"#stage[data-state={state}]").wait_for(timeout=1000 * seconds)

    def state(self) -> str:
        return str(self.clerk.locator("#stage").get_attribute("data-state"))

    def label(self) -> str:
        return str(self.clerk.locator("#stage-label").inner_text()).strip()

    def serves(self) -> str:
        """The next visitor, from the call to the end; the number that was called."""
        self.press("Space")
        self.clerk_shows("called")
        label = self.label()
        self.press("s")
        self.clerk_shows("serving")
        self.press("f")
        self.clerk_shows("idle")
        return label

    # ---- both ----

    def say_so(self) -> bool:
        """Whether both pages show that what they show may be old."""
        return all(page.locator("#stale").is_visible() for page in (self.kiosk, self.clerk))

    def put_forward(self, seconds: float) -> None:
        for page in (self.kiosk, self.clerk):
            page.evaluate("(seconds) => putForward(seconds)", seconds)

    def true_again(self) -> bool:
        """Whether both pages follow the hall again and the clerk's shows what stands in the database."""
        if any(page.locator("#stale").is_visible() for page in (self.kiosk, self.clerk)):
            return False
        if self.clerk.locator("#paper").is_visible() or self.clerk.locator("#paper-offer").is_visible():
            return False
        there = self.at_the_window()
        return self.state() == (there[0] if there else "idle") and (not there or self.label() == there[1])

    def at_the_window(self) -> tuple[str, str] | None:
        """State and number of whoever is at the clerk's window by the database."""
        wanted = select(steps.c.state, tickets.c.label).join(tickets, tickets.c.id == steps.c.ticket_id)
        with self.hall.database.read() as connection:
            row = connection.execute(
                wanted.where(steps.c.state.in_(("called", "serving")), tickets.c.prefix == PREFIX)
            ).first()
        return (row.state, row.label) if row is not None else None


def outage(seconds: float) -> Callable[[Terms], Row]:
    """The network is away for so long: cut, or every other time silent, which nobody is told of."""
    return partial(_outage, seconds)


def _outage(seconds: float, terms: Terms) -> Row:
    recover: list[float] = []
    with _scene(terms) as (made, beside):
        for turn in range(terms.times):
            _before(made)
            beside.work()
            (made.wire.hush if turn % 2 else made.wire.cut)()
            _while_away(made, seconds)
            made.wire.mend()
            mended = time.monotonic()
            if made.view() == "issuing":
                made.gets()
            _until(made.true_again)
            recover.append(time.monotonic() - mended)
            if made.state() == "called":
                made.press("s")
                made.clerk_shows("serving")
                made.press("f")
                made.clerk_shows("idle")
            beside.rest()
            beside.settle()
            terms.done()
        lost, doubled = _judge(made)
        verdict = compare(beside.ledger, made.hall.database, made.hall.hall_id, without=BUSINESS)
        lost += verdict.lost
        doubled += verdict.doubled
        acts = sum(beside.ledger.acts.values())
    for one in (lost + doubled)[:20]:
        print(one)
    notes = [("fault.note.shown", len(made.shown)), ("fault.note.on_paper", len(made.on_paper))]
    if made.told_seconds:
        notes.append(("fault.note.told", round(max(made.told_seconds))))
    notes.append(("fault.note.beside", acts))
    return Row(terms.times, len(lost), len(doubled), tuple(recover), BACK_SECONDS, tuple(notes))


def _before(made: _Pages) -> None:
    """Two numbers, of which one is served: pages that work."""
    for _ in range(2):
        made.wishes()
        made.gets()
    made.serves()


def _while_away(made: _Pages, seconds: float) -> None:
    """A visitor presses, the clerk presses; neither page may show as done what was not."""
    began = time.monotonic()
    ends = began + min(seconds, PLAYED_SECONDS if seconds > 600 else seconds)
    made.wishes()
    made.press("Space")
    while time.monotonic() < ends and not made.say_so():
        _look(made)
    if made.say_so():
        made.told_seconds.append(time.monotonic() - began)
    elif seconds >= TOLD_SECONDS:
        made.untrue.append("a page did not say that the server is away")
    if made.clerk.locator("#paper-offer").is_visible() and time.monotonic() + 5 < ends:
        made.press("o")
        made.clerk.locator("#paper").wait_for()
        made.on_paper.append(made.serves())
    while time.monotonic() < ends:
        _look(made)
    if seconds > 600:
        made.put_forward(seconds - PLAYED_SECONDS)
        made.clerk.wait_for_timeout(1500)  # the pages' clocks strike, and the kiosk finds nobody there
        _look(made)


def _look(made: _Pages) -> None:
    if made.kiosk.locator(".kiosk-number").is_visible():
        made.untrue.append("the kiosk shows a number that nobody issued")
    if made.state() == "called" and not made.clerk.locator("#paper").is_visible():
        made.untrue.append("the clerk's page shows a call that nobody made")
    gevent.sleep(0.1)


def _until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not true():
        if time.monotonic() > until:
            raise RuntimeError("a page does not come back by itself")
        gevent.sleep(0.05)


def _judge(made: _Pages) -> tuple[list[Any], list[Any]]:
    """Lost: a number that was on the screen, or a call made on paper, that the hall does not have. Doubled: a
    number that nobody was shown, one there twice, one called twice; and whatever a page showed that was not.
    """
    with made.hall.database.read() as connection:
        issued = Counter(
            connection.execute(
                select(tickets.c.label)
                .join(devices, devices.c.id == tickets.c.device_id)
                .where(devices.c.code == KIOSKS[0])
            ).scalars()
        )
        called = Counter(
            connection.execute(
                select(tickets.c.label)
                .join(calls, calls.c.ticket_id == tickets.c.id)
                .where(tickets.c.prefix == PREFIX)
            ).scalars()
        )
        entered = connection.execute(
            select(paper_calls.c.label).where(paper_calls.c.state == "done")
        ).scalars()
        lost: list[Any] = [("shown", one) for one in (Counter(made.shown) - issued).elements()]
        lost += [("on paper", one) for one in (Counter(made.on_paper) - Counter(entered)).elements()]
    doubled: list[Any] = [("issued", one) for one in (issued - Counter(made.shown)).elements()]
    doubled += [("called", one, count) for one, count in called.items() if count > 1]
    doubled += made.untrue
    return lost, doubled


@contextmanager
def _scene(terms: Terms) -> Iterator[tuple[_Pages, Load]]:
    with fault_hall(terms.postgres, change=_own_business) as hall:
        hall.start()
        wire = Wire(hall.port, terms.seed)
        beside = Load(hall, terms.seed, None, KIOSKS[2:], (3, 4))
        try:
            with chromium() as browser:
                yield _Pages(hall, wire, browser), beside
        finally:
            beside.end()
            wire.end()


def _own_business(settings: dict[str, Any]) -> None:
    hall = settings["halls"][0]
    others = [one["id"] for one in hall["departments"][0]["businesses"]]
    hall["departments"][0]["businesses"].append(
        {"id": BUSINESS, "name": "公积金", "prefix": PREFIX, "items": []}
    )
    for window in hall["windows"]:
        window["businesses"] = [BUSINESS] if window["number"] == WINDOW else others
