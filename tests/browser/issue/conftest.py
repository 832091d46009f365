"""Halls in which numbers are taken, one for each test. The guide's desk has halls of its own."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.kiosk_hall import PORTRAIT, Arrive, AtTheKiosk, CardReader, Hall, all_halls, watched
from tests.builders import settings
from tests.hall_server import HallServer


@pytest.fixture(scope="module")
def reader() -> Iterator[CardReader]:
    one = CardReader()
    yield one
    one.end()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, reader: CardReader) -> Iterator[HallServer]:
    """One server with a hall for each test, so that no test meets another's visitors."""
    running = HallServer(tmp_path_factory.mktemp("halls"), settings(*all_halls(reader)), "hall0")
    running.prepare()
    running.start()
    yield running
    running.stop()


@pytest.fixture
def hall(server: HallServer) -> Hall:
    return Hall(server, f"hall{next(server.unused)}")


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    yield from watched(chromium.new_context(viewport=PORTRAIT, has_touch=True))


@pytest.fixture
def visitor(context: BrowserContext, hall: Hall) -> AtTheKiosk:
    """Somebody in front of a paired kiosk."""
    return AtTheKiosk(context.new_page(), hall).arrives()


@pytest.fixture
def arrive(context: BrowserContext, server: HallServer) -> Arrive:
    """The same in one of the special halls."""

    def come(code: str, tile: str = "社会保险") -> AtTheKiosk:
        visitor = AtTheKiosk(context.new_page(), Hall(server, code))
        visitor.page.goto(visitor.hall.pairing())
        expect(visitor.tile(tile)).to_be_visible()
        return visitor

    return come
