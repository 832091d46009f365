"""People who keep a hall busy while something breaks: kiosks that issue; clerks that call, start, note, call
back and finish; visitors who rate. Like the hall's own pages each of them sends what got no answer again,
with the same key, until it is answered; each answer goes into the ledger.
"""

import http.client
import random
from collections.abc import Sequence
from functools import partial
from itertools import count
from typing import Any
from uuid import uuid4

import gevent
from gevent.event import Event

from hall.bench.faults.fault_hall import BUSINESSES, KIOSKS, WINDOWS, FaultHall
from hall.bench.faults.ledger import Ledger
from hall.demo.client import Client, Refused

TRY_AGAIN = frozenset({429, 502, 503, 504})
RETRY_SECONDS = 0.2
"""Shorter than the pages' pauses: more requests meet the fault."""
KIOSK_SECONDS, CLERK_SECONDS = 0.15, 0.05
"""The longest that somebody thinks between two acts."""
HELD_SHARE, RATED_SHARE = 0.3, 0.6


class Load:
    """Clients at `base`, the hall itself or a wire that leads to it. `work` and `rest` as often as wanted.
    `slowly`: how many times longer than usual they think between two acts.
    """

    def __init__(
        self,
        hall: FaultHall,
        seed: int,
        base: str | None = None,
        kiosk_names: Sequence[str] = KIOSKS,
        windows: Sequence[int] = tuple(range(1, WINDOWS + 1)),
        ledger: Ledger | None = None,
        slowly: float = 1.0,
    ) -> None:
        self.ledger = ledger or Ledger()
        self._slowly = slowly
        self.refused_for_now = 0
        self.source = random.Random(seed)
        self._working = Event()
        self._over = False
        self._busy = 0
        kiosks = [hall.kiosk(name, base) for name in kiosk_names]
        clerks = {window: hall.clerk(window, base) for window in windows}
        self._visitors = {window: hall.anyone(base) for window in windows}
        people = [partial(self._kiosk, at, client) for at, client in enumerate(kiosks)]
        people += [partial(self._clerk, window, client) for window, client in clerks.items()]
        self._people = [gevent.spawn(one) for one in people]

    def work(self) -> None:
        self._working.set()

    def rest(self) -> None:
        """From now on nobody begins anything new."""
        self._working.clear()

    def settle(self, seconds: float = 90) -> None:
        """Waits until everybody has the answer to what they asked. Raises gevent.Timeout, and what went wrong
        with somebody.
        """
        with gevent.Timeout(seconds):
            while self._busy:
                self.check()
                gevent.sleep(0.01)
        self.check()

    def check(self) -> None:
        for person in self._people:
            if person.exception is not None:
                raise person.exception

    def end(self) -> None:
        self._over = True
        self._working.set()
        gevent.joinall(self._people, timeout=30)
        gevent.killall(self._people)

    def _kiosk(self, place: int, client: Client) -> None:
        names = list(BUSINESSES)
        for turn in count(place):
            if not self._may_begin():
                return
            answer = self._insist(client, "/tickets", {"business": names[turn % len(names)]})
            if answer is not None:
                ticket = answer["ticket"]
                self.ledger.labels[ticket["id"]] = ticket["label"]
                self.ledger.secrets[ticket["id"]] = ticket["status_url"].rsplit("/", 1)[1]
                self.ledger.note("ticket_issued", ticket["id"], ticket["label"])
            gevent.sleep(self.source.random() * KIOSK_SECONDS * self._slowly)

    def _clerk(self, window: int, client: Client) -> None:
        visitor = self._visitors[window]
        while self._may_begin():
            ticket = self._verb(client, window, "call")
            if ticket is None:
                gevent.sleep(CLERK_SECONDS * self._slowly)
                continue
            self.ledger.note("ticket_called", ticket["id"], window)
            if not self._may_begin():
                return
            self._does(client, window, "start", ticket["id"])
            if self.source.random() < HELD_SHARE and self._may_begin():
                note = f"note {uuid4().hex}"
                self._verb(client, window, "hold", note=note)
                self.ledger.note("ticket_held", ticket["id"], note)
                self._verb(client, window, "resume", ticket=ticket["id"])
                self.ledger.note("ticket_called", ticket["id"], window)
                self._does(client, window, "start", ticket["id"])
            if not self._may_begin():
                return
            self._does(client, window, "finish", ticket["id"])
            secret = self.ledger.secrets.get(ticket["id"])
            if secret and self.source.random() < RATED_SHARE:
                grade = self.source.randint(1, 5)
                if self._insist(visitor, f"/visits/{secret}/rating", {"grade": grade}) is not None:
                    self.ledger.note("ticket_rated", ticket["id"], grade)
            gevent.sleep(self.source.random() * CLERK_SECONDS * self._slowly)

    def _may_begin(self) -> bool:
        """Waits while everybody rests; False when it is over."""
        self._working.wait()
        return not self._over

    def _does(self, client: Client, window: int, verb: str, ticket_id: int) -> None:
        self._verb(client, window, verb)
        self.ledger.note({"start": "ticket_started", "finish": "ticket_finished"}[verb], ticket_id, window)

    def _verb(self, client: Client, window: int, verb: str, **words: Any) -> dict[str, Any] | None:
        answer = self._insist(client, f"/windows/{window}/{verb}", words)
        return answer["ticket"] if answer is not None else None

    def _insist(self, client: Client, path: str, body: dict[str, Any]) -> Any:
        """The answer, however long it takes. A refusal is noted: none is to be expected."""
        key = uuid4().hex
        self._busy += 1
        try:
            while True:
                try:
                    return client.post(path, body, key)
                except Refused as refused:
                    self.refused_for_now += refused.status == 503
                    if refused.status not in TRY_AGAIN:
                        self.ledger.refused.append(f"{path}: {refused}")
                        return None
                except (OSError, http.client.HTTPException, ValueError):
                    client.close()  # no answer, or half of one
                gevent.sleep(self.source.random() * RETRY_SECONDS)
        finally:
            self._busy -= 1
