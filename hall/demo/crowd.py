"""The crowd: visitors who take numbers, and clerks who call, serve, hold, transfer and finish, in order of
simulated time.

Everything goes through the HTTP interface, one request after another, as the simulated clock says; `pace`
waits for that clock (or not at all), so the same crowd serves a demonstration in the browser and a test at
full speed.
"""

import heapq
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from hall.config_model import HallConfig
from hall.demo import workload
from hall.demo.client import Client, Refused
from hall.demo.workload import Arrival

LOOK_AGAIN_SECONDS = 30.0
READY_SECONDS = 240.0
"""A window that stands ready is told of most arrivals at once; now and then its clerk presses "next"
again.
"""


@dataclass
class Tally:
    """What happened so far."""

    taken: int = 0
    called: int = 0
    finished: int = 0
    missed: int = 0
    transferred: int = 0
    rated: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    labels: set[str] = field(default_factory=set)


@dataclass
class Desk:
    """One clerk at one window."""

    number: int
    client: Client
    serving: str | None = None


class Crowd:
    """Runs until the arrivals are over and everybody has been served, or until `stop` says so."""

    def __init__(self, hall: HallConfig, kiosk: Client, desks: Iterable[Desk], source: random.Random) -> None:
        self.hall = hall
        self.kiosk = kiosk
        self.desks = {desk.number: desk for desk in desks}
        self.source = source
        self.tally = Tally()
        self._served = sorted({code for one in hall.windows for code, _ in hall.window_serves(one)})
        self._visits: dict[str, tuple[str, str, str]] = {}
        self._events: list[tuple[float, int, Desk | None, Callable[[float], None]]] = []
        self._order = count()

    def run(
        self,
        arrivals: Iterable[Arrival],
        start: float,
        pace: Callable[[float], None],
        stop: Callable[[float], bool],
    ) -> None:
        """Plays the arrivals from simulated second `start`; `pace(seconds)` returns when the clock has got
        there.
        """
        self._expect(iter(arrivals))
        for seated in self.desks.values():
            self._later(start + self.source.uniform(0, 20), seated, self._call)
        while self._events and not stop(self._events[0][0]):
            at, _, desk, act = heapq.heappop(self._events)
            pace(at)
            try:
                act(at)
            except Refused as refused:
                self.tally.refused[refused.code] = self.tally.refused.get(refused.code, 0) + 1
                if desk is not None:
                    self._look(desk, at)

    def _at(self, when: float, act: Callable[[float], None], desk: Desk | None = None) -> None:
        heapq.heappush(self._events, (when, next(self._order), desk, act))

    def _later(self, when: float, desk: Desk, act: Callable[[Desk, float], None]) -> None:
        self._at(when, lambda now: act(desk, now), desk)

    def _look(self, desk: Desk, now: float) -> None:
        """After a refusal a clerk looks at the screen and goes on from what it shows."""
        ticket = desk.client.get(f"/windows/{desk.number}/desk")["ticket"]
        if ticket is None:
            self._free(desk, now)
        elif ticket["state"] == "serving":
            desk.serving = ticket["label"]
            self._later(now + LOOK_AGAIN_SECONDS, desk, self._finish)
        else:
            desk.serving = None
            self._called(desk, ticket["label"], now)

    def _expect(self, coming: Any) -> None:
        arrival = next(coming, None)
        if arrival is not None:
            self._at(arrival.at_seconds, lambda now: self._arrive(arrival, coming, now))

    def _arrive(self, arrival: Arrival, coming: Any, now: float) -> None:
        self._expect(coming)
        wish = {
            "business": arrival.business,
            "items": [arrival.item] if arrival.item else [],
            "visitor_class": arrival.visitor_class,
        }
        ticket = self.kiosk.post("/tickets", wish)["ticket"]
        self.tally.taken += 1
        self.tally.labels.add(ticket["label"])
        self._visits[ticket["label"]] = (ticket["secret"], arrival.business, arrival.visitor_class)
        if ticket["called_to"] in self.desks:
            self._called(self.desks[ticket["called_to"]], ticket["label"], now)

    def _call(self, desk: Desk, now: float) -> None:
        if desk.serving is not None:
            return
        try:
            ticket = desk.client.post(f"/windows/{desk.number}/call")["ticket"]
        except Refused as refused:
            if refused.code != "window_busy":
                raise
            # Standing ready, the window was given somebody by itself (a transferred visitor, say): the
            # screen shows it.
            self._look(desk, now)
            return
        if ticket is None:
            self._later(now + READY_SECONDS, desk, self._call)
        else:
            self._called(desk, ticket["label"], now)

    def _called(self, desk: Desk, label: str, now: float) -> None:
        if desk.serving == label:
            return
        desk.serving = label
        self.tally.called += 1
        if self.source.random() < workload.MISSED_SHARE:
            self._later(now + 60, desk, self._miss)
        else:
            self._later(now + workload.CALL_TO_SEAT_SECONDS, desk, self._start)

    def _start(self, desk: Desk, now: float) -> None:
        desk.client.post(f"/windows/{desk.number}/start")
        _, business, visitor_class = self._visits.get(desk.serving or "", ("", "", "ordinary"))
        service = workload.service_seconds(self.hall, business, visitor_class, self.source)
        if self.source.random() < workload.TRANSFER_SHARE:
            self._later(now + service / 2, desk, self._transfer)
        else:
            self._later(now + service, desk, self._finish)

    def _finish(self, desk: Desk, now: float) -> None:
        desk.client.post(f"/windows/{desk.number}/finish")
        self.tally.finished += 1
        secret = self._visits.pop(desk.serving or "", ("", "", ""))[0]
        if secret and self.source.random() < workload.RATED_SHARE:
            grade = (
                1
                if self.source.random() < workload.NEGATIVE_SHARE
                else self.source.choice((5, 5, 5, 4, 4, 3))
            )
            self._at(now + 15, lambda later: self._rate(secret, grade))
        self._free(desk, now)

    def _rate(self, secret: str, grade: int) -> None:
        self.kiosk.post(f"/visits/{secret}/rating", {"grade": grade})
        self.tally.rated += 1

    def _transfer(self, desk: Desk, now: float) -> None:
        """To a business that some window serves: the crowd knows the hall's file as a clerk knows
        the hall.
        """
        other = self.source.choice(self._served)
        desk.client.post(f"/windows/{desk.number}/transfer", {"business": other})
        self.tally.transferred += 1
        self._free(desk, now)

    def _miss(self, desk: Desk, now: float) -> None:
        desk.client.post(f"/windows/{desk.number}/missed")
        self.tally.missed += 1
        self._free(desk, now)

    def _free(self, desk: Desk, now: float) -> None:
        desk.serving = None
        self._later(now + workload.TURN_OVER_SECONDS, desk, self._call)
