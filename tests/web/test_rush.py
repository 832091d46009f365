"""A rush: sixteen take eight hundred numbers while eight clerks call them, over real connections."""

import json
import time
from contextlib import closing
from http.client import HTTPConnection
from itertools import count
from threading import Lock, Thread
from typing import Any

import pytest
from sqlalchemy import func, select

from hall.records.tables import calls, events, number_counters, steps, tickets
from tests.builders import settings, small_hall
from tests.hall_server import HallServer, StartHall

TICKETS = 800
KIOSKS = 16
CLERKS = 8
BUSINESSES = ("social", "social", "employment", "tax")


class Line:
    """One kept connection: a client that costs little, so that the hall is what is measured."""

    def __init__(self, hall: HallServer, headers: dict[str, str], name: str) -> None:
        self.connection = HTTPConnection("127.0.0.1", hall.port, timeout=60)
        self.root = f"/api/v1/halls/{hall.hall}"
        self.headers = {**headers, "Content-Type": "application/json"}
        self.name, self.asked = name, count()

    def close(self) -> None:
        self.connection.close()

    def post(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        headers = {**self.headers, "Idempotency-Key": f"{self.name}-{next(self.asked)}"}
        self.connection.request("POST", self.root + path, json.dumps(body), headers)
        answer = self.connection.getresponse()
        return answer.status, json.loads(answer.read())


def eight_windows() -> dict[str, Any]:
    hall = small_hall()
    hall["windows"] = [
        {"number": number, "zone": "east", "kind": "comprehensive", "businesses": "all"}
        for number in range(1, CLERKS + 1)
    ]
    return hall


def takes_numbers(hall: HallServer, place: int, labels: list[str]) -> None:
    with closing(Line(hall, {"Authorization": f"Bearer {hall.tokens['kiosk-1']}"}, f"kiosk{place}")) as line:
        for turn in range(TICKETS // KIOSKS):
            business = BUSINESSES[(place + turn) % len(BUSINESSES)]
            status, answer = line.post("/tickets", {"business": business, "device_print": False})
            assert status == 201, answer
            labels.append(answer["ticket"]["label"])


def serves(hall: HallServer, number: int, served: list[str], lock: Lock) -> None:
    """A clerk signs in and serves until all numbers are served, at whichever window."""
    api = hall.clerk(number).sits_at(number).api
    cookies = "; ".join(f"{one.name}={one.value}" for one in api.session.cookies)
    headers = {"Cookie": cookies, "X-CSRF-Token": str(api.session.headers["X-CSRF-Token"])}
    with closing(Line(hall, headers, f"clerk{number}")) as line:
        keeps_serving(line, number, served, lock)


def keeps_serving(line: Line, number: int, served: list[str], lock: Lock) -> None:
    """Finishes the last and calls the next in one, starts, and so on."""
    while True:
        status, answer = line.post(f"/windows/{number}/call", {"finish_current": True})
        if status == 409:
            assert answer["code"] == "window_busy", answer  # an arrival was called here by itself
        else:
            assert status == 200, answer
            if answer["ticket"] is None:
                with lock:
                    if len(served) >= TICKETS:
                        return
                time.sleep(0.05)
                continue
        status, answer = line.post(f"/windows/{number}/start", {})
        assert status == 200, answer
        with lock:
            served.append(answer["ticket"]["label"])


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_in_a_rush_no_number_is_given_or_called_twice(
    start_hall: StartHall, kind: str, request: pytest.FixtureRequest
):
    database = "sqlite:///var/hall.db" if kind == "sqlite" else request.getfixturevalue("postgres_url")
    hall = start_hall(settings(eight_windows(), database=database))
    labels: list[str] = []
    served: list[str] = []
    failed: list[BaseException] = []
    lock = Lock()

    def runs(work: Any, *words: Any) -> None:
        try:
            work(*words)
        except BaseException as error:  # noqa: BLE001 - a thread's failure is the test's
            failed.append(error)
            with lock:
                served.extend([""] * TICKETS)  # lets the others go home

    people = [Thread(target=runs, args=(takes_numbers, hall, place, labels)) for place in range(KIOSKS)]
    people += [
        Thread(target=runs, args=(serves, hall, number, served, lock)) for number in range(1, CLERKS + 1)
    ]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert failed == []
    assert len(labels) == len(set(labels)) == TICKETS
    assert sorted(served) == sorted(labels)
    stands_in_order(hall, labels)


def stands_in_order(hall: HallServer, labels: list[str]) -> None:
    """What the database says: every number once, every call once, every event once."""
    database = hall.database()
    with database.read() as connection:
        rows = connection.execute(select(tickets.c.label, tickets.c.prefix, tickets.c.number)).all()
        counters = dict(
            connection.execute(select(number_counters.c.prefix, number_counters.c.last_number)).all()
        )
        called = connection.execute(select(calls.c.step_id, func.count()).group_by(calls.c.step_id)).all()
        states = dict(connection.execute(select(steps.c.state, func.count()).group_by(steps.c.state)).all())
        seqs = list(connection.execute(select(events.c.seq).order_by(events.c.seq)).scalars())
        told = dict(connection.execute(select(events.c.type, func.count()).group_by(events.c.type)).all())
    database.engine.dispose()
    assert sorted(row.label for row in rows) == sorted(labels)
    for prefix, last in counters.items():
        assert sorted(row.number for row in rows if row.prefix == prefix) == list(range(1, last + 1))
    assert len(called) == TICKETS
    assert {times for _, times in called} == {1}
    assert states == {"finished": TICKETS}
    assert seqs == list(range(1, len(seqs) + 1))
    wanted = ("ticket_issued", "ticket_called", "ticket_started", "ticket_finished")
    assert [told[one] for one in wanted] == [TICKETS] * 4
