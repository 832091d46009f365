"""Many small halls in one server process, so that every test has a fresh hall without starting a server; a
plug-in that tests/conftest.py loads.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from hall import setup
from tests.builders import settings, small_hall
from tests.hall_server import HallServer

HALLS = 40


class Street:
    """The halls of one server; once each has had its test, the server ends and the next one begins."""

    def __init__(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        self._folders = tmp_path_factory
        self._open = ExitStack()
        self._unused: list[HallServer] = []

    def next_hall(self) -> HallServer:
        """A hall nobody has worked in."""
        if not self._unused:
            self.close()
            self._unused = self._begin(self._folders.mktemp("street"))
        return self._unused.pop()

    def close(self) -> None:
        self._open.close()

    def _begin(self, folder: Path) -> list[HallServer]:
        codes = [f"hall{number}" for number in range(HALLS)]
        server = HallServer(folder, settings(*[small_hall(id=code) for code in codes]), codes[0])
        server.prepare()
        database = server.database()
        tokens = {
            code: {device: setup.new_token(database, code, device) for device in ("kiosk-1", "pad-2")}
            for code in codes
        }
        database.engine.dispose()
        server.start()
        self._open.callback(server.stop)
        return [replace(server, hall=code, tokens=tokens[code]) for code in codes]


@pytest.fixture(scope="session")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    """One for each worker."""
    one = Street(tmp_path_factory)
    yield one
    one.close()


@pytest.fixture
def own_hall(street: Street) -> HallServer:
    """One hall of the street in which nobody but this test works."""
    return street.next_hall()
