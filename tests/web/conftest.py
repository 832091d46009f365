"""A house of several halls that stays open for all tests of a worker: no test has to start one."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.builders import ALWAYS_OPEN, DAYS, settings, small_hall
from tests.hall_server import HallServer
from tests.people import Api

SHUT = [(datetime.now(UTC) + timedelta(days=one)).date() for one in range(-1, 3)]
OTHER_DAYS = {day: ALWAYS_OPEN[day] for day in DAYS if day not in {DAYS[one.weekday()] for one in SHUT}}


def several_halls() -> list[dict]:
    """`test` with a business of one number and one that is shut; `other`, `closed` and `race` next door."""
    first = small_hall()
    first["departments"][1]["businesses"] += [
        {"id": "few", "name": "限号业务", "prefix": "F", "quota": {"day": 1}},
        {"id": "shut", "name": "停办业务", "prefix": "G", "hours": OTHER_DAYS},
    ]
    return [first, renamed("other"), renamed("closed", closed_days=SHUT), renamed("race")]


def renamed(name: str, **changes: object) -> dict:
    hall = small_hall(id=name, **changes)
    for device in hall["devices"]:
        device["id"] = f"{name}-{device['id']}"
        if "printer" in device:
            device["printer"] = f"{name}-{device['printer']}"
    return hall


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HallServer]:
    """A running server with several halls; tests leave windows as they found them. Nothing that they send may
    have been a fault of the server's own.
    """
    server = HallServer(tmp_path_factory.mktemp("house"), settings(*several_halls()), "test")
    server.prepare()
    server.start()
    yield server
    server.stop()
    assert "Traceback" not in server.log, server.log


@pytest.fixture
def kiosk(house: HallServer) -> Api:
    """The kiosk of the hall `test`."""
    return Api(house.url, "test", token=house.tokens["kiosk-1"])
