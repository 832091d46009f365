"""Redis, which joins the screens of two server processes, is restarted: both go on, and every screen catches
up by itself.
"""

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from tests.builders import settings
from tests.hall_server import StartHall
from tests.live.screen_client import ScreenClient, journal_of
from tests.service_keeper import lend_user, start_redis, stop, wait_for
from tests.services import make_folder

pytestmark = pytest.mark.redis


class Redis:
    """A Redis of this test's own, which it may stop and start."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.process, self.url = start_redis(folder)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.process.args, cwd=self.folder, stdout=subprocess.DEVNULL, **lend_user(self.folder)
        )

        def ping() -> None:
            with redis.Redis.from_url(self.url) as client:
                client.ping()

        wait_for(self.process, ping, redis.exceptions.ConnectionError)


@pytest.fixture
def private_redis() -> Iterator[Redis]:
    folder = make_folder()
    server = Redis(folder / "redis")
    yield server
    stop(server.process)
    shutil.rmtree(folder, ignore_errors=True)


def test_a_restart_of_redis_stops_nobody_and_no_screen_misses_anything(
    private_redis: Redis, start_hall: StartHall, tmp_path: Path
):
    database = f"sqlite:///{(tmp_path / 'hall.db').as_posix()}"
    first = start_hall(settings(database=database, redis=private_redis.url))
    second = start_hall(first.wanted, beside=first)
    screens = [ScreenClient(server) for server in (first, second)]
    begins = [screen.watch()["seq"] for screen in screens]
    first.visitor().takes_a_number()
    for screen, after in zip(screens, begins, strict=True):
        screen.heard_up_to(after + 1, after)
    private_redis.kill()
    began = time.monotonic()
    labels = [server.visitor().takes_a_number()["label"] for server in (first, second) for _ in range(3)]
    assert time.monotonic() - began < 30  # nobody waits for a Redis that is away
    assert labels == [f"A{number:03d}" for number in range(2, 8)]
    private_redis.start()
    latest = journal_of(first.anyone())[-1]["seq"]
    for screen in screens:
        screen.felt(latest)  # the pulse tells a screen of what never came, and it asks for it
    first.visitor().takes_a_number()
    screens[0].heard_up_to(latest + 1, latest)
    for screen in screens:
        screen.leave()
    assert "Traceback" not in first.log + second.log
