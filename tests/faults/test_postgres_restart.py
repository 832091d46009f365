"""PostgreSQL is restarted under a working hall, and stays away: the hall waits, says so, and goes on."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import psycopg
import pytest

from tests.builders import settings
from tests.hall_server import StartHall
from tests.people import Api
from tests.problems import is_problem
from tests.service_keeper import lend_user, start_postgres, stop, wait_for
from tests.services import make_folder

pytestmark = pytest.mark.postgres


class Postgres:
    """A PostgreSQL of this test's own, which it may stop and start."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.process, self.url = start_postgres(folder)

    def kill(self) -> None:
        """Every connection is cut at once, as in a crash of its machine."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait()

    def start(self) -> None:
        self.process = subprocess.Popen(self.process.args, cwd=self.folder, **lend_user(self.folder))
        wait_for(
            self.process,
            lambda: psycopg.connect(self.url, connect_timeout=2).close(),
            psycopg.OperationalError,
        )


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    folder = make_folder()
    server = Postgres(folder / "postgres")
    yield server
    stop(server.process)
    shutil.rmtree(folder, ignore_errors=True)


def take(kiosk: Api, key: str):
    return kiosk.session.post(
        f"{kiosk.url}/api/v1/halls/test/tickets",
        json={"business": "social", "device_print": False},
        headers={"Idempotency-Key": key},
        timeout=60,
    )


@pytest.mark.skipif(os.name != "posix", reason="SIGQUIT")
def test_a_restart_is_a_pause_and_a_long_absence_is_said(postgres: Postgres, start_hall: StartHall):
    hall = start_hall(settings(database=postgres.url.replace("://", "+psycopg://", 1)))
    given: dict[str, str] = {}
    refused: list[int] = []
    busy = True

    def works(place: int) -> None:
        kiosk, turn = hall.visitor().api, 0
        while busy:
            key = f"kiosk{place}-{turn}"
            answer = take(kiosk, key)
            if answer.status_code == 201:
                given[key] = answer.json()["ticket"]["label"]
                turn += 1
            else:
                refused.append(is_problem(answer, 503, "database_busy")["status"])
                assert int(answer.headers["Retry-After"]) > 0

    kiosks = [Thread(target=works, args=(place,)) for place in range(3)]
    for one in kiosks:
        one.start()
    wait_until(lambda: len(given) > 10)
    postgres.kill()
    postgres.start()
    since = len(given)
    wait_until(lambda: len(given) > since + 10)
    postgres.kill()
    wait_until(lambda: len(refused) > 3)  # longer away than anybody is made to wait
    postgres.start()
    since = len(given)
    wait_until(lambda: len(given) > since + 10)
    busy = False
    for one in kiosks:
        one.join()
    kiosk = hall.visitor().api
    assert all(take(kiosk, key).json()["ticket"]["label"] == label for key, label in given.items())
    assert sorted(given.values()) == [f"A{number:03d}" for number in range(1, len(given) + 1)]
    journal: list[int] = []
    while page := hall.anyone().get("/events", after=len(journal))["events"]:
        journal += [one["seq"] for one in page]
    assert journal == list(range(1, len(journal) + 1))
    assert "Traceback" not in hall.log


def wait_until(true) -> None:
    deadline = time.monotonic() + 90
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)
