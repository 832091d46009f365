"""Many small halls in one server process, so that every test has a fresh hall without starting a server; a
plug-in that tests/conftest.py loads.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest

from hall import setup
from tests.builders import settings, small_hall
from tests.hall_server import HallServer

SPARE = 8
"""Halls for tests that are asked once more."""

_numbers = count()


@pytest.fixture(scope="session")
def street(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HallServer]:
    """The running server: a hall for each test that wants one, should all of them come to this process, and a
    few more.
    """
    wanted = sum("own_hall" in getattr(test, "fixturenames", ()) for test in request.session.items)
    halls = [small_hall(id=f"hall{number}") for number in range(wanted + SPARE)]
    server = HallServer(tmp_path_factory.mktemp("street"), settings(*halls), "hall0")
    server.prepare()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def own_hall(street: HallServer) -> HallServer:
    """One hall of the street in which nobody but this test works."""
    code = f"hall{next(_numbers)}"
    database = street.database()
    tokens = {device: setup.new_token(database, code, device) for device in ("kiosk-1", "pad-2")}
    database.engine.dispose()
    return replace(street, hall=code, tokens=tokens)
