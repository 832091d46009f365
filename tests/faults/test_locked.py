"""Another program holds the database's lock: a clear 503, nothing half done, and the hall goes on reading."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from threading import Thread

import pytest
import requests

from tests.hall_server import HallServer
from tests.people import Api
from tests.problems import is_problem


@pytest.fixture
def lock(hall_server: HallServer) -> Iterator[sqlite3.Connection]:
    """A connection of this process to the running hall's file; the hall is another process."""
    with closing(sqlite3.connect(hall_server.folder / "var" / "hall.db", isolation_level=None)) as other:
        yield other


def take(kiosk: Api, key: str) -> requests.Response:
    return kiosk.session.post(
        f"{kiosk.url}/api/v1/halls/test/tickets",
        json={"business": "social"},
        headers={"Idempotency-Key": key},
        timeout=60,
    )


def test_while_the_database_is_locked_the_hall_says_so_and_goes_on_reading(
    hall_server: HallServer, lock: sqlite3.Connection
):
    kiosk = hall_server.visitor().api
    assert take(kiosk, "before").status_code == 201
    lock.execute("BEGIN IMMEDIATE")
    answers: list[requests.Response] = []
    waiting = [
        Thread(target=lambda key=key: answers.append(take(hall_server.visitor().api, key)))
        for key in ("one", "one", "two")
    ]
    for one in waiting:
        one.start()
    board = hall_server.anyone().get("/board")
    assert board["waiting"]
    assert answers == []  # they still wait; whoever only looks does not
    for one in waiting:
        one.join()
    for answer in answers:
        said = is_problem(answer, 503, "database_busy")
        assert "再试" in said["detail"]
        assert int(answer.headers["Retry-After"]) > 0
    assert hall_server.anyone().get("")["seq"] == board["seq"]
    lock.execute("ROLLBACK")
    tickets = [take(kiosk, key) for key in ("one", "one", "two")]
    assert [one.status_code for one in tickets] == [201] * 3
    assert [one.json()["ticket"]["label"] for one in tickets] == ["A002", "A002", "A003"]
    assert "Traceback" not in hall_server.log


def test_a_lock_that_goes_away_in_time_is_only_waited_for(hall_server: HallServer, lock: sqlite3.Connection):
    lock.execute("BEGIN IMMEDIATE")
    answers: list[requests.Response] = []
    asking = Thread(target=lambda: answers.append(take(hall_server.visitor().api, "patient")))
    asking.start()
    hall_server.anyone().get("/board")
    assert answers == []
    lock.execute("COMMIT")
    asking.join()
    assert answers[0].json()["ticket"]["label"] == "A001"
