"""What stands in the hall breaks: a printer that has no paper, is open, jammed or offline, answers nothing,
rubbish, late, or takes nothing in; a board's loudspeaker; a board's whole screen; the voice. Each must be
seen in the device list, raise an alert, and be well again without a person once it is whole.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import gevent
import psutil
from sqlalchemy import select

from hall import setup
from hall.bench.faults.chromium import chromium
from hall.bench.faults.fault_hall import KIOSKS, PASSWORD, FaultHall, fault_hall
from hall.bench.faults.paper import Paper, Temper
from hall.bench.faults.row import Row, Terms
from hall.config_alerts import Indicators
from hall.demo.client import Client
from hall.records.tables import print_jobs, tickets

TICKETS = 3
SEEN_SECONDS = 300.0
"""A printer is looked at every half minute, a page counts as silent after three; alerts are looked for every
ten seconds.
"""
WELL_SECONDS = 90.0
"""A job that failed is tried again after 2, 5, 10, 20 and 40 s."""
SLOW_SECONDS = 1.2
ALERTS = ("paper_low", "device_trouble", "device_offline")
BOARD, MANAGER = "board-1", "manager"
LOUD = "--autoplay-policy=no-user-gesture-required"
DUMB = """window.AudioContext = class { constructor() { throw new Error("no loudspeaker"); } };"""


class _Watch:
    """A manager who looks at the device list and the alerts."""

    def __init__(self, hall: FaultHall) -> None:
        self._office: Client = hall.anyone()
        self._office.sign_in(MANAGER, PASSWORD)
        self.unseen = 0
        self.seen_seconds: list[float] = []
        self.warned_seconds: list[float] = []

    def state(self, code: str) -> str:
        devices = self._office.get("/devices")["devices"]
        return str(next(one["state"] for one in devices if one["code"] == code))

    def warned(self, code: str) -> bool:
        alerts = self._office.get("/alerts")["alerts"]
        return any(one["scope"] == code and not one["ended_at"] for one in alerts)

    def sees(self, code: str, states: tuple[str, ...]) -> None:
        """Waits until the list says so and an alert stands; one that does not come is noted."""
        began = time.monotonic()
        listed = _until(lambda: self.state(code) in states, SEEN_SECONDS)
        self.seen_seconds.append(time.monotonic() - began)
        warned = _until(lambda: self.warned(code), SEEN_SECONDS)
        self.warned_seconds.append(time.monotonic() - began)
        self.unseen += (not listed) + (not warned)

    def well(self, code: str) -> None:
        """Waits until the list calls it well and no alert stands."""
        listed = _until(lambda: self.state(code) == "there", SEEN_SECONDS)
        self.unseen += not listed or not _until(lambda: not self.warned(code), SEEN_SECONDS)

    def notes(self) -> list[tuple[str, int]]:
        seen = [("fault.note.seen", round(max(self.seen_seconds)))] if self.seen_seconds else []
        warned = [("fault.note.warned", round(max(self.warned_seconds)))] if self.warned_seconds else []
        return seen + warned


def printer(temper: Temper) -> Callable[[Terms], Row]:
    """Numbers are taken while the printer is so; then it is well."""
    return partial(_printer, temper)


def _printer(temper: Temper, terms: Terms) -> Row:
    recover: list[float] = []
    paper = Paper()
    code = "printer-1"
    with fault_hall(terms.postgres, paper.address, change=_alerts) as hall:
        hall.start()
        watch, kiosk = _Watch(hall), hall.kiosk(KIOSKS[0])
        watch.well(code)
        for _ in range(terms.times):
            paper.temper = temper
            for _ in range(TICKETS):
                kiosk.post("/tickets", {"business": "social"})
            if temper != "slow":
                watch.sees(code, ("trouble",))
                paper.temper = "willing"
            began = time.monotonic()
            _until(lambda: not _open_jobs(hall), WELL_SECONDS)
            recover.append(time.monotonic() - began)
            watch.well(code)
            terms.done()
        lost, doubled = _papers(hall, paper)
    paper.end()
    notes = (*watch.notes(), ("fault.note.papers", len(paper.papers)))
    return Row(terms.times, lost + watch.unseen, doubled, tuple(recover), WELL_SECONDS, notes)


def loudspeaker(terms: Terms) -> Row:
    """A paired board in a browser that has no loudspeaker any more, and in one that has it again."""
    return _board(terms, lambda driver: _page(driver, DUMB), ("trouble",))


def screen_gone(terms: Terms) -> Row:
    """A paired board's browser is closed, and opened again after the alert."""
    return _board(terms, lambda driver: None, ("silent",))


def voice_killed(terms: Terms) -> Row:
    """The process that speaks is killed, and somebody is called: the call has its words and the voice is
    ready again, without anybody's help. What is not said counts as lost.
    """
    recover: list[float] = []
    unsaid = 0
    with fault_hall(terms.postgres, change=_with_board) as hall:
        hall.start()
        clerk, kiosk, board = hall.clerk(1), hall.kiosk(KIOSKS[1]), hall.anyone()

        def speaks(call: int | None = None, other_than: int = 0) -> bool:
            said = call is None or len(board.get(f"/announcements?calls={call}")["sounds"]) > 1
            return said and board.get("/voice")["state"] == "ready" and _voice(hall) not in (0, other_than)

        unsaid += not _until(speaks, WELL_SECONDS)
        for _ in range(terms.times):
            killed = _voice(hall)
            psutil.Process(killed).kill()
            began = time.monotonic()
            kiosk.post("/tickets", {"business": "social"})
            clerk.post("/windows/1/call")
            call = board.get("/board")["calls"][0]["call_id"]
            unsaid += not _until(partial(speaks, call, killed), WELL_SECONDS)
            recover.append(time.monotonic() - began)
            for verb in ("start", "finish"):
                clerk.post(f"/windows/1/{verb}")
            terms.done()
    return Row(terms.times, unsaid, 0, tuple(recover), WELL_SECONDS)


def _voice(hall: FaultHall) -> int:
    """The id of the process that speaks; 0 while there is none."""
    found = 0
    for one in hall.process.children(recursive=True) if hall.process else ():
        with suppress(psutil.Error):
            if "display.voice_worker" in " ".join(one.cmdline()):
                found = one.pid
    return found


def _board(terms: Terms, broken: Callable[[Any], Any], states: tuple[str, ...]) -> Row:
    recover: list[float] = []
    with fault_hall(terms.postgres, change=_with_board) as hall, chromium(LOUD) as browser:
        hall.start()
        token = setup.new_token(hall.database, hall.hall, BOARD)
        address = f"{hall.url}/halls/{hall.hall}/pair?token={token}"
        watch = _Watch(hall)
        whole = _page(browser, "")
        whole.goto(address)
        watch.well(BOARD)
        for _ in range(terms.times):
            whole.context.close()
            page = broken(browser)
            if page is not None:
                page.goto(address)
            watch.sees(BOARD, states)
            if page is not None:
                page.context.close()
            began = time.monotonic()
            whole = _page(browser, "")
            whole.goto(address)
            _until(lambda: watch.state(BOARD) == "there", WELL_SECONDS)
            recover.append(time.monotonic() - began)
            watch.well(BOARD)
            terms.done()
    return Row(terms.times, watch.unseen, 0, tuple(recover), WELL_SECONDS, tuple(watch.notes()))


def _page(browser: Any, script: str) -> Any:
    page = browser.new_context().new_page()
    if script:
        page.add_init_script(script)
    return page


def _alerts(settings: dict[str, Any]) -> None:
    usual = Indicators()
    on = {name: getattr(usual, name).model_dump() for name in ALERTS}
    hall = settings["halls"][0]
    hall["alerts"]["indicators"] |= on
    hall["accounts"].append({"username": MANAGER, "name": "值班经理", "role": "manager"})


def _with_board(settings: dict[str, Any]) -> None:
    _alerts(settings)
    settings["voice"] = {"engine": "espeak", "cache_dir": "voice"}
    board = {"id": BOARD, "kind": "board", "name": "大厅主屏", "speaks": True}
    settings["halls"][0]["devices"].append(board)


def _open_jobs(hall: FaultHall) -> bool:
    with hall.database.read() as connection:
        wanted = select(print_jobs.c.id).where(print_jobs.c.state.in_(("waiting", "printing"))).limit(1)
        return connection.execute(wanted).first() is not None


def _papers(hall: FaultHall, paper: Paper) -> tuple[int, int]:
    """Tickets without a paper that are not listed as failed, and second papers without a mark."""
    with hall.database.read() as connection:
        rows = connection.execute(
            select(tickets.c.secret, print_jobs.c.state).join(
                print_jobs, print_jobs.c.ticket_id == tickets.c.id
            )
        ).all()
    copies = [(row.state, paper.copies(row.secret)) for row in rows]
    lost = sum(not came and state != "failed" for state, came in copies)
    return lost, sum(not marked for _, came in copies for marked in came[1:])


def _until(true: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            return False
        gevent.sleep(0.2)
    return True
