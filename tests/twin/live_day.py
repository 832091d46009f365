"""A day at a real hall, driven through its HTTP interface at high speed: the twin's visitors come, its clerks
work, and the server's clock is moved from one thing that happens to the next.

What a clerk here does is written for itself, not taken from the engine: ask for the next, wait for the
visitor, serve, hold, send on, mark missed, rest, go home. Who is called, and where, only the server decides;
the driver reads it from the hall's events.
"""

import heapq
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psutil

from hall.bench.faults.nursery import ROOT
from hall.rules.tickets import VisitorClass
from hall.twin.model import Hall, Hop, Visitor
from tests.hall_server import HallServer
from tests.people import Clerk

Called = tuple[str, int, float]
"""A call: the ticket's label, the window's number, the second of the day."""


class ClockedServer(HallServer):
    """A server whose clock stands where the test sets it."""

    @property
    def clock(self) -> Path:
        return self.folder / "clock"

    def begin(self, log: Path) -> psutil.Process:
        settings = str(self.folder / "config.yaml")
        with log.open("ab") as words:
            return psutil.Popen(
                [sys.executable, "-m", "tests.clocked_server", settings, str(self.clock)],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
            )

    def open_at(self, hall: Hall, at_seconds: float) -> None:
        """Starts it at that second of the hall's day. It makes its hall itself, for its journal must begin by
        the clock of the test.
        """
        self.set_clock(hall, at_seconds)
        self.start()
        database = self.database()
        self.give_passwords(database)
        database.engine.dispose()

    def set_clock(self, hall: Hall, at_seconds: float) -> None:
        """Every request from now on happens at this second of the hall's day."""
        fresh = self.clock.with_suffix(".new")
        fresh.write_text(hall.moment(at_seconds).isoformat(), encoding="utf-8")
        fresh.replace(self.clock)


@dataclass
class Seat:
    """One window with its clerk, as the driver sees them."""

    number: int
    clerk: Clerk
    spans: Sequence[tuple[float, float]]
    rests: list[tuple[float, float]]
    idle: bool = False
    """The clerk asked for somebody, and nobody was there."""
    held: list[tuple[float, int, float]] = field(default_factory=list)
    """When each is back, the ticket, and the seconds of service left."""


@dataclass
class Person:
    """A visitor with a number."""

    visitor: Visitor
    ticket: int
    calls: int = 0
    hop: int = 0
    remaining: float = 0.0
    holds: bool = False


class LiveDay:
    """Plays a staffed hall and its visitors, as hall/twin/engine.py would, at a server; `calls` are what came
    of it.
    """

    def __init__(self, server: ClockedServer, hall: Hall) -> None:
        self.server, self.hall, self.habits = server, hall, hall.habits
        self.calls: list[Called] = []
        self._happens: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()
        # Clerks sign in before the first visitor comes: a clock that went back would be noticed.
        self.now = min(one.clerk.staffed[0][0] for one in hall.windows.values() if one.clerk) - 900
        server.set_clock(hall, self.now)
        self._guide = server.guide()
        self._manager = server.manager()
        self._reader = self._guide.api
        self._seen = self._reader.get("/events", after=0, limit=1)["latest"]
        self._people: dict[int, Person] = {}
        self.seats = {
            one.number: Seat(
                one.number,
                server.clerk(one.number),
                one.clerk.staffed,
                [(rest.at_seconds, rest.for_seconds) for rest in one.clerk.rests],
            )
            for one in hall.windows.values()
            if one.clerk
        }
        self._codes = {one.id: one.code for one in hall.businesses.values()}
        self._numbers = {one.id: one.number for one in hall.windows.values()}

    def run(self, visitors: Iterable[Visitor], switches: Iterable[tuple[float, int, list[str]]] = ()) -> None:
        """`switches`: a second, a window's number and the businesses it serves from then on."""
        for visitor in visitors:
            self._at(visitor.at_seconds, lambda one=visitor: self._takes_a_number(one))
        for at, number, codes in switches:
            body = {"businesses": codes}
            self._at(at, lambda n=number, b=body: self._manager.api.post(f"/windows/{n}/businesses", b))
        for seat in self.seats.values():
            seat.clerk.sits_at(seat.number, open_it=False)
            for begins, ends in seat.spans:
                self._at(begins, lambda one=seat: self._comes(one))
                self._at(ends, lambda one=seat: self._looks_up(one))
            for at, _ in seat.rests:
                self._at(at, lambda one=seat: self._looks_up(one))
        while self._happens:
            at, _, act = heapq.heappop(self._happens)
            self.now = at
            self.server.set_clock(self.hall, at)
            act()
            self._hear()

    def _at(self, when: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._happens, (round(when, 6), next(self._order), act))

    def _hear(self) -> None:
        """Who was called since, and where: the clerk there waits for them."""
        answer = self._reader.get("/events", after=self._seen, limit=500)
        self._seen = answer["latest"]
        for event in answer["events"]:
            if event["type"] == "ticket_called":
                self.calls.append((event["ticket"], event["window"], self.now))
                self._called(self.seats[event["window"]], self._people[event["ticket_id"]])

    # ---- visitors ----

    def _takes_a_number(self, visitor: Visitor) -> None:
        wish: dict[str, object] = {"visitor_class": visitor.visitor_class.value}
        if visitor.visitor_class is VisitorClass.PRIORITY:
            wish["class_reason"] = "said so"
        if visitor.booked_at_seconds is not None:
            wish["booked_at"] = self.hall.moment(visitor.booked_at_seconds).isoformat()
        ticket = self._guide.issues(self._codes[visitor.business_id], **wish)["id"]
        person = Person(visitor, ticket, remaining=visitor.service_seconds)
        person.holds = visitor.hold_at_seconds is not None
        self._people[ticket] = person
        if visitor.patience_seconds != float("inf"):
            self._at(self.now + visitor.patience_seconds, lambda: self._gives_up(person))

    def _gives_up(self, person: Person) -> None:
        if not person.calls:
            self._guide.does("cancel", person.ticket, reason="left")

    def _called(self, seat: Seat, person: Person) -> None:
        seat.idle = False
        person.calls += 1
        if person.calls == 1 and not person.visitor.shows_up:
            self._at(self.now + self.habits.no_show_seconds, lambda: self._is_missed(seat, person))
        else:
            self._at(self.now + self.habits.call_to_seat_seconds, lambda: self._sits_down(seat, person))

    def _is_missed(self, seat: Seat, person: Person) -> None:
        seat.clerk.does("missed")
        back = person.visitor.returns_after_seconds
        if back is not None:
            self._at(self.now + back, lambda: self._guide.does("return", person.ticket))
        self._next(seat)

    # ---- clerks ----

    def _comes(self, seat: Seat) -> None:
        seat.clerk.does("open")
        self._next(seat)

    def _looks_up(self, seat: Seat) -> None:
        """A span is over, or a rest is due; who is busy sees it when free."""
        if seat.idle:
            self._next(seat)

    def _next(self, seat: Seat) -> None:
        """What a free clerk does: go home, rest, resume, or ask for the next."""
        seat.idle = False
        if not any(begins <= self.now < ends for begins, ends in seat.spans):
            seat.clerk.does("pause", reason="meal")
        elif seat.rests and seat.rests[0][0] <= self.now:
            seat.clerk.does("pause", reason="rest")
            self._at(self.now + seat.rests.pop(0)[1], lambda: self._comes(seat))
        elif seat.held and seat.held[0][0] <= self.now:
            _, ticket, remaining = seat.held.pop(0)
            self._people[ticket].remaining = remaining
            seat.clerk.does("resume", ticket=ticket)
        else:
            seat.idle = seat.clerk.calls_next() is None

    def _sits_down(self, seat: Seat, person: Person) -> None:
        seat.clerk.does("start")
        if person.holds:
            first = person.visitor.hold_at_seconds or 0.0
            self._at(self.now + min(first, person.remaining), lambda: self._holds(seat, person, first))
        else:
            self._at(self.now + person.remaining, lambda: self._is_served(seat, person))

    def _holds(self, seat: Seat, person: Person, served: float) -> None:
        seat.clerk.does("hold")
        person.holds = False
        back_at = round(self.now + person.visitor.hold_seconds, 6)
        heapq.heappush(seat.held, (back_at, person.ticket, max(0.0, person.remaining - served)))
        self._at(back_at, lambda: self._looks_up(seat))
        self._clears_up(seat)

    def _is_served(self, seat: Seat, person: Person) -> None:
        if person.hop < len(person.visitor.hops):
            hop = person.visitor.hops[person.hop]
            person.hop, person.remaining = person.hop + 1, hop.service_seconds
            seat.clerk.does("transfer", **self._whereto(hop))
        else:
            seat.clerk.does("finish")
        self._clears_up(seat)

    def _whereto(self, hop: Hop) -> dict[str, object]:
        words: dict[str, object] = {"business": self._codes[hop.business_id]}
        if hop.window_id is not None:
            words["window"] = self._numbers[hop.window_id]
        return words | ({"place": hop.place} if hop.place else {})

    def _clears_up(self, seat: Seat) -> None:
        self._at(self.now + self.habits.turn_over_seconds, lambda: self._next(seat))
