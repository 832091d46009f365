"""More than the hall can do: it refuses in time, loses and doubles nothing, and goes on by itself."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
import requests
from sqlalchemy import func, select

from hall.records.database import LONGEST_LINE
from hall.records.tables import tickets
from hall.rules.admission import Share
from hall.web.admission import SIGN_IN_SHARE
from tests.hall_server import HallServer

MORE = 40


def presses(hall: HallServer, number: int, full: Event) -> tuple[int, dict[str, Any], Any]:
    """One wish of a kiosk, as a page sends it."""
    headers = {"Authorization": f"Bearer {hall.tokens['kiosk-1']}", "Idempotency-Key": f"wish-{number}"}
    answer = requests.post(f"{hall.api}/tickets", json={"business": "social"}, headers=headers, timeout=60)
    if answer.status_code == 503:
        full.set()
    return answer.status_code, answer.json(), answer.headers.get("Retry-After")


def test_a_line_that_is_full_refuses_at_once_and_who_asks_again_gets_one_number(hall_server: HallServer):
    """Another program holds SQLite's lock, so nobody's wish is done; then it lets go."""
    wishes = LONGEST_LINE["device"] + MORE
    full = Event()
    database = hall_server.database()
    with ThreadPoolExecutor(wishes) as kiosks, database.engine.connect() as other:
        other.exec_driver_sql("BEGIN IMMEDIATE")
        waiting = [kiosks.submit(presses, hall_server, number, full) for number in range(wishes)]
        assert full.wait(60)
        other.exec_driver_sql("ROLLBACK")
        answers = [one.result() for one in waiting]
    refused = [number for number, (status, _, _) in enumerate(answers) if status != 201]
    assert "overloaded" in {answers[number][1]["code"] for number in refused}
    assert {answers[number][0] for number in refused} == {503}
    assert all(int(answers[number][2]) >= 2 for number in refused)
    again = {number: presses(hall_server, number, full) for number in refused}
    labels = [answer["ticket"]["label"] for _, answer, _ in (*again.values(), *answers) if "ticket" in answer]
    assert sorted(labels) == [f"A{number:03d}" for number in range(1, wishes + 1)]
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(tickets)).scalar_one() == wishes
    database.engine.dispose()


@pytest.mark.skipif(os.name != "posix", reason="no signals that stop a process")
def test_a_server_that_stood_still_for_a_moment_refuses_nobody(hall_server: HallServer):
    assert hall_server.process is not None
    hall_server.process.send_signal(signal.SIGSTOP)
    with ThreadPoolExecutor(8) as screens:
        asked = [screens.submit(requests.get, f"{hall_server.api}/board", timeout=60) for _ in range(8)]
        time.sleep(2.5)
        hall_server.process.send_signal(signal.SIGCONT)
        assert {one.result().status_code for one in asked} == {200}


def test_a_flood_of_sign_ins_from_one_address_is_told_to_slow_down(hall_server: HallServer):
    share: Share = SIGN_IN_SHARE
    with requests.Session() as session:
        codes = []
        for _ in range(round(share.burst) * 2):
            answer = session.post(
                f"{hall_server.url}/api/v1/session", json={"username": "nobody"}, timeout=60
            )
            codes.append(answer.status_code)
            if answer.status_code == 429:
                break
    assert codes[-1] == 429
    assert answer.json()["code"] == "too_many_requests"
    assert int(answer.headers["Retry-After"]) > 0
