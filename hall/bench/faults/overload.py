"""More comes than the server can do: a crowd that asks without a pause, beside people who work as always.

The rude ones read, and take numbers at kiosks, and never wait after a refusal; what they were promised counts
like everybody's. The fault ends when they stop.
"""

import http.client
import time
from collections import Counter
from collections.abc import Callable
from statistics import median
from uuid import uuid4

import gevent

from hall.bench.faults.fault_hall import BUSINESSES, KIOSKS, FaultHall, fault_hall
from hall.bench.faults.ledger import Ledger, compare
from hall.bench.faults.load import Load
from hall.bench.faults.row import Row, Terms
from hall.demo.client import Client, Refused

READERS, TAKERS = 250, 50
FLOOD_SECONDS = 5.0
RECOVERED_SECONDS = 10.0
WELL = 3
"""So many answers in a row, each as quick as before the flood, and the hall is itself again."""
PATHS = ("/catalogue", "/board", "/events?after=0")
HAIMENS_PEAK = 10_000 * 0.2 / 3600
"""Visits a second in the busiest hour of 10,000 a day (handbook 12)."""


def over_capacity(terms: Terms) -> Row:
    """Rude readers and kiosks for FLOOD_SECONDS, again and again; everybody else works on beside them."""
    recover: list[float] = []
    met: Counter[str] = Counter()
    with fault_hall(terms.postgres) as hall:
        hall.start()
        load = Load(hall, terms.seed)
        probe = hall.anyone()
        load.work()
        usual = 2 * median(_look(probe) for _ in range(20)) + 0.05
        seconds = 0.0
        for _ in range(terms.times):
            begun = time.monotonic()
            _flood(hall, load.ledger, met)
            since = time.monotonic()
            seconds += since - begun
            well = 0
            while well < WELL:
                well = well + 1 if _look(probe) <= usual else 0
            recover.append(time.monotonic() - since)
            terms.done()
        load.rest()
        load.settle()
        load.end()
        verdict = compare(load.ledger, hall.database, hall.hall_id)
    offered = sum(met.values())
    return Row(
        terms.times,
        len(verdict.lost) + met["fault"],
        len(verdict.doubled),
        tuple(recover),
        RECOVERED_SECONDS,
        (
            ("fault.note.offered", round(offered / seconds)),
            ("fault.note.times_peak", round(offered / seconds / HAIMENS_PEAK)),
            ("fault.note.served", round(met["served"] / seconds)),
            ("fault.note.refused", round((met["503"] + met["429"]) / seconds)),
            ("fault.note.acts", sum(load.ledger.acts.values())),
        ),
    )


def _look(client: Client) -> float:
    """How long a look at the board takes; a refusal is as bad as a minute."""
    begun = time.monotonic()
    try:
        client.get("/board")
    except Refused:
        gevent.sleep(0.1)
        return 60.0
    return time.monotonic() - begun


def _flood(hall: FaultHall, ledger: Ledger, met: Counter[str]) -> None:
    ends = time.monotonic() + FLOOD_SECONDS

    def ask(client: Client, turn: int) -> None:
        client.get(PATHS[turn % len(PATHS)])

    def take(client: Client, turn: int) -> None:
        names = list(BUSINESSES)
        ticket = client.post("/tickets", {"business": names[turn % len(names)]}, uuid4().hex)["ticket"]
        ledger.labels[ticket["id"]] = ticket["label"]
        ledger.note("ticket_issued", ticket["id"], ticket["label"])

    def rude(act: Callable[[Client, int], None], client: Client, turn: int) -> None:
        while time.monotonic() < ends:
            turn += 1
            try:
                act(client, turn)
                met["served"] += 1
            except Refused as refused:
                met[str(refused.status) if refused.status in (429, 503) else "fault"] += 1
            except (OSError, http.client.HTTPException):
                met["fault"] += 1
                client.close()

    clients = [Client(hall.url, hall.hall) for _ in range(READERS)]
    takers = [Client(hall.url, hall.hall, hall.tokens[KIOSKS[1 + at % 2]]) for at in range(TAKERS)]
    crowd = [gevent.spawn(rude, ask, client, at) for at, client in enumerate(clients)]
    crowd += [gevent.spawn(rude, take, client, at) for at, client in enumerate(takers)]
    gevent.joinall(crowd, raise_error=True)
    for client in (*clients, *takers):
        client.close()
